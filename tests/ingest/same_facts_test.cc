#include "mqwarden/ingest/same_facts.h"

#include <cstdint>
#include <deque>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/schema/event_json.h"
#include "mqwarden/tests/ingest/joins_testing.h"

namespace mqwarden {
namespace {

// `rest` begins with a comma or is empty.
std::string Refusal(std::string_view source, int64_t ms, std::string_view rest) {
  const std::string second = std::to_string(10 + ms / 1000);
  const std::string fraction = std::to_string(1000 + ms % 1000).substr(1);
  return R"({"time":"2026-11-20T09:00:)" + second + "." + fraction +
         R"(Z","source":")" + std::string(source) + R"(","collector":")" +
         std::string(source) +
         R"(:QM1","kind":"authz","action":"open","outcome":"failure","reason":2035,"qmgr":"QM1")" +
         std::string(rest) + "}";
}

std::deque<Event> Join(const std::vector<std::string>& lines,
                       SameFactsStats* stats = nullptr,
                       const SameFactsOptions& options = {}) {
  std::deque<Event> out;
  SameFacts facts(options, [&](Event* event) { out.emplace_back().CopyFrom(*event); });
  Event event;
  for (const std::string& line : lines) {
    MakeEvent(line, &event);
    facts.Process(&event);
  }
  facts.Finish();
  if (stats != nullptr) *stats = facts.stats();
  return out;
}

constexpr std::string_view kUser = R"(,"user":"ana")";

TEST(SameFactsTest, OneRefusalInTwoSourcesIsOneEventThatKnowsWhatBothKnow) {
  SameFactsStats stats;
  const auto events = Join(
      {Refusal("amqsevt", 0, R"(,"user":"ana","channel":"APP.SVRCONN")"),
       Refusal("amqerr", 700, R"(,"user":"ANA","object":"PAY.IN","host":"h1","message_id":"AMQ8077")")},
      &stats);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(stats.absorbed, 1);
  std::string json;
  AppendEventJson(events[0], &json);
  for (const char* const part :
       {R"("time":"2026-11-20T09:00:10Z")", R"("source":"amqsevt")", R"("user":"ana")",
        R"("channel":"APP.SVRCONN")", R"("object":"PAY.IN")", R"("host":"h1")",
        R"("message_id":"AMQ8077")"}) {
    EXPECT_NE(json.find(part), json.npos) << part << " in " << json;
  }
}

struct PairCase {
  const char* name;
  std::string first;
  std::string second;
  size_t events;
};

class PairTest : public ::testing::TestWithParam<PairCase> {};

TEST_P(PairTest, IsOneOrTwo) {
  const auto events = Join({GetParam().first, GetParam().second});
  EXPECT_EQ(events.size(), GetParam().events) << Lines(events);
}

std::string Replaced(std::string text, std::string_view what, std::string_view by) {
  const size_t at = text.find(what);
  EXPECT_NE(at, text.npos);
  return text.replace(at, what.size(), by);
}

