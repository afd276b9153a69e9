#include "mqwarden/pipeline/live/resumable_stream.h"

#include <utility>

namespace mqwarden {
namespace {

// Totals: what `add` counted but for what is in `less`.
void AddStats(const IngestStats& add, const IngestStats& less,
              IngestStats* sum) {
  sum->bytes += add.bytes - less.bytes;
  sum->records += add.records - less.records;
  sum->events += add.events - less.events;
  for (const auto member : {&IngestStats::rejected, &IngestStats::passed_over}) {
    for (const auto& [what, count] : add.*member) {
      const auto known = (less.*member).find(what);
      const int64_t more =
          count - (known == (less.*member).end() ? 0 : known->second);
      if (more != 0) (sum->*member)[what] += more;
    }
  }
  sum->samples.insert(add.samples.begin(), add.samples.end());
}

void SaveStats(const IngestStats& stats, ByteWriter* out) {
  out->I64(stats.bytes);
  out->I64(stats.records);
  out->I64(stats.events);
  for (const auto member : {&IngestStats::rejected, &IngestStats::passed_over}) {
    out->Varint((stats.*member).size());
    for (const auto& [what, count] : stats.*member) {
      out->Text(what);
      out->I64(count);
    }
  }
}

void LoadStats(ByteReader* in, IngestStats* stats) {
  stats->bytes = in->I64();
  stats->records = in->I64();
  stats->events = in->I64();
  for (const auto member : {&IngestStats::rejected, &IngestStats::passed_over}) {
    for (uint64_t size = in->Varint(); size > 0 && in->ok(); --size) {
      std::string what(in->Text());
      (stats->*member)[std::move(what)] = in->I64();
    }
  }
}

}  // namespace

ResumableStream::ResumableStream(IngestOptions options,
                                 EventStream::Callback callback)
    : options_(std::move(options)), callback_(std::move(callback)) {
  Begin(std::nullopt);
}

void ResumableStream::Begin(const std::optional<StreamShape>& shape) {
  IngestOptions options = options_;
  options.shape = shape;
  stream_ = std::make_unique<EventStream>(std::move(options),
                                          [this](Event& event) { Take(event); });
  stream_begin_ = fed_;
  base_ = fed_;
  tail_.clear();
}

void ResumableStream::Take(Event& event) {
  if (is_loading_) return;
  const int64_t offset = stream_begin_ + stream_->record_offset();
  if (offset > base_ && offset <= fed_) {
    tail_.erase(0, static_cast<size_t>(offset - base_));
    base_ = offset;
  }
  callback_(event);
}

void ResumableStream::Feed(std::string_view bytes) {
  if (!status_.ok()) return;
  if (framing_ == Framing::kOpen) {
    head_ += bytes;
    const bool may_be_framed = options_.format == InputFormat::kAuto ||
                               options_.format == InputFormat::kSyslog;
    const bool begins_with_digit =
        !head_.empty() && head_[0] >= '0' && head_[0] <= '9';
    if (may_be_framed && begins_with_digit &&
        head_.size() < SyslogUnframer::kHeadBytes &&
        head_.find('\n') == head_.npos) {
      return;
    }
    framing_ = may_be_framed && SyslogUnframer::IsFramed(head_)
                   ? Framing::kLengths
                   : Framing::kNone;
    const std::string head = std::exchange(head_, {});
    return Feed(head);
  }
  if (framing_ == Framing::kNone) return FeedText(bytes);
  lines_.clear();
  unframer_.Append(bytes, &lines_);
  FeedText(lines_);
}

void ResumableStream::FeedText(std::string_view text) {
  tail_ += text;
  fed_ += static_cast<int64_t>(text.size());
  stream_->Feed(text);
  if (stream_->is_translated()) {
    status_ = absl::UnimplementedError(
        "EBCDIC cannot be read live; convert it, or use replay");
    return;
  }
  if (tail_.size() <= kMaxTailBytes || is_loading_) return;
  base_ = fed_;
  tail_.clear();
}

void ResumableStream::FlushText() {
  if (tail_.empty() || tail_.back() != '\n' || !stream_->FlushText()) return;
  // Nothing is open now, so that what follows stands alone.
  base_ = fed_;
  tail_.clear();
}

void ResumableStream::FinishFile() {
  if (!head_.empty()) {
    framing_ = Framing::kNone;
    FeedText(std::exchange(head_, {}));
  }
  if (framing_ == Framing::kLengths) {
    lines_.clear();
    unframer_.Finish(&lines_);
    FeedText(lines_);
  }
  stream_->Finish();
  AddStats(stream_->stats(), ignored_, &before_);
  ignored_ = IngestStats();
  framing_ = Framing::kOpen;
  unframer_ = SyslogUnframer();
  Begin(std::nullopt);
}

IngestStats ResumableStream::stats() const {
  IngestStats sum = before_;
  AddStats(stream_->stats(), ignored_, &sum);
  return sum;
}

void ResumableStream::Save(ByteWriter* out) const {
  SaveStats(stats(), out);
  out->U8(static_cast<uint8_t>(framing_));
  out->Text(head_);
  unframer_.Save(out);
  const std::optional<StreamShape> shape = stream_->shape();
  // Of a stream whose shape is not known the tail has the beginning.
  out->U8(shape ? 1 : 0);
  if (shape) {
    out->U8(static_cast<uint8_t>((shape->is_messages ? 1 : 0) |
                                 (shape->has_json ? 2 : 0) |
                                 (shape->is_array ? 4 : 0)));
    out->U8(static_cast<uint8_t>(shape->messages));
  }
  out->Text(tail_);
}

void ResumableStream::Load(ByteReader* in) {
  LoadStats(in, &before_);
  const uint8_t framing = in->U8();
  head_ = in->Text();
  unframer_.Load(in);
  const uint8_t has_shape = in->U8();
  std::optional<StreamShape> shape;
  if (has_shape > 0) {
    const uint8_t flags = in->U8();
    const uint8_t messages = in->U8();
    shape.emplace();
    shape->is_messages = (flags & 1) != 0;
    shape->has_json = (flags & 2) != 0;
    shape->is_array = (flags & 4) != 0;
    shape->messages = static_cast<InputFormat>(messages);
    if (flags > 7 || (shape->messages != InputFormat::kPcf &&
                      shape->messages != InputFormat::kDmpmqmsg)) {
      return in->Fail();
    }
  }
  const std::string tail(in->Text());
  if (framing > static_cast<uint8_t>(Framing::kLengths) || has_shape > 1 ||
      tail.size() > 2 * kMaxTailBytes || !in->ok()) {
    return in->Fail();
  }
  framing_ = static_cast<Framing>(framing);
  Begin(shape);
  is_loading_ = true;
  FeedText(tail);
  is_loading_ = false;
  // They were told before.
  ignored_ = stream_->stats();
}

}  // namespace mqwarden
