#include "mqwarden/rules/layout.h"

#include <algorithm>
#include <utility>

namespace mqwarden {
namespace {

size_t Characters(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
      }));
}

}  // namespace

void Layout::EndLine() {
  if (line_.text.empty() && line_.comment.empty()) return;
  line_.columns = column_;
  lines_.push_back(std::exchange(line_, Line()));
  column_ = 0;
  indent_ = 0;
}

void Layout::BlankLine() {
  EndLine();
  if (lines_.empty()) return;
  const Line& last = lines_.back();
  if (!last.text.empty() || !last.comment.empty()) lines_.emplace_back();
}

void Layout::Indent(size_t columns) {
  if (!line_.text.empty()) return;
  indent_ = columns;
  column_ = columns;
}

void Layout::Text(std::string_view text) {
  if (line_.text.empty()) line_.text.assign(column_, ' ');
  line_.text += text;
  column_ += Characters(text);
}

void Layout::PadTo(size_t column) {
  Text(std::string(column > column_ ? column - column_ : 1, ' '));
}

void Layout::Comment(std::string_view comment) {
  if (line_.text.empty()) {
    Text(comment);
  } else {
    line_.comment = comment;
  }
  EndLine();
}

std::string Layout::Take() {
  EndLine();
  while (!lines_.empty() && lines_.back().text.empty()) lines_.pop_back();
  std::string text;
  for (size_t i = 0; i < lines_.size();) {
    // Lines with comments behind them, one after the other.
    size_t end = i;
    size_t column = 0;
    while (end < lines_.size() && !lines_[end].comment.empty()) {
      column = std::max(column, lines_[end].columns);
      ++end;
    }
    if (end == i) ++end;
    for (; i < end; ++i) {
      const Line& line = lines_[i];
      text += line.text;
      if (!line.comment.empty()) {
        text.append(column - line.columns + 2, ' ');
        text += line.comment;
      }
      text += '\n';
    }
  }
  return text;
}

}  // namespace mqwarden
