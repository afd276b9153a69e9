// A replay that evaluates while it reads gives what one that sorts gives, whatever
// the order, the formats and the files.
#include "mqwarden/pipeline/in_order_events.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "mqwarden/pipeline/rule_files.h"
#include "mqwarden/pipeline/runner.h"
#include "mqwarden/rules/compile.h"
#include "mqwarden/rules/diagnostic.h"
#include "mqwarden/schema/alert_json.h"
#include "mqwarden/schema/report_json.h"

namespace mqwarden {
namespace {

// Firings with much evidence, every event alone, and a report.
constexpr std::string_view kRules = R"(
rule burst {
  title    "Three refusals in a minute"
  severity high
  on       authz
  where    outcome == failure
  by       user
  when     count() >= 3 in 1m
  alert { summary "{count()} of {user}" evidence first 3 last 3 }
  resolve
}
rule any {
  title    "Anything"
  severity info
  on       any
  where    exists(time)
  alert { evidence first 1 last 1 }
}
report busiest {
  title "Busiest users"
  on    any
  every hour
  top   3 by user
}
)";

std::shared_ptr<const Plan> CompiledRules() {
  const std::vector<RuleSource> sources = {{"test.mqw", std::string(kRules)}};
  DiskFileReader files;
  CompileResult result = CompileRules(sources, &files, {});
  EXPECT_NE(result.plan, nullptr) << RenderText(result.diagnostics, {});
  return result.plan;
}

std::string Write(const std::string& name, const std::string& bytes) {
  const std::string path = ::testing::TempDir() + "/" + name;
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

class Lines final : public AlertSink {
 public:
  void OnAlert(const Alert& alert) override {
    AppendAlertJson(alert, &text);
    text.push_back('\n');
    // The one object, not an equal one.
    for (const auto& event : alert.evidence) {
      text.push_back(event == alert.trigger ? 't' : '.');
    }
  }
  void OnReport(const ReportRecord& report) override {
    AppendReportJson(report, &text);
    text.push_back('\n');
  }
  std::string text;
};

struct Outcome {
  ReplayResult result;
  std::string text;  // all that is to be equal
};

Outcome RunOn(const std::shared_ptr<const Plan>& plan, ReplayOptions options,
            bool may_stream) {
  options.may_stream = may_stream;
  options.merge.temp_folder = ::testing::TempDir();
  Lines lines;
  absl::StatusOr<ReplayResult> result = Replay(plan, options, &lines);
  EXPECT_TRUE(result.ok()) << result.status();
  Outcome outcome;
  if (!result.ok()) return outcome;
  outcome.result = *std::move(result);
  const ReplayResult& r = outcome.result;
  std::string& text = outcome.text = std::move(lines.text);
  const auto add = [&text](int64_t number) {
    text += std::to_string(number) + ' ';
  };
  const auto add_time = [&](const std::optional<Time>& time) {
    add(time ? time->time_since_epoch().count() : -1);
  };
  for (const InputReport& file : r.files) {
    text += file.path + ' ' + file.damage + ' ';
    for (const int64_t n : {file.bytes, file.read, file.normalized, file.outside,
                            file.rejected_count()}) {
      add(n);
    }
    for (const auto& [reason, reject] : file.rejected) {
      text += reason + ' ' + reject.first_detail + ' ' + reject.first_excerpt;
      add(reject.count);
      add(reject.first_offset);
    }
    for (const auto& [what, count] : file.passed_over) {
      text += what;
      add(count);
    }
  }
  for (const int64_t n :
       {r.engine.events, r.joins.connections.opened, r.joins.connections.completed,
        r.joins.changes.pairs, r.joins.changes.alone, r.joins.same_facts.absorbed,
        r.joins.same_facts.given_up, r.joins.read_twice, r.total.alerts,
        r.total.groups}) {
    add(n);
  }
  add_time(r.first_event);
  add_time(r.last_event);
  for (const RuleStats& rule : r.engine.rules) {
    add(rule.fired);
    add(rule.sent);
  }
  return outcome;
}

// Writes records of one history into files.
class History {
 public:
  explicit History(uint64_t seed) : random_(seed) {}

  uint64_t Below(uint64_t n) { return random_() % n; }

  // NDJSON of a few queue managers at `ms` milliseconds.
  std::string Ndjson(int64_t ms, int qmgrs) {
    std::string text = R"({"time":")" + TimeText(ms) +
                       R"(Z","kind":"authz","outcome":")" +
                       (Below(3) == 0 ? "success" : "failure") +
                       R"(","user":"u)" + std::to_string(Below(3)) + '"';
    if (qmgrs > 0) {
      text += R"(,"qmgr":"QM)" +
              std::to_string(Below(static_cast<uint64_t>(qmgrs))) + '"';
    }
    if (Below(4) == 0) text += R"(,"object":"Q\u00e4)" + std::to_string(Below(9)) + '"';
    return text + "}\n";
  }

  std::string Amqsevt(int64_t ms) {
    return R"({"eventType":{"value":44},"eventReason":{"value":2035},"eventCreation":{"epoch":)" +
           std::to_string(1767603600 + ms / 1000) +
           R"(},"eventData":{"queueMgrName":"QM1","reasonQualifier":"Open Not Authorized","userIdentifier":"u)" +
           std::to_string(Below(2)) + R"(","queueName":"Q"}})" + "\n";
  }

  std::string Amqerr(int64_t ms) {
    return R"({"ibm_messageId":"AMQ8077W","ibm_datetime":")" + TimeText(ms) +
           R"(Z","ibm_serverName":"QM1","host":"h","ibm_commentInsert1":"u)" +
           std::to_string(Below(2)) +
           R"(","ibm_commentInsert2":"Q [queue]","ibm_commentInsert3":"put"})" "\n";
  }

  std::string Damaged() {
    switch (Below(4)) {
      case 0:
        return "{\"kind\":\"authz\",\"user\":\n";
      case 1:
        return "what is this\n";
      case 2:
        return R"({"kind":"authz","user":"no time"})" "\n";
      default:
        return R"({"kind":"nonsense","time":"2026-01-05T09:00:00Z"})" "\n";
    }
  }

 private:
  static std::string TimeText(int64_t ms) {
    char text[64];
    std::snprintf(text, sizeof(text), "2026-01-05T%02d:%02d:%02d.%03d",
                  static_cast<int>(9 + ms / 3'600'000),
                  static_cast<int>(ms / 60'000 % 60),
                  static_cast<int>(ms / 1000 % 60), static_cast<int>(ms % 1000));
    return text;
  }

  std::mt19937_64 random_;
};

