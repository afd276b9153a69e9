// A destination behind an outbox: records are written to the local disk, and from
// there to a peer by a transport, at least once and in order. While the peer is down
// they wait; after a crash those that were not known to have arrived at the last
// checkpoint are sent again, with the same bytes, so with the same ids.
#ifndef MQWARDEN_PIPELINE_LIVE_OUTBOX_DESTINATION_H_
#define MQWARDEN_PIPELINE_LIVE_OUTBOX_DESTINATION_H_

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "mqwarden/base/time.h"
#include "mqwarden/pipeline/live/destination.h"
#include "mqwarden/pipeline/live/machine.h"
#include "mqwarden/pipeline/live/outbox.h"
#include "mqwarden/pipeline/live/transport.h"
#include "mqwarden/schema/alert.h"

namespace mqwarden {

// How a record is written for the peer; both append to `out`. A report that has no
// form (null) is not sent.
struct RecordFormat {
  std::function<void(const Alert&, std::string* out)> alert;
  std::function<void(const ReportRecord&, std::string* out)> report;
};

class OutboxDestination final : public Destination {
 public:
  OutboxDestination(std::string name, RecordFormat format,
                    std::unique_ptr<Outbox> outbox,
                    std::unique_ptr<Transport> transport);

  void OnAlert(const Alert& alert) override;
  void OnReport(const ReportRecord& report) override;

  std::string_view name() const override { return name_; }
  absl::Status Recover(std::optional<std::string_view> state) override;
  const absl::Status& status() const override { return status_; }
  bool has_room() const override { return !outbox_->is_full(); }
  void Step(Duration now) override;
  std::optional<Duration> next_step() const override;
  void AddInterests(std::vector<Interest>* interests) const override {
    transport_->AddInterests(interests);
  }
  absl::Status Checkpoint(std::string* state) override;
  absl::Status Sync() override { return outbox_->Sync(); }
  void Committed() override;
  absl::Status Close() override;
  DestinationStats stats() const override;

 private:
  void Add();
  void NoteAcknowledged();

  const std::string name_;
  const RecordFormat format_;
  const std::unique_ptr<Outbox> outbox_;
  const std::unique_ptr<Transport> transport_;

  absl::Status status_;
  std::string record_;
  int64_t taken_ = 0;
  int64_t sending_ = 0;  // position of the next record to give to the transport
  int64_t resets_ = 0;   // of the transport, seen
  // Positions behind the records that are given and not acknowledged.
  std::deque<int64_t> given_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LIVE_OUTBOX_DESTINATION_H_
