#include "mqwarden/ingest/change_pairs.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/ingest/event_stream.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/schema/event_json.h"
#include "mqwarden/schema/field_catalog.h"
#include "mqwarden/tests/ingest/pcf_event_cases.h"

namespace mqwarden {
namespace {

using Texts = std::vector<std::string>;
using Attrs = std::vector<std::pair<std::string_view, std::string_view>>;

constexpr int64_t kSecond = 1'000'000'000;

int64_t Code(EnumType type, std::string_view name) {
  return *FindEnumValue(type, name);
}

// A half of a change of a queue, `seconds` after some instant.
struct Half {
  std::string_view state;
  double seconds = 0;
  Attrs attrs = {};
  std::string_view qmgr = "QM1";
  std::string_view correlation = "ab01";
  std::string_view object = "Q1";
  std::string_view type = "queue";
  std::string_view collector = "pcf:QM1";
  std::vector<std::string_view> granted = {};
  std::vector<std::string_view> target_user = {};
};

class Feeder {
 public:
  explicit Feeder(const ChangePairsOptions& options = {})
      : pairs_(options, [this](Event* event) {
          times_.push_back(event->time());
          std::string json;
          event->Unset(FieldId::kTime);
          event->Unset(FieldId::kKind);
          AppendEventJson(*event, &json);
          out_.push_back(json);
        }) {}

  Feeder& Add(const Half& half) {
    Event event;
    Start(half.seconds, "config", &event);
    event.SetInt(FieldId::kAction, Code(EnumType::kAction, "change"));
    event.SetInt(FieldId::kObjectType, Code(EnumType::kObjectType, half.type));
    if (!half.state.empty()) {
      event.SetInt(FieldId::kObjectState,
                   Code(EnumType::kObjectState, half.state));
    }
    event.SetText(FieldId::kQmgr, half.qmgr);
    event.SetText(FieldId::kCorrelation, half.correlation);
    event.SetText(FieldId::kObject, half.object);
    event.SetText(FieldId::kCollector, half.collector);
    event.SetList(FieldId::kGranted, half.granted);
    event.SetList(FieldId::kTargetUser, half.target_user);
    for (const auto& [name, text] : half.attrs) event.AddAttr({name, text});
    pairs_.Process(&event);
    return *this;
  }
  // An event of another kind, with its name as app.
  Feeder& Other(double seconds, std::string_view name) {
    Event event;
    Start(seconds, "diag", &event);
    event.SetText(FieldId::kApp, name);
    pairs_.Process(&event);
    return *this;
  }
  Feeder& Command(double seconds, std::string_view correlation,
               const std::vector<std::string_view>& changes) {
    Event event;
    Start(seconds, "command", &event);
    event.SetText(FieldId::kQmgr, "QM1");
    event.SetText(FieldId::kCorrelation, correlation);
    event.SetList(FieldId::kChanges, changes);
    pairs_.Process(&event);
    return *this;
  }

  Texts Finish() {
    pairs_.Finish();
    for (size_t i = 1; i < times_.size(); ++i) {
      EXPECT_LE(times_[i - 1], times_[i]) << "out of order";
    }
    return std::move(out_);
  }
  const Texts& out() const { return out_; }
  ChangePairs& pairs() { return pairs_; }

 private:
  static void Start(double seconds, std::string_view kind, Event* event) {
    event->SetInt(FieldId::kKind, Code(EnumType::kKind, kind));
    event->SetTime(Time(Duration(
        1'000'000 * kSecond + static_cast<int64_t>(seconds * kSecond))));
  }

  Texts out_;
  std::vector<Time> times_;
  ChangePairs pairs_;
};

// What a half leaves as; `rest` is what comes between.
std::string Line(std::string_view object, std::string_view rest,
                 std::string_view attrs) {
  std::string line = R"({"collector":"pcf:QM1","action":"change",)"
                     R"("correlation":"ab01",)";
  if (rest == "before" || rest == "after") {
    line += "\"object_state\":\"" + std::string(rest) + "\",";
    rest = "";
  }
  line += R"("qmgr":"QM1","object":")" + std::string(object) +
          R"(","object_type":"queue")" + std::string(rest);
  if (!attrs.empty()) line += ",\"attr\":{" + std::string(attrs) + "}";
  return line + "}";
}

