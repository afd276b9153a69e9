#include "mqwarden/ingest/connections.h"

#include <deque>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/schema/event_json.h"
#include "mqwarden/tests/ingest/joins_testing.h"

namespace mqwarden {
namespace {

std::string Record(int64_t second, std::string_view kind, std::string_view action,
                   std::string_view rest) {
  return R"({"time":)" + std::to_string(1'795'165'200'000'000'000 + second * 1'000'000'000) +
         R"(,"source":"oamok","kind":")" + std::string(kind) + R"(","action":")" +
         std::string(action) + R"(","outcome":"success","qmgr":"QM1")" +
         std::string(rest) + "}";
}

constexpr std::string_view kTag = R"(,"correlation":"7.1")";

std::string With(std::string_view rest) { return std::string(kTag) + std::string(rest); }

std::deque<Event> Completed(const std::vector<std::string>& lines,
                      const ConnectionsOptions& options = {},
                      ConnectionsStats* stats = nullptr) {
  Connections connections(options);
  std::deque<Event> events;
  for (const std::string& line : lines) {
    MakeEvent(line, &events.emplace_back());
    connections.Process(&events.back());
  }
  if (stats != nullptr) *stats = connections.stats();
  return events;
}

std::string TextOf(const Event& event, FieldId field) {
  return event.Has(field) ? std::string(event.Text(field)) : "";
}

TEST(ConnectionsTest, LaterRecordsKnowWhatTheOpenerSaid) {
  ConnectionsStats stats;
  const auto events =
      Completed({Record(0, "session", "connect",
                  With(R"(,"user":"ana","csp_user":"ana","client_user":"os1","channel":"APP.SVRCONN","connection":"192.0.2.7","source_ip":"192.0.2.7","app":"pay")")),
           Record(1, "authz", "open", With(R"(,"object":"Q","user":"svc")")),
           Record(9, "session", "disconnect", With(R"(,"duration":9)")),
           Record(10, "authz", "open", With(R"(,"object":"Q")"))},
          {}, &stats);
  for (const size_t i : {size_t{1}, size_t{2}}) {
    EXPECT_EQ(TextOf(events[i], FieldId::kChannel), "APP.SVRCONN");
    EXPECT_EQ(TextOf(events[i], FieldId::kConnection), "192.0.2.7");
    EXPECT_EQ(TextOf(events[i], FieldId::kClientUser), "os1");
    EXPECT_EQ(TextOf(events[i], FieldId::kCspUser), "ana");
    EXPECT_EQ(TextOf(events[i], FieldId::kApp), "pay");
    EXPECT_TRUE(events[i].Has(FieldId::kSourceIp));
  }
  EXPECT_EQ(TextOf(events[1], FieldId::kUser), "svc");  // never overwritten
  EXPECT_EQ(TextOf(events[2], FieldId::kUser), "ana");
  EXPECT_FALSE(events[3].Has(FieldId::kChannel));  // it ended
  EXPECT_EQ(stats.opened, 1);
  EXPECT_EQ(stats.completed, 2);
}

TEST(ConnectionsTest, AnOpenerBeginsANewConnection) {
  const auto events =
      Completed({Record(0, "authn", "connect", With(R"(,"user":"ana","app":"one")")),
           Record(1, "authz", "open", kTag),
           Record(2, "authn", "connect", With(R"(,"user":"bob")")),
           Record(3, "authz", "open", kTag)});
  EXPECT_EQ(TextOf(events[1], FieldId::kApp), "one");
  EXPECT_EQ(TextOf(events[3], FieldId::kUser), "bob");
  EXPECT_FALSE(events[3].Has(FieldId::kApp));
}

TEST(ConnectionsTest, AuthenticateAndAuthoriseAreOneConnection) {
  const auto events =
      Completed({Record(0, "authn", "connect", With(R"(,"user":"ana","app":"one")")),
           Record(0, "authz", "connect", With(R"(,"user":"ana")")),
           Record(1, "authz", "open", kTag),
           Record(2, "authz", "connect", With(R"(,"user":"ana")")),
           Record(3, "authz", "open", kTag)});
  EXPECT_EQ(TextOf(events[1], FieldId::kApp), "one");
  EXPECT_EQ(TextOf(events[2], FieldId::kApp), "one");
  EXPECT_FALSE(events[3].Has(FieldId::kApp));  // the second of its kind
  EXPECT_FALSE(events[4].Has(FieldId::kApp));
}

TEST(ConnectionsTest, AnotherUserOrALongTimeIsAnotherConnection) {
  auto events = Completed({Record(0, "authn", "connect", With(R"(,"user":"ana","app":"one")")),
                     Record(0, "authz", "connect", With(R"(,"user":"bob")"))});
  EXPECT_FALSE(events[1].Has(FieldId::kApp));
  events = Completed({Record(0, "authn", "connect", With(R"(,"user":"ana","app":"one")")),
                Record(11, "authz", "connect", With(R"(,"user":"ana")"))});
  EXPECT_FALSE(events[1].Has(FieldId::kApp));
}

TEST(ConnectionsTest, OnlyTheSameQmgrAndCorrelationCount) {
  const std::string opener =
      Record(0, "session", "connect", With(R"(,"user":"ana")"));
  std::string other = Record(1, "authz", "open", kTag);
  other.replace(other.find("QM1"), 3, "QM2");
  const auto events = Completed({opener, other, Record(1, "authz", "open", ""),
                           Record(1, "authz", "open", R"(,"correlation":"7.2")")});
  for (size_t i = 1; i < events.size(); ++i) {
    EXPECT_FALSE(events[i].Has(FieldId::kUser)) << i;
  }
}

TEST(ConnectionsTest, NothingIsKeptLongerThanADay) {
  const auto events = Completed({Record(0, "session", "connect", With(R"(,"user":"ana")")),
                           Record(86400, "authz", "open", kTag),
                           Record(86401, "authz", "open", kTag)});
  EXPECT_TRUE(events[1].Has(FieldId::kUser));
  EXPECT_FALSE(events[2].Has(FieldId::kUser));
}

TEST(ConnectionsTest, TheOldestIsGivenUpFirst) {
  ConnectionsOptions options;
  options.max_connections = 2;
  std::vector<std::string> lines;
  const auto tag = [](int i) { return R"(,"correlation":"t)" + std::to_string(i) + "\""; };
  for (int i = 0; i < 3; ++i) {
    lines.push_back(Record(i, "session", "connect", tag(i) + R"(,"user":"ana")"));
  }
  for (int i = 0; i < 3; ++i) lines.push_back(Record(5, "authz", "open", tag(i)));
  ConnectionsStats stats;
  const auto events = Completed(lines, options, &stats);
  EXPECT_FALSE(events[3].Has(FieldId::kUser));
  EXPECT_TRUE(events[4].Has(FieldId::kUser));
  EXPECT_TRUE(events[5].Has(FieldId::kUser));
  EXPECT_EQ(stats.given_up, 1);
}

