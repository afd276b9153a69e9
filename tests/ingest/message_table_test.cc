#include "mqwarden/ingest/formats/message_table.h"

#include <set>
#include <string_view>

#include "gtest/gtest.h"
#include "mqwarden/schema/field_catalog.h"
#include "mqwarden/schema/mq_constants.h"

namespace mqwarden {
namespace {

TEST(MessageTableTest, EveryRowIsFoundByItsIdAndHasItsConstants) {
  EXPECT_GT(MessageMeanings().size(), 30u);
  std::set<std::string_view> ids;
  for (const MessageMeaning& row : MessageMeanings()) {
    EXPECT_TRUE(ids.insert(row.id).second) << row.id;
    EXPECT_EQ(&MeaningOfMessage(row.id), &row) << row.id;
    EXPECT_FALSE(EnumValueName(EnumType::kKind, row.kind).empty()) << row.id;
    EXPECT_FALSE(EnumValueName(EnumType::kAction, row.action).empty()) << row.id;
    EXPECT_FALSE(EnumValueName(EnumType::kOutcome, row.outcome).empty())
        << row.id;
    EXPECT_FALSE(row.about.empty()) << row.id;
    if (row.reason != 0) {
      EXPECT_FALSE(MqConstantName(MqKind::kReason, row.reason).empty()) << row.id;
    }
  }
}

TEST(MessageTableTest, EntriesOfAJournalAreKnownByTheirType) {
  EXPECT_EQ(MeaningOfMessage("PW-P").id, "PW-*");
  EXPECT_EQ(MeaningOfMessage("pw-u").id, "PW-*");
  EXPECT_EQ(MeaningOfMessage("AF").id, "");
  EXPECT_EQ(MeaningOfMessage("ZZ-A").id, "");
}

TEST(MessageTableTest, WhatHasNoRowIsADiagnostic) {
  for (const std::string_view id :
       {"", "AMQ0000", "AMQ", "CSQX511I", "CPF9999", "AMQ9777E",
        "an id that is longer than any"}) {
    EXPECT_EQ(&MeaningOfMessage(id), &DiagnosticMeaning()) << id;
  }
}

struct IdCase {
  std::string_view text;
  size_t size;  // 0: no id
  char letter;
};

TEST(MessageTableTest, IdsLoseTheirLetter) {
  for (const IdCase& c : {
           IdCase{"AMQ9777E: words", 8, 'E'}, {"AMQ9777", 7, 0},
           {"AMQ9777: words", 7, 0},          {"AMQ10001W", 9, 'W'},
           {"AMQ9777X", 7, 0},                {"AMQ8A0C", 7, 0},
           {"AMQ977", 0, 0},                  {"amq9777", 0, 0},
           {"AMQ977\xFF", 0, 0},              {"", 0, 0},
       }) {
    char letter = '?';
    const auto size = LeadingAmqId(c.text, &letter);
    EXPECT_EQ(size.value_or(0), c.size) << c.text;
    EXPECT_EQ(letter, size.has_value() ? c.letter : '?') << c.text;
  }
}

TEST(MessageTableTest, ClassesOfResourcesAreIbmMqsAlone) {
  EXPECT_EQ(ResourceClasses().size(), 11u);
  for (const ResourceClass& c : ResourceClasses()) {
    EXPECT_EQ(FindResourceClass(c.name), &c);
    EXPECT_TRUE(c.name.starts_with("MQ") || c.name.starts_with("MX"));
  }
  EXPECT_EQ(FindResourceClass("SERVAUTH"), nullptr);
  EXPECT_EQ(FindResourceClass(""), nullptr);
}

TEST(MessageTableTest, TypesOfObjectsAreWordsOfTheCatalogue) {
  const auto name = [](std::string_view word) {
    return EnumValueName(EnumType::kObjectType, ObjectTypeOfWord(word));
  };
  EXPECT_EQ(name("qmgr"), "qmgr");
  EXPECT_EQ(name("Queue"), "queue");
  EXPECT_EQ(name("*FILE"), "file");
  EXPECT_EQ(name("*PGM"), "program");
  EXPECT_EQ(name("*USRPRF"), "other");
  EXPECT_EQ(name(""), "other");
  EXPECT_EQ(name("a word that is longer than any type"), "other");
}

}  // namespace
}  // namespace mqwarden
