// A JSON number of seconds as nanoseconds, exactly.
#ifndef MQWARDEN_INGEST_SECONDS_H_
#define MQWARDEN_INGEST_SECONDS_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace mqwarden {

// `1.506625`, `2e-05`, `-3`. Nullopt where the value is no whole number of
// nanoseconds or does not fit 64 bits. `number` follows the grammar of JSON.
std::optional<int64_t> ParseJsonSeconds(std::string_view number);

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_SECONDS_H_
