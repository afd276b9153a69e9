#include "mqwarden/schema/field_catalog.h"

#include <set>
#include <string>
#include <string_view>

#include "gtest/gtest.h"

namespace mqwarden {
namespace {

bool IsIdentifier(std::string_view name) {
  if (name.empty() || name[0] < 'a' || name[0] > 'z') return false;
  for (const char c : name) {
    if (c != '_' && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9')) {
      return false;
    }
  }
  return true;
}

TEST(FieldCatalogTest, EveryFieldIsFoundByItsIdAndByItsName) {
  ASSERT_EQ(AllFields().size(), static_cast<size_t>(kFieldCount));
  for (int i = 0; i < kFieldCount; ++i) {
    const FieldInfo& field = AllFields()[i];
    EXPECT_EQ(static_cast<int>(field.id), i) << field.name;
    EXPECT_EQ(&GetField(field.id), &field);
    EXPECT_EQ(FindField(field.name), &field);
  }
}

TEST(FieldCatalogTest, NamesAreUniqueIdentifiers) {
  std::set<std::string_view> names;
  for (const FieldInfo& field : AllFields()) {
    EXPECT_TRUE(IsIdentifier(field.name)) << field.name;
    EXPECT_TRUE(names.insert(field.name).second) << field.name;
    EXPECT_NE(field.name, "attr");
  }
}

TEST(FieldCatalogTest, OtherNamesAreNoFields) {
  for (const std::string_view name :
       {"", "usr", "User", "USER", "user ", "attr", "attr.x", "times"}) {
    EXPECT_EQ(FindField(name), nullptr) << name;
  }
}

TEST(FieldCatalogTest, EnumFieldsAndOnlyTheyHaveAnEnumType) {
  for (const FieldInfo& field : AllFields()) {
    EXPECT_EQ(field.type == FieldType::kEnum,
              field.enum_type != EnumType::kNone)
        << field.name;
    if (field.type == FieldType::kEnum) {
      EXPECT_EQ(EnumTypeName(field.enum_type), field.name);
      EXPECT_GE(EnumValues(field.enum_type).size(), 2u) << field.name;
    }
  }
}

TEST(FieldCatalogTest, ComputedFieldsAreBools) {
  int computed = 0;
  for (const FieldInfo& field : AllFields()) {
    if ((field.flags & kFieldComputed) == 0) continue;
    ++computed;
    EXPECT_EQ(field.type, FieldType::kBool) << field.name;
  }
  EXPECT_EQ(computed, 3);
}

TEST(FieldCatalogTest, EveryFieldIsDescribed) {
  for (const FieldInfo& field : AllFields()) {
    EXPECT_FALSE(field.meaning.empty()) << field.name;
    EXPECT_FALSE(field.ecs.empty()) << field.name;
    EXPECT_FALSE(field.ocsf.empty()) << field.name;
    EXPECT_FALSE(FieldTypeName(field.type).empty()) << field.name;
  }
}

TEST(EnumTest, ValuesAreNumberedFromZeroAndFoundByName) {
  for (const FieldInfo& field : AllFields()) {
    std::set<std::string_view> names;
    int64_t next = 0;
    for (const EnumValueInfo& value : EnumValues(field.enum_type)) {
      EXPECT_EQ(value.value, next++);
      EXPECT_TRUE(IsIdentifier(value.name)) << value.name;
      EXPECT_TRUE(names.insert(value.name).second) << value.name;
      EXPECT_FALSE(value.meaning.empty()) << value.name;
      EXPECT_EQ(FindEnumValue(field.enum_type, value.name), value.value);
      EXPECT_EQ(EnumValueName(field.enum_type, value.value), value.name);
    }
    EXPECT_EQ(EnumValueName(field.enum_type, next), "");
    EXPECT_EQ(EnumValueName(field.enum_type, -1), "");
  }
}

TEST(EnumTest, ValuesOfOtherSetsAreNotFound) {
  EXPECT_EQ(FindEnumValue(EnumType::kAction, "svrconn"), std::nullopt);
  EXPECT_EQ(FindEnumValue(EnumType::kAction, "Connect"), std::nullopt);
  EXPECT_EQ(FindEnumValue(EnumType::kNone, "connect"), std::nullopt);
  EXPECT_TRUE(EnumValues(EnumType::kNone).empty());
}

TEST(EnumTest, OnlySeverityAndLevelAreOrdered) {
  std::set<std::string_view> ordered;
  for (const FieldInfo& field : AllFields()) {
    if (IsOrderedEnum(field.enum_type)) ordered.insert(field.name);
  }
  EXPECT_EQ(ordered, (std::set<std::string_view>{"level", "severity"}));
}

TEST(EnumTest, CodesOfNamesInCodeAreThoseOfTheTable) {
  constexpr int64_t kSvrconn = EnumCode(EnumType::kChannelType, "svrconn");
  EXPECT_EQ(EnumValueName(EnumType::kChannelType, kSvrconn), "svrconn");
  EXPECT_EQ(EnumValues(EnumType::kKind).size(),
            static_cast<size_t>(kKindCount));
}

}  // namespace
}  // namespace mqwarden
