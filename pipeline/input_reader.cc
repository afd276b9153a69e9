#include "mqwarden/pipeline/input_reader.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "mqwarden/base/status_macros.h"
#include "mqwarden/base/text.h"
#include "mqwarden/ingest/byte_source.h"
#include "mqwarden/ingest/event_stream.h"
#include "mqwarden/pipeline/input_files.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

constexpr size_t kReadBytes = size_t{256} << 10;

// A file or standard input, read in pieces, so that progress can be told and an
// interrupt is noticed between two of them.
class ByteFile {
 public:
  explicit ByteFile(const std::string& path)
      : path_(path), buffer_(kReadBytes, '\0') {}
  ~ByteFile() {
    if (fd_ > STDIN_FILENO) ::close(fd_);
  }
  ByteFile(const ByteFile&) = delete;
  ByteFile& operator=(const ByteFile&) = delete;

  absl::Status Open() {
    fd_ = path_ == "-" ? STDIN_FILENO
                       : ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    return fd_ < 0 ? Fail() : absl::OkStatus();
  }

  // "" at the end, and when `stop` is set.
  absl::StatusOr<std::string_view> Read(const std::atomic<bool>* stop) {
    for (;;) {
      if (stop != nullptr && stop->load(std::memory_order_relaxed)) {
        return std::string_view();
      }
      const ssize_t size = ::read(fd_, buffer_.data(), buffer_.size());
      if (size >= 0) {
        return std::string_view(buffer_.data(), static_cast<size_t>(size));
      }
      if (errno != EINTR) return Fail();
    }
  }

 private:
  absl::Status Fail() const {
    return absl::UnavailableError(
        ToAbsl("cannot read " + (path_ == "-" ? "standard input" : path_) +
               ": " + std::generic_category().message(errno)));
  }

  const std::string path_;
  std::string buffer_;
  int fd_ = -1;
};

class InputReader {
 public:
  InputReader(const InputOptions& options, const InputHandler& handler)
      : options_(options), handler_(handler) {}

  absl::StatusOr<InputSummary> Run() {
    MQWARDEN_ASSIGN_OR_RETURN(const std::vector<InputFile> files,
                              ListInputs(options_.inputs));
    for (const InputFile& file : files) {
      // One file of unknown size makes the end unknown.
      if (file.bytes == 0) sizes_known_ = false;
      progress_.total_bytes += file.bytes;
    }
    if (!sizes_known_) progress_.total_bytes = 0;
    for (const InputFile& file : files) {
      if (stopped()) break;
      MQWARDEN_RETURN_IF_ERROR(ReadFile(file.path));
    }
    summary_.interrupted = stopped();
    return std::move(summary_);
  }

 private:
  bool stopped() const {
    return options_.stop != nullptr &&
           options_.stop->load(std::memory_order_relaxed);
  }

  absl::Status ReadFile(const std::string& path) {
    ByteFile file(path);
    MQWARDEN_RETURN_IF_ERROR(file.Open());
    summary_.files.emplace_back();
    InputReport& report = summary_.files.back();
    report.path = path;
    handler_.begin_file();

    IngestOptions ingest;
    ingest.format = options_.format;
    ingest.text = options_.text;
    if (!ingest.text.from) ingest.text.from = options_.from;
    ingest.explain = handler_.on_explain != nullptr;
    const EventStream* current = nullptr;
    EventStream stream(ingest,
                       [&](Event& event) { Take(&event, *current, &report); });
    current = &stream;
    ByteDecoder decoder([&](std::string_view bytes) { stream.Feed(bytes); });
    for (;;) {
      MQWARDEN_ASSIGN_OR_RETURN(const std::string_view piece,
                                file.Read(options_.stop));
      if (piece.empty()) break;
      decoder.Feed(piece);
      MQWARDEN_RETURN_IF_ERROR(status_);
      progress_.done_bytes += static_cast<int64_t>(piece.size());
      if (handler_.on_progress) handler_.on_progress(progress_);
    }
    // What an interrupt cuts off is neither damaged nor truncated.
    if (!stopped()) {
      decoder.Finish();
      stream.Finish();
    }
    MQWARDEN_RETURN_IF_ERROR(status_);
    Account(stream.stats(), decoder.damage(), &report);
    return absl::OkStatus();
  }

  void Take(Event* event, const EventStream& stream, InputReport* report) {
    if (!status_.ok()) return;
    const int64_t offset = stream.record_offset();
    if (event->Has(FieldId::kTime) &&
        ((options_.from && event->time() < *options_.from) ||
         (options_.to && event->time() > *options_.to))) {
      ++report->outside;
      return;
    }
    if (handler_.on_explain) handler_.on_explain(stream.provenance(), offset);
    const absl::StatusOr<std::string_view> reason = handler_.on_event(event);
    if (!reason.ok()) {
      status_ = reason.status();
      return;
    }
    if (reason->empty()) return;
    RejectReport& rejected = report->rejected[std::string(*reason)];
    if (rejected.count++ == 0) rejected.first_offset = offset;
  }

  // Adds what the reader of the format knows.
  static void Account(const IngestStats& stats,
                      const std::optional<InputDamage>& damage,
                      InputReport* report) {
    report->bytes = stats.bytes;
    report->read = stats.records;
    for (const auto& [reason, count] : stats.rejected) {
      RejectReport& rejected = report->rejected[reason];
      rejected.count = count;
      const auto sample = stats.samples.find(reason);
      if (sample == stats.samples.end()) continue;
      rejected.first_offset = sample->second.offset;
      rejected.first_detail = sample->second.detail;
      rejected.first_excerpt = sample->second.excerpt;
    }
    report->normalized = report->read - report->rejected_count();
    report->passed_over.insert(stats.passed_over.begin(),
                               stats.passed_over.end());
    if (damage) {
      report->damage =
          damage->what + " at byte " + std::to_string(damage->offset);
    }
  }

  const InputOptions& options_;
  const InputHandler& handler_;
  InputSummary summary_;
  InputProgress progress_;
  bool sizes_known_ = true;
  absl::Status status_;  // of the handler
};

}  // namespace

int64_t InputReport::rejected_count() const {
  int64_t count = 0;
  for (const auto& [reason, report] : rejected) count += report.count;
  return count;
}

absl::StatusOr<InputSummary> ReadInputs(const InputOptions& options,
                                        const InputHandler& handler) {
  return InputReader(options, handler).Run();
}

}  // namespace mqwarden
