// Finds the end of a line of plain text and every quote in it, many bytes at a
// time: the first pass over lines of JSON whose strings have no escapes.
//
// Plain is a line without a backslash and without control bytes before its end.
// Then quotes come in pairs, a string is what stands between two of them, and a
// decoder goes from quote to quote without looking at the bytes of strings. All
// other lines are for JsonScanner.
//
// Compiled once per instruction set (AVX2, SSE2 or eight bytes in a register),
// picked by the processor when the first line is read; the answers are the same.
// Cost: benchmarks/decoder_benchmark.cc, NDJSON.
#ifndef MQWARDEN_INGEST_PLAIN_LINE_H_
#define MQWARDEN_INGEST_PLAIN_LINE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mqwarden {

class PlainLine final {
 public:
  // A line with more quotes is not plain.
  static constexpr size_t kMaxQuotes = 1024;
  // What `quote()` gives behind the last one; no line is that long.
  static constexpr uint32_t kNoQuote = 0xFFFFFFFF;
  // So many bytes behind the line may be read, whatever they are.
  static constexpr size_t kPadding = 16;
  // Longer lines are not plain.
  static constexpr size_t kMaxBytes = 64 * 1024;

  // Reads the line that `bytes` begins with. False when it is not plain, or its
  // end is not there.
  bool Read(std::string_view bytes);

  // After Read() returned true, and until it is called again. The line is where
  // `bytes` is, unless that ends too soon behind it; then it is a copy.
  const char* data() const { return data_; }
  // Without its end, `\n` or `\r\n`; and with it.
  size_t size() const { return size_; }
  size_t size_with_end() const { return size_with_end_; }
  // Whether a byte is above 0x7F.
  bool has_non_ascii() const { return has_non_ascii_; }
  // Where the i-th quote stands. Good for i up to two behind the last one.
  uint32_t quote(size_t i) const { return quotes_[i]; }
  size_t quote_count() const { return quote_count_; }

  // The ways of reading that this processor has. Read() takes the last one.
  static int KernelCount();
  bool ReadWith(int kernel, std::string_view bytes);

 private:
  // Positions are written up to 64 at a time, whether all of them hold or not.
  static constexpr size_t kSpareQuotes = 64;

  const char* data_ = nullptr;
  size_t size_ = 0;
  size_t size_with_end_ = 0;
  size_t quote_count_ = 0;
  bool has_non_ascii_ = false;
  std::string padded_;
  std::array<uint32_t, kMaxQuotes + kSpareQuotes> quotes_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_PLAIN_LINE_H_
