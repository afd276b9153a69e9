#include "mqwarden/pipeline/input_lane.h"

#include <utility>

#include "mqwarden/base/status_macros.h"
#include "mqwarden/ingest/ingest_stats.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

IngestOptions IngestOptionsOf(const InputOptions& options, bool explain) {
  IngestOptions ingest;
  ingest.format = options.format;
  ingest.text = options.text;
  if (!ingest.text.from) ingest.text.from = options.from;
  ingest.explain = explain;
  return ingest;
}

}  // namespace

InputLane::InputLane(const InputOptions& options, const std::string& path,
                     OnEvent on_event, OnExplain on_explain,
                     size_t piece_bytes)
    : options_(options),
      on_event_(std::move(on_event)),
      on_explain_(std::move(on_explain)),
      file_(path),
      buffer_(piece_bytes, '\0'),
      stream_(IngestOptionsOf(options, on_explain_ != nullptr),
              [this](Event& event) { Take(&event); }),
      decoder_([this](std::string_view bytes) { stream_.Feed(bytes); }) {
  report_.path = path;
}

bool InputLane::stopped() const {
  return options_.stop != nullptr &&
         options_.stop->load(std::memory_order_relaxed);
}

absl::StatusOr<bool> InputLane::Pump() {
  MQWARDEN_ASSIGN_OR_RETURN(
      const std::string_view piece,
      file_.Read(buffer_.data(), buffer_.size(), options_.stop));
  if (!piece.empty()) {
    decoder_.Feed(piece);
    MQWARDEN_RETURN_IF_ERROR(status_);
    done_bytes_ += static_cast<int64_t>(piece.size());
    return true;
  }
  // What an interrupt cuts off is neither damaged nor truncated.
  if (!stopped()) {
    decoder_.Finish();
    stream_.Finish();
  }
  MQWARDEN_RETURN_IF_ERROR(status_);
  Account();
  return false;
}

void InputLane::Take(Event* event) {
  if (!status_.ok()) return;
  if (event->Has(FieldId::kTime) &&
      ((options_.from && event->time() < *options_.from) ||
       (options_.to && event->time() > *options_.to))) {
    ++report_.outside;
    return;
  }
  if (on_explain_) on_explain_(stream_.provenance(), stream_.record_offset());
  const absl::StatusOr<std::string_view> reason = on_event_(event);
  if (!reason.ok()) {
    status_ = reason.status();
    return;
  }
  if (reason->empty()) return;
  RejectReport& rejected = report_.rejected[std::string(*reason)];
  if (rejected.count++ == 0) rejected.first_offset = stream_.record_offset();
}

// Adds what the reader of the format knows.
void InputLane::Account() {
  const IngestStats& stats = stream_.stats();
  report_.bytes = stats.bytes;
  report_.read = stats.records;
  for (const auto& [reason, count] : stats.rejected) {
    RejectReport& rejected = report_.rejected[reason];
    rejected.count = count;
    const auto sample = stats.samples.find(reason);
    if (sample == stats.samples.end()) continue;
    rejected.first_offset = sample->second.offset;
    rejected.first_detail = sample->second.detail;
    rejected.first_excerpt = sample->second.excerpt;
  }
  report_.normalized = report_.read - report_.rejected_count();
  report_.passed_over.insert(stats.passed_over.begin(),
                             stats.passed_over.end());
  if (const auto& damage = decoder_.damage()) {
    report_.damage =
        damage->what + " at byte " + std::to_string(damage->offset);
  }
}

}  // namespace mqwarden