TEST(InOrderEventsTest, GivesWhatSortingGives) {
  const std::shared_ptr<const Plan> plan = CompiledRules();
  ASSERT_NE(plan, nullptr);
  int streamed = 0;
  int sorted = 0;
  for (uint64_t round = 0; round < 84; ++round) {
    History history(round);
    const size_t file_count = round % 12 == 0 ? 40 : 1 + history.Below(4);
    // What the round is like.
    const int64_t resolution = history.Below(2) == 0 ? 1 : 1000;
    const int qmgrs = static_cast<int>(history.Below(4));
    const bool is_mixed = history.Below(3) == 0;
    const bool is_rotated = history.Below(2) == 0;
    const uint64_t disorder = history.Below(2) == 0 ? 0 : 1 + history.Below(60);
    const bool has_damage = history.Below(2) == 0;
    std::vector<std::string> files(file_count);
    int64_t ms = 0;
    const int64_t records = 100 + static_cast<int64_t>(history.Below(150));
    for (int64_t i = 0; i < records; ++i) {
      ms += static_cast<int64_t>(history.Below(900));
      int64_t at = ms / resolution * resolution;
      if (disorder > 0 && history.Below(disorder) == 0) {
        at = std::max<int64_t>(0, at - static_cast<int64_t>(history.Below(5000)));
      }
      const size_t file =
          is_rotated ? static_cast<size_t>(i) * file_count /
                           static_cast<size_t>(records)
                     : history.Below(file_count);
      const uint64_t what = is_mixed ? history.Below(3) : 0;
      files[file] += what == 0   ? history.Ndjson(at, qmgrs)
                     : what == 1 ? history.Amqsevt(at)
                                 : history.Amqerr(at);
      if (has_damage && history.Below(20) == 0) files[file] += history.Damaged();
    }
    ReplayOptions options;
    for (size_t i = 0; i < files.size(); ++i) {
      options.input.inputs.push_back(
          Write("in" + std::to_string(i), files[i]));
    }
    if (history.Below(4) == 0) {
      options.input.from = ParseTime("2026-01-05T09:00:10Z");
      options.input.to = ParseTime("2026-01-05T09:01:10.5Z");
    }
    // So that some is held in memory and some in a file, or all in one.
    options.held_alert_bytes = size_t{1} << (4 + history.Below(16));
    const Outcome stream = RunOn(plan, options, /*may_stream=*/true);
    const Outcome sort = RunOn(plan, options, /*may_stream=*/false);
    ASSERT_EQ(stream.text, sort.text) << "round " << round;
    EXPECT_FALSE(sort.text.empty());
    ++(stream.result.sorted ? sorted : streamed);
    // Times of one source are whole seconds.
    if (disorder == 0 && file_count == 1 && !is_mixed) {
      EXPECT_FALSE(stream.result.sorted) << "round " << round;
    }
  }
  EXPECT_GT(streamed, 30);
  EXPECT_GT(sorted, 10);
}

