// What the two log modules of the authorization service, oamok and oamlog, have
// in common: the authorities of a request and the types of objects.
#ifndef MQWARDEN_INGEST_FORMATS_OAM_ACCESS_H_
#define MQWARDEN_INGEST_FORMATS_OAM_ACCESS_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace mqwarden {

inline constexpr int64_t kOamConnect = 1;  // MQZAO_CONNECT

// `0x02000001` as MQZAO bits; nullopt for any other text.
std::optional<int64_t> ParseAuthorities(std::string_view text);

// The access words of MQZAO bits, in ascending order of the bits. Bits that
// have no word, which no request has, are left out.
void AccessOfAuthorities(int64_t mqzao, std::vector<std::string_view>* words);
// Whether `word` is one of them.
bool IsAccessWord(std::string_view word);

// `object_type` of `qMgr`, `clntconnChannel`, `Alias Queue`, `Channel SvrConn`,
// without regard to case and blanks; nullopt for "".
std::optional<int64_t> ObjectTypeOfOam(std::string_view name);

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_FORMATS_OAM_ACCESS_H_
