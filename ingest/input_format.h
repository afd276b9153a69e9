// The input formats of the command line, by name.
#ifndef MQWARDEN_INGEST_INPUT_FORMAT_H_
#define MQWARDEN_INGEST_INPUT_FORMAT_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace mqwarden {

enum class InputFormat : uint8_t {
  kAuto,  // by content, record by record
  kAmqsevt,
  kPcf,
  kDmpmqmsg,
  kOamok,
  kOamlog,
  kMqcci,
  kMqausx,
  kMqauditor,
  kAmqerr,
  kSyslog,
  kZos,
  kNdjson,
};

std::string_view InputFormatName(InputFormat format);  // "amqsevt"
std::optional<InputFormat> FindInputFormat(std::string_view name);

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_INPUT_FORMAT_H_
