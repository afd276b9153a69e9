#include "mqwarden/ingest/mapping.h"

#include <array>
#include <cstddef>
#include <iterator>
#include <span>
#include <vector>

namespace mqwarden {
namespace {

consteval int64_t KindCode(std::string_view name) {
  return EnumCode(EnumType::kKind, name);
}
consteval int64_t ActionCode(std::string_view name) {
  return EnumCode(EnumType::kAction, name);
}
consteval int64_t OutcomeCode(std::string_view name) {
  return EnumCode(EnumType::kOutcome, name);
}
consteval int64_t ObjectCode(std::string_view name) {
  return EnumCode(EnumType::kObjectType, name);
}
consteval int64_t ChannelCode(std::string_view name) {
  return EnumCode(EnumType::kChannelType, name);
}
consteval int64_t OriginCode(std::string_view name) {
  return EnumCode(EnumType::kOrigin, name);
}
consteval Derivation Meaning(std::string_view kind, std::string_view action,
                             std::string_view outcome) {
  return {KindCode(kind), ActionCode(action), OutcomeCode(outcome)};
}

struct ReasonRow {
  int64_t reason;
  int64_t qualifier;  // 0: of any qualifier that no row before this one has
  Derivation derivation;
};

constexpr ReasonRow kReasons[] = {
    // Not Authorized.
    {2035, 1, Meaning("authz", "connect", "failure")},     // CONN
    {2035, 20, Meaning("authz", "connect", "failure")},    // SYS_CONN
    {2035, 29, Meaning("authn", "connect", "failure")},    // CSP
    {2035, 2, Meaning("authz", "open", "failure")},        // OPEN
    {2035, 3, Meaning("authz", "close", "failure")},       // CLOSE
    {2035, 4, Meaning("authz", "command", "failure")},     // CMD
    {2035, 17, Meaning("authz", "subscribe", "failure")},  // SUB
    {2035, 18, Meaning("authz", "subscribe", "failure")},  // SUB_DEST
    {2035, 0, Meaning("authz", "other", "failure")},
    // Authorized.
    {3391, 65, Meaning("authz", "connect", "success")},
    {3391, 66, Meaning("authz", "open", "success")},
    {3391, 67, Meaning("authz", "subscribe", "success")},
    {3391, 68, Meaning("authz", "subscribe", "success")},
    {3391, 0, Meaning("authz", "other", "success")},
    // Channels.
    {2577, 0, Meaning("channel", "block", "failure")},
    {2578, 0, Meaning("channel", "block", "warned")},
    {2371, 0, Meaning("channel", "tls", "failure")},
    {2552, 0, Meaning("channel", "tls", "warned")},
    {2537, 0, Meaning("channel", "connect", "failure")},
    {2234, 0, Meaning("channel", "create", "failure")},
    {2233, 0, Meaning("channel", "create", "success")},
    {2282, 0, Meaning("channel", "start", "success")},
    {2295, 0, Meaning("channel", "start", "success")},
    {2283, 8, Meaning("channel", "stop", "failure")},  // STOPPED_ERROR
    {2283, 9, Meaning("channel", "stop", "failure")},  // STOPPED_RETRY
    {2283, 0, Meaning("channel", "stop", "success")},
    {2296, 0, Meaning("channel", "stop", "failure")},
    {2279, 0, Meaning("channel", "stop", "success")},
    {2284, 0, Meaning("channel", "other", "failure")},
    // Configuration and commands.
    {2367, 0, Meaning("config", "create", "success")},
    {2368, 0, Meaning("config", "change", "success")},
    {2369, 0, Meaning("config", "delete", "success")},
    {2370, 0, Meaning("config", "refresh", "success")},
    {2412, 0, Meaning("command", "command", "success")},
    {2413, 0, Meaning("command", "command", "success")},
    // The queue manager; names that it does not find; queues that are inhibited.
    {2222, 0, Meaning("qmgr", "start", "success")},
    {2223, 0, Meaning("qmgr", "stop", "success")},
    {2411, 0, Meaning("qmgr", "logger", "unknown")},
    {2085, 0, Meaning("qmgr", "open", "failure")},
    {2087, 0, Meaning("qmgr", "open", "failure")},
    {2196, 0, Meaning("qmgr", "open", "failure")},
    {2001, 0, Meaning("qmgr", "open", "failure")},
    {2057, 0, Meaning("qmgr", "open", "failure")},
    {2082, 0, Meaning("qmgr", "open", "failure")},
    {2086, 0, Meaning("qmgr", "open", "failure")},
    {2091, 0, Meaning("qmgr", "open", "failure")},
    {2092, 0, Meaning("qmgr", "open", "failure")},
    {2184, 0, Meaning("qmgr", "open", "failure")},
    {2197, 0, Meaning("qmgr", "open", "failure")},
    {2198, 0, Meaning("qmgr", "open", "failure")},
    {2199, 0, Meaning("qmgr", "open", "failure")},
    {2051, 0, Meaning("qmgr", "put", "failure")},
    {2016, 0, Meaning("qmgr", "get", "failure")},
    // Performance.
    {2053, 0, Meaning("perf", "other", "unknown")},
    {2224, 0, Meaning("perf", "other", "unknown")},
    {2225, 0, Meaning("perf", "other", "unknown")},
    {2226, 0, Meaning("perf", "other", "unknown")},
    {2227, 0, Meaning("perf", "other", "unknown")},
};

constexpr int64_t kFirstReason = 2001;
constexpr int64_t kLastReason = 3391;

// By reason: the first of its rows, which stand together; beyond the last where
// there is none.
consteval std::array<uint8_t, kLastReason - kFirstReason + 1> IndexReasons() {
  std::array<uint8_t, kLastReason - kFirstReason + 1> rows;
  static_assert(std::size(kReasons) < 255);
  rows.fill(static_cast<uint8_t>(std::size(kReasons)));
  int64_t before = 0;
  for (size_t i = 0; i < std::size(kReasons); ++i) {
    const int64_t reason = kReasons[i].reason;
    if (reason == before) continue;
    before = reason;
    uint8_t& row = rows[static_cast<size_t>(reason - kFirstReason)];
    if (row != std::size(kReasons)) throw "the rows of a reason stand apart";
    row = static_cast<uint8_t>(i);
  }
  return rows;
}
constexpr auto kRowOfReason = IndexReasons();

struct ClassRow {
  int64_t event_class;
  Derivation derivation;
};

constexpr ClassRow kClasses[] = {
    {kConfigEventClass, Meaning("config", "other", "unknown")},
    {kQmgrEventClass, Meaning("qmgr", "other", "unknown")},
    {kPerfmEventClass, Meaning("perf", "other", "unknown")},
    {kChannelEventClass, Meaning("channel", "other", "unknown")},
    {kLoggerEventClass, Meaning("qmgr", "logger", "unknown")},
    {kCommandEventClass, Meaning("command", "command", "success")},
};

constexpr Derivation kNoMeaning = Meaning("diag", "other", "unknown");

struct RoleRow {
  std::string_view key;
  Role role;
};

constexpr RoleRow kRoles[] = {
    {"queueMgrName", Role::kQmgr},
    {"eventQueueMgr", Role::kEventQmgr},
    {"hostName", Role::kHost},
    {"reasonQualifier", Role::kQualifier},
    {"userIdentifier", Role::kCheckedUser},
    {"cspUserIdentifier", Role::kCspUser},
    {"clientUserId", Role::kClientUser},
    {"eventUserId", Role::kEventUser},
    {"applName", Role::kAppName},
    {"applType", Role::kAppType},
    {"eventApplName", Role::kEventAppName},
    {"eventApplType", Role::kEventAppType},
    {"eventOrigin", Role::kOrigin},
    {"command", Role::kCommand},
    {"commandMqsc", Role::kCommandText},
    {"openOptions", Role::kOpenOptions},
    {"queueName", Role::kQueue},
    {"topicString", Role::kTopic},
    {"processName", Role::kProcess},
    {"namelistName", Role::kNamelist},
    {"subName", Role::kSubscription},
    {"baseObjectName", Role::kBaseObject},
    {"objectName", Role::kObjectName},
    {"objectType", Role::kObjectType},
    {"objectQueueMgrName", Role::kObjectQmgr},
    {"connectionName", Role::kConnection},
    {"connTag", Role::kConnTag},
    {"channelName", Role::kChannel},
    {"channelType", Role::kChannelType},
    {"remoteQueueMgrName", Role::kRemoteQmgr},
    {"xmitQueueName", Role::kXmitq},
    {"sslPeerName", Role::kTlsPeer},
    {"sslCertIssuerName", Role::kTlsIssuer},
    {"sslCipherSpec", Role::kTlsCipher},
    {"entityName", Role::kTargetUser},
    {"principalEntityNames", Role::kTargetUser},
    {"groupEntityNames", Role::kTargetUser},
    {"mcaUserId", Role::kMcaUser},
    {"authorizationList", Role::kAuthorities},
    {"authAddAuths", Role::kAddedAuthorities},
    {"authRemoveAuths", Role::kRemovedAuthorities},
};

// By the row number of the parameter, so that a look-up is one load.
const std::vector<ParameterTraits>& TraitsByRow() {
  static const std::vector<ParameterTraits>* const traits = [] {
    auto* const table = new std::vector<ParameterTraits>(AllMqConstants().size());
    for (size_t i = 0; i < table->size(); ++i) {
      const MqConstant& constant = AllMqConstants()[i];
      ParameterTraits& t = (*table)[i];
      for (const RoleRow& row : kRoles) {
        if (constant.json_key == row.key) t.role = row.role;
      }
      t.is_bytes = constant.name.starts_with("MQBA");
      t.is_secret = IsSecretKey(constant.json_key);
    }
    return table;
  }();
  return *traits;
}

constexpr ObjectKind kQueueObject = {ObjectCode("queue"), "queueName"};
constexpr ObjectKind kQmgrObject = {ObjectCode("qmgr"), "queueMgrName"};
constexpr ObjectKind kChannelObject = {ObjectCode("channel"), "channelName"};
constexpr ObjectKind kProcessObject = {ObjectCode("process"), "processName"};
constexpr ObjectKind kNamelistObject = {ObjectCode("namelist"), "namelistName"};
constexpr ObjectKind kAuthinfoObject = {ObjectCode("authinfo"), "authInfoName"};
constexpr ObjectKind kAuthrecObject = {ObjectCode("authrec"), "authProfileName"};
constexpr ObjectKind kChlauthObject = {ObjectCode("chlauth"), "channelName"};
constexpr ObjectKind kPolicyObject = {ObjectCode("policy"), "policyName"};
constexpr ObjectKind kListenerObject = {ObjectCode("listener"), "listenerName"};
constexpr ObjectKind kServiceObject = {ObjectCode("service"), "serviceName"};
constexpr ObjectKind kTopicObject = {ObjectCode("topic"), "topicName"};
constexpr ObjectKind kTopicStringObject = {ObjectCode("topic"), "topicString"};
constexpr ObjectKind kSubObject = {ObjectCode("subscription"), "subName"};
constexpr ObjectKind kComminfoObject = {ObjectCode("comminfo"), "commInfoName"};
constexpr ObjectKind kCfstructObject = {ObjectCode("cfstruct"), "cfStrucName"};
constexpr ObjectKind kStgclassObject = {ObjectCode("stgclass"), "storageClass"};
constexpr ObjectKind kRemoteQmgrObject = {ObjectCode("other"), "remoteQueueMgrName"};

// Ranges of MQOT and MQCMD numbers, first and last included.
struct ObjectRow {
  int64_t first;
  int64_t last;
  ObjectKind kind;
};

constexpr ObjectRow kObjectsByType[] = {
    {1, 1, kQueueObject},          {2, 2, kNamelistObject},
    {3, 3, kProcessObject},        {4, 4, kStgclassObject},
    {5, 5, kQmgrObject},           {6, 6, kChannelObject},
    {7, 7, kAuthinfoObject},       {8, 8, kTopicObject},
    {9, 9, kComminfoObject},       {10, 10, kCfstructObject},
    {11, 11, kListenerObject},     {12, 12, kServiceObject},
    {1002, 1005, kQueueObject},    {1007, 1015, kChannelObject},
    {1016, 1016, kChlauthObject},  {1017, 1017, kRemoteQmgrObject},
    {1019, 1019, kPolicyObject},   {1020, 1021, kChannelObject},
    {1022, 1022, kAuthrecObject},
};

constexpr ObjectRow kObjectsByCommand[] = {
    {1, 2, kQmgrObject},         {3, 7, kProcessObject},
    {8, 13, kQueueObject},       {16, 16, kQmgrObject},
    {17, 18, kQueueObject},      {19, 19, kProcessObject},
    {20, 29, kChannelObject},    {31, 31, kListenerObject},
    {32, 37, kNamelistObject},   {39, 39, kChannelObject},
    {40, 40, kQmgrObject},       {41, 41, kQueueObject},
    {42, 42, kChannelObject},    {79, 84, kAuthinfoObject},
    {87, 87, kAuthrecObject},    {89, 90, kAuthrecObject},
    {92, 92, kQmgrObject},       {93, 98, kListenerObject},
    {101, 101, kCfstructObject}, {102, 102, kStgclassObject},
    {105, 105, kCfstructObject}, {108, 108, kCfstructObject},
    {109, 109, kStgclassObject}, {110, 110, kCfstructObject},
    {111, 111, kStgclassObject}, {112, 112, kCfstructObject},
    {113, 113, kStgclassObject}, {115, 116, kCfstructObject},
    {122, 122, kStgclassObject}, {127, 127, kQueueObject},
    {129, 129, kCfstructObject}, {132, 132, kQmgrObject},
    {139, 139, kQmgrObject},     {142, 142, kListenerObject},
    {144, 144, kQmgrObject},     {146, 146, kQmgrObject},
    {147, 147, kCfstructObject}, {148, 148, kStgclassObject},
    {149, 155, kServiceObject},  {156, 156, kServiceObject},
    {161, 161, kQmgrObject},     {170, 175, kTopicObject},
    {176, 179, kSubObject},      {181, 182, kSubObject},
    {183, 184, kTopicStringObject},
    {190, 194, kComminfoObject}, {195, 195, kChannelObject},
    {203, 204, kChlauthObject},  {205, 208, kPolicyObject},
    {213, 213, kCfstructObject},
};

std::optional<ObjectKind> FindObjectKind(std::span<const ObjectRow> rows,
                                         int64_t number) {
  for (const ObjectRow& row : rows) {
    if (number >= row.first && number <= row.last) return row.kind;
  }
  return std::nullopt;
}

// Commands whose parameters are new values: Change ... and Set ....
constexpr int64_t kChangingCommands[] = {
    1,   3,   8,   21,  32,  79,  90,  93,  100, 101, 102, 103, 134, 136,
    137, 149, 159, 160, 170, 178, 187, 192, 203, 208,
};

constexpr std::string_view kTypeKeys[] = {
    "queueType",    "channelType", "authInfoType", "objectType",
    "commInfoType", "chlauthType", "entityType",   "authRecType",
    "entityName",   "principalEntityNames",        "groupEntityNames",
};

struct AccessRow {
  int64_t bits;
  std::string_view word;
};

constexpr AccessRow kOpenAccess[] = {
    {1 | 2 | 4, "get"}, {8, "browse"},   {16, "put"},     {32, "inq"},
    {64, "set"},        {256, "passid"}, {512, "passall"}, {1024, "setid"},
    {2048, "setall"},   {4096, "altusr"},
};
static_assert(std::size(kOpenAccess) <= kMaxAccessWords);

// In the order of MQAUTH, from MQAUTH_ALL_MQI (-3).
constexpr int64_t kFirstAuthority = -3;
constexpr std::string_view kAuthorityWords[] = {
    "allmqi", "alladm", "all",     "none",   "altusr", "browse", "chg",
    "clr",    "connect", "crt",    "dlt",    "dsp",    "get",    "inq",
    "put",    "passall", "passid", "set",    "setall", "setid",  "ctrl",
    "ctrlx",  "pub",     "sub",    "resume", "system",
};

// In the order of MQCHT, from MQCHT_SENDER (1); -1 where there is none.
constexpr int64_t kChannelTypes[] = {
    ChannelCode("sdr"),      ChannelCode("svr"),     ChannelCode("rcvr"),
    ChannelCode("rqstr"),    -1,                     ChannelCode("clntconn"),
    ChannelCode("svrconn"),  ChannelCode("clusrcvr"), ChannelCode("clussdr"),
    ChannelCode("mqtt"),     ChannelCode("amqp"),
};

// In the order of MQEVO, from MQEVO_OTHER (0).
constexpr int64_t kOrigins[] = {
    OriginCode("other"), OriginCode("console"),  OriginCode("init"),
    OriginCode("msg"),   OriginCode("mqset"),    OriginCode("internal"),
    OriginCode("mqsub"), OriginCode("ctlmsg"),   OriginCode("rest"),
};

}  // namespace

Derivation Derive(int64_t event_class, int64_t reason, int64_t qualifier) {
  if (reason >= kFirstReason && reason <= kLastReason) {
    const uint8_t first = kRowOfReason[reason - kFirstReason];
    for (size_t i = first; i < std::size(kReasons); ++i) {
      const ReasonRow& row = kReasons[i];
      if (row.reason != reason) break;
      if (row.qualifier == 0 || row.qualifier == qualifier) return row.derivation;
    }
  }
  for (const ClassRow& row : kClasses) {
    if (row.event_class == event_class) return row.derivation;
  }
  return kNoMeaning;
}

ParameterTraits TraitsOf(const MqConstant* parameter) {
  if (parameter == nullptr) return {};
  return TraitsByRow()[static_cast<size_t>(parameter - AllMqConstants().data())];
}

bool IsSecretKey(std::string_view key) {
  return key.find("assword") != key.npos;
}

// The field that a parameter of an event goes to as it is.
std::optional<FieldId> PlainField(Role role) {
  switch (role) {
    case Role::kHost:
      return FieldId::kHost;
    case Role::kCspUser:
      return FieldId::kCspUser;
    case Role::kClientUser:
      return FieldId::kClientUser;
    case Role::kAppName:
      return FieldId::kApp;
    case Role::kAppType:
      return FieldId::kAppType;
    case Role::kObjectQmgr:
      return FieldId::kObjectQmgr;
    case Role::kChannel:
      return FieldId::kChannel;
    case Role::kRemoteQmgr:
      return FieldId::kRemoteQmgr;
    case Role::kXmitq:
      return FieldId::kXmitq;
    case Role::kTlsPeer:
      return FieldId::kTlsPeer;
    case Role::kTlsIssuer:
      return FieldId::kTlsIssuer;
    default:
      return std::nullopt;
  }
}

std::optional<ObjectKind> ObjectKindOfType(int64_t mqot) {
  return FindObjectKind(kObjectsByType, mqot);
}

std::optional<ObjectKind> ObjectKindOfCommand(int64_t mqcmd) {
  return FindObjectKind(kObjectsByCommand, mqcmd);
}

bool ChangesAttributes(int64_t mqcmd) {
  for (const int64_t command : kChangingCommands) {
    if (command == mqcmd) return true;
  }
  return false;
}

bool NamesObject(std::string_view key, std::string_view name_key) {
  if (key == name_key) return true;
  for (const std::string_view type_key : kTypeKeys) {
    if (key == type_key) return true;
  }
  return false;
}

std::optional<int64_t> ChannelTypeOf(int64_t mqcht) {
  if (mqcht < 1 || mqcht > static_cast<int64_t>(std::size(kChannelTypes))) {
    return std::nullopt;
  }
  const int64_t type = kChannelTypes[mqcht - 1];
  return type < 0 ? std::nullopt : std::optional(type);
}

bool IsOutbound(int64_t channel_type) {
  return channel_type == ChannelCode("sdr") ||
         channel_type == ChannelCode("svr") ||
         channel_type == ChannelCode("clussdr");
}

int64_t OriginOf(int64_t mqevo) {
  const bool known =
      mqevo >= 0 && mqevo < static_cast<int64_t>(std::size(kOrigins));
  return kOrigins[known ? mqevo : 0];
}

int AccessOfOpenOptions(int64_t mqoo, bool topic,
                        std::string_view (&words)[kMaxAccessWords]) {
  int count = 0;
  for (const AccessRow& row : kOpenAccess) {
    if ((mqoo & row.bits) == 0) continue;
    words[count++] = topic && row.word == "put" ? "pub" : row.word;
  }
  return count;
}

std::string_view WordOfAuthority(int64_t mqauth) {
  const int64_t row = mqauth - kFirstAuthority;
  if (row < 0 || row >= static_cast<int64_t>(std::size(kAuthorityWords))) {
    return {};
  }
  return kAuthorityWords[row];
}

}  // namespace mqwarden
