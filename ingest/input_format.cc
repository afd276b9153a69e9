#include "mqwarden/ingest/input_format.h"

#include <cstddef>
#include <iterator>

namespace mqwarden {
namespace {

// In the order of InputFormat.
constexpr std::string_view kNames[] = {
    "auto",   "amqsevt", "pcf",       "dmpmqmsg", "oamok",  "oamlog", "mqcci",
    "mqausx", "mqauditor", "amqerr", "syslog",   "zos",    "ndjson",
};
static_assert(std::size(kNames) ==
              static_cast<size_t>(InputFormat::kNdjson) + 1);

}  // namespace

std::string_view InputFormatName(InputFormat format) {
  return kNames[static_cast<size_t>(format)];
}

std::optional<InputFormat> FindInputFormat(std::string_view name) {
  for (size_t i = 0; i < std::size(kNames); ++i) {
    if (kNames[i] == name) return static_cast<InputFormat>(i);
  }
  return std::nullopt;
}

}  // namespace mqwarden
