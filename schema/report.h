// What the engine hands to its host of a `report`: one record per decided period
// that holds something.
//
// A Report owns all of its contents. It is made after the alerts of its instant,
// the end of the period; reports of one instant come by name.
#ifndef MQWARDEN_SCHEMA_REPORT_H_
#define MQWARDEN_SCHEMA_REPORT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mqwarden/base/time.h"
#include "mqwarden/schema/alert.h"

namespace mqwarden {

// A group, the largest first; or, in a report of statistics, a rule.
struct ReportRow {
  std::vector<AlertField> group{};   // key field and value, as `by` lists them
  std::optional<int64_t> count{};    // events; none in a report of statistics
  // Of the total, in ten-thousandths, rounded half up; with `count`.
  int64_t share = 0;
  std::vector<AlertField> fields{};  // as `show` lists them; or the counters
  // With `compare previous`: what `order` gave in the period before; 0 events
  // where the group had none.
  std::optional<AlertValue> previous{};
  bool operator==(const ReportRow&) const = default;
};

struct ReportRecord {
  std::string report;  // its name
  std::string title;
  Time time;           // end of the period
  int64_t total = 0;   // events with a complete key; of statistics: all events
  // With `compare previous` those of the previous top that have no event now
  // stand behind the others.
  std::vector<ReportRow> top;
  // Groups were given up at the bound on keys: the counts of others are exact,
  // but a group may be missing, or have fewer events than it had.
  bool state_evicted = false;
};

// `0.1234`: a share as it is shown, with four decimals.
std::string ShareText(int64_t share);

}  // namespace mqwarden

#endif  // MQWARDEN_SCHEMA_REPORT_H_
