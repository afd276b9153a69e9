// Why a record became no event. The names are part of the statistics.
#ifndef MQWARDEN_INGEST_REJECT_H_
#define MQWARDEN_INGEST_REJECT_H_

#include <string>
#include <string_view>

namespace mqwarden {

inline constexpr std::string_view kNotJson = "not_json";
inline constexpr std::string_view kTooLong = "too_long";
inline constexpr std::string_view kTruncated = "truncated";
inline constexpr std::string_view kUnrecognised = "unrecognised";
inline constexpr std::string_view kUnsupportedFormat = "unsupported_format";
inline constexpr std::string_view kWrongFormat = "wrong_format";
inline constexpr std::string_view kBadLength = "bad_length";
inline constexpr std::string_view kBadValue = "bad_value";
inline constexpr std::string_view kNoKind = "no_kind";
inline constexpr std::string_view kNoYear = "no_year";

struct Reject {
  std::string_view reason;  // one of the above
  std::string detail;       // one clause for people; may be empty
};

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_REJECT_H_
