#include "mqwarden/pipeline/live/rotating_file_destination.h"

#include <algorithm>

#include "mqwarden/base/bytes.h"
#include "mqwarden/base/hash128.h"
#include "mqwarden/base/status_macros.h"
#include "mqwarden/base/text.h"
#include "mqwarden/schema/alert_json.h"
#include "mqwarden/schema/report.h"
#include "mqwarden/schema/report_json.h"

namespace mqwarden {
namespace {

constexpr uint8_t kStateVersion = 1;
constexpr size_t kBufferBytes = size_t{64} << 10;
constexpr size_t kDigits = 6;  // of a generation, at least

}  // namespace

std::string RotatingFileDestination::PathOf(int64_t generation) const {
  std::string digits = std::to_string(generation);
  if (digits.size() < kDigits) digits.insert(0, kDigits - digits.size(), '0');
  return path_ + "." + digits;
}

// Of a full file of ours, by its name in the folder.
std::optional<int64_t> RotatingFileDestination::GenerationOf(
    std::string_view name) const {
  const std::string prefix = std::string(NameOf(path_)) + ".";
  if (!name.starts_with(prefix)) return std::nullopt;
  const std::string digits(name.substr(prefix.size()));
  if (digits.size() < kDigits || digits.size() > 18 ||
      digits.find_first_not_of("0123456789") != std::string::npos) {
    return std::nullopt;
  }
  const int64_t generation = std::stoll(digits);
  if (NameOf(PathOf(generation)) != name) return std::nullopt;
  return generation;
}

absl::StatusOr<std::string> RotatingFileDestination::ReadTail(File* file,
                                                              int64_t length) {
  std::string tail(static_cast<size_t>(std::min(length, kTailBytes)), '\0');
  MQWARDEN_ASSIGN_OR_RETURN(
      const size_t read,
      file->ReadAt(length - static_cast<int64_t>(tail.size()), tail.size(),
                   tail.data()));
  tail.resize(read);
  return tail;
}

// Whether the file at `path` is the one that `state` speaks of: it has its bytes, and
// where those are too few to tell, it is the same file on disk.
absl::StatusOr<bool> RotatingFileDestination::Fits(const std::string& path,
                                                   const State& state,
                                                   bool same_file) {
  const auto stat = disk_->Stat(path);
  if (absl::IsNotFound(stat.status())) return false;
  MQWARDEN_RETURN_IF_ERROR(stat.status());
  if (stat->type != FileStat::Type::kRegular || stat->size < state.length ||
      (same_file && stat->id != state.id)) {
    return false;
  }
  MQWARDEN_ASSIGN_OR_RETURN(const auto file, disk_->Open(path, OpenMode::kRead));
  MQWARDEN_ASSIGN_OR_RETURN(const std::string tail,
                            ReadTail(file.get(), state.length));
  return HashBytes(tail) == state.tail_hash;
}

absl::StatusOr<std::string> RotatingFileDestination::Find(const State& state) {
  // Under its own name, under that of a full file, and as the same file, whatever it
  // is called; then by what it holds, since a copy from elsewhere has other numbers.
  const std::string folder = FolderOf(path_);
  std::vector<std::string> others;
  MQWARDEN_ASSIGN_OR_RETURN(const auto names, disk_->List(folder));
  for (const std::string& name : names) {
    if (!name.starts_with(NameOf(path_))) continue;
    others.push_back(folder == "/" ? "/" + name : folder + "/" + name);
    if (folder == "." && !path_.starts_with("./")) others.back() = name;
  }
  others.insert(others.begin(), {path_, PathOf(state.generation)});
  for (const bool same_file : {true, false}) {
    for (const std::string& path : others) {
      MQWARDEN_ASSIGN_OR_RETURN(const bool fits, Fits(path, state, same_file));
      if (fits) return path;
    }
  }
  return absl::DataLossError(
      ToAbsl("no file is " + path_ + " as it was at the last checkpoint, " +
             std::to_string(state.length) + " bytes long"));
}

absl::Status RotatingFileDestination::Recover(std::optional<std::string_view> bytes) {
  if (!bytes.has_value()) return status_ = StartFresh();
  ByteReader reader(*bytes);
  State state;
  const uint8_t version = reader.U8();
  state.generation = reader.I64();
  state.length = reader.I64();
  state.id = {reader.U64(), reader.U64()};
  state.tail_hash = reader.U64();
  if (!reader.done() || version != kStateVersion || state.generation < 1 ||
      state.length < 0) {
    return absl::DataLossError(
        ToAbsl("the state of destination " + name_ + " is damaged"));
  }
  return status_ = ReturnTo(state);
}

// What stands there stays, and the run begins a line of its own behind it.
absl::Status RotatingFileDestination::StartFresh() {
  MQWARDEN_ASSIGN_OR_RETURN(const auto names, disk_->List(FolderOf(path_)));
  for (const std::string& name : names) {
    if (const auto generation = GenerationOf(name)) {
      at_.generation = std::max(at_.generation, *generation + 1);
    }
  }
  checkpointed_generation_ = committed_generation_ = at_.generation;
  MQWARDEN_RETURN_IF_ERROR(OpenCurrent());
  if (!tail_.empty() && tail_.back() != '\n') {
    buffer_ += '\n';
    tail_ += '\n';
    ++at_.length;
  }
  return absl::OkStatus();
}

absl::Status RotatingFileDestination::ReturnTo(const State& state) {
  MQWARDEN_ASSIGN_OR_RETURN(const std::string found, Find(state));
  const auto cut = [&](const std::string& path, int64_t length) -> absl::Status {
    MQWARDEN_ASSIGN_OR_RETURN(const auto file, disk_->Open(path, OpenMode::kUpdate));
    MQWARDEN_RETURN_IF_ERROR(file->Truncate(length));
    return file->Sync();
  };
  MQWARDEN_RETURN_IF_ERROR(cut(found, state.length));
  // Full files behind it are of records that will be made again.
  MQWARDEN_ASSIGN_OR_RETURN(const auto names, disk_->List(FolderOf(path_)));
  for (const std::string& name : names) {
    const auto generation = GenerationOf(name);
    if (!generation || *generation < state.generation) continue;
    if (PathOf(*generation) != found) {
      MQWARDEN_RETURN_IF_ERROR(disk_->Unlink(PathOf(*generation)));
    }
  }
  if (found == PathOf(state.generation)) {
    MQWARDEN_RETURN_IF_ERROR(disk_->Rename(found, path_));
  } else if (found != path_) {
    // Renamed by somebody else: it stays where it is, and the run goes on in an empty
    // file, as it had or would have.
    MQWARDEN_RETURN_IF_ERROR(cut(path_, 0));
  }
  MQWARDEN_RETURN_IF_ERROR(disk_->SyncFolder(FolderOf(path_)));
  at_.generation = state.generation;
  checkpointed_generation_ = committed_generation_ = state.generation;
  return OpenCurrent();
}

absl::Status RotatingFileDestination::OpenCurrent() {
  MQWARDEN_ASSIGN_OR_RETURN(file_, disk_->Open(path_, OpenMode::kAppend));
  MQWARDEN_RETURN_IF_ERROR(file_->Lock());
  MQWARDEN_ASSIGN_OR_RETURN(const FileStat stat, file_->Stat());
  at_.id = stat.id;
  at_.length = stat.size;
  MQWARDEN_ASSIGN_OR_RETURN(tail_, ReadTail(file_.get(), stat.size));
  return absl::OkStatus();
}

void RotatingFileDestination::OnAlert(const Alert& alert) {
  if (!status_.ok()) return;
  line_.clear();
  AppendAlertJson(alert, &line_);
  Add();
}

void RotatingFileDestination::OnReport(const ReportRecord& report) {
  if (!status_.ok()) return;
  line_.clear();
  AppendReportJson(report, &line_);
  Add();
}

void RotatingFileDestination::Add() {
  line_ += '\n';
  ++taken_;
  const auto size = static_cast<int64_t>(line_.size());
  if (options_.max_bytes > 0 && at_.length > 0 &&
      at_.length + size > options_.max_bytes) {
    status_ = Rotate();
    if (!status_.ok()) return;
  }
  buffer_ += line_;
  at_.length += size;
  tail_ += line_;
  if (tail_.size() > 4 * static_cast<size_t>(kTailBytes)) {
    tail_.erase(0, tail_.size() - static_cast<size_t>(kTailBytes));
  }
  if (buffer_.size() >= kBufferBytes) status_ = Write();
}

absl::Status RotatingFileDestination::Write() {
  if (buffer_.empty()) return absl::OkStatus();
  MQWARDEN_RETURN_IF_ERROR(file_->Append(buffer_));
  buffer_.clear();
  return absl::OkStatus();
}

absl::Status RotatingFileDestination::Rotate() {
  MQWARDEN_RETURN_IF_ERROR(Write());
  MQWARDEN_RETURN_IF_ERROR(disk_->Rename(path_, PathOf(at_.generation)));
  left_.push_back(std::move(file_));
  ++at_.generation;
  return OpenCurrent();
}

// Goes on in the file of our name when ours is no longer called so.
absl::Status RotatingFileDestination::FollowRename() {
  const auto stat = disk_->Stat(path_);
  if (stat.ok() && stat->id == at_.id) return absl::OkStatus();
  if (!stat.ok() && !absl::IsNotFound(stat.status())) return stat.status();
  left_.push_back(std::move(file_));
  return OpenCurrent();
}

void RotatingFileDestination::Step(Duration /*now*/) {
  if (status_.ok()) status_ = Write();
}

std::optional<Duration> RotatingFileDestination::next_step() const {
  if (buffer_.empty()) return std::nullopt;
  return Duration::zero();  // at once
}

absl::Status RotatingFileDestination::Checkpoint(std::string* state) {
  MQWARDEN_RETURN_IF_ERROR(status_);
  status_ = Write();
  if (status_.ok()) status_ = FollowRename();
  MQWARDEN_RETURN_IF_ERROR(status_);
  if (tail_.size() > static_cast<size_t>(kTailBytes)) {
    tail_.erase(0, tail_.size() - static_cast<size_t>(kTailBytes));
  }
  ByteWriter writer(state);
  writer.U8(kStateVersion);
  writer.I64(at_.generation);
  writer.I64(at_.length);
  writer.U64(at_.id.device);
  writer.U64(at_.id.inode);
  writer.U64(HashBytes(tail_));
  checkpointed_generation_ = at_.generation;
  left_at_checkpoint_ = left_.size();
  return absl::OkStatus();
}

absl::Status RotatingFileDestination::Sync() {
  for (const auto& file : left_) MQWARDEN_RETURN_IF_ERROR(file->Sync());
  MQWARDEN_RETURN_IF_ERROR(file_->Sync());
  return disk_->SyncFolder(FolderOf(path_));
}

void RotatingFileDestination::Committed() {
  left_.erase(left_.begin(),
              left_.begin() + static_cast<ptrdiff_t>(left_at_checkpoint_));
  left_at_checkpoint_ = 0;
  // The state before this one may be asked for as well.
  if (status_.ok() && options_.keep > 0) {
    status_ = RemoveOld(committed_generation_ - options_.keep);
  }
  committed_generation_ = checkpointed_generation_;
}

absl::Status RotatingFileDestination::RemoveOld(int64_t before) {
  if (before <= 1) return absl::OkStatus();
  MQWARDEN_ASSIGN_OR_RETURN(const auto names, disk_->List(FolderOf(path_)));
  for (const std::string& name : names) {
    const auto generation = GenerationOf(name);
    if (!generation || *generation >= before) continue;
    MQWARDEN_RETURN_IF_ERROR(disk_->Unlink(PathOf(*generation)));
  }
  return absl::OkStatus();
}

absl::Status RotatingFileDestination::Close() {
  MQWARDEN_RETURN_IF_ERROR(status_);
  return status_ = Write();
}

DestinationStats RotatingFileDestination::stats() const {
  DestinationStats stats;
  stats.taken = stats.acknowledged = taken_;
  stats.is_down = !status_.ok();
  return stats;
}

}  // namespace mqwarden
