#include "mqwarden/pipeline/tune.h"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "mqwarden/base/time.h"
#include "mqwarden/engine/stats.h"
#include "mqwarden/pipeline/runner.h"
#include "mqwarden/pipeline/tune_labels.h"
#include "mqwarden/rules/compile.h"
#include "mqwarden/rules/diagnostic.h"
#include "mqwarden/schema/alert.h"

namespace mqwarden {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class NoSink final : public AlertSink {
 public:
  void OnAlert(const Alert&) override {}
};

std::string Write(const std::string& name, const std::string& bytes) {
  const std::string path = ::testing::TempDir() + "/" + name;
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

// N and D stand for the threshold and the window.
std::string Filled(std::string text, int64_t threshold, Duration window) {
  const auto put = [&text](std::string_view what, const std::string& with) {
    for (size_t at = 0; (at = text.find(what, at)) != std::string::npos;) {
      text.replace(at, what.size(), with);
    }
  };
  put("$N", std::to_string(threshold));
  put("$D", FormatDuration(window));
  return text;
}

// Refused opens of a few users on a few queues, in bursts.
std::string RandomLog(uint32_t seed, int events) {
  std::mt19937 random(seed);
  std::string log;
  int64_t second = 0;
  for (int i = 0; i < events; ++i) {
    second += random() % 5 == 0 ? random() % 400 : random() % 12;
    const Time time = *ParseTime("2026-01-05T08:00:00Z") + seconds(second);
    log += R"({"time":")" + FormatTime(time) + R"(","kind":")" +
           (random() % 8 == 0 ? "authn" : "authz") + R"(","outcome":")" +
           (random() % 6 == 0 ? "success" : "failure") + R"(","user":"u)" +
           std::to_string(random() % 4) + R"(","qmgr":"QM)" +
           std::to_string(random() % 3) + R"(","object":"Q)" +
           std::to_string(random() % 5) + "\"}\n";
  }
  return log;
}

struct Case {
  std::string name;
  std::string text;
  int64_t threshold;  // as written
  Duration window;
  int64_t first;
  int64_t last;
  std::vector<Duration> windows;
  std::string param;
  bool is_swept = false;  // by one sweep, and not by an engine for each point
};

class TuneCurveTest : public ::testing::TestWithParam<Case> {};

// The definition: one replay a point.
TEST_P(TuneCurveTest, EqualsSeparateReplays) {
  const Case& c = GetParam();
  const std::vector<RuleSource> sources = {
      {"test.mqw", Filled(c.text, c.threshold, c.window)}};
  int64_t fired = 0;
  int64_t silenced = 0;
  for (uint32_t seed = 1; seed <= 4; ++seed) {
    TuneOptions options;
    options.replay.input.inputs = {
        Write(c.name + ".json", RandomLog(seed, 400))};
    options.replay.merge.temp_folder = ::testing::TempDir();
    options.rule = "tuned";
    options.param = c.param;
    options.first = c.first;
    options.last = c.last;
    options.windows = c.windows;
    DiagnosticList diagnostics;
    const auto result = Tune(sources, nullptr, options, &diagnostics);
    ASSERT_TRUE(result.ok())
        << result.status() << RenderText(diagnostics, {});
    const std::vector<Duration> windows =
        c.windows.empty() ? std::vector<Duration>{c.window} : c.windows;
    ASSERT_EQ(result->curves.size(), windows.size());
    // The rule as written, with and without its silences.
    EXPECT_EQ(result->engines == 2, c.is_swept) << result->engines;
    for (size_t w = 0; w < windows.size(); ++w) {
      const TuneCurve& curve = result->curves[w];
      EXPECT_EQ(curve.window, windows[w]);
      ASSERT_EQ(curve.points.size(),
                static_cast<size_t>(c.last - c.first + 1));
      for (const TunePoint& point : curve.points) {
        const std::vector<RuleSource> variant = {
            {"test.mqw", Filled(c.text, point.threshold, windows[w])}};
        const CompileResult compiled = CompileRules(variant, nullptr, {});
        ASSERT_NE(compiled.plan, nullptr)
            << RenderText(compiled.diagnostics, {});
        NoSink sink;
        const auto replay = Replay(compiled.plan, options.replay, &sink);
        ASSERT_TRUE(replay.ok()) << replay.status();
        for (const RuleStats& stats : replay->engine.rules) {
          if (stats.rule != "tuned") continue;
          EXPECT_EQ(point.fired, stats.fired)
              << "threshold " << point.threshold << " seed " << seed;
          EXPECT_EQ(point.sent, stats.sent)
              << "threshold " << point.threshold << " seed " << seed;
          fired += stats.fired;
          silenced += stats.fired - stats.sent;
          if (point.threshold == c.threshold && windows[w] == c.window) {
            EXPECT_EQ(result->now.fired, stats.fired);
            EXPECT_EQ(result->now.sent, stats.sent);
            EXPECT_EQ(result->matched, stats.matched - stats.excluded);
            EXPECT_EQ(result->noisy_total, stats.fired);
          }
        }
      }
    }
  }
  EXPECT_GT(fired, 20);
  if (c.text.find("limit") != std::string::npos) {
    EXPECT_GT(silenced, 0);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Rules, TuneCurveTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"LimitsAndMutes",
         R"(rule tuned {
  title "T" severity high on authz where outcome == failure
  exclude object == "Q4"
  by user when count() >= $N in $D
  mute where qmgr == "QM2"
  limit 1 per 1h by user
})",
         3, minutes(5), 2, 9, {minutes(1), minutes(5), minutes(20)}, ""},
        {"PolicySharedWithAnotherRule",
         R"(policy { limit 2 per 1h by user  mute where rule == "tuned" and object == "Q1" }
rule other { title "O" severity low on authn by user when count() >= 2 in 10m }
rule alone { title "A" severity low on authn where outcome == success }
rule tuned {
  title "T" severity high on authz where outcome == failure
  by user when distinct(object) >= $N in $D
  limit 3 per 2h by all
})",
         3, minutes(5), 2, 5, {minutes(3), minutes(5)}, ""},
        {"ParamUsedTwice",
         R"(param most = $N
rule tuned {
  title "More than {most}" severity high on authz, authn
  by user when (count() > most and distinct(object) >= 2) in $D
  refire every 10m
  limit most per 1h by all
})",
         2, minutes(4), 1, 6, {}, "most"},
        {"CountWithLimits",
         R"(rule tuned {
  title "T" severity high on authz, authn where outcome == failure
  exclude object == "Q4"
  by user, qmgr? when count() >= $N in $D
  limit 2 per 1h by user, rule
  limit 3 per 20m by all unless object == "Q1"
  escalate critical when count() >= 20
  resolve
})",
         3, minutes(5), 1, 9, {minutes(1), minutes(5), minutes(20)}, "", true},
        {"CountAboveOfOneGroup",
         R"(policy { limit 4 per 30m by object?  exclude qmgr == "QM0" }
rule tuned {
  title "T" severity high on authz when $N < count() in $D
})",
         3, minutes(1), 1, 12, {seconds(7), seconds(30), minutes(6)}, "", true},
        {"DistinctOfTwo",
         R"(rule tuned {
  title "T" severity high on authz, authn where outcome == failure
  by user when distinct(object, qmgr) >= $N in $D
  limit 1 per 40m by user, object
})",
         3, minutes(5), 1, 15, {minutes(1), minutes(5), minutes(30)}, "", true},
        {"ParamOfTheThreshold",
         R"(param most = $N
rule tuned {
  title "More than {most}" severity high on authz
  by user when count() >= most in $D
})",
         3, minutes(5), 2, 6, {}, "most", true},
        {"EachFiringOfARise",
         R"(rule tuned {
  title "T" severity high on authz by user when count() >= $N in $D
  refire each
  limit 5 per 1h by user
})",
         3, minutes(5), 2, 4, {}, ""},
        {"ReadsARecent",
         R"(recent let_in { on authn by user for 30m }
rule tuned {
  title "T" severity high on authz where not let_in[user]
  by user when count(outcome == failure) >= $N in $D tumbling
})",
         3, minutes(10), 1, 5, {minutes(10), minutes(30)}, ""},
        {"OnAlerts",
         R"(rule feeding { title "F" severity low on authz by user when count() >= 2 in 1m }
rule tuned {
  title "T" severity high on alert
  by rule when count() >= $N in $D
})",
         3, minutes(20), 2, 6, {}, ""},
        {"SequenceSteps",
         R"(rule tuned {
  title "T" severity high by user
  when sequence in $D {
    refused: $N x authz where outcome == failure
    let_in: authn
  }
  limit 1 per 30m by user
})",
         3, minutes(20), 2, 5, {minutes(5), minutes(20)}, ""},
    }),
    [](const auto& info) { return info.param.name; });

