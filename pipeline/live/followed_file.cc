#include "mqwarden/pipeline/live/followed_file.h"

#include <algorithm>
#include <vector>

#include "mqwarden/base/bytes.h"
#include "mqwarden/base/hash128.h"
#include "mqwarden/base/status_macros.h"
#include "mqwarden/base/text.h"

namespace mqwarden {
namespace {

bool IsCompressed(std::string_view path) {
  return path.ends_with(".gz") || path.ends_with(".zst");
}

absl::StatusOr<std::string> ReadUpTo(File* file, int64_t offset, size_t size) {
  std::string bytes(size, '\0');
  MQWARDEN_ASSIGN_OR_RETURN(const size_t read,
                            file->ReadAt(offset, size, bytes.data()));
  bytes.resize(read);
  return bytes;
}

// Plain bytes of a compressed file, from `offset` on; of the first `limit` of them
// where that is not 0.
absl::StatusOr<std::string> ReadPlain(FileSystem* disk, const std::string& path,
                                      int64_t offset, int64_t limit) {
  MQWARDEN_ASSIGN_OR_RETURN(const std::unique_ptr<File> file,
                            disk->Open(path, OpenMode::kRead));
  std::string plain;
  int64_t seen = 0;
  ByteDecoder decoder([&](std::string_view bytes) {
    const int64_t skipped =
        std::min<int64_t>(static_cast<int64_t>(bytes.size()),
                          std::max<int64_t>(offset - seen, 0));
    seen += static_cast<int64_t>(bytes.size());
    plain += bytes.substr(static_cast<size_t>(skipped));
  });
  for (int64_t at = 0;;) {
    MQWARDEN_ASSIGN_OR_RETURN(
        const std::string piece,
        ReadUpTo(file.get(), at, FollowedFile::kPieceBytes));
    if (piece.empty() || (limit > 0 && seen >= limit)) break;
    at += static_cast<int64_t>(piece.size());
    decoder.Feed(piece);
  }
  decoder.Finish();
  return plain;
}

}  // namespace

absl::Status FollowedFile::Open(std::optional<std::string_view> state,
                                EventStream::Callback take) {
  stream_ = std::make_unique<ResumableStream>(options_, std::move(take));
  if (!state) {
    MQWARDEN_RETURN_IF_ERROR(OpenFresh());
    if (file_ != nullptr) return absl::OkStatus();
    return absl::NotFoundError(ToAbsl(path_ + ": no such file"));
  }
  ByteReader in(*state);
  Place place;
  place.id.device = in.U64();
  place.id.inode = in.U64();
  place.offset = in.I64();
  head_ = in.Text();
  rotations_ = in.I64();
  stream_->Load(&in);
  if (!in.done() || place.offset < 0) {
    return absl::DataLossError(ToAbsl(path_ + ": its saved place is damaged"));
  }
  place.print_bytes = static_cast<int64_t>(head_.size());
  place.print = HashBytes(head_);
  return GoOn(place);
}

void FollowedFile::Save(ByteWriter* out) const {
  out->U64(place_.id.device);
  out->U64(place_.id.inode);
  out->I64(place_.offset);
  out->Text(head_);
  out->I64(rotations_);
  stream_->Save(out);
}

// The bytes that a fingerprint is of are few, so that they are kept themselves.
void FollowedFile::UpdatePrint(std::string_view bytes, int64_t offset) {
  if (offset != place_.print_bytes || offset >= kFingerprintBytes) return;
  head_ += bytes.substr(0, static_cast<size_t>(kFingerprintBytes - offset));
  place_.print_bytes = static_cast<int64_t>(head_.size());
  place_.print = HashBytes(head_);
}

absl::StatusOr<bool> FollowedFile::Fits(const std::string& path,
                                        const Place& place) const {
  std::string head;
  if (IsCompressed(path)) {
    MQWARDEN_ASSIGN_OR_RETURN(
        head, ReadPlain(disk_, path, 0, std::max<int64_t>(place.print_bytes, 1)));
    head.resize(std::min(head.size(), static_cast<size_t>(place.print_bytes)));
  } else {
    MQWARDEN_ASSIGN_OR_RETURN(const std::unique_ptr<File> file,
                              disk_->Open(path, OpenMode::kRead));
    MQWARDEN_ASSIGN_OR_RETURN(const FileStat stat, file->Stat());
    if (stat.size < place.offset) return false;
    MQWARDEN_ASSIGN_OR_RETURN(
        head, ReadUpTo(file.get(), 0, static_cast<size_t>(place.print_bytes)));
  }
  return static_cast<int64_t>(head.size()) == place.print_bytes &&
         HashBytes(head) == place.print;
}

absl::StatusOr<std::vector<std::string>> FollowedFile::Siblings() const {
  const std::string folder = FolderOf(path_);
  const std::string_view base = NameOf(path_);
  // `app.log.1`, `app.log-20261120.gz`, and `AMQERR02.LOG` of `AMQERR01.LOG`.
  std::string_view stem = base.substr(0, base.rfind('.'));
  while (!stem.empty() && stem.back() >= '0' && stem.back() <= '9') {
    stem.remove_suffix(1);
  }
  MQWARDEN_ASSIGN_OR_RETURN(const std::vector<std::string> names,
                            disk_->List(folder));
  std::vector<std::pair<int64_t, std::string>> found;
  for (const std::string& name : names) {
    const bool is_like = !stem.empty() && name.starts_with(stem);
    if (name == base || !is_like) continue;
    const std::string path = folder == "/" ? "/" + name : folder + "/" + name;
    const auto stat = disk_->Stat(path);
    if (absl::IsNotFound(stat.status())) continue;
    MQWARDEN_RETURN_IF_ERROR(stat.status());
    if (stat->type != FileStat::Type::kRegular) continue;
    found.emplace_back(stat->modified, path);
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> paths;
  for (auto& [modified, path] : found) paths.push_back(std::move(path));
  return paths;
}

absl::StatusOr<size_t> FollowedFile::Find(const std::vector<std::string>& paths,
                                          const FileId& id) const {
  for (size_t i = 0; i < paths.size(); ++i) {
    const absl::StatusOr<FileStat> stat = disk_->Stat(paths[i]);
    if (absl::IsNotFound(stat.status())) continue;
    MQWARDEN_RETURN_IF_ERROR(stat.status());
    if (stat->id == id) return i;
  }
  return paths.size();
}

absl::Status FollowedFile::OpenAt(const std::string& path, int64_t offset) {
  MQWARDEN_ASSIGN_OR_RETURN(file_, disk_->Open(path, OpenMode::kRead));
  MQWARDEN_ASSIGN_OR_RETURN(const FileStat stat, file_->Stat());
  place_.id = stat.id;
  place_.offset = offset;
  return absl::OkStatus();
}

absl::Status FollowedFile::OpenFresh() {
  file_.reset();
  const absl::Status opened = OpenAt(path_, 0);
  if (opened.code() == absl::StatusCode::kNotFound) return absl::OkStatus();
  MQWARDEN_RETURN_IF_ERROR(opened);
  head_.clear();
  place_.print_bytes = 0;
  place_.print = 0;
  return absl::OkStatus();
}

absl::Status FollowedFile::GoOn(const Place& place) {
  // The file itself; else one that it has become, by its identity first.
  MQWARDEN_ASSIGN_OR_RETURN(std::vector<std::string> candidates, Siblings());
  candidates.insert(candidates.begin(), path_);
  MQWARDEN_ASSIGN_OR_RETURN(const size_t itself, Find(candidates, place.id));
  if (itself < candidates.size()) {
    std::rotate(candidates.begin(),
                candidates.begin() + static_cast<std::ptrdiff_t>(itself),
                candidates.begin() + static_cast<std::ptrdiff_t>(itself) + 1);
  }
  // Of nothing read there is nothing to tell it by but its identity.
  for (const std::string& path : candidates) {
    const auto stat = disk_->Stat(path);
    if (absl::IsNotFound(stat.status())) continue;
    // A disk that does not answer says nothing about what is on it.
    MQWARDEN_RETURN_IF_ERROR(stat.status());
    const bool is_same = stat->id == place.id;
    if (place.print_bytes == 0 && !is_same) continue;
    MQWARDEN_ASSIGN_OR_RETURN(const bool fits, Fits(path, place));
    if (!fits) continue;
    place_ = place;
    if (!IsCompressed(path)) return OpenAt(path, place.offset);
    // Read at once, and then the file.
    MQWARDEN_ASSIGN_OR_RETURN(rest_,
                              ReadPlain(disk_, path, place.offset, 0));
    return absl::OkStatus();
  }
  if (place.offset == 0) return OpenFresh();
  return absl::DataLossError(ToAbsl(
      path_ + ": the file that was read up to byte " +
      std::to_string(place.offset) +
      " is not here any more, under no name; what came behind that is lost"));
}

// Whether the open file was cut, and maybe written anew, behind our back.
absl::StatusOr<bool> FollowedFile::WasCut() {
  MQWARDEN_ASSIGN_OR_RETURN(const FileStat stat, file_->Stat());
  if (stat.size < place_.offset) return true;
  // It may have grown to the same length again.
  const bool is_untouched =
      stat.size == place_.offset && stat.modified == checked_;
  if (is_untouched || place_.print_bytes == 0) return false;
  checked_ = stat.modified;
  MQWARDEN_ASSIGN_OR_RETURN(
      const std::string head,
      ReadUpTo(file_.get(), 0, static_cast<size_t>(place_.print_bytes)));
  return HashBytes(head) != place_.print;
}

absl::StatusOr<std::string> FollowedFile::ReadSome() {
  if (!rest_.empty()) {
    std::string piece = rest_.substr(0, kPieceBytes);
    rest_.erase(0, piece.size());
    place_.offset += static_cast<int64_t>(piece.size());
    return piece;
  }
  if (file_ == nullptr) return std::string();
  MQWARDEN_ASSIGN_OR_RETURN(const std::string piece,
                            ReadUpTo(file_.get(), place_.offset, kPieceBytes));
  UpdatePrint(piece, place_.offset);
  place_.offset += static_cast<int64_t>(piece.size());
  return piece;
}

// At the end of what is open: goes on to what has its name by now. False: that is
// still the same.
absl::StatusOr<bool> FollowedFile::Leave() {
  const absl::StatusOr<FileStat> now = disk_->Stat(path_);
  if (!now.ok()) {
    if (now.status().code() == absl::StatusCode::kNotFound) return false;
    return now.status();
  }
  if (file_ != nullptr && now->id == place_.id) return false;
  if (file_ != nullptr) {
    // What was written to the old one before it was renamed.
    MQWARDEN_ASSIGN_OR_RETURN(const std::string piece, ReadSome());
    if (!piece.empty()) {
      stream_->Feed(piece);
      return true;
    }
  }
  stream_->FinishFile();
  ++rotations_;
  // Files between the two, oldest first: rotated more than once since we looked.
  if (file_ != nullptr) {
    MQWARDEN_ASSIGN_OR_RETURN(const std::vector<std::string> siblings,
                              Siblings());
    MQWARDEN_ASSIGN_OR_RETURN(const size_t old, Find(siblings, place_.id));
    const size_t next = old + 1;
    if (next < siblings.size() && !IsCompressed(siblings[next]) &&
        IsRotationOf(siblings[next])) {
      head_.clear();
      place_ = Place();
      MQWARDEN_RETURN_IF_ERROR(OpenAt(siblings[next], 0));
      return true;
    }
  }
  MQWARDEN_RETURN_IF_ERROR(OpenFresh());
  return true;
}

absl::StatusOr<Source::Progress> FollowedFile::Read() {
  if (file_ != nullptr && rest_.empty()) {
    MQWARDEN_ASSIGN_OR_RETURN(const bool was_cut, WasCut());
    if (was_cut) {
      // A copy made before the cut has the same beginning, and may have more.
      MQWARDEN_ASSIGN_OR_RETURN(const std::vector<std::string> siblings,
                                Siblings());
      for (const std::string& path : siblings) {
        if (place_.print_bytes == 0) continue;
        const absl::StatusOr<bool> fits = Fits(path, place_);
        // One that is gone by now, or is being compressed, is none; a disk that
        // does not answer says nothing about what is on it.
        if (absl::IsNotFound(fits.status()) || absl::IsDataLoss(fits.status())) {
          continue;
        }
        MQWARDEN_RETURN_IF_ERROR(fits.status());
        if (!*fits) continue;
        std::string rest;
        if (IsCompressed(path)) {
          MQWARDEN_ASSIGN_OR_RETURN(rest,
                                    ReadPlain(disk_, path, place_.offset, 0));
        } else {
          MQWARDEN_ASSIGN_OR_RETURN(const std::unique_ptr<File> copy,
                                    disk_->Open(path, OpenMode::kRead));
          MQWARDEN_ASSIGN_OR_RETURN(const FileStat stat, copy->Stat());
          MQWARDEN_ASSIGN_OR_RETURN(
              rest, ReadUpTo(copy.get(), place_.offset,
                             static_cast<size_t>(stat.size - place_.offset)));
        }
        stream_->Feed(rest);
        break;
      }
      stream_->FinishFile();
      ++rotations_;
      MQWARDEN_RETURN_IF_ERROR(OpenFresh());
      return Progress::kRead;
    }
  }
  MQWARDEN_ASSIGN_OR_RETURN(const std::string piece, ReadSome());
  if (!piece.empty()) {
    stream_->Feed(piece);
    MQWARDEN_RETURN_IF_ERROR(stream_->status());
    return Progress::kRead;
  }
  MQWARDEN_ASSIGN_OR_RETURN(const bool has_left, Leave());
  return has_left ? Progress::kRead : Progress::kNothing;
}

}  // namespace mqwarden
