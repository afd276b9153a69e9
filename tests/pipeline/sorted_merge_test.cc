#include "mqwarden/pipeline/sorted_merge.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "mqwarden/base/time.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

// An event told apart by its user.
struct Item {
  int64_t time = 0;
  std::string collector;
  std::string user;
  bool operator==(const Item&) const = default;
};
using File = std::vector<Item>;

struct Given {
  Item item;
  int64_t sequence = 0;
  bool operator==(const Given&) const = default;
};

void Fill(const Item& item, Event* event) {
  event->Clear();
  event->SetTime(Time(Duration(item.time)));
  event->CopyText(FieldId::kCollector, item.collector);
  event->CopyText(FieldId::kUser, item.user);
}

std::vector<Given> Merge(const std::vector<File>& files, size_t memory_bytes,
                         int64_t* spilled_bytes = nullptr) {
  SortedMergeOptions options;
  options.memory_bytes = memory_bytes;
  options.temp_folder = ::testing::TempDir();
  SortedMerge merge(options);
  Event event;
  for (const File& file : files) {
    merge.BeginInput();
    for (const Item& item : file) {
      Fill(item, &event);
      EXPECT_TRUE(merge.Add(event).ok());
    }
  }
  std::vector<Given> given;
  const absl::Status status = merge.Finish([&given](Event* e) {
    const auto text = [e](FieldId f) {
      return e->Has(f) ? std::string(e->Text(f)) : std::string();
    };
    given.push_back({{e->time().time_since_epoch().count(),
                      text(FieldId::kCollector), text(FieldId::kUser)},
                     e->sequence()});
    return true;
  });
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(merge.events(), static_cast<int64_t>(given.size()));
  if (spilled_bytes != nullptr) *spilled_bytes = merge.spilled_bytes();
  return given;
}

constexpr size_t kNoSpill = size_t{1} << 30;

TEST(SortedMergeTest, OrdersByTimeThenCollectorThenPlaceInTheFile) {
  const std::vector<Given> given =
      Merge({{{5, "b", "1"}, {3, "b", "2"}, {3, "b", "3"}},
             {{3, "a", "4"}, {9, "", "5"}, {5, "", "6"}}},
            kNoSpill);
  const std::vector<Given> expected = {
      {{3, "a", "4"}, 0}, {{3, "b", "2"}, 0}, {{3, "b", "3"}, 1},
      {{5, "", "6"}, 0},  {{5, "b", "1"}, 2}, {{9, "", "5"}, 1}};
  EXPECT_EQ(given, expected);
}

TEST(SortedMergeTest, FilesOfACollectorStandByFirstTimeThenLastTime) {
  // All three have an event at 7.
  const File early = {{1, "c", "early"}, {7, "c", "e7"}};
  const File longer = {{7, "c", "l7"}, {9, "c", "longer"}};
  const File shorter = {{7, "c", "s7"}, {8, "c", "shorter"}};
  const std::vector<Given> given = Merge({longer, early, shorter}, kNoSpill);
  std::vector<std::string> users;
  for (const Given& g : given) users.push_back(g.item.user);
  EXPECT_EQ(users, (std::vector<std::string>{"early", "e7", "s7", "l7",
                                             "shorter", "longer"}));
}

TEST(SortedMergeTest, TheSameFileTwiceCountsTwice) {
  const File file = {{1, "c", "a"}, {2, "c", "b"}};
  EXPECT_EQ(Merge({file, file}, kNoSpill).size(), 4u);
}

TEST(SortedMergeTest, NothingGivesNothing) {
  EXPECT_TRUE(Merge({}, kNoSpill).empty());
  EXPECT_TRUE(Merge({{}, {}}, kNoSpill).empty());
}

TEST(SortedMergeTest, StopsWhenToldTo) {
  SortedMerge merge({});
  Event event;
  for (int i = 0; i < 3; ++i) {
    Fill({i, "c", "u"}, &event);
    ASSERT_TRUE(merge.Add(event).ok());
  }
  int given = 0;
  EXPECT_TRUE(merge.Finish([&given](Event*) { return ++given < 2; }).ok());
  EXPECT_EQ(given, 2);
}

