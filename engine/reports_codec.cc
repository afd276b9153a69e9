// The state of a report to bytes and back.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mqwarden/engine/alert_codec.h"
#include "mqwarden/engine/reports.h"
#include "mqwarden/engine/state_codec.h"

namespace mqwarden {

void Reports::SavePeriod(const Period* period, ByteWriter* out) const {
  out->U8(period != nullptr ? 1 : 0);
  if (period == nullptr) return;
  out->I64(period->end);
  if (period->groups != nullptr) {
    period->groups->Save(out);
    return;
  }
  out->I64(period->events);
  out->Varint(period->counters.size());
  for (const Counters& counters : period->counters) {
    for (const int64_t counter : counters) out->I64(counter);
  }
}

void Reports::Save(size_t index, ByteWriter* out) const {
  const State& state = *reports_[index];
  SavePeriod(state.current.get(), out);
  SavePeriod(state.ended.get(), out);
  out->U8(state.previous.end.has_value() ? 1 : 0);
  if (state.previous.end.has_value()) {
    out->I64(*state.previous.end);
    std::vector<std::pair<std::string_view, const AlertValue*>> values;
    for (const auto& [key, value] : state.previous.values) {
      values.emplace_back(key, &value);
    }
    std::sort(values.begin(), values.end());
    out->Varint(values.size());
    for (const auto& [key, value] : values) {
      out->Text(key);
      SaveAlertValue(*value, out);
    }
    out->Varint(state.previous.top.size());
    for (const Previous::Named& named : state.previous.top) {
      out->Text(named.key);
      SaveFields(named.shown, out);
    }
  }
  if (!state.plan.of_statistics) return;
  // What was counted since the period began: the counters themselves may begin
  // anew.
  out->I64(events_ - state.events_before);
  const std::vector<Counters> now = CountersNow();
  out->Varint(now.size());
  for (size_t rule = 0; rule < now.size(); ++rule) {
    out->Text(plan_.rules()[rule]->name);
    for (size_t c = 0; c < kCounters; ++c) {
      out->I64(now[rule][c] - state.counters_before[rule][c]);
    }
  }
}

bool Reports::LoadPeriod(State* state, ByteReader* in,
                         std::unique_ptr<Period>* period) const {
  if (!LoadBool(in)) return in->ok();
  *period = std::make_unique<Period>();
  (*period)->end = in->I64();
  if (!state->plan.of_statistics) {
    (*period)->groups =
        std::make_unique<ReportGroups>(state->plan, state->layout);
    return (*period)->groups->Load(in);
  }
  (*period)->events = in->I64();
  const size_t rules = LoadCount(in, kCounters * 8);
  // Of a current period there are none yet.
  if (rules != 0 && rules != plan_.rules().size()) return false;
  for (size_t rule = 0; rule < rules; ++rule) {
    for (int64_t& counter : (*period)->counters.emplace_back()) {
      counter = in->I64();
    }
  }
  return in->ok();
}

bool Reports::Load(size_t index, ByteReader* in) {
  State& state = *reports_[index];
  if (!LoadPeriod(&state, in, &state.current) ||
      !LoadPeriod(&state, in, &state.ended)) {
    return false;
  }
  if (LoadBool(in)) {
    state.previous.end = in->I64();
    const size_t values = LoadCount(in, 3);
    for (size_t i = 0; i < values; ++i) {
      const std::string_view key = in->Text();
      AlertValue value;
      if (!LoadAlertValue(in, &value) ||
          !state.previous.values.emplace(std::string(key), std::move(value))
               .second) {
        return false;
      }
    }
    const size_t top = LoadCount(in, 2);
    for (size_t i = 0; i < top && in->ok(); ++i) {
      Previous::Named& named = state.previous.top.emplace_back();
      named.key = in->Text();
      named.shown = LoadFields(in);
    }
  }
  if (state.plan.of_statistics) {
    state.events_before = events_ - in->I64();
    state.counters_before = CountersNow();
    const size_t rules = LoadCount(in, 1 + kCounters * 8);
    size_t rule = 0;
    for (size_t i = 0; i < rules && in->ok(); ++i) {
      const std::string_view name = in->Text();
      while (rule < plan_.rules().size() && plan_.rules()[rule]->name < name) {
        ++rule;
      }
      const bool is_known =
          rule < plan_.rules().size() && plan_.rules()[rule]->name == name;
      for (size_t c = 0; c < kCounters; ++c) {
        const int64_t counted = in->I64();
        if (is_known) state.counters_before[rule][c] -= counted;
      }
    }
    next_roll_ = std::numeric_limits<int64_t>::min();  // looks again
  }
  for (const auto* const period : {&state.current, &state.ended}) {
    if (*period == nullptr) continue;
    timers_->Add({.deadline = (*period)->end,
                  .rule = static_cast<uint32_t>(index),
                  .target = Timer::Target::kReport});
  }
  return in->ok();
}

}  // namespace mqwarden
