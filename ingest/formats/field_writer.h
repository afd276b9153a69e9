// How decoders of text fill an event: what is blank or stands for nothing is
// absent, and what filled a field is noted where somebody asks for it.
#ifndef MQWARDEN_INGEST_FORMATS_FIELD_WRITER_H_
#define MQWARDEN_INGEST_FORMATS_FIELD_WRITER_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "mqwarden/base/ip_address.h"
#include "mqwarden/base/time.h"
#include "mqwarden/ingest/formats/message_table.h"
#include "mqwarden/ingest/provenance.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {

// `text` without blanks at its ends; empty for `N/A`, `???` and the like, which
// stand for nothing.
std::string_view Meaningful(std::string_view text);

// The first value that a field gets holds. `from` is the source's own name of
// what is written; texts are kept as views.
class FieldWriter final {
 public:
  FieldWriter(Event* event, Provenance* provenance)
      : event_(*event), provenance_(provenance) {}

  Event& event() { return event_; }

  void Text(FieldId field, std::string_view text, std::string_view from);
  void Int(FieldId field, int64_t value, std::string_view from);
  void Ip(FieldId field, const IpAddress& ip, std::string_view from);
  void List(FieldId field, std::span<const std::string_view> elements,
            std::string_view from);
  void At(Time time, int64_t quality, std::string_view from);
  // A decimal of up to 18 digits; any other text is left out.
  bool Number(FieldId field, std::string_view digits, std::string_view from);
  // Connection name and, where it holds one, the address of the partner.
  void Peer(std::string_view connection, std::string_view from);
  void User(std::string_view user, std::string_view from);
  // What no field takes.
  void Attr(std::string_view name, std::string_view text);
  // The same with the passwords of commands in it masked.
  void RedactedAttr(std::string_view name, std::string_view text);
  void RedactedText(FieldId field, std::string_view text,
                    std::string_view from);

  void Meaning(const MessageMeaning& meaning, std::string_view from);
  void Reason(int64_t reason, std::string_view from);
  // The conventions about `user`: the first there is of what may stand for it.
  // To be called once all else is filled.
  void FinishUser();

 private:
  void Note(FieldId field, std::string_view from) {
    if (provenance_ != nullptr) provenance_->Note(from, field);
  }

  Event& event_;
  Provenance* const provenance_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_FORMATS_FIELD_WRITER_H_
