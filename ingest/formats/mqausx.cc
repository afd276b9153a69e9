#include "mqwarden/ingest/formats/mqausx.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "mqwarden/base/text.h"
#include "mqwarden/ingest/civil_time.h"
#include "mqwarden/ingest/formats/audit_record.h"
#include "mqwarden/ingest/formats/field_writer.h"

namespace mqwarden {
namespace {

constexpr FieldRow kFields[] = {
    {"MCA_UID", FieldId::kMcaUser, ""},
    {"UserID", FieldId::kCspUser, ""},
    {"QMgr", FieldId::kQmgr, ""},
    {"ChlName", FieldId::kChannel, ""},
    {"ConName", FieldId::kConnection, ""},
    {"ConName", FieldId::kSourceIp, "its address"},
    {"RemoteUserID", FieldId::kClientUser, ""},
    {"Connected for", FieldId::kDuration, "of a disconnection"},
};

constexpr std::string_view kProgram = " MQAUSX ";
constexpr size_t kStampBytes = std::string_view("2026/11/20 09:00:01").size();
constexpr size_t kMaxFields = 64;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsKeyByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || IsDigit(c) ||
         c == '_';
}

// Where the program's name begins in a line; npos in a line of another kind.
size_t FindProgram(std::string_view line) {
  if (line.size() < kStampBytes + kProgram.size() || line[4] != '/' ||
      line[7] != '/' || line[10] != ' ' || line[13] != ':' ||
      line[16] != ':' || !IsDigit(line[0]) || !IsDigit(line[18])) {
    return line.npos;
  }
  size_t at = kStampBytes;
  if (line[at] == '.') {
    ++at;
    while (at < line.size() && IsDigit(line[at])) ++at;
  }
  return line.substr(at, kProgram.size()) == kProgram ? at : line.npos;
}

void SkipBlanks(std::string_view* text) {
  while (text->starts_with(' ')) text->remove_prefix(1);
}

// `KEY='` or `KEY = '`: takes it off `*text` and returns the key; "" for none.
std::string_view TakeKey(std::string_view* text) {
  size_t size = 0;
  while (size < text->size() && IsKeyByte((*text)[size])) ++size;
  if (size == 0) return {};
  std::string_view rest = text->substr(size);
  SkipBlanks(&rest);
  if (!rest.starts_with('=')) return {};
  rest.remove_prefix(1);
  SkipBlanks(&rest);
  if (!rest.starts_with('\'')) return {};
  const std::string_view key = text->substr(0, size);
  *text = rest.substr(1);
  return key;
}

// Whether a quote with this behind it ends a value; names may hold quotes.
bool EndsValue(std::string_view behind) {
  if (behind.empty() || behind == ".") return true;
  if (behind.starts_with(". Connected for ")) return true;
  if (behind.starts_with(" : ")) behind.remove_prefix(2);
  if (!behind.starts_with(' ')) return false;
  SkipBlanks(&behind);
  return behind.empty() || !TakeKey(&behind).empty();
}

// `22 minutes and 52 seconds.` in nanoseconds.
std::optional<int64_t> SpanOf(std::string_view text) {
  constexpr struct {
    std::string_view unit;
    int64_t seconds;
  } kUnits[] = {
      {"day", 86'400}, {"hour", 3'600}, {"minute", 60}, {"second", 1}};
  constexpr int64_t kNanosPerSecond = 1'000'000'000;
  int64_t total = 0;
  bool has_part = false;
  for (const auto& unit : kUnits) {
    std::string_view rest = text;
    SkipBlanks(&rest);
    if (rest.starts_with("and ")) rest.remove_prefix(4);
    int64_t count = 0;
    size_t digits = 0;
    while (digits < rest.size() && digits < 9 && IsDigit(rest[digits])) {
      count = count * 10 + (rest[digits++] - '0');
    }
    if (digits == 0) break;
    rest.remove_prefix(digits);
    SkipBlanks(&rest);
    if (!rest.starts_with(unit.unit)) continue;
    rest.remove_prefix(unit.unit.size());
    if (rest.starts_with('s')) rest.remove_prefix(1);
    if (rest.starts_with(',')) rest.remove_prefix(1);
    int64_t part = 0;
    if (__builtin_mul_overflow(count, unit.seconds * kNanosPerSecond, &part) ||
        __builtin_add_overflow(total, part, &total)) {
      return std::nullopt;
    }
    text = rest;
    has_part = true;
  }
  return has_part ? std::optional(total) : std::nullopt;
}

std::optional<int64_t> LevelOf(char letter) {
  switch (letter) {
    case 'I':
      return EnumCode(EnumType::kLevel, "info");
    case 'W':
      return EnumCode(EnumType::kLevel, "warning");
    case 'E':
      return EnumCode(EnumType::kLevel, "error");
    case 'S':
      return EnumCode(EnumType::kLevel, "severe");
    default:
      return std::nullopt;
  }
}

class MqausxDecoder final : public LineDecoder {
 public:
  explicit MqausxDecoder(const TextOptions& options) : zone_(options.zone) {}

  InputFormat format() const override { return InputFormat::kMqausx; }
  bool MayBeginWith(char first) const override {
    return IsFirstDigit(first);
  }
  bool Begins(std::string_view line) const override {
    return FindProgram(line) != line.npos;
  }
  bool Continues(std::string_view) const override { return false; }
  void Take(std::string_view line, int64_t offset, LineSink* sink) override;
  void Flush(LineSink*) override {}

 private:
  void ReadFields(std::string_view text);
  void Fill(std::string_view text, char level, FieldWriter* out);

  const std::optional<absl::TimeZone> zone_;
  FieldLookup lookup_{kFields};
  Event event_;

