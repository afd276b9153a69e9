#include "mqwarden/ingest/event_stream.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "mqwarden/ingest/detect.h"
#include "mqwarden/ingest/ebcdic.h"
#include "mqwarden/ingest/formats/dmpmqmsg.h"
#include "mqwarden/ingest/formats/message_stream.h"
#include "mqwarden/ingest/line_reader.h"
#include "mqwarden/ingest/object_reader.h"
#include "mqwarden/ingest/plain_line.h"
#include "mqwarden/ingest/record_splitter.h"
#include "mqwarden/ingest/reject.h"
#include "mqwarden/ingest/text_front.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

// A chunk is taken in slices, so that an embedder may feed a whole file at once.
constexpr size_t kSliceBytes = 256 * 1024;
constexpr size_t kMaxRawBytes = 8 * 1024;

// After so many lines that are not plain, so many slices are taken whole.
constexpr int kMaxPlainMisses = 8;
constexpr int kPlainPause = 16;

// Of a stream, to see what it is.
constexpr size_t kHeadBytes = std::max(kBinaryHeadBytes, TextFront::kHeadBytes);
// Growth of the head from one look to the next, while its format is open.
constexpr size_t kHeadGrowth = 8;

// Of binary records.
void AppendHex(std::string_view bytes, std::string* out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (const char c : bytes) {
    out->push_back(kDigits[static_cast<unsigned char>(c) >> 4]);
    out->push_back(kDigits[static_cast<unsigned char>(c) & 0xF]);
  }
}

bool IsTextByte(char c) {
  return (c >= ' ' && c <= '~') || c == '\t' || c == '\n' || c == '\r';
}

std::string RecognisedAs(std::string_view what, std::string_view but) {
  std::string detail = "recognised as ";
  detail += what;
  detail += but;
  return detail;
}

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r";
  const size_t first = text.find_first_not_of(kBlanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) + 1 - first);
}

}  // namespace

class EventStream::Impl final : public LineSink {
 public:
  Impl(IngestOptions options, Callback callback)
      : options_(std::move(options)),
        callback_(std::move(callback)),
        lines_(options_.format, options_.text, this) {
    if (!options_.shape.has_value()) return;
    head_is_checked_ = true;
    if (options_.shape->is_messages) {
      reading_ = Reading::kMessages;
      messages_.Start(options_.shape->messages);
    }
    seen_json_ = options_.shape->has_json;
    splitter_.set_in_array(options_.shape->is_array);
  }

  void Feed(std::string_view bytes);
  bool FlushText() {
    if (!lines_.in_text() || !splitter_.is_at_rest()) return false;
    lines_.Flush();
    splitter_.set_in_text(false);
    return true;
  }
  void Finish();
  void BeginPiece();
  EventPiece EndPiece();
  bool MayPass() const;
  EventPieceBase Pass(const EventPiece& piece);
  void set_event(Event* event) { event_ = event; }
  const IngestStats& stats() const { return stats_; }
  int64_t record_offset() const { return record_offset_; }
  const Provenance& filled() const { return provenance_; }
  std::optional<StreamShape> shape() const {
    if (!head_is_checked_ || reading_ == Reading::kNothing || is_translated()) {
      return std::nullopt;
    }
    return StreamShape{reading_ == Reading::kMessages, messages_.format(),
                       seen_json_, splitter_.in_array()};
  }
  bool is_translated() const { return !front_.is_identity(); }

  // Of the decoders of lines.
  Provenance* provenance() override {
    return options_.explain ? &provenance_ : nullptr;
  }
  void OnEvent(InputFormat format, std::string_view record, int64_t offset,
               Event* event) override;
  void OnReject(InputFormat format, std::string_view record, int64_t offset,
                const Reject& reject) override;
  void OnPassedOver(InputFormat format, std::string_view what) override;

 private:
  using Item = RecordSplitter::Item;

  enum class Reading : uint8_t {
    kRecords,   // objects and lines, each recognised by itself
    kMessages,  // nothing but messages
    kNothing,   // binary, and of another format than is asked for
  };

  void CheckHead(bool finished);
  // What fills a field is noted by the other reader.
  bool MayReadPlainLines() const {
    return !options_.explain && (options_.format == InputFormat::kAuto ||
                                 options_.format == InputFormat::kNdjson);
  }
  bool TriesNextLine();
  size_t TakePlainLines(std::string_view bytes);
  void Append(std::string_view bytes);
  void Drain();
  void DrainMessages();
  void TakeObject(const Item& item);
  void TakeText(const Item& item);
  void TakeDamage(const Item& item);
  std::optional<Reject> Decode(const Item& item);
  Reject WrongFormat(std::string_view what) const;
  Reject NotAskedFor() const;
  void Deliver(InputFormat format, int64_t offset, Event* event);
  std::string_view CollectorOf(InputFormat format, std::string_view qmgr);
  void Count(const Reject& reject, int64_t offset, std::string_view bytes) {
    stats_.CountReject(reject, offset, bytes);
  }
  void Count(const Reject& reject, const Item& item) {
    Count(reject, item.offset, item.bytes);
  }

