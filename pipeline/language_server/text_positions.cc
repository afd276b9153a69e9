#include "mqwarden/pipeline/language_server/text_positions.h"

#include <algorithm>

#include "mqwarden/base/utf8.h"

namespace mqwarden {
namespace {

int64_t UnitsOf(const Utf8Char& c, PositionEncoding encoding) {
  switch (encoding) {
    case PositionEncoding::kUtf8: return c.size;
    case PositionEncoding::kUtf16:
      return c.valid && c.code_point > 0xFFFF ? 2 : 1;
    case PositionEncoding::kUtf32: return 1;
  }
  return 1;
}

}  // namespace

LineIndex::LineIndex(std::string_view text) : text_(text) {
  starts_.push_back(0);
  for (size_t i = 0; i < text.size(); ++i) {
    const bool ends = text[i] == '\n' ||
                      (text[i] == '\r' &&
                       (i + 1 == text.size() || text[i + 1] != '\n'));
    if (ends) starts_.push_back(static_cast<uint32_t>(i + 1));
  }
}

size_t LineIndex::LineOf(size_t offset) const {
  const auto after = std::upper_bound(starts_.begin(), starts_.end(), offset);
  return static_cast<size_t>(after - starts_.begin()) - 1;
}

Span LineIndex::LineSpan(size_t line) const {
  const uint32_t begin = starts_[line];
  auto end = static_cast<uint32_t>(text_.size());
  if (line + 1 < starts_.size()) {
    end = starts_[line + 1] - 1;
    if (end > begin && text_[end] == '\n' && text_[end - 1] == '\r') --end;
  }
  return {begin, end};
}

TextPosition LineIndex::PositionOf(size_t offset,
                                   PositionEncoding encoding) const {
  offset = std::min(offset, text_.size());
  const size_t line = LineOf(offset);
  size_t at = starts_[line];
  TextPosition position{static_cast<int64_t>(line), 0};
  while (at < offset) {
    const Utf8Char c = DecodeUtf8(text_.substr(at));
    if (at + c.size > offset) break;
    position.column += UnitsOf(c, encoding);
    at += c.size;
  }
  return position;
}

size_t LineIndex::OffsetOf(TextPosition position,
                           PositionEncoding encoding) const {
  if (position.line < 0) return 0;
  if (position.line >= static_cast<int64_t>(starts_.size())) {
    return text_.size();
  }
  const Span line = LineSpan(static_cast<size_t>(position.line));
  size_t at = line.begin;
  int64_t column = 0;
  while (at < line.end) {
    const Utf8Char c = DecodeUtf8(text_.substr(at, line.end - at));
    column += UnitsOf(c, encoding);
    if (column > position.column) break;
    at += c.size;
  }
  return at;
}

}  // namespace mqwarden
