#include "mqwarden/ingest/formats/oamok.h"

#include <algorithm>
#include <cstdint>

#include "mqwarden/base/text.h"
#include "mqwarden/ingest/formats/field_writer.h"
#include "mqwarden/ingest/formats/oam_access.h"
#include "mqwarden/ingest/mq_record.h"

namespace mqwarden {
namespace {

constexpr FieldRow kFields[] = {
    {"action", FieldId::kKind, "authorise: authz; authenticate: authn"},
    {"action", FieldId::kAction,
     "authenticate: connect; authorise: connect with that authority, else "
     "open"},
    {"timeEpoch", FieldId::kTime, ""},
    {"queueManager", FieldId::kQmgr, ""},
    {"objectType", FieldId::kObjectType, ""},
    {"objectName", FieldId::kObject, ""},
    {"identity", FieldId::kUser, "where there is no cspUserId, else attr"},
    {"domain", FieldId::kUserDomain, ""},
    {"authorityHex", FieldId::kAccessMask, "MQZAO bits"},
    {"authorityHex", FieldId::kAccess, "the words of the bits"},
    {"authorityString", FieldId::kAccess, "where there is no authorityHex"},
    {"applicationName", FieldId::kApp, ""},
    {"environment", FieldId::kChannelType, "mcaSvrconn: svrconn; attr too"},
    {"cspAuthenticationType", FieldId::kAuthMethod, ""},
    {"cspUserId", FieldId::kCspUser, ""},
    {"authenticationContext", FieldId::kAction,
     "changeContext: other; attr too"},
    {"applicationPid", FieldId::kPid, ""},
    {"connCorrel", FieldId::kCorrelation,
     "of one connection until it is reused"},
};

constexpr int64_t kNanosPerSecond = 1'000'000'000;
// Epochs beyond it do not fit nanoseconds in 64 bits.
constexpr int64_t kMaxEpochSeconds = 9'223'372'035;

constexpr int64_t kConnect = EnumCode(EnumType::kAction, "connect");
constexpr int64_t kOpen = EnumCode(EnumType::kAction, "open");
constexpr int64_t kOther = EnumCode(EnumType::kAction, "other");

std::string_view TextOf(const JsonNode& node) {
  switch (node.type) {
    case JsonType::kTrue:
      return "true";
    case JsonType::kFalse:
      return "false";
    case JsonType::kString:
    case JsonType::kNumber:
      return TrimPadding(node.text);
    default:
      return {};
  }
}

std::optional<int64_t> AuthMethodOf(std::string_view text) {
  for (const std::string_view name : {"none", "password", "token"}) {
    if (EqualsIgnoreAsciiCase(text, name)) {
      return FindEnumValue(EnumType::kAuthMethod, name);
    }
  }
  return std::nullopt;
}

}  // namespace

OamokObjectDecoder::OamokObjectDecoder() : lookup_(kFields) {}

std::optional<Reject> OamokObjectDecoder::Decode(
    std::span<const JsonNode> nodes, Event* event, Provenance* provenance) {
  FieldWriter out(event, provenance);
  std::string_view action;
  std::string_view identity;
  bool is_change_of_context = false;
  bool has_mask = false;
  words_.clear();

  // False where the value is to be an attr, too or instead.
  const auto fill = [&](const FieldRow& row, const JsonNode& node,
                        std::string_view text) {
    switch (row.field) {
      case FieldId::kKind:
        if (action.empty()) action = text;
        return true;
      case FieldId::kAction:
        if (row.name == "action") return true;
        is_change_of_context = EqualsIgnoreAsciiCase(text, "changeContext");
        return false;
      case FieldId::kTime: {
        const auto epoch = ParseInteger(text);
        if (!epoch.has_value() || *epoch > kMaxEpochSeconds ||
            *epoch < -kMaxEpochSeconds) {
          return false;
        }
        out.At(Time(Duration(*epoch * kNanosPerSecond)),
               EnumCode(EnumType::kTimeQuality, "exact"), row.name);
        return true;
      }
      case FieldId::kUser:
        if (identity.empty()) identity = text;
        return true;
      case FieldId::kObjectType:
        if (const auto type = ObjectTypeOfOam(text)) {
          out.Int(row.field, *type, row.name);
        }
        return true;
      case FieldId::kAccessMask: {
        const auto bits = ParseAuthorities(text);
        if (!bits.has_value()) return false;
        out.Int(row.field, *bits, row.name);
        has_mask = true;
        return true;
      }
      case FieldId::kAccess:
        if (row.name == "authorityHex") return true;
        if (has_mask || !words_.empty()) return true;
        for (size_t i = 1; node.type == JsonType::kArray &&
                           &node + i < nodes.data() + node.end; ++i) {
          const std::string_view word = TextOf((&node)[i]);
          if (IsAccessWord(word)) words_.push_back(word);
        }
        return true;
      case FieldId::kChannelType:
        if (EqualsIgnoreAsciiCase(text, "mcaSvrconn")) {
          out.Int(row.field, EnumCode(EnumType::kChannelType, "svrconn"),
                  row.name);
        }
        return false;
      case FieldId::kAuthMethod: {
        const auto method = AuthMethodOf(text);
        if (method.has_value()) out.Int(row.field, *method, row.name);
        return method.has_value();
      }
      case FieldId::kPid:
        return out.Number(row.field, text, row.name);
      default:
        out.Text(row.field, text, row.name);
        return true;
    }
  };

  for (size_t i = 1; i < nodes.size(); i = nodes[i].end) {
    const JsonNode& node = nodes[i];
    const std::string_view text = TextOf(node);
    // The same time once more, in words of the machine's locale.
    if (node.key == "timeString") continue;
    bool is_filled = false;
    for (const FieldRow& row : lookup_.Find(node.key)) {
      is_filled |= fill(row, node, text);
    }
    if (!is_filled && !node.is_container()) {
      out.Attr(node.key, NamesPassword(node.key) ? kMaskedPassword : text);
    }
  }

  const bool is_authentication = action == "authenticate";
  if (!is_authentication && action != "authorise") {
    return Reject{kBadValue, "an action that is not oamok's"};
  }
  event->SetInt(FieldId::kSource, EnumCode(EnumType::kSource, "oamok"));
  int64_t meaning = kConnect;
  if (is_authentication) {
    if (is_change_of_context) meaning = kOther;
  } else {
    if (has_mask) {
      AccessOfAuthorities(event->Int(FieldId::kAccessMask), &words_);
    }
    out.List(FieldId::kAccess, words_,
             has_mask ? "authorityHex" : "authorityString");
    const bool has_connect =
        std::find(words_.begin(), words_.end(), "connect") != words_.end();
    if (!has_connect) meaning = kOpen;
  }
  out.Int(FieldId::kKind,
          is_authentication ? EnumCode(EnumType::kKind, "authn")
                            : EnumCode(EnumType::kKind, "authz"),
          "action");
  out.Int(FieldId::kAction, meaning,
          meaning == kOther ? "authenticationContext" : "action");
  out.Int(FieldId::kOutcome, EnumCode(EnumType::kOutcome, "success"), "action");
  if (event->Has(FieldId::kCspUser)) {
    out.Attr("identity", identity);
  } else {
    out.User(identity, "identity");
  }
  out.FinishUser();
  event->set_infers_channel_type(true);
  return std::nullopt;
}

std::span<const FieldRow> OamokFields() { return kFields; }

}  // namespace mqwarden
