// Dates and times as logs write them in the place where they run.
//
// All functions are pure and thread-safe.
#ifndef MQWARDEN_INGEST_FORMATS_LOCAL_TIME_H_
#define MQWARDEN_INGEST_FORMATS_LOCAL_TIME_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/time/time.h"
#include "mqwarden/base/time.h"
#include "mqwarden/ingest/civil_time.h"
#include "mqwarden/ingest/text_options.h"

namespace mqwarden {

// The date and time that lead a record of an error log, in any of the orders and
// spellings of the locales. Where day and month cannot be told apart by their
// numbers `order` decides; without it there is no time.
std::optional<CivilTime> ParseLocalTime(std::string_view text,
                                        std::optional<DateOrder> order);

struct Stamp {
  Time time;
  int64_t quality = 0;  // value of the enum
};

// The time that an event of a logger states: digits from the year to microseconds
// (`20120418163258988000`), `2019-04-24-15.31.58.000`, `2019-04-24 15:31:58`,
// `Apr 24 2019 15:31:58`, milliseconds since the epoch. A zone that it states goes
// before `zone`.
std::optional<Stamp> ParseStamp(std::string_view text,
                                const std::optional<absl::TimeZone>& zone);

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_FORMATS_LOCAL_TIME_H_
