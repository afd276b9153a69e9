#include "mqwarden/ingest/event_stream.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "mqwarden/ingest/byte_source.h"
#include "mqwarden/ingest/ebcdic.h"
#include "mqwarden/ingest/event_stream_impl.h"
#include "mqwarden/ingest/formats/dmpmqmsg.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

// A chunk is taken in slices, so that an embedder may feed a whole file at once.
constexpr size_t kSliceBytes = 256 * 1024;

// After so many lines that are not plain, so many slices are taken whole.
constexpr int kMaxPlainMisses = 8;
constexpr int kPlainPause = 16;

// Growth of the head from one look to the next, while its format is open.
constexpr size_t kHeadGrowth = 8;

bool IsTextByte(char c) {
  return (c >= ' ' && c <= '~') || c == '\t' || c == '\n' || c == '\r';
}

}  // namespace

void EventStream::Impl::BeginPiece() {
  is_piece_ = true;
  is_independent_ = true;
  head_is_checked_ = true;
  seen_json_ = false;
  stats_ = IngestStats();
  splitter_.Restart();
  plain_misses_ = 0;
  reads_plain_lines_ = MayReadPlainLines();
}

EventPiece EventStream::Impl::EndPiece() {
  EventPiece piece;
  piece.is_independent = is_independent_ && splitter_.has_only_objects() &&
                         splitter_.at_line_start();
  piece.stats = std::move(stats_);
  piece.has_json = seen_json_;
  piece.first_keys.assign(splitter_.first_keys().begin(),
                          splitter_.first_keys().end());
  return piece;
}

bool EventStream::Impl::MayPass() const {
  return head_is_checked_ && reading_ == Reading::kRecords &&
         front_.is_identity() && splitter_.at_line_start();
}

// As TakeObject() and Decode() do for each of its objects.
EventPieceBase EventStream::Impl::Pass(const EventPiece& piece) {
  in_foreign_record_ = false;
  lines_.Flush();
  splitter_.set_in_text(false);
  seen_json_ = seen_json_ || piece.has_json;
  const EventPieceBase base = {stats_.bytes, stats_.events};
  splitter_.PassObjects(static_cast<size_t>(piece.stats.bytes),
                        piece.first_keys);
  stats_.AddPiece(piece.stats);
  return base;
}

void EventStream::Impl::Feed(std::string_view bytes) {
  stats_.bytes += static_cast<int64_t>(bytes.size());
  while (!head_is_checked_ && !bytes.empty()) {
    const size_t missing = std::min(head_wanted_ - head_.size(), bytes.size());
    head_ += bytes.substr(0, missing);
    bytes.remove_prefix(missing);
    if (head_.size() < head_wanted_) return;
    CheckHead(/*finished=*/false);
  }
  while (!bytes.empty()) {
    bytes.remove_prefix(TakePlainLines(bytes));
    if (bytes.empty()) return;
    std::string_view slice = bytes.substr(0, kSliceBytes);
    if (reads_plain_lines_ && TriesNextLine()) {
      slice = slice.substr(0, slice.substr(0, slice.size() - 1).find('\n'));
      slice = bytes.substr(0, slice.size() + 1);
    }
    bytes.remove_prefix(slice.size());
    Append(slice);
  }
}

// Whether only the rest of a line is read the other way. Lines that are not plain
// come in streams of another kind: after some of them whole slices are.
bool EventStream::Impl::TriesNextLine() {
  ++plain_misses_;
  if (plain_misses_ == kMaxPlainMisses + kPlainPause) plain_misses_ = 0;
  return plain_misses_ <= kMaxPlainMisses;
}

// Reads the lines that `bytes` begins with where they are, as long as they are
// plain objects of NDJSON, and returns how many bytes they were. What comes out is
// what comes out otherwise, sooner: no byte is copied, and none of a string is
// looked at twice.
size_t EventStream::Impl::TakePlainLines(std::string_view bytes) {
  if (!reads_plain_lines_ || reading_ != Reading::kRecords ||
      !splitter_.at_line_start()) {
    return 0;
  }
  size_t taken = 0;
  for (;;) {
    const std::string_view rest = bytes.substr(taken);
    if (rest.empty()) return taken;
    event_->Clear();
    if (rest.front() != '{' || !line_.Read(rest) ||
        !objects_.ndjson().DecodePlain(line_, event_)) {
      return taken;
    }
    plain_misses_ = 0;
    seen_json_ = true;
    in_foreign_record_ = false;
    lines_.Flush();
    splitter_.set_in_text(false);
    const int64_t offset = splitter_.offset();
    splitter_.PassObjectLine(line_.size_with_end(), objects_.ndjson().first_key());
    if (options_.keep_raw) {
      event_->SetText(FieldId::kRaw, std::string_view(line_.data(), std::min(line_.size(), kMaxRawBytes)));
    }
    taken += line_.size_with_end();
    Deliver(InputFormat::kNdjson, offset, event_);
  }
}

void EventStream::Impl::Finish() {
  finished_ = true;
  if (!head_is_checked_) CheckHead(/*finished=*/true);
  if (reading_ == Reading::kRecords) splitter_.Append(front_.Finish());
  splitter_.Finish();
  messages_->Finish();
  Append({});
  lines_.Flush();
}

