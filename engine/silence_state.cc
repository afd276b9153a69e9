// The budgets and books of limits as bytes and back.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/base/bytes.h"
#include "mqwarden/engine/silence.h"

namespace mqwarden {
namespace {

// What a limit must have kept for its state to go on: else it starts anew.
std::string MeaningOf(const LimitPlan& limit) {
  std::string bytes;
  ByteWriter out(&bytes);
  out.I64(limit.count);
  out.I64(limit.per.count());
  out.U8(limit.digest ? 1 : 0);
  for (const KeyPart& part : limit.by) {
    out.Text(part.name);
    out.U8(part.optional ? 1 : 0);
  }
  return bytes;
}

}  // namespace

void Silence::Save(const Limits& limits, ByteWriter* out) {
  out->Varint(limits.size());
  for (const auto& limit : limits) {
    out->Text(MeaningOf(*limit->plan));
    std::string state;
    ByteWriter writer(&state);
    limit->budget.Save(&writer);
    limit->book.Save(&writer);
    out->Text(state);
  }
}

bool Silence::Load(Limits* limits, ByteReader* in) {
  const uint64_t size = in->Varint();
  for (uint64_t i = 0; i < size && in->ok(); ++i) {
    const std::string_view meaning = in->Text();
    ByteReader state(in->Text());
    if (i >= limits->size()) continue;
    Limit& limit = *(*limits)[i];
    if (meaning != MeaningOf(*limit.plan)) continue;
    if (!limit.budget.Load(&state) || !limit.book.Load(&state)) return false;
    for (const int64_t end : limit.book.Ends()) {
      timers_->Add({.deadline = end,
                    .rule = limit.rule,
                    .limit = limit.index,
                    .target = Timer::Target::kDigest});
    }
  }
  return in->ok();
}

void Silence::SaveRule(uint32_t rule, ByteWriter* out) const {
  Save(own_[rule], out);
}

bool Silence::LoadRule(uint32_t rule, ByteReader* in) {
  return Load(&own_[rule], in);
}

void Silence::SavePolicy(ByteWriter* out) const {
  Save(policy_with_when_, out);
  Save(policy_without_when_, out);
}

bool Silence::LoadPolicy(ByteReader* in) {
  return Load(&policy_with_when_, in) && Load(&policy_without_when_, in);
}

}  // namespace mqwarden
