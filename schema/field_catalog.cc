// The tables of fields.def and enums.def, and the look-ups over them.
#include "mqwarden/schema/field_catalog.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string_view>

#include "mqwarden/schema/slot_table.h"

namespace mqwarden {
namespace {

constexpr FieldInfo kFields[] = {
#define MQWARDEN_FIELD(id, name, type, enum_type, flags, ecs, ocsf, meaning)  \
  {FieldId::id, name, FieldType::type, EnumType::enum_type, flags, ecs, ocsf, \
   meaning},
#include "mqwarden/schema/fields.def"
#undef MQWARDEN_FIELD
};
static_assert(std::size(kFields) == kFieldCount);

constexpr SlotTable<256> IndexFields() {
  static_assert(kFieldCount < 200);
  SlotTable<256> table;
  for (int i = 0; i < kFieldCount; ++i) {
    table.Insert(HashName(kFields[i].name), i);
  }
  return table;
}
constexpr SlotTable<256> kFieldsByName = IndexFields();

struct EnumValueRow {
  EnumType type;
  std::string_view name;
  std::string_view meaning;
};
constexpr EnumValueRow kEnumValueRows[] = {
#define MQWARDEN_ENUM(id, name)
#define MQWARDEN_ENUM_VALUE(type, value_name, meaning) \
  {EnumType::type, value_name, meaning},
#include "mqwarden/schema/enums.def"
#undef MQWARDEN_ENUM
#undef MQWARDEN_ENUM_VALUE
};

constexpr std::string_view kEnumNames[] = {
    "",
#define MQWARDEN_ENUM(id, name) name,
#define MQWARDEN_ENUM_VALUE(type, value_name, meaning)
#include "mqwarden/schema/enums.def"
#undef MQWARDEN_ENUM
#undef MQWARDEN_ENUM_VALUE
};

// The values of all sets, and where each set begins in them. enums.def keeps the
// values of a set together, in the order of the sets.
struct EnumTables {
  std::array<EnumValueInfo, std::size(kEnumValueRows)> values{};
  std::array<size_t, std::size(kEnumNames) + 1> starts{};
};

consteval EnumTables BuildEnumTables() {
  EnumTables tables;
  size_t next = 0;
  for (size_t type = 0; type < std::size(kEnumNames); ++type) {
    tables.starts[type] = next;
    int64_t value = 0;
    while (next < std::size(kEnumValueRows) &&
           static_cast<size_t>(kEnumValueRows[next].type) == type) {
      tables.values[next] = {value++, kEnumValueRows[next].name,
                             kEnumValueRows[next].meaning};
      ++next;
    }
  }
  if (next != std::size(kEnumValueRows)) throw "enums.def is out of order";
  tables.starts[std::size(kEnumNames)] = next;
  return tables;
}
constexpr EnumTables kEnumTables = BuildEnumTables();

// `Kind`, `Severity` and enums.def name the same things.
static_assert(EnumCode(EnumType::kKind, "authn") ==
              static_cast<int64_t>(Kind::kAuthn));
static_assert(EnumCode(EnumType::kKind, "alert") ==
              static_cast<int64_t>(Kind::kAlert));
static_assert(static_cast<int>(Kind::kAlert) + 1 == kKindCount);
static_assert(EnumCode(EnumType::kSeverity, "critical") ==
              static_cast<int64_t>(Severity::kCritical));

}  // namespace

std::span<const FieldInfo> AllFields() { return kFields; }

const FieldInfo& GetField(FieldId id) {
  return kFields[static_cast<size_t>(id)];
}

const FieldInfo* FindField(std::string_view name) {
  const int row = kFieldsByName.Find(
      HashName(name), [name](int i) { return kFields[i].name == name; });
  return row < 0 ? nullptr : &kFields[row];
}

std::string_view FieldTypeName(FieldType type) {
  switch (type) {
    case FieldType::kStr:
      return "str";
    case FieldType::kKw:
      return "kw";
    case FieldType::kEnum:
      return "enum";
    case FieldType::kInt:
      return "int";
    case FieldType::kReal:
      return "real";
    case FieldType::kBool:
      return "bool";
    case FieldType::kIp:
      return "ip";
    case FieldType::kTs:
      return "ts";
    case FieldType::kDuration:
      return "duration";
    case FieldType::kList:
      return "list";
  }
  return "";
}

std::string_view EnumTypeName(EnumType type) {
  return kEnumNames[static_cast<size_t>(type)];
}

std::span<const EnumValueInfo> EnumValues(EnumType type) {
  const size_t i = static_cast<size_t>(type);
  return std::span(kEnumTables.values)
      .subspan(kEnumTables.starts[i],
               kEnumTables.starts[i + 1] - kEnumTables.starts[i]);
}

std::optional<int64_t> FindEnumValue(EnumType type, std::string_view name) {
  for (const EnumValueInfo& info : EnumValues(type)) {
    if (info.name == name) return info.value;
  }
  return std::nullopt;
}

std::string_view EnumValueName(EnumType type, int64_t value) {
  const std::span<const EnumValueInfo> values = EnumValues(type);
  if (value < 0 || value >= static_cast<int64_t>(values.size())) return "";
  return values[static_cast<size_t>(value)].name;
}

bool IsOrderedEnum(EnumType type) {
  return type == EnumType::kSeverity || type == EnumType::kLevel;
}

}  // namespace mqwarden
