#include "mqwarden/tests/fault/sim_disk.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "mqwarden/base/hash128.h"

namespace mqwarden {
namespace {

absl::Status Failed(const std::string& path) {
  return absl::UnavailableError("cannot use " + path + ": Input/output error");
}

absl::Status NotThere(const std::string& path) {
  return absl::NotFoundError("cannot open " + path +
                             ": No such file or directory");
}

// `./a` and `a` are one file.
std::string Plain(const std::string& path) {
  return path.starts_with("./") && path.size() > 2 ? path.substr(2) : path;
}

}  // namespace

class SimFile final : public File {
 public:
  SimFile(SimDisk* disk, SimDisk::NodePtr node, std::string path)
      : disk_(*disk), node_(std::move(node)), path_(std::move(path)) {}
  ~SimFile() override {
    if (locked_) node_->locked = false;
  }

  absl::StatusOr<size_t> ReadAt(int64_t offset, size_t size,
                                char* out) override {
    if (absl::Status s = disk_.Check(DiskOperation::kRead, path_); !s.ok()) return s;
    const auto at = static_cast<size_t>(offset);
    if (at >= node_->bytes.size()) return size_t{0};
    const size_t read = std::min(size, node_->bytes.size() - at);
    std::memcpy(out, node_->bytes.data() + at, read);
    return read;
  }

  absl::Status Append(std::string_view bytes) override {
    return Write(static_cast<int64_t>(node_->bytes.size()), bytes);
  }
  absl::Status WriteAt(int64_t offset, std::string_view bytes) override {
    return Write(offset, bytes);
  }

  absl::Status Truncate(int64_t size) override {
    if (absl::Status s = disk_.Check(DiskOperation::kTruncate, path_); !s.ok()) {
      return s;
    }
    SimDisk::Change change{.offset = -1, .size = size, .bytes = ""};
    SimDisk::Apply(change, &node_->bytes);
    node_->changes.push_back(std::move(change));
    return absl::OkStatus();
  }

  absl::Status Sync() override {
    absl::Status status = disk_.Check(DiskOperation::kSync, path_);
    if (status.ok() && disk_.pretended_ == DiskOperation::kSync) return status;
    if (status.ok()) {
      node_->durable = node_->bytes;
      node_->changes.clear();
    } else if (!disk_.is_off_) {
      node_->changes.clear();
    }
    return status;
  }

  absl::StatusOr<FileStat> Stat() override {
    if (absl::Status s = disk_.Check(DiskOperation::kStat, path_); !s.ok()) return s;
    FileStat stat;
    stat.id = {1, node_->inode};
    stat.size = static_cast<int64_t>(node_->bytes.size());
    return stat;
  }

  absl::Status Lock() override {
    if (absl::Status s = disk_.Check(DiskOperation::kLock, path_); !s.ok()) return s;
    if (node_->locked && !locked_) {
      return absl::FailedPreconditionError(path_ + " is in use by another process");
    }
    node_->locked = locked_ = true;
    return absl::OkStatus();
  }

 private:
  absl::Status Write(int64_t offset, std::string_view bytes) {
    switch (disk_.Ask(DiskOperation::kWrite)) {
      case DiskFault::kNone:
        disk_.Write(node_, offset, bytes);
        return absl::OkStatus();
      case DiskFault::kFull:
        return absl::ResourceExhaustedError("cannot write " + path_ +
                                            ": No space left on device");
      case DiskFault::kShortError:
      case DiskFault::kPowerOff:
        disk_.Write(node_, offset,
                    bytes.substr(0, disk_.random_() % (bytes.size() + 1)));
        return Failed(path_);
      case DiskFault::kError:
        return Failed(path_);
    }
    return Failed(path_);
  }

