#include "mqwarden/engine/window/pane.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mqwarden/engine/state_codec.h"
#include "mqwarden/engine/value_text.h"

namespace mqwarden {

Pane::Pane(const WindowLayout& layout)
    : layout_(layout),
      counts_(layout.conditions.size()),
      distincts_(layout.tuples.size()),
      sets_(layout.set_sizes.size()),
      columns_(layout.columns.size()) {}

void Pane::Add(const WindowEntry& entry) {
  if (count_ == 0) first_ = entry.time;
  last_ = entry.time;
  ++count_;
  for (size_t i = 0; i < counts_.size(); ++i) counts_[i] += entry.bits >> i & 1;
  for (size_t i = 0; i < distincts_.size(); ++i) {
    const std::string& tuple = entry.tuples[i];
    if (tuple.empty() || distincts_[i].contains(tuple)) continue;
    if (distincts_[i].size() >= layout_.max_entries) {
      saturated_ = true;
      continue;
    }
    distincts_[i].insert(tuple);
  }
  for (size_t i = 0; i < sets_.size(); ++i) {
    SetValues& set = sets_[i];
    const Value& value = entry.values[i];
    const auto most = static_cast<size_t>(layout_.set_sizes[i]);
    if (value.missing() || set.shown.size() >= most) continue;
    scratch_.clear();
    AppendIdentity(value, &scratch_);
    const auto known = std::find(set.identities.begin(), set.identities.end(),
                                 scratch_);
    if (known != set.identities.end()) continue;
    set.identities.push_back(scratch_);
    set.shown.push_back(ToAlertValue(value));
  }
  for (size_t i = 0; i < columns_.size(); ++i) {
    AddNumber(entry.numbers[i], layout_.columns[i], &columns_[i]);
  }
  const auto first = static_cast<size_t>(layout_.evidence_first);
  const auto last = static_cast<size_t>(layout_.evidence_last);
  if (first_events_.size() < first) {
    first_events_.push_back(entry.event);
  } else if (last > 0) {
    if (last_events_.size() == last) last_events_.pop_front();
    last_events_.push_back(entry.event);
  }
}

void Pane::AddNumber(absl::int128 number, const WindowLayout::Column& column,
                     Numbers* to) {
  if (number == kNoNumber) return;
  if (to->present == 0 || number < to->min) to->min = number;
  if (to->present == 0 || number > to->max) to->max = number;
  ++to->present;
  to->total += Decimal::FromBillionths(number);
  if (!column.ordered) return;
  if (to->ordered.distinct() >= layout_.max_entries &&
      !to->ordered.Contains(number)) {
    saturated_ = true;
    return;
  }
  to->ordered.Add(number);
}

size_t Pane::bytes() const {
  constexpr size_t kNumberBytes = 32;
  constexpr size_t kValueBytes = 96;
  constexpr size_t kEventBytes = 512;
  size_t values = 0;
  for (const Texts& texts : distincts_) values += texts.size();
  for (const SetValues& set : sets_) values += set.shown.size();
  size_t numbers = 0;
  for (const Numbers& column : columns_) numbers += column.ordered.distinct();
  return values * kValueBytes + numbers * kNumberBytes +
         (first_events_.size() + last_events_.size()) * kEventBytes;
}

void Pane::FillAggregates(std::vector<AggregateValue>* values) const {
  values->resize(layout_.kinds.size());
  for (size_t i = 0; i < values->size(); ++i) {
    const uint32_t place = layout_.places[i];
    switch (layout_.kinds[i]) {
      case Aggregate::Kind::kCount:
        (*values)[i] = AggregateValue::Of(count_);
        break;
      case Aggregate::Kind::kCountIf:
        (*values)[i] = AggregateValue::Of(counts_[place]);
        break;
      case Aggregate::Kind::kDistinct:
        (*values)[i] =
            AggregateValue::Of(static_cast<int64_t>(distincts_[place].size()));
        break;
      default:
        (*values)[i] = NumberAggregate(i);
        break;
    }
  }
}

AggregateValue Pane::NumberAggregate(size_t index) const {
  const Numbers& numbers = columns_[layout_.places[index]];
  if (layout_.kinds[index] == Aggregate::Kind::kSum) {
    return AggregateValue::Of(numbers.total.billionths());
  }
  if (numbers.present == 0) return {};
  switch (layout_.kinds[index]) {
    case Aggregate::Kind::kAvg:
      return layout_.Average(index, numbers.total.billionths(),
                             numbers.present);
    case Aggregate::Kind::kMin:
      return AggregateValue::Of(numbers.min);
    case Aggregate::Kind::kMax:
      return AggregateValue::Of(numbers.max);
    default:
      return AggregateValue::Of(numbers.ordered.AtRank(
          NearestRank(layout_.percents[index], numbers.ordered.size())));
  }
}

std::vector<AlertValue> Pane::ValueSets() const {
  std::vector<AlertValue> sets;
  for (const SetValues& set : sets_) {
    AlertValue& shown = sets.emplace_back();
    shown.form = AlertValue::Form::kList;
    shown.list = set.shown;
  }
  return sets;
}

std::vector<std::shared_ptr<const std::string>> Pane::Evidence() const {
  std::vector<std::shared_ptr<const std::string>> evidence;
  for (const auto* const events : {&first_events_, &last_events_}) {
    for (size_t i = 0; i < events->size(); ++i) {
      evidence.push_back((*events)[i]);
    }
  }
  return evidence;
}

void Pane::Save(ByteWriter* out) const {
  out->Varint(static_cast<uint64_t>(count_));
  if (count_ == 0) return;
  out->I64(first_);
  out->I64(last_);
  out->U8(saturated_ ? 1 : 0);
  for (const int64_t count : counts_) out->Varint(static_cast<uint64_t>(count));
  for (const Texts& texts : distincts_) {
    std::vector<std::string_view> sorted(texts.begin(), texts.end());
    std::sort(sorted.begin(), sorted.end());
    out->Varint(sorted.size());
    for (const std::string_view text : sorted) out->Text(text);
  }
  for (const SetValues& set : sets_) {
    out->Varint(set.shown.size());
    for (size_t i = 0; i < set.shown.size(); ++i) {
      out->Text(set.identities[i]);
      SaveAlertValue(set.shown[i], out);
    }
  }
  for (size_t i = 0; i < columns_.size(); ++i) {
    const Numbers& numbers = columns_[i];
    out->Varint(static_cast<uint64_t>(numbers.present));
    if (numbers.present == 0) continue;
    SaveInt128(numbers.total.billionths(), out);
    SaveInt128(numbers.min, out);
    SaveInt128(numbers.max, out);
    if (!layout_.columns[i].ordered) continue;
    out->Varint(numbers.ordered.distinct());
    numbers.ordered.ForEach([out](absl::int128 value, int64_t times) {
      SaveInt128(value, out);
      out->Varint(static_cast<uint64_t>(times));
    });
  }
  for (const auto* const events : {&first_events_, &last_events_}) {
    out->Varint(events->size());
    for (size_t i = 0; i < events->size(); ++i) {
      SaveEventBytes((*events)[i], out);
    }
  }
}

bool Pane::Load(ByteReader* in) {
  constexpr uint64_t kMost = uint64_t{1} << 62;
  const uint64_t count = in->Varint();
  if (count > kMost) return false;
  count_ = static_cast<int64_t>(count);
  if (count_ == 0) return in->ok();
  first_ = in->I64();
  last_ = in->I64();
  if (last_ < first_) return false;
  saturated_ = LoadBool(in);
  for (int64_t& counted : counts_) {
    const uint64_t number = in->Varint();
    if (number > count) return false;
    counted = static_cast<int64_t>(number);
  }
  for (Texts& texts : distincts_) {
    const size_t size = LoadCount(in, 2);
    if (size > layout_.max_entries) return false;
    for (size_t i = 0; i < size; ++i) texts.emplace(in->Text());
    if (!in->ok() || texts.size() != size) return false;
  }
  for (size_t i = 0; i < sets_.size(); ++i) {
    const size_t size = LoadCount(in, 3);
    if (size > static_cast<size_t>(layout_.set_sizes[i])) return false;
    for (size_t j = 0; j < size; ++j) {
      sets_[i].identities.emplace_back(in->Text());
      if (!LoadAlertValue(in, &sets_[i].shown.emplace_back())) return false;
    }
  }
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (!LoadNumbers(in, layout_.columns[i], &columns_[i])) return false;
  }
  const auto load_events = [in](int32_t most, auto* events) {
    const size_t size = LoadCount(in);
    if (size > static_cast<size_t>(most)) return false;
    for (size_t i = 0; i < size; ++i) {
      std::shared_ptr<const std::string> event;
      if (!LoadEventBytes(in, &event) || event == nullptr) return false;
      events->push_back(std::move(event));
    }
    return true;
  };
  return load_events(layout_.evidence_first, &first_events_) &&
         load_events(layout_.evidence_last, &last_events_) && in->ok();
}

bool Pane::LoadNumbers(ByteReader* in, const WindowLayout::Column& column,
                       Numbers* to) const {
  const uint64_t present = in->Varint();
  if (present > static_cast<uint64_t>(count_)) return false;
  to->present = static_cast<int64_t>(present);
  if (present == 0) return in->ok();
  to->total = Decimal::FromBillionths(LoadInt128(in));
  to->min = LoadInt128(in);
  to->max = LoadInt128(in);
  if (!column.ordered) return in->ok();
  const size_t distinct = LoadCount(in, 17);
  if (distinct == 0 || distinct > layout_.max_entries) return false;
  absl::int128 before = kNoNumber;
  for (size_t i = 0; i < distinct; ++i) {
    const absl::int128 value = LoadInt128(in);
    const uint64_t times = in->Varint();
    if (value <= before || times == 0 ||
        times > present - static_cast<uint64_t>(to->ordered.size())) {
      return false;
    }
    to->ordered.Add(value, static_cast<int64_t>(times));
    before = value;
  }
  return in->ok();
}

}  // namespace mqwarden
