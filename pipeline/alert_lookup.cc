#include "mqwarden/pipeline/alert_lookup.h"

#include <utility>
#include <vector>

#include "mqwarden/base/hash128.h"
#include "mqwarden/base/ip_address.h"
#include "mqwarden/base/terminal_text.h"
#include "mqwarden/base/time.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

AlertValue Text(std::string_view text) {
  AlertValue value;
  value.text = std::string(text);
  return value;
}

AlertValue Number(int64_t number) {
  AlertValue value;
  value.form = AlertValue::Form::kNumber;
  value.text = std::to_string(number);
  return value;
}

AlertValue Bool(bool boolean) {
  AlertValue value;
  value.form = AlertValue::Form::kBool;
  value.boolean = boolean;
  return value;
}

template <typename Texts>
AlertValue List(const Texts& texts) {
  AlertValue value;
  value.form = AlertValue::Form::kList;
  for (const auto& text : texts) value.list.push_back(Text(text));
  return value;
}

std::optional<AlertValue> FindOwnValue(const Alert& alert,
                                       std::string_view name) {
  if (name == "id" || name == "alert_id") return Text(ToHex(alert.id));
  if (name == "rule") return Text(alert.rule);
  if (name == "version") return Text(alert.version);
  if (name == "state") return Text(AlertStateName(alert.state));
  if (name == "severity") return Text(SeverityName(alert.severity));
  if (name == "title") return Text(alert.title);
  if (name == "summary" && !alert.summary.empty()) return Text(alert.summary);
  if (name == "at" || name == "time") return Text(FormatTimeShort(alert.time));
  if (name == "first" && alert.first) {
    return Text(FormatTimeShort(*alert.first));
  }
  if (name == "last" && alert.last) return Text(FormatTimeShort(*alert.last));
  if (name == "count") return Number(alert.count);
  if (name == "notify" && !alert.notify.empty()) return List(alert.notify);
  if (name == "runbook" && !alert.runbook.empty()) return Text(alert.runbook);
  if (name == "held") return Number(alert.held);
  if (name == "muted") {
    return alert.muted.empty() ? Bool(false) : Text(alert.muted);
  }
  if (name == "state_evicted") return Bool(alert.state_evicted);
  return std::nullopt;
}

std::optional<AlertValue> FindNamed(const std::vector<AlertField>& fields,
                                    std::string_view name) {
  for (const AlertField& field : fields) {
    if (field.name == name) return field.value;
  }
  return std::nullopt;
}

}  // namespace

std::optional<AlertValue> FindEventValue(const Event& event,
                                         std::string_view name) {
  constexpr std::string_view kAttrPrefix = "attr.";
  if (name.starts_with(kAttrPrefix)) {
    const Attr* attr = event.FindAttr(name.substr(kAttrPrefix.size()));
    if (attr == nullptr) return std::nullopt;
    return attr->text.empty() && attr->has_number ? Number(attr->number)
                                                  : Text(attr->text);
  }
  const FieldInfo* field = FindField(name);
  if (field == nullptr) return std::nullopt;
  if (field->flags & kFieldComputed) {
    return Bool(event.ComputedBool(field->id));
  }
  if (!event.Has(field->id)) return std::nullopt;
  switch (field->type) {
    case FieldType::kStr:
    case FieldType::kKw:
      return Text(event.Text(field->id));
    case FieldType::kEnum:
      return Text(EnumValueName(field->enum_type, event.Int(field->id)));
    case FieldType::kInt:
    case FieldType::kReal:
      return Number(event.Int(field->id));
    case FieldType::kBool:
      return Bool(event.Int(field->id) != 0);
    case FieldType::kIp:
      return Text(FormatIp(event.Ip(field->id)));
    case FieldType::kTs:
      return Text(FormatTimeShort(Time(Duration(event.Int(field->id)))));
    case FieldType::kDuration:
      return Text(FormatDuration(Duration(event.Int(field->id))));
    case FieldType::kList:
      return List(event.List(field->id));
  }
  return std::nullopt;
}

std::optional<AlertValue> FindAlertValue(const Alert& alert,
                                         std::string_view name) {
  std::optional<AlertValue> value = FindOwnValue(alert, name);
  if (!value) value = FindNamed(alert.group, name);
  if (!value) value = FindNamed(alert.fields, name);
  if (!value && alert.trigger) value = FindEventValue(*alert.trigger, name);
  // The rule's own tags; as a field of the event they are the inventory's.
  if (!value && name == "tags") value = List(alert.tags);
  return value;
}

void AppendPlainValue(const AlertValue& value, std::string* out) {
  switch (value.form) {
    case AlertValue::Form::kBool:
      out->append(value.boolean ? "true" : "false");
      return;
    case AlertValue::Form::kText:
    case AlertValue::Form::kNumber:
      out->append(value.text);
      return;
    case AlertValue::Form::kList:
      for (size_t i = 0; i < value.list.size(); ++i) {
        if (i > 0) out->append(", ");
        AppendPlainValue(value.list[i], out);
      }
      return;
  }
}

std::string DescribeAlert(const Alert& alert) {
  std::string line = FormatTimeShort(alert.time);
  line.append(" ").append(AlertStateName(alert.state));
  line.append(" ").append(SeverityName(alert.severity));
  line.append(" ").append(alert.rule);
  line.append(" count ").append(std::to_string(alert.count));
  if (alert.held > 0) line.append(" held ").append(std::to_string(alert.held));
  if (!alert.muted.empty()) line.append(" muted by ").append(alert.muted);
  std::string_view separator = " { ";
  for (const std::vector<AlertField>* fields : {&alert.group, &alert.fields}) {
    for (const AlertField& field : *fields) {
      line.append(separator).append(field.name).append(": ");
      AppendPlainValue(field.value, &line);
      separator = ", ";
    }
  }
  if (separator == ", ") line.append(" }");
  return EscapeForTerminal(line);
}

}  // namespace mqwarden
