// Bar P2: NDJSON bytes to alerts on one thread, against the hand-written simdjson
// program. Both run alternately in one process, answers first.
//
//   tools/bazel run -c opt //benchmarks:replay_benchmark

#include <benchmark/benchmark.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "mqwarden/benchmarks/corpus.h"
#include "mqwarden/benchmarks/cpu_clock.h"
#include "mqwarden/benchmarks/handwritten.h"
#include "mqwarden/benchmarks/w1.h"
#include "mqwarden/engine/engine.h"
#include "mqwarden/ingest/event_stream.h"

namespace mqwarden::benchmarks {
namespace {

// What a reader hands over at a time.
constexpr size_t kChunkBytes = size_t{256} << 10;

template <typename Function>
double Time(const Function& function) {
  const double start = CpuSeconds();
  function();
  return CpuSeconds() - start;
}

void Feed(std::string_view ndjson, EventStream* stream) {
  for (size_t at = 0; at < ndjson.size(); at += kChunkBytes) {
    stream->Feed(ndjson.substr(at, kChunkBytes));
  }
  stream->Finish();
}

void BM_Replay(benchmark::State& state) {
  std::string bytes;
  const int64_t events = state.range(0);
  {
    CorpusOptions options;
    options.events = events;
    const Corpus corpus(options);
    bytes.reserve(static_cast<size_t>(events) * 420);
    corpus.AppendNdjson(0, corpus.events().size(), &bytes);
  }
  const size_t size = bytes.size();
  bytes.append(PaddingBytes(), ' ');
  const std::string_view ndjson = std::string_view(bytes).substr(0, size);
  const std::shared_ptr<const Plan> plan = CompileW1();
  if (plan == nullptr) return state.SkipWithError("the rules do not compile");

  double hand_seconds = 0;
  double ingest_seconds = 0;
  double replay_seconds = 0;
  for (auto _ : state) {
    W1Answer by_hand;
    bool read = false;
    hand_seconds += Time([&] { read = ReplayByHand(ndjson, &by_hand); });
    if (!read) return state.SkipWithError("the hand-written program does not run here");

    // The reader alone, to tell its share.
    int64_t taken = 0;
    ingest_seconds += Time([&] {
      EventStream stream({}, [&taken](Event&) { ++taken; });
      Feed(ndjson, &stream);
    });
    if (taken != events) return state.SkipWithError("the reader lost events");

    W1AnswerSink sink;
    auto engine = Engine::Create(plan, {}, &sink);
    if (!engine.ok()) return state.SkipWithError("the engine does not start");
    const double seconds = Time([&] {
      EventStream stream({}, [&](Event& event) { (*engine)->Process(&event); });
      Feed(ndjson, &stream);
      (*engine)->Flush();
    });
    replay_seconds += seconds;
    state.SetIterationTime(seconds);
    if (sink.answer() != by_hand) {
      return state.SkipWithError("the alerts differ from the hand-written ones");
    }
  }
  const double total = static_cast<double>(events) *
                       static_cast<double>(state.iterations());
  state.counters["replay_ns"] = replay_seconds * 1e9 / total;
  state.counters["ingest_ns"] = ingest_seconds * 1e9 / total;
  state.counters["hand_ns"] = hand_seconds * 1e9 / total;
  state.counters["of_hand"] = hand_seconds / replay_seconds;  // 1: as fast
  state.counters["bytes_per_event"] = static_cast<double>(size) /
                                      static_cast<double>(events);
}
BENCHMARK(BM_Replay)
    ->Arg(1'000'000)
    ->UseManualTime()
    ->Iterations(1)
    ->Repetitions(5)
    ->ReportAggregatesOnly()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace mqwarden::benchmarks
