// What expressions become: the checked form of conditions, keys and values.
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/rules/compile.h"
#include "mqwarden/rules/diagnostic.h"
#include "mqwarden/tests/rules/compile_testing.h"

namespace mqwarden {
namespace {

constexpr std::string_view kDefinitions = R"(
list admins = ["Ana", "bo"]
list nets = ["192.0.2.0/24", "2001:db8::1"]
list codes = [MQRC_NOT_AUTHORIZED, 2063]
list from_file from "users.txt"
table cmdb from "cmdb.csv" key object
table pairs from "pairs.csv" key qmgr, object
patterns queues { payments: "PAY.*" rest: "*" }
patterns zones { office: "10.0.0.0/8" rest: "*" }
macro refused = reason == MQRC_NOT_AUTHORIZED and outcome == failure
)";

const Files& TestFiles() {
  static const Files* const files = new Files{
      {"users.txt", "# users\n Ana \n\nbo # the other\n"},
      {"cmdb.csv", "object,owner\nPAY.IN,payments\n"},
      {"pairs.csv", "qmgr,object,owner\nQM1,PAY.IN,payments\n"}};
  return *files;
}

struct Case {
  std::string name;
  std::string condition;
  std::string written;
};

class ConditionTest : public ::testing::TestWithParam<Case> {};

TEST_P(ConditionTest, Becomes) {
  const CompileResult result =
      Compile(std::string(kDefinitions) + RuleWith("where " + GetParam().condition),
              TestFiles());
  ASSERT_NE(result.plan, nullptr) << RenderText(result.diagnostics, {});
  EXPECT_EQ(Written(*result.plan, RuleOf(result, "r").where),
            GetParam().written);
}

INSTANTIATE_TEST_SUITE_P(
    Relations, ConditionTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"KwFolds", R"(user == "Ana")", R"((== fold user "Ana"))"},
        {"StrDoesNot", R"(tls_peer == "CN=a")", R"((== tls_peer "CN=a"))"},
        {"NotEqualIsTheOpposite", R"(user != "a")",
         R"((not (== fold user "a")))"},
        {"LiteralFirst", "5 < pid", "(> pid 5)"},
        {"MirroredAtMost", "5 >= pid", "(<= pid 5)"},
        {"Enum", "outcome == failure", "(== outcome failure)"},
        {"EnumFirst", "failure == outcome", "(== outcome failure)"},
        {"EnumValueThatIsAFieldToo", "object_type == channel",
         "(== object_type channel)"},
        {"EnumValueThatIsAFieldTooFirst", "channel == object_type",
         "(== object_type channel)"},
        {"OrderedEnum", "level >= error", "(>= level error)"},
        {"Constant", "reason == MQRC_NOT_AUTHORIZED", "(== reason 2035)"},
        {"NegativeNumber", "pid > -5", "(> pid -5)"},
        {"Duration", "duration > 1m30s", "(> duration 1m30s)"},
        {"Instant", "time < 2026-11-20T22:00:00Z",
         "(< time 2026-11-20T22:00:00Z)"},
        {"Address", R"(source_ip == "192.0.2.7")", "(== source_ip 192.0.2.7)"},
        {"MappedAddress", R"(source_ip == "::ffff:192.0.2.7")",
         "(== source_ip 192.0.2.7)"},
        {"NetworkByEqual", R"(source_ip == "10.0.0.0/8")",
         "(in_networks {10.0.0.0/8 } source_ip)"},
        {"NetworkByNotEqual", R"(source_ip != "10.0.0.0/8")",
         "(not (in_networks {10.0.0.0/8 } source_ip))"},
        {"TwoFields", "user == mca_user", "(== fold user mca_user)"},
        {"StrWithKwFolds", "correlation == user",
         "(== fold correlation user)"},
        {"TwoStrs", "tls_peer == tls_issuer", "(== tls_peer tls_issuer)"},
        {"AttrIsText", R"(attr.x == "5")", R"((== fold "x" "5"))"},
        {"AttrWithANumber", "attr.x == 5", R"((== (attr_number "x") 5))"},
        {"AttrWithAConstant", "attr.authorityEvent == MQEVR_DISABLED",
         R"((== (attr_number "authorityEvent") 0))"},
        {"AttrLessThan", "attr.x < 2.5", R"((< (attr_number "x") 2.5))"},
        {"AttrWithAnIntField", "attr.x == pid",
         R"((== (attr_number "x") pid))"},
        {"AttrMayBeBlank", R"(attr.x == "")", R"((== fold "x" ""))"},
        {"BoolTrue", "user_truncated == true", "(is_true user_truncated)"},
        {"BoolFalse", "user_truncated == false", "(== user_truncated 0)"},
        {"BoolNotTrue", "user_truncated != true",
         "(not (is_true user_truncated))"},
    }),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Lists, ConditionTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"InTexts", R"(user in ["Ana", "bo"])", R"((in_texts {"ana" "bo" } user))"},
        {"InAList", "user in admins", R"((in_texts {"ana" "bo" } user))"},
        {"InAFile", "user in from_file", R"((in_texts {"ana" "bo" } user))"},
        {"StrInAList", "tls_peer in admins", R"((in_texts {"Ana" "bo" } tls_peer))"},
        {"NotIn", "user not in admins",
         R"((not (in_texts {"ana" "bo" } user)))"},
        {"EnumIn", "channel_type in [svrconn, clntconn]",
         "(in_numbers {4 5 } channel_type)"},
        {"NumbersIn", "reason in codes", "(in_numbers {2035 2063 } reason)"},
        {"AttrInNumbers", "attr.x in [1, 2]",
         R"((in_numbers {1 2 } (attr_number "x")))"},
        {"AttrInTexts", R"(attr.x in ["a"])", R"((in_texts {"a" } "x"))"},
        {"AddressIn", R"(source_ip in "10.0.0.0/8")",
         "(in_networks {10.0.0.0/8 } source_ip)"},
        {"AddressInAList", "source_ip in nets",
         "(in_networks {192.0.2.0/24 2001:db8::1/128 } source_ip)"},
        {"Like", R"(object like "PAY.*")", R"((like {"pay.*" } object))"},
        {"LikeOfAStr", R"(message like "A*")", R"((like {"A*" } message))"},
        {"LikeAny", R"(object like ["A*", "B*"])",
         R"((like {"a*" "b*" } object))"},
        {"NotLike", R"(object not like "PAY.*")",
         R"((not (like {"pay.*" } object)))"},
        {"ListLike", R"(tags like "p*")", R"((like {"p*" } tags))"},
        {"Matches", R"(object matches r"^PAY")", R"((matches {"^PAY" } object))"},
        {"Has", R"(tags has "Lab")", R"((has_any {"lab" } tags))"},
        {"HasAny", R"(tags has ["lab", "dev"])",
         R"((has_any {"dev" "lab" } tags))"},
        {"NotHas", R"(tags not has "lab")", R"((not (has_any {"lab" } tags)))"},
        {"HasAField", "target_user has user", "(has target_user user)"},
    }),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Joined, ConditionTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"BareBool", "is_reply_model", "(is_true is_reply_model)"},
        {"NotABool", "not is_reply_model", "(not (is_true is_reply_model))"},
        {"Exists", "exists(user)", "(exists user)"},
        {"ExistsAttr", "exists(attr.x)", R"((exists "x"))"},
        {"Macro", "refused", "(and (== reason 2035) (== outcome failure))"},
        {"NotAMacro", "not refused",
         "(not (and (== reason 2035) (== outcome failure)))"},
        {"MacroIsTrue", "refused == true",
         "(and (== reason 2035) (== outcome failure))"},
        {"TwiceIsOnce", "is_admin_user and is_admin_user",
         "(is_true is_admin_user)"},
        {"TrueDecidesNothing", "is_admin_user and true",
         "(is_true is_admin_user)"},
        {"AllTrueIsNoWhere", "is_admin_user or true", "-"},
        {"NotNot", "not not is_admin_user", "(is_true is_admin_user)"},
        {"AndBindsCloser", "is_admin_user or exists(user) and exists(app)",
         "(or (is_true is_admin_user) (and (exists user) (exists app)))"},
        {"OneOfAFieldOfAMacro", "is_admin_user or user == \"a\" and refused",
         "(or (is_true is_admin_user) (and (== fold user \"a\") (and (== "
         "reason 2035) (== outcome failure))))"},
    }),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Functions, ConditionTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"Lower", R"(lower(tls_peer) == "CN=A")",
         R"((== fold (lower tls_peer) "CN=A"))"},
        {"Length", "length(user) >= 12", "(>= (length user) 12)"},
        {"LengthOfAList", "length(tags) > 3", "(> (length tags) 3)"},
        {"Coalesce", R"(coalesce(csp_user, user) == "a")",
         R"((== fold (coalesce csp_user user) "a"))"},
        {"CoalesceOfAStrWithText", R"(coalesce(tls_peer, "-") == "CN=A")",
         R"((== (coalesce tls_peer "-") "CN=A"))"},
        {"CoalesceWithAWord", "coalesce(outcome, unknown) == unknown",
         "(== (coalesce outcome unknown) unknown)"},
        {"CoalesceOfTwoTypesIsText", R"(coalesce(source_ip, user) == "a")",
         R"((== fold (coalesce source_ip user) "a"))"},
        {"Network", R"(network(source_ip, 24, 64) == "10.0.0.0/24")",
         R"((== fold (network 24/64 source_ip) "10.0.0.0/24"))"},
        {"Pattern", R"(pattern(object, queues) == "payments")",
         R"((== fold (pattern {payments: "pay.*" rest: "*" } object) )"
         R"("payments"))"},
        {"PatternOfAnAddress", R"(pattern(source_ip, zones) == "office")",
         R"((== fold (pattern {office: "10.0.0.0/8" rest: "" } source_ip) )"
         R"("office"))"},
        {"Table", R"(cmdb[object].owner == "payments")",
         R"((== fold (table t0.owner object) "payments"))"},
        {"TableOfTwoKeys", R"(pairs[qmgr, object].owner like "p*")",
         R"((like {"p*" } (table t0.owner qmgr object)))"},
    }),
    [](const auto& info) { return info.param.name; });

