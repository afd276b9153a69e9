#include "mqwarden/pipeline/live/followed_file.h"

#include <algorithm>
#include <vector>

#include "mqwarden/base/bytes.h"
#include "mqwarden/base/status_macros.h"
#include "mqwarden/base/text.h"

namespace mqwarden {

absl::Status FollowedFile::Open(std::optional<std::string_view> state,
                                EventStream::Callback take) {
  stream_ = std::make_unique<ResumableStream>(options_, std::move(take));
  if (!state) {
    MQWARDEN_RETURN_IF_ERROR(OpenFresh());
    if (file_ != nullptr) return absl::OkStatus();
    return absl::NotFoundError(ToAbsl(path_ + ": no such file"));
  }
  ByteReader in(*state);
  place_.id.device = in.U64();
  place_.id.inode = in.U64();
  place_.offset = in.I64();
  place_.modified = in.I64();
  place_.head = in.Text();
  const uint8_t flags = in.U8();
  place_.was_deleted = (flags & 1) != 0;
  is_history_ = (flags & 2) != 0;
  if ((flags & 4) != 0) {
    damage_.emplace();
    damage_->what = in.Text();
    damage_->offset = in.I64();
  }
  rotations_ = in.I64();
  stream_->Load(&in);
  if (!in.done() || place_.offset < 0 || flags > 7 ||
      static_cast<int64_t>(place_.head.size()) >
          std::min(place_.offset, kFingerprintBytes)) {
    return absl::DataLossError(ToAbsl(path_ + ": its saved place is damaged"));
  }
  return GoOn();
}

void FollowedFile::Save(ByteWriter* out) const {
  out->U64(place_.id.device);
  out->U64(place_.id.inode);
  out->I64(place_.offset);
  out->I64(place_.modified);
  out->Text(place_.head);
  out->U8(static_cast<uint8_t>((place_.was_deleted ? 1 : 0) |
                               (is_history_ ? 2 : 0) | (damage_ ? 4 : 0)));
  if (damage_) {
    out->Text(damage_->what);
    out->I64(damage_->offset);
  }
  out->I64(rotations_);
  stream_->Save(out);
}

IngestStats FollowedFile::stats() const {
  IngestStats stats = stream_->stats();
  stats.damage = damage_;
  return stats;
}

absl::StatusOr<bool> FollowedFile::Fits(const std::string& path) const {
  const auto file = LogFile::Open(disk_, path, 0);
  if (absl::IsNotFound(file.status())) return false;
  MQWARDEN_RETURN_IF_ERROR(file.status());
  if (!(*file)->is_compressed()) {
    MQWARDEN_ASSIGN_OR_RETURN(const FileStat stat, (*file)->Stat());
    if (stat.size < place_.offset) return false;
  }
  MQWARDEN_ASSIGN_OR_RETURN(
      const std::string head,
      (*file)->ReadHead(static_cast<int64_t>(place_.head.size())));
  return head == place_.head;
}

absl::StatusOr<const RotatedFile*> FollowedFile::NextOf(
    const std::vector<RotatedFile>& rotated, bool has_name) const {
  const auto itself = std::find_if(
      rotated.begin(), rotated.end(),
      [this](const RotatedFile& file) { return file.id == place_.id; });
  // One that is not there by its identity was deleted, or is there compressed.
  for (auto next = itself == rotated.end() ? rotated.begin() : itself + 1;
       next != rotated.end(); ++next) {
    if (next->modified < place_.modified || !next->is_same_log) continue;
    // Of a file that has its name and was not read, only a copy made before it was cut
    // can be older.
    if (has_name && next->modified == place_.modified) continue;
    if (!place_.head.empty()) {
      MQWARDEN_ASSIGN_OR_RETURN(const bool is_copy, Fits(next->path));
      if (is_copy) continue;
    }
    return &*next;
  }
  return nullptr;
}

absl::Status FollowedFile::OpenAt(const std::string& path, int64_t offset) {
  MQWARDEN_ASSIGN_OR_RETURN(std::unique_ptr<LogFile> file,
                            LogFile::Open(disk_, path, offset));
  MQWARDEN_ASSIGN_OR_RETURN(const FileStat stat, file->Stat());
  if (offset == 0) place_ = Place();
  place_.id = stat.id;
  place_.modified = stat.modified;
  place_.offset = offset;
  place_.was_deleted = false;
  file_ = std::move(file);
  return absl::OkStatus();
}

absl::Status FollowedFile::OpenFresh() {
  file_.reset();
  const absl::Status opened = OpenAt(path_, 0);
  if (absl::IsNotFound(opened)) return absl::OkStatus();
  MQWARDEN_RETURN_IF_ERROR(opened);
  is_history_ = file_->is_compressed();
  return absl::OkStatus();
}

absl::Status FollowedFile::GoOn() {
  MQWARDEN_ASSIGN_OR_RETURN(const std::vector<RotatedFile> rotated,
                            ListRotated(disk_, path_));
  // The file itself, whatever it is called; else one that it may have become, by its
  // beginning; of nothing read there is none.
  std::vector<std::string> candidates;
  const auto now = disk_->Stat(path_);
  if (!now.ok() && !absl::IsNotFound(now.status())) return now.status();
  const bool is_here = now.ok() && now->id == place_.id;
  if (is_here) candidates.push_back(path_);
  for (const RotatedFile& file : rotated) {
    if (file.id == place_.id) candidates.push_back(file.path);
  }
  if (!place_.head.empty()) {
    if (now.ok() && !is_here) candidates.push_back(path_);
    for (const RotatedFile& file : rotated) {
      if (file.id != place_.id) candidates.push_back(file.path);
    }
  }
  for (const std::string& path : candidates) {
    if (path == path_ && place_.offset == 0) continue;
    MQWARDEN_ASSIGN_OR_RETURN(const bool fits, Fits(path));
    if (fits) return OpenAt(path, place_.offset);
  }
  if (place_.offset == 0 || place_.was_deleted) {
    MQWARDEN_ASSIGN_OR_RETURN(const RotatedFile* const next,
                              NextOf(rotated, is_here));
    return next == nullptr ? OpenFresh() : OpenAt(next->path, 0);
  }
  return absl::DataLossError(ToAbsl(
      path_ + ": the file that was read up to byte " +
      std::to_string(place_.offset) +
      " is not here any more, under no name; what came behind that is lost"));
}

// Whether the open file was cut, and maybe written anew, behind our back.
absl::StatusOr<bool> FollowedFile::WasCut() {
  MQWARDEN_ASSIGN_OR_RETURN(const FileStat stat, file_->Stat());
  place_.modified = stat.modified;
  if (stat.size < place_.offset) return true;
  // It may have grown to the same length again.
  const bool is_untouched =
      stat.size == place_.offset && stat.modified == checked_;
  if (is_untouched || place_.head.empty()) return false;
  checked_ = stat.modified;
  MQWARDEN_ASSIGN_OR_RETURN(
      const std::string head,
      file_->ReadHead(static_cast<int64_t>(place_.head.size())));
  return head != place_.head;
}

// A file that was not read has no beginning to tell it by. Where it was changed since
// we looked, it may have been copied and cut; goes on to the copy then.
absl::StatusOr<bool> FollowedFile::LeaveUnread() {
  MQWARDEN_ASSIGN_OR_RETURN(const FileStat stat, file_->Stat());
  if (stat.modified == place_.modified) return false;
  const auto now = disk_->Stat(path_);
  if (absl::IsNotFound(now.status())) return false;
  MQWARDEN_RETURN_IF_ERROR(now.status());
  if (now->id != place_.id) return false;
  MQWARDEN_ASSIGN_OR_RETURN(const std::vector<RotatedFile> rotated,
                            ListRotated(disk_, path_));
  MQWARDEN_ASSIGN_OR_RETURN(const RotatedFile* const next,
                            NextOf(rotated, /*has_name=*/true));
  if (next == nullptr) return false;
  ++rotations_;
  MQWARDEN_RETURN_IF_ERROR(OpenAt(next->path, 0));
  return true;
}

// A copy made before the cut has the same beginning, and may have more.
absl::Status FollowedFile::GoOnAfterCut() {
  ++rotations_;
  if (!place_.head.empty()) {
    MQWARDEN_ASSIGN_OR_RETURN(const std::vector<RotatedFile> rotated,
                              ListRotated(disk_, path_));
    for (auto copy = rotated.rbegin(); copy != rotated.rend(); ++copy) {
      if (copy->id == place_.id) continue;
      MQWARDEN_ASSIGN_OR_RETURN(const bool fits, Fits(copy->path));
      if (fits) return OpenAt(copy->path, place_.offset);
    }
  }
  stream_->FinishFile();
  return OpenFresh();
}

absl::StatusOr<bool> FollowedFile::ReadSome() {
  if (file_ == nullptr) return false;
  MQWARDEN_ASSIGN_OR_RETURN(const std::string piece, file_->Read());
  if (file_->damage() && !damage_) damage_ = file_->damage();
  if (piece.empty()) return false;
  // The bytes that a fingerprint is of are few, so that they are kept themselves.
  const auto known = static_cast<int64_t>(place_.head.size());
  if (known < kFingerprintBytes && known == place_.offset) {
    place_.head +=
        piece.substr(0, static_cast<size_t>(kFingerprintBytes - known));
  }
  place_.offset += static_cast<int64_t>(piece.size());
  stream_->Feed(piece);
  MQWARDEN_RETURN_IF_ERROR(stream_->status());
  return true;
}

// At the end of what is open: goes on to what came behind it. False: that is nothing
// yet.
absl::StatusOr<bool> FollowedFile::Leave() {
  const absl::StatusOr<FileStat> now = disk_->Stat(path_);
  if (absl::IsNotFound(now.status())) {
    place_.was_deleted = true;
    return false;
  }
  MQWARDEN_RETURN_IF_ERROR(now.status());
  place_.was_deleted = false;
  if (file_ != nullptr && now->id == place_.id) return false;
  MQWARDEN_ASSIGN_OR_RETURN(const std::vector<RotatedFile> rotated,
                            ListRotated(disk_, path_));
  MQWARDEN_ASSIGN_OR_RETURN(const RotatedFile* const next,
                            NextOf(rotated, /*has_name=*/false));
  if (file_ != nullptr) {
    if (next == nullptr && now->size == 0) return false;
    // What was written to the old one before the new one was begun.
    MQWARDEN_ASSIGN_OR_RETURN(const bool has_read, ReadSome());
    if (has_read) return true;
  }
  MQWARDEN_RETURN_IF_ERROR(next == nullptr ? OpenFresh() : OpenAt(next->path, 0));
  stream_->FinishFile();
  ++rotations_;
  return true;
}

absl::StatusOr<Source::Progress> FollowedFile::Read() {
  if (file_ != nullptr && !file_->is_compressed()) {
    if (place_.offset == 0) {
      MQWARDEN_ASSIGN_OR_RETURN(const bool has_left, LeaveUnread());
      if (has_left) return Progress::kRead;
    }
    MQWARDEN_ASSIGN_OR_RETURN(const bool was_cut, WasCut());
    if (was_cut) {
      MQWARDEN_RETURN_IF_ERROR(GoOnAfterCut());
      return Progress::kRead;
    }
  }
  MQWARDEN_ASSIGN_OR_RETURN(const bool has_read, ReadSome());
  if (has_read) return Progress::kRead;
  if (is_history_) {
    stream_->FinishFile();
    return Progress::kEnded;
  }
  MQWARDEN_ASSIGN_OR_RETURN(const bool has_left, Leave());
  return has_left ? Progress::kRead : Progress::kNothing;
}

}  // namespace mqwarden
