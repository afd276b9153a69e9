// Alerts and reports that are not certain yet: a sink that keeps them, to be
// handed over later or never.
//
// They are kept as bytes, beyond `memory_bytes` in a temporary file without a
// name, so that their number is not bounded by memory.
//
// Thread-compatible.
#ifndef MQWARDEN_PIPELINE_ALERT_SPOOL_H_
#define MQWARDEN_PIPELINE_ALERT_SPOOL_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "mqwarden/pipeline/spill_file.h"
#include "mqwarden/schema/alert.h"

namespace mqwarden {

class AlertSpool final : public AlertSink {
 public:
  AlertSpool(size_t memory_bytes, std::string temp_folder);

  void OnAlert(const Alert& alert) override;
  void OnReport(const ReportRecord& report) override;

  // The failure of the temporary file, if there was one: then what came after it
  // is not kept.
  const absl::Status& status() const { return status_; }

  // Gives everything that came, in its order, to `sink`. Returns status(), with
  // nothing given, or the failure of the temporary file.
  absl::Status Release(AlertSink* sink);

 private:
  void KeepRecord(char type);

  const size_t memory_bytes_;
  SpillFile file_;
  absl::Status status_;
  std::string held_;    // records; the earlier ones are in file_
  std::string record_;  // reused
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_ALERT_SPOOL_H_
