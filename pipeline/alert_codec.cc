#include "mqwarden/pipeline/alert_codec.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "mqwarden/base/bytes.h"
#include "mqwarden/base/hash128.h"
#include "mqwarden/base/time.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/schema/event_codec.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

using EventPointer = std::shared_ptr<const Event>;

// Where the trigger stands: nowhere, by itself, or in the evidence from here on.
constexpr uint64_t kNoTrigger = 0;
constexpr uint64_t kOwnTrigger = 1;
constexpr uint64_t kFirstEvidence = 2;

class Encoder {
 public:
  explicit Encoder(std::string* out) : writer_(out) {}

  ByteWriter& writer() { return writer_; }

  void PutTime(Time time) { writer_.I64(time.time_since_epoch().count()); }
  void PutTime(const std::optional<Time>& time) {
    writer_.U8(time.has_value());
    if (time) PutTime(*time);
  }

  void Put(const AlertValue& value) {
    writer_.U8(static_cast<uint8_t>(value.form));
    writer_.Text(value.text);
    writer_.U8(value.boolean);
    writer_.Varint(value.list.size());
    for (const AlertValue& element : value.list) Put(element);
  }

  void Put(const std::vector<AlertField>& fields) {
    writer_.Varint(fields.size());
    for (const AlertField& field : fields) {
      writer_.Text(field.name);
      Put(field.value);
    }
  }

  void Put(const std::vector<std::string>& texts) {
    writer_.Varint(texts.size());
    for (const std::string& text : texts) writer_.Text(text);
  }

  void Put(const Event& event) {
    std::string bytes;
    EncodeEvent(event, &bytes);
    writer_.Text(bytes);
  }

 private:
  ByteWriter writer_;
};

class Decoder {
 public:
  explicit Decoder(std::string_view bytes) : reader_(bytes) {}

  ByteReader& reader() { return reader_; }

  std::string Text() { return std::string(reader_.Text()); }
  Time GetTime() { return Time(Duration(reader_.I64())); }
  std::optional<Time> GetOptionalTime() {
    if (reader_.U8() == 0) return std::nullopt;
    return GetTime();
  }

  // Each element takes a byte at least.
  uint64_t Count() {
    const uint64_t count = reader_.Varint();
    if (count <= reader_.remaining()) return count;
    reader_.Fail();
    return 0;
  }

  template <typename Enum>
  Enum GetEnum(Enum last) {
    const uint8_t value = reader_.U8();
    if (value > static_cast<uint8_t>(last)) reader_.Fail();
    return static_cast<Enum>(value);
  }

  void Get(AlertValue* value, bool may_be_list = true) {
    value->form = GetEnum(AlertValue::Form::kList);
    value->text = Text();
    value->boolean = reader_.U8() != 0;
    const uint64_t size = Count();
    if (size > 0 && !may_be_list) return reader_.Fail();
    value->list.resize(size);
    for (AlertValue& element : value->list) Get(&element, false);
  }

  void Get(std::vector<AlertField>* fields) {
    fields->resize(Count());
    for (AlertField& field : *fields) {
      field.name = Text();
      Get(&field.value);
    }
  }

  void Get(std::vector<std::string>* texts) {
    texts->resize(Count());
    for (std::string& text : *texts) text = Text();
  }

  EventPointer GetEvent() {
    if (!DecodeEvent(reader_.Text(), &event_)) reader_.Fail();
    const auto event = std::make_shared<Event>();
    event->CopyFrom(event_);
    return event;
  }

 private:
  ByteReader reader_;
  Event event_;
};

}  // namespace

