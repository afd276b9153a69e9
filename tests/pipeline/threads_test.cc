// Threads change nothing that a replay says: not its alerts, and not what it counts
// and samples of its inputs.
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/pipeline/runner.h"
#include "mqwarden/tests/pipeline/history.h"
#include "mqwarden/tests/pipeline/replay_outcome.h"

namespace mqwarden {
namespace {

std::string Gzip(std::string_view text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY),
            Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string Zstd(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(
      ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

TEST(ThreadsTest, ChangeNothing) {
  const std::shared_ptr<const Plan> plan = CompiledRules();
  ASSERT_NE(plan, nullptr);
  int64_t rejected = 0;
  int64_t damaged = 0;
  int64_t events = 0;
  for (uint64_t round = 0; round < 40; ++round) {
    History history(round);
    std::vector<std::string> files(1 + history.Below(3));
    // What the round is like: mostly one format, damage seldom or often.
    const uint64_t formats = history.Below(3) == 0 ? 6 : 1;
    const uint64_t format = history.Below(6);
    const uint64_t damage = history.Below(3) == 0 ? 0 : 5 + history.Below(60);
    int64_t ms = 0;
    for (int i = 0; i < 300; ++i) {
      ms += static_cast<int64_t>(history.Below(400));
      std::string& file = files[history.Below(files.size())];
      switch (formats == 1 ? format : history.Below(formats)) {
        case 0:
        case 1:
          file += history.Ndjson(ms, 3);
          break;
        case 2:
          file += history.Amqsevt(ms);
          break;
        case 3:
          file += history.AmqsevtLines(ms);
          break;
        case 4:
          file += history.Amqerr(ms);
          break;
        default:
          file += history.Mqcci(ms);
          break;
      }
      if (damage == 0 || history.Below(damage) != 0) continue;
      file += history.Below(2) == 0 ? history.Damaged() : history.Between();
      // A record that is cut off.
      if (history.Below(3) == 0) file.resize(file.size() - history.Below(40));
    }
    ReplayOptions options;
    for (size_t i = 0; i < files.size(); ++i) {
      std::string bytes = files[i];
      const uint64_t packed = history.Below(4);
      if (packed == 0) bytes = Gzip(bytes.substr(0, 900)) + Gzip(bytes.substr(std::min<size_t>(900, bytes.size())));
      if (packed == 1) bytes = Zstd(bytes);
      if (packed < 2 && history.Below(3) == 0) {
        bytes.resize(bytes.size() - history.Below(bytes.size() / 4));
      }
      options.input.inputs.push_back(
          WriteInput("t" + std::to_string(i), bytes));
    }
    const bool may_stream = history.Below(3) != 0;
    options.input.piece_bytes = 200 + history.Below(6000);
    const Outcome one = ReplayOn(plan, options, may_stream);
    for (const int threads : {2, 4}) {
      options.input.threads = threads;
      options.input.piece_bytes = 200 + history.Below(6000);
      const Outcome many = ReplayOn(plan, options, may_stream);
      ASSERT_EQ(many.text, one.text) << "round " << round << ", -j " << threads;
    }
    events += one.result.engine.events;
    rejected += one.result.rejected_count();
    for (const InputReport& file : one.result.files) {
      damaged += !file.damage.empty();
    }
  }
  EXPECT_GT(events, 5000);
  EXPECT_GT(rejected, 150);
  EXPECT_GT(damaged, 3);
}

TEST(ThreadsTest, AnInterruptEndsThem) {
  const std::shared_ptr<const Plan> plan = CompiledRules();
  History history(1);
  std::string text;
  for (int64_t i = 0; i < 3000; ++i) text += history.Ndjson(i * 100, 1);
  for (const std::string& bytes : {text, Gzip(text)}) {
    for (const bool may_stream : {true, false}) {
      std::atomic<bool> stop{false};
      ReplayOptions options;
      options.input.inputs = {WriteInput("interrupted", bytes)};
      options.input.piece_bytes = 4096;
      options.input.threads = 3;
      options.input.stop = &stop;
      int calls = 0;
      options.on_progress = [&](const ReplayProgress&) {
        if (++calls == 5) stop = true;
      };
      const Outcome part = ReplayOn(plan, options, may_stream);
      EXPECT_TRUE(part.result.interrupted);
      EXPECT_GT(part.result.engine.events, 10);
      EXPECT_LT(part.result.engine.events, 3000);
    }
  }
}

TEST(ThreadsTest, AFileThatCannotBeReadIsAStatus) {
  const std::shared_ptr<const Plan> plan = CompiledRules();
  ReplayOptions options;
  // It can be opened.
  options.input.inputs = {"/proc/self/mem"};
  options.input.threads = 2;
  HistoryLines lines;
  const auto result = Replay(plan, options, &lines);
  EXPECT_EQ(result.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(lines.text.empty());
}

}  // namespace
}  // namespace mqwarden
