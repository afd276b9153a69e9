// Bar P7: from an event to the callback with the alert that it makes, in process and
// in order, while a million events come every second. The time runs from the
// instant at which an event is due, so that an engine that falls behind is seen
// waiting; the host asks for alerts at once (Flush).
//
//   tools/bazel run -c opt //benchmarks:latency_benchmark

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/benchmarks/corpus.h"
#include "mqwarden/engine/engine.h"
#include "mqwarden/rules/compile.h"
#include "mqwarden/rules/diagnostic.h"

namespace mqwarden::benchmarks {
namespace {

using Clock = std::chrono::steady_clock;

// One event in two hundred makes an alert at once, one in a thousand a window.
constexpr std::string_view kRules = R"mqw(
policy { exclude lab: tags has "lab" }
rule refused {
  title    "{user} was refused at {qmgr}"
  severity low
  on       authz, authn
  where    reason == MQRC_NOT_AUTHORIZED and object like "*.Q000*"
}
rule again {
  title    "{user} was refused {count()} times"
  severity high
  on       authz, authn
  where    reason == MQRC_NOT_AUTHORIZED
  by       qmgr
  when     count() >= 10 in 5m
  refire   reset
}
)mqw";

class Stopwatch final : public AlertSink {
 public:
  void OnAlert(const Alert&) override { latencies.push_back(Clock::now() - due); }

  Clock::time_point due;
  std::vector<Clock::duration> latencies;
};

double Nanoseconds(std::vector<Clock::duration>* latencies, double quantile) {
  if (latencies->empty()) return 0;
  const auto place = static_cast<size_t>(
      quantile * static_cast<double>(latencies->size() - 1));
  std::nth_element(latencies->begin(),
                   latencies->begin() + static_cast<std::ptrdiff_t>(place),
                   latencies->end());
  return std::chrono::duration<double, std::nano>((*latencies)[place]).count();
}

void BM_Latency(benchmark::State& state) {
  const Corpus corpus({.events = 1'000'000});
  const std::vector<RuleSource> sources = {{"rules.mqw", std::string(kRules)}};
  const CompileResult result = CompileRules(sources, nullptr, {});
  if (result.plan == nullptr) {
    std::fputs(RenderText(result.diagnostics, {}).c_str(), stderr);
    return state.SkipWithError("the rules do not compile");
  }
  Stopwatch sink;
  for (auto _ : state) {
    sink.latencies.clear();
    auto engine = Engine::Create(result.plan, {}, &sink);
    if (!engine.ok()) return state.SkipWithError("the engine does not start");
    Event event;
    sink.due = Clock::now();
    for (const CompactEvent& compact : corpus.events()) {
      corpus.Fill(compact, &event);
      sink.due += std::chrono::microseconds(1);
      while (Clock::now() < sink.due) {
      }
      (*engine)->Process(&event);
      (*engine)->Flush();
    }
  }
  state.counters["alerts"] = static_cast<double>(sink.latencies.size());
  for (const auto& [name, quantile] :
       {std::pair("p50_ns", 0.5), std::pair("p99_ns", 0.99),
        std::pair("p99.9_ns", 0.999), std::pair("max_ns", 1.0)}) {
    state.counters[name] = Nanoseconds(&sink.latencies, quantile);
  }
}
BENCHMARK(BM_Latency)
    ->Iterations(1)
    ->Repetitions(5)
    ->ReportAggregatesOnly()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace mqwarden::benchmarks
