// What the fields of IBM MQ events mean in the catalogue, as tables: reasons to
// kind, action and outcome; parameters to roles; option bits and authorities to
// access words; object types to names. Shared by every decoder of MQ's own
// events, whatever they are wrapped in.
//
// All tables are constant; every function is thread-safe.
#ifndef MQWARDEN_INGEST_MAPPING_H_
#define MQWARDEN_INGEST_MAPPING_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "mqwarden/schema/field_catalog.h"
#include "mqwarden/schema/mq_constants.h"

namespace mqwarden {

// MQCMD numbers of the event classes (MQCFH.Command, `eventType`).
inline constexpr int64_t kConfigEventClass = 43;
inline constexpr int64_t kQmgrEventClass = 44;
inline constexpr int64_t kPerfmEventClass = 45;
inline constexpr int64_t kChannelEventClass = 46;
inline constexpr int64_t kLoggerEventClass = 91;
inline constexpr int64_t kCommandEventClass = 99;

// Reasons that the code speaks of.
inline constexpr int64_t kReasonNotAuthorized = 2035;
inline constexpr int64_t kReasonConfigChange = 2368;

// Values of `kind`, `action` and `outcome`.
struct Derivation {
  int64_t kind;
  int64_t action;
  int64_t outcome;
};

// Schema section 7, for events of IBM MQ itself. `qualifier` is 0 where there is
// none. Total: an unknown reason gets the kind of its class.
Derivation Derive(int64_t event_class, int64_t reason, int64_t qualifier);

// What a parameter of an event says, where it is more than an attr.
enum class Role : uint8_t {
  kAttr,
  kQmgr, kEventQmgr, kHost,
  kQualifier,
  kCheckedUser, kCspUser, kClientUser, kEventUser,
  kAppName, kAppType, kEventAppName, kEventAppType,
  kOrigin, kCommand, kCommandText,
  kOpenOptions,
  kQueue, kTopic, kProcess, kNamelist, kSubscription, kBaseObject, kObjectName,
  kObjectType, kObjectQmgr,
  kConnection, kConnTag, kChannel, kChannelType, kRemoteQmgr, kXmitq,
  kTlsPeer, kTlsIssuer, kTlsCipher,
  kTargetUser, kMcaUser, kAuthorities, kAddedAuthorities, kRemovedAuthorities,
};

// What is known of a parameter before its value.
struct ParameterTraits {
  Role role = Role::kAttr;
  bool is_bytes = false;   // a byte string
  bool is_secret = false;  // a password
};

// `parameter` may be null.
ParameterTraits TraitsOf(const MqConstant* parameter);
// Whether the parameter of that key is a password.
bool IsSecretKey(std::string_view key);

// The field that a parameter with that role goes to as it is, outside of
// configuration and command events.
std::optional<FieldId> PlainField(Role role);

// An object type of a command or a definition, and the key of its name.
struct ObjectKind {
  int64_t object_type;        // value of the enum
  std::string_view name_key;  // "queueName"
};

// Of an MQOT number; nullopt for those that name nothing.
std::optional<ObjectKind> ObjectKindOfType(int64_t mqot);
// Of an MQCMD number; nullopt for commands on no object.
std::optional<ObjectKind> ObjectKindOfCommand(int64_t mqcmd);
// Whether a command gives new values to attributes of its object.
bool ChangesAttributes(int64_t mqcmd);
// Whether a parameter of a definition or command only says which object it is
// about, and of which type.
bool NamesObject(std::string_view key, std::string_view name_key);

// `channel_type` of an MQCHT number.
std::optional<int64_t> ChannelTypeOf(int64_t mqcht);
// Whether this queue manager calls its partner on a channel of that type.
bool IsOutbound(int64_t channel_type);
// `origin` of an MQEVO number.
int64_t OriginOf(int64_t mqevo);

// The access words of MQOO bits, at most kMaxAccessWords, in ascending order of
// the bits; returns how many. On a topic, put is pub.
inline constexpr int kMaxAccessWords = 16;
int AccessOfOpenOptions(int64_t mqoo, bool topic,
                        std::string_view (&words)[kMaxAccessWords]);
// The word of an MQAUTH number: "get"; "" for an unknown one.
std::string_view WordOfAuthority(int64_t mqauth);

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_MAPPING_H_
