// Where the sinks that write bytes put them: a function of the host, which owns
// the file, socket or buffer behind it.
#ifndef MQWARDEN_SINKS_BYTE_OUTPUT_H_
#define MQWARDEN_SINKS_BYTE_OUTPUT_H_

#include <functional>
#include <string_view>

#include "absl/status/status.h"

namespace mqwarden {

// Takes all of `bytes` or returns why it could not. A sink gives it whole
// alerts, one call each, and calls it no more once it has failed.
using ByteOutput = std::function<absl::Status(std::string_view bytes)>;

}  // namespace mqwarden

#endif  // MQWARDEN_SINKS_BYTE_OUTPUT_H_
