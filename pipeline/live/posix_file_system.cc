// FileSystem over the system calls of POSIX.
#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "mqwarden/base/text.h"
#include "mqwarden/pipeline/live/file_system.h"

namespace mqwarden {
namespace {

// What is created may be read by the group, as logs are.
constexpr mode_t kFileMode = 0640;
constexpr mode_t kFolderMode = 0750;

absl::Status Fail(std::string_view what, const std::string& path, int error) {
  const auto message = std::string(what) + ' ' + path + ": " +
                       std::generic_category().message(error);
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return absl::NotFoundError(ToAbsl(message));
    case EEXIST:
      return absl::AlreadyExistsError(ToAbsl(message));
    case EACCES:
    case EPERM:
    case EROFS:
      return absl::PermissionDeniedError(ToAbsl(message));
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
    case EMFILE:
    case ENFILE:
      return absl::ResourceExhaustedError(ToAbsl(message));
    default:
      return absl::UnavailableError(ToAbsl(message));
  }
}

// Calls again what a signal has interrupted.
template <typename Call>
auto Repeat(const Call& call) {
  for (;;) {
    const auto result = call();
    if (result >= 0 || errno != EINTR) return result;
  }
}

FileStat StatOf(const struct ::stat& stat) {
  FileStat result;
  result.id = {static_cast<uint64_t>(stat.st_dev),
               static_cast<uint64_t>(stat.st_ino)};
  result.size = static_cast<int64_t>(stat.st_size);
  result.modified =
      static_cast<int64_t>(stat.st_mtim.tv_sec) * 1'000'000'000 +
      static_cast<int64_t>(stat.st_mtim.tv_nsec);
  result.type = S_ISREG(stat.st_mode)    ? FileStat::Type::kRegular
                : S_ISDIR(stat.st_mode)  ? FileStat::Type::kFolder
                : S_ISFIFO(stat.st_mode) ? FileStat::Type::kPipe
                : S_ISSOCK(stat.st_mode) ? FileStat::Type::kSocket
                                         : FileStat::Type::kOther;
  return result;
}

int FlagsOf(OpenMode mode) {
  switch (mode) {
    case OpenMode::kRead:
      return O_RDONLY | O_NONBLOCK;
    case OpenMode::kAppend:
      return O_RDWR | O_CREAT | O_APPEND;
    case OpenMode::kCreate:
      return O_RDWR | O_CREAT | O_TRUNC;
    case OpenMode::kUpdate:
      return O_RDWR | O_CREAT;
  }
  return O_RDONLY;
}

class PosixFile final : public File {
 public:
  PosixFile(int descriptor, std::string path)
      : descriptor_(descriptor), path_(std::move(path)) {}
  ~PosixFile() override { ::close(descriptor_); }
  PosixFile(const PosixFile&) = delete;
  PosixFile& operator=(const PosixFile&) = delete;

  absl::StatusOr<size_t> ReadAt(int64_t offset, size_t size,
                                char* out) override {
    size_t done = 0;
    while (done < size) {
      const int64_t at = offset + static_cast<int64_t>(done);
      ssize_t read = Repeat([&] {
        return is_pipe_ ? ::read(descriptor_, out + done, size - done)
                        : ::pread(descriptor_, out + done, size - done,
                                  static_cast<off_t>(at));
      });
      if (read < 0 && errno == ESPIPE && !is_pipe_) {
        is_pipe_ = true;
        continue;
      }
      if (read < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
        if (done > 0) return done;
        return absl::AbortedError(ToAbsl("nothing to read from " + path_));
      }
      if (read < 0) return Fail("cannot read", path_, errno);
      if (read == 0) break;
      done += static_cast<size_t>(read);
      if (is_pipe_) break;
    }
    return done;
  }

  absl::Status Append(std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t written = Repeat(
          [&] { return ::write(descriptor_, bytes.data(), bytes.size()); });
      if (written < 0) return Fail("cannot write", path_, errno);
      bytes.remove_prefix(static_cast<size_t>(written));
    }
    return absl::OkStatus();
  }

