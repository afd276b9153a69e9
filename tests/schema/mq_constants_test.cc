#include "mqwarden/schema/mq_constants.h"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/base/text.h"

namespace mqwarden {
namespace {

TEST(MqConstantsTest, EveryRowIsFoundByItsName) {
  ASSERT_EQ(AllMqConstants().size(), 2719u);
  std::set<std::string_view> names;
  for (const MqConstant& row : AllMqConstants()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_EQ(FindMqConstantRow(row.name), &row);
    EXPECT_EQ(FindMqConstant(row.name), row.value);
  }
}

TEST(MqConstantsTest, OtherNamesAreNotFound) {
  for (const std::string_view name :
       {"", "MQRC", "mqrc_not_authorized", "MQRC_NOT_AUTHORIZED ", "2035"}) {
    EXPECT_EQ(FindMqConstant(name), std::nullopt) << name;
  }
}

TEST(MqConstantsTest, AValueOfAKindHasOneCanonicalNameAtMost) {
  std::map<std::pair<MqKind, int64_t>, std::string_view> canonical;
  for (const MqConstant& row : AllMqConstants()) {
    if (!row.canonical) continue;
    EXPECT_TRUE(canonical.insert({{row.kind, row.value}, row.name}).second)
        << row.name;
  }
  for (const MqConstant& row : AllMqConstants()) {
    const auto found = canonical.find({row.kind, row.value});
    const std::string_view expected =
        found == canonical.end() ? std::string_view() : found->second;
    EXPECT_EQ(MqConstantName(row.kind, row.value), expected) << row.name;
  }
  EXPECT_EQ(MqConstantName(MqKind::kReason, 2035), "MQRC_NOT_AUTHORIZED");
  EXPECT_EQ(MqConstantName(MqKind::kReason, 20350), "");
  EXPECT_EQ(MqConstantName(MqKind::kCommand, 208),
            "MQCMD_CHANGE_PROT_POLICY");
}

TEST(MqConstantsTest, WordsLeadBackToTheirNumbers) {
  std::set<std::pair<MqKind, std::string>> words;
  for (const MqConstant& row : AllMqConstants()) {
    if (row.word.empty()) continue;
    EXPECT_TRUE(words.insert({row.kind, ToAsciiLower(row.word)}).second)
        << row.name;
    EXPECT_EQ(MqValueOfWord(row.kind, row.word), row.value) << row.name;
    EXPECT_EQ(MqValueOfWord(row.kind, ToAsciiLower(row.word)), row.value);
    if (row.canonical) {
      EXPECT_EQ(MqWord(row.kind, row.value), row.word) << row.name;
    }
  }
  EXPECT_GT(words.size(), 900u);
}

TEST(MqConstantsTest, WordsOfTheirOwnEnumeration) {
  EXPECT_EQ(MqWord(MqKind::kEventRule, 0), "Disabled");
  EXPECT_EQ(MqWord(MqKind::kReasonQualifier, 29), "CSP Not Authorized");
  EXPECT_EQ(MqWord(MqKind::kEventRule, 99), "");
  EXPECT_EQ(MqWord(MqKind::kNone, 0), "");
  EXPECT_EQ(MqValueOfWord(MqKind::kEventRule, "Queue Mgr"), std::nullopt);
  EXPECT_EQ(MqValueOfWord(MqKind::kObjectType, "Queue Mgr"), 5);
  EXPECT_EQ(MqValueOfWord(MqKind::kEventRule, ""), std::nullopt);
  EXPECT_EQ(MqValueOfWord(MqKind::kNone, "Disabled"), std::nullopt);
}

TEST(MqConstantsTest, UnknownWordsCarryTheirNumber) {
  EXPECT_EQ(MqValueOfWord(MqKind::kEventRule, "Unknown [17]"), 17);
  EXPECT_EQ(MqValueOfWord(MqKind::kEventRule, "unknown [-3]"), -3);
  for (const std::string_view word :
       {"Unknown []", "Unknown [x]", "Unknown [1", "Unknown [1] ",
        "Unknown [99999999999999999999]"}) {
    EXPECT_EQ(MqValueOfWord(MqKind::kEventRule, word), std::nullopt) << word;
  }
}

TEST(MqConstantsTest, NamesOfConstantsStandForWordsOfTheirKind) {
  EXPECT_EQ(MqValueOfWord(MqKind::kEventRule, "MQEVR_ENABLED"), 1);
  EXPECT_EQ(MqValueOfWord(MqKind::kEventRule, "MQRC_NOT_AUTHORIZED"),
            std::nullopt);
}

TEST(MqConstantsTest, ParametersAreFoundByEitherSpellingOfTheirKey) {
  struct Case {
    std::string_view key;
    std::string_view name;
    std::string_view json_key;
    MqKind values_kind;
  };
  const Case cases[] = {
      {"queueMgrName", "MQCA_Q_MGR_NAME", "queueMgrName", MqKind::kNone},
      {"qMgrName", "MQCA_Q_MGR_NAME", "queueMgrName", MqKind::kNone},
      {"MQCA_Q_MGR_NAME", "MQCA_Q_MGR_NAME", "queueMgrName", MqKind::kNone},
      {"eventQueueMgr", "MQCACF_EVENT_Q_MGR", "eventQueueMgr", MqKind::kNone},
      {"eventQMgr", "MQCACF_EVENT_Q_MGR", "eventQueueMgr", MqKind::kNone},
      {"xmitQName", "MQCA_XMIT_Q_NAME", "xmitQueueName", MqKind::kNone},
      {"reasonQualifier", "MQIACF_REASON_QUALIFIER", "reasonQualifier",
       MqKind::kReasonQualifier},
      {"authorityEvent", "MQIA_AUTHORITY_EVENT", "authorityEvent",
       MqKind::kEventRule},
      {"qType", "MQIA_Q_TYPE", "queueType", MqKind::kQueueType},
  };
  for (const Case& c : cases) {
    const MqConstant* const row = ParameterByJsonKey(c.key);
    ASSERT_NE(row, nullptr) << c.key;
    EXPECT_EQ(row->name, c.name) << c.key;
    EXPECT_EQ(row->json_key, c.json_key) << c.key;
    EXPECT_EQ(row->values_kind, c.values_kind) << c.key;
  }
  for (const std::string_view key :
       {"", "QueueMgrName", "nonsense", "MQRC_NOT_AUTHORIZED", "MQnonsense"}) {
    EXPECT_EQ(ParameterByJsonKey(key), nullptr) << key;
  }
}

TEST(MqConstantsTest, EveryKeyFindsAParameterWithThatKey) {
  std::map<std::string_view, std::string_view> json_key_of;
  for (const MqConstant& row : AllMqConstants()) {
    for (const std::string_view key : {row.json_key, row.go_key}) {
      if (key.empty()) continue;
      // Two parameters may share a key, but no key has two spellings to
      // normalize to.
      const auto [at, is_new] = json_key_of.insert({key, row.json_key});
      EXPECT_EQ(at->second, row.json_key) << key;
      ASSERT_NE(ParameterByJsonKey(key), nullptr) << key;
      EXPECT_EQ(ParameterByJsonKey(key)->json_key, row.json_key) << key;
    }
    if (row.values_kind != MqKind::kNone) {
      EXPECT_EQ(ParameterByJsonKey(row.json_key), &row) << row.name;
    }
  }
  EXPECT_GT(json_key_of.size(), 1300u);
}

std::vector<std::string_view> NamesFound(std::string_view query) {
  std::vector<std::string_view> names;
  for (const MqConstant* const row : SearchMqConstants(query)) {
    names.push_back(row->name);
  }
  return names;
}

TEST(MqConstantsTest, SearchByNumberFindsAllOfThatValueReasonsFirst) {
  EXPECT_EQ(NamesFound("2035"),
            (std::vector<std::string_view>{"MQRC_NOT_AUTHORIZED",
                                           "MQCA_REPOSITORY_NAME"}));
  EXPECT_EQ(NamesFound("0x7F3"), NamesFound("2035"));
  EXPECT_FALSE(NamesFound("-1").empty());
}

TEST(MqConstantsTest, SearchByTextLooksInNamesAndWords) {
  EXPECT_EQ(NamesFound("mqrc_not_authorized"),
            std::vector<std::string_view>{"MQRC_NOT_AUTHORIZED"});
  const std::vector<std::string_view> found = NamesFound("csp not auth");
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found[0], "MQRQ_CSP_NOT_AUTHORIZED");
  EXPECT_TRUE(NamesFound("").empty());
  EXPECT_TRUE(NamesFound("no such thing").empty());
}

// PCF has the number, amqsevt the key: both come to one row.
TEST(MqConstantsTest, AParameterIsFoundByItsNumber) {
  int parameters = 0;
  for (const MqConstant& row : AllMqConstants()) {
    if (row.json_key.empty() || !row.canonical) continue;
    ++parameters;
    EXPECT_EQ(ParameterByNumber(row.value), ParameterByJsonKey(row.json_key))
        << row.name;
  }
  EXPECT_GT(parameters, 1000);
  EXPECT_EQ(ParameterByNumber(2015)->json_key, "queueMgrName");
  for (const int64_t number : {int64_t{-1}, int64_t{0}, int64_t{8190},
                               int64_t{1} << 40}) {
    EXPECT_EQ(ParameterByNumber(number), nullptr) << number;
  }
}

}  // namespace
}  // namespace mqwarden
