#include "mqwarden/engine/alert_events.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "mqwarden/base/hash128.h"
#include "mqwarden/base/ip_address.h"
#include "mqwarden/base/time.h"
#include "mqwarden/engine/value_text.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

constexpr uint32_t kAlertBit =
    uint32_t{1} << static_cast<uint32_t>(Kind::kAlert);

std::optional<int64_t> ParseInt(std::string_view text) {
  const std::optional<Decimal> decimal = Decimal::Parse(text);
  return decimal.has_value() ? decimal->ToInt() : std::nullopt;
}

// Sets the field that a key is named after, from the value as alerts show it.
// False where the value is not one of the field.
bool SetShown(const FieldInfo& field, std::string_view shown, Event* event) {
  std::optional<int64_t> number;
  switch (field.type) {
    case FieldType::kStr:
    case FieldType::kKw:
      event->CopyText(field.id, shown);
      return true;
    case FieldType::kIp: {
      const std::optional<IpAddress> ip = ParseIp(shown);
      if (ip.has_value()) event->SetIp(field.id, *ip);
      return ip.has_value();
    }
    case FieldType::kList: {
      const std::string_view element = event->Keep(shown);
      event->SetList(field.id, {&element, 1});
      return true;
    }
    case FieldType::kEnum:
      number = FindEnumValue(field.enum_type, shown);
      break;
    case FieldType::kBool:
      if (shown == "true" || shown == "false") number = shown == "true";
      break;
    case FieldType::kTs:
      if (const std::optional<Time> time = ParseTime(shown)) {
        number = time->time_since_epoch().count();
      }
      break;
    case FieldType::kDuration:
      if (const std::optional<Duration> duration = ParseDuration(shown)) {
        number = duration->count();
      }
      break;
    case FieldType::kInt:
    case FieldType::kReal:
      number = ParseInt(shown);
      break;
  }
  if (number.has_value()) event->SetInt(field.id, *number);
  return number.has_value();
}

void AddGroup(const std::vector<AlertField>& group, Event* event) {
  for (const AlertField& key : group) {
    std::string shown;
    AppendShown(key.value, &shown);
    const FieldInfo* const field = FindField(key.name);
    if (field != nullptr && (field->flags & kFieldComputed) == 0 &&
        SetShown(*field, shown, event)) {
      continue;
    }
    event->CopyAttr({.name = key.name, .text = shown});
  }
}

}  // namespace

AlertEvents::AlertEvents(const Plan& plan) {
  const auto reads = [](const auto& reader) {
    return (reader->kinds & kAlertBit) != 0;
  };
  has_readers_ =
      std::any_of(plan.rules().begin(), plan.rules().end(), reads) ||
      std::any_of(plan.reports().begin(), plan.reports().end(), reads);
}

bool AlertEvents::Wanted(const RulePlan& rule) const {
  return has_readers_ && (rule.kinds & kAlertBit) == 0;
}

void AlertEvents::Add(const Alert& alert, std::string_view sort_key,
                      bool held) {
  auto event = std::make_unique<Event>();
  if (alert.trigger != nullptr) event->CopyFrom(*alert.trigger);
  event->Unset(FieldId::kRaw);
  event->Unset(FieldId::kReceived);
  event->SetTime(alert.time);
  event->SetInt(FieldId::kKind, static_cast<int64_t>(Kind::kAlert));
  event->SetInt(FieldId::kSource, EnumCode(EnumType::kSource, "engine"));
  event->CopyText(FieldId::kRule, alert.rule);
  std::vector<std::string_view> tags(alert.tags.begin(), alert.tags.end());
  event->CopyList(FieldId::kRuleTags, tags);
  const std::string id = ToHex(alert.id);
  event->CopyText(FieldId::kAlertId, id);
  event->SetInt(FieldId::kSeverity, static_cast<int64_t>(alert.severity));
  event->SetInt(FieldId::kState, static_cast<int64_t>(alert.state));
  event->SetInt(FieldId::kAlertCount, alert.count);
  event->SetInt(FieldId::kMuted, alert.muted.empty() ? 0 : 1);
  event->SetInt(FieldId::kHeld, held ? 1 : 0);
  // The records of one alert share its id, and are events of their own: two
  // updates of one instant differ in severity, which only rises.
  std::string event_id = id;
  event_id.append(":").append(AlertStateName(alert.state)).append(":");
  event_id.append(SeverityName(alert.severity)).append(":");
  AppendTime(alert.time, &event_id);
  event->CopyText(FieldId::kEventId, event_id);
  AddGroup(alert.group, event.get());
  waiting_.push_back({alert.rule, std::string(sort_key), std::move(event)});
}

std::vector<std::unique_ptr<Event>> AlertEvents::Take() {
  // Alerts of one instant are made in the order of timers, which is not that of
  // keys.
  std::stable_sort(waiting_.begin(), waiting_.end(),
                   [](const Waiting& a, const Waiting& b) {
                     return std::tie(a.rule, a.sort_key) <
                            std::tie(b.rule, b.sort_key);
                   });
  std::vector<std::unique_ptr<Event>> events;
  for (Waiting& waiting : waiting_) events.push_back(std::move(waiting.event));
  waiting_.clear();
  return events;
}

}  // namespace mqwarden