INSTANTIATE_TEST_SUITE_P(
    Pairs, PairTest,
    ::testing::ValuesIn(std::vector<PairCase>{
        {"TwoSecondsApart", Refusal("pcf", 0, kUser), Refusal("amqerr", 2000, kUser), 1},
        {"MoreThanTwoSeconds", Refusal("pcf", 0, kUser), Refusal("amqerr", 2001, kUser), 2},
        {"OneSource", Refusal("pcf", 0, kUser), Refusal("pcf", 0, kUser), 2},
        {"NothingInBoth", Refusal("pcf", 0, R"(,"user":"ana")"),
         Refusal("amqerr", 0, R"(,"object":"Q")"), 2},
        {"ObjectAlone", Refusal("pcf", 0, R"(,"object":"Q")"),
         Refusal("amqerr", 0, R"(,"object":"q")"), 1},
        {"ChannelWithoutAddress", Refusal("pcf", 0, R"(,"channel":"C")"),
         Refusal("amqerr", 0, R"(,"channel":"C")"), 2},
        {"ChannelWithAddress", Refusal("pcf", 0, R"(,"channel":"C","source_ip":"192.0.2.1")"),
         Refusal("amqerr", 0, R"(,"channel":"C","source_ip":"192.0.2.1")"), 1},
        {"OtherAddress", Refusal("pcf", 0, R"(,"user":"ana","source_ip":"192.0.2.1")"),
         Refusal("amqerr", 0, R"(,"user":"ana","source_ip":"192.0.2.2")"), 2},
        {"OtherObject", Refusal("pcf", 0, R"(,"user":"ana","object":"A")"),
         Refusal("amqerr", 0, R"(,"user":"ana","object":"B")"), 2},
        {"OtherUser", Refusal("pcf", 0, R"(,"user":"ana","object":"A")"),
         Refusal("amqerr", 0, R"(,"user":"bob","object":"A")"), 2},
        {"TruncatedUser", Refusal("pcf", 0, R"(,"user":"abcdefghijkl","user_truncated":true)"),
         Refusal("amqerr", 0, R"(,"user":"abcdefghijklmnop")"), 1},
        {"WholeUserOfTwelve", Refusal("pcf", 0, R"(,"user":"abcdefghijkl")"),
         Refusal("amqerr", 0, R"(,"user":"abcdefghijklmnop")"), 2},
        {"OtherQmgr", Refusal("pcf", 0, kUser),
         Replaced(Refusal("amqerr", 0, kUser), "QM1\",\"user", "QM2\",\"user"), 2},
        {"AccessKinds", Refusal("pcf", 0, kUser),
         Replaced(Refusal("amqerr", 0, kUser), "authz", "authn"), 1},
        {"OtherKind", Refusal("pcf", 0, kUser),
         Replaced(Refusal("amqerr", 0, kUser), "authz", "session"), 2},
        {"ConnectAndOpen", Refusal("pcf", 0, kUser),
         Replaced(Refusal("amqerr", 0, kUser), "open", "connect"), 2},
        {"OtherOutcome", Refusal("pcf", 0, kUser),
         Replaced(Refusal("amqerr", 0, kUser), "failure", "success"), 2},
        {"OtherReason", Refusal("pcf", 0, kUser),
         Replaced(Refusal("amqerr", 0, kUser), "2035", "2577"), 2},
        {"Companion", Replaced(Refusal("pcf", 0, kUser), "authz", "diag"),
         Replaced(Refusal("amqerr", 0, kUser), "authz", "diag"), 2},
    }),
    [](const auto& info) { return info.param.name; });

TEST(SameFactsTest, ABurstKeepsItsCount) {
  std::vector<std::string> lines;
  for (int i = 0; i < 10; ++i) lines.push_back(Refusal("amqsevt", 0, kUser));
  for (int i = 0; i < 10; ++i) lines.push_back(Refusal("amqerr", 100 + i, kUser));
  for (int i = 0; i < 4; ++i) lines.push_back(Refusal("amqerr_json", 200 + i, kUser));
  SameFactsStats stats;
  EXPECT_EQ(Join(lines, &stats).size(), 10u);
  EXPECT_EQ(stats.absorbed, 14);
}

TEST(SameFactsTest, ZeroKeepsThemApart) {
  SameFactsOptions options;
  options.within = Duration::zero();
  EXPECT_EQ(Join({Refusal("pcf", 0, kUser), Refusal("amqerr", 0, kUser)}, nullptr,
                 options)
                .size(),
            2u);
}

TEST(SameFactsTest, NothingWaitsWhereThereIsOneSource) {
  SameFactsOptions options;
  options.sources = 1u << EnumCode(EnumType::kSource, "pcf");
  int left = 0;
  SameFacts facts(options, [&](Event*) { ++left; });
  Event event;
  MakeEvent(Refusal("pcf", 0, kUser), &event);
  facts.Process(&event);
  EXPECT_EQ(left, 1);
  EXPECT_EQ(facts.held(), 0u);
}

TEST(SameFactsTest, NormalizedEventsAreLeftAlone) {
  int left = 0;
  SameFacts facts({}, [&](Event*) { ++left; });
  Event event;
  for (const char* const source : {"pcf", "amqerr"}) {
    MakeEvent(Refusal(source, 0, kUser), &event);
    event.set_infers_channel_type(false);
    facts.Process(&event);
  }
  facts.Finish();
  EXPECT_EQ(left, 2);
}

TEST(SameFactsTest, TheBoundIsKeptAndCounted) {
  SameFactsOptions options;
  options.max_held = 3;
  std::vector<std::string> lines;
  for (int i = 0; i < 8; ++i) {
    lines.push_back(Refusal("pcf", i, R"(,"user":"u)" + std::to_string(i) + "\""));
  }
  SameFactsStats stats;
  EXPECT_EQ(Join(lines, &stats, options).size(), 8u);
  EXPECT_EQ(stats.given_up, 5);
}

// Of one key only so many are compared; the count of the events stays right.
TEST(SameFactsTest, NoEventIsComparedWithMoreThanTheBound) {
  std::vector<std::string> lines;
  for (int i = 0; i < SameFacts::kMaxCompared; ++i) {
    lines.push_back(Refusal("pcf", 1, R"(,"user":"ana","object":"Q)" +
                                          std::to_string(i) + "\""));
  }
  lines.push_back(Refusal("pcf", 0, R"(,"user":"ana","channel":"FAR")"));
  std::swap(lines.front(), lines.back());
  lines.push_back(Refusal("amqerr", 2, R"(,"user":"ana","object":"X")"));
  EXPECT_EQ(Join(lines).size(), lines.size());
  lines.erase(lines.begin() + 1);
  EXPECT_EQ(Join(lines).size(), lines.size() - 1);
}