  // Of the line being read: what stands before its fields, and behind them.
  std::string_view phrase_;
  std::vector<AuditField> fields_;
  std::string_view behind_;
};

void MqausxDecoder::Take(std::string_view line, int64_t offset,
                         LineSink* sink) {
  const size_t program = FindProgram(line);
  if (program == line.npos) {
    return sink->OnReject(format(), line, offset, {kUnrecognised, {}});
  }
  if (line.size() > kMaxRecordBytes) {
    return sink->OnReject(format(), line, offset,
                          {kTooLong, "a line of more than 64 KiB"});
  }
  CivilScanner scanner(line);
  CivilTime civil;
  scanner.YearMonthDay(&civil);
  scanner.Blanks();
  scanner.TimeOfDay(&civil);
  const auto time =
      scanner.ok() ? ComposeTime(civil, zone_) : std::optional<Time>();
  if (!time.has_value()) {
    return sink->OnReject(format(), line, offset,
                          {kBadValue, "no such date or time of day"});
  }
  std::string_view text = line.substr(program + kProgram.size());
  char level = 0;
  if (text.size() >= 2 && text[1] == ':') {
    level = text[0];
    text.remove_prefix(2);
  }
  SkipBlanks(&text);

  event_.Clear();
  FieldWriter out(&event_, sink->provenance());
  event_.SetInt(FieldId::kSource, EnumCode(EnumType::kSource, "mqausx"));
  out.At(*time, TimeQualityOf(zone_), "time");
  if (const auto value = LevelOf(level)) {
    out.Int(FieldId::kLevel, *value, "level");
  }
  ReadFields(text);
  Fill(text, level, &out);
  sink->OnEvent(format(), line, offset, &event_);
}

void MqausxDecoder::ReadFields(std::string_view text) {
  fields_.clear();
  phrase_ = text;
  behind_ = {};
  std::string_view rest = text;
  while (!rest.empty() && fields_.size() < kMaxFields) {
    const char* const begin = rest.data();
    const std::string_view key = TakeKey(&rest);
    if (key.empty()) {
      // On to the next word.
      while (!rest.empty() && rest.front() != ' ') rest.remove_prefix(1);
      SkipBlanks(&rest);
      continue;
    }
    if (fields_.empty()) {
      phrase_ = text.substr(0, static_cast<size_t>(begin - text.data()));
    }
    size_t end = rest.find('\'');
    while (end != rest.npos && !EndsValue(rest.substr(end + 1))) {
      end = rest.find('\'', end + 1);
    }
    // A line that was cut has no quote at its end.
    fields_.push_back({key, rest.substr(0, end)});
    rest = end == rest.npos ? std::string_view() : rest.substr(end + 1);
    behind_ = rest;
    SkipBlanks(&rest);
    if (rest.starts_with(": ")) rest.remove_prefix(2);
  }
}

void MqausxDecoder::Fill(std::string_view text, char level, FieldWriter* out) {
  bool names_client = false;
  bool has_password = false;
  for (const auto& [key, value] : fields_) {
    has_password |= NamesPassword(key);
    const auto rows = lookup_.Find(key);
    names_client |= !rows.empty();
    for (const FieldRow& row : rows) {
      if (row.field == FieldId::kConnection) {
        out->Peer(value, key);
      } else if (row.field != FieldId::kSourceIp) {
        out->Text(row.field, value, key);
      }
    }
    if (rows.empty()) {
      out->Attr(key, NamesPassword(key) ? kMaskedPassword : value);
    }
  }
  AddRepeatedKeys(fields_, out);

  constexpr std::string_view kAccepted = "Connection accepted";
  constexpr std::string_view kRejected = "Connection rejected";
  constexpr std::string_view kEnded = "Disconnection";
  const auto begins = [&](std::string_view words) {
    return EqualsIgnoreAsciiCase(phrase_.substr(0, words.size()), words);
  };
  int64_t kind = EnumCode(EnumType::kKind, "session");
  int64_t action = EnumCode(EnumType::kAction, "connect");
  int64_t outcome = EnumCode(EnumType::kOutcome, "success");
  if (begins(kRejected) || (level == 'E' && names_client)) {
    outcome = EnumCode(EnumType::kOutcome, "failure");
  } else if (begins(kEnded) && names_client) {
    action = EnumCode(EnumType::kAction, "disconnect");
  } else if (!begins(kAccepted)) {
    kind = EnumCode(EnumType::kKind, "diag");
    action = EnumCode(EnumType::kAction, "other");
    outcome = EnumCode(EnumType::kOutcome, "unknown");
  }
  out->Int(FieldId::kKind, kind, "text");
  out->Int(FieldId::kAction, action, "text");
  out->Int(FieldId::kOutcome, outcome, "text");
  const bool is_diag = kind == EnumCode(EnumType::kKind, "diag");
  if (phrase_.ends_with(" for ")) phrase_.remove_suffix(5);
  out->RedactedText(FieldId::kMessage,
                    is_diag && !has_password ? text : phrase_, "text");
  if (!is_diag) {
    out->Int(FieldId::kChannelType, EnumCode(EnumType::kChannelType, "svrconn"),
             "MQAUSX");
  }
  constexpr std::string_view kConnectedFor = "Connected for ";
  if (const size_t at = behind_.find(kConnectedFor); at != behind_.npos) {
    if (const auto span = SpanOf(behind_.substr(at + kConnectedFor.size()))) {
      out->Int(FieldId::kDuration, *span, "Connected for");
    }
  }
  out->FinishUser();
  event_.set_infers_channel_type(true);
}

}  // namespace

std::span<const FieldRow> MqausxFields() { return kFields; }

std::unique_ptr<LineDecoder> MakeMqausxDecoder(const TextOptions& options) {
  return std::make_unique<MqausxDecoder>(options);
}

}  // namespace mqwarden
