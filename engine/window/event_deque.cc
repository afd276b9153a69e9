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

EventDeque::EventDeque(const WindowLayout& layout)
    : layout_(layout),
      counts_(layout.conditions.size()),
      distincts_(layout.tuples.size()),
      sets_(layout.set_sizes.size()),
      columns_(layout.columns.size()) {}

void EventDeque::PopFront() {
  times_.pop_front();
  if (!counts_.empty()) {
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
  for (size_t i = 0; i < columns_.size(); ++i) {
    RemoveFirstNumber(layout_.columns[i], &columns_[i]);
  }
  if (!events_.empty()) events_.pop_front();
  ++left_;
}

void EventDeque::RemoveFirstNumber(const WindowLayout::Column& column,
                                   NumberColumn* from) const {
  const absl::int128 number = from->numbers.front();
  from->numbers.pop_front();
  if (number == kNoNumber) return;
  --from->present;
  if (column.total) from->total -= number;
  if (column.min && from->minima.front() == left_) from->minima.pop_front();
  if (column.max && from->maxima.front() == left_) from->maxima.pop_front();
  if (column.ordered) from->ordered.Remove(number);
}

// The entry is the newest: times_ has it already.
void EventDeque::AddNumber(absl::int128 number,
                           const WindowLayout::Column& column,
                           NumberColumn* to) const {
  to->numbers.push_back(number);
  if (number == kNoNumber) return;
  const uint64_t place = left_ + to->numbers.size() - 1;
  ++to->present;
  if (column.total) to->total += number;
  if (column.min) {
    while (!to->minima.empty() && NumberAt(*to, to->minima.back()) >= number) {
      to->minima.pop_back();
    }
    to->minima.push_back(place);
  }
  if (column.max) {
    while (!to->maxima.empty() && NumberAt(*to, to->maxima.back()) <= number) {
      to->maxima.pop_back();
    }
    to->maxima.push_back(place);
  }
  if (column.ordered) to->ordered.Add(number);
}

void EventDeque::LeaveThrough(int64_t cutoff) {
  while (!times_.empty() && times_.front() <= cutoff) PopFront();
  if (saturated_ && lost_ <= cutoff) {
    saturated_ = false;
    lost_negative_ = false;
  }
}

void EventDeque::Add(const WindowEntry& entry) {
  if (times_.size() >= layout_.max_entries) {
    if (!layout_.at_least_only) {
      saturated_ = true;
      lost_ = times_.front();
      for (const NumberColumn& column : columns_) {
        const absl::int128 number = column.numbers.front();
        if (number != kNoNumber && number < 0) lost_negative_ = true;
      }
    }
    PopFront();
  }
  times_.push_back(entry.time);
  if (!counts_.empty()) {
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
    const size_t exact_size = scratch_.size();
    AppendIdentity(value, &scratch_);
    const std::string_view both = scratch_;
    set.ids.push_back(AddToSet(&set, both.substr(0, exact_size),
                               both.substr(exact_size), value));
  }
  for (size_t i = 0; i < columns_.size(); ++i) {
    AddNumber(entry.numbers[i], layout_.columns[i], &columns_[i]);
  }
  if (layout_.evidence_first == 0 && layout_.evidence_last == 0) return;
  events_.push_back(entry.event);
  // Without `first` only the last ones are ever shown.
  const auto last = static_cast<size_t>(layout_.evidence_last);
  if (layout_.evidence_first == 0 && events_.size() > last) {
    events_[events_.size() - 1 - last].reset();
  }
}

uint32_t EventDeque::AddToSet(SetValues* set, std::string_view exact,
                              std::string_view identity, const Value& value) {
  const size_t known = set->values.size();
  const uint32_t id = set->values.Add(exact);
  if (set->values.size() == known) return id;
  if (id == set->shown.size()) {
    set->shown.emplace_back();
    set->identities.emplace_back();
  }
  set->shown[id] = ToAlertValue(value);
  set->identities[id] = identity;
  return id;
}

void EventDeque::Clear() {
  while (!times_.empty()) PopFront();
  saturated_ = false;
  lost_negative_ = false;
}

size_t EventDeque::bytes() const {
  constexpr size_t kNumberBytes = 32;
  constexpr size_t kValueBytes = 96;
  constexpr size_t kEventBytes = 512;
  const size_t entry = sizeof(int64_t) + (counts_.empty() ? 0 : sizeof(uint64_t)) +
                       (distincts_.size() + sets_.size()) * sizeof(uint32_t) +
                       columns_.size() * kNumberBytes +
                       (events_.empty() ? 0 : kEventBytes);
  size_t values = 0;
  for (const DistinctTuples& distinct : distincts_) values += distinct.tuples.size();
  for (const SetValues& set : sets_) values += set.values.size();
  return size() * entry + values * kValueBytes;
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

void EventDeque::FillAggregates(std::vector<AggregateValue>* values) const {
  values->resize(layout_.kinds.size());
  for (size_t i = 0; i < values->size(); ++i) {
    const uint32_t place = layout_.places[i];
    switch (layout_.kinds[i]) {
      case Aggregate::Kind::kCount:
        (*values)[i] = AggregateValue::Of(static_cast<int64_t>(times_.size()));
        break;
      case Aggregate::Kind::kCountIf:
        (*values)[i] = AggregateValue::Of(counts_[place]);
        break;
      case Aggregate::Kind::kDistinct:
        (*values)[i] = AggregateValue::Of(
            static_cast<int64_t>(distincts_[place].tuples.size()));
        break;
      default:
        (*values)[i] = NumberAggregate(i);
        break;
    }
  }
}

AggregateValue EventDeque::NumberAggregate(size_t index) const {
  const NumberColumn& column = columns_[layout_.places[index]];
  if (layout_.kinds[index] == Aggregate::Kind::kSum) {
    return AggregateValue::Of(column.total);
  }
  if (column.present == 0) return {};
  switch (layout_.kinds[index]) {
    case Aggregate::Kind::kAvg:
      return layout_.Average(index, column.total, column.present);
    case Aggregate::Kind::kMin:
      return AggregateValue::Of(NumberAt(column, column.minima.front()));
    case Aggregate::Kind::kMax:
      return AggregateValue::Of(NumberAt(column, column.maxima.front()));
    default:
      return AggregateValue::Of(column.ordered.AtRank(
          NearestRank(layout_.percents[index], column.present)));
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
