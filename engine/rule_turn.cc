#include "mqwarden/engine/rule_turn.h"

#include <algorithm>

#include "mqwarden/engine/window/entry_reader.h"

namespace mqwarden {
namespace {

constexpr size_t kNoLabel = static_cast<size_t>(-1);

}  // namespace

RuleTurn::RuleTurn(const Plan& plan, const std::vector<RuleRunner>& runners,
                   Evaluator* evaluator, Router* router, Silence* silence,
                   EngineStats* stats)
    : plan_(plan),
      runners_(runners),
      evaluator_(evaluator),
      router_(router),
      silence_(silence),
      stats_(stats),
      each_keys_(evaluator) {
  for (size_t i = 0; i < plan.rules().size(); ++i) {
    const RulePlan& rule = *plan.rules()[i];
    labels_.push_back(LabelsOf(rule, &stats->rules[i]));
    has_each_.push_back(EachKeys::HasEach(rule.by));
  }
}

std::vector<size_t> RuleTurn::LabelsOf(const RulePlan& rule, RuleStats* stats) {
  std::vector<size_t> labels;
  auto& counted = stats->excluded_by_label;
  for (const ExcludePlan& exclude : rule.excludes) {
    if (exclude.label.empty()) {
      labels.push_back(kNoLabel);
      continue;
    }
    const auto known = std::find_if(
        counted.begin(), counted.end(),
        [&exclude](const auto& e) { return e.first == exclude.label; });
    labels.push_back(static_cast<size_t>(known - counted.begin()));
    if (known == counted.end()) counted.emplace_back(exclude.label, 0);
  }
  return labels;
}

void RuleTurn::Ask(uint32_t rule, const Event& event, bool is_late) {
  size_t exclude = 0;
  const Router::Match match =
      router_->MatchRule(rule, *plan_.rules()[rule], &exclude);
  if (match == Router::Match::kNo ||
      !CountMatch(rule, match == Router::Match::kExcluded, exclude)) {
    return;
  }
  if (has_each_[rule]) {
    ProcessEachKey(rule, event, is_late);
  } else {
    ProcessKey(rule, event, router_->KeyOf(rule, event), is_late);
  }
}

bool RuleTurn::CountMatch(uint32_t rule, bool is_excluded, size_t exclude) {
  RuleStats& stats = stats_->rules[rule];
  ++stats.matched;
  if (!is_excluded) return true;
  ++stats.excluded;
  const size_t label = labels_[rule][exclude];
  if (label != kNoLabel) ++stats.excluded_by_label[label].second;
  return false;
}

void RuleTurn::ProcessEachKey(uint32_t rule, const Event& event, bool is_late) {
  const auto keys = each_keys_.Of(plan_.rules()[rule]->by,
                                  /*only_shapes=*/!runners_[rule].has_when());
  if (keys.empty()) {
    ProcessKey(rule, event, Router::Key(), is_late);
    return;
  }
  RuleStats& stats = stats_->rules[rule];
  const int64_t late = stats.late;
  const int64_t without_key = stats.without_key;
  for (const EachKeys::Key& key : keys) {
    evaluator_->SetEach(key.values);
    ProcessKey(rule, event, router_->KeyOfBytes(key.bytes), is_late);
  }
  // What is left out is one event, however many keys it has.
  stats.late = std::min(stats.late, late + 1);
  stats.without_key = std::min(stats.without_key, without_key + 1);
}

void RuleTurn::ProcessKey(uint32_t rule, const Event& event,
                          const Router::Key& key, bool is_late) {
  RuleStats& stats = stats_->rules[rule];
  if (!runners_[rule].has_when()) {
    if (key.complete || !has_each_[rule]) {
      FireOnEvent(rule, *plan_.rules()[rule], event, key.bytes);
    } else {
      ++stats.without_key;
    }
    return;
  }
  if (!key.complete) {
    ++stats.without_key;
  } else if (is_late) {
    ++stats.late;
  } else {
    runners_[rule].OnEvent(event, key);
  }
}

// A rule without `when` fires at each event; what it counts is that event.
void RuleTurn::FireOnEvent(uint32_t index, const RulePlan& rule,
                           const Event& event, std::string_view key) {
  AggregatesOfEvent(rule, evaluator_, &aggregates_);
  Firing firing;
  firing.rule_index = index;
  firing.rule = &rule;
  firing.key = key;
  firing.event = &event;
  firing.time = event.time();
  firing.window.count = 1;
  firing.window.first = firing.time;
  firing.window.last = firing.time;
  firing.window.aggregates = aggregates_;
  firing.severity = silence_->SeverityOf(firing);
  silence_->Open(firing);
}

}  // namespace mqwarden