TEST(SameIdsTest, AMessageReadTwiceIsKnown) {
  SameIds ids;
  Event event;
  MakeEvent(Refusal("pcf", 0, R"(,"event_id":"aa")"), &event);
  EXPECT_FALSE(ids.IsRepeated(event));
  EXPECT_TRUE(ids.IsRepeated(event));
  MakeEvent(Refusal("amqerr_json", 0, R"(,"event_id":"aa")"), &event);
  EXPECT_FALSE(ids.IsRepeated(event));
  // A journal may begin to count anew.
  MakeEvent(Refusal("pcf", 1, R"(,"event_id":"aa")"), &event);
  EXPECT_FALSE(ids.IsRepeated(event));
  MakeEvent(Refusal("pcf", 1, kUser), &event);
  EXPECT_FALSE(ids.IsRepeated(event));
  EXPECT_FALSE(ids.IsRepeated(event));
}

// The definition and nothing else: each event in order looks at all before it.
std::deque<Event> Reference(const std::deque<Event>& events, Duration within) {
  struct Survivor {
    Event event;
    std::set<int64_t> absorbed;
  };
  std::deque<Survivor> survivors;
  for (const Event& event : events) {
    Survivor* best = nullptr;
    for (Survivor& s : survivors) {
      if (event.Int(FieldId::kSource) == s.event.Int(FieldId::kSource) ||
          event.time() - s.event.time() > within ||
          s.absorbed.contains(event.Int(FieldId::kSource)) ||
          event.Int(FieldId::kKind) == static_cast<int64_t>(Kind::kDiag) ||
          !IsSameFact(s.event, event)) {
        continue;
      }
      if (best == nullptr || s.event.time() > best->event.time()) best = &s;
    }
    if (best == nullptr) {
      survivors.emplace_back().event.CopyFrom(event);
    } else {
      best->absorbed.insert(event.Int(FieldId::kSource));
      TakeOver(event, &best->event);
    }
  }
  std::deque<Event> out;
  for (Survivor& s : survivors) out.push_back(std::move(s.event));
  return out;
}

TEST(SameFactsRandomTest, AgreesWithTheReference) {
  std::mt19937_64 random(20261120);
  const char* const sources[] = {"amqsevt", "pcf", "amqerr", "amqerr_json", "oamok"};
  int64_t absorbed = 0;
  for (int round = 0; round < 400; ++round) {
    std::deque<Event> events;
    int64_t ms = 0;
    const int64_t step = 1 + Below(900, &random);
    const int count = 5 + static_cast<int>(Below(40, &random));
    for (int i = 0; i < count; ++i) {
      ms += Below(3, &random) == 0 ? Below(step, &random) : 0;
      std::string rest;
      const auto maybe = [&](std::string_view key, std::string_view values) {
        if (Below(3, &random) == 0) return;
        const size_t one = static_cast<size_t>(Below(static_cast<int64_t>(values.size()), &random));
        rest += ",\"" + std::string(key) + "\":\"" + values[one] + "\"";
      };
      maybe("user", "ab");
      maybe("object", "XY");
      maybe("channel", "CD");
      if (Below(3, &random) == 0) {
        rest += R"(,"source_ip":"192.0.2.)" + std::to_string(Below(2, &random)) + "\"";
      }
      if (Below(6, &random) == 0) rest += R"(,"host":"h")";
      std::string line = Refusal(sources[Below(5, &random)], ms, rest);
      if (Below(5, &random) == 0) {
        line = Replaced(line, "authz", Below(3, &random) == 0 ? "diag" : "authn");
      }
      if (Below(6, &random) == 0) line = Replaced(line, "open", "connect");
      MakeEvent(line, &events.emplace_back());
      if (HasFatalFailure()) return;
    }
    std::deque<Event> joined;
    SameFacts facts({}, [&](Event* event) { joined.emplace_back().CopyFrom(*event); });
    Event copy;
    for (const Event& event : events) {
      copy.CopyFrom(event);
      facts.Process(&copy);
    }
    facts.Finish();
    absorbed += facts.stats().absorbed;
    ASSERT_EQ(facts.stats().absorbed + static_cast<int64_t>(joined.size()), count);
    ASSERT_EQ(Lines(joined), Lines(Reference(events, std::chrono::seconds(2))))
        << "round " << round << "\n" << Lines(events);
  }
  EXPECT_GT(absorbed, 1000);
}

}  // namespace
}  // namespace mqwarden
