// What a run says of itself on standard error: sentences for people, or, with
// `--log json`, one JSON object a line for a collector (pipeline/live/run_log.h).
//
// The same moments are told in both; the lines of JSON tell the stream's troubles
// (rejected, late, dated ahead, hurried, lost) while they happen, sentences at the end.
#ifndef MQWARDEN_CLI_RUN_VOICE_H_
#define MQWARDEN_CLI_RUN_VOICE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "mqwarden/base/time.h"
#include "mqwarden/pipeline/live/live_run.h"
#include "mqwarden/pipeline/live/machine.h"
#include "mqwarden/pipeline/live/run_log.h"

namespace mqwarden {

class RunVoice final {
 public:
  using Level = RunLog::Level;

  // `machine` is not owned.
  RunVoice(bool is_json, Machine* machine);

  // `event` is the name of the sort; `message` may hold text from outside. A message
  // of "" is for JSON alone.
  void Say(Level level, std::string_view event, const std::string& message);
  // Says why the run fails, and is its exit code.
  int Fail(const absl::Status& status);
  // What has happened since the last call; looks every few seconds.
  void Watch(const LiveRun& run);
  // The last that is said.
  void Finish(const LiveRun& run);

 private:
  void Tell(std::string_view event, Level level, int64_t count);

  Machine* const machine_;
  std::optional<RunLog> log_;  // nullopt: sentences
  Duration watched_{};
  std::map<std::string, int64_t, std::less<>> told_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_CLI_RUN_VOICE_H_
