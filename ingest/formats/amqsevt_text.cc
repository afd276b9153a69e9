#include "mqwarden/ingest/formats/amqsevt_text.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "mqwarden/base/arena.h"
#include "mqwarden/base/text.h"
#include "mqwarden/ingest/civil_time.h"
#include "mqwarden/ingest/mq_event.h"
#include "mqwarden/ingest/mq_record.h"
#include "mqwarden/schema/field_catalog.h"
#include "mqwarden/schema/mq_constants.h"

namespace mqwarden {
namespace {

constexpr std::string_view kMessage = "**** Message #";
// Lines between events, in the order of their first letters.
constexpr std::string_view kBanners[] = {
    "**** Event Call Reason", "**** Unexpected CallType", "Ending consumer.",
    "Sample AMQSEVT ",        "Using default set of event queues",
};
constexpr std::string_view kBannerName = "amqsevt banner";

bool IsBanner(std::string_view line) {
  for (const std::string_view banner : kBanners) {
    if (line.starts_with(banner)) return true;
  }
  return line.starts_with("MQOPEN of '") &&
         line.ends_with("' failure ignored.");
}

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

std::string_view Trim(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

// `Queue Mgr Event [44]`: the number, and what stands before it.
struct Numbered {
  std::string_view word;
  int64_t number;
};
std::optional<Numbered> ReadNumbered(std::string_view text) {
  if (!text.ends_with(']')) return std::nullopt;
  const size_t open = text.rfind('[');
  if (open == text.npos) return std::nullopt;
  const auto number =
      ParseInteger(text.substr(open + 1, text.size() - open - 2));
  if (!number.has_value()) return std::nullopt;
  return Numbered{Trim(text.substr(0, open)), *number};
}

int64_t NumberOf(std::string_view text, MqKind kind) {
  if (const auto numbered = ReadNumbered(text)) return numbered->number;
  return MqValueOfWord(kind, text).value_or(0);
}

// `0x00002010 [ fiq out ]`.
std::optional<int64_t> OptionBits(std::string_view text) {
  if (!text.starts_with("0x")) return std::nullopt;
  text = text.substr(2, text.find(' ') - 2);
  uint32_t bits = 0;
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, bits, 16);
  if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return bits;
}

// `2026/11/20 09:00:01.58 GMT`.
std::optional<Time> ReadCreated(std::string_view text) {
  CivilScanner scanner(text);
  CivilTime civil;
  scanner.YearMonthDay(&civil);
  scanner.Blanks();
  scanner.TimeOfDay(&civil);
  const std::string_view zone = Trim(scanner.rest());
  if (!scanner.ok() || (!zone.empty() && zone != "GMT" && zone != "UTC")) {
    return std::nullopt;
  }
  return ComposeTime(civil, 0);
}

// The key that amqsevt's JSON has for a label: `Queue Mgr Name` is
// queueMgrName.
void AppendKey(std::string_view label, std::string* key) {
  if (label.find('_') != label.npos) {
    *key += label;
    return;
  }
  bool is_word_start = false;
  for (const char c : label) {
    if (c == ' ') {
      is_word_start = true;
      continue;
    }
    const char lower = AsciiLower(c);
    const bool is_letter = lower >= 'a' && lower <= 'z';
    *key += is_word_start && is_letter ? static_cast<char>(lower - 'a' + 'A')
                                       : lower;
    is_word_start = false;
  }
}

class AmqsevtTextDecoder final : public LineDecoder {
 public:
  InputFormat format() const override { return InputFormat::kAmqsevt; }
  bool MayBeginWith(char first) const override {
    return first == '*' || IsFirstLetter(first);
  }
  bool Begins(std::string_view line) const override {
    return line.starts_with(kMessage) || IsBanner(line);
  }
  bool Continues(std::string_view) const override { return !buffer_.empty(); }
  void Take(std::string_view line, int64_t offset, LineSink* sink) override;
  void Flush(LineSink* sink) override;

 private:
  void Read(std::string_view lines);
  bool ReadHeader(std::string_view label, std::string_view value);
  void ReadGroup(std::string_view label, size_t indent);
  void ReadParameter(std::string_view label, std::string_view value);
  void ReadElement(std::string_view value);
  void SetValue(std::string_view value, MqParameter* p);

  std::string buffer_;  // the open event
  int64_t offset_ = 0;
  bool is_too_long_ = false;

