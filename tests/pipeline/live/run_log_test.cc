#include "mqwarden/pipeline/live/run_log.h"

#include <algorithm>
#include <string>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "mqwarden/base/time.h"
#include "mqwarden/pipeline/live/machine.h"

namespace mqwarden {
namespace {

class HandClock final : public Machine {
 public:
  Time Wall() override { return *ParseTime("2026-01-05T09:05:10.120Z"); }
  Duration Steady() override { return steady; }
  void Wait(std::span<const Interest>, Duration) override {}
  Duration steady{};
};

class RunLogTest : public ::testing::Test {
 protected:
  HandClock clock_;
  std::string out_;
  RunLog log_{[this](std::string_view line) {
                out_ += line;
                return absl::OkStatus();
              },
              &clock_};
};

TEST_F(RunLogTest, IsOneObjectALine) {
  log_.Line(RunLog::Level::kInfo, "checkpoint")
      .Int("bytes", 4096)
      .Text("path", "a\n\x1b[2J\"\xff")
      .Bool("whole", true);
  EXPECT_EQ(out_,
            "{\"time\":\"2026-01-05T09:05:10.120000000Z\",\"level\":\"info\","
            "\"event\":\"checkpoint\",\"bytes\":4096,"
            "\"path\":\"a\\\\x0a\\\\x1b[2J\\\"\\\\xff\",\"whole\":true}\n");
}

TEST_F(RunLogTest, WhatAStreamCausesIsToldTenTimesAMinuteAndCounted) {
  const auto lines = [this] { return std::count(out_.begin(), out_.end(), '\n'); };
  for (int i = 0; i < 100; ++i) {
    (void)log_.StreamLine(RunLog::Level::kWarning, "rejected").Int("i", i);
  }
  EXPECT_EQ(lines(), 10);
  (void)log_.StreamLine(RunLog::Level::kWarning, "late");
  EXPECT_EQ(lines(), 11);
  clock_.steady += std::chrono::minutes(1);
  out_.clear();
  (void)log_.StreamLine(RunLog::Level::kWarning, "rejected");
  EXPECT_NE(out_.find("\"event\":\"rejected\",\"untold\":90}"), std::string::npos)
      << out_;
  for (int i = 0; i < 20; ++i) {
    (void)log_.StreamLine(RunLog::Level::kWarning, "rejected");
  }
  out_.clear();
  log_.Finish();
  EXPECT_NE(out_.find("\"event\":\"untold\",\"of\":\"rejected\",\"untold\":11}"),
            std::string::npos)
      << out_;
}

TEST(RunLogOutputTest, WhatTheOutputCannotTakeIsCounted) {
  HandClock clock;
  RunLog log([](std::string_view) { return absl::UnavailableError("gone"); }, &clock);
  (void)log.Line(RunLog::Level::kInfo, "start");
  EXPECT_EQ(log.lost(), 1);
}

}  // namespace
}  // namespace mqwarden
