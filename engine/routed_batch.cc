#include "mqwarden/engine/routed_batch.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "mqwarden/engine/each_keys.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {

RoutedBatch::RoutedBatch(const Plan& plan,
                         const std::vector<RuleRunner>& runners,
                         Evaluator* evaluator, Router* router,
                         Profiler* profiler)
    : plan_(plan),
      runners_(runners),
      evaluator_(evaluator),
      router_(router),
      profiler_(profiler) {
  for (const auto& rule : plan.rules()) {
    has_each_.push_back(EachKeys::HasEach(rule->by));
  }
}

void RoutedBatch::Route(std::span<const Event> events) {
  hits_.clear();
  keys_.clear();
  first_hit_.clear();
  for (const Event& event : events) {
    first_hit_.push_back(static_cast<uint32_t>(hits_.size()));
    if (event.Has(FieldId::kTime) && event.Has(FieldId::kKind)) {
      RouteEvent(event);
    }
  }
  first_hit_.push_back(static_cast<uint32_t>(hits_.size()));
  for (const Hit& hit : hits_) {
    if (!hit.complete || hit.excluded) continue;
    if (const WindowedRule* const rule = runners_[hit.rule].windowed()) {
      rule->PrefetchSlot(hit.hash);
    }
  }
}

void RoutedBatch::RouteEvent(const Event& event) {
  int64_t lap = profiler_->Start();
  const std::span<const uint32_t> rules = router_->Candidates(event);
  profiler_->BookLookup(&lap);
  if (rules.empty()) return;
  evaluator_->SetEvent(&event);
  router_->StartEvent();
  for (const uint32_t rule : rules) {
    RouteRule(rule, event);
    profiler_->BookRule(rule, &lap);
  }
}

void RoutedBatch::RouteRule(uint32_t rule, const Event& event) {
  size_t exclude = 0;
  const Router::Match match =
      router_->MatchRule(rule, *plan_.rules()[rule], &exclude);
  if (match == Router::Match::kNo) return;
  Hit& hit = hits_.emplace_back();
  hit.rule = rule;
  hit.excluded = match == Router::Match::kExcluded;
  hit.exclude = static_cast<uint32_t>(exclude);
  hit.has_key = !hit.excluded && !has_each_[rule];
  if (!hit.has_key) return;
  const Router::Key key = router_->KeyOf(rule, event);
  hit.complete = key.complete;
  hit.hash = key.hash;
  hit.key_begin = static_cast<uint32_t>(keys_.size());
  hit.key_size = static_cast<uint32_t>(key.bytes.size());
  keys_.append(key.bytes);
  if (!key.complete) return;
  if (const WindowedRule* const windowed = runners_[rule].windowed()) {
    windowed->PrefetchIndex(key.hash);
  }
}

}  // namespace mqwarden
