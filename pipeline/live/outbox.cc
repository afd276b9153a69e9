#include "mqwarden/pipeline/live/outbox.h"

#include <algorithm>
#include <cstring>
#include <iterator>

#include "mqwarden/base/bytes.h"
#include "mqwarden/base/hash128.h"
#include "mqwarden/base/status_macros.h"
#include "mqwarden/base/text.h"

namespace mqwarden {
namespace {

constexpr size_t kHeadBytes = 8;
constexpr size_t kBufferBytes = size_t{64} << 10;
constexpr std::string_view kSuffix = ".records";
constexpr size_t kDigits = 20;

uint32_t ChecksumOf(std::string_view record, int64_t position) {
  return static_cast<uint32_t>(
      HashBytes(record, static_cast<uint64_t>(position)));
}

absl::Status Lost(const std::string& folder, std::string_view why) {
  return absl::DataLossError(ToAbsl("outbox " + folder + ": " + std::string(why)));
}

}  // namespace

Outbox::Outbox(FileSystem* disk, std::string folder, const OutboxOptions& options)
    : disk_(disk), folder_(std::move(folder)), options_(options) {}

Outbox::~Outbox() = default;

std::string Outbox::PathOf(int64_t begin) const {
  std::string digits = std::to_string(begin);
  digits.insert(0, kDigits - digits.size(), '0');
  return folder_ + "/" + digits + std::string(kSuffix);
}

absl::Status Outbox::List() {
  MQWARDEN_ASSIGN_OR_RETURN(const auto names, disk_->List(folder_));
  for (const std::string& name : names) {
    if (name.size() != kDigits + kSuffix.size() || !name.ends_with(kSuffix) ||
        name.find_first_not_of("0123456789") != kDigits) {
      continue;
    }
    // Nineteen digits are any position; a larger number is none of ours.
    if (name[0] != '0') continue;
    const int64_t begin = std::stoll(name.substr(0, kDigits));
    MQWARDEN_ASSIGN_OR_RETURN(const FileStat stat, disk_->Stat(PathOf(begin)));
    segments_[begin] = stat.size;
  }
  return absl::OkStatus();
}

absl::Status Outbox::Recover(const std::optional<OutboxState>& state) {
  MQWARDEN_RETURN_IF_ERROR(disk_->MakeFolder(folder_));
  MQWARDEN_RETURN_IF_ERROR(disk_->SyncFolder(FolderOf(folder_)));
  MQWARDEN_ASSIGN_OR_RETURN(lock_,
                            disk_->Open(folder_ + "/lock", OpenMode::kUpdate));
  MQWARDEN_RETURN_IF_ERROR(lock_->Lock());
  MQWARDEN_RETURN_IF_ERROR(List());
  if (!state.has_value()) return KeepWholeRecords();

  if (state->acknowledged < 0 || state->acknowledged > state->end) {
    return Lost(folder_, "a state that acknowledges what is not there");
  }
  // Everything from the first record that did not arrive to the end is there.
  int64_t covered = state->acknowledged;
  for (const auto& [begin, size] : segments_) {
    if (begin <= covered) covered = std::max(covered, begin + size);
  }
  if (covered < state->end) {
    return Lost(folder_, "records from " + std::to_string(covered) + " to " +
                             std::to_string(state->end) + " are gone");
  }
  state_ = checkpointed_ = *state;
  committed_acknowledged_ = state->acknowledged;
  return CutTo(state->end);
}

// Segments behind `end` go, and what the one that holds `end` has behind it.
absl::Status Outbox::CutTo(int64_t end) {
  while (!segments_.empty()) {
    const auto [begin, size] = *segments_.rbegin();
    if (begin < end) {
      if (begin + size > end) {
        MQWARDEN_ASSIGN_OR_RETURN(const auto file,
                                  disk_->Open(PathOf(begin), OpenMode::kUpdate));
        MQWARDEN_RETURN_IF_ERROR(file->Truncate(end - begin));
        segments_[begin] = end - begin;
      }
      break;
    }
    MQWARDEN_RETURN_IF_ERROR(disk_->Unlink(PathOf(begin)));
    segments_.erase(begin);
  }
  return absl::OkStatus();
}

absl::Status Outbox::KeepWholeRecords() {
  if (segments_.empty()) return absl::OkStatus();
  const int64_t begin = segments_.begin()->first;
  state_.acknowledged = state_.end = begin;
  // The end is not known yet: as far as the files go.
  int64_t end = begin;
  for (const auto& [first, size] : segments_) {
    if (first != end) break;
    end += size;
  }
  state_.end = end;
  int64_t at = begin;
  while (at < end) {
    const auto item = Read(at);
    if (!item.ok() && absl::IsUnavailable(item.status())) return item.status();
    if (!item.ok() || !item->has_value()) break;
    at = (*item)->next;
    ++state_.records;
  }
  state_.end = at;
  checkpointed_ = state_;
  committed_acknowledged_ = begin;
  window_.clear();
  reading_.reset();
  reading_begin_ = -1;
  return CutTo(at);
}

absl::Status Outbox::Append(std::string_view record) {
  if (static_cast<int64_t>(record.size()) > kMaxRecordBytes) {
    return absl::InvalidArgumentError(
        "a record of " + std::to_string(record.size()) + " bytes, above " +
        std::to_string(kMaxRecordBytes));
  }
  ByteWriter writer(&buffer_);
  writer.U32(static_cast<uint32_t>(record.size()));
  writer.U32(ChecksumOf(record, state_.end));
  writer.Raw(record);
  state_.end += static_cast<int64_t>(kHeadBytes + record.size());
  ++state_.records;
  return buffer_.size() >= kBufferBytes ? Flush() : absl::OkStatus();
}

absl::Status Outbox::OpenSegment(int64_t begin) {
  MQWARDEN_ASSIGN_OR_RETURN(auto file,
                            disk_->Open(PathOf(begin), OpenMode::kAppend));
  open_[begin] = std::move(file);
  segments_.emplace(begin, 0);
  return absl::OkStatus();
}

absl::Status Outbox::Flush() {
  if (buffer_.empty()) return absl::OkStatus();
  const int64_t at = state_.end - static_cast<int64_t>(buffer_.size());
  int64_t begin = at;
  if (!segments_.empty()) {
    const auto& [last, size] = *segments_.rbegin();
    if (size < options_.segment_bytes && last + size == at) begin = last;
  }
  if (open_.count(begin) == 0) MQWARDEN_RETURN_IF_ERROR(OpenSegment(begin));
  MQWARDEN_RETURN_IF_ERROR(open_[begin]->Append(buffer_));
  segments_[begin] += static_cast<int64_t>(buffer_.size());
  buffer_.clear();
  return absl::OkStatus();
}

std::map<int64_t, int64_t>::const_iterator Outbox::SegmentOf(
    int64_t position) const {
  const auto after = segments_.upper_bound(position);
  if (after == segments_.begin()) return segments_.end();
  const auto found = std::prev(after);
  return position < found->first + found->second ? found : segments_.end();
}

// Bytes of the segment at `position`, through a window so that small records do not
// cost a call each; fewer than `size` only at the end of the segment.
absl::StatusOr<size_t> Outbox::ReadBytes(int64_t position, size_t size, char* out) {
  const bool inside =
      position >= window_begin_ &&
      position + static_cast<int64_t>(size) <=
          window_begin_ + static_cast<int64_t>(window_.size());
  if (!inside) {
    const auto segment = SegmentOf(position);
    if (segment == segments_.end()) return size_t{0};
    if (reading_begin_ != segment->first) {
      MQWARDEN_ASSIGN_OR_RETURN(
          reading_, disk_->Open(PathOf(segment->first), OpenMode::kRead));
      reading_begin_ = segment->first;
    }
    const int64_t left = segment->first + segment->second - position;
    window_.resize(std::min(std::max(size, kBufferBytes), static_cast<size_t>(left)));
    window_begin_ = position;
    const auto read = reading_->ReadAt(position - segment->first, window_.size(),
                                       window_.data());
    if (!read.ok()) {
      window_.clear();
      return read.status();
    }
    window_.resize(*read);
  }
  const auto at = static_cast<size_t>(position - window_begin_);
  const size_t given = std::min(size, window_.size() - at);
  std::memcpy(out, window_.data() + at, given);
  return given;
}

absl::StatusOr<std::optional<Outbox::Item>> Outbox::Read(int64_t position) {
  if (position >= state_.end) return std::nullopt;
  // What is still in the buffer is written first: one way to read.
  MQWARDEN_RETURN_IF_ERROR(Flush());
  char head[kHeadBytes];
  MQWARDEN_ASSIGN_OR_RETURN(const size_t got,
                            ReadBytes(position, kHeadBytes, head));
  if (got < kHeadBytes) {
    return Lost(folder_, "no record at " + std::to_string(position));
  }
  ByteReader reader(std::string_view(head, kHeadBytes));
  const uint32_t size = reader.U32();
  const uint32_t checksum = reader.U32();
  const int64_t body = position + static_cast<int64_t>(kHeadBytes);
  if (size > kMaxRecordBytes || body + size > state_.end) {
    return Lost(folder_, "a damaged record at " + std::to_string(position));
  }
  record_.resize(size);
  MQWARDEN_ASSIGN_OR_RETURN(const size_t whole,
                            ReadBytes(body, size, record_.data()));
  if (whole < size || ChecksumOf(record_, position) != checksum) {
    return Lost(folder_, "a damaged record at " + std::to_string(position));
  }
  return Item{.record = record_, .next = body + size};
}

void Outbox::Acknowledge(int64_t position, int64_t records) {
  state_.acknowledged = position;
  state_.acknowledged_records += records;
}

absl::StatusOr<OutboxState> Outbox::Checkpoint() {
  MQWARDEN_RETURN_IF_ERROR(Flush());
  checkpointed_ = state_;
  return state_;
}

absl::Status Outbox::Sync() {
  for (const auto& [begin, file] : open_) MQWARDEN_RETURN_IF_ERROR(file->Sync());
  return disk_->SyncFolder(folder_);
}

absl::Status Outbox::Committed() {
  // What is before this was acknowledged in this state and in the one before it,
  // which are all that may be asked for.
  const int64_t done = committed_acknowledged_;
  committed_acknowledged_ = checkpointed_.acknowledged;
  while (open_.size() > 1 &&
         std::next(open_.begin())->first <= checkpointed_.end) {
    open_.erase(open_.begin());
  }
  while (segments_.size() > 1) {
    const auto [begin, size] = *segments_.begin();
    if (begin + size > done) break;
    if (reading_begin_ == begin) {
      reading_.reset();
      reading_begin_ = -1;
    }
    open_.erase(begin);
    MQWARDEN_RETURN_IF_ERROR(disk_->Unlink(PathOf(begin)));
    segments_.erase(begin);
  }
  return absl::OkStatus();
}

}  // namespace mqwarden
