// Nothing that was appended before a durable state is lost, whatever happens to the
// disk; what was not acknowledged is read again, in order.
#include "mqwarden/pipeline/live/outbox.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "mqwarden/tests/fault/sim_disk.h"

namespace mqwarden {
namespace {

OutboxOptions Small() {
  OutboxOptions options;
  options.segment_bytes = 200;
  options.max_bytes = 2000;
  return options;
}

std::unique_ptr<Outbox> Reopen(SimDisk* disk, const std::optional<OutboxState>& at,
                               absl::Status* status) {
  auto outbox = std::make_unique<Outbox>(disk, "box", Small());
  *status = outbox->Recover(at);
  return outbox;
}

std::string Record(int64_t number) {
  return "record " + std::to_string(number) + std::string(number % 50, '.');
}

// All records from `position` on.
std::vector<std::string> ReadAll(Outbox* outbox, int64_t position) {
  std::vector<std::string> records;
  for (;;) {
    const auto item = outbox->Read(position);
    EXPECT_TRUE(item.ok()) << item.status();
    if (!item.ok() || !item->has_value()) return records;
    records.emplace_back((*item)->record);
    position = (*item)->next;
  }
}

TEST(OutboxTest, RecordsComeOutInOrderAcrossSegments) {
  SimDisk disk(1);
  absl::Status status;
  auto outbox = Reopen(&disk, std::nullopt, &status);
  ASSERT_TRUE(status.ok()) << status;
  std::vector<std::string> expected;
  for (int64_t i = 0; i < 40; ++i) {
    expected.push_back(Record(i));
    ASSERT_TRUE(outbox->Append(expected.back()).ok());
    if (i % 3 != 0) continue;
    ASSERT_TRUE(outbox->Flush().ok());
  }
  EXPECT_EQ(ReadAll(outbox.get(), 0), expected);
  EXPECT_TRUE(outbox->is_full() == (outbox->state().end >= 2000));
  EXPECT_GT(disk.Paths().size(), 5u);
}

TEST(OutboxTest, SegmentsGoOnceTwoCommittedStatesHavePassedThem) {
  SimDisk disk(1);
  absl::Status status;
  auto outbox = Reopen(&disk, std::nullopt, &status);
  for (int64_t i = 0; i < 40; ++i) {
    ASSERT_TRUE(outbox->Append(Record(i)).ok() && outbox->Flush().ok());
  }
  const size_t all = disk.Paths().size();
  outbox->Acknowledge(outbox->state().end, 40);
  const auto commit = [&] {
    EXPECT_TRUE(outbox->Checkpoint().ok() && outbox->Sync().ok() &&
                outbox->Committed().ok());
  };
  commit();
  EXPECT_EQ(disk.Paths().size(), all);
  commit();
  EXPECT_EQ(disk.Paths().size(), 2u);  // the last one, and the lock
}

TEST(OutboxTest, GoesBackToAStateAndForgetsWhatCameAfter) {
  SimDisk disk(1);
  absl::Status status;
  auto outbox = Reopen(&disk, std::nullopt, &status);
  for (int64_t i = 0; i < 10; ++i) ASSERT_TRUE(outbox->Append(Record(i)).ok());
  const OutboxState state = *outbox->Checkpoint();
  for (int64_t i = 10; i < 30; ++i) ASSERT_TRUE(outbox->Append(Record(i)).ok());
  ASSERT_TRUE(outbox->Flush().ok());
  outbox.reset();
  outbox = Reopen(&disk, state, &status);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(outbox->state(), state);
  EXPECT_EQ(ReadAll(outbox.get(), 0).size(), 10u);
  ASSERT_TRUE(outbox->Append(Record(10)).ok());
  EXPECT_EQ(ReadAll(outbox.get(), 0).back(), Record(10));
}

TEST(OutboxTest, WithoutAStateWholeRecordsStay) {
  SimDisk disk(1);
  absl::Status status;
  auto outbox = Reopen(&disk, std::nullopt, &status);
  for (int64_t i = 0; i < 10; ++i) ASSERT_TRUE(outbox->Append(Record(i)).ok());
  ASSERT_TRUE(outbox->Flush().ok());
  outbox.reset();
  const std::string path = disk.Paths()[0];
  std::string bytes = *disk.Contents(path);
  bytes.resize(bytes.size() - 3);
  disk.SetContents(path, bytes);
  outbox = Reopen(&disk, std::nullopt, &status);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(ReadAll(outbox.get(), 0).size(), 9u);
  EXPECT_EQ(outbox->state().records, 9);
}

TEST(OutboxTest, AnotherProcessIsRefused) {
  SimDisk disk(1);
  absl::Status status;
  const auto outbox = Reopen(&disk, std::nullopt, &status);
  Outbox second(&disk, "box", Small());
  EXPECT_EQ(second.Recover(std::nullopt).code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST(OutboxTest, EveryFlippedByteAndEveryCutIsFound) {
  SimDisk disk(1);
  absl::Status status;
  auto outbox = Reopen(&disk, std::nullopt, &status);
  for (int64_t i = 0; i < 6; ++i) ASSERT_TRUE(outbox->Append(Record(i)).ok());
  const OutboxState state = *outbox->Checkpoint();
  outbox.reset();
  const std::string path = disk.Paths()[0];
  const std::string bytes = *disk.Contents(path);
  ASSERT_EQ(bytes.size(), static_cast<size_t>(state.end));
  const auto is_found = [&](const std::string& damaged) {
    disk.SetContents(path, damaged);
    outbox = Reopen(&disk, state, &status);
    int64_t position = 0;
    while (status.ok() && position < state.end) {
      const auto item = outbox->Read(position);
      status = item.status();
      if (status.ok()) position = (*item)->next;
    }
    outbox.reset();
    return absl::IsDataLoss(status);
  };
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
    ASSERT_TRUE(is_found(damaged)) << i;
    ASSERT_TRUE(is_found(bytes.substr(0, i))) << i;
  }
  EXPECT_FALSE(is_found(bytes));
}

// A model run: records are appended, sent and acknowledged at random, states made
// durable as a checkpoint does it; power goes at a random operation. What the peer
// got is every record in order, some of them again from where a state stood.
void RunWithPowerLoss(uint64_t seed, bool sync) {
  SimDisk disk(seed);
  std::mt19937_64 random(seed * 7 + 1);
  constexpr int64_t kRecords = 120;
  std::optional<OutboxState> durable;
  int64_t made = 0;  // records that the run made, as of the durable state
  std::vector<int64_t> received;
  int losses = 0;
  while (received.empty() || received.back() != kRecords - 1) {
    ASSERT_LT(losses, 200);
    const int64_t off = disk.operations() + 1 + static_cast<int64_t>(random() % 150);
    const bool may_fail = losses < 20;
    disk.set_plan([=](int64_t number, DiskOperation) {
      return may_fail && number == off ? DiskFault::kPowerOff : DiskFault::kNone;
    });
    absl::Status status;
    auto outbox = Reopen(&disk, durable, &status);
    ASSERT_TRUE(status.ok() || disk.is_off()) << status << " seed " << seed;
    int64_t next = durable ? durable->records : outbox->state().records;
    if (!durable) next = 0;
    made = next;
    int64_t sending = outbox->state().acknowledged;
    for (int64_t step = 0; status.ok() && step < 4000; ++step) {
      switch (random() % 4) {
        case 0:
          if (made < kRecords) status = outbox->Append(Record(made++));
          break;
        case 1: {
          const auto item = outbox->Read(sending);
          status = item.status();
          if (!item.ok() || !item->has_value()) break;
          const std::string text((*item)->record);
          received.push_back(std::stoll(text.substr(7)));
          sending = (*item)->next;
          outbox->Acknowledge(sending, 1);
          break;
        }
        case 2:
          status = outbox->Flush();
          break;
        case 3: {
          if (random() % 4 != 0) break;
          const auto state = outbox->Checkpoint();
          status = state.status();
          if (status.ok() && sync) status = outbox->Sync();
          // The manifest itself is written by others; here it is durable at once.
          if (!status.ok()) break;
          durable = *state;
          status = outbox->Committed();
          break;
        }
      }
      if (made == kRecords && sending == outbox->state().end) break;
    }
    outbox.reset();
    if (status.ok()) break;
    ASSERT_TRUE(disk.is_off() || !sync) << status;
    if (!disk.is_off()) return;
    disk.PowerOff();
    disk.PowerOn();
    ++losses;
  }
  // Each record came, and none before the one ahead of it had come.
  int64_t expected = 0;
  for (const int64_t number : received) {
    ASSERT_LE(number, expected) << "seed " << seed;
    if (number == expected) ++expected;
  }
  EXPECT_EQ(expected, kRecords) << "seed " << seed;
}

TEST(OutboxTest, PowerLossAtAnyOperationLosesNothing) {
  for (uint64_t seed = 0; seed < 150; ++seed) {
    RunWithPowerLoss(seed, /*sync=*/true);
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace mqwarden