TEST(ChangePairsTest, TwoHalvesAreOneEvent) {
  Feeder run;
  run.Add({"before", 0,
           {{"maxQueueDepth", "5000"}, {"queueDesc", ""}, {"gone", "x"},
            {"alterationDate", "2026-11-01"}}});
  EXPECT_TRUE(run.out().empty());
  run.Add({"after", 0,
           {{"maxQueueDepth", "10"}, {"queueDesc", ""}, {"fresh", "y"},
            {"alterationDate", "2026-11-20"}}});
  const std::string expected =
      Line("Q1", R"(,"changes":["maxQueueDepth","fresh","gone"])",
           R"("maxQueueDepth":"10","queueDesc":"","fresh":"y",)"
           R"("alterationDate":"2026-11-20","old_maxQueueDepth":"5000",)"
           R"("old_gone":"x")");
  EXPECT_EQ(run.out(), Texts{expected});
  EXPECT_EQ(run.pairs().stats().pairs, 1);
  EXPECT_EQ(run.pairs().stats().alone, 0);
  EXPECT_EQ(run.Finish(), Texts{expected});
}

TEST(ChangePairsTest, TheAfterHalfMayComeFirst) {
  const Texts out = Feeder()
                        .Add({"after", 0, {{"a", "2"}}})
                        .Other(0.5, "between")
                        .Add({"before", 1, {{"a", "1"}}})
                        .Finish();
  EXPECT_EQ(out, (Texts{Line("Q1", R"(,"changes":["a"])",
                             R"("a":"2","old_a":"1")"),
                        R"({"app":"between"})"}));
}

TEST(ChangePairsTest, HalvesWithoutADifferenceHaveNoChanges) {
  const Texts out = Feeder()
                        .Add({"before", 0, {{"a", "1"}, {"alterationTime", "x"}}})
                        .Add({"after", 0, {{"a", "1"}, {"alterationTime", "y"}}})
                        .Finish();
  EXPECT_EQ(out, Texts{Line("Q1", "", R"("a":"1","alterationTime":"y")")});
}

TEST(ChangePairsTest, AHalfAloneLeavesAsItIs) {
  for (const std::string_view state : {"before", "after"}) {
    const std::string line = Line("Q1", state, R"("a":"1")");
    Feeder run;
    run.Add({state, 0, {{"a", "1"}}}).Other(5, "at the end of the hold");
    EXPECT_TRUE(run.out().empty());
    run.Other(5.000001, "behind it");
    EXPECT_EQ(run.out(),
              (Texts{line, R"({"app":"at the end of the hold"})",
                     R"({"app":"behind it"})"}));
    EXPECT_EQ(run.pairs().stats().alone, 1);
    EXPECT_EQ(run.pairs().held(), 0u);
  }
}

TEST(ChangePairsTest, TheOtherHalfMayComeAtTheEndOfTheHoldButNotBehindIt) {
  const auto out = [](double seconds) {
    return Feeder()
        .Add({"before", 0, {{"a", "1"}}})
        .Add({"after", seconds, {{"a", "2"}}})
        .Finish();
  };
  EXPECT_EQ(out(5).size(), 1u);
  EXPECT_EQ(out(5.001), (Texts{Line("Q1", "before", R"("a":"1")"),
                               Line("Q1", "after", R"("a":"2")")}));
}

TEST(ChangePairsTest, TimeMayAdvanceWithoutEvents) {
  Feeder run;
  run.Add({"before", 0});
  const Time start = Time(Duration(1'000'000 * kSecond));
  run.pairs().AdvanceTo(start + std::chrono::seconds(5) - Duration(1));
  EXPECT_TRUE(run.out().empty());
  run.pairs().AdvanceTo(start + std::chrono::seconds(5));
  EXPECT_EQ(run.out().size(), 1u);
}

TEST(ChangePairsTest, FinishLetsAllGo) {
  const Texts out = Feeder()
                        .Add({"before", 0})
                        .Other(1, "x")
                        .Add({"after", 2, {}, "QM2"})
                        .Finish();
  EXPECT_EQ(out.size(), 3u);
}

// Each of them differs in one of the four fields, or lacks what a pair needs.
TEST(ChangePairsTest, OnlyHalvesOfOneChangeArePaired) {
  const Half others[] = {
      {"after", 0, {}, "QM2"},
      {"after", 0, {}, "QM1", "ab02"},
      {"after", 0, {}, "QM1", "ab01", "Q2"},
      {"after", 0, {}, "QM1", "ab01", "Q1", "channel"},
      {"before", 0},
      {"", 0},
      {"after", 0, {}, "QM1", ""},
      {"after", 0, {}, "QM1", "ab01", ""},
  };
  for (const Half& other : others) {
    EXPECT_EQ(Feeder().Add({"before", 0}).Add(other).Finish().size(), 2u);
    EXPECT_EQ(Feeder().Add(other).Add({"before", 0}).Finish().size(), 2u);
  }
  // The case of names does not matter.
  EXPECT_EQ(Feeder()
                .Add({"before", 0})
                .Add({"after", 0, {}, "qm1", "AB01", "q1"})
                .Finish()
                .size(),
            1u);
}

