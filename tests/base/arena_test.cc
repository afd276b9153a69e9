#include "mqwarden/base/arena.h"

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace mqwarden {
namespace {

TEST(ArenaTest, TextsStayWhileOthersAreAdded) {
  std::mt19937 random(1);
  Arena arena(64);
  for (int round = 0; round < 20; ++round) {
    std::vector<std::string> texts;
    std::vector<std::string_view> copies;
    for (int i = 0; i < 200; ++i) {
      texts.emplace_back(random() % 100, static_cast<char>('a' + i % 26));
      copies.push_back(arena.Copy(texts.back()));
    }
    for (size_t i = 0; i < texts.size(); ++i) ASSERT_EQ(copies[i], texts[i]);
    arena.Reset();
  }
}

TEST(ArenaTest, ARepeatedRoundReservesNothing) {
  Arena arena(64);
  size_t reserved = 0;
  for (int round = 0; round < 5; ++round) {
    for (size_t size : {10, 50, 20, 500, 3, 64}) {
      arena.Copy(std::string(size, 'x'));
    }
    if (round == 0) reserved = arena.bytes_reserved();
    EXPECT_EQ(arena.bytes_reserved(), reserved);
    arena.Reset();
  }
  EXPECT_GE(reserved, 647u);
  EXPECT_LE(reserved, 1000u);
}

TEST(ArenaTest, AlignmentIsKept) {
  Arena arena(64);
  for (int i = 0; i < 50; ++i) {
    arena.Allocate(1);
    const auto address = reinterpret_cast<uintptr_t>(arena.Allocate(8, 8));
    ASSERT_EQ(address % 8, 0u);
  }
}

TEST(ArenaTest, NothingStillHasAnAddress) {
  Arena arena;
  EXPECT_NE(arena.Allocate(0), nullptr);
  EXPECT_TRUE(arena.Copy("").empty());
}

TEST(ArenaTest, TextsSurviveAMoveOfTheArena) {
  Arena first(64);
  const std::string_view text = first.Copy("kept");
  Arena second(std::move(first));
  second.Copy("more");
  EXPECT_EQ(text, "kept");
}

}  // namespace
}  // namespace mqwarden
