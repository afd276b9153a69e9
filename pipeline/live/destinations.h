// Destinations as users write them.
//
//   jsonl:PATH[,rotate=SIZE][,keep=N]
//       NDJSON in a file, exactly once; cut into files of SIZE (`100MB`), of which the
//       last N full ones are kept, or all.
//   syslog:ADDRESS[,facility=N][,body=summary|json][,framing=counted|newline]
//          [,hostname=NAME][,app=NAME][,enterprise=N][,bytes=N]
//       RFC 5424 to a socket (socket_address.h), from an outbox.
//   program:COMMAND
//       NDJSON to a program that answers each line with OK (program_transport.h), from
//       an outbox. All that follows is the command.
//
// An option that is written twice, unknown or out of its bounds is refused by name.
#ifndef MQWARDEN_PIPELINE_LIVE_DESTINATIONS_H_
#define MQWARDEN_PIPELINE_LIVE_DESTINATIONS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "mqwarden/pipeline/live/destination.h"
#include "mqwarden/pipeline/live/file_system.h"
#include "mqwarden/pipeline/live/outbox.h"

namespace mqwarden {

struct DestinationOptions {
  // Where outboxes are made, each in a folder named by a hash of its destination's
  // text; it is there.
  std::string outbox_folder;
  OutboxOptions outbox;
};

// Looks host names up, and touches neither the disk nor a peer. `disk` is not owned.
// kInvalidArgument, in the user's words, for a text that is none of the above;
// kUnavailable for a host name that is not found.
absl::StatusOr<std::unique_ptr<Destination>> MakeDestination(
    std::string_view text, const DestinationOptions& options, FileSystem* disk);

// `512`, `100kB`, `64MB`, `2GB`: powers of a thousand; `KiB MiB GiB` of 1,024.
absl::StatusOr<int64_t> ParseByteSize(std::string_view text);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LIVE_DESTINATIONS_H_
