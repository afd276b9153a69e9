// A replay with all that it says as one text: for tests that hold one way to replay
// against another.
#ifndef MQWARDEN_TESTS_PIPELINE_REPLAY_OUTCOME_H_
#define MQWARDEN_TESTS_PIPELINE_REPLAY_OUTCOME_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "mqwarden/base/time.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/stats.h"
#include "mqwarden/pipeline/rule_files.h"
#include "mqwarden/pipeline/runner.h"
#include "mqwarden/rules/compile.h"
#include "mqwarden/rules/diagnostic.h"
#include "mqwarden/schema/alert.h"
#include "mqwarden/schema/alert_json.h"
#include "mqwarden/schema/report.h"
#include "mqwarden/schema/report_json.h"

namespace mqwarden {

// Firings with much evidence, every event alone, and a report.
inline constexpr std::string_view kHistoryRules = R"(
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

inline std::shared_ptr<const Plan> CompiledRules() {
  const std::vector<RuleSource> sources = {{"test.mqw", std::string(kHistoryRules)}};
  DiskFileReader files;
  CompileResult result = CompileRules(sources, &files, {});
  EXPECT_NE(result.plan, nullptr) << RenderText(result.diagnostics, {});
  return result.plan;
}

class HistoryLines final : public AlertSink {
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

inline Outcome ReplayOn(const std::shared_ptr<const Plan>& plan, ReplayOptions options,
            bool may_stream) {
  options.may_stream = may_stream;
  options.merge.temp_folder = ::testing::TempDir();
  HistoryLines lines;
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

}  // namespace mqwarden

#endif  // MQWARDEN_TESTS_PIPELINE_REPLAY_OUTCOME_H_
