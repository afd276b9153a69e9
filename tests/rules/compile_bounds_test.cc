// Every limit of the compiler is reached, and hostile texts are refused
// quickly.
#include <chrono>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/rules/compile.h"
#include "mqwarden/rules/diagnostic.h"
#include "mqwarden/tests/rules/compile_testing.h"

namespace mqwarden {
namespace {

std::string Repeated(int n, std::string (*make)(int), std::string_view between) {
  std::string text;
  for (int i = 0; i < n; ++i) {
    if (i > 0) text.append(between);
    text += make(i);
  }
  return text;
}

TEST(CompileBoundsTest, TenThousandRulesAreEnough) {
  std::vector<RuleSource> sources;
  for (int file = 0; file < 11; ++file) {
    RuleSource& source = sources.emplace_back();
    source.path = "rules/" + std::to_string(100 + file) + ".mqw";
    for (int i = 0; i < (file < 10 ? 1000 : 1); ++i) {
      source.text +=
          RuleWith("", "r" + std::to_string(file) + "_" + std::to_string(i));
    }
  }
  CompileResult result = CompileRules(sources, nullptr, {});
  EXPECT_EQ(CodesOf(result), "R0504");
  EXPECT_EQ(result.diagnostics.Sorted()[0]->where.text->path(),
            "rules/110.mqw");
  CompileOptions options;
  options.disabled_checks = {"untested-rule"};
  sources.pop_back();
  result = CompileRules(sources, nullptr, options);
  EXPECT_EQ(CodesOf(result), "");
  ASSERT_NE(result.plan, nullptr);
  EXPECT_EQ(result.plan->rules().size(), 10'000u);
}

TEST(CompileBoundsTest, ADataFileHasAtMost64MiB) {
  const CompileResult result =
      Compile("list l from \"big.txt\"\n" + RuleWith("where user in l"),
              {{"big.txt", std::string((size_t{64} << 20) + 1, 'x')}});
  EXPECT_EQ(CodesOf(result), "R0508");
}

// Macros are checked in the order of their names: here the outermost is first,
// or last.
TEST(CompileBoundsTest, MacrosStandInOneAnotherOnlySoDeep) {
  for (const bool outermost_first : {true, false}) {
    for (const int macros : {64, 65, 10'000}) {
      const auto name = [&](int level) {
        return "m" + std::to_string(
                         100'000 + (outermost_first ? macros - level : level));
      };
      std::string text = "macro " + name(1) + " = reason == 1\n";
      for (int i = 2; i <= macros; ++i) {
        text += "macro " + name(i) + " = not " + name(i - 1) + "\n";
      }
      const CompileResult result =
          Compile(text + RuleWith("where " + name(macros)));
      EXPECT_EQ(result.plan == nullptr, macros > 64);
      EXPECT_EQ(CodesOf(result).substr(0, 5), macros > 64 ? "R0505" : "");
    }
  }
}

TEST(CompileBoundsTest, MacrosThatRepeatThemselvesAreOneCondition) {
  std::string text = "macro m0 = user == \"a\"\n";
  for (int i = 1; i < 64; ++i) {
    const std::string before = "m" + std::to_string(i - 1);
    text += "macro m" + std::to_string(i) + " = " + before + " and " + before +
            "\n";
  }
  const CompileResult result = Compile(text + RuleWith("where m63"));
  ASSERT_NE(result.plan, nullptr) << RenderText(result.diagnostics, {});
  EXPECT_EQ(result.plan->pool().exprs.size(), 3u);
}

TEST(CompileBoundsTest, ChainsMayBeAsLongAsAFile) {
  const CompileResult result = Compile(RuleWith(
      "where " + Repeated(30'000, [](int i) {
        return "user != \"a" + std::to_string(i) + "\"";
      }, " and ")));
  ASSERT_NE(result.plan, nullptr) << RenderText(result.diagnostics, {});
  EXPECT_EQ(result.plan->pool().constants.size(), 30'000u);
}

TEST(CompileBoundsTest, ManyMistakesCostLittle) {
  const auto started = std::chrono::steady_clock::now();
  const CompileResult fields = Compile(RuleWith(
      "where " + Repeated(40'000, [](int i) {
        return "usr" + std::to_string(i) + " == \"a\"";
      }, " and ")));
  EXPECT_EQ(fields.diagnostics.error_count(), 40'000);
  const CompileResult constants = Compile(RuleWith(
      "where " + Repeated(20'000, [](int i) {
        return "reason == MQRC_NOT_AUTHORIZE_" + std::to_string(i);
      }, " or ")));
  EXPECT_EQ(constants.diagnostics.error_count(), 20'000);
  const CompileResult contradictions = Compile(RuleWith(
      "where " + Repeated(20'000, [](int i) {
        return "(user == \"a" + std::to_string(i) + "\" or reason == 5)";
      }, " and ")));
  EXPECT_NE(contradictions.plan, nullptr);
  // Far above what it takes, and far below anything quadratic.
  EXPECT_LT(std::chrono::steady_clock::now() - started,
            std::chrono::seconds(60));
}

// Each of them alone takes its time to compile, and there may be many in a file.
TEST(CompileBoundsTest, ManyLargeRegularExpressionsCostNoMoreThanAFew) {
  for (const std::string_view repeats : {"{60}", "{900}"}) {
    std::string text;
    for (int i = 0; i < 3000; ++i) {
      const std::string number = std::to_string(i);
      text += RuleWith("where user matches r\"[\\pL\\pN]" +
                           std::string(repeats) + number + "\"",
                       "r" + number);
    }
    CompileOptions options;
    options.disabled_checks = {"untested-rule"};
    const std::vector<RuleSource> sources = {{"rules/t.mqw", text}};
    const auto started = std::chrono::steady_clock::now();
    const CompileResult result = CompileRules(sources, nullptr, options);
    EXPECT_LT(std::chrono::steady_clock::now() - started,
              std::chrono::seconds(30))
        << repeats;
    EXPECT_EQ(result.plan, nullptr);
  }
}

}  // namespace
}  // namespace mqwarden
