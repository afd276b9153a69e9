// A bump arena for bytes and text. An owner that fills it for one event and
// resets it for the next reaches, after the first few, a state in which nothing
// is allocated any more.
//
// Invariants: what Allocate and Copy return stays where it is until Reset, also
// when the arena is moved; chunks before `chunk_` are full, those after it are
// empty. Not thread-safe.
#ifndef MQWARDEN_BASE_ARENA_H_
#define MQWARDEN_BASE_ARENA_H_

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace mqwarden {

class Arena {
 public:
  static constexpr size_t kDefaultChunkBytes = 16 * 1024;

  explicit Arena(size_t chunk_bytes = kDefaultChunkBytes)
      : chunk_bytes_(chunk_bytes == 0 ? 1 : chunk_bytes) {}

  Arena(Arena&& other) noexcept
      : chunk_bytes_(other.chunk_bytes_),
        chunks_(std::move(other.chunks_)),
        chunk_(std::exchange(other.chunk_, 0)),
        used_(std::exchange(other.used_, 0)),
        bytes_reserved_(std::exchange(other.bytes_reserved_, 0)) {
    other.chunks_.clear();
  }
  Arena& operator=(Arena&& other) noexcept {
    if (this == &other) return *this;
    chunk_bytes_ = other.chunk_bytes_;
    chunks_ = std::move(other.chunks_);
    other.chunks_.clear();
    chunk_ = std::exchange(other.chunk_, 0);
    used_ = std::exchange(other.used_, 0);
    bytes_reserved_ = std::exchange(other.bytes_reserved_, 0);
    return *this;
  }

  // `size` bytes of undefined content. `alignment` is a power of two, at most
  // that of std::max_align_t. Never null, also for a size of 0.
  char* Allocate(size_t size, size_t alignment = 1) {
    if (chunk_ < chunks_.size()) {
      Chunk& chunk = chunks_[chunk_];
      const size_t start = (used_ + alignment - 1) & ~(alignment - 1);
      if (start <= chunk.size && size <= chunk.size - start) {
        used_ = start + size;
        return chunk.bytes.get() + start;
      }
    }
    return AllocateInNextChunk(size);
  }

  // A copy of `text` that lives until Reset.
  std::string_view Copy(std::string_view text) {
    char* const bytes = Allocate(text.size());
    if (!text.empty()) std::memcpy(bytes, text.data(), text.size());
    return std::string_view(bytes, text.size());
  }

  // Gives everything up at once and keeps the chunks for what comes next.
  void Reset() {
    chunk_ = 0;
    used_ = 0;
  }

  // What the chunks take, in use or not.
  size_t bytes_reserved() const { return bytes_reserved_; }

 private:
  struct Chunk {
    std::unique_ptr<char[]> bytes;
    size_t size;
  };

  // A chunk's first byte is aligned for any type. Chunks that are too small are
  // left behind until Reset, so that the look for one is not repeated.
  char* AllocateInNextChunk(size_t size) {
    if (chunk_ < chunks_.size()) ++chunk_;
    while (chunk_ < chunks_.size() && chunks_[chunk_].size < size) ++chunk_;
    if (chunk_ == chunks_.size()) {
      const size_t bytes = size > chunk_bytes_ ? size : chunk_bytes_;
      chunks_.push_back({std::unique_ptr<char[]>(new char[bytes]), bytes});
      bytes_reserved_ += bytes;
    }
    used_ = size;
    return chunks_[chunk_].bytes.get();
  }

  size_t chunk_bytes_;

  std::vector<Chunk> chunks_;
  size_t chunk_ = 0;
  size_t used_ = 0;  // bytes of chunks_[chunk_]
  size_t bytes_reserved_ = 0;
};

}  // namespace mqwarden

#endif  // MQWARDEN_BASE_ARENA_H_
