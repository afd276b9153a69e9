// The joins go on after their state went through bytes as if it never had, at
// every event of random streams.
#include <algorithm>
#include <chrono>
#include <deque>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "mqwarden/base/bytes.h"
#include "mqwarden/ingest/event_joins.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/tests/ingest/joins_testing.h"

namespace mqwarden {
namespace {

// Records that open and use connections, halves of changes, twins.
std::string RandomEvent(int second, std::mt19937_64* random) {
  static constexpr const char* kUsers[] = {"ana", "bob", "svcpayroll01x"};
  const std::string time = "\"time\":\"2026-11-20T09:00:" +
                           std::string(second < 10 ? "0" : "") +
                           std::to_string(second) + "Z\",\"qmgr\":\"QM1\",";
  const std::string user =
      std::string("\"user\":\"") + kUsers[Below(3, random)] + "\"";
  const std::string correlation =
      "\"correlation\":\"c" + std::to_string(Below(3, random)) + "\"";
  switch (Below(5, random)) {
    case 0:
      return "{" + time + "\"kind\":\"session\",\"action\":\"connect\"," + user +
             "," + correlation + ",\"channel\":\"C1\",\"source_ip\":\"10.1.2.3\"}";
    case 1:
      return "{" + time + "\"kind\":\"authz\",\"action\":\"open\"," +
             correlation + ",\"object\":\"Q1\"}";
    case 2:
      return "{" + time +
             "\"kind\":\"config\",\"action\":\"change\",\"object_state\":\"" +
             (Below(2, random) == 0 ? "before" : "after") + "\",\"object\":\"Q" +
             std::to_string(Below(2, random)) + "\"," + correlation +
             ",\"attr\":{\"depth\":\"" + std::to_string(Below(3, random)) +
             "\"}}";
    case 3:
      return "{" + time + "\"kind\":\"command\"," + correlation +
             ",\"changes\":[\"depth\"]}";
    default:
      return "{" + time +
             "\"kind\":\"authz\",\"action\":\"open\",\"outcome\":\"failure\"," +
             user + ",\"reason\":2035,\"source\":\"" +
             (Below(2, random) == 0 ? "pcf" : "amqerr") + "\"}";
  }
}

TEST(JoinsStateTest, GoesOnAtEveryEvent) {
  for (uint64_t seed = 1; seed <= 25; ++seed) {
    std::mt19937_64 random(seed);
    std::deque<Event> expected;
    std::deque<Event> restored;
    const auto keep = [](std::deque<Event>* out) {
      return [out](Event* event) { out->emplace_back().CopyFrom(*event); };
    };
    EventJoins whole({}, keep(&expected));
    auto parts = std::make_unique<EventJoins>(EventJoinsOptions{}, keep(&restored));
    int second = 0;
    for (int i = 0; i < 40; ++i) {
      second = std::min(second + static_cast<int>(Below(3, &random)) / 2, 59);
      const std::string json = RandomEvent(second, &random);
      Event a;
      MakeEvent(json, &a);
      Event b;
      b.CopyFrom(a);
      whole.Process(&a);
      parts->Process(&b);
      std::string bytes;
      ByteWriter writer(&bytes);
      parts->Save(&writer);
      parts = std::make_unique<EventJoins>(EventJoinsOptions{}, keep(&restored));
      ByteReader reader(bytes);
      parts->Load(&reader);
      ASSERT_TRUE(reader.done()) << json;
      std::string again;
      ByteWriter rewriter(&again);
      parts->Save(&rewriter);
      ASSERT_EQ(again, bytes);
    }
    ASSERT_EQ(whole.oldest_held(), parts->oldest_held());
    whole.Finish();
    parts->Finish();
    ASSERT_EQ(Lines(expected), Lines(restored)) << "seed " << seed;
    ASSERT_EQ(whole.stats().duplicates(), parts->stats().duplicates());
    ASSERT_EQ(whole.stats().changes.pairs, parts->stats().changes.pairs);
    ASSERT_EQ(whole.stats().connections.completed,
              parts->stats().connections.completed);
  }
}

TEST(JoinsStateTest, EveryCutIsRefused) {
  std::mt19937_64 random(7);
  EventJoins joins({}, [](Event*) {});
  for (int i = 0; i < 30; ++i) {
    Event event;
    MakeEvent(RandomEvent(i / 10, &random), &event);
    joins.Process(&event);
  }
  std::string bytes;
  ByteWriter writer(&bytes);
  joins.Save(&writer);
  for (size_t size = 0; size < bytes.size(); ++size) {
    EventJoins loaded({}, [](Event*) {});
    ByteReader reader(std::string_view(bytes).substr(0, size));
    loaded.Load(&reader);
    ASSERT_FALSE(reader.done()) << size;
  }
}

TEST(JoinsStateTest, SecondRecordOfAFactIsKnownAtOnce) {
  EventJoins joins({}, [](Event*) {});
  const std::string fact =
      "{\"time\":\"2026-11-20T09:00:00Z\",\"qmgr\":\"QM1\",\"kind\":\"authz\","
      "\"outcome\":\"failure\",\"user\":\"ana\",\"source\":";
  Event event;
  MakeEvent(fact + "\"pcf\"}", &event);
  event.set_sequence(7);
  joins.Process(&event);
  EXPECT_FALSE(joins.is_joined());
  MakeEvent(fact + "\"amqerr\"}", &event);
  event.set_sequence(8);
  joins.Process(&event);
  EXPECT_TRUE(joins.is_joined());
  EXPECT_EQ(joins.joined_to(), 7);
}

// Out of order as far as `disorder` allows, equal records stay apart.
TEST(JoinsStateTest, IdentityBearsDisorder) {
  EventJoinsOptions options;
  options.disorder = std::chrono::seconds(10);
  EventJoins joins(options, [](Event*) {});
  std::string last;
  for (const int second : {5, 3, 5, 3}) {
    Event event;
    MakeEvent("{\"time\":\"2026-11-20T09:00:0" + std::to_string(second) +
                  "Z\",\"kind\":\"authn\"}",
              &event);
    joins.Process(&event);
    last += std::string(event.Text(FieldId::kEventId)) + "\n";
  }
  std::set<std::string> ids;
  for (size_t at = 0; at < last.size(); at += 33) ids.insert(last.substr(at, 32));
  EXPECT_EQ(ids.size(), 4u);
}

}  // namespace
}  // namespace mqwarden
