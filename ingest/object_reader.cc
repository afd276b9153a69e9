#include "mqwarden/ingest/object_reader.h"

#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {

std::optional<Reject> ObjectReader::Decode(InputFormat format,
                                           const JsonScanner& object,
                                           Event* event,
                                           Provenance* provenance) {
  switch (format) {
    case InputFormat::kAmqsevt:
      return amqsevt_.Decode(object.nodes(), event, provenance,
                             object.shape());
    case InputFormat::kAmqerr:
      return amqerr_.Decode(object.nodes(), event, provenance);
    case InputFormat::kOamok:
      return oamok_.Decode(object.nodes(), event, provenance);
    case InputFormat::kNdjson: {
      if (!object.exact()) return Reject{kNotJson, {}};
      auto reject = ndjson_.Decode(object.nodes(), event);
      if (provenance == nullptr) return reject;
      // Its keys are the names of the fields.
      event->ForEachPresent([provenance](FieldId field) {
        provenance->Note(GetField(field).name, field);
      });
      return reject;
    }
    default:
      return Reject{kUnrecognised, {}};
  }
}

}  // namespace mqwarden
