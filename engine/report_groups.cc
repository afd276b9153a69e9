#include "mqwarden/engine/report_groups.h"

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

#include "mqwarden/engine/alert_codec.h"
#include "mqwarden/engine/ratio.h"
#include "mqwarden/engine/state_codec.h"

namespace mqwarden {
namespace {

// Of the groups at the bound, one in this many is given up at once.
constexpr size_t kEvictedShare = 64;

}  // namespace

ReportGroup* ReportGroups::Get(std::string_view key, bool* is_new,
                               int64_t* evicted) {
  const auto known = groups_.find(key);
  *is_new = known == groups_.end();
  if (!*is_new) return known->second.get();
  if (groups_.size() >= static_cast<size_t>(plan_.max_keys)) Evict(evicted);
  auto& group = groups_[std::string(key)];
  group = std::make_unique<ReportGroup>(layout_);
  return group.get();
}

void ReportGroups::Evict(int64_t* evicted) {
  std::vector<std::tuple<int64_t, int64_t, std::string_view>> ranks;
  ranks.reserve(groups_.size());
  for (const auto& [key, group] : groups_) {
    ranks.emplace_back(group->pane.count(), group->pane.last(), key);
  }
  const size_t share = std::max<size_t>(1, ranks.size() / kEvictedShare);
  std::nth_element(ranks.begin(),
                   ranks.begin() + static_cast<std::ptrdiff_t>(share - 1),
                   ranks.end());
  has_evicted_ = true;
  for (size_t i = 0; i < share; ++i) {
    // A copy: the key goes with its group.
    groups_.erase(std::string(std::get<2>(ranks[i])));
    ++*evicted;
  }
}

std::vector<ReportGroups::Ranked> ReportGroups::All(
    Evaluator* evaluator) const {
  std::vector<Ranked> all;
  all.reserve(groups_.size());
  std::vector<AggregateValue> values;
  for (const auto& [key, group] : groups_) {
    group->pane.FillAggregates(&values);
    all.push_back({key, group.get(),
                   OrderOf(plan_, values, group->pane.count(), evaluator)});
  }
  return all;
}

Value OrderOf(const ReportPlan& plan, const std::vector<AggregateValue>& values,
              int64_t count, Evaluator* evaluator) {
  if (plan.order == kNoExpr) return Value::Number(ValueType::kInt, count);
  return evaluator->Eval(plan.order, {.aggregates = values});
}

bool ComesFirst(const ReportGroups::Ranked& a, const ReportGroups::Ranked& b) {
  const std::optional<Ratio> left = RatioOf(a.order);
  const std::optional<Ratio> right = RatioOf(b.order);
  if (left.has_value() != right.has_value()) return left.has_value();
  if (left.has_value()) {
    const std::strong_ordering order = Compare(*left, *right);
    if (order != 0) return order > 0;
  }
  if (a.group->sort_key != b.group->sort_key) {
    return a.group->sort_key < b.group->sort_key;
  }
  return a.key < b.key;
}

void ReportGroups::Save(ByteWriter* out) const {
  out->Varint(static_cast<uint64_t>(total_));
  out->U8(has_evicted_ ? 1 : 0);
  std::vector<std::pair<std::string_view, const ReportGroup*>> sorted;
  for (const auto& [key, group] : groups_) sorted.emplace_back(key, group.get());
  std::sort(sorted.begin(), sorted.end());
  out->Varint(sorted.size());
  for (const auto& [key, group] : sorted) {
    out->Text(key);
    SaveFields(group->shown, out);
    out->Text(group->sort_key);
    SaveEventBytes(group->last_event, out);
    group->pane.Save(out);
  }
}

bool ReportGroups::Load(ByteReader* in) {
  const uint64_t total = in->Varint();
  if (total > uint64_t{1} << 62) return false;
  total_ = static_cast<int64_t>(total);
  has_evicted_ = LoadBool(in);
  const size_t size = LoadCount(in, 5);
  for (size_t i = 0; i < size; ++i) {
    const std::string_view key = in->Text();
    auto group = std::make_unique<ReportGroup>(layout_);
    group->shown = LoadFields(in);
    group->sort_key = in->Text();
    if (!in->ok() || !LoadEventBytes(in, &group->last_event) ||
        !group->pane.Load(in) || group->pane.empty() ||
        !groups_.emplace(std::string(key), std::move(group)).second) {
      return false;
    }
  }
  return in->ok();
}

}  // namespace mqwarden
