// What a person asks first about a replay: how many alerts a rule makes, on how
// many days, for how many groups, and when it is loudest. Thread-compatible.
#ifndef MQWARDEN_PIPELINE_ALERT_SUMMARY_H_
#define MQWARDEN_PIPELINE_ALERT_SUMMARY_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "mqwarden/base/hash128.h"
#include "mqwarden/base/time.h"
#include "mqwarden/schema/alert.h"

namespace mqwarden {

// Alerts here are those that were sent: `open` and not muted.
struct AlertFigures {
  int64_t alerts = 0;
  int64_t groups = 0;  // different groups among them
  // Of the hours, in UTC, the one with most alerts; of equals, the first.
  std::optional<Time> busiest_hour;
  int64_t busiest_hour_alerts = 0;
  std::map<Time, int64_t> per_day;  // by the start of the day, in UTC
};

class AlertSummary final : public AlertSink {
 public:
  void OnAlert(const Alert& alert) override;

  // By rule, in order of names, the rules that sent an alert.
  std::map<std::string, AlertFigures> Rules() const;
  // Of all rules together. A group of two rules counts twice.
  AlertFigures Total() const;

 private:
  struct Counts {
    int64_t alerts = 0;
    absl::flat_hash_set<Hash128> groups;
    std::map<Time, int64_t> per_hour;
  };
  static AlertFigures Figures(const Counts& counts);

  std::map<std::string, Counts> rules_;
  Hasher128 hasher_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_ALERT_SUMMARY_H_
