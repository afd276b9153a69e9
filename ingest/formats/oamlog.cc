#include "mqwarden/ingest/formats/oamlog.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/base/text.h"
#include "mqwarden/ingest/civil_time.h"
#include "mqwarden/ingest/formats/field_writer.h"
#include "mqwarden/ingest/formats/oam_access.h"
#include "mqwarden/ingest/mq_record.h"
#include "mqwarden/ingest/mq_text.h"

namespace mqwarden {
namespace {

constexpr FieldRow kFields[] = {
    {"[pid.tid]", FieldId::kCorrelation, "of the agent, reused"},
    {"@", FieldId::kTime, "local, without a zone"},
    {"QMgr", FieldId::kQmgr,
     "of the OAInit of the process, else of its last request on a [QMgr]"},
    {"Object", FieldId::kObject, ""},
    {"Object", FieldId::kObjectType, "the word in brackets"},
    {"User", FieldId::kUser, ""},
    {"Auth", FieldId::kAccessMask, "MQZAO bits"},
    {"Auth", FieldId::kAccess, "the words of the bits"},
    {"Auth", FieldId::kAction, "connect with that authority, else open"},
    {"AppName", FieldId::kApp, ""},
    {"Env", FieldId::kChannelType, "Channel SvrConn: svrconn; attr too"},
    {"Type", FieldId::kAction,
     "of OAAuthUser: Change Context other, else connect; attr too"},
    {"App Pid", FieldId::kPid, ""},
};

constexpr std::string_view kFunctions[] = {
    "OAInit",        "OATerm",     "OADeleteAuth", "OARefreshCache",
    "OAGetAuth",     "OASetAuth",  "OACopyAllAuth", "OAGetExplicitAuth",
    "OAFreeUser",    "OAInquire",  "OAEnumAuth",   "OACheckPriv",
};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::string_view Trim(std::string_view text) {
  const auto is_blank = [](char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\0';
  };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// `[4711.12 @ `: the bytes before ` @ `; empty in a line of another kind.
std::string_view ThreadOf(std::string_view line) {
  constexpr size_t kMaxBytes = 24;
  if (!line.starts_with('[')) return {};
  size_t size = 0;
  bool has_point = false;
  while (size + 1 < line.size() && size < kMaxBytes) {
    const char c = line[size + 1];
    if (!IsDigit(c) && (c != '.' || has_point || size == 0)) break;
    has_point |= c == '.';
    ++size;
  }
  const std::string_view thread = line.substr(1, size);
  if (!has_point || thread.ends_with('.') ||
      line.substr(1 + size, 3) != " @ ") {
    return {};
  }
  return thread;
}

// `"NAME   " [Queue]`: name, and what stands in the brackets.
struct Quoted {
  std::string_view text;
  std::string_view type;
};
Quoted Unquote(std::string_view value) {
  if (!value.starts_with('"')) return {Trim(value), {}};
  Quoted out;
  const size_t close = value.rfind('"');
  if (close == 0) return out;  // cut, so that it is another name
  out.text = Trim(value.substr(1, close - 1));
  std::string_view behind = Trim(value.substr(close + 1));
  if (behind.starts_with('[') && behind.ends_with(']')) {
    out.type = behind.substr(1, behind.size() - 2);
  }
  return out;
}

class OamlogDecoder final : public LineDecoder {
 public:
  explicit OamlogDecoder(const TextOptions& options) : zone_(options.zone) {}

  InputFormat format() const override { return InputFormat::kOamlog; }
  bool MayBeginWith(char first) const override {
    return first == '[';
  }
  bool Begins(std::string_view line) const override {
    return !ThreadOf(line).empty();
  }
  bool Continues(std::string_view line) const override {
    return !buffer_.empty() &&
           (line.starts_with('\t') || line.starts_with(' '));
  }
  void Take(std::string_view line, int64_t offset, LineSink* sink) override;
  void Flush(LineSink* sink) override;

 private:
  struct Entry {
    std::string_view label;
    std::string_view value;
  };

  void ReadEntries(std::string_view lines);
  std::string_view ValueOf(std::string_view label) const;
  std::string_view AttrNameOf(std::string_view label);
  void Fill(bool is_authentication, FieldWriter* out);

  // What is known of a process: which queue manager it serves.
  struct Process {
    int64_t pid = -1;
    std::string qmgr;
  };
  // One is kept of those with the same remainder.
  static constexpr size_t kProcesses = 1024;

  Process& ProcessOf(int64_t pid) {
    // Most streams have none.
    if (processes_.empty()) processes_.resize(kProcesses);
    return processes_[static_cast<size_t>(pid) % kProcesses];
  }

  const std::optional<absl::TimeZone> zone_;
  std::vector<Process> processes_;
  Event event_;

  std::string buffer_;  // the open block
  int64_t offset_ = 0;
  bool is_too_long_ = false;
  std::vector<Entry> entries_;
  std::vector<std::string_view> words_;
  std::string scratch_;
};

void OamlogDecoder::Take(std::string_view line, int64_t offset,
                         LineSink* sink) {
  if (Begins(line)) {
    Flush(sink);
    offset_ = offset;
  } else if (buffer_.empty()) {
    return sink->OnReject(format(), line, offset, {kUnrecognised, {}});
  }
  if (is_too_long_) return;
  if (buffer_.size() + line.size() > kMaxRecordBytes) {
    is_too_long_ = true;
    if (buffer_.empty()) buffer_ = line.substr(0, kMaxRecordBytes);
    return;
  }
  if (!buffer_.empty()) buffer_ += '\n';
  buffer_ += line;
}

void OamlogDecoder::Flush(LineSink* sink) {
  if (buffer_.empty()) return;
  const std::string_view record = buffer_;
  const std::string_view head = record.substr(0, record.find('\n'));
  const std::string_view thread = ThreadOf(head);
  const auto pid = ParseInteger(thread.substr(0, thread.find('.')));

  CivilScanner scanner(head.substr(std::min(head.size(), thread.size() + 4)));
  CivilTime civil;
  scanner.WeekdayName();
  scanner.Blanks();
  civil.month = scanner.MonthName();
  scanner.Blanks();
  civil.day = scanner.Number(1, 2);
  scanner.Blanks();
  scanner.TimeOfDay(&civil);
  scanner.Blanks();
  civil.year = scanner.Number(4);
  scanner.Expect(']');
  const auto time =
      scanner.ok() ? ComposeTime(civil, zone_) : std::optional<Time>();
  const std::string_view function = Trim(scanner.rest());

  const auto finish = [this] {
    buffer_.clear();
    is_too_long_ = false;
  };
  const auto reject = [&](std::string_view reason, std::string_view detail) {
    sink->OnReject(format(), record, offset_, {reason, std::string(detail)});
    finish();
  };
  if (is_too_long_) {
    return reject(kTruncated, "a block of more than 64 KiB");
  }
  if (!time.has_value() || !pid.has_value()) {
    return reject(kBadValue, "no such date or time of day");
  }
  ReadEntries(record.substr(head.size()));

  const bool is_authentication = function == "OAAuthUser";
  Process& process = ProcessOf(*pid);
  if (process.pid != *pid) {
    process.pid = *pid;
    process.qmgr.clear();
  }
  if (!is_authentication && function != "OACheckAuth") {
    const Quoted qmgr = Unquote(ValueOf("QMgr"));
    if (IsMqName(qmgr.text)) process.qmgr = qmgr.text;
    std::string_view what = "other calls of oamlog";
    for (const std::string_view name : kFunctions) {
      if (name == function) what = name;
    }
    sink->OnPassedOver(format(), what);
    return finish();
  }
  if (entries_.empty()) {
    return reject(kTruncated, "a request without anything in it");
  }
  if (!is_authentication) {
    const Quoted object = Unquote(ValueOf("Object"));
    if (object.type == "QMgr" && IsMqName(object.text)) {
      process.qmgr = object.text;
    }
  }

  event_.Clear();
  FieldWriter out(&event_, sink->provenance());
  event_.SetInt(FieldId::kSource, EnumCode(EnumType::kSource, "oamlog"));
  out.At(*time, TimeQualityOf(zone_), "@");
  out.Text(FieldId::kCorrelation, thread, "[pid.tid]");
  out.Text(FieldId::kQmgr, process.qmgr, "QMgr");
  Fill(is_authentication, &out);
  sink->OnEvent(format(), record, offset_, &event_);
  finish();
}

// `<tab>Label   : value`, one a line.
void OamlogDecoder::ReadEntries(std::string_view lines) {
  entries_.clear();
  while (!lines.empty()) {
    lines.remove_prefix(1);  // the line end before
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(line.size());
    const size_t colon = line.find(':');
    if (colon == line.npos) continue;
    const std::string_view label = Trim(line.substr(0, colon));
    if (label.empty()) continue;
    entries_.push_back({label, Trim(line.substr(colon + 1))});
  }
}

std::string_view OamlogDecoder::ValueOf(std::string_view label) const {
  for (const Entry& entry : entries_) {
    if (entry.label == label) return entry.value;
  }
  return {};
}

// Rules can name no attr with a blank in its name: `App Tid` is AppTid.
std::string_view OamlogDecoder::AttrNameOf(std::string_view label) {
  if (label.find(' ') == label.npos) return label;
  scratch_.clear();
  for (const char c : label) {
    if (c != ' ') scratch_ += c;
  }
  return event_.Keep(scratch_);
}

void OamlogDecoder::Fill(bool is_authentication, FieldWriter* out) {
  int64_t action = EnumCode(EnumType::kAction, "connect");
  const std::string_view action_from = is_authentication ? "Type" : "Auth";
  if (!is_authentication) action = EnumCode(EnumType::kAction, "open");
  for (const auto& [label, value] : entries_) {
    const Quoted quoted = Unquote(value);
    if (label == "Object") {
      out->Text(FieldId::kObject, quoted.text, label);
      if (const auto type = ObjectTypeOfOam(quoted.type)) {
        out->Int(FieldId::kObjectType, *type, label);
      }
    } else if (label == "User") {
      std::string_view user = quoted.text;
      constexpr std::string_view kNoDomain = "@No Domain";
      if (user.ends_with(kNoDomain)) user.remove_suffix(kNoDomain.size());
      out->User(user, label);
    } else if (label == "Auth") {
      const auto bits = ParseAuthorities(value.substr(0, value.find(' ')));
      if (!bits.has_value()) {
        out->Attr(label, value);
        continue;
      }
      out->Int(FieldId::kAccessMask, *bits, label);
      AccessOfAuthorities(*bits, &words_);
      out->List(FieldId::kAccess, words_, label);
      if ((*bits & kOamConnect) != 0) {
        action = EnumCode(EnumType::kAction, "connect");
      }
    } else if (label == "AppName") {
      out->Text(FieldId::kApp, quoted.text, label);
    } else if (label == "App Pid") {
      out->Number(FieldId::kPid, value, label);
    } else if (label == "Ptr" && IsZeroToken(value.substr(std::min<size_t>(
                                     value.size(), 2)))) {
      // None was set.
    } else {
      if (label == "Env" && quoted.text == "Channel SvrConn") {
        out->Int(FieldId::kChannelType,
                 EnumCode(EnumType::kChannelType, "svrconn"), label);
      }
      if (label == "Type" && quoted.text == "Change Context") {
        action = EnumCode(EnumType::kAction, "other");
      }
      out->Attr(AttrNameOf(label), quoted.text);
    }
  }
  out->Int(FieldId::kKind,
           is_authentication ? EnumCode(EnumType::kKind, "authn")
                             : EnumCode(EnumType::kKind, "authz"),
           "call");
  out->Int(FieldId::kAction, action, action_from);
  out->Int(FieldId::kOutcome, EnumCode(EnumType::kOutcome, "unknown"), "call");
  out->FinishUser();
  event_.set_infers_channel_type(true);
}

}  // namespace

std::span<const FieldRow> OamlogFields() { return kFields; }

std::unique_ptr<LineDecoder> MakeOamlogDecoder(const TextOptions& options) {
  return std::make_unique<OamlogDecoder>(options);
}

}  // namespace mqwarden
