#include "mqwarden/tests/oracle/oracle_value.h"

#include <utility>

#include "mqwarden/base/text.h"

namespace mqwarden::oracle {

Value Value::Bool(bool boolean) {
  Value v;
  v.type = Type::kBool;
  v.boolean = boolean;
  return v;
}

Value Value::Number(const Fraction& number) {
  Value v;
  v.type = Type::kNumber;
  v.number = number;
  return v;
}

Value Value::OfDuration(const Fraction& nanoseconds) {
  Value v = Number(nanoseconds);
  v.type = Type::kDuration;
  return v;
}

Value Value::OfTime(Time time) {
  Value v;
  v.type = Type::kTime;
  v.integer = time.time_since_epoch().count();
  return v;
}

Value Value::List(const std::vector<std::string>& elements) {
  Value v;
  if (elements.empty()) return v;  // "`[]` is missing"
  v.type = Type::kList;
  for (const std::string& element : elements) {
    v.list.push_back({.text = element});
  }
  return v;
}

Value Value::Text(std::string text, bool folds) {
  Value v;
  v.type = Type::kText;
  v.text = std::move(text);
  v.folds = folds;
  return v;
}

Value Value::Enum(EnumType type, int64_t place) {
  Value v;
  v.type = Type::kEnum;
  v.enum_type = type;
  v.integer = place;
  return v;
}

// "attr.N against a number: a number when its whole text is a decimal, else
// missing."
Value AsNumber(const Value& v) {
  if (v.type != Value::Type::kText) return v;
  if (v.is_attr) {
    return v.attr_number.has_value() ? Value::Number(*v.attr_number) : Value();
  }
  const std::optional<Decimal> number = Decimal::Parse(v.text);
  return number.has_value() ? Value::Number(Fraction::Of(*number)) : Value();
}

namespace {

Value AgainstNumber(const Value& v, const Value& other) {
  return other.type == Value::Type::kNumber ? AsNumber(v) : v;
}

// A text that stands for an address where it is compared with one.
Value AgainstIp(const Value& v, const Value& other) {
  if (other.type != Value::Type::kIp || v.type != Value::Type::kText) return v;
  const std::optional<IpAddress> ip = ParseIp(v.text);
  if (!ip.has_value()) return Value();
  Value result;
  result.type = Value::Type::kIp;
  result.ip = *ip;
  return result;
}

}  // namespace

bool Equal(const Value& left, const Value& right) {
  const Value a = AgainstIp(AgainstNumber(left, right), right);
  const Value b = AgainstIp(AgainstNumber(right, left), left);
  if (a.missing() || b.missing() || a.type != b.type) return false;
  switch (a.type) {
    case Value::Type::kBool:
      return a.boolean == b.boolean;
    case Value::Type::kNumber:
    case Value::Type::kDuration:
      return a.number == b.number;
    case Value::Type::kText:
      // A literal takes on the way of its other side.
      return a.folds || b.folds ? EqualsIgnoreAsciiCase(a.text, b.text)
                                : a.text == b.text;
    case Value::Type::kIp:
      return a.ip == b.ip;
    default:
      return a.integer == b.integer;
  }
}

bool Less(const Value& left, const Value& right) {
  const Value a = AgainstNumber(left, right);
  const Value b = AgainstNumber(right, left);
  if (a.missing() || b.missing() || a.type != b.type) return false;
  if (a.type == Value::Type::kNumber || a.type == Value::Type::kDuration) {
    return a.number < b.number;
  }
  return a.integer < b.integer;
}

std::string Shown(const Value& value) {
  switch (value.type) {
    case Value::Type::kMissing:
      return "-";
    case Value::Type::kBool:
      return value.boolean ? "true" : "false";
    case Value::Type::kNumber:
      return value.number.Rounded().ToString();
    case Value::Type::kText:
      return value.text;
    case Value::Type::kEnum:
      return std::string(EnumValueName(value.enum_type, value.integer));
    case Value::Type::kIp:
      return FormatIp(value.ip);
    case Value::Type::kTime:
      return FormatTimeShort(Time(Duration(value.integer)));
    case Value::Type::kDuration:
      return FormatDuration(Duration(value.number.Whole()));
    case Value::Type::kList: {
      std::string text;
      for (const AlertValue& element : value.list) {
        if (!text.empty()) text += ", ";
        text += element.text;
      }
      return text;
    }
  }
  return "";
}

AlertValue ShownValue(const Value& value) {
  AlertValue shown;
  switch (value.type) {
    case Value::Type::kBool:
      shown.form = AlertValue::Form::kBool;
      shown.boolean = value.boolean;
      break;
    case Value::Type::kNumber:
      shown.form = AlertValue::Form::kNumber;
      shown.text = Shown(value);
      break;
    case Value::Type::kList:
      shown.form = AlertValue::Form::kList;
      shown.list = value.list;
      break;
    default:
      shown.text = Shown(value);
  }
  return shown;
}

KeyPartValue KeyPartOf(const Value& value) {
  if (value.missing()) return std::nullopt;
  return value.type == Value::Type::kText && value.folds
             ? ToAsciiLower(value.text)
             : Shown(value);
}

}  // namespace mqwarden::oracle
