// A value as expressions see it: missing, or typed. A view: texts, lists and the
// bytes behind them belong to the event, the plan or the evaluator's arena and
// live as long as the event is the evaluator's.
#ifndef MQWARDEN_ENGINE_VALUE_H_
#define MQWARDEN_ENGINE_VALUE_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "mqwarden/base/decimal.h"
#include "mqwarden/base/ip_address.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {

// Which member is meant follows from `form`; `type` says how it compares and how
// it is shown.
struct Value {
  enum class Form : uint8_t { kMissing, kNumber, kReal, kText, kIp, kList };

  Form form = Form::kMissing;
  ValueType type = ValueType::kInt;
  EnumType enum_type = EnumType::kNone;
  union {
    int64_t number = 0;  // kBool, kInt, kEnum, kTs, kDuration
    Decimal real;
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

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_VALUE_H_
