// Alerts and reports as NDJSON, `mqwarden.alert.v1` and `mqwarden.report.v1`: one
// object a line, as schema/alert_json.h and report_json.h describe them.
// Thread-compatible.
#ifndef MQWARDEN_SINKS_JSONL_SINK_H_
#define MQWARDEN_SINKS_JSONL_SINK_H_

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "mqwarden/schema/alert.h"
#include "mqwarden/sinks/byte_output.h"

namespace mqwarden {

class JsonlSink final : public AlertSink {
 public:
  explicit JsonlSink(ByteOutput output) : output_(std::move(output)) {}

  void OnAlert(const Alert& alert) override;
  void OnReport(const ReportRecord& report) override;

  // The first failure of the output; from then on alerts are dropped.
  const absl::Status& status() const { return status_; }

 private:
  void WriteLine();

  const ByteOutput output_;
  std::string line_;
  absl::Status status_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_SINKS_JSONL_SINK_H_
