#include "mqwarden/ingest/formats/amqerr_text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>

#include "mqwarden/base/text.h"
#include "mqwarden/base/time.h"
#include "mqwarden/ingest/civil_time.h"
#include "mqwarden/ingest/formats/field_writer.h"
#include "mqwarden/ingest/formats/local_time.h"
#include "mqwarden/ingest/formats/message_table.h"
#include "mqwarden/ingest/input_format.h"
#include "mqwarden/ingest/reject.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

constexpr std::string_view kProcessMark = " - Process(";
// Where the mark stands at the latest: behind the longest date of a locale.
constexpr size_t kMaxDateBytes = 64;
// Time stamps of consoles are no longer.
constexpr size_t kMaxStampBytes = 40;
constexpr size_t kMaxMessageBytes = 4096;
constexpr size_t kMaxHeaderLines = 64;

constexpr AmqFactNames kNames = {
    "id",        "text",           "Process",        "User",
    "Program",   "Host",           "Installation",   "VRMF",
    "QMgr",      "Time",           "RemoteHost",     "ArithInsert1",
    "ArithInsert2", "CommentInsert1", "CommentInsert2", "CommentInsert3"};

constexpr FieldRow kFields[] = {
    {"id", FieldId::kMessageId, "without the letter of its severity"},
    {"id", FieldId::kLevel, "by that letter"},
    {"id", FieldId::kKind, "by the message"},
    {"id", FieldId::kAction, "by the message"},
    {"id", FieldId::kOutcome, "by the message"},
    {"id", FieldId::kReason, "that the message implies"},
    {"text", FieldId::kMessage, ""},
    {"Time", FieldId::kTime, "or the local time that leads the record"},
    {"Host", FieldId::kHost, ""},
    {"VRMF", FieldId::kMqVersion, ""},
    {"QMgr", FieldId::kQmgr, ""},
    {"RemoteHost", FieldId::kConnection, ""},
    {"RemoteHost", FieldId::kSourceIp, ""},
    {"User", FieldId::kEventUser, "of AMQ6206 alone"},
    {"Program", FieldId::kApp, "of AMQ6206 alone"},
    {"Process", FieldId::kPid, "of AMQ6206 alone"},
};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

std::string_view TrimLeft(std::string_view text) {
  // The facts are indented by twenty blanks.
  constexpr uint64_t kEightBlanks = 0x2020202020202020u;
  while (text.size() >= 8) {
    uint64_t eight;
    std::memcpy(&eight, text.data(), 8);
    if (eight != kEightBlanks) break;
    text.remove_prefix(8);
  }
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  return text;
}

