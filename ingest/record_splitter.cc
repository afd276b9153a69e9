#include "mqwarden/ingest/record_splitter.h"

#include <algorithm>
#include <utility>

#include "mqwarden/ingest/detect.h"

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

// What stands between the objects of an array, and what opens and closes it.
bool IsPunctuation(char c) {
  return c == '[' || c == ']' || c == ',' || c == '}';
}

// A line that begins so is a piece of an object rather than text.
bool BeginsFragment(char c) {
  return c == '"' || c == '{' || c == '}' || c == ']' || c == ':';
}

}  // namespace

void RecordSplitter::Append(std::string_view bytes) {
  buffer_.erase(0, next_);
  dropped_ += static_cast<int64_t>(next_);
  searched_ -= std::min(searched_, next_);
  text_start_ -= std::min(text_start_, next_);
  next_ = 0;
  buffer_.append(bytes);
}

void RecordSplitter::PassObjectLine(size_t bytes, std::string_view first_key) {
  PassBytes(bytes);
  RememberFirstKey(first_key);
}

void RecordSplitter::PassBytes(size_t bytes) {
  dropped_ += static_cast<int64_t>(buffer_.size() + bytes);
  buffer_.clear();
  next_ = searched_ = text_start_ = 0;
  line_start_ = dropped_;
  after_damage_ = false;
  after_object_ = true;
}

void RecordSplitter::Restart() {
  buffer_.clear();
  dropped_ = 0;
  next_ = searched_ = text_start_ = 0;
  finished_ = false;
  text_until_ = -1;
  at_line_start_ = true;
  in_text_ = false;
  state_ = State::kBetween;
  line_start_ = 0;
  column_ = 0;
  line_is_blank_ = true;
  line_has_quote_ = false;
  last_byte_ = byte_before_ = 0;
  in_array_ = after_damage_ = after_object_ = false;
  has_only_objects_ = true;
  first_key_count_ = 0;
}

void RecordSplitter::PassObjects(size_t bytes,
                                 std::span<const std::string> first_keys) {
  PassBytes(bytes);
  for (const std::string& key : first_keys) RememberFirstKey(key);
}

std::string RecordSplitter::TakeRest(int64_t offset) {
  std::string rest = buffer_.substr(static_cast<size_t>(offset - dropped_));
  buffer_.clear();
  next_ = searched_ = text_start_ = 0;
  return rest;
}

void RecordSplitter::RestartAt(int64_t offset) {
  Restart();
  dropped_ = line_start_ = offset;
  text_until_ = offset;
  has_only_objects_ = false;
}

// Whether the line at next_ is none, but the first bytes of a message.
RecordSplitter::Start RecordSplitter::BeginsMessages() const {
  const std::string_view head = Rest(next_);
  if (!finds_messages_ || head.empty() || !MayBeBinary(head[0]) ||
      dropped_ + static_cast<int64_t>(next_) <= text_until_) {
    return Start::kNo;
  }
  if (head.size() < kBinaryHeadBytes) {
    return finished_ ? Start::kNo : Start::kNeedsMore;
  }
  return BeginsBinary(head) ? Start::kYes : Start::kNo;
}

bool RecordSplitter::Next(Item* item) {
  for (;;) {
    bool taken = false;
    switch (state_) {
      case State::kBetween:
        if (at_line_start_) {
          const Start messages = BeginsMessages();
          if (messages == Start::kNeedsMore) return false;
          if (messages == Start::kYes) {
            *item = {ItemType::kMessages,
                     dropped_ + static_cast<int64_t>(next_), {}};
            return true;
          }
          switch (JudgeLine()) {
            case Line::kNeedsMore:
              return false;
            case Line::kBlank:
              *item = {ItemType::kText, dropped_ + static_cast<int64_t>(next_),
                       {}};
              next_ = text_start_;
              PassLineEnd();
              if (in_text_) return true;
              continue;
            case Line::kText:
              state_ = State::kText;
              continue;
            case Line::kObjects:
              at_line_start_ = false;
              next_ = text_start_;
              continue;
          }
        }
        if (!SkipSeparators()) return false;
        if (at_line_start_) continue;
        state_ = State::kText;
        text_start_ = next_;
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
      case State::kSkip: {
        const size_t end = FindLineEnd(buffer_.size());
        next_ = end;
        if (end == buffer_.size()) return false;
        PassLineEnd();
        break;
      }
      case State::kResyncLine:
        if (!OfferLine(item, &taken)) return false;
        if (taken) return true;
        break;
      case State::kDoubtful:
        state_ = State::kResync;
        break;
      case State::kResync:
      case State::kTextLine:
        if (!FindRestart()) return false;
        break;
    }
  }
}

