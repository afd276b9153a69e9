#include "mqwarden/engine/alert_codec.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mqwarden/base/time.h"
#include "mqwarden/engine/state_codec.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/schema/event_codec.h"

namespace mqwarden {
namespace {

void SaveTime(std::optional<Time> time, ByteWriter* out) {
  out->U8(time.has_value() ? 1 : 0);
  if (time.has_value()) out->I64(time->time_since_epoch().count());
}

std::optional<Time> LoadTime(ByteReader* in) {
  if (in->U8() == 0) return std::nullopt;
  return Time(Duration(in->I64()));
}

void SaveTexts(const std::vector<std::string>& texts, ByteWriter* out) {
  out->Varint(texts.size());
  for (const std::string& text : texts) out->Text(text);
}

std::vector<std::string> LoadTexts(ByteReader* in) {
  std::vector<std::string> texts;
  const uint64_t size = in->Varint();
  for (uint64_t i = 0; i < size && in->ok(); ++i) {
    texts.emplace_back(in->Text());
  }
  return texts;
}

void SaveEvent(const Event& event, ByteWriter* out) {
  std::string bytes;
  EncodeEvent(event, &bytes);
  out->Text(bytes);
}

std::shared_ptr<const Event> LoadEvent(ByteReader* in) {
  Event view;
  if (!DecodeEvent(in->Text(), &view)) in->Fail();
  auto event = std::make_shared<Event>();
  event->CopyFrom(view);
  return event;
}

}  // namespace

void SaveHash(Hash128 hash, ByteWriter* out) {
  out->U64(hash.lo);
  out->U64(hash.hi);
}

Hash128 LoadHash(ByteReader* in) {
  Hash128 hash;
  hash.lo = in->U64();
  hash.hi = in->U64();
  return hash;
}

void SaveFields(const std::vector<AlertField>& fields, ByteWriter* out) {
  out->Varint(fields.size());
  for (const AlertField& field : fields) {
    out->Text(field.name);
    SaveAlertValue(field.value, out);
  }
}

std::vector<AlertField> LoadFields(ByteReader* in) {
  std::vector<AlertField> fields;
  const uint64_t size = in->Varint();
  for (uint64_t i = 0; i < size && in->ok(); ++i) {
    AlertField& field = fields.emplace_back();
    field.name = in->Text();
    if (!LoadAlertValue(in, &field.value)) in->Fail();
  }
  return fields;
}

void SaveAlert(const Alert& alert, ByteWriter* out) {
  SaveHash(alert.id, out);
  out->Text(alert.rule);
  out->Text(alert.version);
  out->U8(static_cast<uint8_t>(alert.state));
  out->U8(static_cast<uint8_t>(alert.severity));
  out->Text(alert.title);
  out->Text(alert.summary);
  out->I64(alert.time.time_since_epoch().count());
  SaveTime(alert.first, out);
  SaveTime(alert.last, out);
  out->I64(alert.count);
  SaveFields(alert.group, out);
  SaveFields(alert.fields, out);
  SaveTexts(alert.tags, out);
  SaveTexts(alert.notify, out);
  out->Text(alert.runbook);
  out->I64(alert.held);
  out->Text(alert.muted);
  out->U8(alert.state_evicted ? 1 : 0);
  out->Varint(alert.evidence.size());
  for (const auto& event : alert.evidence) SaveEvent(*event, out);
  out->U8(alert.trigger != nullptr ? 1 : 0);
  if (alert.trigger != nullptr) SaveEvent(*alert.trigger, out);
}

Alert LoadAlert(ByteReader* in) {
  Alert alert;
  alert.id = LoadHash(in);
  alert.rule = in->Text();
  alert.version = in->Text();
  const uint8_t state = in->U8();
  const uint8_t severity = in->U8();
  if (state > static_cast<uint8_t>(AlertState::kDigest) ||
      severity > static_cast<uint8_t>(Severity::kCritical)) {
    in->Fail();
  }
  alert.state = static_cast<AlertState>(state);
  alert.severity = static_cast<Severity>(severity);
  alert.title = in->Text();
  alert.summary = in->Text();
  alert.time = Time(Duration(in->I64()));
  alert.first = LoadTime(in);
  alert.last = LoadTime(in);
  alert.count = in->I64();
  alert.group = LoadFields(in);
  alert.fields = LoadFields(in);
  alert.tags = LoadTexts(in);
  alert.notify = LoadTexts(in);
  alert.runbook = in->Text();
  alert.held = in->I64();
  alert.muted = in->Text();
  alert.state_evicted = in->U8() != 0;
  const uint64_t evidence = in->Varint();
  for (uint64_t i = 0; i < evidence && in->ok(); ++i) {
    alert.evidence.push_back(LoadEvent(in));
  }
  if (in->U8() != 0) alert.trigger = LoadEvent(in);
  return alert;
}

}  // namespace mqwarden
