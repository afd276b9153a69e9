// Alerts and reports as NDJSON in a file that may grow for years: exactly once, also
// across crashes, and cut into files by size.
//
//   alerts.jsonl            being written: generation 3
//   alerts.jsonl.000001     full ones, by generation
//   alerts.jsonl.000002
//
// A file is full where the next record would take it above the bound, so the same
// records are cut at the same places, whatever happened between.
//
// Somebody else may also rename the file (logrotate): at the next checkpoint the run
// sees that the name is free, or another file's, and goes on in the file of that name.
//
// The state of a checkpoint is the generation, how long the file was, which file it
// was and a hash of its last kilobyte. Recover() finds that file, under whichever name
// it has by now, gives it its own name back where it was cut by size, takes away the
// files behind it and cuts it to that length. kDataLoss when no file is that one.
#ifndef MQWARDEN_PIPELINE_LIVE_ROTATING_FILE_DESTINATION_H_
#define MQWARDEN_PIPELINE_LIVE_ROTATING_FILE_DESTINATION_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mqwarden/base/time.h"
#include "mqwarden/pipeline/live/destination.h"
#include "mqwarden/pipeline/live/file_system.h"
#include "mqwarden/schema/alert.h"

namespace mqwarden {

struct RotatingFileOptions {
  // Limits.
  // A file is not longer, but for a single record that is. 0: never cut.
  int64_t max_bytes = 0;
  // Full files that are kept; older ones are removed. 0: all.
  int64_t keep = 0;
};

class RotatingFileDestination final : public Destination {
 public:
  // `disk` is not owned.
  RotatingFileDestination(std::string name, FileSystem* disk, std::string path,
                          const RotatingFileOptions& options)
      : name_(std::move(name)),
        disk_(disk),
        path_(std::move(path)),
        options_(options) {}

  void OnAlert(const Alert& alert) override;
  void OnReport(const ReportRecord& report) override;

  std::string_view name() const override { return name_; }
  absl::Status Recover(std::optional<std::string_view> state) override;
  const absl::Status& status() const override { return status_; }
  // Writes what waits in memory.
  void Step(Duration now) override;
  std::optional<Duration> next_step() const override;
  absl::Status Checkpoint(std::string* state) override;
  absl::Status Sync() override;
  void Committed() override;
  absl::Status Close() override;
  DestinationStats stats() const override;

 private:
  struct State {
    int64_t generation = 1;
    int64_t length = 0;
    FileId id;
    uint64_t tail_hash = 0;  // of the kTailBytes before `length`
  };

  static constexpr int64_t kTailBytes = 1024;

  std::string PathOf(int64_t generation) const;
  std::optional<int64_t> GenerationOf(std::string_view name) const;
  absl::StatusOr<bool> Fits(const std::string& path, const State& state,
                            bool same_file);
  absl::StatusOr<std::string> Find(const State& state);
  absl::Status StartFresh();
  absl::Status ReturnTo(const State& state);
  absl::Status OpenCurrent();
  absl::StatusOr<std::string> ReadTail(File* file, int64_t length);
  absl::Status FollowRename();
  absl::Status Rotate();
  absl::Status Write();
  absl::Status RemoveOld(int64_t before);
  void Add();

  const std::string name_;
  FileSystem* const disk_;
  const std::string path_;
  const RotatingFileOptions options_;

  absl::Status status_;
  std::unique_ptr<File> file_;
  State at_;              // of the file, what waits in memory included
  std::string tail_;      // its last bytes, at most kTailBytes
  std::string buffer_;    // taken, not written yet
  std::string line_;
  // Files that were left since the last committed state and may not be durable.
  std::vector<std::unique_ptr<File>> left_;
  size_t left_at_checkpoint_ = 0;
  int64_t checkpointed_generation_ = 1;
  int64_t committed_generation_ = 1;
  int64_t taken_ = 0;
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LIVE_ROTATING_FILE_DESTINATION_H_
