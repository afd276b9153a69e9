#include "mqwarden/ingest/text_options.h"

#include <cstddef>

#include "mqwarden/base/text.h"

namespace mqwarden {
namespace {

// Of an offset `+hh:mm`, `+hhmm` or `+hh`, in seconds; nullopt for another text.
std::optional<int> ParseOffset(std::string_view text) {
  if (text.empty() || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  const bool is_west = text[0] == '-';
  text.remove_prefix(1);
  int digits[4] = {};
  size_t count = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ':' && i == 2 && text.size() == 5) continue;
    if (text[i] < '0' || text[i] > '9' || count == 4) return std::nullopt;
    digits[count++] = text[i] - '0';
  }
  if (count != 2 && count != 4) return std::nullopt;
  const int hours = digits[0] * 10 + digits[1];
  const int minutes = digits[2] * 10 + digits[3];
  if (hours > 14 || minutes > 59) return std::nullopt;
  const int seconds = (hours * 60 + minutes) * 60;
  return is_west ? -seconds : seconds;
}

}  // namespace

std::optional<absl::TimeZone> FindTimeZone(std::string_view name) {
  if (const std::optional<int> offset = ParseOffset(name)) {
    return absl::FixedTimeZone(*offset);
  }
  // The loader reads files: a name must not lead out of the zone database.
  if (name.empty() || name.front() == '/' || name.find("..") != name.npos) {
    return std::nullopt;
  }
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(ToAbsl(name), &zone)) return std::nullopt;
  return zone;
}

std::optional<DateOrder> FindDateOrder(std::string_view name) {
  if (name == "mdy") return DateOrder::kMdy;
  if (name == "dmy") return DateOrder::kDmy;
  if (name == "ymd") return DateOrder::kYmd;
  return std::nullopt;
}

}  // namespace mqwarden
