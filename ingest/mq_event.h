// From the parameters of an IBM MQ event to a normalized event: the derivations
// of the schema, the same for every wrapping of such an event.
//
// A decoder fills an MqRecord; NormalizeMqEvent() makes the Event of it. What
// the catalogue has no field for becomes `attr.NAME`, NAME in amqsevt's spelling.
//
// Configuration and command events describe an object. Its attributes stay attrs
// under their own names, blank ones too, also where a field says the same
// (`tls_cipher`, `granted`); what names the object, and the context of the
// change, moves to fields. Before and After of a change are two events here,
// with `object_state`.
#ifndef MQWARDEN_INGEST_MQ_EVENT_H_
#define MQWARDEN_INGEST_MQ_EVENT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/ingest/mq_record.h"
#include "mqwarden/ingest/provenance.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

// How a wrapping names what every event has, for people.
struct MqHeaderNames {
  std::string_view event_class;
  std::string_view reason;
  std::string_view time;
  std::string_view object_state;
  std::string_view correlation;
  std::string_view qmgr;
};
inline constexpr MqHeaderNames kAmqsevtJsonNames = {
    "eventType.value",  "eventReason.value", "eventCreation",
    "objectState",      "correlationID",     "eventSource.queueMgr"};
inline constexpr MqHeaderNames kAmqsevtTextNames = {
    "Event Type",   "Reason",         "Event created",
    "Object state", "Correlation ID", "Message"};
inline constexpr MqHeaderNames kPcfNames = {
    "MQCFH.Command", "MQCFH.Reason", "MQMD.PutDate, MQMD.PutTime",
    "MQCFH.Control", "MQMD.CorrelId", "MQMD.PutApplName"};

// Scratch space that one decoder keeps from record to record.
class MqNormalizer final {
 public:
  // `*event` has been cleared. Its texts are views of those of `record`.
  // `provenance` may be null; `names` are for it alone.
  void Normalize(const MqRecord& record, Event* event,
                 Provenance* provenance = nullptr,
                 const MqHeaderNames& names = kAmqsevtJsonNames);

 private:
  struct Facts;

  void NoteHeader(const MqHeaderNames& names, const Facts& facts);
  void Note(std::string_view from, FieldId field) {
    if (provenance_ != nullptr) provenance_->Note(from, field);
  }
  // What filled `from` filled `to` as well.
  void NoteAlso(FieldId from, FieldId to);
  void TakeParameter(const MqParameter& p, Facts* facts);
  void NameObject(Facts* facts);
  void NameQmgr(const Facts& facts);
  void SetPeer(const Facts& facts);
  void SetUser(const Facts& facts);
  void SetChanges(const Facts& facts);
  void AddAttrs(const Facts& facts);
  std::string* ListOf(std::string_view name, std::string_view first);
  void AppendAuthorities(const MqParameter& p, FieldId field);
  void SetEnum(FieldId field, std::optional<int64_t> value) {
    if (value.has_value()) event_->SetInt(field, *value);
  }
  // The field takes the parameter, which then is no attr; false when it has a
  // value already, and the first one holds.
  bool Move(const MqParameter& p, FieldId field) {
    if (event_->Has(field)) return false;
    moved_[IndexOf(p)] = true;
    event_->SetText(field, p.text);
    if (event_->Has(field)) Note(p.key, field);
    return true;
  }
  size_t IndexOf(const MqParameter& p) const {
    return static_cast<size_t>(&p - record_->parameters.data());
  }

  const MqRecord* record_ = nullptr;
  Event* event_ = nullptr;
  Provenance* provenance_ = nullptr;
  std::vector<uint8_t> moved_;  // by parameter: whether a field has taken it
  std::vector<std::string_view> words_;
  // Attr names met more than once or with lists, and their values joined.
  struct Joined {
    std::string_view name;
    std::string text;
  };
  std::vector<Joined> joined_;
  size_t joined_count_ = 0;
  std::string scratch_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_MQ_EVENT_H_
