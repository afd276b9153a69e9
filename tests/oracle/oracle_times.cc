// Calendars and recents: section 5 and "Calendars" of section 13 of the
// language. Every question about a calendar is answered by turning the instant
// into the civil time of its zone.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "mqwarden/base/check.h"
#include "mqwarden/base/glob.h"
#include "mqwarden/base/text.h"
#include "mqwarden/tests/oracle/oracle_expr.h"

namespace mqwarden::oracle {
namespace {

using ast::Expr;
using ast::ExprKind;

absl::CivilSecond CivilTime(Time time, const ast::CalendarDef& calendar) {
  absl::TimeZone zone = absl::UTCTimeZone();
  if (calendar.tz.has_value()) {
    MQWARDEN_CHECK(absl::LoadTimeZone(calendar.tz->value, &zone),
                   "the compiler knows the zone");
  }
  return zone.At(absl::FromUnixNanos(time.time_since_epoch().count())).cs;
}

int MinuteOf(absl::CivilSecond civil) {
  return civil.hour() * 60 + civil.minute();
}

// "Ranges exclude their end; `22:00-06:00` belongs to the day it starts; wall
// clock across DST."
bool HoldsWeekly(const ast::CalendarDef::Weekly& weekly,
                 absl::CivilSecond civil) {
  const auto of_day = [&](absl::CivilDay day) {
    const auto bit = static_cast<unsigned>(absl::GetWeekday(day));
    return (weekly.days >> bit & 1) != 0;  // both count from Monday
  };
  const absl::CivilDay today(civil);
  const int minute = MinuteOf(civil);
  const int begin = weekly.begin.value;
  const int end = weekly.end.value;
  if (begin < end) return of_day(today) && begin <= minute && minute < end;
  return (of_day(today) && begin <= minute) ||
         (of_day(today - 1) && minute < end);
}

// "A time belongs when any span holds it and no exception does. Exceptions are
// dates of the calendar's zone and also cut `from … to`."
bool HoldsDefined(const ast::CalendarDef& calendar, Time time) {
  const absl::CivilSecond civil = CivilTime(time, calendar);
  const absl::CivilDay epoch(1970, 1, 1);
  for (const ast::CalendarDef::Date& date : calendar.except) {
    if (epoch + date.days == absl::CivilDay(civil)) return false;
  }
  return std::any_of(calendar.weekly.begin(), calendar.weekly.end(),
                     [&](const ast::CalendarDef::Weekly& weekly) {
                       return HoldsWeekly(weekly, civil);
                     }) ||
         std::any_of(calendar.periods.begin(), calendar.periods.end(),
                     [&](const ast::CalendarDef::Period& period) {
                       return period.begin.value <= time &&
                              time < period.end.value;
                     });
}

// "Reads `from,to` and key columns; key cells may be globs, an empty one fits
// everything."
bool HoldsFile(const ast::CalendarDef& calendar, Time time,
               const std::vector<Value>& keys, const Definitions& definitions) {
  for (const auto& row : definitions.Rows(calendar.from->value)) {
    bool fits = *ParseTime(row.at("from")) <= time &&
                time < *ParseTime(row.at("to"));
    for (size_t i = 0; i < calendar.key.size(); ++i) {
      const auto cell = row.find(calendar.key[i].text);
      if (cell == row.end()) continue;
      fits = fits && !keys[i].missing() &&
             GlobMatch(cell->second, Shown(keys[i]), /*fold=*/true);
    }
    if (fits) return true;
  }
  return false;
}

}  // namespace

bool HoldsDuring(Time time, const Expr& expr, const Scope& scope) {
  const Expr& e = WithoutParens(expr);
  if (e.kind == ExprKind::kList) {
    return std::any_of(e.children.begin(), e.children.end(),
                       [&](const Expr& calendar) {
                         return HoldsDuring(time, calendar, scope);
                       });
  }
  const ast::CalendarDef& calendar = *scope.definitions->FindCalendar(e.name);
  if (!calendar.from.has_value()) return HoldsDefined(calendar, time);
  std::vector<Value> keys;
  for (const Expr& key : e.children) keys.push_back(Eval(key, scope));
  return HoldsFile(calendar, time, keys, *scope.definitions);
}

// "`N[f, …]` is true of an event at t when an event with an equal key, strictly
// earlier in the total order and later than t - D, passed."
bool HoldsRecent(const Expr& e, const Scope& scope) {
  const ast::RecentDef& recent = *scope.definitions->FindRecent(e.name);
  Key asked;
  for (const Expr& child : e.children) {
    asked.push_back(KeyPartOf(Eval(child, scope)));
    if (!asked.back().has_value()) return false;
  }
  // Our choice: what time decides asks what is recent at its deadline, to which
  // its last event belongs.
  const Time t = scope.alert_time.value_or(scope.event->time());
  const bool by_event = t == scope.event->time();
  const Time start = t - recent.length.value;
  for (const EventPtr& earlier : *scope.history) {
    if (by_event && earlier.get() == scope.event) break;
    if (earlier->time() <= start) continue;
    Scope of_earlier;
    of_earlier.definitions = scope.definitions;
    of_earlier.event = earlier.get();
    if (!OfKinds(recent.on, *earlier) || !Holds(recent.where, of_earlier)) {
      continue;
    }
    for (const KeyTuple& tuple : KeysOf(recent.by, of_earlier)) {
      if (tuple.key == asked) return true;
    }
  }
  return false;
}

}  // namespace mqwarden::oracle
