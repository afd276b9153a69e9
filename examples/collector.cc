// A small daemon around mqwarden: amqsevt JSON on standard input, alerts as NDJSON
// on standard output the moment they fire.
//
//   amqsevt -m QM1 -q SYSTEM.ADMIN.QMGR.EVENT -o json | collector rules/pack
//
// It takes the three shapes of `amqsevt -o` (pretty objects, one a line, one
// array), cut anywhere. What is no event is counted, and the first of each reason
// is told on standard error. Events are taken as they come: one that is older
// than another before it is late, which the engine counts, and does not enter a
// window. Time moves with the events; a quiet stream decides nothing.
//
// SIGTERM, SIGINT and the end of the input stop it, with its counts on standard
// error and exit code 0. Exit code 2: the rules do not compile. 3: wrong usage, or
// input or output failed.

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mqwarden/ingest/event_stream.h"
#include "mqwarden/mqwarden.h"
#include "mqwarden/pipeline/rule_files.h"
#include "mqwarden/sinks/jsonl_sink.h"

namespace {

volatile std::sig_atomic_t stop_requested = 0;

void RequestStop(int) { stop_requested = 1; }

int Fail(int code, std::string_view why) {
  std::fprintf(stderr, "collector: %.*s\n", static_cast<int>(why.size()), why.data());
  return code;
}

// SIGTERM and SIGINT arrive only while WaitForInput() waits, so that none falls
// between the question whether one came and the wait. `*while_waiting` gets the
// mask for that.
void HandleSignals(sigset_t* while_waiting) {
  struct sigaction stop = {};
  stop.sa_handler = RequestStop;
  sigaction(SIGTERM, &stop, nullptr);
  sigaction(SIGINT, &stop, nullptr);
  signal(SIGPIPE, SIG_IGN);  // a reader that went away is a failed write
  sigset_t blocked;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  sigaddset(&blocked, SIGINT);
  sigprocmask(SIG_BLOCK, &blocked, while_waiting);
  sigdelset(while_waiting, SIGTERM);
  sigdelset(while_waiting, SIGINT);
}

// False when it is time to stop.
bool WaitForInput(const sigset_t& while_waiting) {
  pollfd input = {STDIN_FILENO, POLLIN, 0};
  while (ppoll(&input, 1, nullptr, &while_waiting) < 0) {
    if (errno != EINTR) return true;  // read() will tell
    if (stop_requested != 0) return false;
  }
  return stop_requested == 0;
}

absl::Status WriteToStdout(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) {
      return absl::UnavailableError(std::strerror(errno));
    }
    if (written > 0) bytes.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

class Collector {
 public:
  explicit Collector(std::unique_ptr<mqwarden::Engine> engine)
      : engine_(std::move(engine)),
        stream_({}, [this](mqwarden::Event& event) { Take(event); }) {}

  void Feed(std::string_view bytes) {
    stream_.Feed(bytes);
    TellNewRejects();
  }

  // The end of the input: what is due up to the last event is decided.
  void Finish() {
    stream_.Finish();
    TellNewRejects();
    if (last_) engine_->AdvanceWatermark(*last_);
  }

  void TellCounts(int64_t alerts) const {
    const mqwarden::EngineStats& stats = engine_->stats();
    std::fprintf(stderr, "collector: %lld events, %lld rejected, %lld late, %lld alerts\n",
                 static_cast<long long>(stats.events),
                 static_cast<long long>(stream_.stats().rejected_total()),
                 static_cast<long long>(stats.late), static_cast<long long>(alerts));
  }

 private:
  void Take(mqwarden::Event& event) {
    if (event.Has(mqwarden::FieldId::kTime) && (!last_ || event.time() > *last_)) {
      last_ = event.time();
    }
    engine_->Process(&event);
    engine_->Flush();  // at once rather than in the order of rule names
  }

  void TellNewRejects() {
    const mqwarden::IngestStats& stats = stream_.stats();
    if (stats.rejected.size() == told_.size()) return;
    for (const auto& [reason, count] : stats.rejected) {
      if (!told_.insert(reason).second) continue;
      std::fprintf(stderr, "collector: input that is no event: %s (first at byte %lld)\n",
                   reason.c_str(),
                   static_cast<long long>(stats.samples.at(reason).offset));
    }
  }

  const std::unique_ptr<mqwarden::Engine> engine_;
  mqwarden::EventStream stream_;
  std::optional<mqwarden::Time> last_;
  std::set<std::string> told_;
};

// Counts the alerts that it writes.
class CountingSink final : public mqwarden::AlertSink {
 public:
  void OnAlert(const mqwarden::Alert& alert) override {
    jsonl_.OnAlert(alert);
    ++alerts_;
  }
  const absl::Status& status() const { return jsonl_.status(); }
  int64_t alerts() const { return alerts_; }

 private:
  mqwarden::JsonlSink jsonl_{WriteToStdout};
  int64_t alerts_ = 0;
};

int Run(const std::string& rules_path) {
  auto sources = mqwarden::ReadRuleFiles(std::vector<std::string>{rules_path});
  if (!sources.ok()) return Fail(3, sources.status().ToString());
  mqwarden::DiskFileReader files;
  const mqwarden::CompileResult rules = mqwarden::CompileRules(*sources, &files, {});
  if (rules.plan == nullptr) {
    return Fail(2, "rules do not compile\n" + mqwarden::RenderText(rules.diagnostics, {}));
  }
  CountingSink sink;
  auto engine = mqwarden::Engine::Create(rules.plan, {}, &sink);
  if (!engine.ok()) return Fail(3, engine.status().ToString());
  Collector collector(std::move(*engine));

  sigset_t while_waiting;
  HandleSignals(&while_waiting);
  std::vector<char> buffer(size_t{64} << 10);
  while (sink.status().ok() && WaitForInput(while_waiting)) {
    const ssize_t size = read(STDIN_FILENO, buffer.data(), buffer.size());
    if (size < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (size < 0) return Fail(3, std::string("standard input: ") + std::strerror(errno));
    if (size == 0) {
      collector.Finish();
      break;
    }
    collector.Feed({buffer.data(), static_cast<size_t>(size)});
  }
  collector.TellCounts(sink.alerts());
  if (!sink.status().ok()) {
    return Fail(3, "standard output: " + std::string(sink.status().message()));
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 || argv[1][0] == '-') {
    return Fail(3, "usage: collector RULES (a folder or a file), events on standard input");
  }
  return Run(argv[1]);
}
