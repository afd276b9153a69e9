#include "mqwarden/pipeline/live/log_file.h"

#include <algorithm>
#include <utility>

#include "mqwarden/base/status_macros.h"
#include "mqwarden/base/text.h"

namespace mqwarden {
namespace {

constexpr size_t kMagicBytes = 4;

bool IsCompressed(std::string_view head) {
  return head.starts_with("\x1f\x8b") || head.starts_with("\x28\xb5\x2f\xfd");
}

// The name without what compression appends; "" where nothing is appended.
std::string_view WithoutCompression(std::string_view path) {
  for (const std::string_view suffix : {".gz", ".zst"}) {
    if (path.ends_with(suffix)) return path.substr(0, path.size() - suffix.size());
  }
  return "";
}

int NumberOf(std::string_view name) {
  if (const std::string_view plain = WithoutCompression(name); !plain.empty()) {
    name = plain;
  }
  name.remove_prefix(name.rfind('.') + 1);  // of no dot: nothing
  constexpr size_t kMaxDigits = 4;
  int number = 0;
  if (name.size() > kMaxDigits) return 0;
  for (const char c : name) {
    if (c < '0' || c > '9') return 0;
    number = number * 10 + (c - '0');
  }
  return number;
}

}  // namespace

LogFile::LogFile(std::unique_ptr<File> file, bool is_compressed, int64_t offset)
    : file_(std::move(file)),
      is_compressed_(is_compressed),
      offset_(is_compressed ? 0 : offset),
      skip_(is_compressed ? offset : 0),
      decoder_([this](std::string_view plain) { Take(plain); }) {}

absl::StatusOr<std::unique_ptr<LogFile>> LogFile::Open(FileSystem* disk,
                                                       const std::string& path,
                                                       int64_t offset) {
  MQWARDEN_ASSIGN_OR_RETURN(std::unique_ptr<File> file,
                            disk->Open(path, OpenMode::kRead));
  std::string head(kMagicBytes, '\0');
  MQWARDEN_ASSIGN_OR_RETURN(const size_t size,
                            file->ReadAt(0, head.size(), head.data()));
  head.resize(size);
  return std::unique_ptr<LogFile>(
      new LogFile(std::move(file), IsCompressed(head), offset));
}

absl::StatusOr<std::string> LogFile::ReadRaw(int64_t offset, size_t size) {
  std::string bytes(size, '\0');
  MQWARDEN_ASSIGN_OR_RETURN(const size_t read,
                            file_->ReadAt(offset, size, bytes.data()));
  bytes.resize(read);
  return bytes;
}

void LogFile::Take(std::string_view plain) {
  const size_t before = std::min(plain.size(), static_cast<size_t>(skip_));
  skip_ -= static_cast<int64_t>(before);
  plain_ += plain.substr(before);
}

absl::StatusOr<std::string> LogFile::Read() {
  if (!is_compressed_) {
    MQWARDEN_ASSIGN_OR_RETURN(std::string piece, ReadRaw(offset_, kPieceBytes));
    offset_ += static_cast<int64_t>(piece.size());
    return piece;
  }
  while (read_ == plain_.size() && !has_ended_) {
    plain_.clear();
    read_ = 0;
    MQWARDEN_ASSIGN_OR_RETURN(const std::string raw, ReadRaw(offset_, kPieceBytes));
    offset_ += static_cast<int64_t>(raw.size());
    if (raw.empty()) {
      has_ended_ = true;
      decoder_.Finish();
    } else {
      decoder_.Feed(raw);
    }
  }
  const std::string piece = plain_.substr(read_, kPieceBytes);
  read_ += piece.size();
  return piece;
}

absl::StatusOr<std::string> LogFile::ReadHead(int64_t size) {
  const auto wanted = static_cast<size_t>(size);
  if (!is_compressed_) return ReadRaw(0, wanted);
  std::string head;
  ByteDecoder decoder([&head, wanted](std::string_view plain) {
    head += plain.substr(0, wanted - std::min(wanted, head.size()));
  });
  for (int64_t at = 0; head.size() < wanted;) {
    MQWARDEN_ASSIGN_OR_RETURN(const std::string raw, ReadRaw(at, kPieceBytes));
    at += static_cast<int64_t>(raw.size());
    if (raw.empty() || decoder.damage()) {
      decoder.Finish();
      break;
    }
    decoder.Feed(raw);
  }
  return head;
}

absl::StatusOr<std::vector<RotatedFile>> ListRotated(FileSystem* disk,
                                                     const std::string& path) {
  const std::string folder = FolderOf(path);
  const std::string_view base = NameOf(path);
  std::string_view stem = base.substr(0, base.rfind('.'));
  while (!stem.empty() && stem.back() >= '0' && stem.back() <= '9') {
    stem.remove_suffix(1);
  }
  std::vector<RotatedFile> found;
  if (stem.empty()) return found;
  MQWARDEN_ASSIGN_OR_RETURN(const std::vector<std::string> names,
                            disk->List(folder));
  for (const std::string& name : names) {
    if (name == base || !name.starts_with(stem)) continue;
    // Half of it may be compressed by now.
    const std::string_view plain = WithoutCompression(name);
    if (!plain.empty() && plain != base &&
        std::binary_search(names.begin(), names.end(), plain)) {
      continue;
    }
    RotatedFile file;
    file.path = folder == "/" ? "/" + name : folder + "/" + name;
    const auto stat = disk->Stat(file.path);
    if (absl::IsNotFound(stat.status())) continue;
    // A disk that does not answer says nothing about what is on it.
    MQWARDEN_RETURN_IF_ERROR(stat.status());
    if (stat->type != FileStat::Type::kRegular) continue;
    file.modified = stat->modified;
    file.id = stat->id;
    file.number = NumberOf(name);
    file.is_same_log = name.starts_with(base) || stem == "AMQERR";
    found.push_back(std::move(file));
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace mqwarden
