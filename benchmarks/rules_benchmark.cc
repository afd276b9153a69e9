// Bars P4 and P8: what an event costs with 10, 100, 1,000 and 10,000 rules of which
// one event in a hundred matches some, and what it costs to compile them.
//
//   tools/bazel run -c opt //benchmarks:rules_benchmark

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "mqwarden/benchmarks/corpus.h"
#include "mqwarden/benchmarks/cpu_clock.h"
#include "mqwarden/benchmarks/rule_sets.h"
#include "mqwarden/engine/engine.h"
#include "mqwarden/rules/compile.h"
#include "mqwarden/rules/diagnostic.h"

namespace mqwarden::benchmarks {
namespace {

constexpr int kFewRules = 10;

const Corpus& Events() {
  static const Corpus* const corpus = new Corpus({.events = 200'000});
  return *corpus;
}

std::shared_ptr<const Plan> Compile(const std::vector<std::string>& texts) {
  std::vector<RuleSource> sources;
  for (const std::string& text : texts) {
    sources.push_back({"rules" + std::to_string(sources.size()) + ".mqw", text});
  }
  CompileResult result = CompileRules(sources, nullptr, {});
  if (result.plan == nullptr) {
    std::fputs(RenderText(result.diagnostics, {}).c_str(), stderr);
  }
  return std::move(result.plan);
}

class NoSink final : public AlertSink {
 public:
  void OnAlert(const Alert&) override {}
};

struct Run {
  double seconds = 0;
  int64_t matched = 0;
};

Run RunEngine(const std::shared_ptr<const Plan>& plan) {
  constexpr size_t kBatch = 256;
  const Corpus& corpus = Events();
  NoSink sink;
  auto engine = Engine::Create(plan, {}, &sink);
  Run run;
  if (!engine.ok()) return run;
  std::vector<Event> batch(kBatch);
  for (size_t at = 0; at < corpus.events().size(); at += kBatch) {
    const size_t size = std::min(kBatch, corpus.events().size() - at);
    for (size_t i = 0; i < size; ++i) {
      corpus.Fill(corpus.events()[at + i], &batch[i]);
    }
    const double start = CpuSeconds();
    (*engine)->ProcessBatch(std::span(batch).first(size));
    run.seconds += CpuSeconds() - start;
  }
  for (const RuleStats& rule : (*engine)->stats().rules) {
    run.matched += rule.matched;
  }
  return run;
}

// Alternates with the small set, so that the ratio is of one run.
void BM_Rules(benchmark::State& state) {
  const auto few = Compile(RuleSetOf(kFewRules, Events()));
  const auto many =
      Compile(RuleSetOf(static_cast<int>(state.range(0)), Events()));
  if (few == nullptr || many == nullptr) {
    return state.SkipWithError("the rules do not compile");
  }
  double few_seconds = 0;
  double many_seconds = 0;
  double matched = 0;
  for (auto _ : state) {
    few_seconds += RunEngine(few).seconds;
    const Run run = RunEngine(many);
    many_seconds += run.seconds;
    matched += static_cast<double>(run.matched);
    state.SetIterationTime(run.seconds);
  }
  const double events = static_cast<double>(Events().events().size()) *
                        static_cast<double>(state.iterations());
  state.counters["ns"] = many_seconds * 1e9 / events;
  state.counters["ns_of_10"] = few_seconds * 1e9 / events;
  state.counters["ratio"] = many_seconds / few_seconds;
  state.counters["matched"] = matched / events;
}
BENCHMARK(BM_Rules)
    ->Arg(10)
    ->Arg(100)
    ->Arg(1'000)
    ->Arg(10'000)
    ->UseManualTime()
    ->Iterations(1)
    ->Repetitions(5)
    ->ReportAggregatesOnly()
    ->Unit(benchmark::kMillisecond);

// From the text to an engine that is ready for its first event.
void BM_Compile(benchmark::State& state) {
  const std::vector<std::string> text =
      RuleSetOf(static_cast<int>(state.range(0)), Events());
  NoSink sink;
  double plan_seconds = 0;
  double engine_seconds = 0;
  for (auto _ : state) {
    const double start = CpuSeconds();
    const auto plan = Compile(text);
    const double compiled = CpuSeconds();
    const auto engine = Engine::Create(plan, {}, &sink);
    const double ready = CpuSeconds();
    if (!engine.ok()) return state.SkipWithError("the engine does not start");
    plan_seconds += compiled - start;
    engine_seconds += ready - compiled;
    state.SetIterationTime(ready - start);
  }
  const auto rounds = static_cast<double>(state.iterations());
  state.counters["compile_ms"] = plan_seconds * 1e3 / rounds;
  state.counters["engine_ms"] = engine_seconds * 1e3 / rounds;
}
BENCHMARK(BM_Compile)
    ->Arg(1'000)
    ->Arg(10'000)
    ->UseManualTime()
    ->Iterations(1)
    ->Repetitions(5)
    ->ReportAggregatesOnly()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace mqwarden::benchmarks