// Decides once how the stream is read, where the head is long enough for it.
void EventStream::Impl::CheckHead(bool finished) {
  bool is_messages = false;
  if (const auto format = DetectBinary(head_)) {
    if (options_.format != InputFormat::kAuto && options_.format != *format) {
      reading_ = Reading::kNothing;
      Count(WrongFormat(InputFormatName(*format)), 0, head_);
    } else {
      is_messages = true;
      messages_->Start(InputFormat::kPcf);
    }
  } else if (options_.format == InputFormat::kDmpmqmsg) {
    is_messages = true;
    messages_->Start(InputFormat::kDmpmqmsg);
  } else if (options_.format == InputFormat::kPcf) {
    // Text is refused record by record; anything else is damage.
    is_messages = !std::all_of(head_.begin(), head_.end(), IsTextByte);
    messages_->Start(InputFormat::kPcf);
  } else if (options_.format == InputFormat::kAuto) {
    const DmpmqmsgHead begins = BeginsDmpmqmsg(head_);
    if (begins == DmpmqmsgHead::kNeedsMore && !finished) {
      head_wanted_ *= kHeadGrowth;
      return;
    }
    is_messages = begins == DmpmqmsgHead::kYes;
    messages_->Start(InputFormat::kDmpmqmsg);
  }
  if (is_messages) reading_ = Reading::kMessages;
  if (reading_ == Reading::kRecords && !finished && TextFront::NeedsMore(head_)) {
    head_wanted_ = kEbcdicHeadBytes;
    return;
  }
  const bool may_be_syslog = options_.format == InputFormat::kAuto ||
                             options_.format == InputFormat::kSyslog;
  if (reading_ == Reading::kRecords) {
    front_.Start(head_, may_be_syslog, options_.text.ebcdic_ccsid);
    reads_plain_lines_ = front_.is_identity() && MayReadPlainLines();
  }
  splitter_.set_finds_messages(front_.is_identity() && MayFindMessages());
  head_is_checked_ = true;
  Append(head_);
}

void EventStream::Impl::Deliver(InputFormat format, int64_t offset,
                                Event* event) {
  // What comes normalized says all that it knows.
  if (format != InputFormat::kNdjson) event->set_infers_channel_type(true);
  if (!event->Has(FieldId::kCollector)) {
    const std::string_view qmgr = event->Has(FieldId::kQmgr)
                                      ? event->Text(FieldId::kQmgr)
                                      : std::string_view();
    event->SetText(FieldId::kCollector, CollectorOf(format, qmgr));
  }
  ++stats_.records;
  event->set_sequence(++stats_.events);
  record_offset_ = offset;
  callback_(*event);
}

std::string_view EventStream::Impl::CollectorOf(InputFormat format,
                                                std::string_view qmgr) {
  if (!options_.collector.empty()) return options_.collector;
  size_t home = qmgr.size() * 5 + static_cast<size_t>(format);
  if (!qmgr.empty()) {
    home += static_cast<unsigned char>(qmgr.back()) +
            static_cast<unsigned char>(qmgr[qmgr.size() - 1 - qmgr.size() / 8]) * 10 +
            static_cast<unsigned char>(qmgr[qmgr.size() / 2]) * 3;
  }
  Collector& known = collectors_[home % collectors_.size()];
  if (format != known.format || qmgr != known.qmgr || known.name.empty()) {
    known.format = format;
    known.qmgr = qmgr;
    known.name = InputFormatName(format);
    if (!qmgr.empty()) {
      known.name += ':';
      known.name += qmgr;
    }
  }
  return known.name;
}

EventStream::EventStream(IngestOptions options, Callback callback)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(callback))) {}

EventStream::~EventStream() = default;

void EventStream::Feed(std::string_view bytes) { impl_->Feed(bytes); }

bool EventStream::FlushText() { return impl_->FlushText(); }

void EventStream::Finish() { impl_->Finish(); }

void EventStream::BeginPiece() { impl_->BeginPiece(); }

EventPiece EventStream::EndPiece() { return impl_->EndPiece(); }

bool EventStream::MayPass() const { return impl_->MayPass(); }

EventPieceBase EventStream::Pass(const EventPiece& piece) {
  return impl_->Pass(piece);
}

void EventStream::set_event(Event* event) { impl_->set_event(event); }

const IngestStats& EventStream::stats() const { return impl_->stats(); }

int64_t EventStream::record_offset() const { return impl_->record_offset(); }

std::optional<StreamShape> EventStream::shape() const { return impl_->shape(); }

bool EventStream::is_translated() const { return impl_->is_translated(); }

const Provenance& EventStream::provenance() const { return impl_->filled(); }

absl::Status ReadInput(const std::string& path, const IngestOptions& options,
                       const EventStream::Callback& callback,
                       IngestStats* stats) {
  EventStream stream(options, callback);
  std::optional<InputDamage> damage;
  const absl::Status status = ReadBytes(
      path, [&](std::string_view bytes) { stream.Feed(bytes); }, &damage);
  stream.Finish();
  *stats = stream.stats();
  stats->damage = std::move(damage);
  return status;
}

}  // namespace mqwarden
