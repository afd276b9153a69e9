#include "mqwarden/ingest/ebcdic.h"

#include <algorithm>
#include <cstring>

#include "mqwarden/base/utf8.h"
#include "mqwarden/ingest/formats/pcf_text.h"

namespace mqwarden {
namespace {

constexpr unsigned char kNewLine = 0x15;
constexpr unsigned char kLineFeed = 0x25;
constexpr unsigned char kCarriageReturn = 0x0D;
constexpr unsigned char kTab = 0x05;
constexpr unsigned char kBlank = 0x40;
// Fewer bytes say nothing.
constexpr size_t kMinBytes = 16;

bool IsEbcdicSet(int32_t ccsid) {
  return ccsid == 37 || ccsid == 500 || ccsid == 1047 || ccsid == 1140;
}

}  // namespace

bool IsEbcdicText(std::string_view head) {
  head = head.substr(0, kEbcdicHeadBytes);
  if (head.size() < kMinBytes) return false;
  const auto& characters = *CharactersOfSet(EbcdicText::kDefaultSet);
  size_t letters = 0;
  size_t others = 0;
  bool has_blank = false;
  for (const char c : head) {
    const auto byte = static_cast<unsigned char>(c);
    const char16_t character = characters[byte];
    const bool is_letter = (character >= 'a' && character <= 'z') ||
                           (character >= 'A' && character <= 'Z') ||
                           (character >= '0' && character <= '9');
    const bool is_other =
        byte == kNewLine || byte == kLineFeed || byte == kCarriageReturn ||
        byte == kTab || (character >= ' ' && character <= '~' && !is_letter);
    if (is_letter) ++letters;
    if (is_other) ++others;
    if (byte == kBlank) has_blank = true;
  }
  // The blank is `@` of ASCII; letters and digits are no ASCII at all.
  if (!has_blank || letters * 3 < head.size() ||
      (letters + others) * 10 < head.size() * 9) {
    return false;
  }
  // A character may be cut at the end of the head.
  const std::string_view whole = head.substr(0, head.size() - 3);
  return !IsValidUtf8(whole);
}

EbcdicText::EbcdicText(int32_t ccsid) {
  const auto& set = *CharactersOfSet(IsEbcdicSet(ccsid) ? ccsid : kDefaultSet);
  for (size_t i = 0; i < set.size(); ++i) {
    char32_t character = set[i];
    if (i == kNewLine || i == kLineFeed) character = '\n';
    std::string bytes;
    AppendUtf8(character, &bytes);
    Character& out = characters_[i];
    out.size = static_cast<uint8_t>(std::min(bytes.size(), sizeof(out.bytes)));
    std::memcpy(out.bytes, bytes.data(), out.size);
  }
}

void EbcdicText::Append(std::string_view bytes, std::string* out) const {
  out->reserve(out->size() + bytes.size());
  for (const char c : bytes) {
    const Character& character = characters_[static_cast<unsigned char>(c)];
    out->append(character.bytes, character.size);
  }
}

}  // namespace mqwarden
