// Every kind of event in PCF: the event that it is, and that it is the event
// which amqsevt's JSON of it gives.
//
// Goldens: pcf_goldens/events.expected has a line `name event` for each. After a
// change that is meant:
//   bazel run //tests/ingest:write_pcf_goldens -- "$PWD/tests/ingest/pcf_goldens"

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "mqwarden/ingest/event_stream.h"
#include "mqwarden/ingest/formats/pcf.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/schema/event_json.h"
#include "mqwarden/tests/ingest/ingest_testing.h"
#include "mqwarden/tests/ingest/pcf_event_cases.h"
#include "mqwarden/tests/ingest/pcf_goldens.h"

namespace mqwarden {
namespace {

// Without what only one of the two wrappings says.
std::string Common(Event* event) {
  for (const FieldId f : {FieldId::kTime, FieldId::kTimeQuality,
                          FieldId::kSource, FieldId::kCollector,
                          FieldId::kEventId}) {
    event->Unset(f);
  }
  std::string json;
  AppendEventJson(*event, &json);
  return json;
}

std::string CommonOfPcf(const std::string& message) {
  PcfDecoder decoder;
  Event event;
  if (const auto reject = decoder.Decode(message, {}, &event)) {
    return std::string(reject->reason) + ": " + reject->detail;
  }
  return Common(&event);
}

std::string CommonOfJson(const std::string& json) {
  std::string common;
  EventStream stream({}, [&](Event& event) { common += Common(&event); });
  stream.Feed(json);
  stream.Finish();
  for (const auto& [reason, sample] : stream.stats().samples) {
    common += reason + ": " + sample.detail;
  }
  return common;
}

TEST(PcfEventsTest, PcfAndJsonOfAnEventAreTheSameEvent) {
  for (const PcfEventCase& c : PcfEventCases()) {
    const std::string json = CommonOfJson(c.Json());
    EXPECT_EQ(json.front(), '{') << c.name << json;
    for (const ByteOrder order : {ByteOrder::kLittle, ByteOrder::kBig}) {
      EXPECT_EQ(CommonOfPcf(c.Message(order)), json) << c.name;
    }
  }
}

TEST(PcfEventsTest, EveryEventIsWhatIsExpected) {
  EXPECT_EQ(RenderPcfGoldens(), ReadTestFile("pcf_goldens/events.expected"));
}

TEST(PcfEventsTest, EveryReasonOfTheEventMessagesHasACase) {
  std::set<int32_t> reasons;
  std::set<std::string> names;
  for (const PcfEventCase& c : PcfEventCases()) {
    reasons.insert(c.header.reason);
    EXPECT_TRUE(names.insert(c.name).second) << c.name;
  }
  for (const int32_t reason :
       {2035, 3391, 2577, 2578, 2371, 2552, 2537, 2233, 2234, 2282, 2283, 2279,
        2295, 2296, 2284, 2367, 2368, 2369, 2370, 2412, 2413, 2222, 2223, 2085,
        2087, 2196, 2051, 2016, 2053, 2224, 2411}) {
    EXPECT_TRUE(reasons.contains(reason)) << reason;
  }
}

}  // namespace
}  // namespace mqwarden