  const IngestOptions options_;
  const Callback callback_;

  IngestStats stats_;
  int64_t record_offset_ = 0;  // of the event being delivered
  TextFront front_;
  RecordSplitter splitter_;
  LineReader lines_;
  Provenance provenance_;  // of the event being made
  ObjectReader objects_;
  PlainLine line_;
  bool reads_plain_lines_ = false;
  int plain_misses_ = 0;  // in a row
  Event own_event_;
  Event* event_ = &own_event_;  // of objects and messages, while it is made

  MessageStream messages_;
  std::string raw_;  // hexadecimal, of the event being delivered

  // The first bytes, until it is known what the stream is read as.
  std::string head_;
  size_t head_wanted_ = kHeadBytes;
  bool head_is_checked_ = false;
  Reading reading_ = Reading::kRecords;
  bool seen_json_ = false;
  // The stream reads pieces of another one.
  bool is_piece_ = false;
  bool is_independent_ = true;
  // The lines that follow belong to a text record that was recognised.
  bool in_foreign_record_ = false;

  // Collectors made, and of what.
  struct Collector {
    InputFormat format = InputFormat::kAuto;
    std::string qmgr;
    std::string name;
  };
  std::array<Collector, 64> collectors_;
};

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
  if (!reads_plain_lines_ || !splitter_.at_line_start()) return 0;
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
  if (!head_is_checked_) CheckHead(/*finished=*/true);
  if (reading_ == Reading::kRecords) splitter_.Append(front_.Finish());
  splitter_.Finish();
  messages_.Finish();
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
      messages_.Start(InputFormat::kPcf);
    }
  } else if (options_.format == InputFormat::kDmpmqmsg) {
    is_messages = true;
    messages_.Start(InputFormat::kDmpmqmsg);
  } else if (options_.format == InputFormat::kPcf) {
    // Text is refused record by record; anything else is damage.
    is_messages = !std::all_of(head_.begin(), head_.end(), IsTextByte);
    messages_.Start(InputFormat::kPcf);
  } else if (options_.format == InputFormat::kAuto) {
    const DmpmqmsgHead begins = BeginsDmpmqmsg(head_);
    if (begins == DmpmqmsgHead::kNeedsMore && !finished) {
      head_wanted_ *= kHeadGrowth;
      return;
    }
    is_messages = begins == DmpmqmsgHead::kYes;
    messages_.Start(InputFormat::kDmpmqmsg);
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
  head_is_checked_ = true;
  Append(head_);
}

void EventStream::Impl::Append(std::string_view bytes) {
  switch (reading_) {
    case Reading::kRecords:
      splitter_.Append(front_.Convert(bytes));
      return Drain();
    case Reading::kMessages:
      messages_.Append(bytes);
      return DrainMessages();
    case Reading::kNothing:
      return;
  }
}

void EventStream::Impl::DrainMessages() {
  MessageStream::Item item;
  for (;;) {
    provenance_.filled.clear();
    if (!messages_.Next(&item, event_, provenance())) return;
    if (item.reject.has_value()) {
      const bool fits = item.reject->reason != kUnrecognised ||
                        options_.format == InputFormat::kAuto ||
                        stats_.events > 0;
      Count(fits ? *item.reject : NotAskedFor(), item.offset, item.head);
      continue;
    }
    if (options_.keep_raw) {
      raw_.clear();
      AppendHex(item.body.substr(0, kMaxRawBytes / 2), &raw_);
      event_->SetText(FieldId::kRaw, raw_);
    }
    Deliver(messages_.format(), item.offset, event_);
  }
}

void EventStream::Impl::Drain() {
  Item item;
  while (is_independent_ && splitter_.Next(&item)) {
    if (is_piece_ && item.type != RecordSplitter::ItemType::kObject) {
      is_independent_ = false;
      return;
    }
    switch (item.type) {
      case RecordSplitter::ItemType::kObject:
        TakeObject(item);
        break;
      case RecordSplitter::ItemType::kText:
        TakeText(item);
        break;
      default:
        TakeDamage(item);
        break;
    }
  }
}

void EventStream::Impl::TakeObject(const Item& item) {
  in_foreign_record_ = false;
  lines_.Flush();
  splitter_.set_in_text(false);
  if (const auto reject = Decode(item)) Count(*reject, item);
}

