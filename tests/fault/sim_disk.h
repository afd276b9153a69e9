// A disk in memory for tests, which loses power and fails on demand.
//
// What a program sees is what it wrote. What a loss of power leaves is what it made
// durable, and a part of the rest that the seed decides:
//
//   bytes  since the last Sync() of their file: any of its writes in part, in whole
//          or not at all, in any order, and torn within one write;
//   names  since the last SyncFolder() of their folder: a prefix of what was done in
//          that folder, since file systems keep that order, and independent of the
//          bytes and of other folders.
//
// A Sync() that fails throws away what it was to write, as Linux does: a later one
// that succeeds does not bring it back.
//
// Every operation that touches the disk has a number, from 0. `plan` is asked before
// each and may let it fail, be cut short, or be the one at which the power goes;
// from then on everything fails until PowerOn().
#ifndef MQWARDEN_TESTS_FAULT_SIM_DISK_H_
#define MQWARDEN_TESTS_FAULT_SIM_DISK_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mqwarden/pipeline/live/file_system.h"

namespace mqwarden {

enum class DiskOperation : uint8_t {
  kOpen, kRead, kWrite, kTruncate, kSync, kStat, kLock,
  kRename, kUnlink, kSyncFolder, kMakeFolder, kList,
};

enum class DiskFault : uint8_t {
  kNone,
  kError,       // EIO; nothing is done
  kFull,        // ENOSPC; nothing is done
  kShortError,  // of a write: a part is written, then EIO
  kPowerOff,    // a part of a write may be done; nothing of anything else
};

class SimDisk final : public FileSystem {
 public:
  using Plan = std::function<DiskFault(int64_t number, DiskOperation operation)>;

  explicit SimDisk(uint64_t seed) : random_(seed) {}

  // Empty: no faults.
  void set_plan(Plan plan) { plan_ = std::move(plan); }
  // An operation, kSync or kSyncFolder, that says it was done and does nothing: for a
  // test of the test, which shows that one that is forgotten would be found.
  void set_pretended(std::optional<DiskOperation> operation) {
    pretended_ = operation;
  }

  int64_t operations() const { return operations_; }
  bool is_off() const { return is_off_; }

  // The power goes, and comes back: open files are gone with their process.
  void PowerOff() { is_off_ = true; }
  void PowerOn();
  // The process alone dies: what it wrote stays. Open files must be closed.
  void KillProcess() { is_off_ = false; }

  // What a program would read, for tests to look at and to damage.
  std::optional<std::string> Contents(const std::string& path) const;
  void SetContents(const std::string& path, std::string_view bytes);
  // What another process does: it is durable at once, and no fault of the plan.
  void AppendContents(const std::string& path, std::string_view bytes);
  void RenameContents(const std::string& from, const std::string& to);
  // Another file, with `bytes`, in the place of `from`, and as old as that.
  void ReplaceContents(const std::string& from, const std::string& to,
                       std::string_view bytes);
  std::vector<std::string> Paths() const;

  // Of FileSystem.
  absl::StatusOr<std::unique_ptr<File>> Open(const std::string& path,
                                             OpenMode mode) override;
  absl::Status Rename(const std::string& from, const std::string& to) override;
  absl::Status Unlink(const std::string& path) override;
  absl::Status SyncFolder(const std::string& folder) override;
  absl::Status MakeFolder(const std::string& folder) override;
  absl::StatusOr<std::vector<std::string>> List(
      const std::string& folder) override;
  absl::StatusOr<FileStat> Stat(const std::string& path) override;

 private:
  friend class SimFile;

  // A change of bytes that is not durable yet.
  struct Change {
    int64_t offset = 0;  // -1: a truncation to `size`
    int64_t size = 0;
    std::string bytes;
  };
  struct Node {
    uint64_t inode = 0;
    std::string bytes;
    std::string durable;
    std::vector<Change> changes;  // from durable to bytes
    bool locked = false;
    int64_t modified = 0;  // number of the operation
  };
  using NodePtr = std::shared_ptr<Node>;
  // A name that is put or, without a node, taken away.
  struct NameChange {
    std::string path;
    NodePtr node;
  };
  using Names = std::map<std::string, NodePtr>;

  static void Apply(const Change& change, std::string* bytes);
  DiskFault Ask(DiskOperation operation);
  absl::Status Check(DiskOperation operation, const std::string& path);
  void Put(std::vector<NameChange> step, const std::string& folder);
  void Write(const NodePtr& node, int64_t offset, std::string_view bytes);

  std::mt19937_64 random_;
  Plan plan_;
  std::optional<DiskOperation> pretended_;
  bool is_off_ = false;
  int64_t operations_ = 0;
  uint64_t next_inode_ = 1;
  Names names_;
  Names durable_names_;
  std::set<std::string> folders_{".", "/"};
  // What was done in each folder since it was synced; a step is all or nothing.
  std::map<std::string, std::vector<std::vector<NameChange>>> steps_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_TESTS_FAULT_SIM_DISK_H_
