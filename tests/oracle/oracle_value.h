// Values of the oracle: what an expression gives, how values compare, how they
// make keys and how they are shown.
#ifndef MQWARDEN_TESTS_ORACLE_ORACLE_VALUE_H_
#define MQWARDEN_TESTS_ORACLE_ORACLE_VALUE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mqwarden/base/ip_address.h"
#include "mqwarden/base/time.h"
#include "mqwarden/schema/alert.h"
#include "mqwarden/schema/field_catalog.h"
#include "mqwarden/tests/oracle/fraction.h"

namespace mqwarden::oracle {

struct Value {
  enum class Type {
    kMissing, kBool, kNumber, kText, kEnum, kIp, kTime, kDuration, kList,
  };
  Type type = Type::kMissing;
  bool boolean = false;
  Fraction number;  // of kDuration in nanoseconds
  std::string text;
  bool folds = false;  // of kText: compares without ASCII case
  // Of an attr: the number that it is when it is compared with a number.
  bool is_attr = false;
  std::optional<Fraction> attr_number;
  EnumType enum_type = EnumType::kNone;
  // Of kEnum its place in the set; of kTime nanoseconds.
  int64_t integer = 0;
  IpAddress ip;
  std::vector<AlertValue> list;

  bool missing() const { return type == Type::kMissing; }

  static Value Bool(bool boolean);
  static Value Number(const Fraction& number);
  static Value Number(int64_t number) { return Number(Fraction::Of(number)); }
  static Value OfDuration(const Fraction& nanoseconds);
  static Value OfTime(Time time);
  static Value List(const std::vector<std::string>& elements);
  static Value Text(std::string text, bool folds);
  static Value Enum(EnumType type, int64_t place);
};

// A missing operand equals nothing.
bool Equal(const Value& a, const Value& b);
// `a < b`, false where one of them is missing.
bool Less(const Value& a, const Value& b);
// The value as a number: an attr is one when its whole text is a decimal.
Value AsNumber(const Value& value);

// The text that a person sees: addresses in RFC 5952 form, enums by name.
std::string Shown(const Value& value);
// The same with its JSON form.
AlertValue ShownValue(const Value& value);

// One part of a key. Parts are equal when the values are, and their order is
// that of the keys in the output: missing first, then by the values as shown,
// byte by byte, folded for kw.
using KeyPartValue = std::optional<std::string>;
using Key = std::vector<KeyPartValue>;
KeyPartValue KeyPartOf(const Value& value);

}  // namespace mqwarden::oracle

#endif  // MQWARDEN_TESTS_ORACLE_ORACLE_VALUE_H_
