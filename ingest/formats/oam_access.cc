#include "mqwarden/ingest/formats/oam_access.h"

#include <charconv>
#include <system_error>

#include "mqwarden/base/text.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

struct AuthorityRow {
  int64_t bit;
  std::string_view word;
};

// In ascending order of the bits.
constexpr AuthorityRow kAuthorities[] = {
    {1, "connect"},       {2, "browse"},        {4, "get"},
    {8, "put"},           {16, "inq"},          {32, "set"},
    {64, "passid"},       {128, "passall"},     {256, "setid"},
    {512, "setall"},      {1024, "altusr"},     {2048, "pub"},
    {4096, "sub"},        {8192, "resume"},     {65536, "crt"},
    {131072, "dlt"},      {262144, "dsp"},      {524288, "chg"},
    {1048576, "clr"},     {2097152, "ctrl"},    {4194304, "ctrlx"},
    {8388608, "auth"},    {33554432, "system"},
};

consteval int64_t ObjectCode(std::string_view name) {
  return EnumCode(EnumType::kObjectType, name);
}

struct ObjectRow {
  std::string_view name;  // lower case, without blanks
  int64_t object_type;
};

constexpr ObjectRow kObjects[] = {
    {"queue", ObjectCode("queue")},
    {"aliasqueue", ObjectCode("queue")},
    {"modelqueue", ObjectCode("queue")},
    {"localqueue", ObjectCode("queue")},
    {"remotequeue", ObjectCode("queue")},
    {"aliasq", ObjectCode("queue")},
    {"modelq", ObjectCode("queue")},
    {"localq", ObjectCode("queue")},
    {"remoteq", ObjectCode("queue")},
    {"q", ObjectCode("queue")},
    {"qmgr", ObjectCode("qmgr")},
    {"topic", ObjectCode("topic")},
    {"process", ObjectCode("process")},
    {"namelist", ObjectCode("namelist")},
    {"authinfo", ObjectCode("authinfo")},
    {"listener", ObjectCode("listener")},
    {"service", ObjectCode("service")},
    {"comminfo", ObjectCode("comminfo")},
    {"chlauth", ObjectCode("chlauth")},
    {"channelauth", ObjectCode("chlauth")},
    {"cfstruc", ObjectCode("cfstruct")},
    {"storageclass", ObjectCode("stgclass")},
};

}  // namespace

std::optional<int64_t> ParseAuthorities(std::string_view text) {
  if (!text.starts_with("0x") && !text.starts_with("0X")) return std::nullopt;
  text.remove_prefix(2);
  uint32_t bits = 0;
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, bits, 16);
  if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return bits;
}

void AccessOfAuthorities(int64_t mqzao, std::vector<std::string_view>* words) {
  words->clear();
  for (const AuthorityRow& row : kAuthorities) {
    if ((mqzao & row.bit) != 0) words->push_back(row.word);
  }
}

bool IsAccessWord(std::string_view word) {
  for (const AuthorityRow& row : kAuthorities) {
    if (row.word == word) return true;
  }
  return false;
}

std::optional<int64_t> ObjectTypeOfOam(std::string_view name) {
  if (name.empty()) return std::nullopt;
  constexpr size_t kMaxBytes = 32;
  char folded[kMaxBytes];
  size_t size = 0;
  for (const char c : name) {
    if (c == ' ') continue;
    if (size == kMaxBytes) return ObjectCode("other");
    folded[size++] = AsciiLower(c);
  }
  const std::string_view key(folded, size);
  for (const ObjectRow& row : kObjects) {
    if (row.name == key) return row.object_type;
  }
  // `channel`, `svrconnChannel`, `Channel Sender`.
  if (key.starts_with("channel") || key.ends_with("channel")) {
    return ObjectCode("channel");
  }
  return ObjectCode("other");
}

}  // namespace mqwarden
