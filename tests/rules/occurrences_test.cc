#include "mqwarden/rules/occurrences.h"

#include <memory>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/rules/diagnostic.h"
#include "mqwarden/rules/parser.h"
#include "mqwarden/rules/rule_text.h"

namespace mqwarden {
namespace {

// "SPACE ROLE name" of each, where the text at the span is the name.
std::vector<std::string> Found(const std::string& bytes) {
  const auto text = std::make_shared<const RuleText>("t.mqw", bytes);
  DiagnosticList diagnostics;
  const ast::File file = Parse(text, &diagnostics);
  std::vector<std::string> found;
  for (const Occurrence& occurrence : FindOccurrences(file)) {
    EXPECT_EQ(text->Slice(occurrence.span), occurrence.name);
    static constexpr const char* kSpaces[] = {"rule", "report", "definition",
                                              "step", "key"};
    static constexpr const char* kRoles[] = {"defines", "replaces", "uses"};
    found.push_back(
        std::string(kSpaces[static_cast<int>(occurrence.space)]) + " " +
        kRoles[static_cast<int>(occurrence.role)] + " " + occurrence.name);
  }
  return found;
}

using Names = std::vector<std::string>;

TEST(OccurrencesTest, DefinitionsAndTheirUses) {
  EXPECT_EQ(Found("param n = 10\n"
                  "list users = [\"a\"]\n"
                  "macro bad = outcome == failure and user in users\n"
                  "rule r {\n title \"{n} of {user}\"\n severity high\n"
                  " on authz\n where bad\n when count() >= n in 5m\n}\n"),
            (Names{"definition defines n", "definition defines users",
                   "definition defines bad", "definition uses users",
                   "rule defines r", "definition uses n",
                   "definition uses bad", "definition uses n"}));
}

TEST(OccurrencesTest, FieldsAndEnumValuesAreNone) {
  EXPECT_EQ(Found("rule r { title \"t\" severity high on authz "
                  "where outcome == failure and action in [open, put] and reason == MQRC_NOT_AUTHORIZED }"),
            (Names{"rule defines r"}));
}

TEST(OccurrencesTest, StepsOfASequence) {
  EXPECT_EQ(Found("rule r {\n title \"{login.user} {login.count()}\"\n"
                  " severity high\n by user\n when sequence in 1h {\n"
                  "  login: session where action == connect\n"
                  "  missing out: session where user == login.user\n }\n}\n"),
            (Names{"rule defines r", "step uses login", "step uses login",
                   "step defines login", "step defines out",
                   "step uses login"}));
}

TEST(OccurrencesTest, TablesRecentsCalendarsAndPatterns) {
  EXPECT_EQ(
      Found("rule r { title \"t\" severity high on authz where seen[user] and "
            "time during office and pattern(object, groups) == \"x\" "
            "by k = cmdb[object].owner limit 1 per 1h by k }"),
      (Names{"rule defines r", "definition uses seen", "definition uses office",
             "definition uses groups", "key defines k", "definition uses cmdb",
             "key uses k"}));
}

TEST(OccurrencesTest, RulesAreNamedBySitesTextsAndTests) {
  EXPECT_EQ(Found("amend rule a { notify \"x\" }\n"
                  "disable rule b\n"
                  "override param n = 3\n"
                  "policy { mute where rule == \"c\" }\n"
                  "test \"t\" { with list l = [\"x\"] expect 1 alert "
                  "{ rule: \"d\" } }\n"),
            (Names{"rule uses a", "rule uses b", "definition replaces n",
                   "rule uses c", "definition replaces l", "rule uses d"}));
}

TEST(OccurrencesTest, ParamsStandForLiteralsOfClauses) {
  EXPECT_EQ(Found("rule r { title \"t\" severity high tags tag on authz "
                  "by user when count() > 1 in d keys k "
                  "limit n per d by all }"),
            (Names{"rule defines r", "definition uses tag",
                   "definition uses d", "definition uses k",
                   "definition uses n", "definition uses d"}));
}

// A text that is being typed gives what can be read of it.
TEST(OccurrencesTest, WhatDoesNotParseIsLeftOut) {
  EXPECT_EQ(Found("list users = [\"a\"]\nrule r { title \"t\" where user in "
                  "users and \n}\nmacro m = user in users\n"),
            (Names{"definition defines users", "rule defines r",
                   "definition defines m", "definition uses users"}));
}

}  // namespace
}  // namespace mqwarden
