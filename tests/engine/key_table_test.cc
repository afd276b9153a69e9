#include "mqwarden/engine/key_table.h"

#include <cstdint>
#include <cstring>
#include <map>
#include <random>
#include <string>

#include "gtest/gtest.h"

namespace mqwarden {
namespace {

uint64_t StateOf(KeySlot* slot) {
  uint64_t state = 0;
  std::memcpy(&state, slot->state(), sizeof(state));
  return state;
}

void SetState(KeySlot* slot, uint64_t state) {
  std::memcpy(slot->state(), &state, sizeof(state));
}

// Few hashes, so that keys collide and runs of entries wrap around.
uint64_t BadHash(const std::string& key) {
  return (key.size() * 7 + static_cast<unsigned char>(key[0])) % 5 + 0xfffffffd;
}

TEST(KeyTableTest, AgreesWithAMapUnderTheSameOperations) {
  std::mt19937 random(7);
  KeyTable table(sizeof(uint64_t));
  std::map<std::string, uint64_t> model;
  for (int step = 0; step < 20'000; ++step) {
    // Some keys are too long for a slot.
    const std::string key(1 + random() % 40,
                          static_cast<char>('a' + random() % 3));
    const uint64_t hash = BadHash(key);
    KeySlot* slot = table.Find(key, hash);
    const auto known = model.find(key);
    ASSERT_EQ(slot != nullptr, known != model.end());
    if (slot != nullptr) {
      ASSERT_EQ(slot->key(), key);
      ASSERT_EQ(StateOf(slot), known->second);
    }
    switch (random() % 3) {
      case 0:
        if (slot == nullptr) slot = table.Insert(key, hash);
        SetState(slot, static_cast<uint64_t>(step));
        model[key] = static_cast<uint64_t>(step);
        break;
      case 1:
        if (slot != nullptr) table.Erase(slot, hash);
        model.erase(key);
        break;
      default:
        break;
    }
    ASSERT_EQ(table.size(), model.size());
  }
  EXPECT_GT(model.size(), 10u);
}

TEST(KeyTableTest, ANewKeyFindsItsStateZeroed) {
  KeyTable table(sizeof(uint64_t));
  KeySlot* const first = table.Insert("a", 1);
  SetState(first, 42);
  first->disarmed = 1;
  const uint32_t generation = first->generation;
  table.Erase(first, 1);
  KeySlot* const second = table.Insert("b", 1);
  EXPECT_EQ(second, first);
  EXPECT_EQ(StateOf(second), 0u);
  EXPECT_EQ(second->disarmed, 0u);
  EXPECT_NE(second->generation, generation);
}

TEST(KeyTableTest, SlotsStayWhereTheyAre) {
  KeyTable table(sizeof(uint64_t));
  KeySlot* const first = table.Insert("first", 5);
  for (uint64_t i = 0; i < 1000; ++i) table.Insert(std::to_string(i), i * 77);
  EXPECT_EQ(table.Find("first", 5), first);
}

}  // namespace
}  // namespace mqwarden
