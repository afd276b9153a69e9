#include "mqwarden/rules/calendar_plan.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mqwarden/base/text.h"
#include "mqwarden/base/time.h"
#include "mqwarden/rules/csv.h"
#include "mqwarden/rules/definitions.h"
#include "mqwarden/rules/givens.h"
#include "mqwarden/rules/time_zone.h"

namespace mqwarden {
namespace {

constexpr int32_t kMinute = 60;
constexpr int32_t kDay = 24 * 60 * kMinute;
constexpr int32_t kWeek = 7 * kDay;

int64_t Nanos(Time time) { return time.time_since_epoch().count(); }

// By `begin` and disjoint; what passes the end of the week goes on at its
// beginning as a range of its own.
void Normalize(std::vector<CalendarPlan::WeeklyRange>* ranges) {
  std::vector<CalendarPlan::WeeklyRange> split;
  for (const CalendarPlan::WeeklyRange& range : *ranges) {
    if (range.end <= kWeek) {
      split.push_back(range);
      continue;
    }
    split.push_back({range.begin, kWeek});
    split.push_back({0, range.end - kWeek});
  }
  std::sort(split.begin(), split.end(), [](const auto& a, const auto& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end < b.end;
  });
  ranges->clear();
  for (const CalendarPlan::WeeklyRange& range : split) {
    if (!ranges->empty() && range.begin <= ranges->back().end) {
      ranges->back().end = std::max(ranges->back().end, range.end);
    } else {
      ranges->push_back(range);
    }
  }
}

void SortSpans(CalendarPlan* plan) {
  std::sort(plan->spans.begin(), plan->spans.end(),
            [](const CalendarPlan::Span& a, const CalendarPlan::Span& b) {
              if (a.begin != b.begin) return a.begin < b.begin;
              if (a.end != b.end) return a.end < b.end;
              return a.keys < b.keys;
            });
}

Hash128 MeaningOf(const CalendarPlan& plan) {
  Hasher128 hasher;
  hasher.Add(std::string_view("calendar"));
  hasher.Add(plan.offsets.size());
  for (const auto& offset : plan.offsets) {
    hasher.Add(offset.from);
    hasher.Add(offset.seconds);
  }
  hasher.Add(plan.weekly.size());
  for (const auto& range : plan.weekly) {
    hasher.Add(range.begin);
    hasher.Add(range.end);
  }
  hasher.Add(plan.excepted.size());
  for (const int32_t day : plan.excepted) hasher.Add(day);
  hasher.Add(plan.spans.size());
  for (const auto& span : plan.spans) {
    hasher.Add(span.begin);
    hasher.Add(span.end);
  }
  return hasher.Finish();
}

bool BadRange(const RuleTextPtr& text, Span span, std::string message,
              DiagnosticList* diagnostics) {
  Report(diagnostics, DiagnosticCode::kBadCalendar, text, span)
      .Message(std::move(message))
      .Label("holds no time");
  return false;
}

bool AddWeekly(const RuleTextPtr& text, const ast::CalendarDef::Weekly& weekly,
               const Givens& givens, CalendarPlan* plan,
               DiagnosticList* diagnostics) {
  const std::optional<int> begin = givens.DayTime(text, weekly.begin);
  const std::optional<int> end = givens.DayTime(text, weekly.end);
  if (!begin.has_value() || !end.has_value()) return false;
  if (*begin == *end || *begin == 24 * 60) {
    return BadRange(text, weekly.span, "this range begins where it ends",
                    diagnostics);
  }
  const bool overnight = *end < *begin;
  for (int day = 0; day < 7; ++day) {
    if ((weekly.days >> day & 1) == 0) continue;
    plan->weekly.push_back(
        {day * kDay + *begin * kMinute,
         (overnight ? day + 1 : day) * kDay + *end * kMinute});
  }
  return true;
}

}  // namespace

bool BuildCalendar(const RuleTextPtr& text, const ast::CalendarDef& def,
                   Definitions* definitions, CalendarPlan* plan,
                   Hash128* meaning, DiagnosticList* diagnostics) {
  const Givens givens(definitions, diagnostics);
  plan->name = def.name.text;
  bool ok = true;
  if (def.tz.has_value()) {
    const std::optional<std::string> zone = givens.Text(text, *def.tz);
    ok &= zone.has_value() && ReadTimeZone(text, *zone, def.tz->span,
                                           &plan->offsets, diagnostics);
  } else {
    plan->offsets.push_back({std::numeric_limits<int64_t>::min(), 0});
  }
  for (const ast::CalendarDef::Weekly& weekly : def.weekly) {
    ok &= AddWeekly(text, weekly, givens, plan, diagnostics);
  }
  for (const ast::CalendarDef::Date& date : def.except) {
    plan->excepted.push_back(date.days);
  }
  for (const ast::CalendarDef::Period& period : def.periods) {
    const std::optional<Time> begin = givens.Moment(text, period.begin);
    const std::optional<Time> end = givens.Moment(text, period.end);
    if (!begin.has_value() || !end.has_value()) {
      ok = false;
    } else if (*end <= *begin) {
      ok = BadRange(text, period.span, "this span ends before it begins",
                    diagnostics);
    } else {
      plan->spans.push_back({Nanos(*begin), Nanos(*end), {}});
    }
  }
  if (ok && plan->weekly.empty() && plan->spans.empty()) {
    ok = BadRange(text, def.name.span,
                  "the calendar " + Quoted(def.name.text) +
                      " has neither a range nor a span",
                  diagnostics);
  }
  Normalize(&plan->weekly);
  std::sort(plan->excepted.begin(), plan->excepted.end());
  plan->excepted.erase(
      std::unique(plan->excepted.begin(), plan->excepted.end()),
      plan->excepted.end());
  SortSpans(plan);
  *meaning = MeaningOf(*plan);
  return ok;
}

bool ReadCalendarFile(const RuleTextPtr& file, const RuleTextPtr& rule_text,
                      const ast::CalendarDef& def, CalendarPlan* plan,
                      Hash128* meaning, DiagnosticList* diagnostics) {
  plan->name = def.name.text;
  plan->keys = def.key.size();
  plan->offsets.push_back({std::numeric_limits<int64_t>::min(), 0});
  const CsvFile csv = ParseCsv(file->text());
  for (const CsvFault& fault : csv.faults) {
    Report(diagnostics, DiagnosticCode::kBadCsv, file, fault.span)
        .Message("bad CSV: " + fault.message);
  }
  bool ok = csv.faults.empty();
  std::vector<std::string_view> names;
  for (const CsvCell& cell : csv.header) names.push_back(cell.text);
  std::vector<int> columns;
  const auto add_column = [&](const std::string& name, Span place) {
    columns.push_back(csv.FindColumn(name));
    if (columns.back() >= 0 || csv.header.empty()) return;
    ok = false;
    Report(diagnostics, DiagnosticCode::kUnknownColumn, rule_text, place)
        .Message("the file has no column " + Quoted(name))
        .Second(file,
                {csv.header.front().span.begin, csv.header.back().span.end},
                "its columns")
        .Help(DidYouMean(*diagnostics, name, names));
  };
  add_column("from", def.from->span);
  add_column("to", def.from->span);
  for (const ast::Name& key : def.key) add_column(key.text, key.span);
  if (csv.header.empty() && ok) {
    ok = BadRange(rule_text, def.from->span,
                  "the file of the calendar has no header", diagnostics);
  }
  if (!ok) return false;

  for (const CsvRow& row : csv.rows) {
    CalendarPlan::Span span;
    int64_t* const ends[] = {&span.begin, &span.end};
    bool readable = true;
    for (size_t i = 0; i < 2; ++i) {
      const CsvCell& cell = row.cells[static_cast<size_t>(columns[i])];
      const std::optional<Time> time = ParseTime(cell.text);
      if (time.has_value()) {
        *ends[i] = Nanos(*time);
        continue;
      }
      readable = false;
      Report(diagnostics, DiagnosticCode::kBadCalendar, file, cell.span)
          .Message(Quoted(cell.text) + " is no instant")
          .Label("expected such as 2026-11-20T22:00:00Z");
    }
    if (readable && span.end <= span.begin) {
      readable = BadRange(file, row.span, "this span ends before it begins",
                          diagnostics);
    }
    ok &= readable;
    for (size_t i = 2; i < columns.size(); ++i) {
      span.keys.push_back(
          ToAsciiLower(row.cells[static_cast<size_t>(columns[i])].text));
    }
    plan->spans.push_back(std::move(span));
  }
  SortSpans(plan);
  Hasher128 hasher;
  hasher.Add(std::string_view("calendar file"));
  hasher.Add(std::string_view(def.from->value));
  for (const ast::Name& key : def.key) hasher.Add(std::string_view(key.text));
  *meaning = hasher.Finish();
  return ok;
}

}  // namespace mqwarden
