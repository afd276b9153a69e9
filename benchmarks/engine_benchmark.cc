// Bar P1: the engine on normalized events in memory, against the hand-written
// loop over the same events. Both run alternately in one process, answers first.
//
// Events lie ready as in a host's hands: a batch of Event objects is filled
// outside of the measured time, then processed in it. The hand-written loop reads
// its compact events straight from memory.
//
//   tools/bazel run -c opt //benchmarks:engine_benchmark

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <span>

#include "mqwarden/benchmarks/corpus.h"
#include "mqwarden/benchmarks/cpu_clock.h"
#include "mqwarden/benchmarks/handwritten.h"
#include "mqwarden/benchmarks/w1.h"
#include "mqwarden/engine/engine.h"

namespace mqwarden::benchmarks {
namespace {

// Runs events [first, last); the time it takes.
double RunByHand(const Corpus& corpus, size_t first, size_t last,
                 HandwrittenRules* rules) {
  const double start = CpuSeconds();
  for (size_t i = first; i < last; ++i) rules->Process(corpus.events()[i]);
  return CpuSeconds() - start;
}

double RunEngine(const Corpus& corpus, size_t first, size_t last, Engine* engine) {
  // Few enough to stay in the second-level cache.
  constexpr size_t kBatch = 256;
  static std::array<Event, kBatch> batch;
  double seconds = 0;
  for (size_t at = first; at < last; at += kBatch) {
    const size_t size = std::min(kBatch, last - at);
    for (size_t i = 0; i < size; ++i) corpus.Fill(corpus.events()[at + i], &batch[i]);
    const double start = CpuSeconds();
    engine->ProcessBatch(std::span(batch).first(size));
    seconds += CpuSeconds() - start;
  }
  return seconds;
}

// One of each, alternating: the whole corpus, of which only the events after
// `warm` are measured.
void Compare(benchmark::State& state, const Corpus& corpus, size_t warm,
             const std::shared_ptr<const Plan>& plan) {
  if (plan == nullptr) return state.SkipWithError("the rules do not compile");
  const size_t end = corpus.events().size();
  double hand_seconds = 0;
  double engine_seconds = 0;
  int64_t alerts = 0;
  for (auto _ : state) {
    HandwrittenRules by_hand(corpus);
    RunByHand(corpus, 0, warm, &by_hand);
    hand_seconds += RunByHand(corpus, warm, end, &by_hand);

    W1AnswerSink sink;
    auto engine = Engine::Create(plan, {}, &sink);
    if (!engine.ok()) return state.SkipWithError("the engine does not start");
    RunEngine(corpus, 0, warm, engine->get());
    const double seconds = RunEngine(corpus, warm, end, engine->get());
    (*engine)->Flush();
    engine_seconds += seconds;
    state.SetIterationTime(seconds);

    if (sink.answer() != by_hand.answer()) {
      return state.SkipWithError("the alerts differ from the hand-written ones");
    }
    alerts = 0;
    for (const int64_t count : sink.answer().alerts) alerts += count;
  }
  const double events = static_cast<double>(end - warm) *
                        static_cast<double>(state.iterations());
  state.counters["engine_ns"] = engine_seconds * 1e9 / events;
  state.counters["hand_ns"] = hand_seconds * 1e9 / events;
  state.counters["ratio"] = engine_seconds / hand_seconds;
  state.counters["alerts"] = static_cast<double>(alerts);
}

void BM_W1(benchmark::State& state) {
  CorpusOptions options;
  options.events = state.range(0);
  const Corpus corpus(options);
  Compare(state, corpus, 0, CompileW1());
}
BENCHMARK(BM_W1)
    ->Arg(1'000'000)
    ->Arg(5'000'000)
    ->UseManualTime()
    ->Iterations(1)
    ->Repetitions(5)
    ->ReportAggregatesOnly()
    ->Unit(benchmark::kMillisecond);

// The worst case for state: every event is counted, and every key is alive. Keys
// are made before the measured part.
void BM_EveryEventCounts(benchmark::State& state) {
  const int64_t keys = state.range(0);
  CorpusOptions options;
  options.addresses = static_cast<uint32_t>(keys);
  options.events = 3 * keys;
  options.only_refusals = true;
  options.seconds = 299;
  const Corpus corpus(options);
  const std::shared_ptr<const Plan> plan = CompileW1();
  Compare(state, corpus, static_cast<size_t>(keys),
          plan == nullptr ? plan : WithMaxKeys(plan, 2 * keys));
}
BENCHMARK(BM_EveryEventCounts)
    ->Arg(100'000)
    ->Arg(5'000'000)
    ->UseManualTime()
    ->Iterations(1)
    ->Repetitions(5)
    ->ReportAggregatesOnly()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace mqwarden::benchmarks
