// Which clauses are refused since they can never be true, and which are not.
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/rules/diagnostic.h"
#include "mqwarden/tests/rules/compile_testing.h"

namespace mqwarden {
namespace {

struct Case {
  std::string name;
  std::string condition;
};

class NeverTrueTest : public ::testing::TestWithParam<Case> {};
class PossibleTest : public ::testing::TestWithParam<Case> {};

CompileResult CompileWhere(const std::string& condition) {
  return Compile(
      "list one from \"one.txt\"\nlist none from \"none.txt\"\n"
      "macro both = outcome == failure and outcome == success\n"
      "rule r { title \"T\" severity high on authz, authn where " +
          condition + " }",
      {{"one.txt", "ana\n"}, {"none.txt", ""}});
}

TEST_P(NeverTrueTest, IsRefused) {
  const CompileResult result = CompileWhere(GetParam().condition);
  EXPECT_EQ(CodesOf(result), "R0308") << RenderText(result.diagnostics, {});
}

TEST_P(PossibleTest, IsTaken) {
  const CompileResult result = CompileWhere(GetParam().condition);
  EXPECT_EQ(CodesOf(result), "") << RenderText(result.diagnostics, {});
}

const auto kName = [](const auto& info) { return info.param.name; };

INSTANTIATE_TEST_SUITE_P(
    Cases, NeverTrueTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"TwoTexts", R"(user == "a" and user == "b")"},
        {"TwoTextsOfAStr", R"(tls_peer == "a" and tls_peer == "A")"},
        {"TwoNumbers", "reason == 1 and reason == 2"},
        {"TwoAddresses", R"(source_ip == "10.0.0.1" and source_ip == "10.0.0.2")"},
        {"AddressOutsideTheNetwork",
         R"(source_ip == "192.0.2.1" and source_ip in "10.0.0.0/8")"},
        {"TextThatIsExcluded", R"(user == "a" and user != "A")"},
        {"TextThatDoesNotFit", R"(object == "PAY.IN" and object like "ORD*")"},
        {"TextThatDoesNotMatch", R"(object == "PAY.IN" and object matches r"^O")"},
        {"TwoLists", R"(user in ["a", "b"] and user in ["c"])"},
        {"ListAllExcluded",
         R"(user in ["a", "b"] and user != "a" and user not in ["B"])"},
        {"TwoEnums", "outcome == failure and outcome in [success, warned]"},
        {"EnumWithItsValuesExcluded",
         "exists(object_state) and object_state != before and object_state != "
         "after"},
        {"BelowTheLeast", "level < info"},
        {"AboveTheMost", "level > severe"},
        {"EmptyRange", "pid > 5 and pid < 5"},
        {"NothingBetween", "pid > 5 and pid < 6"},
        {"NumberOutsideTheRange", "pid == 5 and pid > 5"},
        {"DurationRange", "duration > 5m and duration < 4m"},
        {"InstantRange",
         "time > 2026-11-20T22:00:00Z and time < 2026-11-20T22:00:00Z"},
        {"RealRange", "attr.x > 1.5 and attr.x < 1.5"},
        {"NegatedOrder", "pid > 5 and not (pid > 4)"},
        {"LengthBelowZero", "length(user) < 0"},
        {"BoolAndNot", "is_admin_user and not is_admin_user"},
        {"BoolTrueAndFalse", "user_truncated and user_truncated == false"},
        {"MissingAndEqual", R"(not exists(user) and user == "a")"},
        {"MissingAndLike", R"(not exists(user) and user like "a*")"},
        {"KindOfAnotherRule", "kind == session"},
        {"KindsOfOtherRules", "kind in [session, config]"},
        {"KindsAllExcluded", "kind != authz and kind != authn"},
        {"MacroAlone", "both"},
        {"EveryBranch", R"(user == "a" and (user == "b" or both))"},
        {"NegatedAnd",
         R"(not (user != "a" or app != "b") and user == "c")"},
        {"ConditionAndItsOpposite",
         R"((user == "a" or app == "b") and not (user == "a" or app == "b"))"},
        {"False", "false"},
        {"NotTrue", "user == \"a\" and not true"},
    }),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Cases, PossibleTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"OneTextInTwoCases", R"(user == "a" and user == "A")"},
        {"TextInTheList", R"(user == "a" and user in ["A", "b"])"},
        // What a file holds is data, and may change without the rule.
        {"TextNotInTheFile", R"(user == "bo" and user in one)"},
        {"EmptyFile", "user in none"},
        {"TwoFields", R"(user == "a" and app == "b")"},
        {"FieldAndItsOpposite", "user == app and user != mca_user"},
        // Both are true of what is missing.
        {"BothOrdersNegated", "not (pid > 5) and not (pid <= 5)"},
        {"NotEqualTwice", R"(user != "a" and user != "b")"},
        {"AllValuesExcluded",
         "object_state != before and object_state != after"},
        {"NeitherTrueNorFalse",
         "not user_truncated and user_truncated != false"},
        {"Range", "pid >= 5 and pid <= 5"},
        {"RealBetween", "attr.x > 1.5 and attr.x < 1.6"},
        {"TextAndNumberOfAnAttr", R"(attr.x == "Disabled" and attr.x == 0)"},
        {"OneBranch", R"(user == "a" and (both or app == "b"))"},
        {"ListHasTwo", R"(tags has "a" and tags has "b")"},
        {"ListLikeTwo", R"(tags like "a" and tags like "b")"},
        {"ListHasNot", R"(tags has "a" and tags not has "b")"},
        {"KindOfTheRule", "kind == authz"},
        {"TwoAttrs", R"(attr.x == "a" and attr.y == "b")"},
    }),
    kName);

}  // namespace
}  // namespace mqwarden
