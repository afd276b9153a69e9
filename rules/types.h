// What the checker knows of an expression: its node in the pool, its type, and
// whether it is a condition. See docs/language.md, fields and types.
//
// A part that is wrong has been reported once and is `error`, which satisfies
// every later check in silence.
#ifndef MQWARDEN_RULES_TYPES_H_
#define MQWARDEN_RULES_TYPES_H_

#include <string>
#include <string_view>

#include "mqwarden/engine/plan.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {

struct Checked {
  ExprId id = kNoExpr;
  ValueType type = ValueType::kBool;
  EnumType enum_type = EnumType::kNone;
  bool condition = false;  // true or false, never missing
  bool error = false;

  static Checked Error() {
    Checked checked;
    checked.error = true;
    return checked;
  }
};

constexpr ValueType ValueTypeOf(FieldType type) {
  switch (type) {
    case FieldType::kStr: return ValueType::kExact;
    case FieldType::kKw: return ValueType::kFolded;
    case FieldType::kEnum: return ValueType::kEnum;
    case FieldType::kInt: return ValueType::kInt;
    case FieldType::kReal: return ValueType::kReal;
    case FieldType::kBool: return ValueType::kBool;
    case FieldType::kIp: return ValueType::kIp;
    case FieldType::kTs: return ValueType::kTs;
    case FieldType::kDuration: return ValueType::kDuration;
    case FieldType::kList: return ValueType::kList;
  }
  return ValueType::kExact;
}

constexpr bool IsText(ValueType type) {
  return type == ValueType::kFolded || type == ValueType::kExact;
}
constexpr bool IsNumber(ValueType type) {
  return type == ValueType::kInt || type == ValueType::kReal;
}

// "a kw", "the enum `outcome`": as messages say it.
inline std::string TypePhrase(ValueType type, EnumType enum_type) {
  switch (type) {
    case ValueType::kBool: return "a bool";
    case ValueType::kInt: return "an int";
    case ValueType::kReal: return "a real";
    case ValueType::kExact: return "a str";
    case ValueType::kFolded: return "a kw";
    case ValueType::kEnum:
      return "the enum `" + std::string(EnumTypeName(enum_type)) + "`";
    case ValueType::kIp: return "an ip";
    case ValueType::kTs: return "a ts";
    case ValueType::kDuration: return "a duration";
    case ValueType::kList: return "a list";
  }
  return "a value";
}

// Whether `<` and its kin fit.
constexpr bool IsOrdered(ValueType type) {
  return IsNumber(type) || type == ValueType::kTs ||
         type == ValueType::kDuration;
}

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_TYPES_H_
