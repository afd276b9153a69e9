// Compares every golden of `check` with what the compiler says now.
// `bazel run //tests/rules:update_check_goldens` rewrites them.
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/rules/diagnostic.h"
#include "mqwarden/tests/rules/check_goldens.h"

namespace mqwarden {
namespace {

const std::filesystem::path kFolder = "tests/goldens/check";

class CheckGoldenTest : public ::testing::TestWithParam<CheckGolden> {};

TEST_P(CheckGoldenTest, SaysWhatIsExpected) {
  const CheckGolden& golden = GetParam();
  ASSERT_FALSE(golden.text.empty()) << "no rule text";
  ASSERT_TRUE(golden.expected.has_value()) << "no expectation";
  const std::string said = RenderCheckGolden(kFolder, golden);
  EXPECT_EQ(said, *golden.expected);
  EXPECT_NE(said.find("[" + golden.code() + "]"), std::string::npos)
      << "is not about its code";
}

INSTANTIATE_TEST_SUITE_P(All, CheckGoldenTest,
                         ::testing::ValuesIn(ReadCheckGoldens(kFolder)),
                         [](const auto& info) { return info.param.name; });

TEST(CheckGoldensTest, EveryCodeHasOne) {
  // Too large to be kept: lexer_test and compile_bounds_test reach them.
  const std::set<std::string_view> kElsewhere = {"R0501", "R0504", "R0508"};
  std::set<std::string> covered;
  for (const CheckGolden& golden : ReadCheckGoldens(kFolder)) {
    covered.insert(golden.code());
  }
  for (const DiagnosticCodeInfo& info : AllDiagnosticCodes()) {
    EXPECT_TRUE(covered.contains(std::string(info.code)) ||
                kElsewhere.contains(info.code))
        << info.code << " " << info.slug;
  }
}

}  // namespace
}  // namespace mqwarden