  absl::Status WriteAt(int64_t offset, std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t written = Repeat([&] {
        return ::pwrite(descriptor_, bytes.data(), bytes.size(),
                        static_cast<off_t>(offset));
      });
      if (written < 0) return Fail("cannot write", path_, errno);
      offset += written;
      bytes.remove_prefix(static_cast<size_t>(written));
    }
    return absl::OkStatus();
  }

  absl::Status Truncate(int64_t size) override {
    const int result = Repeat(
        [&] { return ::ftruncate(descriptor_, static_cast<off_t>(size)); });
    return result < 0 ? Fail("cannot cut", path_, errno) : absl::OkStatus();
  }

  // Not repeated, whatever the reason: the system may have thrown away what it
  // could not write, and would then call a second try a success.
  absl::Status Sync() override {
    return ::fsync(descriptor_) < 0 ? Fail("cannot sync", path_, errno)
                                    : absl::OkStatus();
  }

  absl::StatusOr<FileStat> Stat() override {
    struct ::stat stat = {};
    if (::fstat(descriptor_, &stat) < 0) return Fail("cannot look at", path_, errno);
    return StatOf(stat);
  }

  absl::Status Lock() override {
    const int result =
        Repeat([&] { return ::flock(descriptor_, LOCK_EX | LOCK_NB); });
    if (result == 0) return absl::OkStatus();
    if (errno != EWOULDBLOCK) return Fail("cannot lock", path_, errno);
    return absl::FailedPreconditionError(
        ToAbsl(path_ + " is in use by another process"));
  }

 private:
  const int descriptor_;
  const std::string path_;
  bool is_pipe_ = false;  // found out at the first read
};

class PosixFileSystem final : public FileSystem {
 public:
  absl::StatusOr<std::unique_ptr<File>> Open(const std::string& path,
                                             OpenMode mode) override {
    const int descriptor = Repeat([&] {
      return ::open(path.c_str(), FlagsOf(mode) | O_CLOEXEC, kFileMode);
    });
    if (descriptor < 0) return Fail("cannot open", path, errno);
    return std::make_unique<PosixFile>(descriptor, path);
  }

  absl::Status Rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) == 0) return absl::OkStatus();
    return Fail("cannot rename", from + " to " + to, errno);
  }

  absl::Status Unlink(const std::string& path) override {
    if (::unlink(path.c_str()) == 0) return absl::OkStatus();
    return Fail("cannot remove", path, errno);
  }

  absl::Status SyncFolder(const std::string& folder) override {
    const int descriptor = Repeat([&] {
      return ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    });
    if (descriptor < 0) return Fail("cannot open", folder, errno);
    const int result = ::fsync(descriptor);
    const int error = errno;
    ::close(descriptor);
    return result < 0 ? Fail("cannot sync", folder, error) : absl::OkStatus();
  }

  absl::Status MakeFolder(const std::string& folder) override {
    if (::mkdir(folder.c_str(), kFolderMode) == 0) return absl::OkStatus();
    const int error = errno;
    struct ::stat stat = {};
    if (error == EEXIST && ::stat(folder.c_str(), &stat) == 0 &&
        S_ISDIR(stat.st_mode)) {
      return absl::OkStatus();
    }
    return Fail("cannot make", folder, error);
  }

  absl::StatusOr<std::vector<std::string>> List(
      const std::string& folder) override {
    ::DIR* const stream = ::opendir(folder.c_str());
    if (stream == nullptr) return Fail("cannot open", folder, errno);
    std::vector<std::string> names;
    errno = 0;
    while (const ::dirent* const entry = ::readdir(stream)) {
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") names.emplace_back(name);
      errno = 0;
    }
    const int error = errno;
    ::closedir(stream);
    if (error != 0) return Fail("cannot read", folder, error);
    std::sort(names.begin(), names.end());
    return names;
  }

  absl::StatusOr<FileStat> Stat(const std::string& path) override {
    struct ::stat stat = {};
    if (::stat(path.c_str(), &stat) < 0) {
      return Fail("cannot look at", path, errno);
    }
    return StatOf(stat);
  }
};

}  // namespace

std::unique_ptr<FileSystem> MakePosixFileSystem() {
  return std::make_unique<PosixFileSystem>();
}

}  // namespace mqwarden
