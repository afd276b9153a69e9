// The field catalogue: every field of a normalized event, its type, its enum
// values and what it means. The rule language, the normalizers, the engine, the
// NDJSON form and the generated manual take their names from here and nowhere
// else. The rows stand in fields.def and enums.def.
//
// All tables are constant; every function is thread-safe.
#ifndef MQWARDEN_SCHEMA_FIELD_CATALOG_H_
#define MQWARDEN_SCHEMA_FIELD_CATALOG_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace mqwarden {

// How the values of a field compare and what a rule may do with them.
enum class FieldType : uint8_t {
  kStr,       // text, compared exactly
  kKw,        // text, compared, grouped and counted without ASCII case
  kEnum,      // one of a closed set of lower-case names
  kInt,       // 64-bit integer
  kReal,      // exact decimal, nine places
  kBool,
  kIp,        // IPv4 or IPv6; a v4-mapped address is its IPv4 address
  kTs,        // nanoseconds since the Unix epoch, UTC
  kDuration,  // nanoseconds
  kList,      // texts compared like kKw, without duplicates, order kept
};

// The closed sets of values, one per enum field (some fields share one).
enum class EnumType : uint8_t {
  kNone,
#define MQWARDEN_ENUM(id, name) id,
#define MQWARDEN_ENUM_VALUE(type, value_name, meaning)
#include "mqwarden/schema/enums.def"
#undef MQWARDEN_ENUM
#undef MQWARDEN_ENUM_VALUE
};

// Dense identifiers of the fields, in the order of fields.def.
enum class FieldId : uint8_t {
#define MQWARDEN_FIELD(id, name, type, enum_type, flags, ecs, ocsf, meaning) id,
#include "mqwarden/schema/fields.def"
#undef MQWARDEN_FIELD
};

inline constexpr int kFieldCount = 0
#define MQWARDEN_FIELD(id, name, type, enum_type, flags, ecs, ocsf, meaning) +1
#include "mqwarden/schema/fields.def"
#undef MQWARDEN_FIELD
    ;

// Flags of a field.
inline constexpr uint8_t kFieldComputed = 1;   // derived on use, never stored
inline constexpr uint8_t kFieldAlertOnly = 2;  // only events of kind alert

struct FieldInfo {
  FieldId id;
  std::string_view name;
  FieldType type;
  EnumType enum_type;        // kNone unless type is kEnum
  uint8_t flags;
  std::string_view ecs;      // "-" where there is none
  std::string_view ocsf;     // "-" where there is none
  std::string_view meaning;  // one sentence
};

struct EnumValueInfo {
  int64_t value;  // index in the set; the order of ordered enums
  std::string_view name;
  std::string_view meaning;
};

std::span<const FieldInfo> AllFields();
const FieldInfo& GetField(FieldId id);
// Exact, lower-case names as in rules; nullptr when there is no such field.
const FieldInfo* FindField(std::string_view name);

std::string_view FieldTypeName(FieldType type);  // "kw"
std::string_view EnumTypeName(EnumType type);    // "channel_type"
std::span<const EnumValueInfo> EnumValues(EnumType type);
// The number of `name` in `type`; nullopt when it is not in the set.
std::optional<int64_t> FindEnumValue(EnumType type, std::string_view name);
// The name of `value`; "" when it is not in the set.
std::string_view EnumValueName(EnumType type, int64_t value);
// True for enums whose values are ordered (`severity`, `level`).
bool IsOrderedEnum(EnumType type);

// The number of a value that code names, checked when it is compiled:
// EnumCode(EnumType::kAction, "connect").
consteval int64_t EnumCode(EnumType type, std::string_view name) {
  struct Row {
    EnumType type;
    std::string_view name;
  };
  constexpr Row kRows[] = {
#define MQWARDEN_ENUM(id, name)
#define MQWARDEN_ENUM_VALUE(type, value_name, meaning) \
  {EnumType::type, value_name},
#include "mqwarden/schema/enums.def"
#undef MQWARDEN_ENUM
#undef MQWARDEN_ENUM_VALUE
  };
  int64_t index = 0;
  for (const Row& row : kRows) {
    if (row.type != type) continue;
    if (row.name == name) return index;
    ++index;
  }
  throw "no such enum value";  // not a constant expression: fails to compile
}

// Values of `kind`, in the order of enums.def.
enum class Kind : uint8_t {
  kAuthn, kAuthz, kChannel, kConfig, kCommand, kQmgr, kPerf, kSession, kOsAuth,
  kDiag, kAlert,
};
inline constexpr int kKindCount = 11;

// Severities of an alert, in rising order.
enum class Severity : uint8_t { kInfo, kLow, kMedium, kHigh, kCritical };

}  // namespace mqwarden

#endif  // MQWARDEN_SCHEMA_FIELD_CATALOG_H_