  SimDisk& disk_;
  const SimDisk::NodePtr node_;
  const std::string path_;
  bool locked_ = false;
};

void SimDisk::Apply(const Change& change, std::string* bytes) {
  if (change.offset < 0) {
    bytes->resize(static_cast<size_t>(change.size));
    return;
  }
  const size_t end = static_cast<size_t>(change.offset) + change.bytes.size();
  if (bytes->size() < end) bytes->resize(end);
  bytes->replace(static_cast<size_t>(change.offset), change.bytes.size(),
                 change.bytes);
}

void SimDisk::Write(const NodePtr& node, int64_t offset, std::string_view bytes) {
  Change change{.offset = offset, .size = 0, .bytes = std::string(bytes)};
  Apply(change, &node->bytes);
  node->modified = operations_;
  node->changes.push_back(std::move(change));
}

DiskFault SimDisk::Ask(DiskOperation operation) {
  if (is_off_) return DiskFault::kError;
  const int64_t number = operations_++;
  const DiskFault fault = plan_ ? plan_(number, operation) : DiskFault::kNone;
  if (fault == DiskFault::kPowerOff) is_off_ = true;
  return fault;
}

absl::Status SimDisk::Check(DiskOperation operation, const std::string& path) {
  switch (Ask(operation)) {
    case DiskFault::kNone:
      return absl::OkStatus();
    case DiskFault::kFull:
      return absl::ResourceExhaustedError("cannot use " + path +
                                          ": No space left on device");
    case DiskFault::kError:
    case DiskFault::kShortError:
    case DiskFault::kPowerOff:
      return Failed(path);
  }
  return Failed(path);
}

// Does `step`, all of whose names are in `folder`.
void SimDisk::Put(std::vector<NameChange> step, const std::string& folder) {
  for (const NameChange& change : step) {
    if (change.node == nullptr) {
      names_.erase(change.path);
    } else {
      names_[change.path] = change.node;
    }
  }
  steps_[folder].push_back(std::move(step));
}

absl::StatusOr<std::unique_ptr<File>> SimDisk::Open(const std::string& given,
                                                    OpenMode mode) {
  const std::string path = Plain(given);
  if (absl::Status s = Check(DiskOperation::kOpen, path); !s.ok()) return s;
  const std::string folder = FolderOf(path);
  if (folders_.count(folder) == 0) return NotThere(path);
  auto found = names_.find(path);
  if (found == names_.end()) {
    if (mode == OpenMode::kRead) return NotThere(path);
    const auto node = std::make_shared<Node>();
    node->inode = next_inode_++;
    Put({{path, node}}, folder);
    found = names_.find(path);
  }
  const NodePtr node = found->second;
  if (mode == OpenMode::kCreate && !node->bytes.empty()) {
    node->changes.push_back({.offset = -1, .size = 0, .bytes = ""});
    node->bytes.clear();
  }
  return std::make_unique<SimFile>(this, node, path);
}

absl::Status SimDisk::Rename(const std::string& given_from,
                             const std::string& given_to) {
  const std::string from = Plain(given_from);
  const std::string to = Plain(given_to);
  if (absl::Status s = Check(DiskOperation::kRename, from); !s.ok()) return s;
  const auto found = names_.find(from);
  if (found == names_.end()) return NotThere(from);
  if (FolderOf(from) != FolderOf(to)) {
    return absl::UnimplementedError("a rename between two folders");
  }
  const NodePtr node = found->second;
  if (from != to) Put({{from, nullptr}, {to, node}}, FolderOf(to));
  return absl::OkStatus();
}

absl::Status SimDisk::Unlink(const std::string& given) {
  const std::string path = Plain(given);
  if (absl::Status s = Check(DiskOperation::kUnlink, path); !s.ok()) return s;
  if (names_.count(path) == 0) return NotThere(path);
  Put({{path, nullptr}}, FolderOf(path));
  return absl::OkStatus();
}

absl::Status SimDisk::SyncFolder(const std::string& folder) {
  if (absl::Status s = Check(DiskOperation::kSyncFolder, folder); !s.ok()) return s;
  if (folders_.count(folder) == 0) return NotThere(folder);
  if (pretended_ == DiskOperation::kSyncFolder) return absl::OkStatus();
  for (const auto& step : steps_[folder]) {
    for (const NameChange& change : step) {
      if (change.node == nullptr) {
        durable_names_.erase(change.path);
      } else {
        durable_names_[change.path] = change.node;
      }
    }
  }
  steps_.erase(folder);
  return absl::OkStatus();
}

// Folders themselves are durable at once: what is tested is what is in them.
absl::Status SimDisk::MakeFolder(const std::string& folder) {
  if (absl::Status s = Check(DiskOperation::kMakeFolder, folder); !s.ok()) return s;
  if (folders_.count(FolderOf(folder)) == 0) return NotThere(folder);
  folders_.insert(folder);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> SimDisk::List(const std::string& folder) {
  if (absl::Status s = Check(DiskOperation::kList, folder); !s.ok()) return s;
  if (folders_.count(folder) == 0) return NotThere(folder);
  std::set<std::string> names;
  for (const auto& [path, node] : names_) {
    if (FolderOf(path) == folder) names.emplace(NameOf(path));
  }
  for (const std::string& path : folders_) {
    if (path != "/" && path != "." && FolderOf(path) == folder) {
      names.emplace(NameOf(path));
    }
  }
  return std::vector<std::string>(names.begin(), names.end());
}

absl::StatusOr<FileStat> SimDisk::Stat(const std::string& given) {
  const std::string path = Plain(given);
  if (absl::Status s = Check(DiskOperation::kStat, path); !s.ok()) return s;
  FileStat stat;
  if (folders_.count(path) != 0) {
    stat.type = FileStat::Type::kFolder;
    stat.id = {1, uint64_t{1} << 40 | HashBytes(path) >> 32};
    return stat;
  }
  const auto found = names_.find(path);
  if (found == names_.end()) return NotThere(path);
  stat.id = {1, found->second->inode};
  stat.size = static_cast<int64_t>(found->second->bytes.size());
  stat.modified = found->second->modified;
  return stat;
}

void SimDisk::PowerOn() {
  // How much of the rest is kept: none, all, or some; each often enough.
  const uint64_t mood = random_() % 4;
  for (const auto& [folder, steps] : steps_) {
    const size_t kept = mood == 0   ? 0
                        : mood == 1 ? steps.size()
                                    : random_() % (steps.size() + 1);
    for (size_t i = 0; i < kept; ++i) {
      for (const NameChange& change : steps[i]) {
        if (change.node == nullptr) {
          durable_names_.erase(change.path);
        } else {
          durable_names_[change.path] = change.node;
        }
      }
    }
  }
  steps_.clear();
  std::set<NodePtr> seen;
  for (const auto& [path, node] : durable_names_) {
    if (!seen.insert(node).second) continue;
    for (Change& change : node->changes) {
      const bool kept = mood == 1 || (mood != 0 && random_() % 2 == 0);
      if (!kept) continue;
      if (mood == 3 && !change.bytes.empty()) {
        change.bytes.resize(random_() % (change.bytes.size() + 1));
      }
      Apply(change, &node->durable);
    }
    node->changes.clear();
    node->bytes = node->durable;
    node->locked = false;
  }
  names_ = durable_names_;
  is_off_ = false;
}

std::optional<std::string> SimDisk::Contents(const std::string& path) const {
  const auto found = names_.find(path);
  if (found == names_.end()) return std::nullopt;
  return found->second->bytes;
}

void SimDisk::SetContents(const std::string& path, std::string_view bytes) {
  NodePtr& node = names_[path];
  if (node == nullptr) {
    node = std::make_shared<Node>();
    node->inode = next_inode_++;
  }
  node->bytes = node->durable = bytes;
  node->modified = operations_;
  node->changes.clear();
  durable_names_[path] = node;
}

void SimDisk::AppendContents(const std::string& path, std::string_view bytes) {
  if (names_.count(path) == 0) SetContents(path, "");
  Node& node = *names_[path];
  node.bytes += bytes;
  node.modified = operations_;
  node.durable = node.bytes;
}

void SimDisk::RenameContents(const std::string& from, const std::string& to) {
  const NodePtr node = names_.at(from);
  names_.erase(from);
  durable_names_.erase(from);
  names_[to] = durable_names_[to] = node;
}

void SimDisk::ReplaceContents(const std::string& from, const std::string& to,
                              std::string_view bytes) {
  const int64_t modified = names_.at(from)->modified;
  names_.erase(from);
  durable_names_.erase(from);
  SetContents(to, bytes);
  names_.at(to)->modified = modified;
}

std::vector<std::string> SimDisk::Paths() const {
  std::vector<std::string> paths;
  for (const auto& [path, node] : names_) paths.push_back(path);
  return paths;
}

}  // namespace mqwarden
