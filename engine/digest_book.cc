#include "mqwarden/engine/digest_book.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "mqwarden/base/time.h"

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

}  // namespace mqwarden
