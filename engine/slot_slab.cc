#include "mqwarden/engine/slot_slab.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <new>

namespace mqwarden {
namespace {

constexpr size_t kFirstBlock = size_t{2} << 10;
// The newest block is at most this share of a large table.
constexpr size_t kShare = 16;

size_t RoundUp(size_t bytes, size_t unit) {
  return (bytes + unit - 1) / unit * unit;
}

}  // namespace

SlotSlab::~SlotSlab() {
  for (const Block& block : blocks_) {
    ::operator delete(block.bytes, std::align_val_t(block.alignment));
  }
}

void* SlotSlab::Allocate(size_t bytes) {
  bytes = RoundUp(bytes, kAlignment);
  if (bytes > left_) {
    const size_t wanted = std::max({kFirstBlock, bytes, reserved_ / kShare});
    const bool is_large = wanted >= kHugePage;
    const size_t alignment = is_large ? kHugePage : kAlignment;
    const size_t size = RoundUp(wanted, alignment);
    void* const block = ::operator new(size, std::align_val_t(alignment));
    blocks_.push_back({block, alignment});
    if (is_large && on_large_block_ != nullptr) on_large_block_(block, size);
    next_ = static_cast<char*>(block);
    left_ = size;
    reserved_ += size;
  }
  char* const memory = next_;
  next_ += bytes;
  left_ -= bytes;
  return std::memset(memory, 0, bytes);
}

}  // namespace mqwarden
