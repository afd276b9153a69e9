// What a replay says besides its alerts: the summary table, the statistics, and
// what was wrong with the inputs.
#ifndef MQWARDEN_CLI_REPLAY_REPORT_H_
#define MQWARDEN_CLI_REPLAY_REPORT_H_

#include <span>
#include <string>

#include "mqwarden/base/hash128.h"
#include "mqwarden/pipeline/runner.h"

namespace mqwarden {

// One line a rule that saw or made anything, and a line for all.
std::string SummaryTable(const ReplayResult& result);

// The object of `--stats`, with a newline.
std::string StatsJson(const ReplayResult& result, Hash128 alerts_hash,
                      double seconds);

// One line for each input and reason, and for each damaged input; "" where
// nothing was wrong. Escaped for terminals.
std::string InputFaults(std::span<const InputReport> files);

// One line for each input with records that carry no event of their own, and what
// they are; "" where there is none. Escaped for terminals.
std::string PassedOver(std::span<const InputReport> files);

// kExitDamaged, after a line on standard error, when the inputs were damaged or
// more records were rejected than `max_bad` allows; else kExitOk.
int JudgeInputs(std::span<const InputReport> files, const std::string& max_bad);

}  // namespace mqwarden

#endif  // MQWARDEN_CLI_REPLAY_REPORT_H_
