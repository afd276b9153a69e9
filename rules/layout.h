// Lines of a formatted text on their way: words, and comments behind them, which
// stand in one column where lines follow each other.
#ifndef MQWARDEN_RULES_LAYOUT_H_
#define MQWARDEN_RULES_LAYOUT_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mqwarden {

class Layout final {
 public:
  // Ends the line, unless nothing stands on it.
  void EndLine();
  // One empty line, unless there is one already or nothing before it.
  void BlankLine();
  // Blanks at the beginning of a line that is empty so far.
  void Indent(size_t columns);
  void Text(std::string_view text);
  // Blanks up to `column`, at least one.
  void PadTo(size_t column);
  // Ends the line.
  void Comment(std::string_view comment);

  // In characters.
  size_t column() const { return column_; }
  size_t indent() const { return indent_; }
  bool at_line_start() const { return line_.text.empty(); }
  size_t line_count() const { return lines_.size(); }

  // The whole text.
  std::string Take();

 private:
  struct Line {
    std::string text;
    std::string comment;
    size_t columns = 0;
  };

  std::vector<Line> lines_;
  Line line_;
  size_t indent_ = 0;  // of the line that is written
  size_t column_ = 0;
};

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_LAYOUT_H_
