#include "mqwarden/ingest/event_stream.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "mqwarden/ingest/detect.h"
#include "mqwarden/ingest/formats/amqsevt_json.h"
#include "mqwarden/ingest/formats/dmpmqmsg.h"
#include "mqwarden/ingest/formats/message_stream.h"
#include "mqwarden/ingest/formats/ndjson.h"
#include "mqwarden/ingest/record_splitter.h"
#include "mqwarden/ingest/reject.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

// A chunk is taken in slices, so that an embedder may feed a whole file at once.
constexpr size_t kSliceBytes = 256 * 1024;
constexpr size_t kMaxRawBytes = 8 * 1024;

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

// How a format is called where only its text form is meant.
std::string_view TextFormatName(InputFormat format) {
  return format == InputFormat::kAmqsevt ? "amqsevt text"
                                         : InputFormatName(format);
}

}  // namespace

class EventStream::Impl final {
 public:
  Impl(IngestOptions options, Callback callback)
      : options_(std::move(options)), callback_(std::move(callback)) {}

  void Feed(std::string_view bytes);
  void Finish();
  const IngestStats& stats() const { return stats_; }
  int64_t record_offset() const { return record_offset_; }

 private:
  using Item = RecordSplitter::Item;

  enum class Reading : uint8_t {
    kRecords,   // objects and lines, each recognised by itself
    kMessages,  // nothing but messages
    kNothing,   // binary, and of another format than is asked for
  };

  void CheckHead(bool finished);
  void Append(std::string_view bytes);
  void Drain();
  void DrainMessages();
  void TakeObject(const Item& item);
  void TakeText(const Item& item);
  void TakeDamage(const Item& item);
  std::optional<Reject> Decode(const Item& item);
  Reject WrongFormat(std::string_view what) const;
  Reject NotAskedFor() const;
  Reject NotRead(InputFormat format) const;
  void Deliver(InputFormat format, int64_t offset);
  std::string_view CollectorOf(InputFormat format, std::string_view qmgr);
  void Count(const Reject& reject, int64_t offset, std::string_view bytes);
  void Count(const Reject& reject, const Item& item) {
    Count(reject, item.offset, item.bytes);
  }

  const IngestOptions options_;
  const Callback callback_;

  IngestStats stats_;
  int64_t record_offset_ = 0;  // of the event being delivered
  RecordSplitter splitter_;
  AmqsevtDecoder amqsevt_;
  NdjsonDecoder ndjson_;
  Event event_;

  MessageStream messages_;
  std::string raw_;  // hexadecimal, of the event being delivered

  // The first bytes, until it is known what the stream is read as.
  std::string head_;
  size_t head_wanted_ = kBinaryHeadBytes;
  bool head_is_checked_ = false;
  Reading reading_ = Reading::kRecords;
  bool seen_json_ = false;
  // The lines that follow belong to a text record that was recognised.
  bool in_foreign_record_ = false;

  // The collector made last, and of what: most streams need only one.
  std::string collector_;
  std::string collector_qmgr_;
  InputFormat collector_format_ = InputFormat::kAuto;
};

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
    const std::string_view slice = bytes.substr(0, kSliceBytes);
    bytes.remove_prefix(slice.size());
    Append(slice);
  }
}

void EventStream::Impl::Finish() {
  if (!head_is_checked_) CheckHead(/*finished=*/true);
  splitter_.Finish();
  messages_.Finish();
  Append({});
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
  head_is_checked_ = true;
  Append(head_);
}

void EventStream::Impl::Append(std::string_view bytes) {
  switch (reading_) {
    case Reading::kRecords:
      splitter_.Append(bytes);
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
  while (messages_.Next(&item, &event_)) {
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
      event_.SetText(FieldId::kRaw, raw_);
    }
    Deliver(messages_.format(), item.offset);
  }
}

