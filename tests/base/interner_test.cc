#include "mqwarden/base/interner.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/base/hash128.h"

namespace mqwarden {
namespace {

TEST(InternerTest, EqualTextsAreOneAndStayWhereTheyAre) {
  Interner interner(1 << 24, 7);
  std::vector<const InternedText*> entries;
  for (int i = 0; i < 20000; ++i) {
    entries.push_back(interner.Intern("user" + std::to_string(i)));
    ASSERT_NE(entries.back(), nullptr);
  }
  EXPECT_EQ(interner.size(), 20000u);
  const size_t bytes = interner.bytes();
  for (int i = 0; i < 20000; ++i) {
    const std::string text = "user" + std::to_string(i);
    ASSERT_EQ(interner.Intern(text), entries[i]);
    ASSERT_EQ(interner.Find(text), entries[i]);
    ASSERT_EQ(entries[i]->text, text);
    ASSERT_EQ(entries[i]->hash, HashBytes(text, 7));
  }
  EXPECT_EQ(interner.size(), 20000u);
  EXPECT_EQ(interner.bytes(), bytes);
  EXPECT_EQ(interner.refused(), 0u);
}

TEST(InternerTest, TheTextIsACopy) {
  Interner interner(1000, 0);
  std::string text = "svcpay";
  const InternedText* entry = interner.Intern(text);
  text[0] = 'X';
  EXPECT_EQ(entry->text, "svcpay");
  EXPECT_EQ(interner.Find(text), nullptr);
  EXPECT_NE(interner.Intern(""), nullptr);
}

TEST(InternerTest, TheBudgetRefusesNewTextsAndKeepsOldOnes) {
  Interner interner(1000, 0);
  const InternedText* first = interner.Intern("first");
  int kept = 1;
  for (int i = 0; i < 1000; ++i) {
    kept += interner.Intern("text" + std::to_string(i)) != nullptr;
    ASSERT_LE(interner.bytes(), 1000u);
  }
  EXPECT_GT(kept, 10);
  EXPECT_EQ(interner.size(), static_cast<size_t>(kept));
  EXPECT_EQ(interner.refused(), static_cast<uint64_t>(1001 - kept));
  EXPECT_EQ(interner.Intern("first"), first);
  EXPECT_EQ(interner.Find("text999"), nullptr);

  Interner tiny(10, 0);
  EXPECT_EQ(tiny.Intern(""), nullptr);
  EXPECT_EQ(tiny.bytes(), 0u);
}

}  // namespace
}  // namespace mqwarden
