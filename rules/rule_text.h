// One named rule text and its lines: the thing that spans point into.
//
// A location inside the program is a half-open byte range; lines and columns
// exist only where a person reads them.
#ifndef MQWARDEN_RULES_RULE_TEXT_H_
#define MQWARDEN_RULES_RULE_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mqwarden {

// Half-open byte range of one rule text.
struct Span {
  uint32_t begin = 0;
  uint32_t end = 0;
  bool operator==(const Span&) const = default;
};

class RuleText final {
 public:
  // A file longer than this is refused before it is read.
  static constexpr size_t kMaxBytes = size_t{1} << 20;

  // `path` is shown as given.
  RuleText(std::string path, std::string text);

  const std::string& path() const { return path_; }
  std::string_view text() const { return text_; }
  std::string_view Slice(Span span) const {
    return std::string_view(text_).substr(span.begin, span.end - span.begin);
  }

  struct Position {
    int line;    // from 1
    int column;  // from 1, in characters
  };
  Position PositionOf(uint32_t offset) const;
  // The line's text without its end, and where it starts.
  std::string_view Line(int line, uint32_t* begin) const;

 private:
  std::string path_;
  std::string text_;
  std::vector<uint32_t> line_starts_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_RULE_TEXT_H_
