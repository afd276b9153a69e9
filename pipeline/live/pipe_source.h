// Standard input and named pipes.
//
// Standard input ends with its writer. A named pipe is there for the next writer, so
// it never ends. Bytes that were read and are not an event yet are in the state, so a
// restart that is in good order loses nothing; after a crash what was read since the
// last checkpoint is gone, since a pipe cannot be read twice.
#ifndef MQWARDEN_PIPELINE_LIVE_PIPE_SOURCE_H_
#define MQWARDEN_PIPELINE_LIVE_PIPE_SOURCE_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mqwarden/ingest/event_stream.h"
#include "mqwarden/pipeline/live/resumable_stream.h"
#include "mqwarden/pipeline/live/source.h"

namespace mqwarden {

class PipeSource final : public Source {
 public:
  // `path`: of a named pipe, or `-` for standard input, which stays the caller's.
  PipeSource(std::string name, std::string path, IngestOptions options)
      : name_(std::move(name)),
        path_(std::move(path)),
        options_(std::move(options)) {}
  ~PipeSource() override;
  PipeSource(const PipeSource&) = delete;
  PipeSource& operator=(const PipeSource&) = delete;

  std::string_view name() const override { return name_; }
  absl::Status Open(std::optional<std::string_view> state,
                    EventStream::Callback take) override;
  absl::StatusOr<Progress> Read() override;
  void Quiet() override { stream_->FlushText(); }
  void Finish() override { stream_->FinishFile(); }
  void Save(ByteWriter* out) const override { stream_->Save(out); }
  void AddInterests(std::vector<Interest>* interests) const override;
  IngestStats stats() const override { return stream_->stats(); }

 private:
  bool is_stdin() const { return path_ == "-"; }

  const std::string name_;
  const std::string path_;
  const IngestOptions options_;

  std::unique_ptr<ResumableStream> stream_;
  std::string buffer_;
  int descriptor_ = -1;
  bool has_ended_ = false;
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LIVE_PIPE_SOURCE_H_
