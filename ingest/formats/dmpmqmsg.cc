#include "mqwarden/ingest/formats/dmpmqmsg.h"

#include <charconv>
#include <utility>

namespace mqwarden {
namespace {

constexpr size_t kShownBytes = 120;
constexpr size_t kCodeBytes = 3;
constexpr std::string_view kBlanks(" \t\r\0", 4);
// A stream of comments alone is none of dmpmqmsg's.
constexpr size_t kMaxHeadBytes = 64 * 1024;
// amqsevt's text form begins its records like a comment.
constexpr std::string_view kAmqsevtText = "**** Message #";

std::string_view TrimBlanks(std::string_view text) {
  const size_t first = text.find_first_not_of(kBlanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string_view WithoutQuotes(std::string_view text) {
  if (text.size() >= 2 && text.starts_with('"') && text.ends_with('"')) {
    text.remove_prefix(1);
    text.remove_suffix(1);
  }
  return text;
}

int32_t NumberOf(std::string_view text) {
  int32_t number = 0;
  const auto result =
      std::from_chars(text.data(), text.data() + text.size(), number);
  return result.ec == std::errc() ? number : 0;
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Appends the bytes of `hex`, in which blanks mean nothing; false where it is
// none.
bool AppendHexBytes(std::string_view hex, std::string* bytes) {
  int high = -1;
  for (const char c : hex) {
    if (c == ' ' || c == '\t') continue;
    const int digit = HexDigit(c);
    if (digit < 0) return false;
    if (high < 0) {
      high = digit;
    } else {
      bytes->push_back(static_cast<char>(high << 4 | digit));
      high = -1;
    }
  }
  return high < 0;
}

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }

std::string_view WithoutByteOrderMark(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return text;
}

// A line of one letter, or one letter and a value.
bool HasForm(std::string_view line) {
  return IsUpper(line[0]) && (line.size() == 1 || line[1] == ' ' ||
                              line[1] == '\t');
}

bool IsAttribute(std::string_view line) {
  if (line[0] != 'A' || !HasForm(line)) return false;
  const std::string_view code = TrimBlanks(line.substr(1));
  if (code.size() < kCodeBytes ||
      (code.size() > kCodeBytes &&
       kBlanks.find(code[kCodeBytes]) == kBlanks.npos)) {
    return false;
  }
  return IsUpper(code[0]) && IsUpper(code[1]) && IsUpper(code[2]);
}

}  // namespace

DmpmqmsgHead BeginsDmpmqmsg(std::string_view head) {
  head = WithoutByteOrderMark(head);
  const bool is_full = head.size() >= kMaxHeadBytes;
  while (!head.empty()) {
    const size_t end = head.find('\n');
    const std::string_view line = TrimBlanks(head.substr(0, end));
    if (line.starts_with(kAmqsevtText)) return DmpmqmsgHead::kNo;
    if (!line.empty() && line[0] != '*') {
      if (end == head.npos && line.size() <= 2 + kCodeBytes && !is_full &&
          HasForm(line)) {
        return DmpmqmsgHead::kNeedsMore;
      }
      return IsAttribute(line) || line == "N" ? DmpmqmsgHead::kYes
                                              : DmpmqmsgHead::kNo;
    }
    if (end == head.npos) break;
    head.remove_prefix(end + 1);
  }
  return is_full ? DmpmqmsgHead::kNo : DmpmqmsgHead::kNeedsMore;
}

void DmpmqmsgReader::Append(std::string_view bytes) {
  if (next_ >= buffer_.size() - next_) {
    buffer_.erase(0, next_);
    dropped_ += static_cast<int64_t>(next_);
    searched_ -= next_;
    next_ = 0;
  }
  buffer_ += bytes;
}

bool DmpmqmsgReader::Next(Item* item) {
  if (given_) {
    message_ = Message();
    given_ = false;
  }
  while (next_ < buffer_.size()) {
    const size_t end = buffer_.find('\n', searched_);
    const bool is_whole = end != buffer_.npos;
    const size_t size = (is_whole ? end : buffer_.size()) - next_;
    searched_ = next_ + size;
    const bool is_long = size > kMaxLineBytes;
    if (!is_whole && !finished_ && !is_long && !in_long_line_) return false;
    if (!in_long_line_) {
      // A line that is too long is judged by its beginning.
      const std::string_view line =
          std::string_view(buffer_).substr(next_, is_long ? kMaxLineBytes : size);
      if (TakeLine(line, is_long, item)) return true;
    }
    in_long_line_ = !is_whole;
    ConsumeLine(size + (is_whole ? 1 : 0));
  }
  if (finished_ && message_.begun) {
    Give(item);
    return true;
  }
  return false;
}

std::string DmpmqmsgReader::TakeRest() {
  std::string rest = buffer_.substr(next_);
  buffer_.resize(next_);
  searched_ = next_;
  finished_ = true;
  return rest;
}

void DmpmqmsgReader::ConsumeLine(size_t size) {
  next_ += size;
  searched_ = next_;
}

// Returns true when there is an item; the line has then either been dealt with
// and consumed, or begins what follows the item and is taken again.
bool DmpmqmsgReader::TakeLine(std::string_view line, bool is_cut, Item* item) {
  const bool is_first = dropped_ + static_cast<int64_t>(next_) == 0;
  const std::string_view text =
      TrimBlanks(is_first ? WithoutByteOrderMark(line) : line);
  if (text.empty() || text[0] == '*') return false;
  if (!HasForm(text)) {
    if (std::exchange(in_unknown_, true)) return false;
    *item = {};
    item->type = ItemType::kNoMessage;
    item->offset = dropped_ + static_cast<int64_t>(next_);
    item->head = text.substr(0, kShownBytes);
    return true;  // taken again, and passed over
  }
  const bool is_attribute = IsAttribute(text);
  const std::string_view rest = TrimBlanks(text.substr(1));
  const std::string_view code =
      is_attribute ? rest.substr(0, kCodeBytes) : std::string_view();
  const bool begins =
      text == "N" || (is_attribute && message_.has_data) ||
      (code == "VER" && message_.has_version);
  if (begins && message_.begun) {
    Give(item);
    return true;
  }
  in_unknown_ = false;
  if (text == "N") return false;
  if (is_attribute) {
    Begin(text);
    SetAttribute(code, WithoutQuotes(TrimBlanks(rest.substr(kCodeBytes))));
  } else if (text[0] == 'X' || text[0] == 'S' || text[0] == 'T') {
    Begin(text);
    AddData(text[0], rest);
    message_.is_too_long |= is_cut;
  }
  return false;
}

void DmpmqmsgReader::Begin(std::string_view line) {
  if (!message_.begun) {
    message_.begun = true;
    message_.offset = dropped_ + static_cast<int64_t>(next_);
  }
  if (message_.head.size() >= kShownBytes) return;
  if (!message_.head.empty()) message_.head += '\n';
  message_.head += line.substr(0, kShownBytes);
}

void DmpmqmsgReader::SetAttribute(std::string_view code,
                                  std::string_view value) {
  const auto set_id = [&](std::string* id) {
    id->clear();
    if (!AppendHexBytes(value, id)) id->clear();
  };
  if (code == "VER") message_.has_version = true;
  if (code == "ENC") message_.encoding = NumberOf(value);
  if (code == "CCS") message_.ccsid = NumberOf(value);
  if (code == "FMT") message_.format = TrimBlanks(value);
  if (code == "MSI") set_id(&message_.message_id);
  if (code == "COI") set_id(&message_.correlation_id);
  if (code == "PAT") message_.put_application_type = NumberOf(value);
  if (code == "PAN") message_.put_application = TrimBlanks(value);
  if (code == "PTD") message_.put_date = value;
  if (code == "PTT") message_.put_time = value;
}

void DmpmqmsgReader::AddData(char form, std::string_view value) {
  message_.has_data = true;
  if (message_.is_too_long) return;
  if (form != 'X') {
    message_.body += WithoutQuotes(value);
  } else if (!AppendHexBytes(value, &message_.body)) {
    message_.is_bad_hex = true;
  }
  if (message_.body.size() > kMaxPcfBytes) {
    message_.is_too_long = true;
    message_.body.clear();
  }
}

void DmpmqmsgReader::Give(Item* item) {
  *item = {};
  item->type = message_.is_too_long  ? ItemType::kTooLong
               : message_.is_bad_hex ? ItemType::kBadHex
                                     : ItemType::kMessage;
  item->offset = message_.offset;
  item->head = std::string_view(message_.head).substr(0, kShownBytes);
  item->format = message_.format;
  item->body = message_.body;
  MessageFacts& facts = item->facts;
  facts.put_date = message_.put_date;
  facts.put_time = message_.put_time;
  facts.encoding = message_.encoding;
  facts.ccsid = message_.ccsid;
  facts.message_id = message_.message_id;
  facts.correlation_id = message_.correlation_id;
  facts.put_application_type = message_.put_application_type;
  facts.put_application = message_.put_application;
  given_ = true;
}

}  // namespace mqwarden
