#include "mqwarden/engine/evaluator.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/base/ip_address.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/value_text.h"
#include "mqwarden/tests/engine/plan_builder.h"
#include "re2/re2.h"

namespace mqwarden {
namespace {

// An event with something of every type.
void FillFull(Event* event) {
  event->Clear();
  event->SetTime(At(1'700'000'000'000'000'000));
  event->SetInt(FieldId::kKind, static_cast<int64_t>(Kind::kAuthz));
  event->CopyText(FieldId::kUser, "Ana");
  event->CopyText(FieldId::kMessage, "Access Refused");
  event->SetInt(FieldId::kReason, 2035);
  event->SetInt(FieldId::kUserTruncated, 0);
  event->SetInt(FieldId::kDuration, 300'000'000'000);
  event->SetInt(FieldId::kSeverity, static_cast<int64_t>(Severity::kHigh));
  event->SetIp(FieldId::kSourceIp, *ParseIp("10.1.2.3"));
  event->SetIp(FieldId::kTargetIp, *ParseIp("2001:db8::1"));
  const std::string_view tags[] = {"Lab", "dev"};
  event->CopyList(FieldId::kTags, tags);
  event->CopyText(FieldId::kObject, "PAY.Königsweg.IN");
  event->CopyAttr({.name = "Count", .text = "12.5"});
  event->CopyAttr({.name = "State", .text = "Disabled", .number = 0,
                   .has_number = true});
  event->CopyAttr({.name = "Blank", .text = ""});
}

using B = PlanBuilder;
using Make = std::function<ExprId(B&)>;

class EvaluatorTest : public ::testing::Test {
 protected:
  bool Condition(const Make& make) {
    B b;
    const ExprId id = make(b);
    const auto plan = b.Build();
    EXPECT_TRUE(plan->Verify().ok()) << plan->Verify();
    Evaluator evaluator(*plan);
    FillFull(&event_);
    evaluator.SetEvent(&event_);
    const bool answer = evaluator.Condition(id);
    EXPECT_EQ(evaluator.Condition(id), answer) << "the memo agrees";
    return answer;
  }
  std::string Shown(const Make& make) {
    B b;
    const ExprId id = make(b);
    const auto plan = b.Build();
    EXPECT_TRUE(plan->Verify().ok()) << plan->Verify();
    Evaluator evaluator(*plan);
    FillFull(&event_);
    evaluator.SetEvent(&event_);
    std::string text;
    AppendShown(evaluator.Eval(id), &text);
    return text;
  }
  Event event_;
};

ExprId Missing(B& b) { return b.Field(FieldId::kChannel); }
ExprId Exact(B& b, std::string text) {
  return b.Const({.type = ValueType::kExact, .text = std::move(text)});
}
ExprId Real(B& b, std::string_view text) {
  return b.Const({.type = ValueType::kReal, .decimal = *Decimal::Parse(text)});
}
uint32_t TextSetOf(B& b, bool fold, std::vector<std::string> members) {
  TextSet set;
  set.fold = fold;
  set.members.insert(members.begin(), members.end());
  b.pool().text_sets.push_back(std::move(set));
  return static_cast<uint32_t>(b.pool().text_sets.size() - 1);
}
ExprId Name(B& b, ExprOp op, std::string name, ValueType type) {
  b.pool().names.push_back(std::move(name));
  return b.Op(op, {}, static_cast<uint32_t>(b.pool().names.size() - 1), 0,
              type);
}

TEST_F(EvaluatorTest, TextsCompareByTheirKind) {
  const auto user_is = [](std::string text, uint32_t fold) {
    return [text, fold](B& b) {
      return b.Op(ExprOp::kEq, {b.Field(FieldId::kUser), Exact(b, text)}, fold);
    };
  };
  EXPECT_TRUE(Condition(user_is("aNA", 1)));
  EXPECT_FALSE(Condition(user_is("aNA", 0)));
  EXPECT_TRUE(Condition(user_is("Ana", 0)));
  EXPECT_FALSE(Condition(user_is("An", 1)));
}

TEST_F(EvaluatorTest, NumbersCompareAtTheBoundary) {
  struct Case {
    ExprOp op;
    int64_t number;
    bool holds;
  };
  const std::vector<Case> cases = {
      {ExprOp::kEq, 2035, true},  {ExprOp::kEq, 2034, false},
      {ExprOp::kLt, 2036, true},  {ExprOp::kLt, 2035, false},
      {ExprOp::kLe, 2035, true},  {ExprOp::kLe, 2034, false},
      {ExprOp::kGt, 2034, true},  {ExprOp::kGt, 2035, false},
      {ExprOp::kGe, 2035, true},  {ExprOp::kGe, 2036, false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.number);
    // A field with a constant, which has a path of its own, and the same turned
    // round through a coalesce.
    EXPECT_EQ(Condition([&c](B& b) {
                return b.Op(c.op, {b.Field(FieldId::kReason), b.Int(c.number)});
              }),
              c.holds);
    EXPECT_EQ(Condition([&c](B& b) {
                const ExprId reason =
                    b.Op(ExprOp::kCoalesce, {b.Field(FieldId::kReason)}, 0, 0,
                         ValueType::kInt);
                return b.Op(c.op, {reason, b.Int(c.number)});
              }),
              c.holds);
  }
}

TEST_F(EvaluatorTest, AMissingOperandMakesEveryComparisonFalse) {
  for (const ExprOp op : {ExprOp::kEq, ExprOp::kLt, ExprOp::kLe, ExprOp::kGt,
                          ExprOp::kGe}) {
    EXPECT_FALSE(Condition([op](B& b) {
      return b.Op(op, {b.Field(FieldId::kPid), b.Int(0)});
    }));
    EXPECT_FALSE(Condition([op](B& b) {
      return b.Op(op, {b.Int(0), b.Field(FieldId::kPid)});
    }));
  }
  EXPECT_TRUE(Condition([](B& b) {
    return b.Op(ExprOp::kNot,
                {b.Op(ExprOp::kEq, {Missing(b), Exact(b, "X")}, 1)});
  }));
  EXPECT_FALSE(
      Condition([](B& b) { return b.Op(ExprOp::kExists, {Missing(b)}); }));
  EXPECT_TRUE(Condition(
      [](B& b) { return b.Op(ExprOp::kExists, {b.Field(FieldId::kUser)}); }));
  EXPECT_FALSE(
      Condition([](B& b) { return b.Op(ExprOp::kIsTrue, {Missing(b)}); }));
}

TEST_F(EvaluatorTest, BoolsAreConditionsWhenTrue) {
  EXPECT_FALSE(Condition([](B& b) {
    return b.Op(ExprOp::kIsTrue, {b.Field(FieldId::kUserTruncated)});
  }));
  EXPECT_FALSE(Condition([](B& b) {
    return b.Op(ExprOp::kIsTrue, {b.Field(FieldId::kIsAdminUser)});
  }));
}

TEST_F(EvaluatorTest, AndAndOrTakeAnyNumber) {
  const auto yes = [](B& b) { return b.Op(ExprOp::kTrue, {}); };
  const auto no = [](B& b) { return b.Op(ExprOp::kFalse, {}); };
  EXPECT_TRUE(Condition([&](B& b) { return b.Op(ExprOp::kAnd, {yes(b)}); }));
  EXPECT_FALSE(Condition(
      [&](B& b) { return b.Op(ExprOp::kAnd, {yes(b), yes(b), no(b)}); }));
  EXPECT_TRUE(Condition(
      [&](B& b) { return b.Op(ExprOp::kOr, {no(b), no(b), yes(b)}); }));
  EXPECT_FALSE(Condition([&](B& b) { return b.Op(ExprOp::kOr, {no(b)}); }));
}

TEST_F(EvaluatorTest, MembershipFoldsWhereTheSetDoes) {
  EXPECT_TRUE(Condition([](B& b) {
    return b.Op(ExprOp::kInTexts, {b.Field(FieldId::kUser)},
                TextSetOf(b, true, {"ana", "bob"}));
  }));
  EXPECT_FALSE(Condition([](B& b) {
    return b.Op(ExprOp::kInTexts, {b.Field(FieldId::kUser)},
                TextSetOf(b, false, {"ana", "bob"}));
  }));
  EXPECT_TRUE(Condition([](B& b) {
    return b.Op(ExprOp::kHasAny, {b.Field(FieldId::kTags)},
                TextSetOf(b, true, {"prod", "lab"}));
  }));
  EXPECT_FALSE(Condition([](B& b) {
    return b.Op(ExprOp::kHasAny, {b.Field(FieldId::kTags)},
                TextSetOf(b, true, {"prod"}));
  }));
  EXPECT_FALSE(Condition([](B& b) {
    return b.Op(ExprOp::kHasAny, {b.Field(FieldId::kGranted)},
                TextSetOf(b, true, {"prod"}));
  }));
  EXPECT_TRUE(Condition([](B& b) {
    b.pool().number_sets.push_back({{2035, 2063}});
    return b.Op(ExprOp::kInNumbers, {b.Field(FieldId::kReason)});
  }));
  EXPECT_TRUE(Condition([](B& b) {
    return b.Op(ExprOp::kHas, {b.Field(FieldId::kTags), Exact(b, "LAB")});
  }));
}

TEST_F(EvaluatorTest, NetworksHoldAddresses) {
  const auto in = [](FieldId field, std::string_view network) {
    return [=](B& b) {
      NetworkSet set;
      set.networks.emplace_back();
      EXPECT_EQ(ParseNetwork(network, &set.networks[0]), NetworkSyntax::kOk);
      b.pool().network_sets.push_back(set);
      return b.Op(ExprOp::kInNetworks, {b.Field(field)});
    };
  };
  EXPECT_TRUE(Condition(in(FieldId::kSourceIp, "10.0.0.0/8")));
  EXPECT_FALSE(Condition(in(FieldId::kSourceIp, "10.1.2.0/31")));
  EXPECT_TRUE(Condition(in(FieldId::kTargetIp, "2001:db8::/32")));
  EXPECT_FALSE(Condition(in(FieldId::kTargetIp, "10.0.0.0/8")));
}

TEST_F(EvaluatorTest, GlobsAndRegexesFitTextsAndElementsOfLists) {
  const auto like = [](FieldId field, bool fold, std::string pattern) {
    return [=](B& b) {
      b.pool().glob_sets.push_back({fold, {"nothing", pattern}});
      return b.Op(ExprOp::kLike, {b.Field(field)});
    };
  };
  EXPECT_TRUE(Condition(like(FieldId::kObject, true, "pay.*.in")));
  EXPECT_FALSE(Condition(like(FieldId::kObject, false, "pay.*.in")));
  EXPECT_TRUE(Condition(like(FieldId::kTags, true, "l?b")));
  EXPECT_FALSE(Condition(like(FieldId::kGranted, true, "*")));
  const auto matches = [](FieldId field, std::string pattern) {
    return [=](B& b) {
      b.pool().regex_sets.push_back(
          {{std::make_shared<const re2::RE2>(pattern)}});
      return b.Op(ExprOp::kMatches, {b.Field(field)});
    };
  };
  EXPECT_TRUE(Condition(matches(FieldId::kMessage, "Ref.s")));
  EXPECT_FALSE(Condition(matches(FieldId::kMessage, "^Ref")));
  EXPECT_TRUE(Condition(matches(FieldId::kTags, "^dev$")));
}

TEST_F(EvaluatorTest, AttrsAreTextsAndNumbers) {
  const auto number = [](std::string name) {
    return [name](B& b) {
      return Name(b, ExprOp::kAttrNumber, name, ValueType::kReal);
    };
  };
  const auto text = [](std::string name) {
    return [name](B& b) {
      return Name(b, ExprOp::kAttrText, name, ValueType::kFolded);
    };
  };
  EXPECT_EQ(Shown(number("Count")), "12.5");
  EXPECT_EQ(Shown(text("Count")), "12.5");
  EXPECT_EQ(Shown(number("State")), "0");
  EXPECT_EQ(Shown(text("State")), "Disabled");
  EXPECT_EQ(Shown(number("Blank")), "-");
  EXPECT_EQ(Shown(text("Blank")), "-");
  EXPECT_EQ(Shown(text("Absent")), "-");
  EXPECT_TRUE(Condition([&](B& b) {
    return b.Op(ExprOp::kGt, {number("Count")(b), Real(b, "12.499999999")});
  }));
  EXPECT_TRUE(Condition([&](B& b) {
    return b.Op(ExprOp::kLt, {number("Count")(b), b.Int(13)});
  }));
}

TEST_F(EvaluatorTest, ABlankAttrIsAValueOfConfigurationEventsAndCommandsAlone) {
  for (const Kind kind : {Kind::kConfig, Kind::kCommand, Kind::kAuthz}) {
    B b;
    const ExprId blank = b.Op(
        ExprOp::kEq,
        {Name(b, ExprOp::kAttrText, "Blank", ValueType::kFolded), Exact(b, "")},
        1);
    const auto plan = b.Build();
    Evaluator evaluator(*plan);
    FillFull(&event_);
    event_.SetInt(FieldId::kKind, static_cast<int64_t>(kind));
    evaluator.SetEvent(&event_);
    EXPECT_EQ(evaluator.Condition(blank), kind != Kind::kAuthz);
  }
}

TEST_F(EvaluatorTest, ValuesAreShownAsPeopleWriteThem) {
  const auto field = [](FieldId id) {
    return [id](B& b) { return b.Field(id); };
  };
  EXPECT_EQ(Shown(field(FieldId::kUser)), "Ana");
  EXPECT_EQ(Shown(field(FieldId::kReason)), "2035");
  EXPECT_EQ(Shown(field(FieldId::kKind)), "authz");
  EXPECT_EQ(Shown(field(FieldId::kUserTruncated)), "false");
  EXPECT_EQ(Shown(field(FieldId::kDuration)), "5m");
  EXPECT_EQ(Shown(field(FieldId::kSourceIp)), "10.1.2.3");
  EXPECT_EQ(Shown(field(FieldId::kTargetIp)), "2001:db8::1");
  EXPECT_EQ(Shown(field(FieldId::kTags)), "Lab, dev");
  EXPECT_EQ(Shown(field(FieldId::kTime)), "2023-11-14T22:13:20Z");
  EXPECT_EQ(Shown(field(FieldId::kIsReplyModel)), "false");
  EXPECT_EQ(Shown(field(FieldId::kChannel)), "-");
}

TEST_F(EvaluatorTest, FunctionsMakeValues) {
  const auto op = [](ExprOp what, FieldId field, uint32_t a, uint32_t n,
                     ValueType type) {
    return [=](B& b) { return b.Op(what, {b.Field(field)}, a, n, type); };
  };
  EXPECT_EQ(Shown(op(ExprOp::kLower, FieldId::kUser, 0, 0, ValueType::kExact)),
            "ana");
  EXPECT_EQ(Shown(op(ExprOp::kLower, FieldId::kHost, 0, 0, ValueType::kExact)),
            "-");
  EXPECT_EQ(Shown(op(ExprOp::kLength, FieldId::kObject, 0, 0, ValueType::kInt)),
            "16");
  EXPECT_EQ(Shown(op(ExprOp::kLength, FieldId::kTags, 0, 0, ValueType::kInt)),
            "2");
  EXPECT_EQ(Shown(op(ExprOp::kNetwork, FieldId::kSourceIp, 24, 64,
                     ValueType::kExact)),
            "10.1.2.0/24");
  EXPECT_EQ(Shown(op(ExprOp::kNetwork, FieldId::kTargetIp, 24, 64,
                     ValueType::kExact)),
            "2001:db8::/64");
  EXPECT_EQ(Shown([](B& b) {
              return b.Op(ExprOp::kCoalesce,
                          {Missing(b), b.Field(FieldId::kReason),
                           b.Field(FieldId::kUser)},
                          0, 0, ValueType::kExact);
            }),
            "2035");
  EXPECT_EQ(Shown([](B& b) {
              return b.Op(ExprOp::kCoalesce, {Missing(b)}, 0, 0,
                          ValueType::kFolded);
            }),
            "-");
}

TEST_F(EvaluatorTest, ANetworkAsTextIsWhatFormatNetworkWrites) {
  for (const std::string_view text :
       {"0.0.0.0", "255.255.255.255", "10.1.2.3", "192.0.2.77"}) {
    for (uint32_t prefix = 0; prefix <= 32; ++prefix) {
      const IpAddress ip = *ParseIp(text);
      B b;
      const ExprId id = b.Op(ExprOp::kNetwork, {b.Field(FieldId::kSourceIp)},
                             prefix, 64, ValueType::kExact);
      const auto plan = b.Build();
      Evaluator evaluator(*plan);
      event_.Clear();
      event_.SetIp(FieldId::kSourceIp, ip);
      evaluator.SetEvent(&event_);
      EXPECT_EQ(evaluator.Eval(id).text,
                FormatNetwork(NetworkOf(ip, 96 + static_cast<int>(prefix))));
    }
  }
}

TEST_F(EvaluatorTest, ThePatternThatFitsFirstGivesItsLabel) {
  const auto label = [](std::vector<PatternSet::Row> rows, bool networks,
                        FieldId field) {
    return [=](B& b) {
      b.pool().pattern_sets.push_back({networks, rows});
      return b.Op(ExprOp::kPatternLabel, {b.Field(field)}, 0, 0,
                  ValueType::kFolded);
    };
  };
  EXPECT_EQ(Shown(label({{"no", "x*", false, {}},
                         {"pay", "pay.*", false, {}},
                         {"rest", "*", false, {}}},
                        false, FieldId::kObject)),
            "pay");
  EXPECT_EQ(Shown(label({{"no", "x*", false, {}}}, false, FieldId::kObject)),
            "-");
  EXPECT_EQ(Shown(label({{"rest", "*", false, {}}}, false, FieldId::kHost)),
            "-");
  IpNetwork ten;
  ASSERT_EQ(ParseNetwork("10.0.0.0/8", &ten), NetworkSyntax::kOk);
  EXPECT_EQ(Shown(label({{"inner", "", false, ten}, {"rest", "", true, {}}},
                        true, FieldId::kSourceIp)),
            "inner");
  EXPECT_EQ(Shown(label({{"inner", "", false, ten}, {"rest", "", true, {}}},
                        true, FieldId::kTargetIp)),
            "rest");
}

TEST_F(EvaluatorTest, TablesAreLookedUpWithoutCase) {
  const auto lookup = [](FieldId first, FieldId second, uint32_t column) {
    return [=](B& b) {
      LookupTable table;
      table.columns = {"owner", "room"};
      std::string key;
      AppendTableKey("ANA", &key);
      AppendTableKey("2035", &key);
      table.rows[key] = {"Payments", ""};
      b.pool().tables.push_back(table);
      return b.Op(ExprOp::kTableColumn, {b.Field(first), b.Field(second)}, 0,
                  column, ValueType::kFolded);
    };
  };
  EXPECT_EQ(Shown(lookup(FieldId::kUser, FieldId::kReason, 0)), "Payments");
  EXPECT_EQ(Shown(lookup(FieldId::kUser, FieldId::kReason, 1)), "-");
  EXPECT_EQ(Shown(lookup(FieldId::kUser, FieldId::kUser, 0)), "-");
  EXPECT_EQ(Shown(lookup(FieldId::kUser, FieldId::kHost, 0)), "-");
}

TEST_F(EvaluatorTest, AnswersAreOfTheEventInHand) {
  B b;
  const ExprId is_ana = b.UserIs("ana");
  const auto plan = b.Build();
  Evaluator evaluator(*plan);
  Event ana;
  Fill({.user = "ana"}, &ana);
  Event bob;
  Fill({.user = "bob"}, &bob);
  for (int i = 0; i < 3; ++i) {
    evaluator.SetEvent(&ana);
    EXPECT_TRUE(evaluator.Condition(is_ana));
    evaluator.SetEvent(&bob);
    EXPECT_FALSE(evaluator.Condition(is_ana));
    evaluator.SetEvent(nullptr);
    EXPECT_FALSE(evaluator.Condition(is_ana));
  }
  EXPECT_TRUE(evaluator.Condition(kNoExpr));
}

TEST(IdentityTest, TuplesNeverRunIntoEachOther) {
  const auto identity = [](const std::vector<Value>& values) {
    std::string bytes;
    for (const Value& value : values) AppendIdentity(value, &bytes);
    return bytes;
  };
  const auto text = [](std::string_view t) {
    return Value::Text(ValueType::kFolded, t);
  };
  EXPECT_EQ(identity({text("ANA")}), identity({text("ana")}));
  EXPECT_NE(identity({Value::Text(ValueType::kExact, "ANA")}),
            identity({Value::Text(ValueType::kExact, "ana")}));
  EXPECT_NE(identity({text("ab"), text("c")}), identity({text("a"), text("bc")}));
  EXPECT_NE(identity({Value::Missing(), text("a")}),
            identity({text("a"), Value::Missing()}));
  EXPECT_NE(identity({Value::Missing()}), identity({text("")}));
  EXPECT_NE(identity({text("1")}),
            identity({Value::Number(ValueType::kInt, 1)}));
}

TEST(SortKeyTest, MissingComesFirstThenTheTextAsShown) {
  const auto key = [](const Value& value) {
    std::string bytes;
    AppendSortKey(value, &bytes);
    return bytes;
  };
  const auto text = [](std::string_view t) {
    return Value::Text(ValueType::kFolded, t);
  };
  using namespace std::string_view_literals;
  const std::vector<std::string> in_order = {
      key(Value::Missing()), key(text("")),    key(text("a")),
      key(text("a\0"sv)),    key(text("a\0b"sv)), key(text("a\1"sv)),
      key(text("AB")),       key(text("b")),   key(text("\xff"))};
  for (size_t i = 1; i < in_order.size(); ++i) {
    EXPECT_LT(in_order[i - 1], in_order[i]) << i;
  }
  EXPECT_LT(key(Value::Number(ValueType::kInt, 10)),
            key(Value::Number(ValueType::kInt, 9)));
}

}  // namespace
}  // namespace mqwarden
