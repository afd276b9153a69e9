// What MqNormalizer, whose members stand in two files, knows of an event while it
// reads the parameters.
#ifndef MQWARDEN_INGEST_MQ_EVENT_FACTS_H_
#define MQWARDEN_INGEST_MQ_EVENT_FACTS_H_

#include <cstdint>
#include <optional>

#include "mqwarden/ingest/mapping.h"
#include "mqwarden/ingest/mq_event.h"
#include "mqwarden/ingest/mq_record.h"

namespace mqwarden {

// What the parameters said, before it is known what all of it means together.
struct MqNormalizer::Facts {
  bool is_definition = false;  // a configuration or command event
  int64_t kind = 0;
  int64_t action = 0;
  int64_t qualifier = 0;
  std::optional<int64_t> command;
  std::optional<ObjectKind> object;  // of a definition
  const MqParameter* object_type = nullptr;
  const MqParameter* qmgr = nullptr;
  const MqParameter* event_qmgr = nullptr;
  const MqParameter* checked_user = nullptr;
  const MqParameter* connection = nullptr;
  const MqParameter* options = nullptr;
  const MqParameter* queue = nullptr;
  const MqParameter* topic = nullptr;
  const MqParameter* process = nullptr;
  const MqParameter* namelist = nullptr;
  const MqParameter* subscription = nullptr;
  const MqParameter* base_object = nullptr;
  const MqParameter* object_name = nullptr;
};

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_MQ_EVENT_FACTS_H_
