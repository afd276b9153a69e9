#include "mqwarden/ingest/formats/message_facts.h"

#include <chrono>
#include <cstddef>

namespace mqwarden {
namespace {

constexpr size_t kDateDigits = 8;
constexpr size_t kTimeDigits = 8;  // hundredths included

// The number of decimal digits at `at`; -1 where one is none.
int NumberAt(std::string_view digits, size_t at, size_t size) {
  int number = 0;
  for (const char c : digits.substr(at, size)) {
    if (c < '0' || c > '9') return -1;
    number = number * 10 + (c - '0');
  }
  return number;
}

}  // namespace

std::optional<Time> ParsePutTime(std::string_view date, std::string_view time) {
  if (date.size() != kDateDigits || time.size() != kTimeDigits) {
    return std::nullopt;
  }
  const int year = NumberAt(date, 0, 4);
  const int month = NumberAt(date, 4, 2);
  const int day = NumberAt(date, 6, 2);
  const int hour = NumberAt(time, 0, 2);
  const int minute = NumberAt(time, 2, 2);
  const int second = NumberAt(time, 4, 2);
  const int hundredths = NumberAt(time, 6, 2);
  constexpr int kFirstYear = 1678;  // in nanoseconds since 1970
  constexpr int kLastYear = 2261;
  const std::chrono::year_month_day when{
      std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
      std::chrono::day(static_cast<unsigned>(day))};
  if (year < kFirstYear || year > kLastYear || !when.ok() || hour < 0 ||
      hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60 ||
      hundredths < 0) {
    return std::nullopt;
  }
  return Time(std::chrono::sys_days(when)) + std::chrono::hours(hour) +
         std::chrono::minutes(minute) + std::chrono::seconds(second) +
         std::chrono::milliseconds(10 * hundredths);
}

}  // namespace mqwarden
