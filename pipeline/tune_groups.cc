#include "mqwarden/pipeline/tune_groups.h"

#include <algorithm>
#include <utility>

#include "mqwarden/engine/value_text.h"
#include "mqwarden/pipeline/alert_lookup.h"
#include "mqwarden/pipeline/tune_days.h"

namespace mqwarden {
namespace {

constexpr size_t kShownGroups = 50;

}  // namespace

TuneGroup* TuneGroups::Find(const std::vector<AlertField>& values) {
  name_.clear();
  for (const AlertField& field : values) {
    name_.append(name_.empty() ? "" : ", ").append(field.name).append(": ");
    AppendPlainValue(field.value, &name_);
  }
  auto found = groups_.find(name_);
  if (found == groups_.end()) {
    if (groups_.size() == kMaxGroups) return nullptr;
    found = groups_.emplace(name_, TuneGroup()).first;
    found->second.name = name_;
    if (values.size() == 1) {
      AppendPlainValue(values[0].value, &found->second.value);
    }
  }
  return &found->second;
}

void TuneGroups::Note(TuneGroup* group, int64_t threshold, bool is_current,
                      bool is_labelled) {
  if (group == nullptr) {
    ++not_kept_;
    return;
  }
  if (is_current) ++group->fired;
  if (is_labelled) group->is_labelled = true;
  group->peak = std::max(group->peak, threshold);
}

void TuneGroups::Report(TuneResult* result) const {
  std::vector<TuneGroup> noisy;
  std::vector<TuneGroup> near;
  for (const auto& [name, group] : groups_) {
    if (group.fired > 0) {
      noisy.push_back(group);
    } else if (result->rising && group.peak < result->current) {
      near.push_back(group);
    }
    result->noisy_total += group.fired;
  }
  result->groups = static_cast<int64_t>(groups_.size());
  result->groups_not_kept = not_kept_;
  std::sort(noisy.begin(), noisy.end(), [](const auto& a, const auto& b) {
    return a.fired != b.fired ? a.fired > b.fired : a.name < b.name;
  });
  std::sort(near.begin(), near.end(), [](const auto& a, const auto& b) {
    return a.peak != b.peak ? a.peak > b.peak : a.name < b.name;
  });
  noisy.resize(std::min(noisy.size(), kShownGroups));
  near.resize(std::min(near.size(), kShownGroups));
  result->noisy = std::move(noisy);
  result->near = std::move(near);
}

TuneGroupSink::TuneGroupSink(const std::string& rule, int64_t threshold,
                             bool is_current,
                             const std::vector<TuneLabel>& labels,
                             TuneGroups* groups, TuneResult* result)
    : rule_(rule),
      labels_(labels),
      threshold_(threshold),
      is_current_(is_current),
      groups_(groups),
      result_(result),
      found_(&result->labels_found[threshold]) {
  found_->resize(labels.size());
}

void TuneGroupSink::OnAlert(const Alert& alert) {
  if (alert.rule != rule_ || alert.state != AlertState::kOpen) return;
  bool is_labelled = false;
  for (size_t i = 0; i < labels_.size(); ++i) {
    if (!labels_[i].Fits(alert)) continue;
    (*found_)[i] = true;
    is_labelled = true;
  }
  groups_->Add(alert, threshold_, is_current_, is_labelled);
  if (!is_current_) return;
  ++result_->fired_by_hour[HourOfWeek(alert.time)];
  ++result_->timeline[DayOf(alert.time)].fired;
}

SweptTuneGroups::SweptTuneGroups(std::shared_ptr<const Plan> plan,
                                 const std::vector<TuneLabel>& labels,
                                 TuneGroups* groups, TuneResult* result)
    : plan_(std::move(plan)),
      rule_(*plan_->rules()[0]),
      evaluator_(*plan_),
      labels_(labels),
      groups_(groups),
      result_(result) {}

void SweptTuneGroups::Take(const TuneSweep::KeyFiring& firing) {
  if (firing.threshold == result_->current) return;
  auto known = by_key_.find(firing.key);
  const bool is_new = known == by_key_.end();
  if (is_new || !labels_.empty()) ReadAlert(*firing.event);
  if (is_new) {
    // Keys have the bound of groups.
    if (by_key_.size() >= TuneGroups::kMaxGroups) by_key_.clear();
    known =
        by_key_.emplace(std::string(firing.key), groups_->Find(alert_.group))
            .first;
  }
  bool is_labelled = false;
  if (!labels_.empty()) {
    std::vector<bool>& found = result_->labels_found[firing.threshold];
    found.resize(labels_.size());
    for (size_t i = 0; i < labels_.size(); ++i) {
      if (!labels_[i].Fits(alert_)) continue;
      found[i] = true;
      is_labelled = true;
    }
  }
  groups_->Note(known->second, firing.threshold, /*is_current=*/false,
                is_labelled);
}

void SweptTuneGroups::ReadAlert(const Event& event) {
  evaluator_.SetEvent(&event);
  alert_.time = event.time();
  alert_.group.clear();
  for (const KeyPart& part : rule_.by) {
    const Value value = evaluator_.Eval(part.expr);
    if (!value.missing()) {
      alert_.group.push_back({part.name, ToAlertValue(value)});
    }
  }
}

}  // namespace mqwarden