absl::StatusOr<TuneResult> TuneRule(const std::string& text,
                                    const std::string& log,
                                    const std::string& rule, int64_t first,
                                    int64_t last,
                                    const std::string& param = "",
                                    const std::string& labels = "from,to") {
  const std::vector<RuleSource> sources = {{"test.mqw", text}};
  TuneOptions options;
  auto parsed = ParseTuneLabels(labels);
  if (!parsed.ok()) return parsed.status();
  options.labels = *std::move(parsed);
  options.replay.input.inputs = {Write("tune.json", log)};
  options.replay.merge.temp_folder = ::testing::TempDir();
  options.rule = rule;
  options.param = param;
  options.first = first;
  options.last = last;
  options.command = "mqwarden tune";
  DiagnosticList diagnostics;
  return Tune(sources, nullptr, options, &diagnostics);
}

std::string Refusal(const std::string& text, const std::string& rule,
                    int64_t first = 1, int64_t last = 3,
                    const std::string& param = "") {
  const auto result = TuneRule(text, "", rule, first, last, param);
  return result.ok() ? "" : std::string(result.status().message());
}

// What people are told of groups does not depend on how the curve is worked out:
// a mute that never holds makes an engine for each point.
TEST(TuneTest, ASweepTellsOfGroupsWhatEnginesTell) {
  const std::string rule =
      R"(rule tuned { title "T" severity high on authz where outcome == failure
         by user, object when count() >= 4 in 5m )";
  const std::string labels =
      "from,to,user\n2026-01-05T08:00:00Z,2026-01-06T08:00:00Z,u1\n"
      "2026-01-05T08:00:00Z,2026-01-05T08:30:00Z,\n";
  for (uint32_t seed = 1; seed <= 3; ++seed) {
    const std::string log = RandomLog(seed, 1500);
    const auto swept = TuneRule(rule + "}", log, "tuned", 2, 9, "", labels);
    const auto engines = TuneRule(
        rule + "mute where attr.none == \"x\" }", log, "tuned", 2, 9, "", labels);
    ASSERT_TRUE(swept.ok() && engines.ok());
    EXPECT_EQ(swept->engines, 2);
    EXPECT_GT(engines->engines, 8);
    EXPECT_EQ(swept->groups, engines->groups);
    EXPECT_EQ(swept->noisy_total, engines->noisy_total);
    EXPECT_EQ(swept->labels_found, engines->labels_found);
    EXPECT_EQ(swept->labels_now, engines->labels_now);
    EXPECT_EQ(swept->fired_by_hour, engines->fired_by_hour);
    const auto same = [](const std::vector<TuneGroup>& a,
                         const std::vector<TuneGroup>& b) {
      ASSERT_EQ(a.size(), b.size());
      for (size_t i = 0; i < a.size(); ++i) {
        EXPECT_EQ(a[i].name, b[i].name);
        EXPECT_EQ(a[i].fired, b[i].fired) << a[i].name;
        EXPECT_EQ(a[i].peak, b[i].peak) << a[i].name;
        EXPECT_EQ(a[i].is_labelled, b[i].is_labelled) << a[i].name;
      }
    };
    same(swept->noisy, engines->noisy);
    same(swept->near, engines->near);
    EXPECT_FALSE(swept->noisy.empty());
    EXPECT_FALSE(swept->near.empty());
  }
}

