// `calendar`: days and hours, exceptions and single spans of time.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iterator>
#include <string>
#include <utility>

#include "mqwarden/rules/language_words.h"
#include "mqwarden/rules/rule_parser.h"

namespace mqwarden {
namespace {

constexpr size_t kNoDay = std::size(kWeekdayWords);

}  // namespace

// calendar N from "file.csv" [key f, …] | calendar N { … }
bool RuleParser::ParseCalendar(ast::CalendarDef* calendar) {
  const uint32_t begin = Next().span.begin;
  if (!ParseName("a name for the calendar", &calendar->name)) return false;
  const auto parse_rest = [&] {
    if (TakeWord("from")) {
      if (!ParseString("a file name in quotes", &calendar->from.emplace())) {
        return false;
      }
      return !TakeWord("key") ||
             ParseNames("a field or a key column", &calendar->key);
    }
    const Token open = Peek();
    if (!Take(TokenKind::kLeftBrace)) return Expected({"`{`", "`from`"});
    ast::Block block;
    while (!AtBlockEnd(true)) {
      const uint32_t part_begin = Peek().span.begin;
      if (!ParseCalendarPart(calendar)) return false;
      AddItem(part_begin, 0, &block);
    }
    const bool closed = CloseBlock(open, "`calendar`");
    KeepBlock(ast::Block::Kind::kCalendar, open, std::move(block));
    return closed;
  };
  const bool parsed = parse_rest();
  calendar->span = SpanFrom(begin);
  calendar->broken = broken_;
  return parsed;
}

size_t RuleParser::DayAt(size_t ahead) const {
  if (!At(TokenKind::kIdentifier, ahead)) return kNoDay;
  const auto day =
      std::find(std::begin(kWeekdayWords), std::end(kWeekdayWords),
                Text(Peek(ahead)));
  return static_cast<size_t>(day - std::begin(kWeekdayWords));
}

// tz "Z" | DAYS [TIME-TIME] | except [DATE, …] | from INSTANT to INSTANT
bool RuleParser::ParseCalendarPart(ast::CalendarDef* calendar) {
  if (DayAt(0) != kNoDay) return ParseWeekly(calendar);
  if (AtWord("tz")) {
    const Token word = Next();
    if (calendar->tz.has_value()) {
      return Error({.code = DiagnosticCode::kDuplicateClause,
                    .message = "`tz` stands twice in one calendar",
                    .where = {text_, word.span, "the second"},
                    .second = DiagnosticLabel{text_, calendar->tz->span,
                                              "the first"},
                    .help = "",
                    .fix = std::nullopt});
    }
    return ParseStringOrParam("a time zone such as \"Europe/London\"",
                              &calendar->tz.emplace());
  }
  if (TakeWord("except")) return ParseExceptions(calendar);
  if (AtWord("from")) {
    const uint32_t begin = Next().span.begin;
    ast::CalendarDef::Period period;
    if (!ParseMoment(&period.begin)) return false;
    if (!TakeWord("to")) return Expected({"`to` and an instant"});
    if (!ParseMoment(&period.end)) return false;
    period.span = SpanFrom(begin);
    calendar->periods.push_back(std::move(period));
    return true;
  }
  return Expected({"days such as `mon..fri`", "`except` and dates",
                   "`from` and an instant", "`tz`"},
                  At(TokenKind::kIdentifier)
                      ? "the days are mon, tue, wed, thu, fri, sat and sun"
                      : "");
}

// mon..fri 08:00-18:00, and several: sat, sun; without hours, whole days.
bool RuleParser::ParseWeekly(ast::CalendarDef* calendar) {
  const uint32_t begin = Peek().span.begin;
  ast::CalendarDef::Weekly weekly;
  do {
    const size_t first = DayAt(0);
    if (first == kNoDay) return Expected({"a day such as `mon`"});
    Next();
    size_t last = first;
    if (At(TokenKind::kDot) && At(TokenKind::kDot, 1)) {
      Next();
      Next();
      last = DayAt(0);
      if (last == kNoDay) return Expected({"a day such as `fri`"});
      Next();
    }
    for (size_t day = first;; day = (day + 1) % std::size(kWeekdayWords)) {
      weekly.days = static_cast<uint8_t>(weekly.days | 1u << day);
      if (day == last) break;
    }
  } while (Take(TokenKind::kComma));
  // The name of a `param` is told from the next part by the `-` behind it.
  if (At(TokenKind::kTimeOfDay) || At(TokenKind::kMinus, 1)) {
    if (!ParseDayTime(&weekly.begin)) return false;
    if (!Take(TokenKind::kMinus)) {
      return Expected({"`-` and a time of day such as 18:00"});
    }
    if (!ParseDayTime(&weekly.end)) return false;
    if (weekly.begin.param.empty() && weekly.end.param.empty() &&
        (weekly.begin.value == weekly.end.value ||
         weekly.begin.value == 24 * 60)) {
      return Error(DiagnosticCode::kZeroAmount,
                   {weekly.begin.span.begin, weekly.end.span.end},
                   "this range holds no time", "",
                   "leave the hours out for whole days");
    }
  }
  weekly.span = SpanFrom(begin);
  calendar->weekly.push_back(std::move(weekly));
  return true;
}

// [2026-12-25, 2027-01-01]
bool RuleParser::ParseExceptions(ast::CalendarDef* calendar) {
  if (!Take(TokenKind::kLeftBracket)) {
    return Expected({"a list of dates such as [2026-12-25]"});
  }
  while (!Take(TokenKind::kRightBracket)) {
    if (!At(TokenKind::kDate)) {
      return Expected({"a date such as 2026-12-25", "`]`"},
                      At(TokenKind::kInstant)
                          ? "an exception is a whole day of the calendar's zone"
                          : "");
    }
    const Token date = Next();
    // The lexer has seen that there is such a day.
    const Time midnight =
        ParseTime(std::string(Text(date)) + "T00:00:00Z").value_or(Time());
    calendar->except.push_back(
        {date.span, static_cast<int32_t>(midnight.time_since_epoch() /
                                         std::chrono::days(1))});
    if (!At(TokenKind::kRightBracket) && !Take(TokenKind::kComma)) {
      return Expected({"`,`", "`]`"});
    }
  }
  return true;
}

}  // namespace mqwarden