  // Of the event being read.
  MqRecord record_;
  MqNormalizer normalizer_;
  Event event_;
  Arena texts_;
  std::string scratch_;
  bool is_go_ = false;       // spelt as amqsevtg spells
  bool in_command_ = false;  // in the group of the command itself
  size_t group_indent_ = 0;
};

void AmqsevtTextDecoder::Take(std::string_view line, int64_t offset,
                              LineSink* sink) {
  const bool is_message = line.starts_with(kMessage);
  if (is_message || IsBanner(line) || Trim(line).empty()) Flush(sink);
  if (!is_message && buffer_.empty()) {
    if (IsBanner(line)) {
      sink->OnPassedOver(format(), kBannerName);
    } else if (!Trim(line).empty()) {
      sink->OnReject(format(), line, offset, {kUnrecognised, {}});
    }
    return;
  }
  if (is_message) offset_ = offset;
  if (is_too_long_) return;
  if (buffer_.size() + line.size() > kMaxRecordBytes) {
    is_too_long_ = true;
    if (buffer_.empty()) buffer_ = line.substr(0, kMaxRecordBytes);
    return;
  }
  if (!buffer_.empty()) buffer_ += '\n';
  buffer_ += line;
}

void AmqsevtTextDecoder::Flush(LineSink* sink) {
  if (buffer_.empty()) return;
  if (is_too_long_) {
    sink->OnReject(format(), buffer_, offset_,
                   {kTruncated, "an event of more than 64 KiB"});
  } else {
    record_.Clear();
    texts_.Reset();
    is_go_ = false;
    Read(buffer_);
    if (record_.event_class == 0 && record_.reason == 0) {
      sink->OnReject(format(), buffer_, offset_,
                     {kBadValue, "neither an event type nor a reason"});
    } else {
      record_.source = is_go_ ? EnumCode(EnumType::kSource, "amqsevtg")
                              : EnumCode(EnumType::kSource, "amqsevt");
      event_.Clear();
      normalizer_.Normalize(record_, &event_, sink->provenance(),
                            kAmqsevtTextNames);
      sink->OnEvent(format(), buffer_, offset_, &event_);
    }
  }
  buffer_.clear();
  is_too_long_ = false;
}

void AmqsevtTextDecoder::Read(std::string_view lines) {
  in_command_ = false;
  group_indent_ = 0;
  size_t end = lines.find('\n');
  while (end != lines.npos) {
    lines.remove_prefix(end + 1);
    end = lines.find('\n');
    const std::string_view line = lines.substr(0, end);
    size_t indent = 0;
    while (indent < line.size() && IsBlank(line[indent])) ++indent;
    const std::string_view text = Trim(line);
    if (text == ":" || text.starts_with(": ")) {
      ReadElement(text.substr(std::min<size_t>(text.size(), 2)));
      continue;
    }
    size_t colon = text.find(" : ");
    if (colon == text.npos && text.ends_with(" :")) colon = text.size() - 2;
    if (colon == text.npos) {
      ReadGroup(text, indent);
      continue;
    }
    const std::string_view label = Trim(text.substr(0, colon));
    // Blanks at the front are part of a name.
    const std::string_view value =
        text.substr(std::min(text.size(), colon + 3));
    if (ReadHeader(label, value)) continue;
    // A shipper may have cut off the blanks of all lines.
    if (indent <= group_indent_ && indent > 0) in_command_ = false;
    ReadParameter(label, value);
  }
}

// The labels of the header mean something else behind it.
bool AmqsevtTextDecoder::ReadHeader(std::string_view label,
                                    std::string_view value) {
  if (!record_.parameters.empty()) return false;
  if (label == "Event Type") {
    record_.event_class = NumberOf(value, MqKind::kCommand);
  } else if (label == "Reason") {
    record_.reason = NumberOf(value, MqKind::kReason);
  } else if (label == "Event created") {
    record_.time = ReadCreated(value);
  } else if (label == "Object state") {
    if (value.starts_with("Before")) {
      record_.object_state = EnumCode(EnumType::kObjectState, "before");
    } else if (value.starts_with("After")) {
      record_.object_state = EnumCode(EnumType::kObjectState, "after");
    }
  } else if (label == "Correlation ID") {
    record_.correlation = value;
  } else {
    return false;
  }
  return true;
}

// Groups are printed as `COMMAND DATA` or, raw, as `MQGACF_COMMAND_DATA`. Any
// other line without a colon is the rest of a value that holds a line end.
void AmqsevtTextDecoder::ReadGroup(std::string_view label, size_t indent) {
  scratch_.clear();
  AppendKey(label, &scratch_);
  const MqConstant* const group = ParameterByJsonKey(scratch_);
  if (group == nullptr || !group->name.starts_with("MQGA")) return;
  in_command_ = group->json_key == "commandData";
  group_indent_ = indent;
}

void AmqsevtTextDecoder::ReadParameter(std::string_view label,
                                       std::string_view value) {
  if (label.empty()) return;
  scratch_.clear();
  AppendKey(label, &scratch_);
  MqParameter& p = record_.Add(scratch_, {});
  if (p.parameter == nullptr) {
    p.key = texts_.Copy(scratch_);
  } else if (scratch_ != p.parameter->json_key &&
             scratch_ == p.parameter->go_key) {
    is_go_ = true;
  }
  p.in_command = in_command_;
  SetValue(value, &p);
}

// One more of the list that the parameter before turns out to be.
void AmqsevtTextDecoder::ReadElement(std::string_view value) {
  if (record_.parameters.empty()) return;
  MqParameter& p = record_.parameters.back();
  if (!p.is_list) {
    p.is_list = true;
    p.first_element = static_cast<uint32_t>(record_.elements.size());
    p.element_count = 1;
    record_.elements.push_back(p.text);
  }
  MqParameter element;
  element.parameter = p.parameter;
  SetParameterText(value, &element);
  record_.elements.push_back(element.text);
  ++p.element_count;
}

void AmqsevtTextDecoder::SetValue(std::string_view value, MqParameter* p) {
  if (p->key == "openOptions" || p->key == "closeOptions" ||
      p->key == "subOptions") {
    if (const auto bits = OptionBits(value)) {
      char digits[24];
      const char* const end =
          std::to_chars(digits, digits + sizeof(digits), *bits).ptr;
      return SetParameterNumber(
          *bits, texts_.Copy({digits, static_cast<size_t>(end - digits)}), p);
    }
  }
  if (p->key == "reasonCode" || p->key == "compCode") {
    if (const auto numbered = ReadNumbered(value)) {
      SetParameterNumber(numbered->number, numbered->word, p);
      p->text = numbered->word;
      return;
    }
  }
  SetParameterText(value, p);
}

}  // namespace

std::unique_ptr<LineDecoder> MakeAmqsevtTextDecoder(const TextOptions&) {
  return std::make_unique<AmqsevtTextDecoder>();
}

}  // namespace mqwarden