TEST(ChangePairsTest, ChangesOneAfterAnotherAreTwo) {
  const Texts out = Feeder()
                        .Add({"before", 0, {{"a", "1"}}})
                        .Add({"after", 0, {{"a", "2"}}})
                        .Add({"before", 1, {{"a", "2"}}})
                        .Add({"after", 1, {{"a", "3"}}})
                        .Finish();
  EXPECT_EQ(out, (Texts{Line("Q1", R"(,"changes":["a"])",
                             R"("a":"2","old_a":"1")"),
                        Line("Q1", R"(,"changes":["a"])",
                             R"("a":"3","old_a":"2")")}));
}

TEST(ChangePairsTest, OfManyHalvesTheOneThatFitsBestIsTaken) {
  Half before_nina = {"before", 0, {{"a", "1"}}};
  before_nina.target_user = {"nina"};
  Half before_oskar = {"before", 0, {{"a", "2"}}};
  before_oskar.target_user = {"oskar"};
  Half after_oskar = {"after", 0, {{"a", "3"}}};
  after_oskar.target_user = {"Oskar"};
  Texts out = Feeder().Add(before_nina).Add(before_oskar).Add(after_oskar).Finish();
  ASSERT_EQ(out.size(), 2u);
  EXPECT_NE(out[1].find(R"("old_a":"2")"), std::string::npos) << out[1];

  Half other_collector = {"before", 0, {{"a", "1"}}};
  other_collector.collector = "amqsevt:QM1";
  out = Feeder()
            .Add(other_collector)
            .Add({"before", 0, {{"a", "2"}}})
            .Add({"after", 0, {{"a", "3"}}})
            .Finish();
  ASSERT_EQ(out.size(), 2u);
  EXPECT_NE(out[1].find(R"("old_a":"2")"), std::string::npos) << out[1];
}

TEST(ChangePairsTest, ListsAreNamedByTheirAttribute) {
  const Texts out = Feeder()
                        .Add({"before", 0, {{"l", "A"}, {"l_list", "A,B"}}})
                        .Add({"after", 0, {{"l", "A"}, {"l_list", "A,C"}}})
                        .Finish();
  EXPECT_EQ(out, Texts{Line("Q1", R"(,"changes":["l"])",
                            R"("l":"A","l_list":"A,C","old_l_list":"A,B")")});
}

TEST(ChangePairsTest, AuthoritiesNoLongerGivenAreRevoked) {
  Half before = {"before"};
  before.granted = {"put", "get", "alladm"};
  Half after = {"after"};
  after.granted = {"Get", "inq"};
  Texts out = Feeder().Add(before).Add(after).Finish();
  ASSERT_EQ(out.size(), 1u);
  EXPECT_NE(out[0].find(R"("granted":["Get","inq"],"revoked":["put","alladm"])"),
            std::string::npos)
      << out[0];
  after.granted = {};
  out = Feeder().Add(before).Add(after).Finish();
  EXPECT_NE(out[0].find(R"("revoked":["put","get","alladm"])"),
            std::string::npos);
}

TEST(ChangePairsTest, ALoneHalfHasTheChangesOfItsCommand) {
  const std::string expected =
      Line("Q1", R"(,"changes":["maxQueueDepth","queueDesc"])", "");
  const auto with_state = [&expected](std::string_view state) {
    std::string line = expected;
    line.insert(line.find("\"qmgr\""),
                "\"object_state\":\"" + std::string(state) + "\",");
    return line;
  };
  // Before it, and behind it.
  EXPECT_EQ(Feeder()
                .Command(0, "ab01", {"maxQueueDepth", "queueDesc"})
                .Add({"after", 1})
                .Other(100, "x")
                .Finish()[1],
            with_state("after"));
  EXPECT_EQ(Feeder()
                .Add({"before", 0})
                .Command(1, "AB01", {"maxQueueDepth", "queueDesc"})
                .Finish()[0],
            with_state("before"));
  // Of another action, or forgotten.
  EXPECT_EQ(Feeder().Command(0, "ab02", {"x"}).Add({"after", 1}).Finish()[1],
            Line("Q1", "after", ""));
  EXPECT_EQ(Feeder()
                .Command(0, "ab01", {"x"})
                .Other(100, "x")
                .Add({"after", 100})
                .Finish()[2],
            Line("Q1", "after", ""));
}

