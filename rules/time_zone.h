// The offsets of an IANA time zone as data, so that a plan means the same on
// every machine, whatever zone files that has.
#ifndef MQWARDEN_RULES_TIME_ZONE_H_
#define MQWARDEN_RULES_TIME_ZONE_H_

#include <string>
#include <vector>

#include "mqwarden/engine/plan.h"
#include "mqwarden/rules/report.h"

namespace mqwarden {

// The offsets of the zone `name` from 1970 to 2200; before and after, the first
// and the last go on. False, after a report, where there is no such zone.
bool ReadTimeZone(const RuleTextPtr& text, const std::string& name, Span span,
                  std::vector<CalendarPlan::Offset>* offsets,
                  DiagnosticList* diagnostics);

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_TIME_ZONE_H_
