#include "mqwarden/ingest/civil_time.h"

#include <chrono>

#include "absl/time/civil_time.h"
#include "mqwarden/base/text.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

constexpr int64_t kNanosPerSecond = 1'000'000'000;
constexpr int64_t kSecondsPerDay = 86'400;
constexpr int kMaxYear = 9999;
// A leap day is eight years from the next one around 1900 and 2100.
constexpr int kMaxYearsAhead = 8;
constexpr Duration kHalfYear = std::chrono::hours(24 * 183);
constexpr Duration kLate = std::chrono::hours(24);

constexpr std::string_view kMonths[] = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun",
    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsLetter(char c) {
  c = AsciiLower(c);
  return c >= 'a' && c <= 'z';
}

// Days from the epoch to a date that exists.
std::optional<int64_t> DaysOf(const CivilTime& civil) {
  if (!civil.year.has_value() || *civil.year < 0 || *civil.year > kMaxYear ||
      civil.month < 1 || civil.month > 12 || civil.day < 1 || civil.day > 31 ||
      civil.hour < 0 || civil.hour > 23 || civil.minute < 0 ||
      civil.minute > 59 || civil.second < 0 || civil.second > 60 ||
      civil.nanos < 0 || civil.nanos >= kNanosPerSecond) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{
      std::chrono::year(*civil.year),
      std::chrono::month(static_cast<unsigned>(civil.month)),
      std::chrono::day(static_cast<unsigned>(civil.day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

std::optional<Time> FromSeconds(int64_t seconds, int64_t nanos) {
  // Before the epoch the fraction counts towards it, so that the product below
  // overflows only where the sum does.
  if (seconds < 0 && nanos > 0) {
    ++seconds;
    nanos -= kNanosPerSecond;
  }
  int64_t total = 0;
  if (__builtin_mul_overflow(seconds, kNanosPerSecond, &total) ||
      __builtin_add_overflow(total, nanos, &total)) {
    return std::nullopt;
  }
  return Time(Duration(total));
}

}  // namespace

int CivilScanner::Number(size_t min_digits, size_t max_digits) {
  int value = 0;
  size_t size = 0;
  while (size < max_digits && size < rest_.size() && IsDigit(rest_[size])) {
    value = value * 10 + (rest_[size++] - '0');
  }
  if (size < min_digits) ok_ = false;
  rest_.remove_prefix(size);
  return value;
}

bool CivilScanner::Accept(char c) {
  if (!ok_ || rest_.empty() || rest_.front() != c) return false;
  rest_.remove_prefix(1);
  return true;
}

void CivilScanner::Expect(char c) {
  if (!Accept(c)) ok_ = false;
}

void CivilScanner::SkipBlanks() {
  while (Accept(' ')) {
  }
}

void CivilScanner::Blanks() {
  Expect(' ');
  SkipBlanks();
}

int CivilScanner::MonthName() {
  int month = 0;
  for (const std::string_view name : kMonths) {
    ++month;
    if (EqualsIgnoreAsciiCase(rest_.substr(0, name.size()), name)) {
      rest_.remove_prefix(name.size());
      return month;
    }
  }
  ok_ = false;
  return 1;
}

void CivilScanner::WeekdayName() {
  for (int i = 0; i < 3; ++i) {
    if (rest_.empty() || !IsLetter(rest_.front())) {
      ok_ = false;
      return;
    }
    rest_.remove_prefix(1);
  }
}

void CivilScanner::YearMonthDay(CivilTime* out) {
  out->year = Number(4);
  const char separator = rest_.empty() ? '\0' : rest_.front();
  if (separator != '/' && separator != '-' && separator != '.') ok_ = false;
  Expect(separator);
  out->month = Number(2);
  Expect(separator);
  out->day = Number(2);
}

void CivilScanner::TimeOfDay(CivilTime* out) {
  out->hour = Number(1, 2);
  Expect(':');
  out->minute = Number(2);
  Expect(':');
  out->second = Number(2);
  out->nanos = 0;
  if (!ok_ || rest_.size() < 2 || (rest_[0] != '.' && rest_[0] != ',') ||
      !IsDigit(rest_[1])) {
    return;
  }
  size_t at = 1;
  int64_t unit = kNanosPerSecond / 10;
  for (; at < rest_.size() && IsDigit(rest_[at]); ++at, unit /= 10) {
    out->nanos += (rest_[at] - '0') * unit;
  }
  rest_.remove_prefix(at);
}

void CivilScanner::Meridian(CivilTime* out) {
  if (!ok_) return;
  std::string_view word = rest_;
  while (word.starts_with(' ')) word.remove_prefix(1);
  const bool morning = EqualsIgnoreAsciiCase(word.substr(0, 2), "AM");
  const bool evening = EqualsIgnoreAsciiCase(word.substr(0, 2), "PM");
  if ((!morning && !evening) || (word.size() > 2 && IsLetter(word[2]))) return;
  rest_ = word.substr(2);
  if (out->hour < 1 || out->hour > 12) {
    ok_ = false;
    return;
  }
  out->hour = out->hour % 12 + (evening ? 12 : 0);
}

std::optional<int> CivilScanner::Offset() {
  if (Accept('Z')) return 0;
  int sign = 1;
  if (Accept('-')) {
    sign = -1;
  } else if (!Accept('+')) {
    return std::nullopt;
  }
  const int hours = Number(2);
  int minutes = 0;
  if (Accept(':') || (!rest_.empty() && IsDigit(rest_.front()))) {
    minutes = Number(2);
  }
  if (hours > 23 || minutes > 59) ok_ = false;
  return sign * (hours * 60 + minutes);
}

std::optional<Time> ComposeTime(const CivilTime& civil, int offset_minutes) {
  const auto days = DaysOf(civil);
  if (!days.has_value()) return std::nullopt;
  return FromSeconds(*days * kSecondsPerDay + civil.hour * 3'600 +
                         (civil.minute - int64_t{offset_minutes}) * 60 +
                         civil.second,
                     civil.nanos);
}

std::optional<Time> ComposeTime(const CivilTime& civil,
                                const std::optional<absl::TimeZone>& zone) {
  if (!zone.has_value()) return ComposeTime(civil, 0);
  if (!DaysOf(civil).has_value()) return std::nullopt;
  const absl::CivilSecond local(*civil.year, civil.month, civil.day, civil.hour,
                                civil.minute, civil.second);
  return FromSeconds(absl::ToUnixSeconds(absl::FromCivil(local, *zone)),
                     civil.nanos);
}

int64_t TimeQualityOf(const std::optional<absl::TimeZone>& zone) {
  return zone.has_value() ? EnumCode(EnumType::kTimeQuality, "exact")
                          : EnumCode(EnumType::kTimeQuality, "no_zone");
}

std::optional<Time> YearTracker::Resolve(CivilTime civil) {
  if (!last_.has_value()) {
    if (!from_.has_value()) return std::nullopt;
    // A zone may be a day ahead of UTC.
    const std::chrono::year_month_day day(
        std::chrono::floor<std::chrono::days>(*from_));
    const int first = static_cast<int>(day.year()) - 1;
    for (int ahead = 0; ahead <= kMaxYearsAhead + 1; ++ahead) {
      civil.year = first + ahead;
      const auto time = ComposeTime(civil, zone_);
      if (time.has_value() && *time >= *from_) {
        last_ = time;
        year_ = *civil.year;
        return time;
      }
    }
    return std::nullopt;
  }

  civil.year = year_;
  auto time = ComposeTime(civil, zone_);
  const auto try_year = [&](int year) {
    civil.year = year;
    return ComposeTime(civil, zone_);
  };
  if (!time.has_value() || SaturatingSub(*last_, *time) > kHalfYear) {
    const auto next = try_year(year_ + 1);
    if (next.has_value()) {
      ++year_;
      last_ = next;
    }
    return next;
  }
  const auto before = try_year(year_ - 1);
  if (before.has_value() && SaturatingSub(*time, *last_) > kHalfYear &&
      SaturatingSub(*last_, *before) <= kLate && *before >= *from_) {
    return before;
  }
  last_ = time;
  return time;
}

}  // namespace mqwarden
