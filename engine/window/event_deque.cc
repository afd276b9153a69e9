#include "mqwarden/engine/window/event_deque.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "mqwarden/base/text.h"
#include "mqwarden/engine/value_text.h"

namespace mqwarden {

DequeLayout::DequeLayout(const RulePlan& rule, size_t max_entries,
                         bool at_least_only)
    : evidence_first(rule.evidence_first),
      evidence_last(rule.evidence_last),
      max_entries(max_entries),
      at_least_only(at_least_only) {
  for (const Aggregate& aggregate : rule.aggregates) {
    kinds.push_back(aggregate.kind);
    switch (aggregate.kind) {
      case Aggregate::Kind::kCount:
        places.push_back(0);
        break;
      case Aggregate::Kind::kCountIf:
        places.push_back(count_ifs++);
        break;
      case Aggregate::Kind::kDistinct:
        places.push_back(distincts++);
        break;
      default:
        places.push_back(0);
        break;
    }
  }
  for (const ValueSet& set : rule.value_sets) set_sizes.push_back(set.max);
}

EventDeque::EventDeque(const DequeLayout& layout)
    : layout_(layout),
      counts_(layout.count_ifs),
      distincts_(layout.distincts),
      sets_(layout.set_sizes.size()) {}

void EventDeque::PopFront() {
  times_.pop_front();
  if (layout_.count_ifs > 0) {
    const uint64_t bits = bits_.front();
    for (size_t i = 0; i < counts_.size(); ++i) counts_[i] -= bits >> i & 1;
    bits_.pop_front();
  }
  for (DistinctTuples& distinct : distincts_) {
    distinct.tuples.Remove(distinct.ids.front());
    distinct.ids.pop_front();
  }
  for (SetValues& set : sets_) {
    set.values.Remove(set.ids.front());
    set.ids.pop_front();
  }
  if (!events_.empty()) events_.pop_front();
}

void EventDeque::LeaveThrough(int64_t cutoff) {
  while (!times_.empty() && times_.front() <= cutoff) PopFront();
  if (saturated_ && lost_ <= cutoff) saturated_ = false;
}

void EventDeque::Add(const NewEntry& entry) {
  if (times_.size() >= layout_.max_entries) {
    if (!layout_.at_least_only) {
      saturated_ = true;
      lost_ = times_.front();
    }
    PopFront();
  }
  times_.push_back(entry.time);
  if (layout_.count_ifs > 0) {
    bits_.push_back(entry.bits);
    for (size_t i = 0; i < counts_.size(); ++i) {
      counts_[i] += entry.bits >> i & 1;
    }
  }
  for (size_t i = 0; i < distincts_.size(); ++i) {
    DistinctTuples& distinct = distincts_[i];
    distinct.ids.push_back(entry.tuples[i].empty()
                               ? CountedValues::kNone
                               : distinct.tuples.Add(entry.tuples[i]));
  }
  for (size_t i = 0; i < sets_.size(); ++i) {
    SetValues& set = sets_[i];
    const Value& value = entry.values[i];
    if (value.missing()) {
      set.ids.push_back(CountedValues::kNone);
      continue;
    }
    scratch_.clear();
    AppendExactIdentity(value, &scratch_);
    const size_t known = set.values.size();
    const uint32_t id = set.values.Add(scratch_);
    if (set.values.size() > known) {
      if (id == set.shown.size()) {
        set.shown.emplace_back();
        set.identities.emplace_back();
      }
      set.shown[id] = ToAlertValue(value);
      set.identities[id].clear();
      AppendIdentity(value, &set.identities[id]);
    }
    set.ids.push_back(id);
  }
  if (layout_.evidence_first == 0 && layout_.evidence_last == 0) return;
  events_.push_back(entry.event);
  // Without `first` only the last ones are ever shown.
  const auto last = static_cast<size_t>(layout_.evidence_last);
  if (layout_.evidence_first == 0 && events_.size() > last) {
    events_[events_.size() - 1 - last].reset();
  }
}

void EventDeque::Clear() {
  while (!times_.empty()) PopFront();
  saturated_ = false;
}

size_t EventDeque::CountAfter(int64_t cutoff) const {
  size_t low = 0;
  size_t high = times_.size();
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (times_[middle] > cutoff) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return times_.size() - low;
}

void EventDeque::FillAggregates(std::vector<int64_t>* values) const {
  values->resize(layout_.kinds.size());
  for (size_t i = 0; i < layout_.kinds.size(); ++i) {
    const uint32_t place = layout_.places[i];
    switch (layout_.kinds[i]) {
      case Aggregate::Kind::kCount:
        (*values)[i] = static_cast<int64_t>(times_.size());
        break;
      case Aggregate::Kind::kCountIf:
        (*values)[i] = counts_[place];
        break;
      case Aggregate::Kind::kDistinct:
        (*values)[i] = static_cast<int64_t>(distincts_[place].tuples.size());
        break;
      default:
        break;
    }
  }
}

// Stops when as many values as there are, or as are asked for, have been seen;
// so the walk is long only where a value's first event is far from the oldest.
std::vector<AlertValue> EventDeque::ValueSets() const {
  std::vector<AlertValue> sets;
  for (size_t i = 0; i < sets_.size(); ++i) {
    const SetValues& set = sets_[i];
    AlertValue& shown = sets.emplace_back();
    shown.form = AlertValue::Form::kList;
    std::vector<bool> seen(set.shown.size());
    size_t unseen = set.values.size();
    absl::flat_hash_set<std::string_view, TextHash, TextEq> identities;
    for (size_t e = 0; e < set.ids.size() && unseen > 0; ++e) {
      const uint32_t id = set.ids[e];
      if (id == CountedValues::kNone || seen[id]) continue;
      seen[id] = true;
      --unseen;
      if (!identities.insert(set.identities[id]).second) continue;
      shown.list.push_back(set.shown[id]);
      if (shown.list.size() == static_cast<size_t>(layout_.set_sizes[i])) break;
    }
  }
  return sets;
}

std::vector<std::shared_ptr<const std::string>> EventDeque::Evidence() const {
  std::vector<std::shared_ptr<const std::string>> evidence;
  const size_t size = events_.size();
  const size_t first =
      std::min(size, static_cast<size_t>(layout_.evidence_first));
  const size_t last =
      std::min(size - first, static_cast<size_t>(layout_.evidence_last));
  for (size_t i = 0; i < first; ++i) evidence.push_back(events_[i]);
  for (size_t i = size - last; i < size; ++i) evidence.push_back(events_[i]);
  return evidence;
}

}  // namespace mqwarden
