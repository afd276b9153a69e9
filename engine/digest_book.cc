#include "mqwarden/engine/digest_book.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mqwarden/base/time.h"
#include "mqwarden/engine/alert_codec.h"

namespace mqwarden {

int64_t DigestBook::EndOf(int64_t t) const {
  int64_t in_period = t % per_;
  if (in_period < 0) in_period += per_;  // before the epoch
  return SaturatingAdd(t, per_ - in_period);
}

HeldAlerts* DigestBook::Find(std::string_view tuple, int64_t t, int64_t decided,
                             int64_t* end, bool* is_new) {
  *end = std::max(EndOf(t), EndOf(decided));
  const auto [period, inserted] = periods_.try_emplace(*end);
  *is_new = inserted;
  const auto known = period->second.find(tuple);
  if (known != period->second.end()) return &known->second;
  if (period->second.size() >= max_tuples_) return nullptr;
  return &period->second[std::string(tuple)];
}

DigestBook::Period DigestBook::Take(int64_t end) {
  const auto period = periods_.find(end);
  if (period == periods_.end()) return {};
  Period taken = std::move(period->second);
  periods_.erase(period);
  return taken;
}

std::vector<int64_t> DigestBook::Ends() const {
  std::vector<int64_t> ends;
  for (const auto& [end, period] : periods_) ends.push_back(end);
  return ends;
}

void DigestBook::Save(ByteWriter* out) const {
  out->Varint(periods_.size());
  for (const auto& [end, period] : periods_) {
    std::vector<std::pair<std::string_view, const HeldAlerts*>> all;
    for (const auto& [tuple, held] : period) all.emplace_back(tuple, &held);
    std::sort(all.begin(), all.end());
    out->I64(end);
    out->Varint(all.size());
    for (const auto& [tuple, held] : all) {
      out->Text(tuple);
      out->I64(held->count);
      out->I64(held->first.time_since_epoch().count());
      out->I64(held->last.time_since_epoch().count());
      SaveFields(held->group, out);
      out->Text(held->sort_key);
      out->Text(held->title);
      out->Text(held->runbook);
    }
  }
}

bool DigestBook::Load(ByteReader* in) {
  periods_.clear();
  const uint64_t periods = in->Varint();
  for (uint64_t i = 0; i < periods && in->ok(); ++i) {
    Period& period = periods_[in->I64()];
    const uint64_t tuples = in->Varint();
    for (uint64_t j = 0; j < tuples && in->ok(); ++j) {
      HeldAlerts& held = period[std::string(in->Text())];
      held.count = in->I64();
      held.first = Time(Duration(in->I64()));
      held.last = Time(Duration(in->I64()));
      held.group = LoadFields(in);
      held.sort_key = in->Text();
      held.title = in->Text();
      held.runbook = in->Text();
    }
  }
  if (!in->ok()) periods_.clear();
  return in->ok();
}

}  // namespace mqwarden
