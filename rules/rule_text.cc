#include "mqwarden/rules/rule_text.h"

#include <algorithm>
#include <string>
#include <utility>

#include "mqwarden/base/utf8.h"

namespace mqwarden {

RuleText::RuleText(std::string path, std::string text)
    : path_(std::move(path)), text_(std::move(text)) {
  line_starts_.push_back(0);
  // Nothing beyond the bound is ever read, so no line there is shown.
  const size_t size = std::min(text_.size(), kMaxBytes);
  for (size_t i = 0; i < size; ++i) {
    if (text_[i] == '\n') line_starts_.push_back(static_cast<uint32_t>(i + 1));
  }
}

RuleText::Position RuleText::PositionOf(uint32_t offset) const {
  offset = static_cast<uint32_t>(std::min<size_t>(offset, text_.size()));
  const auto after =
      std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  const uint32_t begin = *(after - 1);
  const std::string_view before =
      std::string_view(text_).substr(begin, offset - begin);
  return {.line = static_cast<int>(after - line_starts_.begin()),
          .column = static_cast<int>(CountUtf8Chars(before)) + 1};
}

std::string_view RuleText::Line(int line, uint32_t* begin) const {
  const size_t index = static_cast<size_t>(line) - 1;
  *begin = line_starts_[index];
  std::string_view text = std::string_view(text_).substr(*begin);
  text = text.substr(0, text.find('\n'));
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

}  // namespace mqwarden
