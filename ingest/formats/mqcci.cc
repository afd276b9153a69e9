#include "mqwarden/ingest/formats/mqcci.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "mqwarden/ingest/connection_name.h"
#include "mqwarden/ingest/formats/audit_record.h"
#include "mqwarden/ingest/formats/field_writer.h"
#include "mqwarden/ingest/mapping.h"
#include "mqwarden/ingest/mq_record.h"
#include "mqwarden/ingest/mq_text.h"
#include "mqwarden/ingest/seconds.h"
#include "mqwarden/schema/mq_constants.h"

namespace mqwarden {
namespace {

constexpr FieldRow kFields[] = {
    {"Tag", FieldId::kCorrelation, "pairs a CONN with its DISC"},
    {"CD_QMgrName", FieldId::kQmgr, ""},
    {"CD_ChannelName", FieldId::kChannel, ""},
    {"CD_ConnectionName", FieldId::kConnection, ""},
    {"CD_ConnectionName", FieldId::kSourceIp,
     "its address; target_ip where CD_ChannelType says that this side called"},
    {"CD_ShortConnectionName", FieldId::kSourceIp,
     "where CD_ConnectionName holds no address"},
    {"CD_MCAUserIdentifier", FieldId::kMcaUser, ""},
    {"CD_RemoteUserIdentifier", FieldId::kClientUser, ""},
    {"CD_SSLCipherSpec", FieldId::kTlsCipher, ""},
    {"CXP_PartnerName", FieldId::kRemoteQmgr,
     "where CD_ChannelType is that of a message channel, else attr"},
    {"CXP_SSLCertUserid", FieldId::kCertUser, ""},
    {"CXP_SecurityParms_AuthenticationType", FieldId::kAuthMethod,
     "MQCSP_AUTH_NONE none, MQCSP_AUTH_USER_ID_AND_PWD password, "
     "MQCSP_AUTH_ID_TOKEN token"},
    {"CXP_SecurityParms_UserId", FieldId::kCspUser, ""},
    {"Duration", FieldId::kDuration, "of a DISC, in seconds"},
    {"CD_ChannelType", FieldId::kChannelType,
     "MQCHT; svrconn without it where CD_RemoteUserIdentifier or a "
     "CXP_SecurityParms_ field has a value"},
    {"CD_SSLPeerName", FieldId::kTlsPeer, ""},
    {"CD_SSLPeerNamePtr", FieldId::kTlsPeer, ""},
};

// MQCD.ShortConnectionName; a longer name is cut.
constexpr size_t kShortNameBytes = 20;
// MQCD.ConnectionName, and blanks to spare.
constexpr size_t kMaxNameBytes = 512;

constexpr int64_t kSvrconn = EnumCode(EnumType::kChannelType, "svrconn");

bool IsKey(std::string_view key) {
  return key.starts_with("CD_") || key.starts_with("CXP_") || key == "Tag" ||
         key == "Duration";
}

bool IsVerb(std::string_view verb) { return verb == "CONN" || verb == "DISC"; }

bool IsMessageChannel(int64_t channel_type) {
  switch (channel_type) {
    case EnumCode(EnumType::kChannelType, "sdr"):
    case EnumCode(EnumType::kChannelType, "svr"):
    case EnumCode(EnumType::kChannelType, "rcvr"):
    case EnumCode(EnumType::kChannelType, "rqstr"):
    case EnumCode(EnumType::kChannelType, "clussdr"):
    case EnumCode(EnumType::kChannelType, "clusrcvr"):
      return true;
    default:
      return false;
  }
}

// The number of a constant whose name begins with `prefix`, or of a number.
std::optional<int64_t> NumberOf(std::string_view text,
                                std::string_view prefix) {
  if (text.starts_with(prefix)) return FindMqConstant(text);
  return ParseInteger(text);
}

std::optional<int64_t> AuthMethodOf(std::string_view text) {
  const auto type = NumberOf(text, "MQCSP_AUTH_");
  if (!type.has_value()) return std::nullopt;
  switch (*type) {
    case 0:
      return EnumCode(EnumType::kAuthMethod, "none");
    case 1:
      return EnumCode(EnumType::kAuthMethod, "password");
    case 2:
      return EnumCode(EnumType::kAuthMethod, "token");
    default:
      return std::nullopt;
  }
}

// `1.506625`.
std::optional<int64_t> SecondsOf(std::string_view text) {
  const size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view fraction =
      point == text.npos ? "0" : text.substr(point + 1);
  for (const std::string_view digits : {whole, fraction}) {
    if (digits.empty() ||
        digits.find_first_not_of("0123456789") != digits.npos) {
      return std::nullopt;
    }
  }
  return ParseJsonSeconds(text);
}

// A name of several lines has its address in any of them.
std::optional<IpAddress> AddressInLines(std::string_view names) {
  names = names.substr(0, kMaxNameBytes);
  for (;;) {
    if (const auto ip = AddressOfConnection(names)) return ip;
    const size_t comma = names.find(", ");
    if (comma == names.npos) return std::nullopt;
    names.remove_prefix(comma + 2);
  }
}

class MqcciDecoder final : public LineDecoder {
 public:
  explicit MqcciDecoder(const TextOptions& options) : zone_(options.zone) {}

