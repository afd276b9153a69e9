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
                     OnEvent on_event, OnExplain on_explain, Crew* crew,
                     size_t piece_bytes)
    : options_(options),
      on_event_(std::move(on_event)),
      on_explain_(std::move(on_explain)),
      crew_(crew),
      piece_bytes_(piece_bytes),
      file_(path),
      stream_(IngestOptionsOf(options, on_explain_ != nullptr),
              [this](Event& event) { Take(&event, stream_.record_offset()); }),
      decoder_([this](std::string_view bytes) { stream_.Feed(bytes); }) {
  report_.path = path;
}

absl::Status InputLane::Open() {
  MQWARDEN_RETURN_IF_ERROR(file_.Open());
  if (crew_ == nullptr) {
    buffer_.resize(piece_bytes_);
    return absl::OkStatus();
  }
  // As many pieces as keep all busy: smaller ones, that caches hold.
  pieces_ = std::make_unique<Pieces>(
      IngestOptionsOf(options_, /*explain=*/false), piece_bytes_ / 2,
      2 * static_cast<size_t>(options_.threads) + 2, crew_, &file_,
      options_.stop);
  return absl::OkStatus();
}

bool InputLane::stopped() const {
  return options_.stop != nullptr &&
         options_.stop->load(std::memory_order_relaxed);
}

absl::StatusOr<bool> InputLane::Pump() {
  if (pieces_ != nullptr) return PumpPiece();
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
  Account(decoder_.damage());
  return false;
}

absl::StatusOr<bool> InputLane::PumpPiece() {
  MQWARDEN_ASSIGN_OR_RETURN(const Pieces::Taken taken, pieces_->Next());
  if (taken.piece == nullptr) {
    if (!stopped()) stream_.Finish();
    pieces_->Close();
    MQWARDEN_RETURN_IF_ERROR(status_);
    Account(pieces_->damage());
    return false;
  }
  Piece& piece = *taken.piece;
  if (taken.is_decoded && piece.held.is_independent && stream_.MayPass()) {
    const EventPieceBase base = stream_.Pass(piece.held);
    for (size_t i = 0; i < piece.offsets.size(); ++i) {
      piece.events[i].set_sequence(base.events + static_cast<int64_t>(i) + 1);
      Take(&piece.events[i], base.offset + piece.offsets[i]);
    }
  } else {
    stream_.Feed(piece.bytes());
  }
  MQWARDEN_RETURN_IF_ERROR(status_);
  done_bytes_ = piece.done_bytes;
  return true;
}

void InputLane::Take(Event* event, int64_t offset) {
  if (!status_.ok()) return;
  if (event->Has(FieldId::kTime) &&
      ((options_.from && event->time() < *options_.from) ||
       (options_.to && event->time() > *options_.to))) {
    ++report_.outside;
    return;
  }
  if (on_explain_) on_explain_(stream_.provenance(), offset);
  const absl::StatusOr<std::string_view> reason = on_event_(event);
  if (!reason.ok()) {
    status_ = reason.status();
    return;
  }
  if (reason->empty()) return;
  RejectReport& rejected = report_.rejected[std::string(*reason)];
  if (rejected.count++ == 0) rejected.first_offset = offset;
}

// Adds what the reader of the format knows.
void InputLane::Account(const std::optional<InputDamage>& damage) {
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
  if (damage) {
    report_.damage =
        damage->what + " at byte " + std::to_string(damage->offset);
  }
}

}  // namespace mqwarden
