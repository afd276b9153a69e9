// Model: look at the bytes one by one, note each quote, stop at the line's end or
// at what is not plain.
// First, 64 bytes become two words of bits: which are quotes, and which are
// special (control, backslash, above 0x7F). Nearly all blocks have nothing
// special but the line's end.
// Second, the positions of the quotes of a block are written eight at a time,
// more than there are, so that there is no branch for each; what was written too
// much is overwritten by the next block.
// Third, the bits are made by the widest registers that the processor has. What
// is done with them is one function, compiled into each kernel.
//
// The last bytes of the input are copied to a block padded with zeros, which are
// special, so that no byte behind the input is read.
#include "mqwarden/ingest/plain_line.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace mqwarden {
namespace {

constexpr size_t kBlockBytes = 64;

struct BlockBits {
  uint64_t quotes;
  uint64_t special;
};

[[gnu::always_inline]] inline BlockBits PortableBits(const char* p) {
  constexpr uint64_t kOnes = 0x0101010101010101u;
  constexpr uint64_t kHigh = 0x80 * kOnes;
  // 0x80 in each byte of `x` that is 0; exact, no carry leaves a byte.
  const auto zeros = [](uint64_t x) {
    return ~(((x & ~kHigh) + ~kHigh) | x) & kHigh;
  };
  // The high bits of eight bytes, gathered.
  const auto gather = [](uint64_t high) {
    return ((high >> 7) * 0x0102040810204080u) >> 56;
  };
  BlockBits bits{0, 0};
  for (size_t i = 0; i < kBlockBytes; i += 8) {
    uint64_t eight = 0;
    for (size_t j = 0; j < 8; ++j) {
      eight |= uint64_t{static_cast<unsigned char>(p[i + j])} << (8 * j);
    }
    const uint64_t control = ~((eight & ~kHigh) + (0x60 * kOnes)) & kHigh;
    const uint64_t special =
        control | (eight & kHigh) | zeros(eight ^ ('\\' * kOnes));
    bits.quotes |= gather(zeros(eight ^ ('"' * kOnes))) << i;
    bits.special |= gather(special) << i;
  }
  return bits;
}

#if defined(__x86_64__)
[[gnu::always_inline]] inline BlockBits Sse2Bits(const char* p) {
  BlockBits bits{0, 0};
  for (size_t i = 0; i < kBlockBytes; i += 16) {
    const __m128i bytes =
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + i));
    // As signed numbers, bytes above 0x7F are below 0x20 too.
    const __m128i special =
        _mm_or_si128(_mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20)),
                     _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
    const __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    bits.special |= uint64_t{static_cast<uint16_t>(_mm_movemask_epi8(special))} << i;
    bits.quotes |= uint64_t{static_cast<uint16_t>(_mm_movemask_epi8(quote))} << i;
  }
  return bits;
}

[[gnu::target("avx2,bmi,bmi2,popcnt"), gnu::always_inline]] inline BlockBits
Avx2Bits(const char* p) {
  BlockBits bits{0, 0};
  for (size_t i = 0; i < kBlockBytes; i += 32) {
    const __m256i bytes =
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p + i));
    const __m256i special =
        _mm256_or_si256(_mm256_cmpgt_epi8(_mm256_set1_epi8(0x20), bytes),
                        _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\\')));
    const __m256i quote = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('"'));
    bits.special |= uint64_t{static_cast<uint32_t>(_mm256_movemask_epi8(special))} << i;
    bits.quotes |= uint64_t{static_cast<uint32_t>(_mm256_movemask_epi8(quote))} << i;
  }
  return bits;
}
#endif

// What a kernel has found so far.
struct Found {
  uint32_t* quotes;
  size_t count = 0;
  size_t end = 0;         // of the line, at its `\n`
  bool is_plain = false;  // the end was found, and nothing else that is special
  bool has_non_ascii = false;
};