std::string_view Trim(std::string_view text) {
  text = TrimLeft(text);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

// Takes the first line of `*rest` off it.
std::string_view NextLine(std::string_view* rest) {
  const size_t end = rest->find('\n');
  const std::string_view line = rest->substr(0, end);
  rest->remove_prefix(end == rest->npos ? rest->size() : end + 1);
  return line;
}

// Where the date of a record ends. The parenthesis is rarer than the blank.
size_t FindProcessMark(std::string_view line) {
  line = line.substr(0, kMaxDateBytes + kProcessMark.size());
  const size_t open = line.find('(');
  if (open == line.npos || !line.substr(0, open + 1).ends_with(kProcessMark)) {
    return line.npos;
  }
  return open + 1 - kProcessMark.size();
}

struct Label {
  AmqFact fact;
  size_t size;  // with its parenthesis
};

// The label of a fact that `text` begins with. They stand in the order of
// AmqFact.
std::optional<Label> LabelOf(std::string_view text) {
  const auto is = [text](AmqFact fact) -> std::optional<Label> {
    const std::string_view name = kNames[static_cast<size_t>(fact)];
    if (text.size() > name.size() && text[name.size()] == '(' &&
        text.starts_with(name)) {
      return Label{fact, name.size() + 1};
    }
    return std::nullopt;
  };
  if (text.size() < 5) return std::nullopt;
  switch (text[0]) {
    case 'P':
      return text[3] == 'c' ? is(AmqFact::kProcess) : is(AmqFact::kProgram);
    case 'U':
      return is(AmqFact::kUser);
    case 'H':
      return is(AmqFact::kHost);
    case 'I':
      return is(AmqFact::kInstallation);
    case 'V':
      return is(AmqFact::kVersion);
    case 'Q':
      return is(AmqFact::kQmgr);
    case 'T':
      return is(AmqFact::kTime);
    case 'R':
      return is(AmqFact::kRemoteHost);
    case 'A':
    case 'C': {
      const AmqFact first =
          text[0] == 'A' ? AmqFact::kArithInsert1 : AmqFact::kCommentInsert1;
      const size_t digit = kNames[static_cast<size_t>(first)].size() - 1;
      const int last = text[0] == 'A' ? 2 : 3;
      if (text.size() <= digit) return std::nullopt;
      const int number = text[digit] - '0';
      if (number < 1 || number > last) return std::nullopt;
      return is(static_cast<AmqFact>(static_cast<int>(first) + number - 1));
    }
    default:
      return std::nullopt;
  }
}

uint32_t BitOf(AmqFact fact) { return uint32_t{1} << static_cast<int>(fact); }

// Whether `text` begins with `AMQ9777E:`.
bool BeginsMessage(std::string_view text) {
  char letter = 0;
  const auto size = LeadingAmqId(text, &letter);
  return size.has_value() && *size < text.size() && text[*size] == ':';
}

// Where the message's id stands in the line of a record that was folded: behind
// the last of its facts, the first of which is at `facts`.
size_t FindFoldedMessage(std::string_view line, size_t facts) {
  for (size_t at = line.find(" AMQ", facts); at != line.npos;
       at = line.find(" AMQ", at + 1)) {
    if (!BeginsMessage(line.substr(at + 1))) continue;
    const size_t before = line.find_last_not_of(" \t", at);
    if (before != line.npos && line[before] == ')') return at + 1;
  }
  return line.npos;
}

// `EXPLANATION:` in whatever language: one word of no small letters.
bool IsHeading(std::string_view line) {
  constexpr size_t kMaxBytes = 40;
  line = Trim(line);
  if (line.size() < 4 || line.size() > kMaxBytes || line.back() != ':') {
    return false;
  }
  return std::all_of(line.begin(), line.end() - 1, [](char c) {
    return (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
  });
}

// Where the first heading stands in the text of a folded record.
size_t FindHeading(std::string_view text) {
  for (size_t colon = text.find(": "); colon != text.npos;
       colon = text.find(": ", colon + 1)) {
    const size_t blank = text.rfind(' ', colon);
    const size_t word = blank == text.npos ? 0 : blank + 1;
    if (IsHeading(text.substr(word, colon + 1 - word))) return word;
  }
  return text.npos;
}

}  // namespace

bool AmqerrTextParser::IsHeader(std::string_view line) {
  if (line.size() < 20 || IsBlank(line.front()) || line.front() == '{' ||
      line.front() == '<' || line.front() == '[') {
    return false;
  }
  return FindProcessMark(line) != line.npos;
}

bool AmqerrTextParser::IsConsole(std::string_view line) {
  if (line.size() < 10) return false;
  if (line.front() == 'A') return BeginsMessage(line);
  if (!IsDigit(line.front()) || line[4] != '-') return false;
  const size_t blank = line.substr(0, kMaxStampBytes).find(' ');
  return blank != line.npos && BeginsMessage(line.substr(blank + 1));
}

bool AmqerrTextParser::IsTrailer(std::string_view line) {
  constexpr std::string_view kDashes = "-----";
  if (!line.starts_with(kDashes)) return false;
  line = Trim(line);
  if (line.find_first_not_of('-') == line.npos) return line.size() >= 20;
  return line.ends_with(kDashes) && line[5] == ' ' &&
         line.find(" : ") != line.npos;
}

bool AmqerrTextParser::HasId(std::string_view record) {
  const std::string_view first = NextLine(&record);
  if (IsConsole(first)) return true;
  const size_t mark = FindProcessMark(first);
  if (mark == first.npos) return false;
  if (FindFoldedMessage(first, mark) != first.npos) return true;
  while (!record.empty()) {
    if (BeginsMessage(TrimLeft(NextLine(&record)))) return true;
  }
  return false;
}

bool AmqerrTextParser::Parse(std::string_view record, const AmqRecord& outer,
                             Event* event, Provenance* provenance) {
  record_ = AmqRecord();
  record_.source = EnumCode(EnumType::kSource, "amqerr");
  event_ = event;
  std::string_view rest = record;
  const std::string_view first = NextLine(&rest);
  if (IsConsole(first)) {
    if (!ParseConsole(Trim(first))) return false;
  } else {
    const size_t mark = FindProcessMark(first);
    if (mark == record.npos) return false;
    // The facts are above the message's id.
    std::string_view header;
    std::string_view message;
    const size_t folded = FindFoldedMessage(first, mark);
    if (folded != first.npos) {
      header = first.substr(0, folded);
      message = record.substr(folded);
    } else {
      for (std::string_view below = rest; !below.empty();) {
        const char* const line_start = below.data();
        const std::string_view line = TrimLeft(NextLine(&below));
        if (!BeginsMessage(line)) continue;
        header = record.substr(0, line_start - record.data());
        message = record.substr(line.data() - record.data());
        break;
      }
    }
    if (message.empty()) return false;
    ParseHeader(header.substr(mark + 3));
    if (record_[AmqFact::kTime].empty() || !record_.time.has_value()) {
      if (const auto civil =
              ParseLocalTime(record.substr(0, mark), options_.date_order)) {
        record_.time = ComposeTime(*civil, options_.zone);
        record_.time_quality = TimeQualityOf(options_.zone);
      }
    }
    record_[AmqFact::kMessage] = ParseMessage(message);
    if (folded != first.npos) {
      const std::string_view text = record_[AmqFact::kMessage];
      record_[AmqFact::kMessage] = Trim(text.substr(0, FindHeading(text)));
    }
  }
  if (!record_.time.has_value()) {
    record_.time = outer.time;
    record_.time_quality = outer.time_quality;
  }
  std::string_view& host = record_[AmqFact::kHost];
  if (host.empty()) host = outer[AmqFact::kHost];
  normalizer_.Normalize(record_, kNames, event, provenance);
  return true;
}

void AmqerrTextParser::ParseHeader(std::string_view header) {
  std::array<std::string_view, kMaxHeaderLines> lines;
  size_t count = 0;
  uint32_t line_starts = 0;
  while (!header.empty() && count < lines.size()) {
    const std::string_view line = Trim(NextLine(&header));
    if (line.empty()) continue;
    lines[count++] = line;
    if (const auto label = LabelOf(line)) line_starts |= BitOf(label->fact);
  }
  for (size_t i = 0; i < count; ++i) TakeLabels(lines[i], line_starts);
  if (const auto time = ParseTime(Trim(record_[AmqFact::kTime]))) {
    record_.time = time;
    record_.time_quality = EnumCode(EnumType::kTimeQuality, "exact");
  }
}

// `Host(h) Installation(i)`. A value may hold parentheses: it ends where a later
// fact that has no line of its own follows, or else at the last one.
void AmqerrTextParser::TakeLabels(std::string_view line, uint32_t line_starts) {
  auto label = LabelOf(line);
  if (!label.has_value()) {
    const size_t open = line.find('(');
    if (open == line.npos || !line.ends_with(')')) return;
    const std::string_view name = line.substr(0, open);
    const bool is_word =
        !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
          return IsDigit(c) || (AsciiLower(c) >= 'a' && AsciiLower(c) <= 'z');
        });
    if (is_word) {
      event_->AddAttr({name, line.substr(open + 1, line.size() - open - 2)});
    }
    return;
  }
  while (label.has_value()) {
    line.remove_prefix(label->size);
    std::optional<Label> next;
    size_t close = line.find(')');
    size_t after = line.npos;
    size_t last = line.npos;
    for (; close != line.npos; close = line.find(')', close + 1)) {
      last = close;
      after = line.find_first_not_of(" \t,", close + 1);
      if (after == line.npos || after == close + 1) continue;
      next = LabelOf(line.substr(after));
      if (next.has_value() && next->fact > label->fact &&
          (line_starts & BitOf(next->fact)) == 0) {
        break;
      }
      next.reset();
    }
    std::string_view& value = record_[label->fact];
    if (value.empty()) value = line.substr(0, last);
    if (next.has_value()) line.remove_prefix(after);
    label = next;
  }
}