TEST(ChangePairsTest, AtItsBoundTheOldestHalfIsGivenUp) {
  ChangePairsOptions options;
  options.max_held = 3;
  Feeder run(options);
  run.Add({"before", 0}).Other(0, "1").Other(0, "2");
  EXPECT_TRUE(run.out().empty());
  run.Other(0, "3");
  EXPECT_EQ(run.out().size(), 4u);
  EXPECT_EQ(run.pairs().stats().given_up, 1);
  EXPECT_EQ(run.pairs().stats().alone, 1);
  // Halves alone: each that is one too many pushes one out.
  const std::string names[] = {"A", "B", "C", "D", "E"};
  for (const std::string& name : names) {
    run.Add({"before", 1, {}, "QM1", "ab01", name});
  }
  EXPECT_EQ(run.pairs().held(), 3u);
  EXPECT_EQ(run.pairs().stats().given_up, 3);
  EXPECT_EQ(run.Finish().size(), 9u);
}

TEST(ChangePairsTest, CommandsAreRememberedToTheirBound) {
  ChangePairsOptions options;
  options.max_commands = 2;
  Feeder run(options);
  run.Command(0, "ab01", {"x"}).Command(0, "ab02", {"y"}).Command(0, "ab03", {});
  run.Command(0, "ab04", {"z"});
  run.Add({"after", 0}).Add({"after", 0, {}, "QM1", "ab02"});
  const Texts out = run.Finish();
  EXPECT_EQ(out[4], Line("Q1", "after", ""));
  EXPECT_NE(out[5].find(R"("changes":["y"])"), std::string::npos);
}

// What leaves is in order and complete, whatever comes.
TEST(ChangePairsTest, NoEventIsLostOrOutOfOrder) {
  uint32_t random = 1;
  const auto next = [&random](uint32_t below) {
    random = random * 1664525 + 1013904223;
    return (random >> 8) % below;
  };
  int64_t pairs = 0;
  for (int round = 0; round < 200; ++round) {
    ChangePairsOptions options;
    options.max_held = 1 + next(8);
    Feeder run(options);
    double seconds = 0;
    int64_t events = 0;
    for (int i = 0; i < 60; ++i) {
      seconds += next(3);
      ++events;
      const std::string object(1, static_cast<char>('A' + next(3)));
      switch (next(4)) {
        case 0:
          run.Other(seconds, "x");
          break;
        case 1:
          run.Command(seconds, "ab01", {"x"});
          break;
        default:
          run.Add({next(2) == 0 ? "before" : "after", seconds, {}, "QM1",
                   "ab01", object});
          break;
      }
    }
    const auto left = static_cast<int64_t>(run.Finish().size());
    const ChangePairsStats& stats = run.pairs().stats();
    EXPECT_EQ(left + stats.pairs, events);
    EXPECT_EQ(run.pairs().held(), 0u);
    pairs += stats.pairs;
  }
  EXPECT_GT(pairs, 1000);
}

// Both wrappings, through the reader.
TEST(ChangePairsTest, HalvesOfPcfAndOfJsonArePaired) {
  std::string json, pcf;
  for (const PcfEventCase& c : PcfEventCases()) {
    if (!c.name.starts_with("ChangeQueue")) continue;
    json += c.Json();
    pcf += c.Message();
  }
  for (const std::string& bytes : {json, pcf}) {
    Texts out;
    ChangePairs pairs({}, [&out](Event* event) {
      AppendEventJson(*event, &out.emplace_back());
    });
    EventStream stream({}, [&pairs](Event& event) { pairs.Process(&event); });
    stream.Feed(bytes);
    stream.Finish();
    pairs.Finish();
    ASSERT_EQ(out.size(), 1u);
    EXPECT_NE(out[0].find(R"("changes":["maxQueueDepth","queueDepthMaxEvent"],)"
                          R"("attr":{"maxQueueDepth":"10",)"
                          R"("queueDepthMaxEvent":"Disabled",)"
                          R"("alterationDate":"2026-11-20",)"
                          R"("old_maxQueueDepth":"5000",)"
                          R"("old_queueDepthMaxEvent":"Enabled"})"),
              std::string::npos)
        << out[0];
    EXPECT_EQ(out[0].find("object_state"), std::string::npos);
  }
}

}  // namespace
}  // namespace mqwarden
