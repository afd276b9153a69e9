// Ctrl-C: the first asks the work to stop and write what it has, the second ends
// the process.
#ifndef MQWARDEN_CLI_INTERRUPT_H_
#define MQWARDEN_CLI_INTERRUPT_H_

#include <atomic>

namespace mqwarden {

// Takes SIGINT over, once and for the rest of the process. The flag that it sets.
const std::atomic<bool>* StopOnInterrupt();

}  // namespace mqwarden

#endif  // MQWARDEN_CLI_INTERRUPT_H_
