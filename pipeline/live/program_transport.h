// A program that takes records on its standard input and answers on its standard
// output: the protocol of rsyslog's `omprog` with confirmation.
//
//   program                         we
//   OK                        ->         it is ready
//                             <-         a record, one line
//   OK                        ->         it has the record
//                             <-         the next
//
// An answer other than OK, or none within the timeout, is a failure: the program is
// ended and started again (Backoff), and gets the record once more. Without a first
// OK within the timeout likewise. Answers are lines of at most 4,096 bytes.
//
// The program is started by its path or found in PATH, with its arguments, without a
// shell; it has our environment, our standard error, and no other descriptor of ours.
// At the end its input is closed, which asks it to end; one that has not after a
// timeout is killed.
#ifndef MQWARDEN_PIPELINE_LIVE_PROGRAM_TRANSPORT_H_
#define MQWARDEN_PIPELINE_LIVE_PROGRAM_TRANSPORT_H_

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "mqwarden/base/time.h"
#include "mqwarden/pipeline/live/machine.h"
#include "mqwarden/pipeline/live/transport.h"

namespace mqwarden {

struct ProgramOptions {
  // Limits.
  Duration answer_timeout = std::chrono::seconds(10);
};

// `/usr/local/bin/page --team "on call"`: parts between blanks; a part in double
// quotes may hold blanks, and \" and \\ . kInvalidArgument for anything else.
absl::StatusOr<std::vector<std::string>> ParseCommandLine(std::string_view text);

class ProgramTransport final : public Transport {
 public:
  // `command` is not empty.
  ProgramTransport(std::vector<std::string> command, const ProgramOptions& options)
      : command_(std::move(command)), options_(options) {}
  ~ProgramTransport() override;
  ProgramTransport(const ProgramTransport&) = delete;
  ProgramTransport& operator=(const ProgramTransport&) = delete;

  void Step(Duration now) override;
  bool can_take() const override { return state_ == State::kReady; }
  // A line end within the record becomes a blank.
  void Take(std::string_view record, int64_t next, Duration now) override;
  int64_t acknowledged() const override { return acknowledged_; }
  int64_t resets() const override { return resets_; }
  int64_t failures() const override { return failures_; }
  bool is_down() const override {
    return state_ == State::kStopped || state_ == State::kStarting;
  }
  std::optional<Duration> next_step() const override;
  void AddInterests(std::vector<Interest>* interests) const override;

  ::pid_t pid() const { return pid_; }  // -1 when none runs

 private:
  enum class State : uint8_t {
    kStopped,
    kStarting,  // no OK yet
    kReady,
    kWaiting,   // for the answer to a record
  };

  void Start(Duration now);
  void Fail(Duration now);
  void Stop(bool kill);
  void Reap(Duration now);
  void Write(Duration now);
  // False: the program has ended, or said something else than OK.
  bool ReadAnswers(Duration now);

  const std::vector<std::string> command_;
  const ProgramOptions options_;

  State state_ = State::kStopped;
  ::pid_t pid_ = -1;
  int input_ = -1;   // of the program
  int output_ = -1;  // likewise
  Backoff backoff_;
  Duration deadline_{};
  std::string out_;
  std::string answer_;
  int64_t taken_ = 0;  // position behind the record that waits for its answer
  int64_t acknowledged_ = 0;
  int64_t resets_ = 0;
  int64_t failures_ = 0;
  // Killed and not gone yet.
  std::vector<::pid_t> dying_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LIVE_PROGRAM_TRANSPORT_H_
