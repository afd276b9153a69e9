// What the engine hands to its host: alerts, and the sink that takes them.
//
// An Alert owns all of its contents and may be kept or moved to another thread.
// The engine calls a sink on the thread that called the engine, inside that
// call, in the order (time, rule name, key, then `resolved` before `open` before
// `update` before `digest`).
#ifndef MQWARDEN_SCHEMA_ALERT_H_
#define MQWARDEN_SCHEMA_ALERT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mqwarden/base/hash128.h"
#include "mqwarden/base/time.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {

// As in enums.def; the order of sending is the one above.
enum class AlertState : uint8_t { kOpen, kUpdate, kResolved, kDigest };

// A value shown in an alert. Numbers, booleans and lists keep their JSON type;
// everything else is text.
struct AlertValue {
  enum class Form : uint8_t { kText, kNumber, kBool, kList };
  Form form = Form::kText;
  std::string text{};              // kText; kNumber: its decimal digits
  bool boolean = false;            // kBool
  std::vector<AlertValue> list{};  // kList: elements, never lists themselves
  bool operator==(const AlertValue&) const = default;
};

struct AlertField {
  std::string name;
  AlertValue value;
  bool operator==(const AlertField&) const = default;
};

struct Alert {
  // A function of rule, version, key and trigger: equal runs give equal ids.
  // `update` and `resolved` carry the id of their `open`.
  Hash128 id;
  std::string rule;
  std::string version;  // 16 hex digits: hash of what the rule means
  AlertState state = AlertState::kOpen;
  Severity severity = Severity::kInfo;
  std::string title;
  std::string summary;
  Time time;                  // of the triggering event, or the deadline
  std::optional<Time> first;  // of the first and last event counted
  std::optional<Time> last;
  int64_t count = 0;
  std::vector<AlertField> group;   // key field and value, as `by` lists them
  std::vector<AlertField> fields;  // as the alert clause lists them
  std::vector<std::string> tags;
  std::vector<std::string> notify;
  std::string runbook;
  int64_t held = 0;   // alerts of this tuple that limits kept back before
  std::string muted;  // why it is recorded only; "" when it is not muted
  bool state_evicted = false;
  // First and last events of the window, in order, without repeats.
  std::vector<std::shared_ptr<const Event>> evidence;
  // The triggering event (the last counted one where time fires it).
  std::shared_ptr<const Event> trigger;
};

struct ReportRecord;

class AlertSink {
 public:
  virtual ~AlertSink() = default;
  virtual void OnAlert(const Alert& alert) = 0;
  // A decided period of a report (schema/report.h), after the alerts of its
  // instant.
  virtual void OnReport(const ReportRecord& /*report*/) {}
};

std::string_view AlertStateName(AlertState state);  // "open"
std::string_view SeverityName(Severity severity);   // "high"

}  // namespace mqwarden

#endif  // MQWARDEN_SCHEMA_ALERT_H_
