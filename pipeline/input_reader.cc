#include "mqwarden/pipeline/input_reader.h"

#include <optional>
#include <utility>

#include "mqwarden/base/status_macros.h"
#include "mqwarden/pipeline/crew.h"
#include "mqwarden/pipeline/input_files.h"
#include "mqwarden/pipeline/input_lane.h"

namespace mqwarden {
namespace {

class InputReader {
 public:
  InputReader(const InputOptions& options, const InputHandler& handler)
      : options_(options), handler_(handler) {
    // Explanations are made where events are.
    if (options.threads > 1 && !handler.on_explain) {
      crew_.emplace(options.threads - 1);
    }
  }

  absl::StatusOr<InputSummary> Run() {
    MQWARDEN_ASSIGN_OR_RETURN(const std::vector<InputFile> files,
                              ListInputs(options_.inputs));
    progress_.total_bytes = TotalBytes(files);
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
    InputLane lane(options_, path, handler_.on_event, handler_.on_explain,
                   crew_ ? &*crew_ : nullptr, options_.piece_bytes);
    MQWARDEN_RETURN_IF_ERROR(lane.Open());
    handler_.begin_file();
    const int64_t before = progress_.done_bytes;
    for (;;) {
      MQWARDEN_ASSIGN_OR_RETURN(const bool more, lane.Pump());
      progress_.done_bytes = before + lane.done_bytes();
      if (!more) break;
      if (handler_.on_progress) handler_.on_progress(progress_);
    }
    summary_.files.push_back(lane.report());
    return absl::OkStatus();
  }

  const InputOptions& options_;
  const InputHandler& handler_;
  InputSummary summary_;
  InputProgress progress_;
  std::optional<Crew> crew_;
};

}  // namespace

absl::StatusOr<InputSummary> ReadInputs(const InputOptions& options,
                                        const InputHandler& handler) {
  return InputReader(options, handler).Run();
}

}  // namespace mqwarden
