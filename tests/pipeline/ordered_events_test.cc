#include "mqwarden/pipeline/ordered_events.h"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/schema/event_json.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

constexpr int64_t kStart = 1767603600;  // 2026-01-05T09:00:00Z

std::string Write(const std::string& name, const std::string& bytes) {
  const std::string path = ::testing::TempDir() + "/" + name;
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

struct Given {
  std::vector<std::string> events;
  EventJoinsStats stats;
};

Given GiveAll(const std::vector<std::string>& paths) {
  InputOptions input;
  input.inputs = paths;
  OrderedEvents events(input, {}, {});
  Given given;
  const auto read = events.Read({}, {});
  EXPECT_TRUE(read.ok()) << read.status();
  int64_t last = 0;
  const absl::Status status = events.Give(
      [](const Event&) { return true; },
      [&](Event* event) {
        EXPECT_GE(event->Int(FieldId::kTime), last);
        last = event->Int(FieldId::kTime);
        EXPECT_TRUE(event->Has(FieldId::kEventId));
        AppendEventJson(*event, &given.events.emplace_back());
      });
  EXPECT_TRUE(status.ok()) << status;
  given.stats = events.stats();
  return given;
}

std::string Two(int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); }

std::string Amqsevt(int64_t second, const std::string& user, const std::string& queue) {
  return R"({"eventType":{"value":44},"eventReason":{"value":2035},"eventCreation":{"epoch":)" +
         std::to_string(kStart + second) +
         R"(},"eventData":{"queueMgrName":"QM1","reasonQualifier":"Open Not Authorized","userIdentifier":")" +
         user + R"(","queueName":")" + queue + "\"}}\n";
}

std::string Amqerr(int64_t second, const std::string& user, const std::string& queue) {
  return R"({"ibm_messageId":"AMQ8077W","ibm_datetime":"2026-01-05T09:00:)" +
         Two(second) + R"(.300Z","ibm_serverName":"QM1","host":"h","ibm_commentInsert1":")" +
         user + R"(","ibm_commentInsert2":")" + queue +
         R"( [queue]","ibm_commentInsert3":"put"})" "\n";
}

std::string Half(int64_t second, const std::string& state, int depth) {
  return R"({"eventType":{"value":43},"eventReason":{"value":2368},"objectState":")" +
         state + R"( Change","correlationID":"0A)" + Two(second) +
         R"(","eventCreation":{"epoch":)" + std::to_string(kStart + second) +
         R"(},"eventData":{"eventQueueMgr":"QM1","objectType":"Queue","queueName":"Q","maxQueueDepth":)" +
         std::to_string(depth) + "}}\n";
}

std::string Mqcci(int64_t second, const std::string& verb, int tag) {
  return "2026/01/05 09:00:" + Two(second) + ".000000, " + verb +
         ", Tag=TAG" + std::to_string(tag) + ", CD_QMgrName=QM1, " +
         (verb == "CONN" ? "CD_ChannelName=APP.SVRCONN, CD_ConnectionName=192.0.2.7,"
                         : "Duration=2.000000,") +
         "\n";
}

// Records of three sources in any number of files, in any order of files.
TEST(OrderedEventsTest, TheOrderOfFilesDoesNotShow) {
  std::mt19937_64 random(20260105);
  int64_t duplicates = 0;
  int64_t completed = 0;
  int64_t pairs = 0;
  for (int round = 0; round < 25; ++round) {
    std::vector<std::string> files(1 + random() % 6);
    for (int64_t second = 0; second < 55; ++second) {
      const std::string user = "u" + std::to_string(random() % 2);
      const std::string queue = "Q" + std::to_string(random() % 2);
      const auto add = [&](const std::string& record) {
        files[random() % files.size()] += record;
      };
      if (random() % 2 == 0) add(Amqsevt(second, user, queue));
      if (random() % 2 == 0) add(Amqerr(second, user, queue));
      if (random() % 4 == 0) {
        add(Half(second, "Before", 5));
        add(Half(second, "After", 9));
      }
      if (random() % 3 == 0) {
        add(Mqcci(second, "CONN", static_cast<int>(second)));
        add(Mqcci(second + 2, "DISC", static_cast<int>(second)));
      }
    }
    std::vector<std::string> paths;
    for (size_t i = 0; i < files.size(); ++i) {
      paths.push_back(Write("f" + std::to_string(i), files[i]));
    }
    const Given first = GiveAll(paths);
    EXPECT_GT(first.events.size(), 20u);
    for (int again = 0; again < 4; ++again) {
      // Other names in another order.
      std::vector<size_t> order(files.size());
      for (size_t i = 0; i < order.size(); ++i) order[i] = i;
      std::shuffle(order.begin(), order.end(), random);
      paths.clear();
      for (size_t i = 0; i < order.size(); ++i) {
        paths.push_back(Write("g" + std::to_string(i), files[order[i]]));
      }
      ASSERT_EQ(GiveAll(paths).events, first.events) << "round " << round;
    }
    duplicates += first.stats.duplicates();
    completed += first.stats.connections.completed;
    pairs += first.stats.changes.pairs;
  }
  EXPECT_GT(duplicates, 100);
  EXPECT_GT(completed, 100);
  EXPECT_GT(pairs, 100);
}

TEST(OrderedEventsTest, EventsWithoutATimeAreGivenWhileReadingOrRejected) {
  const std::string path =
      Write("untimed", R"({"kind":"diag","app":"a"})" "\n"
                       R"({"kind":"diag","time":"2026-01-05T09:00:00Z"})" "\n");
  InputOptions input;
  input.inputs = {path};
  {
    OrderedEvents events(input, {}, {});
    int untimed = 0;
    const auto read = events.Read(
        [&](Event*) {
          ++untimed;
          return absl::OkStatus();
        },
        {});
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(untimed, 1);
    EXPECT_EQ(read->files[0].rejected_count(), 0);
    EXPECT_EQ(events.events(), 1);
  }
  OrderedEvents events(input, {}, {});
  const auto read = events.Read({}, {});
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->files[0].rejected.at(std::string(kRejectNoTime)).count, 1);
}

TEST(OrderedEventsTest, GivingEndsWhenItIsToldTo) {
  const std::string path = Write("stop", Amqsevt(1, "a", "Q") + Amqsevt(2, "b", "Q") +
                                             Amqsevt(3, "c", "Q"));
  InputOptions input;
  input.inputs = {path};
  OrderedEvents events(input, {}, {});
  ASSERT_TRUE(events.Read({}, {}).ok());
  int asked = 0;
  int given = 0;
  ASSERT_TRUE(events
                  .Give([&](const Event&) { return ++asked < 3; },
                        [&](Event*) { ++given; })
                  .ok());
  EXPECT_EQ(given, 2);
}

}  // namespace
}  // namespace mqwarden
