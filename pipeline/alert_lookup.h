// The values of an alert by name, as expectations of rule tests name them.
#ifndef MQWARDEN_PIPELINE_ALERT_LOOKUP_H_
#define MQWARDEN_PIPELINE_ALERT_LOOKUP_H_

#include <optional>
#include <string>
#include <string_view>

#include "mqwarden/schema/alert.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

// The value of `name` in the alert itself, else in its group, its fields, its
// triggering event; nullopt where it has none. `held` and `count` are always
// there.
std::optional<AlertValue> FindAlertValue(const Alert& alert,
                                         std::string_view name);

// The value of a field, `attr.NAME` included, as an alert shows it.
std::optional<AlertValue> FindEventValue(const Event& event,
                                         std::string_view name);

// The value as plain text, the elements of a list joined by ", ". Not escaped.
void AppendPlainValue(const AlertValue& value, std::string* out);

// One line, escaped for terminals:
//   2026-01-05T09:05:10Z open high burst count 10 { source_ip: 10.0.0.9 }
std::string DescribeAlert(const Alert& alert);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_ALERT_LOOKUP_H_
