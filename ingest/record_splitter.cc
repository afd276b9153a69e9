#include "mqwarden/ingest/record_splitter.h"

#include <algorithm>

namespace mqwarden {
namespace {

// White space that is skipped between a `{` and its first key when a restart is
// judged; a pretty printer writes a line end and an indent.
constexpr size_t kMaxSpaceBeforeKey = 256;
constexpr size_t kMaxFirstKeyBytes = 64;
constexpr size_t kExcerptBytes = 256;

constexpr std::string_view kAmqsevtFirstKey = "eventSource";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool IsSpace(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

// A line that begins so is a piece of an object rather than text.
bool BeginsFragment(char c) {
  return c == '"' || c == '{' || c == '}' || c == ']' || c == ':';
}

}  // namespace

void RecordSplitter::Append(std::string_view bytes) {
  buffer_.erase(0, next_);
  dropped_ += static_cast<int64_t>(next_);
  next_ = 0;
  buffer_.append(bytes);
}

bool RecordSplitter::Next(Item* item) {
  for (;;) {
    bool taken = false;
    switch (state_) {
      case State::kBetween:
        if (!SkipSeparators()) return false;
        state_ = State::kText;
        if (buffer_[next_] == '{') {
          column_ = Column(next_);
          scanner_.Start();
          state_ = State::kObject;
        }
        break;
      case State::kObject:
        if (!TakeObject(item, &taken)) return false;
        if (taken) return true;
        break;
      case State::kText:
        if (!TakeText(item, &taken)) return false;
        if (taken) return true;
        break;
      case State::kResync:
      case State::kTextLine:
        if (!FindRestart()) return false;
        break;
    }
  }
}

// Goes to the next byte that is part of an item. False when there is none yet.
bool RecordSplitter::SkipSeparators() {
  while (next_ < buffer_.size()) {
    const char c = buffer_[next_];
    if (c == '\n') {
      line_start_ = dropped_ + static_cast<int64_t>(next_) + 1;
    } else if (c == '[') {
      // `[pid.tid @` begins a text format.
      if (next_ + 1 == buffer_.size() && !finished_) return false;
      if (next_ + 1 < buffer_.size() && buffer_[next_ + 1] >= '0' &&
          buffer_[next_ + 1] <= '9') {
        return true;
      }
      in_array_ = true;
    } else if (c == kByteOrderMark[0]) {
      const std::string_view rest = Rest(next_).substr(0, kByteOrderMark.size());
      if (rest != kByteOrderMark) {
        return rest != kByteOrderMark.substr(0, rest.size()) || finished_;
      }
      next_ += kByteOrderMark.size() - 1;
    } else if (c == '}') {
      // Some groups are closed twice.
      if (!after_object_ && !after_damage_) return true;
    } else if (!IsSpace(c) && c != ',' && c != ']') {
      return true;
    }
    ++next_;
  }
  return false;
}

// Returns false when the line's head is not there yet. A line that goes with the
// damage before it is passed over without an item.
bool RecordSplitter::TakeText(Item* item, bool* taken) {
  std::string_view head = Rest(next_).substr(0, kTextHeadBytes);
  const size_t line_end = head.find('\n');
  if (line_end == head.npos && head.size() < kTextHeadBytes && !finished_) {
    return false;
  }
  head = head.substr(0, line_end);
  while (!head.empty() && IsSpace(head.back())) head.remove_suffix(1);

  const bool fragment = BeginsFragment(head[0]);
  *taken = !(fragment && after_damage_);
  after_damage_ = fragment;
  after_object_ = false;
  *item = {ItemType::kText, dropped_ + static_cast<int64_t>(next_), head};

  state_ = State::kTextLine;
  line_is_blank_ = false;
  line_has_quote_ = head[0] == '"';
  last_byte_ = head[0];
  byte_before_ = 0;
  ++next_;
  return true;
}

bool RecordSplitter::TakeObject(Item* item, bool* taken) {
  *taken = true;
  const std::string_view bytes = Rest(next_).substr(0, kMaxObjectBytes);
  switch (scanner_.Scan(bytes)) {
    case JsonScanner::Result::kComplete:
      *item = {ItemType::kObject, dropped_ + static_cast<int64_t>(next_),
               bytes.substr(0, scanner_.position())};
      next_ += scanner_.position();
      state_ = State::kBetween;
      after_damage_ = false;
      after_object_ = true;
      RememberFirstKey();
      return true;
    case JsonScanner::Result::kBroken:
      if (scanner_.nodes().size() <= 1) {
        // It never came to a value: a line of text that happens to begin so.
        state_ = State::kText;
        *taken = false;
        return true;
      }
      Leave(ItemType::kBroken, item);
      // No further than it was read, so that chunks do not show.
      item->bytes = item->bytes.substr(0, scanner_.position() + 1);
      return true;
    case JsonScanner::Result::kNeedsMore:
      break;
  }
  if (bytes.size() == kMaxObjectBytes) {
    Leave(ItemType::kTooLong, item);
    return true;
  }
  if (!finished_) return false;
  Leave(ItemType::kTruncated, item);
  // What is followed by another object is not cut off by the end.
  if (FindRestart()) item->type = ItemType::kBroken;
  return true;
}

void RecordSplitter::Leave(ItemType type, Item* item) {
  RememberFirstKey();
  *item = {type, dropped_ + static_cast<int64_t>(next_),
           Rest(next_).substr(0, kExcerptBytes)};
  state_ = State::kResync;
  after_damage_ = true;
  after_object_ = false;
  line_is_blank_ = false;
  line_has_quote_ = true;  // it is no text
  last_byte_ = '{';
  byte_before_ = 0;
  ++next_;
}

// Goes on to where an object may begin, or, from a text line, to the next line.
// False when neither is there yet; next_ then stands at the first byte that is
// still to be judged.
bool RecordSplitter::FindRestart() {
  for (; next_ < buffer_.size(); ++next_) {
    const char c = buffer_[next_];
    if (c == '\n') {
      line_start_ = dropped_ + static_cast<int64_t>(next_) + 1;
      line_is_blank_ = true;
      if (state_ == State::kTextLine) {
        ++next_;
        state_ = State::kBetween;
        return true;
      }
      continue;
    }
    if (IsSpace(c)) continue;
    if (c == '{') {
      const Start start = LooksLikeStart(next_);
      if (start == Start::kNeedsMore) return false;
      if (start == Start::kYes) {
        state_ = State::kBetween;
        return true;
      }
    }
    if (c != ',' && c != '[' && c != ']') line_is_blank_ = false;
    if (c == '"') line_has_quote_ = true;
    byte_before_ = last_byte_;
    last_byte_ = c;
  }
  return false;
}

RecordSplitter::Start RecordSplitter::LooksLikeStart(size_t at) const {
  const Start unknown = finished_ ? Start::kNo : Start::kNeedsMore;
  size_t i = at + 1;
  const size_t space_end = i + kMaxSpaceBeforeKey;
  while (i < buffer_.size() && i < space_end && IsSpace(buffer_[i])) ++i;
  if (i == buffer_.size()) return unknown;
  if (buffer_[i] != '"') return Start::kNo;
  if (line_is_blank_ && Column(at) <= column_) return Start::kYes;
  if (last_byte_ == '}' || !line_has_quote_) return Start::kYes;
  if (in_array_ && last_byte_ == ',' && byte_before_ == '}') return Start::kYes;
  const std::string_view rest = Rest(i + 1).substr(0, kMaxFirstKeyBytes + 1);
  const size_t quote = rest.find('"');
  if (quote == rest.npos) {
    return rest.size() <= kMaxFirstKeyBytes ? unknown : Start::kNo;
  }
  return IsKnownFirstKey(rest.substr(0, quote)) ? Start::kYes : Start::kNo;
}

bool RecordSplitter::IsKnownFirstKey(std::string_view key) const {
  if (key == kAmqsevtFirstKey) return true;
  return std::find(first_keys_.begin(), first_keys_.begin() + first_key_count_,
                   key) != first_keys_.begin() + first_key_count_;
}

void RecordSplitter::RememberFirstKey() {
  if (scanner_.nodes().size() < 2) return;
  const std::string_view key = scanner_.nodes()[1].key;
  if (key.empty() || key.size() > kMaxFirstKeyBytes || IsKnownFirstKey(key)) {
    return;
  }
  if (first_key_count_ < first_keys_.size()) {
    first_keys_[first_key_count_++] = key;
  }
}

}  // namespace mqwarden