TEST(SortedMergeTest, NamesTheFolderThatCannotHoldItsFile) {
  SortedMergeOptions options;
  options.memory_bytes = 1;
  options.temp_folder = ::testing::TempDir() + "/no such folder";
  SortedMerge merge(options);
  Event event;
  Fill({1, "c", "u"}, &event);
  const absl::Status status = merge.Add(event);
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_NE(status.ToString().find("no such folder"), std::string::npos);
}

// The definition: files of one collector ranked by first and last time (the
// random files below are distinct in these), then a stable sort.
std::vector<Given> Oracle(const std::vector<File>& files) {
  struct Row {
    Item item;
    std::pair<int64_t, int64_t> rank;
    size_t position;
  };
  std::vector<Row> rows;
  for (const File& file : files) {
    std::map<std::string, std::pair<int64_t, int64_t>> spans;
    for (const Item& item : file) {
      auto& span = spans.try_emplace(item.collector, item.time, item.time)
                       .first->second;
      span = {std::min(span.first, item.time), std::max(span.second, item.time)};
    }
    for (size_t i = 0; i < file.size(); ++i) {
      rows.push_back({file[i], spans[file[i].collector], i});
    }
  }
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return std::tie(a.item.time, a.item.collector, a.rank, a.position) <
           std::tie(b.item.time, b.item.collector, b.rank, b.position);
  });
  std::map<std::string, int64_t> next;
  std::vector<Given> given;
  for (const Row& row : rows) {
    given.push_back({row.item, next[row.item.collector]++});
  }
  return given;
}

class SortedMergeRandomTest : public ::testing::TestWithParam<size_t> {};

TEST_P(SortedMergeRandomTest, AgreesWithTheDefinitionInAnyFileOrder) {
  std::mt19937 random(7);
  const char* const collectors[] = {"", "qm1", "qm2"};
  for (int round = 0; round < 20; ++round) {
    std::vector<File> files(1 + random() % 5);
    int next_user = 0;
    for (size_t f = 0; f < files.size(); ++f) {
      for (const char* const collector : collectors) {
        // Makes first times differ between files.
        files[f].push_back({static_cast<int64_t>(f), collector,
                            std::to_string(next_user++)});
      }
      for (size_t i = random() % 60; i > 0; --i) {
        files[f].push_back({static_cast<int64_t>(10 + random() % 12),
                            collectors[random() % 3],
                            std::to_string(next_user++)});
      }
      std::shuffle(files[f].begin(), files[f].end(), random);
    }
    const std::vector<Given> expected = Oracle(files);
    for (int order = 0; order < 3; ++order) {
      EXPECT_EQ(Merge(files, GetParam()), expected);
      std::shuffle(files.begin(), files.end(), random);
    }
  }
}

// Everything in memory, some spills, a spill at each event.
INSTANTIATE_TEST_SUITE_P(MemoryBytes, SortedMergeRandomTest,
                         ::testing::Values(kNoSpill, 5000, 1));

TEST(SortedMergeTest, FilesWithEqualSpansStandByContent) {
  const File a = {{1, "c", "x"}, {1, "c", "y"}};
  const File b = {{1, "c", "z"}, {1, "c", "w"}};
  EXPECT_EQ(Merge({a, b}, kNoSpill), Merge({b, a}, kNoSpill));
  EXPECT_EQ(Merge({a, b}, kNoSpill), Merge({b, a}, 1));
}

TEST(SortedMergeTest, SpillsOnlyBeyondItsMemory) {
  const File file(100, {1, "c", "user"});
  int64_t spilled = -1;
  Merge({file}, kNoSpill, &spilled);
  EXPECT_EQ(spilled, 0);
  Merge({file}, 2000, &spilled);
  EXPECT_GT(spilled, 0);
}

// An event larger than what a run reads at once.
TEST(SortedMergeTest, LargeEventsSurviveTheSpill) {
  const std::string large(300'000, 'x');
  const File file = {{2, "c", large}, {1, "c", "small"}};
  const std::vector<Given> given = Merge({file}, 1);
  ASSERT_EQ(given.size(), 2u);
  EXPECT_EQ(given[0].item.user, "small");
  EXPECT_EQ(given[1].item.user, large);
}

}  // namespace
}  // namespace mqwarden
