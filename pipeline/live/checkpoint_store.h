// The state of a run on disk: two generations of one file, each whole or known not
// to be.
//
//   FILE          the newest generation
//   FILE.1        the one before it, used when FILE is damaged
//   FILE.tmp      being written
//   FILE.damaged  a FILE that could not be read, kept to be looked at
//
// docs/checkpoint-format.md describes the bytes: a header and blocks, each with a
// checksum of its own, all little-endian. A file is written beside FILE, synced,
// renamed into its place, and the folder is synced; before that FILE becomes FILE.1.
// At every instant one generation is whole.
//
// Thread-compatible. A failed Status names the file.
#ifndef MQWARDEN_PIPELINE_LIVE_CHECKPOINT_STORE_H_
#define MQWARDEN_PIPELINE_LIVE_CHECKPOINT_STORE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mqwarden/pipeline/live/file_system.h"

namespace mqwarden {

struct CheckpointHeader {
  uint64_t generation = 0;  // counts checkpoints of this state from 1
  uint64_t rule_set = 0;    // hash of the plan
  uint64_t hash_seed = 0;   // of the engine
  uint32_t key_groups = 0;  // likewise
};

// A part of the state, told apart by kind and name.
struct CheckpointBlock {
  enum class Kind : uint8_t {
    kEngine = 1,
    kRun = 2,          // counters, joins, what waits for its turn
    kSource = 3,       // by name: positions, lateness
    kDestination = 4,  // by name
    kLateEvents = 5,   // the side output
  };
  Kind kind = Kind::kRun;
  std::string name;
  std::string bytes;
};

struct Checkpoint {
  CheckpointHeader header;
  std::vector<CheckpointBlock> blocks;

  // Null where there is none.
  const std::string* Find(CheckpointBlock::Kind kind,
                          std::string_view name) const;
};

// The bytes of a file; and back, kDataLoss where any byte is not as it was written,
// kFailedPrecondition where another version wrote them.
std::string EncodeCheckpoint(const Checkpoint& checkpoint);
absl::StatusOr<Checkpoint> DecodeCheckpoint(std::string_view bytes);

class CheckpointStore final {
 public:
  // `disk` is not owned.
  CheckpointStore(FileSystem* disk, std::string path)
      : disk_(disk), path_(std::move(path)) {}

  // Takes the state for this process alone; kFailedPrecondition when another has it.
  absl::Status Lock();

  struct Loaded {
    // The newest whole generation; nullopt: there never was one.
    std::optional<Checkpoint> checkpoint;
    std::string path;  // it was in
    // What is wrong with generations that were passed over, in words.
    std::vector<std::string> damaged;
  };
  // kDataLoss when there were generations and none is whole.
  absl::StatusOr<Loaded> Load();

  // Write() makes a whole file beside the others, and may be called in a forked
  // process. Install() makes it the newest.
  absl::Status Write(std::string_view bytes);
  absl::Status Install();
  // A forked process has installed one.
  void Installed() { is_current_damaged_ = false; }

  const std::string& path() const { return path_; }

 private:
  FileSystem* const disk_;
  const std::string path_;
  std::unique_ptr<File> lock_;
  bool is_current_damaged_ = false;
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LIVE_CHECKPOINT_STORE_H_
