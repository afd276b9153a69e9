#include "mqwarden/engine/value.h"

#include <cstdint>
#include <limits>
#include <optional>

namespace mqwarden {

std::optional<Ratio> RatioOf(const Value& value) {
  switch (value.form) {
    case Value::Form::kNumber:
      return Ratio{value.number, 1};
    case Value::Form::kReal:
      return MakeRatio(value.real.billionths(), Decimal::kOne);
    case Value::Form::kRatio:
      return *value.ratio;
    default:
      return std::nullopt;
  }
}

Value Rounded(const Value& value) {
  if (value.form != Value::Form::kRatio) return value;
  const bool is_real = value.type == ValueType::kReal;
  const std::optional<absl::int128> rounded =
      Round(*value.ratio, is_real ? Decimal::kOne : 1);
  if (!rounded.has_value()) return Value::Missing();
  if (is_real) return Value::Real(Decimal::FromBillionths(*rounded));
  if (*rounded < std::numeric_limits<int64_t>::min() ||
      *rounded > std::numeric_limits<int64_t>::max()) {
    return Value::Missing();
  }
  return Value::Number(value.type, static_cast<int64_t>(*rounded));
}

}  // namespace mqwarden
