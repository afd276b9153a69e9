// Explanations of alerts and of rules at events, as people and programs read
// them. Each ends with a newline; the texts are escaped for terminals.
#ifndef MQWARDEN_CLI_EXPLAIN_REPORT_H_
#define MQWARDEN_CLI_EXPLAIN_REPORT_H_

#include <span>
#include <string>

#include "mqwarden/engine/plan.h"
#include "mqwarden/pipeline/explain.h"
#include "mqwarden/pipeline/stored_alerts.h"

namespace mqwarden {

std::string EventExplanationText(const EventExplanation& why);
// One object, `mqwarden.explanation.v1`.
std::string EventExplanationJson(const EventExplanation& why);

// All records of one alert. With a plan, also what the rule says in it, and
// whether that is still what the alert was made by; `plan` may be null.
std::string StoredAlertsText(std::span<const StoredAlert> alerts,
                             const Plan* plan);
std::string StoredAlertsJson(std::span<const StoredAlert> alerts,
                             const Plan* plan);

}  // namespace mqwarden

#endif  // MQWARDEN_CLI_EXPLAIN_REPORT_H_
