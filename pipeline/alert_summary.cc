#include "mqwarden/pipeline/alert_summary.h"

#include <chrono>

namespace mqwarden {
namespace {

void AddValue(const AlertValue& value, Hasher128* hasher) {
  hasher->Add(static_cast<int>(value.form));
  hasher->Add(value.text);
  hasher->Add(value.boolean);
  hasher->Add(value.list.size());
  for (const AlertValue& element : value.list) AddValue(element, hasher);
}

}  // namespace

void AlertSummary::OnAlert(const Alert& alert) {
  if (alert.state != AlertState::kOpen || !alert.muted.empty()) return;
  Counts& counts = rules_[alert.rule];
  ++counts.alerts;
  ++counts.per_hour[std::chrono::floor<std::chrono::hours>(alert.time)];
  for (const AlertField& field : alert.group) {
    hasher_.Add(field.name);
    AddValue(field.value, &hasher_);
  }
  counts.groups.insert(hasher_.Finish());
}

AlertFigures AlertSummary::Figures(const Counts& counts) {
  AlertFigures figures;
  figures.alerts = counts.alerts;
  figures.groups = static_cast<int64_t>(counts.groups.size());
  for (const auto& [hour, alerts] : counts.per_hour) {
    figures.per_day[std::chrono::floor<std::chrono::days>(hour)] += alerts;
    if (alerts <= figures.busiest_hour_alerts) continue;
    figures.busiest_hour = hour;
    figures.busiest_hour_alerts = alerts;
  }
  return figures;
}

std::map<std::string, AlertFigures> AlertSummary::Rules() const {
  std::map<std::string, AlertFigures> rules;
  for (const auto& [rule, counts] : rules_) rules[rule] = Figures(counts);
  return rules;
}

AlertFigures AlertSummary::Total() const {
  Counts total;
  int64_t groups = 0;
  for (const auto& [rule, counts] : rules_) {
    total.alerts += counts.alerts;
    groups += static_cast<int64_t>(counts.groups.size());
    for (const auto& [hour, alerts] : counts.per_hour) {
      total.per_hour[hour] += alerts;
    }
  }
  AlertFigures figures = Figures(total);
  figures.groups = groups;
  return figures;
}

}  // namespace mqwarden
