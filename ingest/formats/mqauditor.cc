#include "mqwarden/ingest/formats/mqauditor.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "mqwarden/ingest/formats/audit_record.h"
#include "mqwarden/ingest/formats/field_writer.h"
#include "mqwarden/ingest/mapping.h"
#include "mqwarden/ingest/mq_record.h"
#include "mqwarden/ingest/mq_text.h"
#include "mqwarden/schema/mq_constants.h"

namespace mqwarden {
namespace {

constexpr std::string_view kBits = "MQOO names or bits of an MQOPEN";
constexpr std::string_view kType = "MQOT name or number";
constexpr std::string_view kOutcomeNote =
    "MQCC name or number: failed is failure, all else success";
constexpr std::string_view kReasonNote =
    "MQRC name or number; without CompCode the outcome too";

constexpr FieldRow kFields[] = {
    {"Tag", FieldId::kCorrelation, ""},
    {"QMgrName", FieldId::kQmgr, ""},
    {"QMgr", FieldId::kQmgr, ""},
    {"CD_QMgrName", FieldId::kQmgr, ""},
    {"UserId", FieldId::kUser, ""},
    {"UserID", FieldId::kUser, ""},
    {"UserIdentifier", FieldId::kUser, ""},
    {"CSP_UserId", FieldId::kCspUser, ""},
    {"CSP_CSPUserId", FieldId::kCspUser, ""},
    {"CNO_SecurityParms_UserId", FieldId::kCspUser, ""},
    {"ApplName", FieldId::kApp, ""},
    {"ApplType", FieldId::kAppType, ""},
    {"PID", FieldId::kPid, ""},
    {"ProcessId", FieldId::kPid, ""},
    {"ChannelName", FieldId::kChannel, ""},
    {"ChlName", FieldId::kChannel, ""},
    {"CD_ChannelName", FieldId::kChannel, ""},
    {"ConnectionName", FieldId::kConnection, "its address: source_ip"},
    {"ConName", FieldId::kConnection, "its address: source_ip"},
    {"CD_ConnectionName", FieldId::kConnection, "its address: source_ip"},
    {"ObjectType", FieldId::kObjectType, kType},
    {"ObjType", FieldId::kObjectType, kType},
    {"OD_ObjectType", FieldId::kObjectType, kType},
    {"ObjectName", FieldId::kObject, ""},
    {"ObjName", FieldId::kObject, ""},
    {"OD_ObjectName", FieldId::kObject, ""},
    {"SD_ObjectName", FieldId::kObject, ""},
    {"SD_ObjectString", FieldId::kObject, "a topic"},
    {"OD_ObjectString", FieldId::kObject, "a topic"},
    {"TopicString", FieldId::kObject, "a topic"},
    {"ObjectQMgrName", FieldId::kObjectQmgr, ""},
    {"ObjQMgrName", FieldId::kObjectQmgr, ""},
    {"OD_ObjectQMgrName", FieldId::kObjectQmgr, ""},
    {"Options", FieldId::kAccess, kBits},
    {"OpenOptions", FieldId::kAccess, kBits},
    {"CompCode", FieldId::kOutcome, kOutcomeNote},
    {"CC", FieldId::kOutcome, kOutcomeNote},
    {"Reason", FieldId::kReason, kReasonNote},
    {"RC", FieldId::kReason, kReasonNote},
};

consteval int64_t KindCode(std::string_view name) {
  return EnumCode(EnumType::kKind, name);
}
consteval int64_t ActionCode(std::string_view name) {
  return EnumCode(EnumType::kAction, name);
}

struct VerbRow {
  std::string_view verb;
  int64_t kind;
  int64_t action;
};

constexpr VerbRow kVerbs[] = {
    {"MQGET", KindCode("authz"), ActionCode("get")},
    {"MQPUT", KindCode("authz"), ActionCode("put")},
    {"MQPUT1", KindCode("authz"), ActionCode("put")},
    {"MQOPEN", KindCode("authz"), ActionCode("open")},
    {"MQCLOSE", KindCode("authz"), ActionCode("close")},
    {"MQCONN", KindCode("session"), ActionCode("connect")},
    {"MQCONNX", KindCode("session"), ActionCode("connect")},
    {"MQDISC", KindCode("session"), ActionCode("disconnect")},
    {"MQSUB", KindCode("authz"), ActionCode("subscribe")},
    {"MQINQ", KindCode("authz"), ActionCode("inquire")},
    {"MQSET", KindCode("authz"), ActionCode("set")},
};
constexpr VerbRow kOtherVerb = {"", KindCode("authz"), ActionCode("other")};

constexpr int64_t kSuccess = EnumCode(EnumType::kOutcome, "success");
constexpr int64_t kFailure = EnumCode(EnumType::kOutcome, "failure");
constexpr int64_t kUnknown = EnumCode(EnumType::kOutcome, "unknown");

// What a DN has before its `=`; longer identifiers are names of fields.
constexpr std::string_view kDnTypes[] = {
    "UID", "MAIL", "DNQ", "STREET", "SERIALNUMBER", "UNSTRUCTUREDNAME",
    "UNSTRUCTUREDADDRESS", "EMAIL",
};
constexpr size_t kMinKeyBytes = 3;

bool IsKey(std::string_view key) {
  if (key == "CC" || key == "RC") return true;
  if (key.size() < kMinKeyBytes || key.front() < 'A' || key.front() > 'Z') {
    return false;
  }
  for (const std::string_view type : kDnTypes) {
    if (key == type) return false;
  }
  return true;
}

bool IsVerb(std::string_view verb) {
  if (verb.size() < 5 || !verb.starts_with("MQ")) return false;
  for (const char c : verb) {
    if ((c < 'A' || c > 'Z') && (c < '0' || c > '9')) return false;
  }
  return true;
}

const VerbRow& MeaningOf(std::string_view verb) {
  for (const VerbRow& row : kVerbs) {
    if (row.verb == verb) return row;
  }
  return kOtherVerb;
}

std::optional<int64_t> NumberOf(std::string_view text,
                                std::string_view prefix) {
  if (text.starts_with(prefix)) return FindMqConstant(text);
  return ParseInteger(text);
}

// `MQOO_OUTPUT+MQOO_FAIL_IF_QUIESCING`, with anything between the names, or a
// number. Nullopt where anything in it is no option.
std::optional<int64_t> OptionsOf(std::string_view text) {
  if (const auto number = ParseInteger(text)) return number;
  constexpr std::string_view kNameBytes =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
  int64_t bits = 0;
  bool has_name = false;
  for (size_t at = text.find_first_of(kNameBytes); at != text.npos;
       at = text.find_first_of(kNameBytes, at)) {
    const size_t end = text.find_first_not_of(kNameBytes, at);
    const std::string_view name =
        text.substr(at, end == text.npos ? text.npos : end - at);
    const auto value =
        name.starts_with("MQOO_") ? FindMqConstant(name) : std::nullopt;
    if (!value.has_value()) return std::nullopt;
    bits |= *value;
    has_name = true;
    at += name.size();
  }
  return has_name ? std::optional(bits) : std::nullopt;
}

class MqauditorDecoder final : public LineDecoder {
 public:
  explicit MqauditorDecoder(const TextOptions& options)
      : zone_(options.zone) {}

