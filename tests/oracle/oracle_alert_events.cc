// Alerts as events: "Alerts as events" of section 13 of the language.
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mqwarden/base/ip_address.h"
#include "mqwarden/tests/oracle/oracle_desk.h"

namespace mqwarden::oracle {
namespace {

std::string ShownText(const AlertValue& value) {
  if (value.form == AlertValue::Form::kBool) {
    return value.boolean ? "true" : "false";
  }
  return value.text;
}

// "The group's fields": under the name of the field where it is one that the
// value fits; false where it is not.
bool SetField(const std::string& name, const std::string& text, Event* event) {
  const FieldInfo* field = FindField(name);
  if (field == nullptr || (field->flags & kFieldComputed) != 0) return false;
  switch (field->type) {
    case FieldType::kStr:
    case FieldType::kKw:
      event->CopyText(field->id, text);
      return true;
    case FieldType::kList: {
      const std::vector<std::string_view> one = {text};
      event->CopyList(field->id, one);
      return true;
    }
    case FieldType::kIp:
      if (const auto ip = ParseIp(text)) {
        event->SetIp(field->id, *ip);
        return true;
      }
      return false;
    case FieldType::kEnum:
      if (const auto place = FindEnumValue(field->enum_type, text)) {
        event->SetInt(field->id, *place);
        return true;
      }
      return false;
    case FieldType::kBool:
      if (text != "true" && text != "false") return false;
      event->SetInt(field->id, text == "true");
      return true;
    case FieldType::kTs:
      if (const auto time = ParseTime(text)) {
        event->SetInt(field->id, time->time_since_epoch().count());
        return true;
      }
      return false;
    case FieldType::kDuration:
      if (const auto duration = ParseDuration(text)) {
        event->SetInt(field->id, duration->count());
        return true;
      }
      return false;
    default:
      if (const auto number = Decimal::Parse(text);
          number.has_value() && number->ToInt().has_value()) {
        event->SetInt(field->id, *number->ToInt());
        return true;
      }
      return false;
  }
}

}  // namespace

// It "also has the fields of its triggering event and of its group".
void Desk::BecomesEvent(const RuleState& state, const Occasion& occasion,
                        const OracleAlert& alert, bool held) {
  if (state.on_alert) return;
  auto event = std::make_shared<Event>();
  event->CopyFrom(*occasion.event);
  event->Unset(FieldId::kReceived);
  event->SetTime(alert.time);
  event->SetInt(FieldId::kKind, *FindEnumValue(EnumType::kKind, "alert"));
  event->CopyText(FieldId::kRule, alert.rule);
  std::vector<std::string_view> tags;
  for (const ast::StringLiteral& tag : state.rule->tags) {
    tags.push_back(tag.value);
  }
  event->CopyList(FieldId::kRuleTags, tags);
  event->SetInt(FieldId::kSeverity, static_cast<int64_t>(alert.severity));
  event->SetInt(FieldId::kState, static_cast<int64_t>(alert.state));
  event->SetInt(FieldId::kAlertCount, alert.count);
  event->SetInt(FieldId::kMuted, alert.muted);
  event->SetInt(FieldId::kHeld, held);
  for (const AlertField& field : alert.group) {
    const std::string text = ShownText(field.value);
    if (!SetField(field.name, text, event.get())) {
      event->CopyAttr({field.name, text});
    }
  }
  events_.push_back(std::move(event));
}

std::vector<EventPtr> Desk::TakeEvents() { return std::exchange(events_, {}); }

}  // namespace mqwarden::oracle
