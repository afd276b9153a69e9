// Numbers and texts to bytes and back: little-endian, the same on every
// platform. State on disk is written with these.
//
// A reader never reads outside its bytes. Its first failure is for good: from
// then on ok() is false and every read returns zero or nothing, so that a
// caller may read a whole structure and look once at the end.
#ifndef MQWARDEN_BASE_BYTES_H_
#define MQWARDEN_BASE_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mqwarden {

class ByteWriter {
 public:
  // `out` stays the caller's and must outlive the writer.
  explicit ByteWriter(std::string* out) : out_(out) {}

  void U8(uint8_t value) { Fixed(value, 1); }
  void U16(uint16_t value) { Fixed(value, 2); }
  void U32(uint32_t value) { Fixed(value, 4); }
  void U64(uint64_t value) { Fixed(value, 8); }
  void I64(int64_t value) { U64(static_cast<uint64_t>(value)); }

  // Seven bits a byte, the lowest first: 1 byte below 128, at most 10.
  void Varint(uint64_t value) {
    while (value >= 0x80) {
      out_->push_back(static_cast<char>(value | 0x80));
      value >>= 7;
    }
    out_->push_back(static_cast<char>(value));
  }

  // The length as a varint, then the bytes.
  void Text(std::string_view text) {
    Varint(text.size());
    Raw(text);
  }

  void Raw(std::string_view bytes) { out_->append(bytes); }

 private:
  void Fixed(uint64_t value, int size) {
    for (int i = 0; i < size; ++i) {
      out_->push_back(static_cast<char>(value >> (8 * i) & 0xFF));
    }
  }

  std::string* const out_;
};

class ByteReader {
 public:
  // Views that the reader returns point into `bytes`.
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  uint8_t U8() { return static_cast<uint8_t>(Fixed(1)); }
  uint16_t U16() { return static_cast<uint16_t>(Fixed(2)); }
  uint32_t U32() { return static_cast<uint32_t>(Fixed(4)); }
  uint64_t U64() { return Fixed(8); }
  int64_t I64() { return static_cast<int64_t>(U64()); }

  // Only the shortest form is read, so that equal values have equal bytes.
  uint64_t Varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const uint64_t byte = Fixed(1);
      const uint64_t bits = byte & 0x7F;
      if (!ok_ || (shift == 63 && bits > 1)) break;
      value |= bits << shift;
      if (byte < 0x80) {
        if (bits == 0 && shift > 0) break;
        return value;
      }
    }
    Fail();
    return 0;
  }

  std::string_view Text() {
    const uint64_t size = Varint();
    if (size > rest_.size()) Fail();
    return ok_ ? Raw(static_cast<size_t>(size)) : std::string_view();
  }

  std::string_view Raw(size_t size) {
    if (size > rest_.size()) Fail();
    if (!ok_) return std::string_view();
    const std::string_view bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return bytes;
  }

  // For a caller that finds a value it cannot accept.
  void Fail() {
    ok_ = false;
    rest_ = std::string_view();
  }

  bool ok() const { return ok_; }
  // All read, nothing left over and no failure.
  bool done() const { return ok_ && rest_.empty(); }
  // A bound for counts that bytes claim, before anything is reserved for them.
  size_t remaining() const { return rest_.size(); }

 private:
  uint64_t Fixed(size_t size) {
    const std::string_view bytes = Raw(size);
    uint64_t value = 0;
    for (size_t i = 0; i < bytes.size(); ++i) {
      value |= uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
    }
    return value;
  }

  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace mqwarden

#endif  // MQWARDEN_BASE_BYTES_H_
