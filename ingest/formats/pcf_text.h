// Text of IBM MQ messages, in any coded character set, as UTF-8.
//
// Stands under the PCF decoder. The sets that queue managers use most are tables
// here; the others are those that libc's iconv knows. No locale takes part.
//
// Bytes that a set has no character for become U+FFFD. A set that is not stated,
// or that nobody knows, is guessed from the bytes: EBCDIC, UTF-8 or Latin-1.
#ifndef MQWARDEN_INGEST_FORMATS_PCF_TEXT_H_
#define MQWARDEN_INGEST_FORMATS_PCF_TEXT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "mqwarden/base/arena.h"

namespace mqwarden {

// Thread-compatible. The result depends on the message alone; of the sets that
// only libc knows a message has kMaxSetsPerMessage, and those beyond are guessed.
class PcfText final {
 public:
  static constexpr size_t kMaxSetsPerMessage = 16;

  PcfText() = default;
  ~PcfText();
  PcfText(const PcfText&) = delete;
  PcfText& operator=(const PcfText&) = delete;

  // A further message: the views given out before are no longer good.
  void Start();

  // `bytes` up to the first NUL, without the blanks that pad them. A `ccsid` of
  // 0 or below states nothing. The view is one of `bytes` where they are UTF-8
  // already, and otherwise good until Start().
  std::string_view Decode(std::string_view bytes, int32_t ccsid);

  // Room until Start() for what a message does not spell out.
  Arena& arena() { return arena_; }

 private:
  // A conversion of libc, opened or known to be missing.
  struct Set {
    int32_t ccsid = 0;
    void* descriptor = nullptr;  // iconv_t; null where libc does not know it
    int64_t last_use = 0;
  };

  std::string_view Convert(std::string_view bytes, int32_t ccsid);
  bool ConvertByLibc(std::string_view bytes, int32_t ccsid);
  bool MayName(int32_t ccsid);
  void* Descriptor(int32_t ccsid);
  std::string_view KeepScratch();

  Arena arena_;
  std::string scratch_;
  std::array<Set, 8> sets_;
  int64_t uses_ = 0;
  // Of libc's sets, those that the message has named.
  std::array<int32_t, kMaxSetsPerMessage> named_;
  size_t named_count_ = 0;
};

// The characters of the bytes of a set that is a table here, all of them sets of
// single bytes: 37, 500, 819, 1047, 1140, 1252. Nullptr for any other.
const std::array<char16_t, 256>* CharactersOfSet(int32_t ccsid);

// Whether bytes of an unstated set look like EBCDIC.
bool LooksLikeEbcdic(std::string_view bytes);

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_FORMATS_PCF_TEXT_H_