void EventStream::Impl::Drain() {
  Item item;
  while (splitter_.Next(&item)) {
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
  event_.Clear();
  std::optional<Reject> reject;
  switch (*format) {
    case InputFormat::kAmqsevt:
      reject = amqsevt_.Decode(object.nodes(), &event_);
      break;
    case InputFormat::kNdjson:
      reject = object.exact() ? ndjson_.Decode(object.nodes(), &event_)
                              : std::optional(Reject{kNotJson, {}});
      break;
    default:
      return NotRead(*format);
  }
  seen_json_ = true;
  if (reject.has_value()) return reject;
  if (options_.keep_raw) {
    event_.SetText(FieldId::kRaw, item.bytes.substr(0, kMaxRawBytes));
  }
  Deliver(*format, item.offset);
  return std::nullopt;
}

void EventStream::Impl::TakeText(const Item& item) {
  const auto format = DetectText(item.bytes);
  const bool is_auto = options_.format == InputFormat::kAuto;
  if (format.has_value()) {
    in_foreign_record_ = true;
    const std::string_view name = TextFormatName(*format);
    if (!is_auto && options_.format != *format) {
      return Count(WrongFormat(name), item);
    }
    return Count(NotRead(*format), item);
  }
  if (in_foreign_record_) return;
  if (options_.format == InputFormat::kPcf) return Count(NotAskedFor(), item);
  const bool may_be_json = seen_json_ || item.bytes.starts_with('{');
  Count({is_auto && !may_be_json ? kUnrecognised : kNotJson, {}}, item);
}

void EventStream::Impl::TakeDamage(const Item& item) {
  in_foreign_record_ = false;
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

// A record of a format that only a later version reads, or that only a stream of
// its own can be.
Reject EventStream::Impl::NotRead(InputFormat format) const {
  return {kUnsupportedFormat,
          RecognisedAs(TextFormatName(format),
                       IsReadable(format) && format != InputFormat::kAmqsevt
                           ? ", which is read from the start of a stream only"
                           : ", which this version does not read yet")};
}

void EventStream::Impl::Deliver(InputFormat format, int64_t offset) {
  if (!event_.Has(FieldId::kCollector)) {
    const std::string_view qmgr = event_.Has(FieldId::kQmgr)
                                      ? event_.Text(FieldId::kQmgr)
                                      : std::string_view();
    event_.SetText(FieldId::kCollector, CollectorOf(format, qmgr));
  }
  ++stats_.records;
  event_.set_sequence(++stats_.events);
  record_offset_ = offset;
  callback_(event_);
}

std::string_view EventStream::Impl::CollectorOf(InputFormat format,
                                                std::string_view qmgr) {
  if (!options_.collector.empty()) return options_.collector;
  if (format != collector_format_ || qmgr != collector_qmgr_) {
    collector_format_ = format;
    collector_qmgr_ = qmgr;
    collector_ = InputFormatName(format);
    if (!qmgr.empty()) {
      collector_ += ':';
      collector_ += qmgr;
    }
  }
  return collector_;
}

void EventStream::Impl::Count(const Reject& reject, int64_t offset,
                              std::string_view bytes) {
  ++stats_.records;
  const auto counted = stats_.rejected.find(reject.reason);
  if (counted != stats_.rejected.end()) {
    ++counted->second;
    return;
  }
  std::string reason(reject.reason);
  stats_.rejected[reason] = 1;
  const std::string_view excerpt =
      bytes.substr(0, IngestStats::kMaxExcerptBytes);
  stats_.samples[std::move(reason)] = {reject.detail, offset,
                                       std::string(excerpt)};
}

EventStream::EventStream(IngestOptions options, Callback callback)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(callback))) {}

EventStream::~EventStream() = default;

void EventStream::Feed(std::string_view bytes) { impl_->Feed(bytes); }

void EventStream::Finish() { impl_->Finish(); }

const IngestStats& EventStream::stats() const { return impl_->stats(); }

int64_t EventStream::record_offset() const { return impl_->record_offset(); }

absl::Status ReadInput(const std::string& path, const IngestOptions& options,
                       const EventStream::Callback& callback,
                       IngestStats* stats) {
  if (!IsReadable(options.format)) {
    std::string message = "input format ";
    message += InputFormatName(options.format);
    message += " is not read by this version yet";
    return absl::UnimplementedError(message);
  }
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
