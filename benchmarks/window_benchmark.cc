// What one event costs the windows of the engine, by their size and the number of
// keys, beside a ring written by hand and a deque of the standard library. Each
// first answers as the definition does.
//
//   tools/bazel run -c opt //benchmarks:window_benchmark

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/window/count_ring.h"
#include "mqwarden/engine/window/event_deque.h"

namespace mqwarden::benchmarks {
namespace {

constexpr int64_t kWindow = int64_t{300} * 1'000'000'000;

struct Step {
  uint32_t key;
  int64_t time;
};

// Each key sees about n events in a window, so that half of the answers are yes.
std::vector<Step> Steps(uint32_t n, uint32_t keys, size_t count) {
  std::vector<Step> steps;
  uint64_t random = 1;
  int64_t time = 0;
  for (size_t i = 0; i < count; ++i) {
    random = random * 6364136223846793005 + 1442695040888963407;
    time += kWindow / (int64_t{n} * keys);
    steps.push_back({static_cast<uint32_t>((random >> 33) % keys), time});
  }
  return steps;
}

class Rings {
 public:
  Rings(uint32_t n, uint32_t keys) : n_(n), words_(size_t{keys} * (n + 1)) {}
  bool Add(const Step& step) {
    CountRing ring(&words_[size_t{step.key} * (n_ + 1)], n_);
    ring.Add(step.time);
    return ring.AtLeast(n_, step.time - kWindow);
  }

 private:
  const uint32_t n_;
  std::vector<int64_t> words_;
};

// Only as large as the question needs, and nothing but the question.
class HandRings {
 public:
  HandRings(uint32_t n, uint32_t keys) : n_(n), next_(keys), times_(size_t{keys} * n, -kWindow) {}
  bool Add(const Step& step) {
    int64_t* const times = &times_[size_t{step.key} * n_];
    uint32_t& next = next_[step.key];
    times[next] = step.time;
    next = next + 1 == n_ ? 0 : next + 1;
    return times[next] > step.time - kWindow;
  }

 private:
  const uint32_t n_;
  std::vector<uint32_t> next_;
  std::vector<int64_t> times_;
};

class Deques {
 public:
  Deques(uint32_t n, uint32_t keys) : n_(n), layout_(CountingRule(), PlanPool(), 65536, false) {
    for (uint32_t i = 0; i < keys; ++i) {
      deques_.push_back(std::make_unique<EventDeque>(layout_));
    }
  }
  bool Add(const Step& step) {
    EventDeque& deque = *deques_[step.key];
    deque.LeaveThrough(step.time - kWindow);
    WindowEntry entry;
    entry.time = step.time;
    deque.Add(entry);
    return deque.size() >= n_;
  }

 private:
  static RulePlan CountingRule() {
    RulePlan rule;
    rule.aggregates.emplace_back();
    return rule;
  }
  const uint32_t n_;
  const WindowLayout layout_;
  std::vector<std::unique_ptr<EventDeque>> deques_;
};

class StandardDeques {
 public:
  StandardDeques(uint32_t n, uint32_t keys) : n_(n), deques_(keys) {}
  bool Add(const Step& step) {
    std::deque<int64_t>& deque = deques_[step.key];
    while (!deque.empty() && deque.front() <= step.time - kWindow) deque.pop_front();
    deque.push_back(step.time);
    return deque.size() >= n_;
  }

 private:
  const uint32_t n_;
  std::vector<std::deque<int64_t>> deques_;
};

// The definition, on a part of the steps.
template <typename Windows>
bool AnswersAreRight(uint32_t n, uint32_t keys) {
  const std::vector<Step> steps = Steps(n, std::min(keys, 16u), 2000);
  Windows windows(n, std::min(keys, 16u));
  for (size_t i = 0; i < steps.size(); ++i) {
    uint32_t count = 0;
    for (size_t k = 0; k <= i; ++k) {
      count += steps[k].key == steps[i].key && steps[k].time > steps[i].time - kWindow;
    }
    if (windows.Add(steps[i]) != (count >= n)) return false;
  }
  return true;
}

template <typename Windows>
void BM_Window(benchmark::State& state) {
  const uint32_t n = static_cast<uint32_t>(state.range(0));
  const uint32_t keys = static_cast<uint32_t>(state.range(1));
  if (!AnswersAreRight<Windows>(n, keys)) {
    return state.SkipWithError("an answer is not the definition's");
  }
  const std::vector<Step> steps = Steps(n, keys, 1 << 21);
  int64_t yes = 0;
  for (auto _ : state) {
    state.PauseTiming();
    Windows windows(n, keys);
    for (const Step& step : steps) yes += windows.Add(step);  // warm
    state.ResumeTiming();
    for (Step step : steps) {
      step.time += steps.back().time;
      yes += windows.Add(step);
    }
    state.PauseTiming();
    benchmark::DoNotOptimize(yes);
    state.ResumeTiming();
  }
  state.counters["each"] = benchmark::Counter(
      static_cast<double>(steps.size()) * static_cast<double>(state.iterations()),
      benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void Sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->Args({10, 1000})->Args({10, 100'000})->Args({100, 1000})->Args({100, 10'000});
  benchmark->Iterations(1)->Repetitions(5)->ReportAggregatesOnly();
  benchmark->Unit(benchmark::kMillisecond);
}
BENCHMARK_TEMPLATE(BM_Window, HandRings)->Apply(Sizes)->Name("BM_HandRing");
BENCHMARK_TEMPLATE(BM_Window, Rings)->Apply(Sizes)->Name("BM_CountRing");
BENCHMARK_TEMPLATE(BM_Window, Deques)->Apply(Sizes)->Name("BM_EventDeque");
BENCHMARK_TEMPLATE(BM_Window, StandardDeques)->Apply(Sizes)->Name("BM_StdDeque");

}  // namespace
}  // namespace mqwarden::benchmarks
