// Made-up events of every kind that IBM MQ raises, each in PCF and as amqsevt
// prints it: the two are one event to whoever reads them.
#ifndef MQWARDEN_TESTS_INGEST_PCF_EVENT_CASES_H_
#define MQWARDEN_TESTS_INGEST_PCF_EVENT_CASES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/tests/testing/pcf_writer.h"

namespace mqwarden {

struct PcfEventCase {
  std::string name;  // "NotAuthorizedConnect"
  PcfHeaderValues header;
  // Adds the parameters.
  void (*write)(PcfWriter&);
  std::string json_data;  // amqsevt's eventData

  // The body alone.
  std::string Body(ByteOrder order = ByteOrder::kLittle) const;
  // MQMD and body.
  std::string Message(ByteOrder order = ByteOrder::kLittle) const;
  // The object that amqsevt prints, in one line.
  std::string Json() const;
};

const std::vector<PcfEventCase>& PcfEventCases();

// The number of a parameter or value by its MQI name; fails the test for none.
int32_t Mqi(std::string_view name);

}  // namespace mqwarden

#endif  // MQWARDEN_TESTS_INGEST_PCF_EVENT_CASES_H_