TEST(InOrderEventsTest, FilesThatFollowOneAnotherAreNotSorted) {
  const std::shared_ptr<const Plan> plan = CompiledRules();
  History history(1);
  ReplayOptions options;
  // In an order of names that is not that of times.
  for (int i = 0; i < 50; ++i) {
    const int at = i * 7 % 50;
    std::string text;
    for (int j = 0; j < 3; ++j) text += history.Ndjson(at * 1000 + j, 3);
    options.input.inputs.push_back(Write("day" + std::to_string(i), text));
  }
  const Outcome stream = RunOn(plan, options, /*may_stream=*/true);
  EXPECT_FALSE(stream.result.sorted);
  EXPECT_EQ(stream.result.engine.events, 150);
  EXPECT_EQ(stream.text, RunOn(plan, options, /*may_stream=*/false).text);
}

TEST(InOrderEventsTest, FilesThatCannotBeRankedAreSorted) {
  const std::shared_ptr<const Plan> plan = CompiledRules();
  const std::string text = History(1).Ndjson(5, 1);
  ReplayOptions options;
  options.input.inputs = {Write("a", text), Write("b", text)};
  const Outcome stream = RunOn(plan, options, /*may_stream=*/true);
  EXPECT_TRUE(stream.result.sorted);
  EXPECT_EQ(stream.result.engine.events, 2);
}

TEST(InOrderEventsTest, AnEmptyInputIsNoTrouble) {
  const std::shared_ptr<const Plan> plan = CompiledRules();
  ReplayOptions options;
  options.input.inputs = {Write("empty", ""), Write("a", History(1).Ndjson(5, 1))};
  const Outcome stream = RunOn(plan, options, /*may_stream=*/true);
  EXPECT_FALSE(stream.result.sorted);
  EXPECT_EQ(stream.text, RunOn(plan, options, /*may_stream=*/false).text);
}

TEST(InOrderEventsTest, TellsHowFarItIsAndStopsBetweenTwoPieces) {
  const std::shared_ptr<const Plan> plan = CompiledRules();
  History history(1);
  std::string text;
  for (int64_t i = 0; i < 6000; ++i) text += history.Ndjson(i * 100, 1);
  std::atomic<bool> stop{false};
  ReplayOptions options;
  options.input.inputs = {Write("long", text)};
  options.input.stop = &stop;
  int64_t done = 0;
  options.on_progress = [&](const ReplayProgress& progress) {
    EXPECT_EQ(progress.total, static_cast<int64_t>(text.size()));
    EXPECT_GT(progress.done, done);
    done = progress.done;
  };
  const Outcome whole = RunOn(plan, options, /*may_stream=*/true);
  EXPECT_EQ(done, static_cast<int64_t>(text.size()));
  EXPECT_FALSE(whole.result.interrupted);

  options.on_progress = [&](const ReplayProgress&) { stop = true; };
  const Outcome part = RunOn(plan, options, /*may_stream=*/true);
  EXPECT_TRUE(part.result.interrupted);
  EXPECT_FALSE(part.result.sorted);
  EXPECT_GT(part.result.engine.events, 100);
  EXPECT_LT(part.result.engine.events, 6000);
  // What was seen is as it is of the whole.
  EXPECT_GT(part.result.total.alerts, 100);
}

// Where alerts cannot be held the replay sorts, which holds none.
TEST(InOrderEventsTest, AFolderThatHoldsNoFileIsNoFailure) {
  const std::shared_ptr<const Plan> plan = CompiledRules();
  ReplayOptions options;
  options.input.inputs = {Write("a", History(1).Ndjson(5, 1))};
  options.held_alert_bytes = 1;
  options.merge.temp_folder = "/nowhere/at/all";
  Lines lines;
  const auto result = Replay(plan, options, &lines);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_TRUE(result->sorted);
  EXPECT_FALSE(lines.text.empty());
}

}  // namespace
}  // namespace mqwarden