  InputFormat format() const override { return InputFormat::kMqauditor; }
  bool MayBeginWith(char first) const override {
    return IsFirstDigit(first);
  }
  bool Begins(std::string_view line) const override {
    const auto verb = AuditVerbOf(line);
    return verb.has_value() && IsVerb(*verb);
  }
  bool Continues(std::string_view) const override { return false; }
  void Take(std::string_view line, int64_t offset, LineSink* sink) override;
  void Flush(LineSink*) override {}

 private:
  void Fill(const VerbRow& meaning, FieldWriter* out);
  bool Fill(const FieldRow& row, std::string_view value, FieldWriter* out);
  void FillAccess(int64_t bits, FieldWriter* out);

  const std::optional<absl::TimeZone> zone_;
  AuditRecord record_;
  FieldLookup lookup_{kFields};
  Event event_;

  // Of the record being filled.
  struct Filled {
    std::string_view key;
    std::string_view value;
  };
  std::array<Filled, kFieldCount> filled_;
  bool is_open_ = false;
  std::optional<int64_t> options_;
  std::string_view options_from_;
  std::optional<int64_t> completion_;
  std::string_view outcome_from_;
};

void MqauditorDecoder::Take(std::string_view line, int64_t offset,
                            LineSink* sink) {
  if (line.size() > kMaxRecordBytes) {
    return sink->OnReject(format(), line, offset,
                          {kTooLong, "a line of more than 64 KiB"});
  }
  if (!ReadAuditRecord(line, IsKey, &record_) || !IsVerb(record_.verb)) {
    return sink->OnReject(format(), line, offset, {kUnrecognised, {}});
  }
  const auto time = ComposeTime(record_.time, zone_);
  if (!time.has_value()) {
    return sink->OnReject(format(), line, offset,
                          {kBadValue, "no such date or time of day"});
  }
  event_.Clear();
  FieldWriter out(&event_, sink->provenance());
  event_.SetInt(FieldId::kSource, EnumCode(EnumType::kSource, "mqauditor"));
  out.At(*time, TimeQualityOf(zone_), "time");
  Fill(MeaningOf(record_.verb), &out);
  sink->OnEvent(format(), line, offset, &event_);
}

void MqauditorDecoder::Fill(const VerbRow& meaning, FieldWriter* out) {
  is_open_ = record_.verb == "MQOPEN";
  filled_.fill({});
  options_.reset();
  completion_.reset();
  bool is_browse = false;
  for (const auto& [key, value] : record_.fields) {
    if (value.empty()) continue;
    if (key == "GMO_Options" && value.find("MQGMO_BROWSE") != value.npos) {
      is_browse = true;
    }
    bool is_filled = false;
    for (const FieldRow& row : lookup_.Find(key)) {
      is_filled |= Fill(row, value, out);
    }
    if (!is_filled) {
      out->Attr(key, NamesPassword(key) ? kMaskedPassword : value);
    }
  }
  AddRepeatedKeys(record_.fields, out);
  // The verb that no row names is all there is to tell it by.
  if (meaning.verb.empty()) out->Attr("verb", record_.verb);

  out->Int(FieldId::kKind, meaning.kind, "verb");
  out->Int(FieldId::kAction,
           is_browse && record_.verb == "MQGET" ? ActionCode("browse")
                                                : meaning.action,
           "verb");
  if (completion_.has_value()) {
    // A warning is a call that did what it was asked to, if not all of it.
    constexpr int64_t kFailed = 2;  // MQCC_FAILED
    out->Int(FieldId::kOutcome, *completion_ == kFailed ? kFailure : kSuccess,
             outcome_from_);
  } else {
    const bool has_reason = event_.Has(FieldId::kReason);
    out->Int(FieldId::kOutcome, has_reason ? kFailure : kUnknown,
             has_reason ? outcome_from_ : "verb");
  }
  if (options_.has_value()) FillAccess(*options_, out);
  // The id that was typed stands before the one that it runs under.
  const Filled& user = filled_[static_cast<size_t>(FieldId::kUser)];
  if (event_.Has(FieldId::kCspUser) && !user.key.empty()) {
    out->Attr(user.key, user.value);
    event_.Unset(FieldId::kUser);
  }
  out->FinishUser();
  event_.set_infers_channel_type(true);
}

bool MqauditorDecoder::Fill(const FieldRow& row, std::string_view value,
                            FieldWriter* out) {
  // A field has one value. The same key again is shown by AddRepeatedKeys();
  // another name of the field says more only where it says something else.
  Filled& filled = filled_[static_cast<size_t>(row.field)];
  if (!filled.key.empty()) {
    return filled.key == row.name || filled.value == value;
  }
  filled = {row.name, value};
  switch (row.field) {
    case FieldId::kUser:
      if (!event_.Has(FieldId::kCspUser)) out->Text(row.field, value, row.name);
      return true;
    case FieldId::kCorrelation:
      if (!IsZeroToken(value)) out->Text(row.field, value, row.name);
      return true;
    case FieldId::kConnection:
      out->Peer(value, row.name);
      return true;
    case FieldId::kPid:
      return out->Number(row.field, value, row.name);
    case FieldId::kObjectType: {
      const auto number = NumberOf(value, "MQOT_");
      const auto kind =
          number.has_value() ? ObjectKindOfType(*number) : std::nullopt;
      if (kind.has_value()) out->Int(row.field, kind->object_type, row.name);
      return kind.has_value();
    }
    case FieldId::kObject:
      out->Text(row.field, value, row.name);
      if (row.note == "a topic") {
        out->Int(FieldId::kObjectType,
                 EnumCode(EnumType::kObjectType, "topic"), row.name);
      }
      return true;
    case FieldId::kAccess:
      if (!is_open_) return false;
      options_ = OptionsOf(value);
      options_from_ = row.name;
      return options_.has_value();
    case FieldId::kOutcome:
      completion_ = NumberOf(value, "MQCC_");
      outcome_from_ = row.name;
      return completion_.has_value();
    case FieldId::kReason: {
      const auto reason = NumberOf(value, "MQRC");
      if (!reason.has_value()) return false;
      if (!completion_.has_value()) outcome_from_ = row.name;
      if (*reason != 0) {
        out->Reason(*reason, row.name);
      } else if (!completion_.has_value()) {
        completion_ = 0;
      }
      return true;
    }
    default:
      out->Text(row.field, value, row.name);
      return true;
  }
}

void MqauditorDecoder::FillAccess(int64_t bits, FieldWriter* out) {
  out->Int(FieldId::kAccessMask, bits, options_from_);
  const bool is_topic = event_.Has(FieldId::kObjectType) &&
                        event_.Int(FieldId::kObjectType) ==
                            EnumCode(EnumType::kObjectType, "topic");
  std::string_view words[kMaxAccessWords];
  const int count = AccessOfOpenOptions(bits, is_topic, words);
  out->List(FieldId::kAccess, {words, static_cast<size_t>(count)},
            options_from_);
}

}  // namespace

std::span<const FieldRow> MqauditorFields() { return kFields; }

std::unique_ptr<LineDecoder> MakeMqauditorDecoder(const TextOptions& options) {
  return std::make_unique<MqauditorDecoder>(options);
}

}  // namespace mqwarden
