// Alerts as NDJSON, `mqwarden.alert.v1`: one object a line, as
// schema/alert_json.h describes it. Thread-compatible.
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

  // The first failure of the output; from then on alerts are dropped.
  const absl::Status& status() const { return status_; }

 private:
  const ByteOutput output_;
  std::string line_;
  absl::Status status_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_SINKS_JSONL_SINK_H_