// Judges the line that begins at next_ by its first byte that is no blank, and
// sets text_start_ to that.
RecordSplitter::Line RecordSplitter::JudgeLine() {
  while (Rest(next_).starts_with(kByteOrderMark)) next_ += kByteOrderMark.size();
  const std::string_view rest = Rest(next_).substr(0, kByteOrderMark.size());
  if (rest.empty() || (kByteOrderMark.starts_with(rest) && !finished_)) {
    return Line::kNeedsMore;
  }
  const size_t limit = next_ + kMaxLineBytes;
  size_t at = next_;
  while (at < buffer_.size() && at < limit && IsSpace(buffer_[at]) &&
         buffer_[at] != '\n') {
    ++at;
  }
  if (at == buffer_.size() && at < limit && !finished_) return Line::kNeedsMore;
  text_start_ = at;
  if (at == buffer_.size() || at == limit || buffer_[at] == '\n') {
    return Line::kBlank;
  }
  const char c = buffer_[at];
  if (c == '{') return Line::kObjects;
  return IsPunctuation(c) && !in_text_ ? Line::kObjects : Line::kText;
}

// The index of the line's end, not looked for at `limit` and behind it; then
// `limit`.
size_t RecordSplitter::FindLineEnd(size_t limit) {
  const size_t from = std::max(next_, searched_);
  if (from < limit) {
    const size_t end = std::string_view(buffer_).substr(0, limit).find('\n', from);
    searched_ = std::min(end, limit);
    return searched_;
  }
  return limit;
}

// Goes behind the line's end at next_, or to the end of what there is.
void RecordSplitter::PassLineEnd() {
  state_ = State::kBetween;
  if (next_ >= buffer_.size() || buffer_[next_] != '\n') return;
  ++next_;
  line_start_ = dropped_ + static_cast<int64_t>(next_);
  at_line_start_ = true;
}

void RecordSplitter::SkipLine() {
  // A blank line has been passed already.
  if (state_ == State::kTextLine || state_ == State::kDoubtful) {
    state_ = State::kSkip;
  }
  after_damage_ = false;
}

void RecordSplitter::ReadAsPunctuation() {
  next_ = text_start_;
  state_ = State::kBetween;
  at_line_start_ = false;
}

// Goes to the next byte that is part of an item. False when there is none yet.
bool RecordSplitter::SkipSeparators() {
  while (next_ < buffer_.size()) {
    const char c = buffer_[next_];
    if (c == '\n') {
      PassLineEnd();
      return true;
    }
    if (c == '[') {
      // `[pid.tid @` begins a text format.
      if (next_ + 1 == buffer_.size() && !finished_) return false;
      if (next_ + 1 < buffer_.size() && buffer_[next_ + 1] >= '0' &&
          buffer_[next_ + 1] <= '9') {
        return true;
      }
      in_array_ = true;
      has_only_objects_ = false;
    } else if (c == kByteOrderMark[0]) {
      const std::string_view rest = Rest(next_).substr(0, kByteOrderMark.size());
      if (rest != kByteOrderMark) {
        return rest != kByteOrderMark.substr(0, rest.size()) || finished_;
      }
      next_ += kByteOrderMark.size() - 1;
    } else if (c == '}') {
      // Some groups are closed twice.
      has_only_objects_ = false;
      if (!after_object_ && !after_damage_) return true;
    } else if (!IsSpace(c) && c != ',' && c != ']') {
      return true;
    }
    ++next_;
  }
  return false;
}

