#include "mqwarden/pipeline/live/program_transport.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

extern char** environ;

namespace mqwarden {
namespace {

constexpr size_t kMaxAnswerBytes = 4096;

// Writing to a program that has gone raises a signal that would end the process of an
// embedder. It is blocked for the call, and taken away when the call raised it.
ssize_t WriteWithoutSignal(int descriptor, const char* bytes, size_t size) {
  ::sigset_t pipe;
  ::sigemptyset(&pipe);
  ::sigaddset(&pipe, SIGPIPE);
  ::sigset_t pending;
  ::sigpending(&pending);
  const bool was_pending = ::sigismember(&pending, SIGPIPE) == 1;
  ::sigset_t before;
  ::pthread_sigmask(SIG_BLOCK, &pipe, &before);
  const ssize_t written = ::write(descriptor, bytes, size);
  const int error = errno;
  if (written < 0 && error == EPIPE && !was_pending) {
    const struct ::timespec none = {0, 0};
    ::sigtimedwait(&pipe, nullptr, &none);
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  return written;
}

// Both ends, ours without waiting; false when there are none.
bool MakePipe(int* read_end, int* write_end) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) < 0) return false;
  *read_end = ends[0];
  *write_end = ends[1];
  return true;
}

void SetNonBlocking(int descriptor) {
  ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK);
}

}  // namespace

absl::StatusOr<std::vector<std::string>> ParseCommandLine(std::string_view text) {
  std::vector<std::string> parts;
  size_t at = 0;
  for (;;) {
    while (at < text.size() && text[at] == ' ') ++at;
    if (at == text.size()) break;
    std::string part;
    while (at < text.size() && text[at] != ' ') {
      if (text[at] != '"') {
        part += text[at++];
        continue;
      }
      for (++at; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\' && at + 1 < text.size()) ++at;
        part += text[at];
      }
      if (at == text.size()) {
        return absl::InvalidArgumentError("a quote of the command has no end");
      }
      ++at;
    }
    parts.push_back(std::move(part));
  }
  if (parts.empty() || parts[0].empty()) {
    return absl::InvalidArgumentError("the command is empty");
  }
  return parts;
}

ProgramTransport::~ProgramTransport() {
  Stop(/*kill=*/false);
  // A program that ends when its input does gets a moment to; then it is killed, so
  // that none is left without its parent.
  for (const ::pid_t pid : dying_) {
    for (int i = 0; i < 100; ++i) {
      if (::waitpid(pid, nullptr, WNOHANG) != 0) break;
      if (i == 99) {
        ::kill(pid, SIGKILL);
        ::waitpid(pid, nullptr, 0);
        break;
      }
      const struct ::timespec moment = {0, 2'000'000};
      ::nanosleep(&moment, nullptr);
    }
  }
}

void ProgramTransport::Step(Duration now) {
  Reap(now);
  if (state_ == State::kStopped && !backoff_.waits(now)) Start(now);
  if (state_ == State::kStopped) return;
  Write(now);
  if (state_ == State::kStopped) return;
  if (!ReadAnswers(now)) {
    Fail(now);
  } else if (state_ != State::kReady && now >= deadline_) {
    Fail(now);
  }
}

void ProgramTransport::Start(Duration now) {
  int child_input = -1;
  int child_output = -1;
  if (!MakePipe(&child_input, &input_) || !MakePipe(&output_, &child_output)) {
    if (child_input >= 0) ::close(child_input);
    Fail(now);
    return;
  }
  SetNonBlocking(input_);
  SetNonBlocking(output_);

  ::posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, child_input, STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, child_output, STDOUT_FILENO);
  // What the host ignores or blocks is the host's business, not the program's.
  ::posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  ::sigset_t signals;
  ::sigemptyset(&signals);
  ::posix_spawnattr_setsigmask(&attributes, &signals);
  ::sigfillset(&signals);
  ::posix_spawnattr_setsigdefault(&attributes, &signals);
  ::posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::vector<char*> arguments;
  for (const std::string& part : command_) {
    arguments.push_back(const_cast<char*>(part.c_str()));
  }
  arguments.push_back(nullptr);
  ::pid_t pid = -1;
  const int error = ::posix_spawnp(&pid, arguments[0], &actions, &attributes,
                                   arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::posix_spawnattr_destroy(&attributes);
  ::close(child_input);
  ::close(child_output);
  if (error != 0) {
    Fail(now);
    return;
  }
  pid_ = pid;
  state_ = State::kStarting;
  deadline_ = SaturatingAdd(now, options_.answer_timeout);
}

void ProgramTransport::Stop(bool kill) {
  if (input_ >= 0) ::close(input_);
  if (output_ >= 0) ::close(output_);
  input_ = output_ = -1;
  if (pid_ >= 0) {
    if (kill) ::kill(pid_, SIGKILL);
    dying_.push_back(pid_);
  }
  pid_ = -1;
  out_.clear();
  answer_.clear();
  state_ = State::kStopped;
}

void ProgramTransport::Fail(Duration now) {
  Stop(/*kill=*/true);
  ++failures_;
  ++resets_;
  backoff_.Fail(now);
}

void ProgramTransport::Reap(Duration /*now*/) {
  dying_.erase(std::remove_if(dying_.begin(), dying_.end(),
                              [](::pid_t pid) {
                                return ::waitpid(pid, nullptr, WNOHANG) != 0;
                              }),
               dying_.end());
}

void ProgramTransport::Take(std::string_view record, int64_t next, Duration now) {
  out_ = record;
  std::replace(out_.begin(), out_.end(), '\n', ' ');
  out_ += '\n';
  taken_ = next;
  state_ = State::kWaiting;
  deadline_ = SaturatingAdd(now, options_.answer_timeout);
  Write(now);
}

void ProgramTransport::Write(Duration now) {
  while (!out_.empty()) {
    const ssize_t written = WriteWithoutSignal(input_, out_.data(), out_.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (written < 0) {
      Fail(now);
      return;
    }
    out_.erase(0, static_cast<size_t>(written));
  }
}

bool ProgramTransport::ReadAnswers(Duration /*now*/) {
  for (;;) {
    char bytes[512];
    const ssize_t got = ::read(output_, bytes, sizeof(bytes));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
    if (got == 0) return false;
    answer_.append(bytes, static_cast<size_t>(got));
    for (size_t end; (end = answer_.find('\n')) != std::string::npos;) {
      std::string_view line = std::string_view(answer_).substr(0, end);
      if (line.ends_with('\r')) line.remove_suffix(1);
      // It speaks only when it is asked, and only once the record is all there.
      if (line != "OK" || state_ == State::kReady || !out_.empty()) return false;
      if (state_ == State::kWaiting) {
        acknowledged_ = taken_;
        backoff_.Succeed();
      }
      state_ = State::kReady;
      answer_.erase(0, end + 1);
    }
    if (answer_.size() > kMaxAnswerBytes) return false;
  }
}

std::optional<Duration> ProgramTransport::next_step() const {
  switch (state_) {
    case State::kStopped:
      return backoff_.until();
    case State::kStarting:
    case State::kWaiting:
      return deadline_;
    case State::kReady:
      return std::nullopt;
  }
  return std::nullopt;
}

void ProgramTransport::AddInterests(std::vector<Interest>* interests) const {
  if (state_ == State::kStopped) return;
  interests->push_back({.descriptor = output_, .readable = true});
  if (!out_.empty()) interests->push_back({.descriptor = input_, .writable = true});
}

}  // namespace mqwarden
