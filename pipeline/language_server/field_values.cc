#include "mqwarden/pipeline/language_server/field_values.h"

namespace mqwarden {

FieldValues ValuesOfField(std::string_view name) {
  constexpr std::string_view kAttr = "attr.";
  constexpr std::string_view kOld = "old_";
  FieldValues values;
  if (name.starts_with(kAttr)) {
    name.remove_prefix(kAttr.size());
    if (name.starts_with(kOld)) name.remove_prefix(kOld.size());
    const MqConstant* const parameter = ParameterByJsonKey(name);
    if (parameter != nullptr) values.constants = parameter->values_kind;
    return values;
  }
  const FieldInfo* const field = FindField(name);
  if (field == nullptr) return values;
  values.enum_type = field->enum_type;
  values.is_bool = field->type == FieldType::kBool;
  switch (field->id) {
    case FieldId::kReason: values.constants = MqKind::kReason; break;
    case FieldId::kReasonQualifier:
      values.constants = MqKind::kReasonQualifier;
      break;
    case FieldId::kEventClass:
    case FieldId::kCommand: values.constants = MqKind::kCommand; break;
    case FieldId::kRule: values.is_rule = true; break;
    default: break;
  }
  return values;
}

}  // namespace mqwarden
