// Streams of text in EBCDIC, as files of IBM i and z/OS have it, to UTF-8. Stands
// before the lines are cut.
#ifndef MQWARDEN_INGEST_EBCDIC_H_
#define MQWARDEN_INGEST_EBCDIC_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mqwarden {

// As much of a stream as IsEbcdicText() looks at.
inline constexpr size_t kEbcdicHeadBytes = 512;

// Whether a stream that begins so is text in EBCDIC.
bool IsEbcdicText(std::string_view head);

// The set of a stream that begins so, by its brackets, which stand in other places
// in each of 37, 500 and 1047; 37 where there are none.
int32_t EbcdicSetOf(std::string_view head);

// Byte by byte, so that chunks do not show. Immutable.
class EbcdicText final {
 public:
  static constexpr int32_t kDefaultSet = 37;

  // A set of single bytes that is a table here or that libc knows; any other is
  // read as the default.
  explicit EbcdicText(int32_t ccsid = kDefaultSet);

  // New line and line feed both become a line feed.
  void Append(std::string_view bytes, std::string* out) const;

 private:
  struct Character {
    char bytes[3];
    uint8_t size;
  };
  std::array<Character, 256> characters_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_EBCDIC_H_
