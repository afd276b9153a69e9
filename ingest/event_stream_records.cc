// The records of a stream: objects, lines, and what is left of broken ones.
#include <cstddef>
#include <string>
#include <string_view>

#include "mqwarden/ingest/detect.h"
#include "mqwarden/ingest/event_stream_impl.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

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

void EventStream::Impl::Drain() {
  Item item;
  while (is_independent_ && !is_switched_ && splitter_.Next(&item)) {
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
      case RecordSplitter::ItemType::kMessages:
        ReadMessagesFrom(item.offset, InputFormat::kPcf);
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
  if (is_auto && front_.is_identity() && !item.is_doubtful &&
      DetectMessageText(item.bytes).has_value()) {
    return ReadMessagesFrom(item.offset, InputFormat::kDmpmqmsg);
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

}  // namespace mqwarden