TEST(ConnectionsTest, SwitchedOffItDoesNothing) {
  ConnectionsOptions options;
  options.enabled = false;
  const auto events = Completed({Record(0, "session", "connect", With(R"(,"user":"ana")")),
                           Record(1, "authz", "open", kTag)},
                          options);
  EXPECT_FALSE(events[1].Has(FieldId::kUser));
}

// The definition: what each record may take is looked for in all before it.
std::deque<Event> Reference(const std::deque<Event>& events) {
  constexpr FieldId kFields[] = {FieldId::kConnection, FieldId::kChannel,
                                 FieldId::kClientUser, FieldId::kCspUser,
                                 FieldId::kApp,        FieldId::kUser};
  struct Open {
    Event known;
    bool only_authenticated = false;
  };
  std::map<std::string, Open> open;
  std::deque<Event> out;
  for (const Event& source : events) {
    Event& event = out.emplace_back();
    event.CopyFrom(source);
    const std::string key = TextOf(event, FieldId::kQmgr) + "|" +
                            TextOf(event, FieldId::kCorrelation);
    const auto kind = static_cast<Kind>(event.Int(FieldId::kKind));
    const bool connects =
        event.Int(FieldId::kAction) == EnumCode(EnumType::kAction, "connect");
    const auto take = [&](const Event& from, Event* to) {
      for (const FieldId f : kFields) {
        if (from.Has(f) && !to->Has(f)) to->CopyText(f, from.Text(f));
      }
      if (from.Has(FieldId::kSourceIp) && !to->Has(FieldId::kSourceIp)) {
        to->SetIp(FieldId::kSourceIp, from.Ip(FieldId::kSourceIp));
      }
    };
    const auto found = open.find(key);
    bool begins = connects && kind != Kind::kChannel;
    if (begins && found != open.end() && found->second.only_authenticated &&
        kind == Kind::kAuthz &&
        event.time() - found->second.known.time() <= Connections::kOpening &&
        (!event.Has(FieldId::kUser) || !found->second.known.Has(FieldId::kUser) ||
         TextOf(event, FieldId::kUser) == TextOf(found->second.known, FieldId::kUser))) {
      begins = false;
      take(event, &found->second.known);
    }
    if (begins) {
      Open& now = open[key];
      now.known.CopyFrom(event);
      now.only_authenticated = kind == Kind::kAuthn;
      continue;
    }
    if (found == open.end()) continue;
    take(found->second.known, &event);
    found->second.only_authenticated = false;
    if (event.Int(FieldId::kAction) == EnumCode(EnumType::kAction, "disconnect")) {
      open.erase(found);
    }
  }
  return out;
}

TEST(ConnectionsRandomTest, AgreesWithTheReference) {
  std::mt19937_64 random(20261120);
  const struct {
    const char* kind;
    const char* action;
  } shapes[] = {{"authn", "connect"},   {"authz", "connect"}, {"session", "connect"},
                {"session", "disconnect"}, {"authz", "open"},    {"authz", "open"},
                {"channel", "connect"}, {"authz", "subscribe"}};
  int64_t completed = 0;
  for (int round = 0; round < 300; ++round) {
    std::deque<Event> events;
    int64_t second = 0;
    for (int i = 0; i < 40; ++i) {
      second += Below(4, &random);
      const auto& shape = shapes[Below(8, &random)];
      std::string rest =
          R"(,"correlation":"c)" + std::to_string(Below(3, &random)) + "\"";
      for (const char* const field : {"user", "csp_user", "client_user", "app",
                                      "channel", "connection"}) {
        if (Below(3, &random) != 0) continue;
        rest += std::string(",\"") + field + "\":\"v" +
                std::to_string(Below(2, &random)) + "\"";
      }
      if (Below(4, &random) == 0) rest += R"(,"source_ip":"192.0.2.9")";
      MakeEvent(Record(second, shape.kind, shape.action, rest), &events.emplace_back());
      if (HasFatalFailure()) return;
    }
    Connections connections({});
    std::deque<Event> joined;
    for (const Event& event : events) {
      joined.emplace_back().CopyFrom(event);
      connections.Process(&joined.back());
    }
    completed += connections.stats().completed;
    ASSERT_EQ(Lines(joined), Lines(Reference(events))) << "round " << round;
  }
  EXPECT_GT(completed, 1000);
}

}  // namespace
}  // namespace mqwarden
