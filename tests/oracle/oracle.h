// The oracle: a naive interpreter of the rule language, the judge of the
// engine.
//
// It reads the syntax tree and a whole stream of events and says which alerts
// must come out. It keeps every event of a window in a vector per key and walks
// all of them for every question; it knows no plan, no index and no state but
// what the language itself speaks of. Nothing here is shared with the engine or
// the checker: only the tree, the event's getters and base/. It asks for rules
// that the compiler accepts; what it does with others is undefined.
//
// Each function states the sentence of the language that it transcribes.
//
//   const ast::File file = Parse(text, &diagnostics);
//   OracleInput input;
//   input.files = {&file, 1};
//   input.events = events;            // in the total order
//   input.watermark = end;            // where the input ends
//   const OracleResult result = RunOracle(input);
#ifndef MQWARDEN_TESTS_ORACLE_ORACLE_H_
#define MQWARDEN_TESTS_ORACLE_ORACLE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mqwarden/base/time.h"
#include "mqwarden/rules/ast.h"
#include "mqwarden/schema/alert.h"
#include "mqwarden/schema/event.h"

namespace mqwarden::oracle {

using EventPtr = std::shared_ptr<const Event>;

struct OracleInput {
  std::span<const ast::File> files;
  // What `from "NAME"` reads, by NAME. CSV without quotes.
  std::map<std::string, std::string> texts;
  std::span<const EventPtr> events;  // in the total order, none of them late
  Time watermark{};                  // at or after the last event
};

// As Alert, but without what is no more than a hash or a copy of the rule.
struct OracleAlert {
  std::string rule;
  AlertState state = AlertState::kOpen;
  Severity severity = Severity::kInfo;
  Time time{};
  std::optional<Time> first;
  std::optional<Time> last;
  int64_t count = 0;
  std::vector<AlertField> group;
  std::vector<AlertField> fields;
  std::string title;
  std::string summary;
  int64_t held = 0;
  bool muted = false;
  std::vector<int64_t> evidence;  // sequences of the events
  // Records of one alert have one number, those of different alerts different
  // ones; what the engine makes an id.
  int64_t identity = 0;
};

struct OracleCounters {
  std::string rule;
  int64_t matched = 0;
  int64_t excluded = 0;
  int64_t without_key = 0;
  int64_t fired = 0;
  int64_t muted = 0;
  int64_t limited = 0;
  int64_t sent = 0;
  int64_t sent_after_mute = 0;
  int64_t updates = 0;
  int64_t resolved = 0;
  int64_t digests = 0;
  int64_t undecided = 0;
};

// As ReportRecord.
struct OracleReport {
  struct Row {
    std::vector<AlertField> group;
    std::optional<int64_t> count;  // none in a report of statistics
    int64_t share = 0;             // in ten-thousandths
    std::vector<AlertField> fields;
    std::optional<AlertValue> previous;
  };
  std::string report;
  std::string title;
  Time time{};
  int64_t total = 0;
  std::vector<Row> rows;
};

struct OracleResult {
  std::vector<OracleAlert> alerts;      // in the order of output
  std::vector<OracleReport> reports;     // likewise; after alerts of their time
  std::vector<OracleCounters> counters;  // by rule name
};

OracleResult RunOracle(const OracleInput& input);

}  // namespace mqwarden::oracle

#endif  // MQWARDEN_TESTS_ORACLE_ORACLE_H_
