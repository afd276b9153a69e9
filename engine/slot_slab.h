// Memory for the slots of a rule's keys: blocks that grow with what is asked for,
// so that a rule with few keys takes little and one with millions few blocks.
//
// A large block is aligned to huge pages and shown to the host, which may ask the
// system for them: of millions of keys that are met in any order each costs a miss
// in the cache, and with small pages another one or two on the way to its address.
//
// What Allocate() returns is zeroed, aligned to kAlignment, and lives as long as
// the slab. Nothing is given back before. Not thread-safe.
#ifndef MQWARDEN_ENGINE_SLOT_SLAB_H_
#define MQWARDEN_ENGINE_SLOT_SLAB_H_

#include <cstddef>
#include <vector>

namespace mqwarden {

class SlotSlab {
 public:
  // Two cache lines, which the processor fetches together.
  static constexpr size_t kAlignment = 128;
  static constexpr size_t kHugePage = size_t{2} << 20;

  // `on_large_block` may be null; see EngineOptions.
  explicit SlotSlab(void (*on_large_block)(void* block, size_t bytes))
      : on_large_block_(on_large_block) {}
  ~SlotSlab();
  SlotSlab(const SlotSlab&) = delete;
  SlotSlab& operator=(const SlotSlab&) = delete;

  void* Allocate(size_t bytes);

  // What the blocks take, in use or not.
  size_t bytes_reserved() const { return reserved_; }

 private:
  struct Block {
    void* bytes;
    size_t alignment;
  };

  void (*const on_large_block_)(void* block, size_t bytes);

  std::vector<Block> blocks_;
  char* next_ = nullptr;
  size_t left_ = 0;
  size_t reserved_ = 0;
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_SLOT_SLAB_H_