// Fills the id and returns the text of the message, in one line.
std::string_view AmqerrTextParser::ParseMessage(std::string_view rest) {
  const std::string_view first = Trim(NextLine(&rest));
  const size_t colon = first.find(':');
  record_[AmqFact::kId] = first.substr(0, colon);
  const std::string_view text = Trim(first.substr(colon + 1));
  message_.clear();
  while (!rest.empty()) {
    const std::string_view line = Trim(NextLine(&rest));
    if (line.empty() || IsHeading(line) || IsTrailer(line)) break;
    if (message_.empty()) message_ = text;
    if (message_.size() + line.size() >= kMaxMessageBytes) break;
    message_ += ' ';
    message_ += line;
  }
  return message_.empty() ? text : std::string_view(message_);
}

// `2020-02-26T10:04:57.271Z AMQ9777E: text [CommentInsert1(x), ...]`.
bool AmqerrTextParser::ParseConsole(std::string_view line) {
  if (IsDigit(line.front())) {
    const size_t blank = line.find(' ');
    record_[AmqFact::kTime] = line.substr(0, blank);
    record_.time = ParseTime(record_[AmqFact::kTime]);
    record_.time_quality = EnumCode(EnumType::kTimeQuality, "exact");
    line = TrimLeft(line.substr(blank));
  }
  const size_t colon = line.find(':');
  record_[AmqFact::kId] = line.substr(0, colon);
  std::string_view text = Trim(line.substr(colon + 1));
  if (text.ends_with(']')) {
    for (size_t open = text.find(" ["); open != text.npos;
         open = text.find(" [", open + 1)) {
      const auto label = LabelOf(text.substr(open + 2));
      if (!label.has_value() || label->fact < AmqFact::kArithInsert1) continue;
      TakeLabels(text.substr(open + 2, text.size() - open - 3), 0);
      text = Trim(text.substr(0, open));
      break;
    }
  }
  record_[AmqFact::kMessage] = text;
  return true;
}