// Makes an event of the object and delivers it, or says why there is none.
std::optional<Reject> EventStream::Impl::Decode(const Item& item) {
  const JsonScanner& object = splitter_.object();
  const auto format = DetectObject(object.nodes());
  const bool is_auto = options_.format == InputFormat::kAuto;
  const bool wants_ndjson = options_.format == InputFormat::kNdjson;
  if (!format.has_value()) {
    if (!object.exact()) return Reject{kNotJson, {}};
    if (wants_ndjson) return Reject{kNoKind, {}};
    return Reject{is_auto ? kUnrecognised : kWrongFormat,
                  "a JSON object of no known format"};
  }
  if (!is_auto && options_.format != *format) {
    return WrongFormat(InputFormatName(*format));
  }
  seen_json_ = true;
  // A message of an error log may explain one before.
  if (is_piece_ && *format == InputFormat::kAmqerr) is_independent_ = false;
  event_->Clear();
  provenance_.filled.clear();
  auto reject = objects_.Decode(*format, object, event_, provenance());
  if (reject.has_value()) return reject;
  if (options_.keep_raw) {
    event_->SetText(FieldId::kRaw, item.bytes.substr(0, kMaxRawBytes));
  }
  Deliver(*format, item.offset, event_);
  return std::nullopt;
}

void EventStream::Impl::TakeText(const Item& item) {
  const bool is_auto = options_.format == InputFormat::kAuto;
  if (!item.is_cut && lines_.Take(item.bytes, item.offset)) {
    in_foreign_record_ = false;
    splitter_.set_in_text(true);
    return splitter_.SkipLine();
  }
  const auto begins = lines_.FormatOf(item.bytes);
  // Behind a broken object only what begins a record is taken for text.
  if (item.is_doubtful && !begins.has_value()) return;
  const auto format =
      begins.has_value() ? begins : DetectMessageText(item.bytes);
  if (item.is_cut && begins.has_value()) {
    splitter_.SkipLine();
    return Count({kTooLong, "a line of more than 64 KiB"}, item);
  }
  if (item.is_punctuation && !format.has_value()) {
    return splitter_.ReadAsPunctuation();
  }
  const std::string_view text = Trim(item.bytes);
  if (text.empty()) return;
  const int64_t offset = item.offset + (text.data() - item.bytes.data());
  if (item.is_doubtful) splitter_.SkipLine();
  if (format.has_value()) {
    in_foreign_record_ = true;
    if (!is_auto && options_.format != *format) {
      return Count(WrongFormat(InputFormatName(*format)), offset, text);
    }
    return Count(
        {kUnsupportedFormat,
         RecognisedAs(InputFormatName(*format),
                      ", which is read from the start of a stream only")},
        offset, text);
  }
  if (in_foreign_record_) return;
  switch (options_.format) {
    case InputFormat::kAuto:
    case InputFormat::kAmqsevt:
    case InputFormat::kNdjson: {
      const bool is_json = !is_auto || seen_json_ || text.starts_with('{');
      return Count({is_json ? kNotJson : kUnrecognised, {}}, offset, text);
    }
    default:
      if (stats_.events > 0) return Count({kUnrecognised, {}}, offset, text);
      return Count(NotAskedFor(), offset, text);
  }
}

void EventStream::Impl::TakeDamage(const Item& item) {
  in_foreign_record_ = false;
  lines_.Flush();
  splitter_.set_in_text(false);
  if (options_.format == InputFormat::kPcf) return Count(NotAskedFor(), item);
  switch (item.type) {
    case RecordSplitter::ItemType::kTooLong:
      return Count({kTooLong, "an object of more than 1 MiB"}, item);
    case RecordSplitter::ItemType::kTruncated:
      return Count({kTruncated, "the input ends inside of an object"}, item);
    default:
      return Count({kNotJson, {}}, item);
  }
}

void EventStream::Impl::OnEvent(InputFormat format, std::string_view record,
                                int64_t offset, Event* event) {
  if (options_.keep_raw) {
    event->SetText(FieldId::kRaw, record.substr(0, kMaxRawBytes));
  }
  Deliver(format, offset, event);
  provenance_.filled.clear();
}

void EventStream::Impl::OnReject(InputFormat, std::string_view record,
                                 int64_t offset, const Reject& reject) {
  provenance_.filled.clear();
  Count(reject, offset, record);
}

void EventStream::Impl::OnPassedOver(InputFormat, std::string_view what) {
  provenance_.filled.clear();
  stats_.CountPassedOver(what);
}

Reject EventStream::Impl::WrongFormat(std::string_view what) const {
  std::string but = ", but the input format is ";
  but += InputFormatName(options_.format);
  return {kWrongFormat, RecognisedAs(what, but)};
}

// What is of no known format where messages are asked for.
Reject EventStream::Impl::NotAskedFor() const {
  std::string detail = "not recognised, but the input format is ";
  detail += InputFormatName(options_.format);
  return {kWrongFormat, std::move(detail)};
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
