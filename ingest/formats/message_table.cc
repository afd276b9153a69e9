#include "mqwarden/ingest/formats/message_table.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "mqwarden/base/text.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

constexpr int64_t kAuthn = EnumCode(EnumType::kKind, "authn");
constexpr int64_t kAuthz = EnumCode(EnumType::kKind, "authz");
constexpr int64_t kChannelKind = EnumCode(EnumType::kKind, "channel");
constexpr int64_t kConfig = EnumCode(EnumType::kKind, "config");
constexpr int64_t kCommandKind = EnumCode(EnumType::kKind, "command");
constexpr int64_t kQmgr = EnumCode(EnumType::kKind, "qmgr");
constexpr int64_t kOsAuth = EnumCode(EnumType::kKind, "os_auth");
constexpr int64_t kDiag = EnumCode(EnumType::kKind, "diag");

constexpr int64_t kConnect = EnumCode(EnumType::kAction, "connect");
constexpr int64_t kOpen = EnumCode(EnumType::kAction, "open");
constexpr int64_t kBlock = EnumCode(EnumType::kAction, "block");
constexpr int64_t kTls = EnumCode(EnumType::kAction, "tls");
constexpr int64_t kChange = EnumCode(EnumType::kAction, "change");
constexpr int64_t kCommandAction = EnumCode(EnumType::kAction, "command");
constexpr int64_t kStart = EnumCode(EnumType::kAction, "start");
constexpr int64_t kStop = EnumCode(EnumType::kAction, "stop");
constexpr int64_t kLogin = EnumCode(EnumType::kAction, "login");
constexpr int64_t kOther = EnumCode(EnumType::kAction, "other");

constexpr int64_t kSuccess = EnumCode(EnumType::kOutcome, "success");
constexpr int64_t kFailure = EnumCode(EnumType::kOutcome, "failure");
constexpr int64_t kUnknown = EnumCode(EnumType::kOutcome, "unknown");

constexpr int64_t kNotAuthorized = 2035;
constexpr int64_t kQmgrActive = 2222;
constexpr int64_t kQmgrNotActive = 2223;
constexpr int64_t kSslError = 2371;
constexpr int64_t kBlocked = 2577;

using enum Insert;
// The place of channel and host differs from message to message.
constexpr std::array<Insert, 5> kEnds = {kAttr, kAttr,
                                         kPeerOrChannel, kPeerOrChannel,
                                         kPeerOrChannel};
constexpr std::array<Insert, 5> kBlockInserts = {kAttr, kAttr,
                                                 kChannel, kPeer,
                                                 kActiveValues};
constexpr std::array<Insert, 5> kUserInsert = {kAttr, kAttr,
                                               kUser, kAttr,
                                               kAttr};

