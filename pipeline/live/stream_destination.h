// A destination without a memory: standard output, or whatever takes bytes. What was
// written before a crash is not known to have arrived, and comes again.
#ifndef MQWARDEN_PIPELINE_LIVE_STREAM_DESTINATION_H_
#define MQWARDEN_PIPELINE_LIVE_STREAM_DESTINATION_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "mqwarden/pipeline/live/destination.h"
#include "mqwarden/schema/alert.h"

namespace mqwarden {

class StreamDestination final : public Destination {
 public:
  // `sink` writes to a buffer of the owner's, which `flush` hands on.
  StreamDestination(std::string name, std::unique_ptr<AlertSink> sink,
                    std::function<absl::Status()> flush)
      : name_(std::move(name)),
        sink_(std::move(sink)),
        flush_(std::move(flush)) {}

  void OnAlert(const Alert& alert) override {
    ++taken_;
    sink_->OnAlert(alert);
  }
  void OnReport(const ReportRecord& report) override {
    ++taken_;
    sink_->OnReport(report);
  }

  std::string_view name() const override { return name_; }
  absl::Status Recover(std::optional<std::string_view> /*state*/) override {
    return absl::OkStatus();
  }
  const absl::Status& status() const override { return status_; }
  void Step(Duration /*now*/) override { Flush(); }
  absl::Status Checkpoint(std::string* /*state*/) override {
    Flush();
    return status_;
  }
  absl::Status Sync() override { return absl::OkStatus(); }
  absl::Status Close() override {
    Flush();
    return status_;
  }
  DestinationStats stats() const override {
    DestinationStats stats;
    stats.taken = stats.acknowledged = taken_;
    return stats;
  }

 private:
  void Flush() {
    if (taken_ == flushed_ || !status_.ok()) return;
    flushed_ = taken_;
    status_ = flush_();
  }

  const std::string name_;
  const std::unique_ptr<AlertSink> sink_;
  const std::function<absl::Status()> flush_;
  int64_t taken_ = 0;
  int64_t flushed_ = 0;
  absl::Status status_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LIVE_STREAM_DESTINATION_H_
