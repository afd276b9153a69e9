#include "mqwarden/engine/number_test.h"

#include <optional>

namespace mqwarden {

bool IsStoredIntegral(const FieldInfo& field) {
  if ((field.flags & kFieldComputed) != 0) return false;
  switch (field.type) {
    case FieldType::kInt:
    case FieldType::kEnum:
    case FieldType::kBool:
    case FieldType::kTs:
    case FieldType::kDuration:
      return true;
    default:
      return false;
  }
}

bool IsIntegral(ValueType type) {
  switch (type) {
    case ValueType::kBool:
    case ValueType::kInt:
    case ValueType::kEnum:
    case ValueType::kTs:
    case ValueType::kDuration:
      return true;
    default:
      return false;
  }
}

std::optional<NumberTest> ComparedWithNumber(const PlanPool& pool,
                                             const Expr& comparison) {
  const Expr& left = pool.exprs[comparison.children[0]];
  const Expr& right = pool.exprs[comparison.children[1]];
  if (left.op != ExprOp::kField || right.op != ExprOp::kConst) {
    return std::nullopt;
  }
  const auto field = static_cast<FieldId>(left.a);
  const Constant& constant = pool.constants[right.a];
  if (!IsStoredIntegral(GetField(field)) || !IsIntegral(constant.type)) {
    return std::nullopt;
  }
  return NumberTest{field, constant.number};
}

}  // namespace mqwarden
