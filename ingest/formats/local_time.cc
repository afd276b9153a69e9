#include "mqwarden/ingest/formats/local_time.h"

#include <array>
#include <cstddef>

#include "mqwarden/base/text.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

// Behind it no date of a locale goes on.
constexpr size_t kMaxDateBytes = 64;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

struct Meridian {
  std::string_view word;
  bool evening;
};
// Of the locales that write one; "AM" and "PM" in any case.
constexpr Meridian kMeridians[] = {
    {"AM", false},   {"PM", true},    {"A.M.", false}, {"P.M.", true},
    {"上午", false}, {"下午", true},  {"午前", false}, {"午後", true},
    {"오전", false}, {"오후", true},
};

std::optional<bool> IsEvening(std::string_view text) {
  for (size_t at = 0; at < text.size(); ++at) {
    if (at > 0 && !IsBlank(text[at - 1]) && !IsDigit(text[at - 1])) continue;
    for (const Meridian& m : kMeridians) {
      if (EqualsIgnoreAsciiCase(text.substr(at, m.word.size()), m.word)) {
        return m.evening;
      }
    }
  }
  return std::nullopt;
}

bool IsDate(int month, int day) {
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

struct Digits {
  int value = 0;
  size_t size = 0;
};

// `20120418163258988000`: from the year to microseconds, or less of these.
std::optional<CivilTime> ParseDigitStamp(std::string_view text) {
  if (text.size() < 14 || text.size() > 23 ||
      text.find_first_not_of("0123456789") != text.npos) {
    return std::nullopt;
  }
  CivilScanner scanner(text);
  CivilTime civil;
  civil.year = scanner.Number(4);
  civil.month = scanner.Number(2);
  civil.day = scanner.Number(2);
  civil.hour = scanner.Number(2);
  civil.minute = scanner.Number(2);
  civil.second = scanner.Number(2);
  int64_t unit = 100'000'000;
  for (const char c : scanner.rest()) {
    civil.nanos += (c - '0') * unit;
    unit /= 10;
  }
  return civil;
}

// `2019-04-24-15.31.58.000`, `2019-04-24 15:31:58`, `Apr 24 2019 15:31:58`.
std::optional<CivilTime> ParsePartedStamp(std::string_view text, int* offset,
                                          bool* has_offset) {
  CivilScanner scanner(text);
  CivilTime civil;
  if (!text.empty() && IsDigit(text.front())) {
    scanner.YearMonthDay(&civil);
    if (!scanner.Accept('-') && !scanner.Accept('T')) scanner.Blanks();
  } else {
    civil.month = scanner.MonthName();
    scanner.Blanks();
    civil.day = scanner.Number(1, 2);
    scanner.Blanks();
    civil.year = scanner.Number(4);
    scanner.Blanks();
  }
  civil.hour = scanner.Number(2);
  const char separator = scanner.rest().starts_with('.') ? '.' : ':';
  scanner.Expect(separator);
  civil.minute = scanner.Number(2);
  scanner.Expect(separator);
  civil.second = scanner.Number(2);
  if (scanner.Accept('.')) {
    int64_t unit = 100'000'000;
    for (const char c : scanner.rest()) {
      if (!IsDigit(c) || unit == 0) break;
      civil.nanos += (c - '0') * unit;
      unit /= 10;
    }
  }
  const size_t sign = scanner.rest().find_first_of("Z+-");
  if (scanner.ok() && sign != text.npos) {
    CivilScanner zone(scanner.rest().substr(sign));
    if (const auto minutes = zone.Offset(); minutes.has_value() && zone.ok()) {
      *offset = *minutes;
      *has_offset = true;
    }
  }
  return scanner.ok() ? std::optional(civil) : std::nullopt;
}

// Milliseconds since the epoch.
std::optional<Time> ParseEpoch(std::string_view text) {
  if (text.size() != 13 ||
      text.find_first_not_of("0123456789") != text.npos) {
    return std::nullopt;
  }
  int64_t millis = 0;
  for (const char c : text) millis = millis * 10 + (c - '0');
  constexpr int64_t kNanosPerMilli = 1'000'000;
  int64_t nanos = 0;
  if (__builtin_mul_overflow(millis, kNanosPerMilli, &nanos)) return std::nullopt;
  return Time(Duration(nanos));
}

}  // namespace