void EncodeAlert(const Alert& alert, std::string* out) {
  Encoder to(out);
  to.writer().U64(alert.id.hi);
  to.writer().U64(alert.id.lo);
  to.writer().Text(alert.rule);
  to.writer().Text(alert.version);
  to.writer().U8(static_cast<uint8_t>(alert.state));
  to.writer().U8(static_cast<uint8_t>(alert.severity));
  to.writer().Text(alert.title);
  to.writer().Text(alert.summary);
  to.PutTime(alert.time);
  to.PutTime(alert.first);
  to.PutTime(alert.last);
  to.writer().I64(alert.count);
  to.Put(alert.group);
  to.Put(alert.fields);
  to.Put(alert.tags);
  to.Put(alert.notify);
  to.writer().Text(alert.runbook);
  to.writer().I64(alert.held);
  to.writer().Text(alert.muted);
  to.writer().U8(alert.state_evicted);
  to.writer().Varint(alert.evidence.size());
  for (const EventPointer& event : alert.evidence) to.Put(*event);
  if (alert.trigger == nullptr) return to.writer().Varint(kNoTrigger);
  const auto same =
      std::find(alert.evidence.begin(), alert.evidence.end(), alert.trigger);
  if (same != alert.evidence.end()) {
    return to.writer().Varint(
        kFirstEvidence + static_cast<uint64_t>(same - alert.evidence.begin()));
  }
  to.writer().Varint(kOwnTrigger);
  to.Put(*alert.trigger);
}

bool DecodeAlert(std::string_view bytes, Alert* alert) {
  Decoder from(bytes);
  alert->id.hi = from.reader().U64();
  alert->id.lo = from.reader().U64();
  alert->rule = from.Text();
  alert->version = from.Text();
  alert->state = from.GetEnum(AlertState::kDigest);
  alert->severity = from.GetEnum(Severity::kCritical);
  alert->title = from.Text();
  alert->summary = from.Text();
  alert->time = from.GetTime();
  alert->first = from.GetOptionalTime();
  alert->last = from.GetOptionalTime();
  alert->count = from.reader().I64();
  from.Get(&alert->group);
  from.Get(&alert->fields);
  from.Get(&alert->tags);
  from.Get(&alert->notify);
  alert->runbook = from.Text();
  alert->held = from.reader().I64();
  alert->muted = from.Text();
  alert->state_evicted = from.reader().U8() != 0;
  alert->evidence.resize(from.Count());
  for (EventPointer& event : alert->evidence) event = from.GetEvent();
  const uint64_t trigger = from.reader().Varint();
  if (trigger == kOwnTrigger) {
    alert->trigger = from.GetEvent();
  } else if (trigger >= kFirstEvidence) {
    if (trigger - kFirstEvidence >= alert->evidence.size()) return false;
    alert->trigger = alert->evidence[trigger - kFirstEvidence];
  }
  return from.reader().done();
}

void EncodeReport(const ReportRecord& report, std::string* out) {
  Encoder to(out);
  to.writer().Text(report.report);
  to.writer().Text(report.title);
  to.PutTime(report.time);
  to.writer().I64(report.total);
  to.writer().U8(report.state_evicted);
  to.writer().Varint(report.top.size());
  for (const ReportRow& row : report.top) {
    to.Put(row.group);
    to.writer().U8(row.count.has_value());
    if (row.count) to.writer().I64(*row.count);
    to.writer().I64(row.share);
    to.Put(row.fields);
    to.writer().U8(row.previous.has_value());
    if (row.previous) to.Put(*row.previous);
  }
}

bool DecodeReport(std::string_view bytes, ReportRecord* report) {
  Decoder from(bytes);
  report->report = from.Text();
  report->title = from.Text();
  report->time = from.GetTime();
  report->total = from.reader().I64();
  report->state_evicted = from.reader().U8() != 0;
  report->top.resize(from.Count());
  for (ReportRow& row : report->top) {
    from.Get(&row.group);
    if (from.reader().U8() != 0) row.count = from.reader().I64();
    row.share = from.reader().I64();
    from.Get(&row.fields);
    if (from.reader().U8() != 0) from.Get(&row.previous.emplace());
  }
  return from.reader().done();
}

}  // namespace mqwarden