// Returns false when the line's end is not there yet. A line that goes with the
// damage before it is passed over without an item.
bool RecordSplitter::TakeText(Item* item, bool* taken) {
  has_only_objects_ = false;
  const size_t limit = next_ + kMaxLineBytes;
  const size_t end = FindLineEnd(std::min(limit, buffer_.size()));
  const bool has_end = end < buffer_.size() && buffer_[end] == '\n';
  if (!has_end && end < limit && !finished_) return false;
  std::string_view line = Rest(next_).substr(0, end - next_);
  if (line.ends_with('\r')) line.remove_suffix(1);

  const char first = buffer_[text_start_];
  const bool fragment = BeginsFragment(first);
  *taken = !(fragment && after_damage_);
  after_damage_ = fragment;
  after_object_ = false;
  *item = {ItemType::kText, dropped_ + static_cast<int64_t>(next_), line,
           !has_end && end == limit, at_line_start_ && IsPunctuation(first),
           false};

  state_ = State::kTextLine;
  at_line_start_ = false;
  line_is_blank_ = false;
  line_has_quote_ = first == '"';
  last_byte_ = first;
  byte_before_ = 0;
  next_ = text_start_ + 1;
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
  if (HasRestart()) item->type = ItemType::kBroken;
  return true;
}

// Whether an object begins behind the one just left. Changes nothing.
bool RecordSplitter::HasRestart() {
  const Search search = {next_,           line_start_, line_is_blank_,
                         line_has_quote_, last_byte_,  byte_before_};
  while (FindRestart() && state_ == State::kResyncLine) {
    state_ = State::kResync;
  }
  const bool found = state_ == State::kBetween;
  state_ = State::kResync;
  next_ = search.next;
  line_start_ = search.line_start;
  line_is_blank_ = search.line_is_blank;
  line_has_quote_ = search.line_has_quote;
  last_byte_ = search.last_byte;
  byte_before_ = search.byte_before;
  return found;
}

// Gives the line at next_, if it looks like one of text, and then looks on from
// its first byte. Returns false when its end is not there yet.
bool RecordSplitter::OfferLine(Item* item, bool* taken) {
  const Line line = JudgeLine();
  if (line == Line::kNeedsMore) return false;
  if (text_start_ + 1 == buffer_.size() && !finished_) return false;
  const std::string_view text_head = Rest(text_start_);
  // `[pid.tid @` begins a text format.
  const bool is_thread = text_head.size() > 1 && text_head[0] == '[' &&
                         text_head[1] >= '0' && text_head[1] <= '9';
  state_ = State::kResync;
  if (!is_thread &&
      (line != Line::kText || BeginsFragment(text_head[0]) ||
       IsPunctuation(text_head[0]))) {
    return true;
  }
  const size_t limit = next_ + kMaxLineBytes;
  const size_t end = FindLineEnd(std::min(limit, buffer_.size()));
  const bool has_end = end < buffer_.size() && buffer_[end] == '\n';
  if (!has_end && end < limit && !finished_) {
    state_ = State::kResyncLine;
    return false;
  }
  std::string_view text = Rest(next_).substr(0, end - next_);
  if (text.ends_with('\r')) text.remove_suffix(1);
  *item = {ItemType::kText, dropped_ + static_cast<int64_t>(next_), text,
           !has_end && end == limit, false, true};
  *taken = true;
  state_ = State::kDoubtful;
  return true;
}

void RecordSplitter::Leave(ItemType type, Item* item) {
  has_only_objects_ = false;
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
        PassLineEnd();
        return true;
      }
      // The buffer's end may be that of the stream: then there is no line.
      ++next_;
      state_ = State::kResyncLine;
      return true;
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
  RememberFirstKey(scanner_.nodes()[1].key);
}

void RecordSplitter::RememberFirstKey(std::string_view key) {
  if (key.empty() || key.size() > kMaxFirstKeyBytes || IsKnownFirstKey(key)) {
    return;
  }
  if (first_key_count_ < first_keys_.size()) {
    first_keys_[first_key_count_++] = key;
  }
}

}  // namespace mqwarden
