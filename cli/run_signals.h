// The signals that steer a live run: TERM and INT end it in good order, HUP makes it
// read its rules again. A second INT ends the process.
#ifndef MQWARDEN_CLI_RUN_SIGNALS_H_
#define MQWARDEN_CLI_RUN_SIGNALS_H_

namespace mqwarden {

enum class RunSignal { kNone, kTerminate, kInterrupt, kReload };

// Takes the signals over, for the rest of the process. A descriptor that becomes
// readable when one comes, so that a wait for others ends; -1 when there is none.
int WatchRunSignals();

// The next that came, ends before reloads.
RunSignal TakeRunSignal();

}  // namespace mqwarden

#endif  // MQWARDEN_CLI_RUN_SIGNALS_H_
