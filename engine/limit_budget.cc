#include "mqwarden/engine/limit_budget.h"

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

constexpr size_t kFirstSweep = 64;
// Of the tuples at the bound, one in this many is given up at once, so that a
// flood of new ones costs a constant each.
constexpr size_t kGiveUpShare = 64;

}  // namespace

LimitBudget::LimitBudget(int64_t count, int64_t per, size_t max_tuples)
    : count_(count),
      per_(per),
      max_tuples_(max_tuples),
      sweep_at_(std::min(kFirstSweep, max_tuples)) {}

bool LimitBudget::Passes(std::string_view tuple, int64_t t) const {
  const auto known = tuples_.find(tuple);
  if (known == tuples_.end()) return true;
  const CircularBuffer<int64_t>& sent = known->second.sent;
  const auto n = static_cast<size_t>(count_);
  return sent.size() < n || sent[sent.size() - n] <= SaturatingSub(t, per_);
}

void LimitBudget::Hold(std::string_view tuple) {
  const auto known = tuples_.find(tuple);
  if (known != tuples_.end()) ++known->second.held;
}

int64_t LimitBudget::Spend(std::string_view tuple, int64_t t,
                           int64_t* given_up) {
  auto known = tuples_.find(tuple);
  if (known == tuples_.end()) {
    if (tuples_.size() >= sweep_at_) {
      DropExpired(t);
      if (tuples_.size() >= max_tuples_) *given_up += MakeRoom();
      sweep_at_ =
          std::min(std::max(kFirstSweep, 2 * tuples_.size()), max_tuples_);
    }
    known = tuples_.try_emplace(std::string(tuple)).first;
  }
  CircularBuffer<int64_t>& sent = known->second.sent;
  const int64_t cutoff = SaturatingSub(t, per_);
  while (!sent.empty() && sent.front() <= cutoff) sent.pop_front();
  sent.push_back(t);
  for (size_t i = sent.size() - 1; i > 0 && sent[i - 1] > sent[i]; --i) {
    std::swap(sent[i - 1], sent[i]);
  }
  if (sent.size() > static_cast<size_t>(count_)) sent.pop_front();
  return std::exchange(known->second.held, 0);
}

void LimitBudget::DropExpired(int64_t t) {
  const int64_t cutoff = SaturatingSub(t, per_);
  absl::erase_if(tuples_, [cutoff](const auto& entry) {
    return entry.second.held == 0 && entry.second.sent.back() <= cutoff;
  });
}

int64_t LimitBudget::MakeRoom() {
  std::vector<std::pair<int64_t, std::string>> all;
  all.reserve(tuples_.size());
  for (const auto& [tuple, state] : tuples_) {
    all.emplace_back(state.sent.back(), tuple);
  }
  const size_t share = std::max<size_t>(1, all.size() / kGiveUpShare);
  std::nth_element(all.begin(), all.begin() + (share - 1), all.end());
  for (size_t i = 0; i < share; ++i) tuples_.erase(all[i].second);
  return static_cast<int64_t>(share);
}

void LimitBudget::Save(ByteWriter* out) const {
  std::vector<std::pair<std::string_view, const Tuple*>> all;
  for (const auto& [tuple, state] : tuples_) all.emplace_back(tuple, &state);
  std::sort(all.begin(), all.end());
  out->Varint(all.size());
  for (const auto& [tuple, state] : all) {
    out->Text(tuple);
    out->I64(state->held);
    out->Varint(state->sent.size());
    for (size_t i = 0; i < state->sent.size(); ++i) out->I64(state->sent[i]);
  }
}

bool LimitBudget::Load(ByteReader* in) {
  tuples_.clear();
  const uint64_t size = in->Varint();
  for (uint64_t i = 0; i < size && in->ok(); ++i) {
    Tuple& tuple = tuples_[std::string(in->Text())];
    tuple.held = in->I64();
    const uint64_t sent = in->Varint();
    if (sent == 0 || sent > static_cast<uint64_t>(count_)) in->Fail();
    for (uint64_t j = 0; j < sent && in->ok(); ++j) {
      tuple.sent.push_back(in->I64());
    }
  }
  if (!in->ok()) tuples_.clear();
  sweep_at_ = std::min(std::max(kFirstSweep, 2 * tuples_.size()), max_tuples_);
  return in->ok();
}

}  // namespace mqwarden
