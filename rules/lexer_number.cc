// One word is taken as long as it can be, and then asked what it is, so that
// `5min` or `10.0.0.9` is one mistake and not several tokens.
#include "mqwarden/rules/lexer_number.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "mqwarden/base/decimal.h"
#include "mqwarden/base/time.h"

namespace mqwarden {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool IsWord(char c) { return IsLetter(c) || IsDigit(c); }

// Whether `text` begins with `shape`, in which `0` stands for any digit.
bool HasShape(std::string_view text, std::string_view shape) {
  if (text.size() < shape.size()) return false;
  for (size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == '0' ? !IsDigit(text[i]) : text[i] != shape[i]) return false;
  }
  return true;
}

bool DigitAt(std::string_view text, size_t at) {
  return at < text.size() && IsDigit(text[at]);
}

NumberWord Wrong(DiagnosticCode code, size_t size, std::string message,
                 std::string help = "", std::string replacement = "") {
  NumberWord word;
  word.size = size;
  word.error = code;
  word.message = std::move(message);
  word.help = std::move(help);
  word.replacement = std::move(replacement);
  return word;
}

NumberWord Right(TokenKind kind, size_t size, int64_t value = 0) {
  NumberWord word;
  word.kind = kind;
  word.size = size;
  word.value = value;
  return word;
}

// `text` begins like 2026-11-20.
NumberWord ReadDate(std::string_view text) {
  constexpr size_t kDateSize = 10;
  const std::string date(text.substr(0, kDateSize));
  const bool date_exists = ParseTime(date + "T00:00:00Z").has_value();
  const bool has_time = text.size() > kDateSize && (text[kDateSize] == 'T' ||
                                                    text[kDateSize] == 't');
  if (!has_time || !DigitAt(text, kDateSize + 1)) {
    if (!date_exists) {
      return Wrong(DiagnosticCode::kBadTime, kDateSize,
                   Quoted(date) + " is no date");
    }
    return Right(TokenKind::kDate, kDateSize);
  }
  size_t end = kDateSize + 1;
  while (end < text.size() && (IsDigit(text[end]) || text[end] == ':' ||
                               (text[end] == '.' && DigitAt(text, end + 1)))) {
    ++end;
  }
  const size_t time_end = end;
  if (end < text.size() && (text[end] == '+' || text[end] == '-')) {
    if (DigitAt(text, end + 1)) {
      ++end;
      while (DigitAt(text, end) || text.substr(end, 1) == ":") ++end;
    }
  } else {
    while (end < text.size() && IsWord(text[end])) ++end;
  }
  const std::string word(text.substr(0, end));
  if (const std::optional<Time> time = ParseTime(word)) {
    return Right(TokenKind::kInstant, end, time->time_since_epoch().count());
  }
  if (end == time_end && ParseTime(word + "Z").has_value()) {
    return Wrong(DiagnosticCode::kMissingZone, end,
                 Quoted(word) + " does not say its zone",
                 "write `" + word +
                     "Z` for UTC, or an offset such as `+01:00`");
  }
  return Wrong(DiagnosticCode::kBadTime, end, Quoted(word) + " is no instant",
               "instants are written `2026-11-20T22:00:00Z`");
}

// `text` begins like 08:00.
NumberWord ReadTimeOfDay(std::string_view text) {
  size_t end = 5;
  while (end < text.size() && (IsDigit(text[end]) || text[end] == ':')) ++end;
  const int hours = (text[0] - '0') * 10 + (text[1] - '0');
  const int minutes = (text[3] - '0') * 10 + (text[4] - '0');
  const int value = hours * 60 + minutes;
  if (end > 5 || minutes > 59 || value > 24 * 60) {
    return Wrong(DiagnosticCode::kBadTime, end,
                 Quoted(text.substr(0, end)) + " is no time of day",
                 "times of day are written `08:00`, up to `24:00`");
  }
  return Right(TokenKind::kTimeOfDay, end, value);
}

NumberWord WrongDuration(std::string_view word) {
  static constexpr std::string_view kUnits[] = {"w", "d",  "h",  "m",
                                                "s", "ms", "us", "ns"};
  const auto wrong = [&](std::string message, std::string help) {
    return Wrong(DiagnosticCode::kBadDuration, word.size(), std::move(message),
                 std::move(help));
  };
  if (word.find('.') != std::string_view::npos) {
    return wrong(Quoted(word) + " is no duration",
                 "durations take whole numbers: write `90s`, not `1.5m`");
  }
  for (size_t i = 0; i < word.size();) {
    while (i < word.size() && IsDigit(word[i])) ++i;
    size_t end = i;
    while (end < word.size() && IsLetter(word[end])) ++end;
    const std::string_view unit = word.substr(i, end - i);
    if (unit.empty()) {
      return wrong(Quoted(word) + " ends without a unit",
                   "the units are w, d, h, m, s, ms, us and ns");
    }
    if (std::find(std::begin(kUnits), std::end(kUnits), unit) ==
        std::end(kUnits)) {
      return wrong(Quoted(unit) + " is no unit of time",
                   "the units are w, d, h, m, s, ms, us and ns");
    }
    i = end;
  }
  return wrong(Quoted(word) + " is no duration",
               "each unit stands once, the larger first, and the whole is "
               "below 292 years: `4m30s`");
}

NumberWord ReadPlain(std::string_view word) {
  const bool has_letter = std::any_of(word.begin(), word.end(), IsLetter);
  const auto points = std::count(word.begin(), word.end(), '.');
  const auto wrong = [&](std::string message, std::string help = "") {
    return Wrong(DiagnosticCode::kBadNumber, word.size(), std::move(message),
                 std::move(help));
  };
  if (points > 1) {
    return wrong(Quoted(word) + " is no number",
                 "addresses stand in quotes: `\"" +
                     std::string(word.substr(0, 40)) + "\"`");
  }
  if (!has_letter && points == 0) {
    int64_t value = 0;
    const auto [end, error] =
        std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc()) {
      return wrong(Quoted(word) + " does not fit in 64 bits",
                   "the largest integer is 9223372036854775807");
    }
    return Right(TokenKind::kInt, word.size(), value);
  }
  if (!has_letter) {
    if (Decimal::Parse(word).has_value()) {
      return Right(TokenKind::kDecimal, word.size());
    }
    const size_t places = word.size() - word.find('.') - 1;
    if (places > 9) {
      return wrong(Quoted(word) + " has " + std::to_string(places) +
                       " places, above 9",
                   "decimals are exact and have at most nine places");
    }
    return wrong(Quoted(word) + " does not fit in 64 bits");
  }
  if (const std::optional<Duration> duration = ParseDuration(word)) {
    return Right(TokenKind::kDuration, word.size(), duration->count());
  }
  if (word.starts_with("0x") || word.starts_with("0X")) {
    return wrong(Quoted(word) + " is no number", "numbers are decimal");
  }
  if (word.find('_') != std::string_view::npos) {
    return wrong(Quoted(word) + " is no number",
                 "numbers are written without separators");
  }
  return WrongDuration(word);
}

}  // namespace

NumberWord ReadNumber(std::string_view text) {
  if (HasShape(text, "0000-00-00") && !DigitAt(text, 10)) return ReadDate(text);
  if (HasShape(text, "00:00")) return ReadTimeOfDay(text);
  size_t end = 0;
  while (end < text.size() &&
         (IsDigit(text[end]) || IsLetter(text[end]) ||
          (text[end] == '.' && DigitAt(text, end + 1)))) {
    ++end;
  }
  return ReadPlain(text.substr(0, end));
}

}  // namespace mqwarden