constexpr char kBurst[] = R"(rule burst {
  title    "Burst of {user}"
  severity high
  on       authz
  where    outcome == failure
  by       user
  when     count() >= 3 in 5m
  alert { summary "of {user}" }
})";

TEST(TuneTest, WhatCannotBeSweptIsSaid) {
  EXPECT_EQ(Refusal(kBurst, "burts"), "no rule burts; there are: burst");
  EXPECT_EQ(Refusal(R"(rule r { title "T" severity low on authz })", "r"),
            "rule r has no window and no threshold");
  EXPECT_EQ(Refusal(R"(rule r { title "T" severity low on authz by user
                       when new (object) in 1h })", "r"),
            "rule r compares no aggregate with a number");
  EXPECT_NE(Refusal(R"(rule r { title "T" severity low on authz by user
                       when (count() >= 3 and distinct(object) >= 2) in 1h })",
                    "r")
                .find("several thresholds: `count() >= 3`, "
                      "`distinct(object) >= 2`"),
            std::string::npos);
  EXPECT_EQ(Refusal(kBurst, "burst", 1, 3, "n"), "no param n");
  EXPECT_EQ(Refusal(std::string("param n = 3\nrule x { title \"T\" severity low "
                                "on authz where reason == n }\n") +
                        kBurst,
                    "burst", 1, 3, "n"),
            "rule burst does not depend on n");
  EXPECT_EQ(Refusal(kBurst, "burst", 3, 2), "the range of thresholds is empty");
  EXPECT_EQ(Refusal(kBurst, "burst", 1, 1001),
            "thresholds times windows are more than 1000");
  EXPECT_EQ(Refusal(kBurst, "burst", 0, 2),
            "the rule does not compile with the threshold 0 and the window 5m");
}

