// Bytes of JSON, many at a time: for the scanner and the shapes beside it.
#ifndef MQWARDEN_INGEST_JSON_BYTES_H_
#define MQWARDEN_INGEST_JSON_BYTES_H_

#include <bit>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace mqwarden {

inline bool IsJsonDigit(char c) { return c >= '0' && c <= '9'; }

inline bool IsJsonNumberByte(char c) {
  return IsJsonDigit(c) || c == '-' || c == '+' || c == '.' || c == 'e' ||
         c == 'E';
}

// Goes to the next byte that is a quote, a backslash, below 0x20 or above 0x7F, or
// to one of the last few bytes.
#if defined(__SSE2__)
inline const char* SkipPlain(const char* p, const char* end) {
  for (; end - p >= 16; p += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    // As signed numbers, bytes above 0x7F are below 0x20 too.
    const __m128i special = _mm_or_si128(
        _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20)),
        _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                     _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'))));
    const int flags = _mm_movemask_epi8(special);
    if (flags != 0) return p + std::countr_zero(static_cast<unsigned>(flags));
  }
  return p;
}
#else
inline const char* SkipPlain(const char* p, const char* end) {
  for (; end - p >= 8; p += 8) {
    constexpr auto Repeat = [](uint8_t byte) {
      return 0x0101010101010101u * byte;
    };
    uint64_t eight;
    std::memcpy(&eight, p, 8);
    const uint64_t quote = eight ^ Repeat('"');
    const uint64_t backslash = eight ^ Repeat('\\');
    const uint64_t special = (((quote - Repeat(1)) & ~quote) |
                              ((backslash - Repeat(1)) & ~backslash) |
                              (eight - Repeat(0x20)) | eight) &
                             Repeat(0x80);
    if (special == 0) continue;
    // The lowest flag is exact; those above it need not be.
    if constexpr (std::endian::native == std::endian::little) {
      p += std::countr_zero(special) / 8;
    }
    return p;
  }
  return p;
}
#endif

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_JSON_BYTES_H_
