#include "mqwarden/pipeline/live/outbox_destination.h"

#include "mqwarden/base/bytes.h"
#include "mqwarden/base/status_macros.h"
#include "mqwarden/base/text.h"
#include "mqwarden/schema/report.h"

namespace mqwarden {
namespace {

constexpr uint8_t kStateVersion = 1;
// Records given in one step, so that a long outbox does not hold up the events.
constexpr int kRecordsPerStep = 256;

}  // namespace

OutboxDestination::OutboxDestination(std::string name, RecordFormat format,
                                     std::unique_ptr<Outbox> outbox,
                                     std::unique_ptr<Transport> transport)
    : name_(std::move(name)),
      format_(std::move(format)),
      outbox_(std::move(outbox)),
      transport_(std::move(transport)) {}

void OutboxDestination::OnAlert(const Alert& alert) {
  if (!status_.ok()) return;
  record_.clear();
  format_.alert(alert, &record_);
  Add();
}

void OutboxDestination::OnReport(const ReportRecord& report) {
  if (!status_.ok() || !format_.report) return;
  record_.clear();
  format_.report(report, &record_);
  Add();
}

void OutboxDestination::Add() {
  ++taken_;
  status_ = outbox_->Append(record_);
}

absl::Status OutboxDestination::Recover(std::optional<std::string_view> state) {
  std::optional<OutboxState> back;
  if (state.has_value()) {
    ByteReader reader(*state);
    const uint8_t version = reader.U8();
    back.emplace();
    back->end = reader.I64();
    back->acknowledged = reader.I64();
    back->records = reader.I64();
    back->acknowledged_records = reader.I64();
    if (!reader.done() || version != kStateVersion || back->acknowledged < 0 ||
        back->acknowledged > back->end || back->acknowledged_records < 0 ||
        back->acknowledged_records > back->records) {
      return absl::DataLossError(
          ToAbsl("the state of destination " + name_ + " is damaged"));
    }
  }
  MQWARDEN_RETURN_IF_ERROR(outbox_->Recover(back));
  sending_ = outbox_->state().acknowledged;
  return absl::OkStatus();
}

void OutboxDestination::NoteAcknowledged() {
  const int64_t arrived = transport_->acknowledged();
  int64_t records = 0;
  while (!given_.empty() && given_.front() <= arrived) {
    given_.pop_front();
    ++records;
  }
  if (records > 0) outbox_->Acknowledge(arrived, records);
}

void OutboxDestination::Step(Duration now) {
  if (!status_.ok()) return;
  // What waits in memory is on the disk after each step, so that a process that dies
  // leaves it to its successor.
  status_ = outbox_->Flush();
  if (!status_.ok()) return;
  transport_->Step(now);
  NoteAcknowledged();
  for (int given = 0; transport_->can_take(); ++given) {
    if (transport_->resets() != resets_) {
      resets_ = transport_->resets();
      given_.clear();
      sending_ = outbox_->state().acknowledged;
    }
    if (given == kRecordsPerStep) return;  // next_step() asks to go on
    const auto item = outbox_->Read(sending_);
    if (!item.ok()) {
      status_ = item.status();
      return;
    }
    if (!item->has_value()) return;
    sending_ = (*item)->next;
    given_.push_back(sending_);
    transport_->Take((*item)->record, sending_, now);
    NoteAcknowledged();
  }
}

std::optional<Duration> OutboxDestination::next_step() const {
  const OutboxState& state = outbox_->state();
  const bool can_go_on = transport_->can_take() && sending_ < state.end;
  if (status_.ok() && (can_go_on || outbox_->has_unwritten())) {
    return Duration::zero();  // at once
  }
  return transport_->next_step();
}

absl::Status OutboxDestination::Checkpoint(std::string* state) {
  MQWARDEN_RETURN_IF_ERROR(status_);
  const auto at = outbox_->Checkpoint();
  if (!at.ok()) return status_ = at.status();
  ByteWriter writer(state);
  writer.U8(kStateVersion);
  writer.I64(at->end);
  writer.I64(at->acknowledged);
  writer.I64(at->records);
  writer.I64(at->acknowledged_records);
  return absl::OkStatus();
}

void OutboxDestination::Committed() {
  if (status_.ok()) status_ = outbox_->Committed();
}

absl::Status OutboxDestination::Close() {
  MQWARDEN_RETURN_IF_ERROR(status_);
  return outbox_->Flush();
}

DestinationStats OutboxDestination::stats() const {
  const OutboxState& state = outbox_->state();
  DestinationStats stats;
  stats.taken = taken_;
  stats.acknowledged = state.acknowledged_records;
  stats.waiting = state.records - state.acknowledged_records;
  stats.waiting_bytes = state.end - state.acknowledged;
  stats.failures = transport_->failures();
  stats.is_down = transport_->is_down();
  return stats;
}

}  // namespace mqwarden