// Looks at the special bytes of the block at `at`, up to the one that decides the
// line. Returns the bits of the bytes before that.
inline uint64_t JudgeSpecial(std::string_view bytes, size_t at, uint64_t special,
                             Found* found, bool* is_decided) {
  for (uint64_t rest = special; rest != 0; rest &= rest - 1) {
    const auto i = static_cast<size_t>(std::countr_zero(rest));
    const size_t where = at + i;
    if (where < bytes.size() && static_cast<unsigned char>(bytes[where]) >= 0x80) {
      found->has_non_ascii = true;
      continue;
    }
    // A `\r` that ends the line is taken by the caller.
    found->end = where;
    found->is_plain =
        where < bytes.size() && (bytes[where] == '\n' || bytes[where] == '\r');
    *is_decided = true;
    return (uint64_t{1} << i) - 1;
  }
  return ~uint64_t{0};
}

// Takes the block at `at`. Returns true when the line is decided.
[[gnu::always_inline]] inline bool TakeBlock(std::string_view bytes, size_t at,
                                             BlockBits bits, Found* found) {
  bool is_decided = false;
  uint64_t quotes = bits.quotes;
  if (bits.special != 0) {
    quotes &= JudgeSpecial(bytes, at, bits.special, found, &is_decided);
  }
  const auto count = static_cast<size_t>(std::popcount(quotes));
  uint32_t* out = found->quotes + found->count;
  const auto base = static_cast<uint32_t>(at);
  for (size_t written = 0; written < count; written += 8) {
    for (size_t i = 0; i < 8; ++i) {
      // Of no bits at all the position is 64, which nobody reads.
      out[i] = base + static_cast<uint32_t>(std::countr_zero(quotes));
      quotes &= quotes - 1;
    }
    out += 8;
  }
  found->count += count;
  return is_decided;
}

template <typename Bits>
[[gnu::always_inline]] inline void ReadBlocks(std::string_view bytes,
                                              const Bits& bits_of, Found* found) {
  size_t at = 0;
  for (; at + kBlockBytes <= bytes.size(); at += kBlockBytes) {
    if (found->count + kBlockBytes > PlainLine::kMaxQuotes) return;
    if (TakeBlock(bytes, at, bits_of(bytes.data() + at), found)) return;
  }
  if (found->count + kBlockBytes > PlainLine::kMaxQuotes) return;
  char last[kBlockBytes] = {};
  std::memcpy(last, bytes.data() + at, bytes.size() - at);
  TakeBlock(bytes, at, bits_of(last), found);
}

using Kernel = void (*)(std::string_view bytes, Found* found);

void ReadPortable(std::string_view bytes, Found* found) {
  ReadBlocks(bytes, [](const char* p) { return PortableBits(p); }, found);
}

#if defined(__x86_64__)
void ReadSse2(std::string_view bytes, Found* found) {
  ReadBlocks(bytes, [](const char* p) { return Sse2Bits(p); }, found);
}

// Written out, since a lambda is not compiled for the target around it.
[[gnu::target("avx2,bmi,bmi2,popcnt")]] void ReadAvx2(std::string_view bytes,
                                                      Found* found) {
  size_t at = 0;
  for (; at + kBlockBytes <= bytes.size(); at += kBlockBytes) {
    if (found->count + kBlockBytes > PlainLine::kMaxQuotes) return;
    if (TakeBlock(bytes, at, Avx2Bits(bytes.data() + at), found)) return;
  }
  if (found->count + kBlockBytes > PlainLine::kMaxQuotes) return;
  char last[kBlockBytes] = {};
  std::memcpy(last, bytes.data() + at, bytes.size() - at);
  TakeBlock(bytes, at, Avx2Bits(last), found);
}
#endif

