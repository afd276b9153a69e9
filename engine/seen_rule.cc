#include "mqwarden/engine/seen_rule.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "mqwarden/base/hash128.h"
#include "mqwarden/base/time.h"
#include "mqwarden/engine/value_text.h"
#include "mqwarden/engine/window/count_ring.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

// A ring has its full size from a tuple's first event on; a deque grows.
constexpr int64_t kMaxRing = 16;

WindowShape ShapeOfSeen(const RulePlan& rule, int64_t window_events) {
  const int64_t below = rule.seen->below;
  const bool shows_count_alone =
      rule.value_sets.empty() && rule.evidence_first == 0 &&
      rule.evidence_last == 0 &&
      std::all_of(rule.aggregates.begin(), rule.aggregates.end(),
                  [](const Aggregate& aggregate) {
                    return aggregate.kind == Aggregate::Kind::kCount;
                  });
  WindowShape shape;
  shape.is_ring =
      shows_count_alone && below <= std::min(kMaxRing, window_events);
  shape.at_least_only = below <= window_events;
  shape.entries = static_cast<size_t>(std::min(below, window_events));
  return shape;
}

}  // namespace

SeenRule::SeenRule(uint32_t rule_index, const RuleShared& shared,
                   RuleStats* stats)
    : rule_(*shared.plan->rules()[rule_index]),
      rule_index_(rule_index),
      shared_(shared),
      length_(rule_.seen->length.count()),
      learn_(rule_.seen->learn.count()),
      stats_(stats),
      shape_(ShapeOfSeen(rule_, shared.options->window_events)),
      layout_(rule_, shared.plan->pool(), shape_.entries,
              shape_.at_least_only),
      keys_(rule_, shape_, layout_, *shared.options, shared.state_share, stats),
      reader_(layout_, shared.evaluator, shared.image),
      aggregates_(rule_.aggregates.size()) {}

void SeenRule::OnEvent(const Event& event, const Router::Key& key) {
  tuple_.assign(key.bytes);
  for (const KeyPart& part : rule_.seen->tuple) {
    const Value value = shared_.evaluator->Eval(part.expr);
    if (value.missing() && !part.optional) {
      ++stats_->without_key;
      return;
    }
    AppendIdentity(value, &tuple_);
  }
  const int64_t t = event.Int(FieldId::kTime);
  if (!first_.has_value()) first_ = t;
  KeySlot* const slot =
      keys_.Get(tuple_, HashBytes(tuple_, shared_.options->hash_seed), t);
  const std::optional<int64_t> before = Count(slot, t);
  if (!before.has_value() || *before >= rule_.seen->below) return;
  if (t < SaturatingAdd(*first_, learn_)) return;
  if (keys_.WasEvicted(tuple_)) {
    ++stats_->unsure;
    return;
  }
  Fire(event, key);
}

std::optional<int64_t> SeenRule::Count(KeySlot* slot, int64_t t) {
  const int64_t cutoff = SaturatingSub(t, length_);
  std::optional<int64_t> before;
  view_ = WindowView();
  if (shape_.is_ring) {
    CountRing ring = keys_.RingOf(slot);
    before = ring.CountAfter(cutoff);
    ring.Add(t);
    const uint32_t count = ring.CountAfter(cutoff);
    view_.count = count;
    view_.first = Time(Duration(ring.Newest(count)));
    aggregates_.assign(aggregates_.size(), AggregateValue::Of(count));
  } else {
    EventDeque& deque = RuleKeys::DequeOf(slot)->deque;
    deque.LeaveThrough(cutoff);
    const bool was_saturated = deque.saturated();
    if (!was_saturated) before = static_cast<int64_t>(deque.size());
    deque.Add(reader_.Read(t));
    if (deque.saturated() && !was_saturated) ++stats_->keys_saturated;
    view_.count = static_cast<int64_t>(deque.size());
    view_.first = Time(Duration(deque.first()));
    view_.contents = &deque;
    deque.FillAggregates(&aggregates_);
  }
  view_.last = Time(Duration(t));
  view_.aggregates = aggregates_;
  return before;
}

void SeenRule::Fire(const Event& event, const Router::Key& key) {
  Firing firing;
  firing.rule_index = rule_index_;
  firing.rule = &rule_;
  firing.key = key.bytes;
  firing.event = &event;
  firing.time = event.time();
  firing.window = view_;
  firing.severity = shared_.silence->SeverityOf(firing);
  shared_.silence->Open(firing);
}

void SeenRule::Save(int64_t t, ByteWriter* out) const {
  out->U8(first_.has_value() ? 1 : 0);
  if (first_.has_value()) out->I64(*first_);
  keys_.Save(t, out);
}

bool SeenRule::Load(ByteReader* in) {
  first_.reset();
  if (in->U8() != 0) first_ = in->I64();
  return in->ok() && keys_.Load(in);
}

}  // namespace mqwarden
