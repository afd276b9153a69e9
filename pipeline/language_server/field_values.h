// What a field may be compared with, where that is a closed set.
#ifndef MQWARDEN_PIPELINE_LANGUAGE_SERVER_FIELD_VALUES_H_
#define MQWARDEN_PIPELINE_LANGUAGE_SERVER_FIELD_VALUES_H_

#include <string_view>

#include "mqwarden/schema/field_catalog.h"
#include "mqwarden/schema/mq_constants.h"

namespace mqwarden {

struct FieldValues {
  EnumType enum_type = EnumType::kNone;
  MqKind constants = MqKind::kNone;
  bool is_bool = false;
  bool is_rule = false;  // names of rules
};

// `name` as rules write it: `reason`, `attr.channelType`.
FieldValues ValuesOfField(std::string_view name);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LANGUAGE_SERVER_FIELD_VALUES_H_
