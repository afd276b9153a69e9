#include "mqwarden/cli/console.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>

#include "mqwarden/base/terminal_text.h"
#include "mqwarden/base/text.h"
#include "mqwarden/cli/exit_code.h"

namespace mqwarden {
namespace {

constexpr size_t kBufferBytes = size_t{64} << 10;

bool HasColor(int fd) {
  if (!::isatty(fd)) return false;
  const char* const no_color = std::getenv("NO_COLOR");
  if (no_color != nullptr && *no_color != '\0') return false;
  const char* const term = std::getenv("TERM");
  return term == nullptr || std::string_view(term) != "dumb";
}

}  // namespace

OutputFile::~OutputFile() {
  if (fd_ >= 0) ::close(fd_);
}

absl::Status OutputFile::Fail(std::string_view what) {
  const std::string name =
      is_stdout() ? "standard output" : EscapeForTerminal(path_);
  status_ = absl::UnavailableError(
      ToAbsl("cannot " + std::string(what) + " " + name + ": " +
             std::generic_category().message(errno)));
  return status_;
}

absl::Status OutputFile::Open() {
  // A descriptor of its own: others may write to standard output as well, and a
  // disk may report only at close() that it is full.
  fd_ = is_stdout()
            ? ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
            : ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
                     0666);
  return fd_ < 0 ? Fail("write to") : absl::OkStatus();
}

absl::Status OutputFile::Write(std::string_view bytes) {
  if (!status_.ok()) return status_;
  buffer_.append(bytes);
  return buffer_.size() < kBufferBytes ? absl::OkStatus() : Flush();
}

absl::Status OutputFile::Flush() {
  std::string_view left = buffer_;
  while (!left.empty()) {
    const ssize_t written = ::write(fd_, left.data(), left.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return Fail("write to");
    }
    left.remove_prefix(static_cast<size_t>(written));
  }
  buffer_.clear();
  return absl::OkStatus();
}

absl::Status OutputFile::Close() {
  if (fd_ < 0) return status_;
  if (status_.ok()) (void)Flush();
  const int fd = fd_;
  fd_ = -1;
  if (::close(fd) != 0 && status_.ok()) return Fail("write to");
  return status_;
}

absl::Status WriteFile(const std::string& path, std::string_view text) {
  OutputFile file(path);
  absl::Status status = file.Open();
  if (status.ok()) status = file.Write(text);
  const absl::Status closed = file.Close();
  return status.ok() ? closed : status;
}

int PrintProduct(std::string_view text, int exit_code) {
  const absl::Status status = WriteFile("-", text);
  if (status.ok()) return exit_code;
  PrintStatus(status);
  return kExitUsage;
}

void PrintToStderr(std::string_view text) {
  // Nothing is left to tell a failure to.
  std::fwrite(text.data(), 1, text.size(), stderr);
}

void PrintMessage(std::string_view message) {
  PrintToStderr("mqwarden: " + std::string(message) + "\n");
}

void PrintStatus(const absl::Status& status) {
  PrintMessage(EscapeForTerminal(FromAbsl(status.message())));
}

bool StdoutIsTerminal() { return ::isatty(STDOUT_FILENO) != 0; }
bool StderrIsTerminal() { return ::isatty(STDERR_FILENO) != 0; }
bool StdoutHasColor() { return HasColor(STDOUT_FILENO); }
bool StderrHasColor() { return HasColor(STDERR_FILENO); }

std::string CountOf(long long count, std::string_view noun) {
  std::string text = std::to_string(count) + " " + std::string(noun);
  if (count != 1) text.push_back('s');
  return text;
}

}  // namespace mqwarden