  InputFormat format() const override { return InputFormat::kMqcci; }

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
  void Fill(FieldWriter* out);
  bool Fill(const FieldRow& row, std::string_view value, FieldWriter* out);
  void FillPeer(FieldWriter* out);

  const std::optional<absl::TimeZone> zone_;
  AuditRecord record_;
  FieldLookup lookup_{kFields};
  Event event_;

  // Of the record being filled: what means something only once all is read.
  std::string_view connection_;
  std::string_view short_name_;
  std::string_view partner_;
  bool is_client_ = false;
};

void MqcciDecoder::Take(std::string_view line, int64_t offset, LineSink* sink) {
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
  event_.SetInt(FieldId::kSource, EnumCode(EnumType::kSource, "mqcci"));
  out.At(*time, TimeQualityOf(zone_), "time");
  out.Int(FieldId::kKind, EnumCode(EnumType::kKind, "session"), "verb");
  out.Int(FieldId::kAction,
          record_.verb == "CONN" ? EnumCode(EnumType::kAction, "connect")
                                 : EnumCode(EnumType::kAction, "disconnect"),
          "verb");
  out.Int(FieldId::kOutcome, EnumCode(EnumType::kOutcome, "unknown"), "verb");
  Fill(&out);
  sink->OnEvent(format(), line, offset, &event_);
}

void MqcciDecoder::Fill(FieldWriter* out) {
  connection_ = short_name_ = partner_ = {};
  is_client_ = false;
  for (const auto& [key, value] : record_.fields) {
    if (value.empty()) continue;
    if (key == "CD_RemoteUserIdentifier" ||
        key.starts_with("CXP_SecurityParms_")) {
      is_client_ = true;
    }
    bool is_filled = false;
    for (const FieldRow& row : lookup_.Find(key)) {
      is_filled |= Fill(row, value, out);
    }
    if (!is_filled) {
      out->Attr(key, NamesPassword(key) ? kMaskedPassword : value);
    }
  }
  if (is_client_) {
    out->Int(FieldId::kChannelType, kSvrconn, "CXP_SecurityParms_");
  }
  FillPeer(out);
  AddRepeatedKeys(record_.fields, out);
  out->FinishUser();
  event_.set_infers_channel_type(true);
}

// False where the value is to be an attr, too or instead.
bool MqcciDecoder::Fill(const FieldRow& row, std::string_view value,
                        FieldWriter* out) {
  if (event_.Has(row.field)) return true;  // AddRepeatedKeys() shows the rest
  switch (row.field) {
    case FieldId::kCorrelation:
      if (!IsZeroToken(value)) out->Text(row.field, value, row.name);
      return true;
    case FieldId::kSourceIp:
      if (row.name == "CD_ConnectionName") {
        if (connection_.empty()) connection_ = value;
        return true;
      }
      if (short_name_.empty()) short_name_ = value;
      return false;
    case FieldId::kRemoteQmgr:
      if (partner_.empty()) partner_ = value;
      return true;
    case FieldId::kAuthMethod: {
      const auto method = AuthMethodOf(value);
      if (method.has_value()) out->Int(row.field, *method, row.name);
      return method.has_value();
    }
    case FieldId::kDuration: {
      const auto duration = SecondsOf(value);
      if (duration.has_value()) out->Int(row.field, *duration, row.name);
      return duration.has_value();
    }
    case FieldId::kChannelType: {
      const auto number = NumberOf(value, "MQCHT_");
      const auto type =
          number.has_value() ? ChannelTypeOf(*number) : std::nullopt;
      if (type.has_value()) out->Int(row.field, *type, row.name);
      return type.has_value();
    }
    default:
      out->Text(row.field, value, row.name);
      return true;
  }
}

void MqcciDecoder::FillPeer(FieldWriter* out) {
  const bool has_type = event_.Has(FieldId::kChannelType);
  const int64_t type = has_type ? event_.Int(FieldId::kChannelType) : 0;
  if (!partner_.empty()) {
    if (has_type && IsMessageChannel(type)) {
      out->Text(FieldId::kRemoteQmgr, partner_, "CXP_PartnerName");
    } else {
      out->Attr("CXP_PartnerName", partner_);
    }
  }
  auto address = AddressInLines(connection_);
  std::string_view from = "CD_ConnectionName";
  if (!address.has_value() && short_name_.size() < kShortNameBytes) {
    address = AddressOfConnection(short_name_);
    from = "CD_ShortConnectionName";
  }
  if (!address.has_value()) return;
  const bool is_outbound = has_type && IsOutbound(type);
  out->Ip(is_outbound ? FieldId::kTargetIp : FieldId::kSourceIp, *address,
          from);
}

}  // namespace

std::span<const FieldRow> MqcciFields() { return kFields; }

std::unique_ptr<LineDecoder> MakeMqcciDecoder(const TextOptions& options) {
  return std::make_unique<MqcciDecoder>(options);
}

}  // namespace mqwarden