// A user refused `times` times within a minute, on day `day`.
std::string Refused(const std::string& user, int times, int day) {
  std::string log;
  for (int i = 0; i < times; ++i) {
    const Time time = *ParseTime("2026-01-05T08:00:00Z") +
                      std::chrono::hours(24 * day) + seconds(i);
    log += R"({"time":")" + FormatTime(time) +
           R"(","kind":"authz","outcome":"failure","user":")" + user + "\"}\n";
  }
  return log;
}

TEST(TuneTest, GroupsNearMissesRhythmAndDays) {
  std::string log = Refused("ana", 6, 0) + Refused("bob", 2, 7);
  for (int day = 0; day < 9; ++day) log += Refused("eve", 4, day);
  const auto result = TuneRule(kBurst, log, "burst", 1, 8);
  ASSERT_TRUE(result.ok()) << result.status();
  ASSERT_EQ(result->noisy.size(), 2u);
  EXPECT_EQ(result->noisy[0].name, "user: eve");
  EXPECT_EQ(result->noisy[0].fired, 9);
  EXPECT_EQ(result->noisy[0].peak, 4);
  EXPECT_EQ(result->noisy[1].peak, 6);
  ASSERT_EQ(result->near.size(), 1u);
  EXPECT_EQ(result->near[0].name, "user: bob");
  EXPECT_EQ(result->near[0].peak, 2);
  EXPECT_EQ(result->matched, 44);
  // 2026-01-05 is a Monday.
  EXPECT_EQ(result->matched_by_hour[8], 6 + 2 + 8);
  EXPECT_EQ(result->fired_by_hour[8], 3);
  EXPECT_EQ(result->timeline.size(), 9u);
  EXPECT_EQ(result->timeline.begin()->second.sent, 2);
  EXPECT_EQ(result->curves[0].points[2].fired, 10);
  EXPECT_NEAR(result->curves[0].points[2].per_day, 10 / 8.0, 0.01);

  ASSERT_FALSE(result->suggestions.empty());
  bool has_exclude = false;
  for (const TuneSuggestion& suggestion : result->suggestions) {
    if (suggestion.patch.find("+  exclude  user in [\"eve\"]\n") !=
        std::string::npos) {
      has_exclude = true;
      EXPECT_EQ(suggestion.fired, 1);
    }
    if (suggestion.threshold) {
      EXPECT_NE(suggestion.patch.find("+  when     count() >= " +
                                      std::to_string(*suggestion.threshold) +
                                      " in 5m\n"),
                std::string::npos)
          << suggestion.patch;
    }
  }
  EXPECT_TRUE(has_exclude);
}

