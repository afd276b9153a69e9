#include "mqwarden/engine/routed_batch.h"

#include <cstddef>
#include <cstdint>
#include <vector>

#include "mqwarden/engine/each_keys.h"

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

void RoutedBatch::Route(uint32_t place, const Event& event) {
  int64_t lap = profiler_->Start();
  bool is_started = false;
  router_->VisitCandidates(event, [&](uint32_t rule) {
    if (!is_started) {
      is_started = true;
      evaluator_->SetEvent(&event);
      router_->StartEvent();
      profiler_->BookLookup(&lap);
    }
    RouteRule(rule, place, event);
    profiler_->BookRule(rule, &lap);
  });
  if (!is_started) profiler_->BookLookup(&lap);
}

void RoutedBatch::RouteRule(uint32_t rule, uint32_t place,
                            const Event& event) {
  size_t exclude = 0;
  const Router::Match match =
      router_->MatchRule(rule, *plan_.rules()[rule], &exclude);
  if (match == Router::Match::kNo) return;
  Hit& hit = hits_.emplace_back();
  hit.event = place;
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

void RoutedBatch::Prefetch() const {
  for (const Hit& hit : hits_) {
    if (!hit.complete || hit.excluded) continue;
    if (const WindowedRule* const rule = runners_[hit.rule].windowed()) {
      rule->PrefetchSlot(hit.hash);
    }
  }
}

}  // namespace mqwarden
