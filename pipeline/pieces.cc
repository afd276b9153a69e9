#include "mqwarden/pipeline/pieces.h"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <utility>

#include "mqwarden/base/status_macros.h"

namespace mqwarden {
namespace {

// As on disk, of a compressed input: it grows.
constexpr size_t kCompressedBytes = size_t{32} << 10;

// The first byte of the last line that begins with `{`, but for the first; npos
// where there is none.
size_t LastObjectLine(std::string_view bytes) {
  for (size_t at = bytes.rfind('{'); at != bytes.npos && at > 0;
       at = bytes.rfind('{', at - 1)) {
    if (bytes[at - 1] == '\n') return at;
  }
  return bytes.npos;
}

}  // namespace

Pieces::Pieces(const IngestOptions& options, size_t size, size_t count,
               Crew* crew, ByteFile* file, const std::atomic<bool>* stop)
    : options_(options),
      size_(size),
      crew_(crew),
      file_(file),
      stop_(stop),
      bytes_([this](std::string_view bytes) { pending_ += bytes; }),
      input_(kCompressedBytes, '\0'),
      ring_(std::max<size_t>(count, 2)) {
  crew_->Add(this);
}

Pieces::~Pieces() { Close(); }

void Pieces::Close() {
  if (crew_ == nullptr) return;
  crew_->Remove(this);
  crew_ = nullptr;
}

std::function<void()> Pieces::Claim() {
  // What is there to be decoded keeps all busy; without it somebody has to read.
  size_t raw = 0;
  for (const Slot& slot : ring_) raw += slot.state == State::kRaw;
  if (raw < 2) {
    if (auto task = ClaimProduction()) return task;
  }
  return ClaimDecoding();
}

std::function<void()> Pieces::ClaimProduction() {
  if (is_producing_ || ended_) return nullptr;
  Slot* const slot = &ring_[produced_ % ring_.size()];
  if (slot->state != State::kFree) return nullptr;
  slot->state = State::kProducing;
  is_producing_ = true;
  ++produced_;
  return [this, slot] { Produce(slot); };
}

std::function<void()> Pieces::ClaimDecoding() {
  for (size_t i = taken_; i < produced_; ++i) {
    Slot* const slot = &ring_[i % ring_.size()];
    if (slot->state != State::kRaw || !slot->piece.may_be_independent) continue;
    slot->state = State::kDecoding;
    return [this, slot] { Decode(slot); };
  }
  return nullptr;
}

void Pieces::Produce(Slot* slot) {
  absl::Status status = Fill(&slot->piece);
  const bool is_empty = slot->piece.size == 0;
  const std::lock_guard<std::mutex> lock(crew_->mutex());
  is_producing_ = false;
  if (!status.ok() || is_empty) {
    slot->state = State::kEnd;
    production_ = std::move(status);
    ended_ = true;
  } else {
    slot->state = State::kRaw;
  }
  crew_->Wake();
}

// Leaves the piece empty at the end.
absl::Status Pieces::Fill(Piece* piece) {
  piece->may_be_independent = is_at_object_;
  if (bytes_.is_plain()) {
    MQWARDEN_RETURN_IF_ERROR(FillPlain(piece));
  } else {
    MQWARDEN_RETURN_IF_ERROR(FillDecompressed(piece));
  }
  piece->done_bytes = done_bytes_;
  return absl::OkStatus();
}

// Reads to where the bytes stay; what stands behind the cut is the next piece's.
absl::Status Pieces::FillPlain(Piece* piece) {
  piece->buffer.assign(pending_, pending_at_);
  pending_.clear();
  pending_at_ = 0;
  piece->size = piece->buffer.size();
  if (piece->size < size_) piece->buffer.resize(size_);
  while (!at_end_ && piece->size < size_) {
    MQWARDEN_ASSIGN_OR_RETURN(
        const std::string_view read,
        file_->Read(piece->buffer.data() + piece->size, size_ - piece->size,
                    stop_));
    at_end_ = read.empty();
    piece->size += read.size();
    done_bytes_ += static_cast<int64_t>(read.size());
  }
  if (at_end_) return absl::OkStatus();
  const size_t cut = LastObjectLine(piece->bytes());
  is_at_object_ = cut != std::string_view::npos;
  if (!is_at_object_) return absl::OkStatus();
  pending_.assign(piece->buffer, cut, piece->size - cut);
  piece->size = cut;
  return absl::OkStatus();
}

absl::Status Pieces::FillDecompressed(Piece* piece) {
  pending_.erase(0, pending_at_);
  pending_at_ = 0;
  while (!at_end_ && pending_.size() < size_) {
    MQWARDEN_ASSIGN_OR_RETURN(
        const std::string_view read,
        file_->Read(input_.data(), input_.size(), stop_));
    done_bytes_ += static_cast<int64_t>(read.size());
    at_end_ = read.empty();
    if (!at_end_) {
      bytes_.Feed(read);
    } else if (!stopped()) {
      // What an interrupt cuts off is neither damaged nor truncated.
      bytes_.Finish();
    }
  }
  const std::string_view window =
      std::string_view(pending_).substr(0, size_);
  size_t cut = LastObjectLine(window);
  is_at_object_ = cut != std::string_view::npos;
  if (!is_at_object_) cut = window.size();
  piece->buffer.assign(pending_, 0, cut);
  piece->size = cut;
  pending_at_ = cut;
  return absl::OkStatus();
}

void Pieces::Decode(Slot* slot) {
  std::unique_ptr<PieceDecoder> decoder;
  {
    const std::lock_guard<std::mutex> lock(crew_->mutex());
    if (!decoders_.empty()) {
      decoder = std::move(decoders_.back());
      decoders_.pop_back();
    }
  }
  if (decoder == nullptr) decoder = std::make_unique<PieceDecoder>(options_);
  decoder->Decode(&slot->piece);
  const std::lock_guard<std::mutex> lock(crew_->mutex());
  decoders_.push_back(std::move(decoder));
  slot->state = State::kDecoded;
  crew_->Wake();
}

absl::StatusOr<Pieces::Taken> Pieces::Next() {
  std::unique_lock<std::mutex> lock(crew_->mutex());
  if (taken_ > 0) {
    Slot& before = ring_[(taken_ - 1) % ring_.size()];
    if (before.state == State::kTaken) {
      before.state = State::kFree;
      crew_->Wake();
    }
  }
  for (;;) {
    if (stopped()) return Taken();
    Slot& slot = ring_[taken_ % ring_.size()];
    std::function<void()> task;
    switch (slot.state) {
      case State::kRaw:
      case State::kDecoded: {
        const bool is_decoded = slot.state == State::kDecoded;
        slot.state = State::kTaken;
        ++taken_;
        return Taken{&slot.piece, is_decoded};
      }
      case State::kEnd:
        MQWARDEN_RETURN_IF_ERROR(production_);
        return Taken();
      default:
        task = ClaimDecoding();
        if (!task) task = ClaimProduction();
    }
    if (task) {
      lock.unlock();
      task();
      lock.lock();
    } else {
      crew_->Wait(&lock);
    }
  }
}

}  // namespace mqwarden
