// A text of at most sixteen bytes as two words, to be compared with texts that
// are mostly equal to it: without a call or a loop.
#ifndef MQWARDEN_INGEST_FORMATS_SHORT_TEXT_H_
#define MQWARDEN_INGEST_FORMATS_SHORT_TEXT_H_

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace mqwarden {

class ShortText final {
 public:
  static constexpr size_t kMaxBytes = 16;

  // Equals no text.
  ShortText() = default;
  // `text` has at most kMaxBytes.
  explicit ShortText(std::string_view text) : size_(text.size()) {
    char bytes[kMaxBytes] = {};
    std::memcpy(bytes, text.data(), text.size());
    head_ = Word(bytes);
    tail_ = Word(bytes + 8);
    head_mask_ = MaskOf(std::min<size_t>(size_, 8));
    tail_mask_ = MaskOf(size_ > 8 ? size_ - 8 : 0);
  }

  // Reads kMaxBytes from the first one of `text`, whatever its size.
  bool EqualsPadded(std::string_view text) const {
    return text.size() == size_ && ((Word(text.data()) ^ head_) & head_mask_) == 0 &&
           ((Word(text.data() + 8) ^ tail_) & tail_mask_) == 0;
  }

 private:
  static uint64_t Word(const char* bytes) {
    uint64_t word;
    std::memcpy(&word, bytes, sizeof word);
    return word;
  }
  // Of the first `size` of the eight bytes of a word.
  static uint64_t MaskOf(size_t size) {
    if (size == 0) return 0;
    const uint64_t all = ~uint64_t{0};
    return std::endian::native == std::endian::little ? all >> (64 - 8 * size)
                                                      : all << (64 - 8 * size);
  }

  uint64_t head_ = 0;
  uint64_t tail_ = 0;
  uint64_t head_mask_ = 0;
  uint64_t tail_mask_ = 0;
  size_t size_ = ~size_t{0};
};

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_FORMATS_SHORT_TEXT_H_
