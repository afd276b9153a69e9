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

struct Brackets {
  int32_t ccsid;
  unsigned char open;
  unsigned char close;
};
constexpr Brackets kBrackets[] = {
    {37, 0xBA, 0xBB}, {500, 0x4A, 0x5A}, {1047, 0xAD, 0xBD}};

bool IsLetterOfAll(char16_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// Whether letters and digits stand where every EBCDIC set has them.
bool IsEbcdicSet(const std::array<char16_t, 256>& set) {
  const auto& usual = *CharactersOfSet(EbcdicText::kDefaultSet);
  for (size_t i = 0; i < set.size(); ++i) {
    if (IsLetterOfAll(usual[i]) && set[i] != usual[i]) return false;
  }
  return true;
}

// The characters of a set of single bytes that libc knows.
std::array<char16_t, 256> CharactersOfLibc(int32_t ccsid) {
  std::array<char16_t, 256> set{};
  PcfText text;
  text.Start();
  // In every EBCDIC set these begin with a solidus. A set that is unknown is
  // guessed from the bytes, and these are taken for what they are in ASCII.
  constexpr std::string_view kAscii = "abc";
  if (text.Decode(kAscii, ccsid) == kAscii) return set;
  for (size_t i = 1; i < set.size(); ++i) {
    // Behind it a letter, since blanks at the end are cut off.
    const char bytes[] = {static_cast<char>(i), '\xC1'};
    const std::string_view decoded = text.Decode({bytes, 2}, ccsid);
    if (decoded.empty()) continue;
    const char32_t character = DecodeUtf8(decoded).code_point;
    set[i] = character <= 0xFFFF ? static_cast<char16_t>(character) : 0xFFFD;
  }
  return set;
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
    const bool is_letter = IsLetterOfAll(character);
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

// Counts of each set the brackets that open, hold a letter or digit and close.
int32_t EbcdicSetOf(std::string_view head) {
  head = head.substr(0, kEbcdicHeadBytes);
  const auto& characters = *CharactersOfSet(EbcdicText::kDefaultSet);
  int32_t best = EbcdicText::kDefaultSet;
  int most = 0;
  for (const Brackets& brackets : kBrackets) {
    int pairs = 0;
    bool is_open = false;
    bool has_letter = false;
    for (const char c : head) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte == brackets.open) {
        is_open = true;
        has_letter = false;
      } else if (byte == brackets.close) {
        pairs += is_open && has_letter;
        is_open = false;
      } else {
        has_letter = has_letter || IsLetterOfAll(characters[byte]);
      }
    }
    if (pairs > most) {
      most = pairs;
      best = brackets.ccsid;
    }
  }
  return best;
}

EbcdicText::EbcdicText(int32_t ccsid) {
  const auto* const table = CharactersOfSet(ccsid);
  auto set = table != nullptr ? *table
             : ccsid > 0      ? CharactersOfLibc(ccsid)
                              : *CharactersOfSet(kDefaultSet);
  if (!IsEbcdicSet(set)) set = *CharactersOfSet(kDefaultSet);
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
