// Bar P5: what a live key of a `count() >= N` rule takes, as the program's resident
// memory says, and whether a rule that keeps no window keeps memory. And how long
// the one event takes at which tables grow, on processor time.
//
//   tools/bazel run -c opt //benchmarks:keys_benchmark

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <malloc.h>

#include "mqwarden/base/ip_address.h"
#include "mqwarden/benchmarks/cpu_clock.h"
#include "mqwarden/engine/engine.h"
#include "mqwarden/rules/compile.h"
#include "mqwarden/rules/diagnostic.h"

namespace mqwarden::benchmarks {
namespace {

constexpr int64_t kStart = int64_t{1773100800} * 1'000'000'000;

size_t ResidentBytes() {
  constexpr size_t kPage = 4096;
  size_t pages = 0;
  size_t resident = 0;
  std::FILE* const file = std::fopen("/proc/self/statm", "r");
  if (file == nullptr) return 0;
  const int read = std::fscanf(file, "%zu %zu", &pages, &resident);
  std::fclose(file);
  return read == 2 ? resident * kPage : 0;
}

class NoSink final : public AlertSink {
 public:
  void OnAlert(const Alert&) override {}
};

// Null, with the diagnostics on standard error, when it does not compile.
std::shared_ptr<const Plan> PlanFor(int64_t keys, int64_t threshold) {
  std::string text =
      "rule r {\n  title \"t\"\n  severity low\n  on authz\n"
      "  where reason == 2035\n  by source_ip\n";
  if (threshold > 0) {
    text += "  when count() >= " + std::to_string(threshold) + " in 1h\n";
  }
  text += "  keys " + std::to_string(2 * keys) + "\n}\n";
  const std::vector<RuleSource> sources = {{"keys.mqw", text}};
  CompileResult result = CompileRules(sources, nullptr, {});
  if (result.plan == nullptr) {
    std::fputs(RenderText(result.diagnostics, {}).c_str(), stderr);
  }
  return std::move(result.plan);
}

// A refusal of the i-th address.
void FillEvent(int64_t i, Event* event) {
  event->Clear();
  event->SetInt(FieldId::kTime, kStart + i);
  event->SetInt(FieldId::kKind, EnumCode(EnumType::kKind, "authz"));
  event->SetInt(FieldId::kReason, 2035);
  IpAddress ip;
  ip.bytes[10] = ip.bytes[11] = 0xff;
  for (int byte = 0; byte < 4; ++byte) {
    ip.bytes[static_cast<size_t>(12 + byte)] =
        static_cast<uint8_t>(i >> (24 - 8 * byte));
  }
  event->SetIp(FieldId::kSourceIp, ip);
}

// range(0): keys; range(1): N, and 0 for a rule without `when`.
void BM_BytesPerKey(benchmark::State& state) {
  const int64_t keys = state.range(0);
  const std::shared_ptr<const Plan> plan = PlanFor(keys, state.range(1));
  if (plan == nullptr) return state.SkipWithError("the rule does not compile");
  NoSink sink;
  double bytes = 0;
  int64_t live = 0;
  for (auto _ : state) {
    malloc_trim(0);
    const size_t before = ResidentBytes();
    auto engine = Engine::Create(plan, {}, &sink);
    if (!engine.ok()) return state.SkipWithError("the engine does not start");
    Event event;
    for (int64_t i = 0; i < keys; ++i) {
      FillEvent(i, &event);
      (*engine)->Process(&event);
    }
    bytes = static_cast<double>(ResidentBytes() - before);
    live = (*engine)->stats().rules[0].keys_live;
  }
  state.counters["MB"] = bytes / 1e6;
  state.counters["bytes_per_key"] = bytes / static_cast<double>(keys);
  state.counters["live"] = static_cast<double>(live);
}
BENCHMARK(BM_BytesPerKey)
    ->Args({100'000, 10})
    ->Args({1'000'000, 10})
    ->Args({5'000'000, 10})
    ->Args({1'000'000, 3})
    ->Args({1'000'000, 100})
    ->Args({1'000'000, 0})
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

// Nothing but new keys, each timed by itself: the longest of them waited for a table
// that grew, or for memory.
void BM_LongestInsert(benchmark::State& state) {
  const int64_t keys = state.range(0);
  const std::shared_ptr<const Plan> plan = PlanFor(keys, 10);
  if (plan == nullptr) return state.SkipWithError("the rule does not compile");
  NoSink sink;
  std::vector<double> seconds(static_cast<size_t>(keys));
  for (auto _ : state) {
    auto engine = Engine::Create(plan, {}, &sink);
    if (!engine.ok()) return state.SkipWithError("the engine does not start");
    Event event;
    for (int64_t i = 0; i < keys; ++i) {
      FillEvent(i, &event);
      const double start = CpuSeconds();
      (*engine)->Process(&event);
      seconds[static_cast<size_t>(i)] = CpuSeconds() - start;
    }
  }
  std::sort(seconds.begin(), seconds.end());
  const auto micros = [&](double quantile) {
    return 1e6 * seconds[static_cast<size_t>(
                     quantile * static_cast<double>(keys - 1))];
  };
  state.counters["p50_us"] = micros(0.5);
  state.counters["p99.99_us"] = micros(0.9999);
  state.counters["max_us"] = micros(1);
}
BENCHMARK(BM_LongestInsert)
    ->Arg(5'000'000)
    ->Iterations(1)
    ->Repetitions(5)
    ->ReportAggregatesOnly()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace mqwarden::benchmarks
