// The exit codes of every command.
#ifndef MQWARDEN_CLI_EXIT_CODE_H_
#define MQWARDEN_CLI_EXIT_CODE_H_

namespace mqwarden {

inline constexpr int kExitOk = 0;
// Ran, with findings.
inline constexpr int kExitFindings = 1;
// A rule set that does not compile, or no rule found.
inline constexpr int kExitBadRules = 2;
// Usage, configuration, unreadable input, unwritable output.
inline constexpr int kExitUsage = 3;
// Ran, with too much damaged input; the result is written.
inline constexpr int kExitDamaged = 4;
// Interrupted; the partial result is written.
inline constexpr int kExitInterrupted = 130;

}  // namespace mqwarden

#endif  // MQWARDEN_CLI_EXIT_CODE_H_
