#include "mqwarden/engine/recents.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mqwarden/base/time.h"

namespace mqwarden {
namespace {

constexpr size_t kFirstSweep = 1024;
// At the bound one tuple in so many goes, so that each new one costs a constant.
constexpr size_t kEvictedShare = 64;

}  // namespace

Recents::Recents(const Plan& plan) {
  for (const RecentPlan& recent : plan.pool().recents) {
    tables_.push_back({.plan = &recent, .last = {}, .next_sweep = kFirstSweep});
  }
}

bool Recents::Holds(size_t index, std::string_view tuple, int64_t t) const {
  const Table& table = tables_[index];
  const auto it = table.last.find(tuple);
  return it != table.last.end() &&
         it->second > SaturatingSub(t, table.plan->length.count());
}

void Recents::Remember(size_t index, std::string_view tuple, int64_t t) {
  Table& table = tables_[index];
  const auto it = table.last.find(tuple);
  if (it != table.last.end()) {
    it->second = t;
    return;
  }
  MakeRoom(&table, t);
  table.last.emplace(tuple, t);
}

void Recents::MakeRoom(Table* table, int64_t t) {
  auto& last = table->last;
  const auto bound = static_cast<size_t>(table->plan->max_keys);
  if (last.size() < std::min(table->next_sweep, bound)) return;
  const int64_t cutoff = SaturatingSub(t, table->plan->length.count());
  for (auto it = last.begin(); it != last.end();) {
    const auto here = it++;
    if (here->second <= cutoff) last.erase(here);
  }
  table->next_sweep = std::max(kFirstSweep, 2 * last.size());
  if (last.size() < bound) return;

  std::vector<std::pair<int64_t, std::string_view>> oldest;
  oldest.reserve(last.size());
  for (const auto& [tuple, time] : last) oldest.emplace_back(time, tuple);
  const size_t leaving = 1 + last.size() - bound + bound / kEvictedShare;
  const size_t count = std::min(leaving, oldest.size());
  std::partial_sort(oldest.begin(),
                    oldest.begin() + static_cast<std::ptrdiff_t>(count),
                    oldest.end());
  for (size_t i = 0; i < count; ++i) {
    last.erase(last.find(oldest[i].second));
  }
  evicted_ += static_cast<int64_t>(count);
}

void Recents::Save(ByteWriter* out) const {
  out->I64(evicted_);
  out->Varint(tables_.size());
  for (const Table& table : tables_) {
    std::vector<std::pair<std::string_view, int64_t>> entries(
        table.last.begin(), table.last.end());
    std::sort(entries.begin(), entries.end());
    out->Text(table.plan->name);
    out->U64(table.plan->state_hash);
    out->Varint(entries.size());
    for (const auto& [tuple, time] : entries) {
      out->Text(tuple);
      out->I64(time);
    }
  }
}

bool Recents::Load(ByteReader* in) {
  for (Table& table : tables_) table.last.clear();
  evicted_ = in->I64();
  const uint64_t count = in->Varint();
  for (uint64_t i = 0; i < count && in->ok(); ++i) {
    const std::string_view name = in->Text();
    const uint64_t state_hash = in->U64();
    const auto table = std::find_if(
        tables_.begin(), tables_.end(), [&](const Table& candidate) {
          return candidate.plan->name == name &&
                 candidate.plan->state_hash == state_hash;
        });
    const uint64_t entries = in->Varint();
    for (uint64_t j = 0; j < entries && in->ok(); ++j) {
      const std::string_view tuple = in->Text();
      const int64_t time = in->I64();
      if (table != tables_.end() && in->ok()) table->last.emplace(tuple, time);
    }
  }
  if (in->ok()) return true;
  for (Table& table : tables_) table.last.clear();
  return false;
}

}  // namespace mqwarden
