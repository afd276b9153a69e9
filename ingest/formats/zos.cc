#include "mqwarden/ingest/formats/zos.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "mqwarden/ingest/civil_time.h"
#include "mqwarden/ingest/input_format.h"
#include "mqwarden/ingest/reject.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

// Messages whose lines may still come. More at once are not seen on one console.
constexpr size_t kMaxOpen = 16;
// Lines of one message.
constexpr size_t kMaxLines = 64;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsHex(char c) { return IsDigit(c) || (c >= 'A' && c <= 'F'); }

template <typename Fits>
bool All(std::string_view text, const Fits& fits) {
  for (const char c : text) {
    if (!fits(c)) return false;
  }
  return true;
}

std::string_view TrimLeft(std::string_view text) {
  // Lines of other formats are indented, and come here to be refused.
  constexpr uint64_t kEightBlanks = 0x2020202020202020u;
  while (text.size() >= 8) {
    uint64_t eight;
    std::memcpy(&eight, text.data(), 8);
    if (eight != kEightBlanks) break;
    text.remove_prefix(8);
  }
  while (text.starts_with(' ')) text.remove_prefix(1);
  return text;
}

std::string_view TrimRight(std::string_view text) {
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::string_view NextWord(std::string_view* rest) {
  *rest = TrimLeft(*rest);
  const std::string_view word = rest->substr(0, rest->find(' '));
  rest->remove_prefix(word.size());
  return word;
}

// The head of a line of the hardcopy log.
struct Hardcopy {
  bool continues = false;  // a line of a message before
  bool ends = false;       // the last one of it
  std::string_view system;
  std::string_view number;  // of a message of many lines
  std::optional<CivilTime> civil;
  std::string_view text;
};

// `2024325`, `24325`: year and day of the year.
bool ParseDayOfYear(std::string_view text, CivilTime* civil) {
  if (text.size() != 5 && text.size() != 7) return false;
  CivilScanner scanner(text);
  int year = scanner.Number(text.size() - 3);
  if (text.size() == 5) year += 2000;
  const int day = scanner.Number(3);
  if (!scanner.ok() || day < 1 || day > 366) return false;
  const std::chrono::year_month_day date(
      std::chrono::sys_days(std::chrono::year(year) / 1 / 1) +
      std::chrono::days(day - 1));
  civil->year = static_cast<int>(date.year());
  civil->month = static_cast<int>(static_cast<unsigned>(date.month()));
  civil->day = static_cast<int>(static_cast<unsigned>(date.day()));
  return true;
}

bool IsFlags(std::string_view word) { return word.size() == 8 && All(word, IsHex); }

bool IsNumber(std::string_view word) {
  return (word.size() == 2 || word.size() == 3) && All(word, IsDigit);
}

std::optional<Hardcopy> ParseHardcopy(std::string_view line) {
  if (line.size() < 12 || (line[1] != ' ' && !IsUpper(line[1]))) {
    return std::nullopt;
  }
  Hardcopy out;
  std::string_view rest = line.substr(2);
  switch (line.front()) {
    case 'D':
    case 'E':
    case 'L': {
      out.continues = true;
      out.ends = line.front() == 'E';
      out.number = NextWord(&rest);
      const std::string_view flags = NextWord(&rest);
      if (!IsNumber(out.number) || !IsFlags(flags)) return std::nullopt;
      out.text = rest;
      return out;
    }
    case 'N':
    case 'M':
    case 'W':
    case 'O':
    case 'X': {
      const std::string_view routing = NextWord(&rest);
      if (routing.size() != 7 || !All(routing, IsHex)) return std::nullopt;
      CivilTime civil;
      std::string_view word = NextWord(&rest);
      if (!(All(word, IsDigit) && ParseDayOfYear(word, &civil))) {
        out.system = word;
        word = NextWord(&rest);
        if (!ParseDayOfYear(word, &civil)) return std::nullopt;
      }
      CivilScanner scanner(TrimLeft(rest));
      scanner.TimeOfDay(&civil);
      if (!scanner.ok()) return std::nullopt;
      out.civil = civil;
      rest = scanner.rest();
      // A job's id, where there is one, and the flags of exits.
      for (int i = 0; i < 2; ++i) {
        std::string_view behind = rest;
        const std::string_view next = NextWord(&behind);
        if (!IsFlags(next)) {
          if (i == 0 && next.size() <= 8 && IsFlags(NextWord(&behind))) {
            rest = behind;
          }
          break;
        }
        rest = behind;
        break;
      }
      out.text = TrimLeft(rest);
      if (line.front() == 'M') {
        const std::string_view text = TrimRight(out.text);
        const size_t blank = text.rfind(' ');
        if (blank != text.npos && IsNumber(text.substr(blank + 1))) {
          out.number = text.substr(blank + 1);
          out.text = TrimRight(text.substr(0, blank));
        }
      }
      return out;
    }
    default:
      return std::nullopt;
  }
}

// `IRR012I`, which only says more of a refusal before it.
bool IsRacfCompanion(std::string_view text) {
  text = TrimLeft(text);
  return text.size() > 7 && text.starts_with("IRR") && IsDigit(text[3]) &&
         IsDigit(text[4]) && IsDigit(text[5]) && IsUpper(text[6]) &&
         text[7] == ' ';
}

// The parts of a refusal, in their order.
enum class Part : uint8_t { kHead, kResource, kText, kProfile, kAccess, kNone };

Part PartOf(std::string_view line) {
  line = TrimLeft(line);
  if (line.find(" CL(") != line.npos) return Part::kResource;
  if (line.starts_with("ACCESS INTENT(")) return Part::kAccess;
  if (line.starts_with("FROM ")) return Part::kProfile;
  if (line.starts_with("INSUFFICIENT ") || line.starts_with("PROFILE NOT") ||
      line.starts_with("LOGON/JOB") || line.starts_with("WARNING:")) {
    return Part::kText;
  }
  return Part::kNone;
}

// Whether a refusal was folded to one line.
bool IsWhole(std::string_view line) {
  return line.find("ACCESS ALLOWED(") != line.npos ||
         line.find("LOGON/JOB ") != line.npos;
}

class ZosDecoder final : public LineDecoder {
 public:
  explicit ZosDecoder(const TextOptions& options) : options_(options) {}

  InputFormat format() const override { return InputFormat::kZos; }

  bool MayBeginWith(char first) const override {
    return first == ' ' || first == '+' || IsFirstLetter(first);
  }
  bool Begins(std::string_view line) const override {
    const std::string_view text = TrimLeft(line);
    return BeginsZosMessage(text) || IsRacfCompanion(text) ||
           ParseHardcopy(line).has_value();
  }

  bool Continues(std::string_view line) const override {
    if (open_.empty()) return false;
    return line.empty() || line.front() == ' ' || PartOf(line) != Part::kNone;
  }

  void Take(std::string_view line, int64_t offset, LineSink* sink) override {
    if (const auto head = ParseHardcopy(line)) {
      return TakeHardcopy(*head, line, offset, sink);
    }
    if (IsRacfCompanion(line)) return sink->OnPassedOver(format(), "companion");
    if (!BeginsZosMessage(line)) return TakeContinuation(line, offset, sink);
    Message message;
    message.is_refusal = TrimLeft(line).starts_with("ICH408I");
    Open(std::move(message), line, line, IsWhole(line), offset, sink);
  }

  void Flush(LineSink* sink) override {
    while (!open_.empty()) Give(0, sink);
  }

 private:
  struct Message {
    std::string text;    // lines without their heads
    std::string record;  // as they came
    std::string number;  // that joins its lines; empty outside the hardcopy log
    std::string system;
    int64_t offset = 0;
    std::optional<Time> time;
    size_t lines = 0;
    Part last = Part::kHead;
    bool is_refusal = false;
  };

  void TakeHardcopy(const Hardcopy& head, std::string_view line, int64_t offset,
                    LineSink* sink) {
    if (head.continues) {
      for (size_t i = 0; i < open_.size(); ++i) {
        if (open_[i].number != head.number) continue;
        const bool fits = Append(&open_[i], head.text, line);
        if (head.ends || !fits) Give(i, sink);
        return;
      }
      return sink->OnPassedOver(format(), "other message");
    }
    if (!BeginsZosMessage(head.text)) {
      return sink->OnPassedOver(format(), "other message");
    }
    // A number is used again once its message is whole.
    for (size_t i = 0; !head.number.empty() && i < open_.size(); ++i) {
      if (open_[i].number == head.number) {
        Give(i, sink);
        break;
      }
    }
    Message message;
    message.is_refusal = TrimLeft(head.text).starts_with("ICH408I");
    message.number = head.number;
    message.system = head.system;
    message.time = ComposeTime(*head.civil, options_.zone);
    const bool is_whole = head.number.empty();
    Open(std::move(message), head.text, line, is_whole, offset, sink);
  }

  void TakeContinuation(std::string_view line, int64_t offset, LineSink* sink) {
    if (TrimLeft(line).empty()) {
      // Between messages; a refusal needs more lines all the same.
      for (size_t i = open_.size(); i-- > 0;) {
        if (!open_[i].is_refusal && open_[i].number.empty()) Give(i, sink);
      }
      return;
    }
    const Part part = PartOf(line);
    for (size_t i = 0; part != Part::kNone && i < open_.size(); ++i) {
      Message& message = open_[i];
      if (!message.is_refusal || !message.number.empty() ||
          message.last >= part) {
        continue;
      }
      // A refused sign-on has no resource, and no line after it.
      const bool is_login =
          message.last == Part::kHead && TrimLeft(line).starts_with("LOGON");
      if (message.last == Part::kHead && part != Part::kResource && !is_login) {
        continue;
      }
      message.last = part;
      const bool fits = Append(&message, line, line);
      if (!fits || is_login || part == Part::kAccess) Give(i, sink);
      return;
    }
    // Whatever else a message says: a refusal has its lines in known forms.
    for (const bool is_refusal : {false, true}) {
      for (size_t i = open_.size(); i-- > 0;) {
        if (!open_[i].number.empty() || open_[i].is_refusal != is_refusal) {
          continue;
        }
        if (!Append(&open_[i], line, line)) Give(i, sink);
        return;
      }
    }
    sink->OnReject(format(), line, offset, {kUnrecognised, {}});
  }

  void Open(Message message, std::string_view text, std::string_view line,
            bool is_whole, int64_t offset, LineSink* sink) {
    if (line.size() > kMaxRecordBytes) {
      return sink->OnReject(format(), line.substr(0, kMaxRecordBytes), offset,
                            {kTooLong, {}});
    }
    // Its lines end where the next of its kind begins.
    for (size_t i = open_.size(); i-- > 0;) {
      if (!open_[i].is_refusal && open_[i].number.empty() &&
          !message.is_refusal) {
        Give(i, sink);
      }
    }
    if (open_.size() == kMaxOpen) Give(0, sink);
    message.offset = offset;
    Append(&message, text, line);
    open_.push_back(std::move(message));
    if (is_whole) Give(open_.size() - 1, sink);
  }

  // False once the message is as long as one may get.
  static bool Append(Message* message, std::string_view text,
                     std::string_view line) {
    if (message->record.size() + line.size() + 1 > kMaxRecordBytes) return false;
    if (message->lines > 0) {
      message->text += '\n';
      message->record += '\n';
    }
    message->text += TrimRight(text);
    message->record += line;
    return ++message->lines < kMaxLines;
  }

  void Give(size_t index, LineSink* sink) {
    given_ = std::move(open_[index]);
    open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(index));
    event_.Clear();
    const ZosOrigin origin{given_.time, TimeQualityOf(options_.zone),
                           given_.system};
    if (DecodeZosMessage(given_.text, origin, &event_, sink->provenance())) {
      sink->OnEvent(format(), given_.record, given_.offset, &event_);
    } else {
      sink->OnReject(format(), given_.record, given_.offset, {kTruncated, {}});
    }
  }

  const TextOptions options_;
  std::vector<Message> open_;  // oldest first
  Message given_;
  Event event_;
};

}  // namespace

std::unique_ptr<LineDecoder> MakeZosDecoder(const TextOptions& options) {
  return std::make_unique<ZosDecoder>(options);
}

}  // namespace mqwarden
