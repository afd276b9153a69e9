// Between byte offsets, in which everything here is told, and the lines and
// columns of the protocol: both from 0, columns in the units that client and
// server have agreed upon.
//
// A line ends with \n, \r\n or \r. Any position is good: one beyond a line is its
// end, one beyond the text the text's end, one inside a character its begin.
// Immutable.
#ifndef MQWARDEN_PIPELINE_LANGUAGE_SERVER_TEXT_POSITIONS_H_
#define MQWARDEN_PIPELINE_LANGUAGE_SERVER_TEXT_POSITIONS_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "mqwarden/rules/rule_text.h"

namespace mqwarden {

enum class PositionEncoding : uint8_t { kUtf8, kUtf16, kUtf32 };

struct TextPosition {
  int64_t line = 0;
  int64_t column = 0;
};

class LineIndex final {
 public:
  // `text` outlives it.
  explicit LineIndex(std::string_view text);

  TextPosition PositionOf(size_t offset, PositionEncoding encoding) const;
  size_t OffsetOf(TextPosition position, PositionEncoding encoding) const;
  // Without what ends the line. `line` from 0, at most line_count() - 1.
  Span LineSpan(size_t line) const;
  size_t LineOf(size_t offset) const;
  size_t line_count() const { return starts_.size(); }

 private:
  std::string_view text_;
  std::vector<uint32_t> starts_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LANGUAGE_SERVER_TEXT_POSITIONS_H_
