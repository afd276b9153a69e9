// Many random rules over random events, with the index of rules and without it:
// the same alerts, to the byte, and the same counters. And the index is of use:
// it leaves few rules to be asked.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/engine/evaluator.h"
#include "mqwarden/engine/rule_index.h"
#include "mqwarden/tests/oracle/comparison.h"
#include "mqwarden/tests/oracle/random_conditions.h"
#include "mqwarden/tests/oracle/random_rules.h"

namespace mqwarden::oracle {
namespace {

constexpr int kSets = 12;
constexpr int kRules = 80;
constexpr int kEvents = 150;

// Names whose beginnings, ends and cases meet; and letters whose case is not that
// of ASCII: the long s and the sign for kelvin fold to `s` and `k`.
const Texts kNames = {"app1", "APP1",    "App12",       "app123", "svc",
                      "PAY.IN.Q1", "pay.in.q2", "PAY.OUT",  "x",      "sys.task",
                      "\xC5\xBFys.task", "tas\xE2\x84\xAA", "dev.pay.in"};
const Texts kParts = {"app", "pay.in", "task", "sys.", "PAY", "out", "1"};
const Texts kAddresses = {"10.1.2.3", "10.1.9.9", "10.200.0.1", "192.0.2.7",
                          "2001:db8::5", "2001:db8:1::5"};
const Texts kTags = {"lab", "PROD", "pci", "x"};

std::string Quoted(const std::string& text) { return "\"" + text + "\""; }

class Rules {
 public:
  explicit Rules(Random* random) : random_(*random) {}

  std::string Condition(int depth) {
    if (depth == 0 || random_.OneIn(3)) return Atom();
    const std::string left = Condition(depth - 1);
    const std::string right = Condition(depth - 1);
    return "(" + left + random_.Of(Texts{" and ", " and ", " or "}) + right + ")";
  }

  std::string Rule(int number) {
    std::string text = "rule r" + std::to_string(number) + " {\n";
    text += "  title \"{user} {object}\"\n  severity low\n  on " +
            random_.Of(Texts{"authz", "authn", "authz, authn"}) + "\n";
    text += "  where " + Condition(2) + "\n";
    if (random_.OneIn(4)) text += "  exclude " + Atom() + "\n";
    if (random_.OneIn(2)) {
      text += "  by user?, source_ip?\n  when count() >= " +
              std::to_string(random_.Between(1, 3)) + " in 20s\n";
    }
    return text + "}\n";
  }

 private:
  std::string Field() {
    return random_.Of(Texts{"user", "object", "correlation", "attr.zone"});
  }
  std::string Not() { return random_.Of(Texts{"", "", "", "not "}); }

  std::string Glob() {
    const std::string part = random_.Of(kParts);
    return random_.Of(Texts{part + "*", "*" + part + "*", "*" + part,
                            "?" + part + "*", part, part + "?"});
  }
  std::string Regex() {
    const std::string part = random_.Of(kParts);
    return "r\"" +
           random_.Of(Texts{"^" + part, part, part + "$", "(" + part + "|svc)",
                            part + ".*q[12]", "[a-c]pp1", "(?i)" + part,
                            "^(app1|pay[.]in).*"}) +
           "\"";
  }

  std::string Atom() {
    switch (random_.Below(12)) {
      case 0:
        return "reason" + random_.Of(Texts{" == ", " != "}) +
               random_.Of(Texts{"2035", "2059", "70000"});
      case 1:
        return "reason " + Not() + "in [2035, 2063, 70000]";
      case 2:
        return "outcome == " + random_.Of(Texts{"failure", "success"});
      case 3:
      case 4:
        return Field() + random_.Of(Texts{" == ", " == ", " != "}) +
               Quoted(random_.Of(kNames));
      case 5:
        if (random_.OneIn(3)) return "user " + Not() + "in many_names";
        return Field() + " " + Not() + "in [" + Quoted(random_.Of(kNames)) +
               ", " + Quoted(random_.Of(kNames)) + "]";
      case 6:
      case 7:
        return Field() + " " + Not() + "like " + Quoted(Glob());
      case 8:
        return Field() + " " + Not() + "matches " + Regex();
      case 9:
        return "source_ip " + Not() + "in " +
               random_.Of(Texts{"\"10.1.0.0/16\"", "\"10.0.0.0/8\"",
                                "\"192.0.2.7/32\"", "\"2001:db8::/48\"",
                                "many_networks", "many_networks",
                                "[\"10.1.2.0/24\", \"2001:db8:1::/64\"]"});
      case 10:
        return "tags " + Not() + "has " +
               random_.Of(Texts{"\"lab\"", "\"PROD\"", "[\"pci\", \"X\"]"});
      default:
        return random_.Of(Texts{"user_truncated", "not user_truncated",
                                "lower(user) == \"app1\"",
                                "source_ip == \"10.1.2.3\""});
    }
  }

