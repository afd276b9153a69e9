#include "mqwarden/ingest/seconds.h"

#include <charconv>
#include <cstddef>
#include <limits>
#include <string>
#include <system_error>

namespace mqwarden {
namespace {

constexpr int64_t kNanoDigits = 9;
// No exponent beyond it can be undone by digits that a record has room for.
constexpr int64_t kMaxExponent = 1 << 24;

}  // namespace

std::optional<int64_t> ParseJsonSeconds(std::string_view number) {
  const bool negative = number.starts_with('-');
  if (negative) number.remove_prefix(1);
  int64_t exponent = 0;
  if (const size_t e = number.find_first_of("eE"); e != number.npos) {
    std::string_view text = number.substr(e + 1);
    if (text.starts_with('+')) text.remove_prefix(1);
    const char* const end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, exponent);
    if (result.ec != std::errc() || result.ptr != end ||
        exponent > kMaxExponent || exponent < -kMaxExponent) {
      return std::nullopt;
    }
    number = number.substr(0, e);
  }

  // The digits without the point, as a whole number of 10^scale nanoseconds.
  std::string digits;
  int64_t scale = exponent + kNanoDigits;
  if (const size_t point = number.find('.'); point != number.npos) {
    digits.append(number.substr(0, point));
    digits.append(number.substr(point + 1));
    scale -= static_cast<int64_t>(number.size() - point - 1);
  } else {
    digits.append(number);
  }
  while (!digits.empty() && digits.back() == '0') {
    digits.pop_back();
    ++scale;
  }
  const size_t first = digits.find_first_not_of('0');
  if (first == digits.npos) return 0;
  digits.erase(0, first);
  if (scale < 0) return std::nullopt;
  constexpr size_t kMaxDigits = std::numeric_limits<int64_t>::digits10 + 1;
  if (scale > static_cast<int64_t>(kMaxDigits) ||
      digits.size() + static_cast<size_t>(scale) > kMaxDigits) {
    return std::nullopt;
  }
  digits.append(static_cast<size_t>(scale), '0');
  if (negative) digits.insert(0, 1, '-');
  int64_t nanos = 0;
  const auto result =
      std::from_chars(digits.data(), digits.data() + digits.size(), nanos);
  if (result.ec != std::errc()) return std::nullopt;
  return nanos;
}

}  // namespace mqwarden