namespace {

class AmqerrTextDecoder final : public LineDecoder {
 public:
  explicit AmqerrTextDecoder(const TextOptions& options) : parser_(options) {}

  InputFormat format() const override { return InputFormat::kAmqerr; }

  bool MayBeginWith(char first) const override {
    return !IsBlank(first) && first != '{' && first != '<' && first != '[';
  }
  bool Begins(std::string_view line) const override {
    if (line.empty()) return false;
    return AmqerrTextParser::IsHeader(line) ||
           AmqerrTextParser::IsConsole(line) ||
           AmqerrTextParser::IsTrailer(line);
  }

  bool Continues(std::string_view) const override { return is_open_; }

  void Take(std::string_view line, int64_t offset, LineSink* sink) override {
    if (AmqerrTextParser::IsTrailer(line)) {
      if (!is_open_) return sink->OnPassedOver(format(), "trailer");
      trailer_ = Trim(line);
      return Give(sink);
    }
    if (is_open_) {
      // The explanation may speak of a message at the start of a line.
      const bool begins =
          AmqerrTextParser::IsHeader(line) ||
          (IsDigit(line.empty() ? ' ' : line.front()) &&
           AmqerrTextParser::IsConsole(line));
      if (!begins) return Append(line, sink);
      Give(sink);
    }
    if (!Begins(line)) {
      return sink->OnReject(format(), line, offset, {kUnrecognised, {}});
    }
    if (line.size() > kMaxRecordBytes) {
      return sink->OnReject(format(), line.substr(0, kMaxRecordBytes), offset,
                            {kTooLong, {}});
    }
    record_ = line;
    offset_ = offset;
    is_open_ = true;
    // One that is whole in a line.
    if (AmqerrTextParser::HasId(line)) Give(sink);
  }

  void Flush(LineSink* sink) override {
    if (is_open_) Give(sink);
  }

 private:
  void Append(std::string_view line, LineSink* sink) {
    if (record_.size() + line.size() + 1 > kMaxRecordBytes) return Give(sink);
    record_ += '\n';
    record_ += line;
  }

  void Give(LineSink* sink) {
    is_open_ = false;
    event_.Clear();
    if (!trailer_.empty()) AddModule();
    if (parser_.Parse(record_, {}, &event_, sink->provenance())) {
      sink->OnEvent(format(), record_, offset_, &event_);
    } else {
      sink->OnReject(format(), record_, offset_,
                     {kTruncated, "no message id"});
    }
    trailer_.clear();
  }

  // The place in IBM MQ's source that gave the message, of its line of dashes.
  void AddModule() {
    std::string_view module = trailer_;
    const size_t begin = module.find_first_not_of("- ");
    if (begin == module.npos) return;
    const size_t end = module.find_last_not_of("- ");
    event_.AddAttr({"module", module.substr(begin, end + 1 - begin)});
  }

  AmqerrTextParser parser_;
  Event event_;
  std::string record_;
  std::string trailer_;
  int64_t offset_ = 0;
  bool is_open_ = false;
};

}  // namespace

std::span<const FieldRow> AmqerrTextFields() { return kFields; }

std::unique_ptr<LineDecoder> MakeAmqerrTextDecoder(const TextOptions& options) {
  return std::make_unique<AmqerrTextDecoder>(options);
}

}  // namespace mqwarden
