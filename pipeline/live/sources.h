// Sources as users write them.
//
//   PATH                         a file, followed; or a named pipe
//   -                            standard input
//   NAME=KIND:WHERE[,format=F][,tz=ZONE][,date-order=mdy|dmy|ymd]
//       file:PATH  fifo:PATH  stdin:
//       unix:PATH  unix-stream:PATH  udp:HOST:PORT  tcp:HOST:PORT     to listen at
//
// A NAME (letters, digits, `-`, `_`, `.`) is the `collector` of the events; where there
// is none, format and queue manager make it, as in a replay. What a source does not say
// for itself is as for all of them.
#ifndef MQWARDEN_PIPELINE_LIVE_SOURCES_H_
#define MQWARDEN_PIPELINE_LIVE_SOURCES_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "mqwarden/ingest/event_stream.h"
#include "mqwarden/pipeline/live/file_system.h"
#include "mqwarden/pipeline/live/source.h"

namespace mqwarden {

// Of `NAME=KIND:WHERE`. Opens nothing, but looks host names up. kInvalidArgument, in the
// user's words, for a text of another form. `disk` is not owned.
absl::StatusOr<std::unique_ptr<Source>> MakeSource(std::string_view text,
                                                   const IngestOptions& options,
                                                   FileSystem* disk);

// Of `PATH`s and `-`: a folder stands for the regular files in it and below.
// kInvalidArgument for a compressed file, which nobody writes to any more, and for a
// source that is named twice; kNotFound for a path that is not there.
absl::StatusOr<std::vector<std::unique_ptr<Source>>> MakeInputs(
    const std::vector<std::string>& inputs, const IngestOptions& options,
    FileSystem* disk);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LIVE_SOURCES_H_
