#include "mqwarden/pipeline/input_reader.h"

#include <atomic>
#include <cstdint>
#include <fstream>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "mqwarden/base/time.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

constexpr std::string_view kFirst =
    R"({"time":"2026-01-05T09:00:00Z","kind":"authz","user":"ana"})" "\n";
constexpr std::string_view kSecond =
    R"({"time":"2026-01-05T09:00:01Z","kind":"authz","user":"bob"})" "\n";
constexpr std::string_view kThird =
    R"({"time":"2026-01-05T09:00:02Z","kind":"authz","user":"cleo"})" "\n";

std::string Write(const std::string& name, std::string_view bytes) {
  const std::string path = ::testing::TempDir() + "/" + name;
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

std::string Join(std::initializer_list<std::string_view> parts) {
  std::string all;
  for (const std::string_view part : parts) all += part;
  return all;
}

// Takes every event and notes its user.
struct Taken {
  InputHandler handler;
  std::vector<std::string> users;
  int files = 0;

  Taken() {
    handler.begin_file = [this] { ++files; };
    handler.on_event =
        [this](Event* event) -> absl::StatusOr<std::string_view> {
      users.emplace_back(event->Text(FieldId::kUser));
      return std::string_view();
    };
  }
};

TEST(InputReaderTest, ReadsFilesInTheOrderGivenAndAccountsForEach) {
  InputOptions options;
  options.inputs = {Write("b.json", kSecond),
                    Write("a.json", Join({kFirst, "no json\n", kThird}))};
  Taken taken;
  const auto summary = ReadInputs(options, taken.handler);
  ASSERT_TRUE(summary.ok()) << summary.status();
  EXPECT_EQ(taken.users, (std::vector<std::string>{"bob", "ana", "cleo"}));
  EXPECT_EQ(taken.files, 2);
  ASSERT_EQ(summary->files.size(), 2u);
  const InputReport& second = summary->files[1];
  EXPECT_EQ(second.path, options.inputs[1]);
  EXPECT_EQ(second.read, 3);
  EXPECT_EQ(second.normalized, 2);
  EXPECT_EQ(second.rejected_count(), 1);
  ASSERT_EQ(second.rejected.size(), 1u);
  const RejectReport& rejected = second.rejected.begin()->second;
  EXPECT_EQ(rejected.count, 1);
  EXPECT_EQ(rejected.first_offset, static_cast<int64_t>(kFirst.size()));
  EXPECT_EQ(rejected.first_excerpt, "no json");
  EXPECT_FALSE(summary->interrupted);
}

TEST(InputReaderTest, KeepsEventsOfTheRangeItsEndsIncluded) {
  InputOptions options;
  options.inputs = {Write("range.json", Join({kFirst, kSecond, kThird}))};
  options.from = ParseTime("2026-01-05T09:00:01Z");
  options.to = options.from;
  Taken taken;
  const auto summary = ReadInputs(options, taken.handler);
  ASSERT_TRUE(summary.ok());
  EXPECT_EQ(taken.users, std::vector<std::string>{"bob"});
  EXPECT_EQ(summary->files[0].outside, 2);
  EXPECT_EQ(summary->files[0].normalized, 3);
}

TEST(InputReaderTest, CountsWhatTheHandlerRejectsWithItsPlace) {
  InputOptions options;
  options.inputs = {Write("reject.json", Join({kFirst, kSecond, kThird}))};
  Taken taken;
  taken.handler.on_event =
      [](Event* event) -> absl::StatusOr<std::string_view> {
    return event->Text(FieldId::kUser) == "ana" ? std::string_view()
                                                : "not_ana";
  };
  const auto summary = ReadInputs(options, taken.handler);
  ASSERT_TRUE(summary.ok());
  const InputReport& report = summary->files[0];
  EXPECT_EQ(report.read, 3);
  EXPECT_EQ(report.normalized, 1);
  EXPECT_EQ(report.rejected.at("not_ana").count, 2);
  EXPECT_EQ(report.rejected.at("not_ana").first_offset,
            static_cast<int64_t>(kFirst.size()));
}

TEST(InputReaderTest, ReturnsTheFailureOfTheHandler) {
  InputOptions options;
  options.inputs = {Write("fail.json", Join({kFirst, kSecond}))};
  Taken taken;
  int calls = 0;
  taken.handler.on_event =
      [&calls](Event*) -> absl::StatusOr<std::string_view> {
    ++calls;
    return absl::ResourceExhaustedError("full");
  };
  EXPECT_EQ(ReadInputs(options, taken.handler).status().code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(calls, 1);
}

TEST(InputReaderTest, NamesAFileThatIsNotThere) {
  InputOptions options;
  options.inputs = {Write("there.json", kFirst), "/no/such.json"};
  Taken taken;
  const auto summary = ReadInputs(options, taken.handler);
  EXPECT_EQ(summary.status().code(), absl::StatusCode::kNotFound);
  EXPECT_NE(summary.status().ToString().find("/no/such.json"),
            std::string::npos);
  EXPECT_TRUE(taken.users.empty());
}

TEST(InputReaderTest, AnInterruptEndsTheReading) {
  InputOptions options;
  options.inputs = {Write("stop.json", kFirst)};
  const std::atomic<bool> stop{true};
  options.stop = &stop;
  Taken taken;
  const auto summary = ReadInputs(options, taken.handler);
  ASSERT_TRUE(summary.ok());
  EXPECT_TRUE(summary->interrupted);
  EXPECT_TRUE(taken.users.empty());
}

TEST(InputReaderTest, TellsHowFarItIs) {
  InputOptions options;
  options.inputs = {Write("one.json", kFirst), Write("two.json", kSecond)};
  Taken taken;
  InputProgress last;
  taken.handler.on_progress = [&last](const InputProgress& p) { last = p; };
  ASSERT_TRUE(ReadInputs(options, taken.handler).ok());
  EXPECT_EQ(last.done_bytes,
            static_cast<int64_t>(kFirst.size() + kSecond.size()));
  EXPECT_EQ(last.total_bytes, last.done_bytes);
}

}  // namespace
}  // namespace mqwarden
