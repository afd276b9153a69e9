// Random histories of records, replayed, with all that a replay says as one text:
// for tests that hold one way to replay against another.
#ifndef MQWARDEN_TESTS_PIPELINE_HISTORY_H_
#define MQWARDEN_TESTS_PIPELINE_HISTORY_H_

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <random>
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

inline std::string WriteInput(const std::string& name, const std::string& bytes) {
  const std::string path = ::testing::TempDir() + "/" + name;
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
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

  // The same in many lines, as amqsevt writes it.
  std::string AmqsevtLines(int64_t ms) {
    return "{\n  \"eventType\" : { \"value\" : 44 },\n  \"eventReason\" : {\n"
           "    \"value\" : 2035\n  },\n  \"eventCreation\" : { \"epoch\" : " +
           std::to_string(1767603600 + ms / 1000) +
           " },\n  \"eventData\" : {\n    \"queueMgrName\" : \"QM1\",\n"
           "    \"reasonQualifier\" : \"Open Not Authorized\",\n"
           "    \"userIdentifier\" : \"u" +
           std::to_string(Below(2)) + "\", \"queueName\" : \"Q\"\n  }\n}\n";
  }

  // A line of another format.
  std::string Mqcci(int64_t ms) {
    std::string time = TimeText(ms);
    time[4] = time[7] = '/';
    time[10] = ' ';
    return time + "000, CONN, Tag=TAG" + std::to_string(Below(9)) +
           ", CD_QMgrName=QM1, CD_ChannelName=APP.SVRCONN, "
           "CD_ConnectionName=192.0.2.7,\n";
  }

  // What may stand between records.
  std::string Between() {
    static constexpr std::string_view kBetween[] = {
        "\n", "[\n", "]\n", ",\n", "\xEF\xBB\xBF", " \t\n", "}\n", "\r\n",
        "{}\n", "{\"a\":1}\n", "{\n", "[1,2]\n"};
    return std::string(kBetween[Below(std::size(kBetween))]);
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

}  // namespace mqwarden

#endif  // MQWARDEN_TESTS_PIPELINE_HISTORY_H_
