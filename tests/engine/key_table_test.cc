#include "mqwarden/engine/key_table.h"

#include <cstdint>
#include <cstring>
#include <map>
#include <random>
#include <string>

#include "gtest/gtest.h"
#include "mqwarden/base/hash128.h"
#include "mqwarden/engine/slot_slab.h"

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
  SlotSlab slab(nullptr);
  KeyTable table(sizeof(uint64_t), &slab);
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

// So many keys that the index grows piece by piece, while keys come and go.
TEST(KeyTableTest, AgreesWithAMapWhileALargeIndexGrows) {
  std::mt19937 random(11);
  SlotSlab slab(nullptr);
  KeyTable table(sizeof(uint64_t), &slab);
  std::map<std::string, uint64_t> model;
  const auto hash_of = [](const std::string& key) {
    return HashBytes(key) & 0xfffffff0;  // runs of equal homes
  };
  for (uint64_t step = 0; step < 150'000; ++step) {
    const std::string key = std::to_string(random() % 60'000);
    const uint64_t hash = hash_of(key);
    table.PrefetchIndex(hash);
    table.PrefetchSlot(hash);
    KeySlot* const slot = table.Find(key, hash);
    const auto known = model.find(key);
    ASSERT_EQ(slot != nullptr, known != model.end());
    if (slot == nullptr) {
      SetState(table.Insert(key, hash), step);
      model[key] = step;
      continue;
    }
    ASSERT_EQ(slot->key(), key);
    ASSERT_EQ(StateOf(slot), known->second);
    if (random() % 4 != 0) continue;
    table.Erase(slot, hash);
    model.erase(known);
  }
  EXPECT_GT(model.size(), 30'000u);
  ASSERT_EQ(table.size(), model.size());
  for (const auto& [key, state] : model) {
    KeySlot* const slot = table.Find(key, hash_of(key));
    ASSERT_NE(slot, nullptr);
    EXPECT_EQ(StateOf(slot), state);
  }
}

TEST(KeyTableTest, ANewKeyFindsItsStateZeroed) {
  SlotSlab slab(nullptr);
  KeyTable table(sizeof(uint64_t), &slab);
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

TEST(SlotSlabTest, LargeBlocksAreAlignedAndShown) {
  static size_t shown = 0;
  shown = 0;
  SlotSlab slab([](void* block, size_t bytes) {
    EXPECT_EQ(reinterpret_cast<uintptr_t>(block) % SlotSlab::kHugePage, 0u);
    EXPECT_EQ(bytes % SlotSlab::kHugePage, 0u);
    shown += bytes;
  });
  size_t asked = 0;
  for (int i = 0; i < 3000; ++i) {
    const size_t bytes = 32'000;
    const char* const memory = static_cast<char*>(slab.Allocate(bytes));
    EXPECT_EQ(reinterpret_cast<uintptr_t>(memory) % SlotSlab::kAlignment, 0u);
    EXPECT_EQ(memory[0], 0);
    EXPECT_EQ(memory[bytes - 1], 0);
    asked += bytes;
  }
  EXPECT_GT(shown, asked / 2);
  EXPECT_LT(slab.bytes_reserved(), asked + asked / 8);
}

TEST(KeyTableTest, SlotsStayWhereTheyAre) {
  SlotSlab slab(nullptr);
  KeyTable table(sizeof(uint64_t), &slab);
  KeySlot* const first = table.Insert("first", 5);
  for (uint64_t i = 0; i < 1000; ++i) table.Insert(std::to_string(i), i * 77);
  EXPECT_EQ(table.Find("first", 5), first);
}

}  // namespace
}  // namespace mqwarden
