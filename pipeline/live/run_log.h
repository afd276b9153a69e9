// What a run says of itself: one JSON object a line, for a journal or a collector.
//
//   {"time":"2026-01-05T09:05:10.120000000Z","level":"info","event":"checkpoint",
//    "bytes":4096}
//
//   log.Line(RunLog::Level::kInfo, "checkpoint").Int("bytes", bytes);
//
// (one line; it is written when the statement ends). `event` is a name of ours and the
// same for every line of its sort. Text from outside is safe in any value: it is shown
// as base/terminal_text.h shows it.
//
// A sort of line that a stream can cause is told at most ten times a minute; the next
// one told carries how many were not, `untold`, and Finish() says so of the rest.
// Thread-compatible.
#ifndef MQWARDEN_PIPELINE_LIVE_RUN_LOG_H_
#define MQWARDEN_PIPELINE_LIVE_RUN_LOG_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "mqwarden/base/json_writer.h"
#include "mqwarden/base/time.h"
#include "mqwarden/pipeline/live/machine.h"
#include "mqwarden/sinks/byte_output.h"

namespace mqwarden {

class RunLog final {
 public:
  enum class Level : uint8_t { kInfo, kWarning, kError };

  class Entry {
   public:
    ~Entry();
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

    Entry& Text(std::string_view key, std::string_view value);
    Entry& Int(std::string_view key, int64_t value);
    Entry& Bool(std::string_view key, bool value);

   private:
    friend class RunLog;
    Entry(RunLog* log, Level level, std::string_view event, int64_t untold);

    RunLog* const log_;  // null: not told
    std::string line_;
    JsonWriter writer_;
  };

  // `machine` is not owned. What the output cannot take is lost, and counted.
  RunLog(ByteOutput output, Machine* machine)
      : output_(std::move(output)), machine_(machine) {}

  // Of the life of the run; always told.
  [[nodiscard]] Entry Line(Level level, std::string_view event);
  // Of the stream.
  [[nodiscard]] Entry StreamLine(Level level, std::string_view event);
  // The end of the run.
  void Finish();

  int64_t lost() const { return lost_; }

 private:
  static constexpr int64_t kPerMinute = 10;
  struct Sort {
    Duration minute{};
    int64_t told = 0;  // in this minute
    int64_t untold = 0;
  };

  void Write(std::string line);

  const ByteOutput output_;
  Machine* const machine_;
  std::map<std::string, Sort, std::less<>> sorts_;
  int64_t lost_ = 0;
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LIVE_RUN_LOG_H_