  Random& random_;
};

// More members than the index enters one by one.
std::string LargeSets() {
  std::string names = "list many_names = [\"app1\", \"pay.out\"";
  std::string networks =
      "list many_networks = [\"10.1.0.0/16\", \"10.1.2.0/24\", \"2001:db8:1::/48\"";
  for (int i = 0; i < 100; ++i) {
    names += ", \"nobody" + std::to_string(i) + "\"";
    networks += ", \"172.16." + std::to_string(i) + ".0/24\"";
  }
  return names + "]\n" + networks + "]\n";
}

Stream DrawEvents(Random* random) {
  Stream stream;
  Time time = StreamStart();
  const auto code = [](FieldId field, const char* name) {
    return *FindEnumValue(GetField(field).enum_type, name);
  };
  for (int i = 0; i < kEvents; ++i) {
    if (random->OneIn(2)) time += std::chrono::seconds(1);
    auto event = std::make_shared<Event>();
    event->SetTime(time);
    event->set_sequence(i);
    event->SetInt(FieldId::kKind, code(FieldId::kKind, random->OneIn(2) ? "authz" : "authn"));
    if (!random->OneIn(4)) {
      event->SetInt(FieldId::kOutcome,
                    code(FieldId::kOutcome, random->OneIn(2) ? "failure" : "success"));
    }
    if (!random->OneIn(4)) {
      event->SetInt(FieldId::kReason,
                    random->Of(std::vector<int>{2035, 2059, 2063, 70000, -1}));
    }
    if (random->OneIn(3)) event->SetInt(FieldId::kUserTruncated, random->Below(2));
    for (const FieldId field : {FieldId::kUser, FieldId::kObject, FieldId::kCorrelation}) {
      if (!random->OneIn(4)) event->CopyText(field, random->Of(kNames));
    }
    if (!random->OneIn(3)) {
      event->SetIp(FieldId::kSourceIp, *ParseIp(random->Of(kAddresses)));
    }
    std::vector<std::string_view> tags;
    for (const std::string& tag : kTags) {
      if (random->OneIn(5)) tags.push_back(tag);
    }
    event->CopyList(FieldId::kTags, tags);
    if (random->OneIn(2)) {
      event->CopyAttr({"zone", random->Of(kNames), 0, /*has_number=*/false});
    }
    stream.events.push_back(std::move(event));
  }
  stream.watermark = time + std::chrono::seconds(60);
  return stream;
}

class Conditions final : public RuleIndex::Conditions {
 public:
  explicit Conditions(const Plan& plan) : evaluator_(plan) {}
  bool Holds(ExprId condition, const Event& event) override {
    evaluator_.SetEvent(&event);
    return evaluator_.Condition(condition);
  }

 private:
  Evaluator evaluator_;
};

// What one set of rules has come to.
struct Tally {
  size_t asked = 0;
  size_t all = 0;
  size_t alerts = 0;
};

// Draws up to `count` rules, and events; what the compiler refuses, such as a
// condition that is never true, is left out.
void Compare(uint64_t seed, int count, Tally* tally) {
  Random random(seed);
  Rules rules(&random);
  std::string text = LargeSets();
  int taken = 0;
  for (int i = 0; i < kRules && taken < count; ++i) {
    const std::string rule = rules.Rule(i);
    if (CompileText(LargeSets() + rule, {}).plan == nullptr) continue;
    text += rule;
    ++taken;
  }
  const Compiled compiled = CompileText(text, {});
  ASSERT_NE(compiled.plan, nullptr) << compiled.diagnostics;
  const size_t compiled_rules = compiled.plan->rules().size();
  if (count >= kRules) {
    ASSERT_GT(compiled_rules, kRules / 2u);
  }
  const Stream stream = DrawEvents(&random);
  std::string bytes;
  std::string other;
  const auto lines = EngineLines(compiled, stream, {}, &bytes);
  EXPECT_EQ(EngineLines(compiled, stream, {.without_index = true}, &other), lines);
  ASSERT_EQ(other, bytes) << "seed " << seed << "\n" << text;
  std::string batched;
  EXPECT_EQ(EngineLines(compiled, stream, {.in_batches = true}, &batched), lines);
  ASSERT_EQ(batched, bytes) << "seed " << seed << "\n" << text;
  tally->alerts += lines.size() - compiled_rules;

  const std::shared_ptr<const RuleIndex> index = compiled.plan->index();
  Conditions conditions(*compiled.plan);
  RuleIndex::Scratch scratch;
  std::vector<uint32_t> visited;
  for (const EventPtr& event : stream.events) {
    const auto kind = static_cast<Kind>(event->Int(FieldId::kKind));
    const auto candidates =
        index->Candidates(kind, *event, &conditions, &scratch);
    tally->asked += candidates.size();
    tally->all += index->RulesOf(kind).size();
    // Both ways of asking the rules of a kind that has few.
    visited.clear();
    const auto visit = [&](uint32_t rule) { visited.push_back(rule); };
    if (index->VisitFew(kind, *event, visit)) {
      ASSERT_TRUE(std::equal(visited.begin(), visited.end(),
                             candidates.begin(), candidates.end()))
          << "seed " << seed << "\n" << text;
    }
  }
}

TEST(RuleIndexTest, ChangesNoAlertAndNoCounter) {
  Tally tally;
  for (uint64_t seed = 0; seed < kSets; ++seed) {
    Compare(seed, kRules, &tally);
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(tally.alerts, 5000u);
  EXPECT_LT(tally.asked, tally.all * 2 / 3);
}

TEST(RuleIndexTest, NorDoesItWhereThereAreFewRules) {
  Tally tally;
  for (uint64_t seed = 0; seed < kSets; ++seed) {
    Compare(1000 + seed, 1 + static_cast<int>(seed % 6), &tally);
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(tally.alerts, 500u);
  EXPECT_LT(tally.asked, tally.all * 2 / 3);
}

}  // namespace
}  // namespace mqwarden::oracle