constexpr MessageMeaning kMeanings[] = {
    {"AD-*", kConfig, kChange, kSuccess, 0, "auditing of an object changed"},
    {"AF-*", kOsAuth, kOpen, kFailure, 0, "authority failure"},
    {"AMQ5534", kAuthn, kConnect, kFailure, kNotAuthorized,
     "user id and password refused", Companion::kExplains, kUserInsert},
    {"AMQ5540", kAuthn, kConnect, kFailure, kNotAuthorized,
     "an application gave no user id and password", Companion::kExplains},
    {"AMQ5541", kDiag, kOther, kUnknown, 0,
     "setting that asked for the check before", Companion::kNone, kUserInsert},
    {"AMQ5542", kDiag, kOther, kUnknown, 0,
     "setting that asked for the check before", Companion::kNone, kUserInsert},
    {"AMQ6206", kCommandKind, kCommandAction, kSuccess, 0,
     "a control command was run", Companion::kNone,
     {kAttr, kAttr, kCommandName, kCommandText, kAttr}},
    {"AMQ8003", kQmgr, kStart, kSuccess, kQmgrActive, "queue manager started"},
    {"AMQ8004", kQmgr, kStop, kSuccess, kQmgrNotActive, "queue manager ended"},
    {"AMQ8077", kAuthz, kOpen, kFailure, kNotAuthorized,
     "an entity lacks authority", Companion::kExplains,
     {kAttr, kAttr, kUser, kObject, kAccess}},
    {"AMQ9209", kDiag, kOther, kUnknown, 0, "connection closed",
     Companion::kNone,
     {kAttr, kAttr, kPeer, kAttr, kChannel}},
    {"AMQ9519", kChannelKind, kConnect, kFailure, 0, "channel not found",
     Companion::kNone,
     {kAttr, kAttr, kChannel, kAttr,
      kAttr}},
    {"AMQ9557", kAuthn, kConnect, kFailure, kNotAuthorized,
     "initialisation of the user id failed", Companion::kExplained,
     {kAttr, kReason, kUser, kCspUser, kAttr}},
    {"AMQ9631", kChannelKind, kTls, kFailure, kSslError, "CipherSpecs differ",
     Companion::kNone, kEnds},
    {"AMQ9633", kChannelKind, kTls, kFailure, kSslError, "bad certificate",
     Companion::kNone, kEnds},
    {"AMQ9636", kChannelKind, kTls, kFailure, kSslError,
     "name in the certificate does not match", Companion::kNone, kEnds},
    {"AMQ9637", kChannelKind, kTls, kFailure, kSslError, "no client certificate",
     Companion::kNone, kEnds},
    {"AMQ9639", kChannelKind, kTls, kFailure, kSslError, "partner without CipherSpec",
     Companion::kNone, kEnds},
    {"AMQ9665", kChannelKind, kTls, kFailure, kSslError,
     "connection closed in the handshake", Companion::kNone, kEnds},
    {"AMQ9716", kChannelKind, kTls, kFailure, kSslError, "certificate revoked",
     Companion::kNone, kEnds},
    {"AMQ9776", kChannelKind, kBlock, kFailure, kBlocked, "blocked by user id",
     Companion::kExplains, kBlockInserts},
    {"AMQ9777", kChannelKind, kBlock, kFailure, kBlocked,
     "blocked by a record without access", Companion::kExplains, kBlockInserts},
    {"AMQ9791", kAuthn, kConnect, kFailure, kNotAuthorized,
     "a client gave no user id and password", Companion::kExplains, kEnds},
    {"AMQ9999", kDiag, kOther, kUnknown, 0, "channel ended abnormally",
     Companion::kNone, kEnds},
    {"CA-*", kConfig, kChange, kSuccess, 0, "authority changed"},
    {"CP-*", kConfig, kChange, kSuccess, 0, "user profile changed"},
    {"CPF1107", kOsAuth, kLogin, kFailure, 0, "sign-on refused"},
    {"CPF1120", kOsAuth, kLogin, kFailure, 0, "sign-on refused"},
    {"CPF1393", kOsAuth, kLogin, kFailure, 0, "user profile disabled"},
    {"CPF2234", kOsAuth, kLogin, kFailure, 0, "password not correct"},
    {"CSQX776E", kChannelKind, kBlock, kFailure, kBlocked, "blocked by user id"},
    {"CSQX777E", kChannelKind, kBlock, kFailure, kBlocked,
     "blocked by a record without access"},
    {"CSQX782E", kChannelKind, kBlock, kFailure, kBlocked, "blocked by address"},
    {"DS-*", kConfig, kChange, kSuccess, 0, "service tools user changed"},
    {"OW-*", kConfig, kChange, kSuccess, 0, "owner changed"},
    {"PW-*", kOsAuth, kLogin, kFailure, 0, "password or user id refused"},
    {"SV-*", kConfig, kChange, kSuccess, 0, "system value changed"},
};

constexpr MessageMeaning kDiagnostic = {"", kDiag, kOther, kUnknown, 0,
                                        "any other message"};

constexpr bool IsSorted() {
  for (size_t i = 1; i < std::size(kMeanings); ++i) {
    if (!(kMeanings[i - 1].id < kMeanings[i].id)) return false;
  }
  return true;
}
static_assert(IsSorted());

const MessageMeaning* FindMeaning(std::string_view id) {
  const auto row = std::lower_bound(
      std::begin(kMeanings), std::end(kMeanings), id,
      [](const MessageMeaning& m, std::string_view key) { return m.id < key; });
  return row != std::end(kMeanings) && row->id == id ? &*row : nullptr;
}

constexpr int64_t kOtherType = EnumCode(EnumType::kObjectType, "other");
constexpr int64_t kQueueType = EnumCode(EnumType::kObjectType, "queue");
constexpr int64_t kNamelistType = EnumCode(EnumType::kObjectType, "namelist");
constexpr int64_t kProcessType = EnumCode(EnumType::kObjectType, "process");
constexpr int64_t kTopicType = EnumCode(EnumType::kObjectType, "topic");

// The classes with X are those with Q for names in small letters.
constexpr ResourceClass kClasses[] = {
    {"MQADMIN", kOther, kOtherType},
    {"MQCMDS", kCommandAction, kOtherType},
    {"MQCONN", kConnect, kOtherType},
    {"MQNLIST", kOpen, kNamelistType},
    {"MQPROC", kOpen, kProcessType},
    {"MQQUEUE", kOpen, kQueueType},
    {"MXADMIN", kOther, kOtherType},
    {"MXNLIST", kOpen, kNamelistType},
    {"MXPROC", kOpen, kProcessType},
    {"MXQUEUE", kOpen, kQueueType},
    {"MXTOPIC", kOpen, kTopicType},
};

