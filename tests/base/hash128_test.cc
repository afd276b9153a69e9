#include "mqwarden/base/hash128.h"

#include <cstdint>
#include <iterator>
#include <set>
#include <string>
#include <string_view>

#include "gtest/gtest.h"

namespace mqwarden {
namespace {

template <typename... Values>
Hash128 HashOf(Values... values) {
  Hasher128 hasher;
  (hasher.Add(values), ...);
  return hasher.Finish();
}

TEST(Hash128Test, HexIsThirtyTwoDigitsFromTheMostSignificant) {
  EXPECT_EQ(ToHex(Hash128{0x0123456789abcdef, 0xfedcba9876543210}),
            "0123456789abcdeffedcba9876543210");
  EXPECT_EQ(ToHex(Hash128{}), std::string(32, '0'));
}

// Ids and stored state depend on these bytes; they change in no version.
TEST(Hash128Test, HashesAreTheSameEverywhere) {
  EXPECT_EQ(ToHex(HashBytes128("")), "99aa06d3014798d86001c324468d497f");
  EXPECT_EQ(HashBytes(""), 0x2d06800538d394c2u);
  EXPECT_EQ(ToHex(HashOf("payroll", 7, -1, Time(Duration(5)))),
            "06e24d822b33806b75cae962e7723b0c");
  Hasher128 seeded(42);
  seeded.Add("payroll");
  EXPECT_EQ(ToHex(seeded.Finish()), "908a42a19df94c51a1e48144a8fda7ec");
}

TEST(Hash128Test, ASequenceIsTaggedLengthsAndLittleEndianNumbers) {
  const std::string bytes(
      "\x01\x03\0\0\0\0\0\0\0QM1"
      "\x02\x07\0\0\0\0\0\0\0"
      "\x03\xFE\xFF\xFF\xFF\xFF\xFF\xFF\xFF"
      "\x04\x01\0\0\0\0\0\0\0\x02\0\0\0\0\0\0\0",
      12 + 9 + 9 + 17);
  EXPECT_EQ(HashOf("QM1", 7, -2, Hash128{1, 2}), HashBytes128(bytes));
}

TEST(Hash128Test, DifferentSequencesAreNeverTheSameBytes) {
  const Hash128 hashes[] = {
      HashOf(),
      HashOf(""),
      HashOf("", ""),
      HashOf("ab", "c"),
      HashOf("a", "bc"),
      HashOf("abc"),
      HashOf(1),
      HashOf("1"),
      HashOf(1, 0),
      HashOf(0, 1),
      HashOf(-1),
      HashOf(UINT64_MAX),
      HashOf(Hash128{0, 1}),
      HashOf(std::string_view("\1\0\0\0\0\0\0\0", 8)),
  };
  std::set<Hash128> distinct(std::begin(hashes), std::end(hashes));
  EXPECT_EQ(distinct.size(), std::size(hashes));
}

TEST(Hash128Test, AnIntegerCountsByItsValue) {
  EXPECT_EQ(HashOf(7), HashOf(uint64_t{7}));
  EXPECT_EQ(HashOf(int64_t{-7}), HashOf(int8_t{-7}));
  EXPECT_EQ(HashOf(true), HashOf(1));
  EXPECT_EQ(HashOf(Duration(9)), HashOf(9));
  EXPECT_EQ(HashOf(Time(Duration(9))), HashOf(9));
}

TEST(Hash128Test, FinishStartsAnew) {
  Hasher128 hasher(3);
  hasher.Add("a");
  const Hash128 first = hasher.Finish();
  hasher.Add("a");
  EXPECT_EQ(hasher.Finish(), first);
}

TEST(Hash128Test, TheSeedChangesEveryHash) {
  EXPECT_NE(HashBytes("a", 1), HashBytes("a", 2));
  EXPECT_NE(HashBytes128("a", 1), HashBytes128("a", 2));
}

TEST(Hash128Test, OrderIsThatOfTheHex) {
  EXPECT_LT((Hash128{0, UINT64_MAX}), (Hash128{1, 0}));
  EXPECT_LT((Hash128{1, 0}), (Hash128{1, 1}));
}

}  // namespace
}  // namespace mqwarden
