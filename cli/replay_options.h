// The options of a replay as the flags of a command give them.
#ifndef MQWARDEN_CLI_REPLAY_OPTIONS_H_
#define MQWARDEN_CLI_REPLAY_OPTIONS_H_

#include "mqwarden/cli/input_flags.h"
#include "mqwarden/cli/progress_bar.h"
#include "mqwarden/pipeline/runner.h"

namespace mqwarden {

// Ctrl-C ends the reading from now on. `bar` must outlive the options.
ReplayOptions ReplayOptionsOf(const InputFlags& flags, ProgressBar* bar);

}  // namespace mqwarden

#endif  // MQWARDEN_CLI_REPLAY_OPTIONS_H_