#if defined(__x86_64__)
// Positions come sixteen at a time: the numbers of the set bits, packed.
[[gnu::target("avx512f,avx512bw,avx512vbmi2,bmi,bmi2,popcnt")]] void ReadAvx512(
    std::string_view bytes, Found* found) {
  alignas(64) static constexpr auto kNumbers = [] {
    std::array<unsigned char, kBlockBytes> numbers{};
    for (size_t i = 0; i < kBlockBytes; ++i) numbers[i] = static_cast<unsigned char>(i);
    return numbers;
  }();
  // The masked forms, since those without a mask make g++ 12 warn of itself.
  const __m512i numbers = _mm512_load_si512(kNumbers.data());
  size_t at = 0;
  for (;; at += kBlockBytes) {
    if (found->count + kBlockBytes > PlainLine::kMaxQuotes) return;
    const size_t size = std::min(bytes.size() - at, kBlockBytes);
    const __mmask64 loaded = size == kBlockBytes ? ~uint64_t{0}
                                                 : (uint64_t{1} << size) - 1;
    // What is not loaded is zero, and no byte of it is touched.
    const __m512i block = _mm512_maskz_loadu_epi8(loaded, bytes.data() + at);
    const uint64_t special =
        _mm512_cmplt_epi8_mask(block, _mm512_set1_epi8(0x20)) |
        _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8('\\'));
    uint64_t quotes = _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8('"'));
    bool is_decided = false;
    if (special != 0) {
      const uint64_t inside = JudgeSpecial(bytes, at, special, found, &is_decided);
      quotes &= inside;
    }
    __m512i packed = _mm512_maskz_compress_epi8(quotes, numbers);
    const __m512i base = _mm512_set1_epi32(static_cast<int>(at));
    const auto count = static_cast<size_t>(std::popcount(quotes));
    uint32_t* out = found->quotes + found->count;
    for (size_t written = 0;;) {
      _mm512_storeu_si512(
          out, _mm512_add_epi32(
                   base, _mm512_maskz_cvtepu8_epi32(
                             0xFFFF, _mm512_maskz_extracti32x4_epi32(0xF, packed, 0))));
      written += 16;
      if (written >= count) break;
      out += 16;
      packed = _mm512_maskz_alignr_epi64(0xFF, packed, packed, 2);
    }
    found->count += count;
    if (is_decided) return;
  }
}
#endif

struct Kernels {
  Kernel all[4];
  int count = 0;  // the last one is the fastest
};

const Kernels& AvailableKernels() {
  static const Kernels kernels = [] {
    Kernels k;
    k.all[k.count++] = ReadPortable;
#if defined(__x86_64__)
    k.all[k.count++] = ReadSse2;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
        __builtin_cpu_supports("bmi2")) {
      k.all[k.count++] = ReadAvx2;
      if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
          __builtin_cpu_supports("avx512vbmi2")) {
        k.all[k.count++] = ReadAvx512;
      }
    }
#endif
    return k;
  }();
  return kernels;
}

}  // namespace

bool PlainLine::Read(std::string_view bytes) {
  const Kernels& kernels = AvailableKernels();
  return ReadWith(kernels.count - 1, bytes);
}

int PlainLine::KernelCount() { return AvailableKernels().count; }

bool PlainLine::ReadWith(int kernel, std::string_view bytes) {
  bytes = bytes.substr(0, kMaxBytes);
  Found found;
  found.quotes = quotes_.data();
  AvailableKernels().all[kernel](bytes, &found);
  if (!found.is_plain) return false;
  data_ = bytes.data();
  size_ = found.end;
  size_with_end_ = size_ + 1;
  if (bytes[size_] == '\r') {
    if (size_with_end_ == bytes.size() || bytes[size_with_end_] != '\n') {
      return false;
    }
    ++size_with_end_;
  }
  if (bytes.size() - size_with_end_ < kPadding) {
    padded_.assign(bytes.data(), size_with_end_);
    padded_.append(kPadding, '\0');
    data_ = padded_.data();
  }
  has_non_ascii_ = found.has_non_ascii;
  quote_count_ = found.count;
  std::fill_n(quotes_.begin() + quote_count_, 4, kNoQuote);
  return true;
}

}  // namespace mqwarden