// The greatest threshold that is suggested, and whether anything is left out.
int64_t GreatestSuggested(const TuneResult& result, bool* excludes) {
  int64_t greatest = 0;
  *excludes = false;
  for (const TuneSuggestion& suggestion : result.suggestions) {
    greatest = std::max(greatest, suggestion.threshold.value_or(0));
    if (suggestion.patch.find("+  exclude") != std::string::npos) {
      *excludes = true;
    }
  }
  return greatest;
}

TEST(TuneTest, NoSuggestionLosesALabel) {
  std::string log;
  for (int day = 0; day < 12; ++day) {
    log += Refused("ana", 9, day) + Refused("bob", 4, day);
    if (day < 9) log += Refused("eve", 2, day);
  }
  bool excludes = false;
  const auto without = TuneRule(kBurst, log, "burst", 2, 10);
  ASSERT_TRUE(without.ok()) << without.status();
  EXPECT_EQ(GreatestSuggested(*without, &excludes), 5);
  EXPECT_TRUE(excludes);

  const auto with = TuneRule(kBurst, log, "burst", 2, 10, "",
                             "from,to,user\n"
                             "2026-01-07T00:00:00Z,2026-01-07T12:00:00Z,Bob\n"
                             "2026-01-07T00:00:00Z,2026-01-07T12:00:00Z,ana\n"
                             "2026-01-07T00:00:00Z,2026-01-07T12:00:00Z,eve\n");
  ASSERT_TRUE(with.ok()) << with.status();
  EXPECT_EQ(with->labels_now, (std::vector<bool>{true, true, false}));
  EXPECT_LE(GreatestSuggested(*with, &excludes), 4);
  EXPECT_FALSE(excludes);

  EXPECT_EQ(ParseTuneLabels("from,user\n").status().message(),
            "the labels have no columns from and to");
  EXPECT_EQ(ParseTuneLabels("from,to\nnow,later\n").status().message(),
            "line 2 of the labels: expected instants such as "
            "2026-11-20T22:00:00Z");
}

TEST(TuneTest, TooLittleDataSuggestsNothing) {
  const auto result =
      TuneRule(kBurst, Refused("ana", 6, 0), "burst", 1, 8);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_TRUE(result->suggestions.empty());
  ASSERT_GE(result->cautions.size(), 2u);
  EXPECT_EQ(result->cautions[0].substr(0, 15), "Too little data");
  EXPECT_EQ(result->cautions[1].substr(0, 15), "Too little data");
  const auto none = TuneRule(kBurst, "", "burst", 1, 8);
  ASSERT_TRUE(none.ok()) << none.status();
  EXPECT_EQ(none->curves[0].points[0].per_day, 0);
}

TEST(TuneTest, TextOfEventsStaysText) {
  std::string log;
  for (int day = 0; day < 12; ++day) {
    log += Refused(R"(</script><img src=x onerror=alert(1)>&'\u001b[31m\u202e)",
                   4, day);
  }
  const auto result = TuneRule(kBurst, log, "burst", 2, 4);
  ASSERT_TRUE(result.ok()) << result.status();
  ASSERT_EQ(result->noisy.size(), 1u);
  ASSERT_FALSE(result->samples.empty());
  const std::string html = TuneHtml(*result);
  EXPECT_EQ(html.find("<img"), std::string::npos);
  EXPECT_EQ(html.find('\x1b'), std::string::npos);
  EXPECT_EQ(html.find("\xe2\x80\xae"), std::string::npos);
  EXPECT_NE(html.find("&lt;img src=x"), std::string::npos);
  EXPECT_NE(html.find("default-src 'none'"), std::string::npos);
  EXPECT_EQ(html.find("http:"), std::string::npos);
  EXPECT_EQ(html.find("https:"), std::string::npos);
  // Its own script, and no other begin or end of one.
  for (const std::string_view tag : {"<script", "</script"}) {
    const size_t at = html.find(tag);
    EXPECT_NE(at, std::string::npos);
    EXPECT_EQ(html.find(tag, at + 1), std::string::npos);
  }
  const std::string text = TuneText(*result);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find("\xe2\x80\xae"), std::string::npos);
  EXPECT_NE(TuneJson(*result).find(R"(\u001b[31m)"), std::string::npos);
}

}  // namespace
}  // namespace mqwarden
