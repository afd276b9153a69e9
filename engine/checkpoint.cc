#include "mqwarden/engine/checkpoint.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "mqwarden/base/bytes.h"
#include "mqwarden/base/hash128.h"
#include "mqwarden/base/text.h"

namespace mqwarden {
namespace {

constexpr std::string_view kMagic = "MQWSTATE";
constexpr uint32_t kVersion = 1;
constexpr size_t kChecksumBytes = 16;

void SaveTime(const std::optional<Time>& time, ByteWriter* out) {
  out->U8(time.has_value() ? 1 : 0);
  out->I64(time.has_value() ? time->time_since_epoch().count() : 0);
}

std::optional<Time> LoadTime(ByteReader* in) {
  const bool has_time = in->U8() != 0;
  const int64_t ns = in->I64();
  if (!has_time) return std::nullopt;
  return Time(Duration(ns));
}

// The counters of a rule; `undecided` and `keys_live` follow from its state.
std::vector<int64_t*> CountersOf(RuleStats* s) {
  return {&s->evaluations, &s->matched,        &s->excluded,
          &s->without_key, &s->late,           &s->fired,
          &s->muted,       &s->limited,        &s->sent,
          &s->sent_after_mute, &s->limited_after_mute, &s->updates,
          &s->resolved,    &s->digests,        &s->unsure,
          &s->keys_evicted, &s->keys_saturated};
}

std::vector<int64_t*> CountersOf(ReportStats* s) {
  return {&s->matched, &s->excluded,     &s->without_key,   &s->late,
          &s->sent,    &s->keys_evicted, &s->keys_saturated};
}

template <typename Stats>
void SaveCounters(Stats* stats, ByteWriter* out) {
  const std::vector<int64_t*> counters = CountersOf(stats);
  out->Varint(counters.size());
  for (const int64_t* counter : counters) out->I64(*counter);
}

template <typename Stats>
bool LoadCounters(ByteReader* in, Stats* stats) {
  const std::vector<int64_t*> counters = CountersOf(stats);
  if (in->Varint() != counters.size()) return false;
  for (int64_t* counter : counters) *counter = in->I64();
  return in->ok();
}

void SaveStats(RuleStats* stats, ByteWriter* out) {
  SaveCounters(stats, out);
  out->Varint(stats->excluded_by_label.size());
  for (const auto& [label, count] : stats->excluded_by_label) {
    out->Text(label);
    out->I64(count);
  }
}

bool LoadStats(ByteReader* in, RuleStats* stats) {
  if (!LoadCounters(in, stats)) return false;
  const uint64_t labels = in->Varint();
  for (uint64_t i = 0; i < labels && in->ok(); ++i) {
    const std::string_view label = in->Text();
    const int64_t count = in->I64();
    for (auto& [known, counted] : stats->excluded_by_label) {
      if (known == label) counted = count;
    }
  }
  return in->ok();
}

// The instant that is being handled: some of its events may have been taken.
int64_t PresentOf(const EngineState& state) {
  int64_t present = std::numeric_limits<int64_t>::min();
  for (const auto* time : {state.instant, state.watermark}) {
    if (time->has_value()) {
      present = std::max(present, (*time)->time_since_epoch().count());
    }
  }
  return present;
}

template <typename Save>
void SavePart(const Save& save, ByteWriter* out) {
  std::string bytes;
  ByteWriter part(&bytes);
  save(&part);
  out->Text(bytes);
}

void SaveRules(const EngineState& state, ByteWriter* out) {
  const int64_t present = PresentOf(state);
  const auto& rules = state.plan->rules();
  out->Varint(rules.size());
  for (size_t i = 0; i < rules.size(); ++i) {
    const auto index = static_cast<uint32_t>(i);
    out->Text(rules[i]->name);
    out->U64(rules[i]->state_hash);
    SavePart([&](ByteWriter* part) { SaveStats(&state.stats->rules[i], part); },
             out);
    SavePart([&](ByteWriter* part) { (*state.runners)[i].Save(present, part); },
             out);
    SavePart([&](ByteWriter* part) { state.silence->SaveRule(index, part); },
             out);
  }
}

void SaveReports(const EngineState& state, ByteWriter* out) {
  const auto& reports = state.plan->reports();
  out->Varint(reports.size());
  for (size_t i = 0; i < reports.size(); ++i) {
    out->Text(reports[i]->name);
    out->U64(reports[i]->state_hash);
    SavePart(
        [&](ByteWriter* part) {
          SaveCounters(&state.stats->reports[i], part);
          state.reports->Save(i, part);
        },
        out);
  }
}

void SaveTimers(const EngineState& state, ByteWriter* out) {
  state.timers->Save(
      [&](const Timer& timer) {
        return timer.target == Timer::Target::kWindow &&
               (*state.runners)[timer.rule].NeedsTimer(timer);
      },
      [](const Timer& timer) { return timer.slot->key(); }, out);
}

constexpr uint32_t kGone = std::numeric_limits<uint32_t>::max();

// `*kept` has the new number of each rule of the checkpoint whose state goes on.
absl::Status LoadRules(const EngineState& state, ByteReader* in,
                       std::vector<uint32_t>* kept, RestoreReport* report) {
  const auto& rules = state.plan->rules();
  const uint64_t size = in->Varint();
  for (uint64_t i = 0; i < size && in->ok(); ++i) {
    const std::string_view name = in->Text();
    const uint64_t state_hash = in->U64();
    ByteReader stats(in->Text());
    ByteReader runner(in->Text());
    ByteReader limits(in->Text());
    const auto rule = std::lower_bound(
        rules.begin(), rules.end(), name,
        [](const auto& r, std::string_view n) { return r->name < n; });
    kept->push_back(kGone);
    if (!in->ok() || rule == rules.end() || (*rule)->name != name) {
      ++report->rules_dropped;
      continue;
    }
    const auto index = static_cast<uint32_t>(rule - rules.begin());
    // Limits and counters are of the rule, whatever it means now.
    if (!state.silence->LoadRule(index, &limits)) {
      return absl::DataLossError("the limits of a rule cannot be read");
    }
    if ((*rule)->state_hash != state_hash) {
      ++report->rules_changed;
      continue;
    }
    if (!LoadStats(&stats, &state.stats->rules[index]) ||
        !(*state.runners)[index].Load(&runner)) {
      return absl::DataLossError("the state of a rule cannot be read");
    }
    kept->back() = index;
    ++report->rules_kept;
  }
  report->rules_new = static_cast<int64_t>(rules.size()) - report->rules_kept -
                      report->rules_changed;
  return in->ok() ? absl::OkStatus()
                  : absl::DataLossError("the rules end too early");
}

bool LoadReports(const EngineState& state, ByteReader* in) {
  const auto& reports = state.plan->reports();
  const uint64_t size = in->Varint();
  for (uint64_t i = 0; i < size && in->ok(); ++i) {
    const std::string_view name = in->Text();
    const uint64_t state_hash = in->U64();
    ByteReader part(in->Text());
    for (size_t r = 0; r < reports.size(); ++r) {
      if (reports[r]->name != name || reports[r]->state_hash != state_hash) {
        continue;
      }
      if (!LoadCounters(&part, &state.stats->reports[r]) ||
          !state.reports->Load(r, &part)) {
        return false;
      }
    }
  }
  return in->ok();
}

bool LoadTimers(const EngineState& state, const std::vector<uint32_t>& kept,
                ByteReader* in) {
  return state.timers->Load(
      [&](bool has_key, std::string_view key, Timer* timer) {
        if (!has_key || timer->rule >= kept.size() ||
            kept[timer->rule] == kGone) {
          return false;
        }
        timer->rule = kept[timer->rule];
        WindowedRule* const rule = (*state.runners)[timer->rule].windowed();
        timer->slot = rule != nullptr ? rule->FindSlot(key) : nullptr;
        if (timer->slot == nullptr) return false;
        timer->generation = timer->slot->generation;
        return true;
      },
      in);
}

}  // namespace

void SaveEngine(const EngineState& state, std::string* out) {
  const size_t begin = out->size();
  ByteWriter writer(out);
  writer.Raw(kMagic);
  writer.U32(kVersion);
  writer.U32(static_cast<uint32_t>(state.options->key_groups));
  writer.U64(state.options->hash_seed);
  SaveTime(*state.instant, &writer);
  SaveTime(*state.watermark, &writer);
  writer.I64(state.stats->events);
  writer.I64(state.stats->late);
  writer.I64(state.stats->untimed);
  state.builder->Save(&writer);
  state.queue->Save(&writer);
  SavePart([&](ByteWriter* part) { state.recents->Save(part); }, &writer);
  SavePart([&](ByteWriter* part) { state.silence->SavePolicy(part); }, &writer);
  SaveRules(state, &writer);
  SaveReports(state, &writer);
  SaveTimers(state, &writer);
  const Hash128 checksum = HashBytes128(std::string_view(*out).substr(begin));
  writer.U64(checksum.lo);
  writer.U64(checksum.hi);
}

absl::Status LoadEngine(std::string_view checkpoint, const EngineState& state,
                        RestoreReport* report) {
  *report = RestoreReport();
  if (checkpoint.size() < kMagic.size() + kChecksumBytes ||
      !checkpoint.starts_with(kMagic)) {
    return absl::DataLossError("no checkpoint of an engine");
  }
  const std::string_view body =
      checkpoint.substr(0, checkpoint.size() - kChecksumBytes);
  ByteReader trailer(checkpoint.substr(body.size()));
  const Hash128 checksum = HashBytes128(body);
  if (trailer.U64() != checksum.lo || trailer.U64() != checksum.hi) {
    return absl::DataLossError("the checksum of the checkpoint is wrong");
  }
  ByteReader in(body.substr(kMagic.size()));
  if (in.U32() != kVersion) {
    return absl::DataLossError("the checkpoint is of another version");
  }
  const uint32_t key_groups = in.U32();
  const uint64_t hash_seed = in.U64();
  if (key_groups != static_cast<uint32_t>(state.options->key_groups) ||
      hash_seed != state.options->hash_seed) {
    return absl::FailedPreconditionError(
        "the checkpoint has other key groups or another hash seed");
  }
  *state.instant = LoadTime(&in);
  *state.watermark = LoadTime(&in);
  state.stats->events = in.I64();
  state.stats->late = in.I64();
  state.stats->untimed = in.I64();
  if (!state.builder->Load(&in) || !state.queue->Load(*state.plan, &in)) {
    return absl::DataLossError("the waiting alerts cannot be read");
  }
  ByteReader recents(in.Text());
  ByteReader policy(in.Text());
  if (!state.recents->Load(&recents) || !state.silence->LoadPolicy(&policy)) {
    return absl::DataLossError("the state of definitions cannot be read");
  }
  std::vector<uint32_t> kept;
  const absl::Status rules = LoadRules(state, &in, &kept, report);
  if (!rules.ok()) return rules;
  if (!LoadReports(state, &in)) {
    return absl::DataLossError("the state of a report cannot be read");
  }
  if (!LoadTimers(state, kept, &in) || !in.done()) {
    return absl::DataLossError("the timers cannot be read");
  }
  return absl::OkStatus();
}

}  // namespace mqwarden
