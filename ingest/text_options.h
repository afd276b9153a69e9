// What the user says of records of text that leave something open.
#ifndef MQWARDEN_INGEST_TEXT_OPTIONS_H_
#define MQWARDEN_INGEST_TEXT_OPTIONS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "mqwarden/base/time.h"

namespace mqwarden {

enum class DateOrder : uint8_t { kMdy, kDmy, kYmd };

// What a record of text may leave open, given by the user.
struct TextOptions {
  // For sources whose times carry no zone. Without it they are read as UTC.
  std::optional<absl::TimeZone> zone;
  // For error logs without a Time() line; without it the order is inferred where
  // only one is possible.
  std::optional<DateOrder> date_order;
  // Supplies the year where a source has none: the first year in which the date
  // is not before this instant.
  std::optional<Time> from;
  // The coded character set of streams in EBCDIC: 37, 500, 1047, 1140 or another
  // of single bytes that libc knows. 0: by inspection.
  int32_t ebcdic_ccsid = 0;
  // How messages of QSYSOPR look; empty: the default.
  std::string qsysopr_pattern;
};

// `Europe/London`, `UTC`, `+02:00`, `-0530`. Nullopt for a zone that the zone
// database of this machine does not have.
std::optional<absl::TimeZone> FindTimeZone(std::string_view name);
std::optional<DateOrder> FindDateOrder(std::string_view name);  // "mdy"

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_TEXT_OPTIONS_H_
