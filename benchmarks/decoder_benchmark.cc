// What reading costs, format by format: bytes of the samples of docs/sources.md,
// repeated with other user names, through the reader to normalized events.
//
//   tools/bazel run -c opt //benchmarks:decoder_benchmark
//
// NDJSON is that of the workload W1. PCF has the bare walker beside it: the same
// bodies, ten parameters found, nothing made of them.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/benchmarks/corpus.h"
#include "mqwarden/benchmarks/cpu_clock.h"
#include "mqwarden/ingest/event_stream.h"
#include "mqwarden/ingest/ingest_stats.h"

namespace mqwarden::benchmarks {
namespace {

constexpr size_t kInputBytes = size_t{16} << 20;
// What a reader hands over at a time.
constexpr size_t kChunkBytes = size_t{256} << 10;

// The samples below a heading of the manual, in their order.
std::vector<std::string> SamplesBelow(std::string_view heading) {
  std::ifstream in("docs/sources.md");
  std::vector<std::string> samples;
  bool is_below = false;
  bool is_sample = false;
  for (std::string line; std::getline(in, line);) {
    if (is_sample && line == "```") {
      is_sample = false;
    } else if (is_sample) {
      samples.back() += line + '\n';
    } else if (line.starts_with("##")) {
      is_below = std::string_view(line).substr(line.find(' ') + 1) == heading;
    } else if (is_below && line.ends_with(" sample")) {
      is_sample = true;
      samples.emplace_back();
    }
  }
  return samples;
}

// Objects without white space between their tokens, one a line.
std::string Compact(std::string_view json) {
  std::string out;
  bool in_string = false;
  int depth = 0;
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      out += c;
      if (c == '\\') out += json[++i];
      if (c == '"') in_string = false;
      continue;
    }
    if (c == ' ' || c == '\n') continue;
    out += c;
    if (c == '"') in_string = true;
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    if (c == '}' && depth == 0) out += '\n';
  }
  return out;
}

// The bodies of the messages in what dmpmqmsg has saved.
std::string BodiesOf(std::string_view saved) {
  std::string out;
  std::istringstream in{std::string(saved)};
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'A' + 10; };
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("X ")) continue;
    for (size_t i = 2; i + 1 < line.size(); i += 2) {
      out += static_cast<char>(digit(line[i]) << 4 | digit(line[i + 1]));
    }
  }
  return out;
}

// Copies of `sample` with one of a thousand names in place of its user.
std::string Repeat(std::string_view sample) {
  constexpr std::string_view kUser = "svcpay";
  std::string out;
  for (int copy = 0; out.size() < kInputBytes; ++copy) {
    const size_t start = out.size();
    out += sample;
    char name[8];
    std::snprintf(name, sizeof name, "svc%03d", copy * 7 % 1000);
    for (size_t at = start; (at = out.find(kUser, at)) != out.npos;) {
      out.replace(at, kUser.size(), name);
    }
  }
  return out;
}

int64_t Read(std::string_view bytes, int64_t* rejected) {
  EventStream stream({}, [](Event&) {});
  for (size_t at = 0; at < bytes.size(); at += kChunkBytes) {
    stream.Feed(bytes.substr(at, kChunkBytes));
  }
  stream.Finish();
  *rejected = stream.stats().records - stream.stats().events;
  return stream.stats().events;
}

void Measure(benchmark::State& state, const std::string& bytes) {
  int64_t events = 0;
  int64_t rejected = 0;
  double seconds = 0;
  for (auto _ : state) {
    const double start = CpuSeconds();
    events = Read(bytes, &rejected);
    const double took = CpuSeconds() - start;
    seconds += took;
    state.SetIterationTime(took);
  }
  if (events == 0 || rejected != 0) {
    return state.SkipWithError("a sample is not read");
  }
  const double rounds = static_cast<double>(state.iterations());
  state.counters["MB_per_s"] =
      static_cast<double>(bytes.size()) * rounds / seconds / 1e6;
  state.counters["ns_per_event"] =
      seconds * 1e9 / (static_cast<double>(events) * rounds);
  state.counters["bytes_per_event"] =
      static_cast<double>(bytes.size()) / static_cast<double>(events);
}

// The n-th sample below `heading`.
void BM_Sample(benchmark::State& state, const char* heading, size_t n) {
  const std::vector<std::string> samples = SamplesBelow(heading);
  if (n >= samples.size()) return state.SkipWithError("no such sample");
  Measure(state, Repeat(samples[n]));
}

void BM_Compact(benchmark::State& state, const char* heading, size_t n) {
  const std::vector<std::string> samples = SamplesBelow(heading);
  if (n >= samples.size()) return state.SkipWithError("no such sample");
  Measure(state, Repeat(Compact(samples[n])));
}

