#include "mqwarden/tests/ingest/joins_testing.h"

#include "gtest/gtest.h"
#include "mqwarden/ingest/event_stream.h"
#include "mqwarden/schema/event_json.h"

namespace mqwarden {

void MakeEvent(std::string_view json, Event* event) {
  event->Clear();
  int count = 0;
  EventStream stream({}, [&](Event& made) {
    event->CopyFrom(made);
    ++count;
  });
  stream.Feed(json);
  stream.Finish();
  ASSERT_EQ(count, 1) << json;
  event->set_infers_channel_type(true);
}

std::string Lines(const std::deque<Event>& events) {
  std::string out;
  for (const Event& event : events) {
    AppendEventJson(event, &out);
    out += '\n';
  }
  return out;
}

}  // namespace mqwarden