// Where the word is not that of the enum.
struct TypeWord {
  std::string_view word;
  int64_t type;
};
constexpr TypeWord kTypeWords[] = {
    {"*pgm", EnumCode(EnumType::kObjectType, "program")},
    {"*srvpgm", EnumCode(EnumType::kObjectType, "program")},
    {"*stmf", EnumCode(EnumType::kObjectType, "file")},
    {"clntconn", EnumCode(EnumType::kObjectType, "channel")},
    {"clntconn-channel", EnumCode(EnumType::kObjectType, "channel")},
    {"q", kQueueType},
};

constexpr size_t kMaxIdBytes = 16;

}  // namespace

std::span<const MessageMeaning> MessageMeanings() { return kMeanings; }

const MessageMeaning& DiagnosticMeaning() { return kDiagnostic; }

const MessageMeaning& MeaningOfMessage(std::string_view id) {
  if (id.size() > kMaxIdBytes) return kDiagnostic;
  char upper[kMaxIdBytes];
  std::transform(id.begin(), id.end(), upper, [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
  });
  const std::string_view key(upper, id.size());
  if (const MessageMeaning* const row = FindMeaning(key)) return *row;
  // A journal entry: two letters of its type, one of what happened.
  if (key.size() >= 3 && key[2] == '-') {
    const char type[] = {key[0], key[1], '-', '*'};
    if (const auto* const row = FindMeaning({type, sizeof(type)})) return *row;
  }
  return kDiagnostic;
}

std::span<const FieldId> FieldsOfInsert(Insert insert) {
  static constexpr FieldId kPeerFields[] = {
      FieldId::kConnection, FieldId::kSourceIp, FieldId::kChannel};
  static constexpr FieldId kActiveFields[] = {
      FieldId::kClientUser, FieldId::kMcaUser, FieldId::kTlsPeer,
      FieldId::kRemoteQmgr};
  static constexpr FieldId kObjectFields[] = {FieldId::kObject,
                                              FieldId::kObjectType};
  static constexpr FieldId kOneField[] = {
      FieldId::kUser,   FieldId::kCspUser,     FieldId::kChannel,
      FieldId::kAccess, FieldId::kReason,      FieldId::kCommandName,
      FieldId::kCommandText};
  const std::span<const FieldId> one(kOneField);
  switch (insert) {
    case kAttr:
      return {};
    case kUser:
      return one.subspan(0, 1);
    case kCspUser:
      return one.subspan(1, 1);
    case Insert::kChannel:
      return one.subspan(2, 1);
    case kPeer:
      return std::span(kPeerFields).first(2);
    case kPeerOrChannel:
      return kPeerFields;
    case kActiveValues:
      return kActiveFields;
    case kObject:
      return kObjectFields;
    case kAccess:
      return one.subspan(3, 1);
    case kReason:
      return one.subspan(4, 1);
    case kCommandName:
      return one.subspan(5, 1);
    case kCommandText:
      return one.subspan(6, 1);
  }
  return {};
}

std::span<const ResourceClass> ResourceClasses() { return kClasses; }

const ResourceClass* FindResourceClass(std::string_view name) {
  for (const ResourceClass& c : kClasses) {
    if (c.name == name) return &c;
  }
  return nullptr;
}

int64_t ObjectTypeOfWord(std::string_view word) {
  if (word.size() > 20) return kOtherType;
  const std::string lower = ToAsciiLower(word);
  for (const TypeWord& row : kTypeWords) {
    if (row.word == lower) return row.type;
  }
  std::string_view name = lower;
  if (name.starts_with('*')) name.remove_prefix(1);
  return FindEnumValue(EnumType::kObjectType, name).value_or(kOtherType);
}

std::optional<size_t> LeadingAmqId(std::string_view text, char* letter) {
  if (!text.starts_with("AMQ")) return std::nullopt;
  size_t end = 3;
  const auto is_hex = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F');
  };
  // Ids on IBM i have digits of hexadecimal: AMQ8A0C.
  while (end < text.size() && end < 7 && is_hex(text[end])) ++end;
  if (end < 7) return std::nullopt;
  while (end < text.size() && end < 8 && text[end] >= '0' && text[end] <= '9') {
    ++end;
  }
  *letter = 0;
  if (end < text.size() && LevelOfLetter(text[end]).has_value()) {
    *letter = text[end++];
  }
  return end;
}

std::optional<int64_t> LevelOfLetter(char letter) {
  switch (letter) {
    case 'I':
      return EnumCode(EnumType::kLevel, "info");
    case 'W':
      return EnumCode(EnumType::kLevel, "warning");
    case 'E':
      return EnumCode(EnumType::kLevel, "error");
    case 'S':
    case 'T':
      return EnumCode(EnumType::kLevel, "severe");
    default:
      return std::nullopt;
  }
}

}  // namespace mqwarden
