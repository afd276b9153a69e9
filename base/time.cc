#include "mqwarden/base/time.h"

#include <cstddef>
#include <iterator>

namespace mqwarden {
namespace {

constexpr int64_t kNanosPerSecond = 1'000'000'000;

struct Unit {
  std::string_view name;
  int64_t nanos;
};

// Descending, which is also the order in which a duration's parts must stand.
constexpr Unit kUnits[] = {
    {"w", 7 * 86'400 * kNanosPerSecond},
    {"d", 86'400 * kNanosPerSecond},
    {"h", 3'600 * kNanosPerSecond},
    {"m", 60 * kNanosPerSecond},
    {"s", kNanosPerSecond},
    {"ms", 1'000'000},
    {"us", 1'000},
    {"ns", 1},
};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Reads text from the left; every failed step leaves `ok` false for good.
struct Scanner {
  std::string_view rest;
  bool ok = true;

  // Exactly `digits` decimal digits with a value from `low` to `high`.
  int Number(size_t digits, int low, int high) {
    if (rest.size() < digits) ok = false;
    if (!ok) return low;
    int value = 0;
    for (size_t i = 0; i < digits; ++i) {
      if (!IsDigit(rest[i])) {
        ok = false;
        return low;
      }
      value = value * 10 + (rest[i] - '0');
    }
    rest.remove_prefix(digits);
    if (value < low || value > high) {
      ok = false;
      return low;
    }
    return value;
  }

  bool Accept(char c) {
    if (!ok || rest.empty() || rest[0] != c) return false;
    rest.remove_prefix(1);
    return true;
  }

  void Expect(char c) {
    if (!Accept(c)) ok = false;
  }

  void ExpectEither(char a, char b) {
    if (!Accept(a) && !Accept(b)) ok = false;
  }
};

void AppendDigits(uint64_t value, size_t digits, std::string* out) {
  const size_t end = out->size() + digits;
  out->resize(end);
  for (size_t i = 1; i <= digits; ++i) {
    (*out)[end - i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

// Everything up to the fraction, which is returned in nanoseconds.
uint64_t AppendToSecond(Time t, std::string* out) {
  constexpr int64_t kNanosPerDay = 86'400 * kNanosPerSecond;
  int64_t day = t.time_since_epoch().count() / kNanosPerDay;
  int64_t in_day = t.time_since_epoch().count() % kNanosPerDay;
  if (in_day < 0) {
    in_day += kNanosPerDay;
    --day;
  }
  const std::chrono::year_month_day date{
      std::chrono::sys_days(std::chrono::days(day))};
  const uint64_t seconds = static_cast<uint64_t>(in_day / kNanosPerSecond);
  AppendDigits(static_cast<uint64_t>(static_cast<int>(date.year())), 4, out);
  out->push_back('-');
  AppendDigits(static_cast<unsigned>(date.month()), 2, out);
  out->push_back('-');
  AppendDigits(static_cast<unsigned>(date.day()), 2, out);
  out->push_back('T');
  AppendDigits(seconds / 3600, 2, out);
  out->push_back(':');
  AppendDigits(seconds / 60 % 60, 2, out);
  out->push_back(':');
  AppendDigits(seconds % 60, 2, out);
  return static_cast<uint64_t>(in_day % kNanosPerSecond);
}

}  // namespace

void AppendTime(Time t, std::string* out) {
  const uint64_t nanos = AppendToSecond(t, out);
  out->push_back('.');
  AppendDigits(nanos, 9, out);
  out->push_back('Z');
}

std::string FormatTime(Time t) {
  std::string out;
  out.reserve(30);
  AppendTime(t, &out);
  return out;
}

std::string FormatTimeShort(Time t) {
  std::string out;
  out.reserve(30);
  const uint64_t nanos = AppendToSecond(t, &out);
  if (nanos != 0) {
    out.push_back('.');
    AppendDigits(nanos, 9, &out);
    while (out.back() == '0') out.pop_back();
  }
  out.push_back('Z');
  return out;
}

std::optional<Time> ParseTime(std::string_view text) {
  Scanner in{text};
  const int year = in.Number(4, 0, 9999);
  in.Expect('-');
  const int month = in.Number(2, 1, 12);
  in.Expect('-');
  const int day = in.Number(2, 1, 31);
  in.ExpectEither('T', 't');
  const int hour = in.Number(2, 0, 23);
  in.Expect(':');
  const int minute = in.Number(2, 0, 59);
  in.Expect(':');
  const int second = in.Number(2, 0, 60);

  int64_t nanos = 0;
  if (in.Accept('.')) {
    size_t digits = 0;
    while (digits < in.rest.size() && IsDigit(in.rest[digits])) ++digits;
    if (digits < 1 || digits > 9) return std::nullopt;
    for (size_t i = 0; i < 9; ++i) {
      nanos = nanos * 10 + (i < digits ? in.rest[i] - '0' : 0);
    }
    in.rest.remove_prefix(digits);
  }

  int offset_minutes = 0;
  if (in.Accept('+')) {
    offset_minutes = 1;
  } else if (in.Accept('-')) {
    offset_minutes = -1;
  } else {
    in.ExpectEither('Z', 'z');
  }
  if (offset_minutes != 0) {
    const int hours = in.Number(2, 0, 23);
    in.Expect(':');
    offset_minutes *= hours * 60 + in.Number(2, 0, 59);
  }
  if (!in.ok || !in.rest.empty()) return std::nullopt;

  const std::chrono::year_month_day date{
      std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
      std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  const int64_t days =
      std::chrono::sys_days(date).time_since_epoch().count();
  int64_t seconds = days * 86'400 + hour * 3'600 + minute * 60 + second -
                    int64_t{offset_minutes} * 60;
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

std::optional<Duration> ParseDuration(std::string_view text) {
  if (text.empty()) return std::nullopt;
  int64_t total = 0;
  size_t next_unit = 0;  // units before it are used up
  size_t at = 0;
  while (at < text.size()) {
    if (!IsDigit(text[at])) return std::nullopt;
    int64_t number = 0;
    while (at < text.size() && IsDigit(text[at])) {
      if (__builtin_mul_overflow(number, 10, &number) ||
          __builtin_add_overflow(number, text[at] - '0', &number)) {
        return std::nullopt;
      }
      ++at;
    }
    const size_t name_start = at;
    while (at < text.size() && !IsDigit(text[at])) ++at;
    const std::string_view name = text.substr(name_start, at - name_start);

    size_t unit = next_unit;
    while (unit < std::size(kUnits) && kUnits[unit].name != name) ++unit;
    if (unit == std::size(kUnits)) return std::nullopt;
    next_unit = unit + 1;
    if (__builtin_mul_overflow(number, kUnits[unit].nanos, &number) ||
        __builtin_add_overflow(total, number, &total)) {
      return std::nullopt;
    }
  }
  return Duration(total);
}

std::string FormatDuration(Duration d) {
  const int64_t count = d.count();
  if (count == 0) return "0s";
  std::string out;
  uint64_t left = static_cast<uint64_t>(count);
  if (count < 0) {
    out.push_back('-');
    left = 0 - left;
  }
  for (const Unit& unit : kUnits) {
    const uint64_t nanos = static_cast<uint64_t>(unit.nanos);
    if (left < nanos) continue;
    if (unit.name == "w" && left % nanos != 0) continue;
    out += std::to_string(left / nanos);
    out += unit.name;
    left %= nanos;
  }
  return out;
}

}  // namespace mqwarden
