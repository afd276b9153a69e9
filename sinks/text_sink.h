// Alerts for people: a few lines each, then an empty line.
//
//   2026-01-05T09:05:10Z HIGH Ten 2035 failures in five minutes from one address
//     10 refusals from 10.0.0.9 on QM1
//     rule svrconn_brute_force, count 10 since 2026-01-05T09:04:30Z
//     source_ip 10.0.0.9
//     owner "Payments", users a, b
//     notify soc, runbook https://runbooks.example/mq/2035
//
// An `open` is not named as such; other states stand after the severity. All
// text is escaped for terminals (base/terminal_text.h), since most of it comes
// from events. Evidence is not shown: the NDJSON form has it. Reports are tables
// (report_text.h).
#ifndef MQWARDEN_SINKS_TEXT_SINK_H_
#define MQWARDEN_SINKS_TEXT_SINK_H_

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "mqwarden/schema/alert.h"
#include "mqwarden/sinks/byte_output.h"

namespace mqwarden {

struct TextSinkOptions {
  // Behaviour.
  bool color = false;  // ANSI, for a terminal
};

// Thread-compatible.
class TextSink final : public AlertSink {
 public:
  TextSink(ByteOutput output, const TextSinkOptions& options)
      : output_(std::move(output)), options_(options) {}

  void OnAlert(const Alert& alert) override;
  void OnReport(const ReportRecord& report) override;

  // The first failure of the output; from then on alerts are dropped.
  const absl::Status& status() const { return status_; }

 private:
  const ByteOutput output_;
  const TextSinkOptions options_;
  std::string text_;
  absl::Status status_;
};

// Appends the lines of one alert and the empty line after them.
void AppendAlertText(const Alert& alert, const TextSinkOptions& options,
                     std::string* out);

// A value as these lines show it, escaped: lists without brackets, texts in
// quotes only where their end could not be told otherwise.
void AppendAlertValueText(const AlertValue& value, std::string* out);

}  // namespace mqwarden

#endif  // MQWARDEN_SINKS_TEXT_SINK_H_
