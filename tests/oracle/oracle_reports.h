// Reports of the oracle: section 10 of the language. Made at the end, from all
// events and from what the counters were after each of them.
#ifndef MQWARDEN_TESTS_ORACLE_ORACLE_REPORTS_H_
#define MQWARDEN_TESTS_ORACLE_ORACLE_REPORTS_H_

#include <vector>

#include "mqwarden/tests/oracle/oracle.h"
#include "mqwarden/tests/oracle/oracle_expr.h"

namespace mqwarden::oracle {

// The counters of all rules after everything at `time` and before.
struct CountersAt {
  Time time{};
  int64_t events = 0;  // of the input
  std::vector<OracleCounters> rules;
};

// The records that are due up to the watermark, in the order of output.
// `history` and `counters` are in the order of time.
std::vector<OracleReport> Reports(const Definitions& definitions,
                                  const std::vector<EventPtr>& history,
                                  const std::vector<CountersAt>& counters,
                                  Time watermark);

}  // namespace mqwarden::oracle

#endif  // MQWARDEN_TESTS_ORACLE_ORACLE_REPORTS_H_
