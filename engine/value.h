// A value as expressions see it: missing, or typed. A view: texts, lists and the
// bytes behind them belong to the event, the plan or the evaluator's arena and
// live as long as the event is the evaluator's.
#ifndef MQWARDEN_ENGINE_VALUE_H_
#define MQWARDEN_ENGINE_VALUE_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "absl/numeric/int128.h"
#include "mqwarden/base/decimal.h"
#include "mqwarden/base/ip_address.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/ratio.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {

// Which member is meant follows from `form`; `type` says how it compares and how
// it is shown.
struct Value {
  enum class Form : uint8_t {
    kMissing, kNumber, kReal, kRatio, kText, kIp, kList,
  };

  Form form = Form::kMissing;
  ValueType type = ValueType::kInt;
  EnumType enum_type = EnumType::kNone;
  union {
    int64_t number = 0;  // kBool, kInt, kEnum, kTs, kDuration
    Decimal real;
    // kReal, or kDuration in nanoseconds: a quotient or an average, exact; what
    // is shown and stored of it is rounded to nine places, half away from zero.
    const Ratio* ratio;
    std::string_view text;  // kExact, kFolded
    IpAddress ip;
    std::span<const std::string_view> list;
  };

  Value() {}
  bool missing() const { return form == Form::kMissing; }

  static Value Missing() { return Value(); }
  static Value Number(ValueType type, int64_t number,
                      EnumType enum_type = EnumType::kNone) {
    Value v;
    v.form = Form::kNumber;
    v.type = type;
    v.enum_type = enum_type;
    v.number = number;
    return v;
  }
  static Value Real(Decimal real) {
    Value v;
    v.form = Form::kReal;
    v.type = ValueType::kReal;
    v.real = real;
    return v;
  }
  // `ratio` lives as long as the value.
  static Value Quotient(ValueType type, const Ratio* ratio) {
    Value v;
    v.form = Form::kRatio;
    v.type = type;
    v.ratio = ratio;
    return v;
  }
  static Value Text(ValueType type, std::string_view text) {
    Value v;
    v.form = Form::kText;
    v.type = type;
    v.text = text;
    return v;
  }
  static Value Ip(const IpAddress& ip) {
    Value v;
    v.form = Form::kIp;
    v.type = ValueType::kIp;
    v.ip = ip;
    return v;
  }
  static Value List(std::span<const std::string_view> list) {
    Value v;
    v.form = Form::kList;
    v.type = ValueType::kList;
    v.list = list;
    return v;
  }
};

// The value of an aggregate: missing, or number / divisor. The number is in
// billionths where the kAggregate that reads it is a kReal, else in the unit of
// its type.
struct AggregateValue {
  absl::int128 number = 0;
  int64_t divisor = 0;  // 0: missing; over 1: of an average

  static AggregateValue Of(absl::int128 number) { return {number, 1}; }
  bool operator==(const AggregateValue&) const = default;
};

// A value of form kNumber, kReal or kRatio as a fraction: of a duration or a
// time in nanoseconds. Nullopt for any other.
std::optional<Ratio> RatioOf(const Value& value);
// A kRatio as it is shown and stored: a kReal or a number; missing where it does
// not fit. Any other value as it is.
Value Rounded(const Value& value);

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_VALUE_H_
