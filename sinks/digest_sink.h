// A hash of the bytes of all alerts and reports, to compare two runs without keeping either: equal
// alerts in equal order give the equal digest. Thread-compatible.
#ifndef MQWARDEN_SINKS_DIGEST_SINK_H_
#define MQWARDEN_SINKS_DIGEST_SINK_H_

#include <cstdint>
#include <string>

#include "mqwarden/base/hash128.h"
#include "mqwarden/schema/alert.h"

namespace mqwarden {

class DigestSink final : public AlertSink {
 public:
  // Takes the bytes of the NDJSON form.
  void OnAlert(const Alert& alert) override;
  void OnReport(const ReportRecord& report) override;

  // Of all records up to now: the hash of the digest before the last one and the
  // last one's bytes; zero before the first.
  Hash128 digest() const { return digest_; }
  int64_t alerts() const { return alerts_; }

 private:
  void AddLine();

  std::string line_;
  Hasher128 hasher_;
  Hash128 digest_;
  int64_t alerts_ = 0;
};

}  // namespace mqwarden

#endif  // MQWARDEN_SINKS_DIGEST_SINK_H_