std::optional<CivilTime> ParseLocalTime(std::string_view text,
                                        std::optional<DateOrder> order) {
  text = text.substr(0, kMaxDateBytes);
  std::array<Digits, 7> numbers;
  size_t count = 0;
  int month_name = 0;
  for (size_t i = 0; i < text.size();) {
    if (IsDigit(text[i])) {
      if (count == numbers.size()) break;
      Digits& n = numbers[count++];
      while (i < text.size() && IsDigit(text[i])) {
        if (++n.size > 9) return std::nullopt;
        n.value = n.value * 10 + (text[i++] - '0');
      }
      continue;
    }
    // A month by its name, where a word begins.
    if (month_name == 0 && (i == 0 || IsBlank(text[i - 1]) ||
                            text[i - 1] == '-' || text[i - 1] == '/')) {
      CivilScanner scanner(text.substr(i));
      const int month = scanner.MonthName();
      if (scanner.ok()) month_name = month;
    }
    ++i;
  }

  CivilTime civil;
  size_t clock = 3;
  int year = 0;
  size_t year_digits = 0;
  if (month_name != 0) {
    // `13 Jul 2018 07:06:00`, `Fri Jul 13 07:06:00 2018`.
    if (count < 5) return std::nullopt;
    const bool year_last = numbers[4].size == 4;
    clock = year_last ? 1 : 2;
    const Digits& stated = year_last ? numbers[4] : numbers[1];
    civil.month = month_name;
    civil.day = numbers[0].value;
    year = stated.value;
    year_digits = stated.size;
  } else {
    if (count < 6) return std::nullopt;
    const Digits& a = numbers[0];
    const Digits& b = numbers[1];
    const Digits& c = numbers[2];
    const bool year_first =
        a.size == 4 || (c.size <= 2 && (a.value > 31 || order == DateOrder::kYmd));
    if (year_first) {
      year = a.value;
      year_digits = a.size;
      civil.month = b.value;
      civil.day = c.value;
    } else {
      year = c.value;
      year_digits = c.size;
      const bool may_be_mdy = IsDate(a.value, b.value);
      const bool may_be_dmy = IsDate(b.value, a.value);
      bool mdy = may_be_mdy;
      if (may_be_mdy && may_be_dmy && a.value != b.value) {
        if (!order.has_value() || order == DateOrder::kYmd) return std::nullopt;
        mdy = order == DateOrder::kMdy;
      }
      civil.month = mdy ? a.value : b.value;
      civil.day = mdy ? b.value : a.value;
    }
  }
  if (year_digits == 2) {
    year += 2000;  // the logs are younger than that
  } else if (year_digits != 4) {
    return std::nullopt;
  }
  civil.year = year;
  civil.hour = numbers[clock].value;
  civil.minute = numbers[clock + 1].value;
  civil.second = numbers[clock + 2].value;
  if (const auto evening = IsEvening(text)) {
    if (civil.hour < 1 || civil.hour > 12) return std::nullopt;
    civil.hour = civil.hour % 12 + (*evening ? 12 : 0);
  }
  if (!ComposeTime(civil, 0).has_value()) return std::nullopt;
  return civil;
}

std::optional<Stamp> ParseStamp(std::string_view text,
                                const std::optional<absl::TimeZone>& zone) {
  constexpr int64_t kExact = EnumCode(EnumType::kTimeQuality, "exact");
  if (const auto time = ParseEpoch(text)) return Stamp{*time, kExact};
  int offset = 0;
  bool has_offset = false;
  auto civil = ParseDigitStamp(text);
  if (!civil.has_value()) civil = ParsePartedStamp(text, &offset, &has_offset);
  if (!civil.has_value()) return std::nullopt;
  const auto time =
      has_offset ? ComposeTime(*civil, offset) : ComposeTime(*civil, zone);
  if (!time.has_value()) return std::nullopt;
  return Stamp{*time, has_offset ? kExact : TimeQualityOf(zone)};
}

}  // namespace mqwarden