void BM_Ndjson(benchmark::State& state) {
  CorpusOptions options;
  options.events = static_cast<int64_t>(kInputBytes / 390);
  const Corpus corpus(options);
  std::string bytes;
  corpus.AppendNdjson(0, corpus.events().size(), &bytes);
  Measure(state, bytes);
}

// Ten parameters of a body by their numbers, as a program written for them would
// look for them; returns a sum that depends on all of them.
uint64_t WalkBodies(std::string_view bytes) {
  const auto number = [bytes](size_t at) {
    uint32_t value;
    std::memcpy(&value, bytes.data() + at, 4);
    return value;
  };
  uint64_t sum = 0;
  for (size_t at = 0; at + 36 <= bytes.size();) {
    sum += number(at + 12) + number(at + 28);  // the command and the reason
    uint32_t left = number(at + 32);
    at += 36;
    for (; left > 0 && at + 16 <= bytes.size(); --left) {
      const uint32_t type = number(at);
      const uint32_t size = number(at + 4);
      if (size < 16 || at + size > bytes.size()) return 0;
      switch (number(at + 8)) {
        case 2015: case 2016: case 3024: case 3025: case 3034: case 3045:
        case 3501: case 3506: case 2045: case 1020: case 1022: case 1:
          if (type == 4) {
            const std::string_view text(bytes.data() + at + 20, number(at + 16));
            sum += text.substr(0, text.find_last_not_of(' ') + 1).size();
          } else {
            sum += number(at + 12);
          }
          break;
        default:
          break;
      }
      at += size;
    }
  }
  return sum;
}

void BM_Pcf(benchmark::State& state) {
  const std::vector<std::string> samples = SamplesBelow("PCF and dmpmqmsg");
  if (samples.empty()) return state.SkipWithError("no such sample");
  const std::string bytes = Repeat(BodiesOf(samples[0]));
  double walk_seconds = 0;
  int64_t walks = 0;
  for (int i = 0; i < 8; ++i, ++walks) {
    const double start = CpuSeconds();
    benchmark::DoNotOptimize(WalkBodies(bytes));
    walk_seconds += CpuSeconds() - start;
  }
  Measure(state, bytes);
  state.counters["walker_MB_per_s"] =
      static_cast<double>(bytes.size()) * static_cast<double>(walks) / walk_seconds / 1e6;
}

void Configure(benchmark::internal::Benchmark* b) {
  b->UseManualTime()->Iterations(4)->Repetitions(5)->ReportAggregatesOnly()->Unit(
      benchmark::kMillisecond);
}

BENCHMARK(BM_Ndjson)->Apply(Configure);
BENCHMARK(BM_Pcf)->Apply(Configure);
BENCHMARK_CAPTURE(BM_Sample, dmpmqmsg, "PCF and dmpmqmsg", 0)->Apply(Configure);
BENCHMARK_CAPTURE(BM_Sample, amqsevt_json, "amqsevt", 0)->Apply(Configure);
BENCHMARK_CAPTURE(BM_Compact, amqsevt_json_compact, "amqsevt", 0)->Apply(Configure);
BENCHMARK_CAPTURE(BM_Sample, amqsevt_json_changes, "amqsevt", 2)->Apply(Configure);
BENCHMARK_CAPTURE(BM_Sample, amqsevt_text, "amqsevt", 3)->Apply(Configure);
BENCHMARK_CAPTURE(BM_Sample, oamok, "oamok", 0)->Apply(Configure);
BENCHMARK_CAPTURE(BM_Sample, oamlog, "oamlog", 0)->Apply(Configure);
BENCHMARK_CAPTURE(BM_Sample, mqcci, "Capitalware MQCCI", 0)->Apply(Configure);
BENCHMARK_CAPTURE(BM_Sample, mqausx, "Capitalware MQAUSX", 0)->Apply(Configure);
BENCHMARK_CAPTURE(BM_Sample, mqauditor, "Capitalware MQ Auditor", 0)->Apply(Configure);
BENCHMARK_CAPTURE(BM_Sample, amqerr_text, "Error logs", 0)->Apply(Configure);
BENCHMARK_CAPTURE(BM_Sample, amqerr_json, "Error logs", 1)->Apply(Configure);
BENCHMARK_CAPTURE(BM_Sample, syslog, "Syslog and IBM i", 0)->Apply(Configure);
BENCHMARK_CAPTURE(BM_Sample, zos, "z/OS", 0)->Apply(Configure);

}  // namespace
}  // namespace mqwarden::benchmarks
