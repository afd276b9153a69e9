#include "mqwarden/engine/digest_book.h"

#include <cstdint>
#include <string_view>

#include "gtest/gtest.h"

namespace mqwarden {
namespace {

TEST(DigestBookTest, APeriodHoldsAsManyTuplesAsItsBound) {
  DigestBook book(/*per=*/10, /*max_tuples=*/2);
  int64_t end = 0;
  bool is_new = false;
  const auto find = [&](std::string_view tuple, int64_t t) {
    return book.Find(tuple, t, /*decided=*/0, &end, &is_new);
  };
  EXPECT_NE(find("a", 1), nullptr);
  EXPECT_TRUE(is_new);
  EXPECT_NE(find("b", 2), nullptr);
  EXPECT_FALSE(is_new);
  EXPECT_EQ(find("c", 3), nullptr);
  EXPECT_EQ(end, 10);
  // Known ones go on, and the next period has room of its own.
  EXPECT_NE(find("a", 9), nullptr);
  EXPECT_NE(find("c", 10), nullptr);
  EXPECT_EQ(end, 20);
  EXPECT_EQ(book.Take(10).size(), 2u);
  EXPECT_EQ(book.Take(10).size(), 0u);
}

TEST(DigestBookTest, AnAlertOfADecidedPeriodCountsInTheFirstThatIsNot) {
  DigestBook book(/*per=*/10, /*max_tuples=*/2);
  int64_t end = 0;
  bool is_new = false;
  book.Find("a", 9, /*decided=*/9, &end, &is_new);
  EXPECT_EQ(end, 10);
  book.Find("a", 9, /*decided=*/10, &end, &is_new);
  EXPECT_EQ(end, 20);
  book.Find("a", -1, /*decided=*/-5, &end, &is_new);
  EXPECT_EQ(end, 0);
}

}  // namespace
}  // namespace mqwarden
