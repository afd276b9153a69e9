// What a message descriptor (MQMD) says of a message, for the decoder of its body.
#ifndef MQWARDEN_INGEST_FORMATS_MESSAGE_FACTS_H_
#define MQWARDEN_INGEST_FORMATS_MESSAGE_FACTS_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "mqwarden/base/time.h"

namespace mqwarden {

// What is known of a message beside its bytes: its MQMD. All of it is optional,
// and an MQMD in front of the message fills what is missing. Ids are bytes.
struct MessageFacts {
  std::string_view put_date;  // "20261120", UTC
  std::string_view put_time;  // "09301250", with hundredths
  std::optional<Time> time;   // the same, where the host has it as a time
  // When the host took the message; its time, where nothing better is known.
  std::optional<Time> receipt;
  int32_t encoding = 0;
  int32_t ccsid = 0;  // of text that states none
  std::string_view message_id;
  std::string_view correlation_id;
  // PutApplType and PutApplName: of an event, the queue manager that raised it.
  int32_t put_application_type = 0;
  std::string_view put_application;
  std::string_view queue;  // that the message was read from: `attr.eventSource`
};

// The instant of PutDate and PutTime; nullopt where they are none.
std::optional<Time> ParsePutTime(std::string_view date, std::string_view time);

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_FORMATS_MESSAGE_FACTS_H_
