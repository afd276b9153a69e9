#include "mqwarden/ingest/event_stream.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "mqwarden/ingest/detect.h"
#include "mqwarden/ingest/formats/amqsevt_json.h"
#include "mqwarden/ingest/formats/ndjson.h"
#include "mqwarden/ingest/record_splitter.h"
#include "mqwarden/ingest/reject.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

// A chunk is taken in slices, so that an embedder may feed a whole file at once.
constexpr size_t kSliceBytes = 256 * 1024;
constexpr size_t kMaxRawBytes = 8 * 1024;

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

  bool CheckHead(bool finished);
  void Drain();
  void TakeObject(const Item& item);
  void TakeText(const Item& item);
  void TakeDamage(const Item& item);
  std::optional<Reject> Decode(const Item& item);
  Reject WrongFormat(std::string_view what) const;
  void Deliver(InputFormat format, const Item& item);
  std::string_view CollectorOf(InputFormat format, std::string_view qmgr);
  void Count(const Reject& reject, const Item& item);

  const IngestOptions options_;
  const Callback callback_;

  IngestStats stats_;
  int64_t record_offset_ = 0;  // of the event being delivered
  RecordSplitter splitter_;
  AmqsevtDecoder amqsevt_;
  NdjsonDecoder ndjson_;
  Event event_;

  // The first bytes, until it is known that they are no binary format.
  std::string head_;
  bool head_is_checked_ = false;
  bool is_opaque_ = false;  // the rest is of a binary format that is not read
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
  if (!head_is_checked_) {
    const size_t missing =
        std::min(kBinaryHeadBytes - head_.size(), bytes.size());
    head_ += bytes.substr(0, missing);
    bytes.remove_prefix(missing);
    if (!CheckHead(/*finished=*/false)) return;
  }
  while (!is_opaque_ && !bytes.empty()) {
    const std::string_view slice = bytes.substr(0, kSliceBytes);
    bytes.remove_prefix(slice.size());
    splitter_.Append(slice);
    Drain();
  }
}

void EventStream::Impl::Finish() {
  CheckHead(/*finished=*/true);
  splitter_.Finish();
  if (!is_opaque_) Drain();
}

// Decides once whether the stream is binary; false while that is not known.
bool EventStream::Impl::CheckHead(bool finished) {
  if (head_is_checked_) return true;
  if (head_.size() < kBinaryHeadBytes && !finished) return false;
  head_is_checked_ = true;
  if (const auto format = DetectBinary(head_)) {
    is_opaque_ = true;
    const Item item{RecordSplitter::ItemType::kText, 0, head_};
    if (options_.format != InputFormat::kAuto && options_.format != *format) {
      Count(WrongFormat(InputFormatName(*format)), item);
    } else {
      Count({kUnsupportedFormat,
             RecognisedAs(InputFormatName(*format),
                          ", which this version does not read yet")},
            item);
    }
    return true;
  }
  splitter_.Append(head_);
  Drain();
  return true;
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
      return Reject{kUnsupportedFormat,
                    RecognisedAs(InputFormatName(*format),
                                 ", which this version does not read yet")};
  }
  seen_json_ = true;
  if (!reject.has_value()) Deliver(*format, item);
  return reject;
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
    return Count({kUnsupportedFormat,
                  RecognisedAs(name, ", which this version does not read yet")},
                 item);
  }
  if (in_foreign_record_) return;
  const bool may_be_json = seen_json_ || item.bytes.starts_with('{');
  Count({is_auto && !may_be_json ? kUnrecognised : kNotJson, {}}, item);
}

void EventStream::Impl::TakeDamage(const Item& item) {
  in_foreign_record_ = false;
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

void EventStream::Impl::Deliver(InputFormat format, const Item& item) {
  if (!event_.Has(FieldId::kCollector)) {
    const std::string_view qmgr = event_.Has(FieldId::kQmgr)
                                      ? event_.Text(FieldId::kQmgr)
                                      : std::string_view();
    event_.SetText(FieldId::kCollector, CollectorOf(format, qmgr));
  }
  if (options_.keep_raw) {
    event_.SetText(FieldId::kRaw, item.bytes.substr(0, kMaxRawBytes));
  }
  ++stats_.records;
  event_.set_sequence(++stats_.events);
  record_offset_ = item.offset;
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

void EventStream::Impl::Count(const Reject& reject, const Item& item) {
  ++stats_.records;
  const auto counted = stats_.rejected.find(reject.reason);
  if (counted != stats_.rejected.end()) {
    ++counted->second;
    return;
  }
  std::string reason(reject.reason);
  stats_.rejected[reason] = 1;
  const std::string_view excerpt =
      item.bytes.substr(0, IngestStats::kMaxExcerptBytes);
  stats_.samples[std::move(reason)] = {reject.detail, item.offset,
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
