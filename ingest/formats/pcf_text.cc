#include "mqwarden/ingest/formats/pcf_text.h"

#include <iconv.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "mqwarden/base/utf8.h"

namespace mqwarden {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

using Table = std::array<char16_t, 256>;

// CCSID 37. Those of the other Latin EBCDIC sets differ in a few places.
constexpr Table kEbcdic37 = {{
    0x00, 0x01, 0x02, 0x03, 0x9C, 0x09, 0x86, 0x7F, 0x97, 0x8D, 0x8E, 0x0B,
    0x0C, 0x0D, 0x0E, 0x0F, 0x10, 0x11, 0x12, 0x13, 0x9D, 0x85, 0x08, 0x87,
    0x18, 0x19, 0x92, 0x8F, 0x1C, 0x1D, 0x1E, 0x1F, 0x80, 0x81, 0x82, 0x83,
    0x84, 0x0A, 0x17, 0x1B, 0x88, 0x89, 0x8A, 0x8B, 0x8C, 0x05, 0x06, 0x07,
    0x90, 0x91, 0x16, 0x93, 0x94, 0x95, 0x96, 0x04, 0x98, 0x99, 0x9A, 0x9B,
    0x14, 0x15, 0x9E, 0x1A, 0x20, 0xA0, 0xE2, 0xE4, 0xE0, 0xE1, 0xE3, 0xE5,
    0xE7, 0xF1, 0xA2, 0x2E, 0x3C, 0x28, 0x2B, 0x7C, 0x26, 0xE9, 0xEA, 0xEB,
    0xE8, 0xED, 0xEE, 0xEF, 0xEC, 0xDF, 0x21, 0x24, 0x2A, 0x29, 0x3B, 0xAC,
    0x2D, 0x2F, 0xC2, 0xC4, 0xC0, 0xC1, 0xC3, 0xC5, 0xC7, 0xD1, 0xA6, 0x2C,
    0x25, 0x5F, 0x3E, 0x3F, 0xF8, 0xC9, 0xCA, 0xCB, 0xC8, 0xCD, 0xCE, 0xCF,
    0xCC, 0x60, 0x3A, 0x23, 0x40, 0x27, 0x3D, 0x22, 0xD8, 0x61, 0x62, 0x63,
    0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0xAB, 0xBB, 0xF0, 0xFD, 0xFE, 0xB1,
    0xB0, 0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F, 0x70, 0x71, 0x72, 0xAA, 0xBA,
    0xE6, 0xB8, 0xC6, 0xA4, 0xB5, 0x7E, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78,
    0x79, 0x7A, 0xA1, 0xBF, 0xD0, 0xDD, 0xDE, 0xAE, 0x5E, 0xA3, 0xA5, 0xB7,
    0xA9, 0xA7, 0xB6, 0xBC, 0xBD, 0xBE, 0x5B, 0x5D, 0xAF, 0xA8, 0xB4, 0xD7,
    0x7B, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0xAD, 0xF4,
    0xF6, 0xF2, 0xF3, 0xF5, 0x7D, 0x4A, 0x4B, 0x4C, 0x4D, 0x4E, 0x4F, 0x50,
    0x51, 0x52, 0xB9, 0xFB, 0xFC, 0xF9, 0xFA, 0xFF, 0x5C, 0xF7, 0x53, 0x54,
    0x55, 0x56, 0x57, 0x58, 0x59, 0x5A, 0xB2, 0xD4, 0xD6, 0xD2, 0xD3, 0xD5,
    0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0xB3, 0xDB,
    0xDC, 0xD9, 0xDA, 0x9F,
}};

struct Variant {
  unsigned char byte;
  char16_t character;
};

template <size_t kSize>
constexpr Table With(Table table, const Variant (&variants)[kSize]) {
  for (const Variant& v : variants) table[v.byte] = v.character;
  return table;
}

constexpr Variant kVariants500[] = {
    {0x4A, u'['}, {0x4F, u'!'},    {0x5A, u']'}, {0x5F, u'^'},
    {0xB0, 0xA2}, {0xBA, 0xAC},    {0xBB, u'|'},
};
constexpr Variant kVariants1047[] = {
    {0x5F, u'^'}, {0xAD, u'['}, {0xB0, 0xAC},
    {0xBA, 0xDD}, {0xBB, 0xA8}, {0xBD, u']'},
};
constexpr Variant kVariants1140[] = {{0x9F, 0x20AC}};

constexpr Table kEbcdic500 = With(kEbcdic37, kVariants500);
constexpr Table kEbcdic1047 = With(kEbcdic37, kVariants1047);
constexpr Table kEbcdic1140 = With(kEbcdic37, kVariants1140);

constexpr Table Latin1() {
  Table table{};
  for (size_t i = 0; i < table.size(); ++i) table[i] = static_cast<char16_t>(i);
  return table;
}
constexpr Table kLatin1 = Latin1();

// Of CCSID 1252, from 0x80.
constexpr char16_t kWindows[] = {
    0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
    0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD,
    0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178,
};

constexpr Table Windows1252() {
  Table table = Latin1();
  for (size_t i = 0; i < std::size(kWindows); ++i) table[0x80 + i] = kWindows[i];
  return table;
}
constexpr Table kWindows1252 = Windows1252();

constexpr int32_t kUtf8 = 1208;

const Table* TableOf(int32_t ccsid) {
  switch (ccsid) {
    case 37:
      return &kEbcdic37;
    case 500:
      return &kEbcdic500;
    case 819:
      return &kLatin1;
    case 1047:
      return &kEbcdic1047;
    case 1140:
      return &kEbcdic1140;
    case 1252:
    case 5348:  // with the euro sign, as 1252 has it today
      return &kWindows1252;
    default:
      return nullptr;
  }
}

// Sets in which bytes below 0x80 are ASCII, so that most text is UTF-8 as it
// stands. Others may be as well; they only take longer.
bool ExtendsAscii(int32_t ccsid) {
  switch (ccsid) {
    case 437:
    case 819:
    case 850:
    case 858:
    case 923:
    case kUtf8:
    case 1252:
    case 5348:
      return true;
    default:
      return false;
  }
}

// Names of libc that do not follow from the number.
struct SetName {
  int32_t ccsid;
  const char* name;
};
constexpr SetName kSetNames[] = {
    {367, "ANSI_X3.4-1968"}, {813, "ISO-8859-7"},  {878, "KOI8-R"},
    {912, "ISO-8859-2"},     {913, "ISO-8859-3"},  {914, "ISO-8859-4"},
    {915, "ISO-8859-5"},     {916, "ISO-8859-8"},  {920, "ISO-8859-9"},
    {921, "ISO-8859-13"},    {923, "ISO-8859-15"}, {950, "BIG5"},
    {954, "EUC-JP"},         {964, "EUC-TW"},      {970, "EUC-KR"},
    {1051, "HP-ROMAN8"},     {1089, "ISO-8859-6"}, {1168, "KOI8-U"},
    {1200, "UTF-16BE"},      {1202, "UTF-16LE"},   {1232, "UTF-32BE"},
    {1234, "UTF-32LE"},      {1275, "MACINTOSH"},  {1363, "UHC"},
    {1383, "EUC-CN"},        {1386, "GBK"},        {1392, "GB18030"},
    {5026, "IBM930"},        {5035, "IBM939"},     {5050, "EUC-JP"},
    {5346, "CP1250"},        {5347, "CP1251"},     {5349, "CP1253"},
    {5350, "CP1254"},        {5351, "CP1255"},     {5352, "CP1256"},
    {5353, "CP1257"},        {5354, "CP1258"},     {5488, "GB18030"},
    {13488, "UTF-16BE"},     {17584, "UTF-16BE"},  {33722, "EUC-JP"},
};

const iconv_t kNotOpened = reinterpret_cast<iconv_t>(-1);

// Null where libc does not know the set.
iconv_t OpenSet(int32_t ccsid) {
  for (const SetName& set : kSetNames) {
    if (set.ccsid != ccsid) continue;
    const iconv_t opened = iconv_open("UTF-8", set.name);
    return opened == kNotOpened ? nullptr : opened;
  }
  for (const char* const form : {"CP%03d", "IBM%03d", "IBM-%d"}) {
    char name[16];
    std::snprintf(name, sizeof(name), form, static_cast<int>(ccsid));
    const iconv_t opened = iconv_open("UTF-8", name);
    if (opened != kNotOpened) return opened;
  }
  return nullptr;
}

bool IsAscii(std::string_view bytes) {
  unsigned char all = 0;
  for (const char c : bytes) all |= static_cast<unsigned char>(c);
  return all < 0x80;
}

// Up to the first NUL, without the blanks at the end.
std::string_view Trim(std::string_view text) {
  if (const void* nul = std::memchr(text.data(), 0, text.size())) {
    text = text.substr(0, static_cast<const char*>(nul) - text.data());
  }
  // Names are padded to their full size: many blanks at a time.
  constexpr uint64_t kEightBlanks = 0x2020202020202020u;
  while (text.size() >= 8) {
    uint64_t last;
    std::memcpy(&last, text.data() + text.size() - 8, 8);
    if (last != kEightBlanks) break;
    text.remove_suffix(8);
  }
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// Without the blanks that pad it, as Trim(); false where `*text` has a byte that is
// zero or no ASCII, which has to be looked at closely.
bool TrimAscii(std::string_view* text) {
  constexpr uint64_t kOnes = 0x0101010101010101u;
  std::string_view rest = *text;
  const auto eight_at = [&](size_t at) {
    uint64_t eight;
    std::memcpy(&eight, rest.data() + at, 8);
    return eight;
  };
  while (rest.size() >= 8 && eight_at(rest.size() - 8) == ' ' * kOnes) {
    rest.remove_suffix(8);
  }
  while (!rest.empty() && rest.back() == ' ') rest.remove_suffix(1);
  *text = rest;
  const size_t size = rest.size();
  if (size < 8) {
    for (const char c : rest) {
      if (static_cast<signed char>(c) <= 0) return false;
    }
    return true;
  }
  // A byte less one has its high bit where it was zero, or had it.
  uint64_t special = 0;
  for (size_t i = 0; i + 8 < size; i += 8) {
    special |= (eight_at(i) - kOnes) | eight_at(i);
  }
  special |= (eight_at(size - 8) - kOnes) | eight_at(size - 8);
  return (special & (0x80 * kOnes)) == 0;
}

void ConvertByTable(std::string_view bytes, const Table& table,
                    std::string* out) {
  for (const char c : bytes) {
    AppendUtf8(table[static_cast<unsigned char>(c)], out);
  }
}

// UTF-8 in which every byte that is none has been replaced.
void RepairUtf8(std::string_view bytes, std::string* out) {
  while (!bytes.empty()) {
    const Utf8Char c = DecodeUtf8(bytes);
    if (c.valid) {
      out->append(bytes.substr(0, c.size));
    } else {
      AppendUtf8(kReplacement, out);
    }
    bytes.remove_prefix(c.size);
  }
}

bool HasC1Control(std::string_view utf8) {
  for (size_t i = 0; i + 1 < utf8.size(); ++i) {
    if (static_cast<unsigned char>(utf8[i]) == 0xC2 &&
        static_cast<unsigned char>(utf8[i + 1]) < 0xA0) {
      return true;
    }
  }
  return false;
}

// Letters, digits, the blank and what else names are made of, in EBCDIC.
bool IsEbcdicNameByte(unsigned char c) {
  const unsigned char low = c & 0x0F;
  switch (c >> 4) {
    case 0x8: case 0x9: case 0xC: case 0xD:
      return low >= 1 && low <= 9;
    case 0xA: case 0xE:
      return low >= 2 && low <= 9;
    case 0xF:
      return low <= 9;
    default:  // blank . - / % _
      return c == 0x40 || c == 0x4B || c == 0x60 || c == 0x61 || c == 0x6C ||
             c == 0x6D;
  }
}

}  // namespace

const std::array<char16_t, 256>* CharactersOfSet(int32_t ccsid) {
  return TableOf(ccsid);
}

bool LooksLikeEbcdic(std::string_view bytes) {
  while (!bytes.empty() && bytes.back() == 0) bytes.remove_suffix(1);
  if (bytes.empty()) return false;
  const bool padded = bytes.ends_with("@@");  // 0x40 is the blank
  if (padded && bytes.find_first_not_of('@') == bytes.npos) return true;
  if (IsAscii(bytes)) return false;
  if (!padded && IsValidUtf8(bytes) && !HasC1Control(bytes)) return false;
  size_t fitting = 0;
  for (const char c : bytes) {
    if (IsEbcdicNameByte(static_cast<unsigned char>(c))) ++fitting;
  }
  return fitting * 4 >= bytes.size() * 3;
}

PcfText::~PcfText() {
  for (const Set& set : sets_) {
    if (set.descriptor != nullptr) iconv_close(set.descriptor);
  }
}

void PcfText::Start() {
  arena_.Reset();
  named_count_ = 0;
}

std::string_view PcfText::Decode(std::string_view bytes, int32_t ccsid) {
  if (bytes.empty()) return {};
  if (ccsid > 0 && ExtendsAscii(ccsid)) {
    std::string_view text = bytes;
    if (TrimAscii(&text)) return text;
  }
  if (ccsid <= 0 || ExtendsAscii(ccsid)) {
    const std::string_view text = Trim(bytes);
    // A run of @ may be blanks of EBCDIC.
    if (IsAscii(text) && (ccsid > 0 || !LooksLikeEbcdic(text))) return text;
  }
  return Convert(bytes, ccsid);
}

std::string_view PcfText::Convert(std::string_view bytes, int32_t ccsid) {
  scratch_.clear();
  if (ccsid == kUtf8) {
    const std::string_view text = Trim(bytes);
    if (IsValidUtf8(text)) return text;
    RepairUtf8(text, &scratch_);
    return KeepScratch();
  }
  if (const Table* const table = TableOf(ccsid)) {
    ConvertByTable(bytes, *table, &scratch_);
    return KeepScratch();
  }
  if (ccsid > 0 && ConvertByLibc(bytes, ccsid)) return KeepScratch();
  scratch_.clear();
  if (LooksLikeEbcdic(bytes)) {
    ConvertByTable(bytes, kEbcdic37, &scratch_);
    return KeepScratch();
  }
  const std::string_view text = Trim(bytes);
  if (IsValidUtf8(text)) return text;
  ConvertByTable(text, kLatin1, &scratch_);
  return KeepScratch();
}

std::string_view PcfText::KeepScratch() { return arena_.Copy(Trim(scratch_)); }

// False where libc does not know the set.
bool PcfText::ConvertByLibc(std::string_view bytes, int32_t ccsid) {
  const iconv_t descriptor = MayName(ccsid) ? Descriptor(ccsid) : nullptr;
  if (descriptor == nullptr) return false;
  iconv(descriptor, nullptr, nullptr, nullptr, nullptr);
  char piece[1024];
  char* in = const_cast<char*>(bytes.data());  // which iconv does not change
  size_t in_left = bytes.size();
  while (in_left > 0) {
    char* out = piece;
    size_t out_left = sizeof(piece);
    const size_t result = iconv(descriptor, &in, &in_left, &out, &out_left);
    scratch_.append(piece, sizeof(piece) - out_left);
    if (result != static_cast<size_t>(-1) || errno == E2BIG) continue;
    // A byte that is no character, or the first of one that is cut off.
    AppendUtf8(kReplacement, &scratch_);
    ++in;
    --in_left;
  }
  // Some sets hold a character back, in case that its accent follows.
  char* out = piece;
  size_t out_left = sizeof(piece);
  iconv(descriptor, nullptr, nullptr, &out, &out_left);
  scratch_.append(piece, sizeof(piece) - out_left);
  return true;
}

// To open a set is slow, and a hostile message could name one per parameter.
bool PcfText::MayName(int32_t ccsid) {
  for (size_t i = 0; i < named_count_; ++i) {
    if (named_[i] == ccsid) return true;
  }
  if (named_count_ == named_.size()) return false;
  named_[named_count_++] = ccsid;
  return true;
}

// The least recently used set makes room for a further one.
void* PcfText::Descriptor(int32_t ccsid) {
  Set* oldest = &sets_[0];
  for (Set& set : sets_) {
    if (set.ccsid == ccsid) {
      set.last_use = ++uses_;
      return set.descriptor;
    }
    if (set.last_use < oldest->last_use) oldest = &set;
  }
  if (oldest->descriptor != nullptr) iconv_close(oldest->descriptor);
  *oldest = {ccsid, OpenSet(ccsid), ++uses_};
  return oldest->descriptor;
}

}  // namespace mqwarden
