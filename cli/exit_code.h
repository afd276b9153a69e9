// The exit codes of every command.
#ifndef MQWARDEN_CLI_EXIT_CODE_H_
#define MQWARDEN_CLI_EXIT_CODE_H_

namespace mqwarden {

inline constexpr int kExitOk = 0;
inline constexpr int kExitFindings = 1;      // ran, with findings
inline constexpr int kExitBadRules = 2;      // does not compile, or no rule found
inline constexpr int kExitUsage = 3;         // usage, configuration, unreadable input
inline constexpr int kExitDamaged = 4;       // ran, too much damaged input
inline constexpr int kExitInterrupted = 130; // partial result written

}  // namespace mqwarden

#endif  // MQWARDEN_CLI_EXIT_CODE_H_