struct WrongCase {
  std::string name;
  std::string clauses;
  std::string codes;
};

class WrongTest : public ::testing::TestWithParam<WrongCase> {};

TEST_P(WrongTest, IsRefusedOnce) {
  const CompileResult result = Compile(
      std::string(kDefinitions) + RuleWith(GetParam().clauses), TestFiles());
  EXPECT_EQ(CodesOf(result), GetParam().codes)
      << RenderText(result.diagnostics, {});
  EXPECT_EQ(result.plan, nullptr);
}

INSTANTIATE_TEST_SUITE_P(
    Operators, WrongTest,
    ::testing::ValuesIn(std::vector<WrongCase>{
        {"LessThanOnAList", R"(where tags < "a")", "R0301"},
        {"LessThanOnABool", "where is_admin_user < true", "R0301"},
        {"LessThanOnAnAttrText", R"(where attr.x < "a")", "R0301"},
        {"AttrsAreTexts", "where attr.x < attr.y", "R0301"},
        {"MatchesOnAnInt", R"(where reason matches "2")", "R0301"},
        {"LikeOnAnEnum", R"(where outcome like "f*")", "R0301"},
        {"LikeAField", "where object like channel", "R0301"},
        {"InAText", R"(where user in "ana")", "R0301"},
        {"HasANumber", "where tags has 5", "R0301"},
        {"MacroLessThan", "where refused < 5", "R0301"},
        {"TwoMacros", "where refused == refused", "R0301"},
        {"KwWithANumber", "where user == 5", "R0304"},
        {"IntWithADecimal", "where reason == 1.5", "R0304"},
        {"DurationWithText", R"(where duration > "5m")", "R0304"},
        {"TsWithText", R"(where time > "2026-01-05T09:00:00Z")", "R0304"},
        {"EnumWithANumber", "where outcome == 1", "R0304"},
        {"BoolWithANumber", "where user_truncated == 1", "R0304"},
        {"AddressWithoutQuotes", "where source_ip in [5]", "R0304"},
        {"ListUsedAsNetworks", "where source_ip in admins", "R0305"},
        {"ListUsedAsEnums", "where outcome in admins", "R0304"},
        {"SameListWrongTwice", "where source_ip in admins and target_ip in admins",
         "R0305"},
        {"PatternsOfAnotherType", "by k = pattern(source_ip, queues)", "R0305"},
        {"LowerOfAnInt", "by k = lower(reason)", "R0301"},
        {"LengthOfAnInt", "where length(reason) > 3", "R0301"},
        {"NetworkOfText", "by k = network(user, 24, 64)", "R0301"},
        {"NetworkPrefix", "by k = network(source_ip, 33, 64)", "R0506"},
        {"CoalesceOfOne", "by k = coalesce(user)", "R0307"},
        {"CoalesceListAndText", "where exists(coalesce(tags, user))", "R0301"},
        {"ExistsOfACondition", "where exists(refused)", "R0307"},
        {"OneKeyOfTwo", "by k = pairs[object].owner", "R0307"},
        {"ListAsTableKey", "by k = cmdb[tags].owner", "R0313"},
        {"AttrWithoutAName", "where login.user == \"a\"", "R0203"},
        {"ArithmeticOnText", "where user + 1 == 2", "R0301"},
        {"ArithmeticOnTimes", "where exists(received - 5m)", "R0301"},
        {"ArithmeticOnACondition", "where pid + (pid > 1) == 2", "R0301"},
        {"ArithmeticOnAWord", "where pid + procs == 2", "R0203"},
        {"NumberLessADuration", "where pid - 5m > 2", "R0301"},
        {"NumberByADuration", "where pid / duration > 2", "R0301"},
        {"DurationAndANumber", "where duration > 5", "R0304"},
        {"SumOfAList", "by user when sum(access) > 5 in 5m", "R0313"},
        {"SumOfATime", "by user when max(time) > 5 in 5m", "R0301"},
        {"SumOfSums", "by user when sum(sum(pid)) > 5 in 5m", "R0401"},
        {"SumInWhere", "where sum(pid) > 5", "R0401"},
        {"PercentileWithoutPercent", "by user when percentile(pid) > 5 in 5m",
         "R0307"},
        {"PercentileOfNothing", "by user when percentile(pid, 0) > 5 in 5m",
         "R0506"},
        {"ListAsAValue", "alert { fields k = admins }", "R0303"},
        {"ListAsACondition", "where admins", "R0210"},
        {"FunctionAsACondition", "where lower(user)", "R0302"},
        {"TwoMistakesTwoErrors", "where usr == \"a\" and outcome == failur",
         "R0203 R0204"},
        {"BadPartOfAnd", "where usr == \"a\" and outcome == success and outcome "
                         "== failure",
         "R0203"},
    }),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Clauses, WrongTest,
    ::testing::ValuesIn(std::vector<WrongCase>{
        {"CountInBy", "by k = count()", "R0401"},
        {"CountInMute", "by user when count() >= 2 in 5m mute where count() < 5",
         "R0401"},
        {"CountInCount", "by user when count(count() > 1) >= 2 in 5m", "R0401"},
        {"SetInWhen", "by user when set(app, 5) == 3 in 5m", "R0401"},
        {"SetInEscalate",
         "by user when count() >= 2 in 5m escalate critical when set(app, 5) "
         "has \"a\"",
         "R0401"},
        {"DistinctOfALiteral", "by user when distinct(\"a\") >= 2 in 5m",
         "R0307"},
        {"KeyOfALiteral", "by k = 5", "R0307"},
        {"AlertFieldInAText", "alert { summary \"{severity}\" }", "R0212"},
        {"MutedField", "mute where muted", "R0212"},
        {"RuleTagsAsAKey", "limit 1 per 1h by rule_tags", "R0313"},
        {"NamedKeyInWhen",
         "by k = lower(user) when (count() > 2 and k == \"a\") in 5m", "R0406"},
        {"SeverityCountWithoutWhen", "limit 1 per 1h by user unless count() > 3",
         "R0401"},
        {"FieldTwice", "alert { fields user, user }", "R0315"},
        {"FieldWithoutName", "alert { fields reason == 5 }", "R0314"},
        {"KeyNameTwice", "by user, k = user, k = app", "R0315"},
        {"EmptyRoute", "notify \"\"", "R0312"},
        {"HugeLimit", "limit 2000000 per 1h by user", "R0506"},
        {"RearmByText", "by user when count() >= 5 in 5m refire rise below \"a\"",
         "R0304"},
        {"RearmOfANegation",
         "by user when not (count() < 5) in 5m refire rise below 3", "R0404"},
        {"EscalateNeverTrue",
         "by user when count() >= 5 in 5m escalate critical when count() < 0",
         "R0308"},
        {"UnlessNeverTrue",
         "limit 1 per 1h by user unless severity < info", "R0308"},
        {"MuteNeverTrue", "mute where reason > 5 and reason < 6", "R0308"},
        {"TrueOfEmptyByOr",
         "by user when (count() >= 5 or distinct(app) < 2) in 5m", "R0403"},
        {"TwoEmptyAggregates", "by user when distinct(app) >= count() in 5m",
         "R0403"},
        {"AtLeastNone", "by user when count() >= 0 in 5m", "R0403"},
    }),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace mqwarden
