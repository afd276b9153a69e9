#include "mqwarden/tests/oracle/oracle_reports.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "mqwarden/base/check.h"

namespace mqwarden::oracle {
namespace {

// "[from + kD, from + (k+1)D)", or the hours, days and weeks (from Monday) of a
// zone: the end of the period that holds `t`.
Time EndOf(const ast::Report& report, Time t) {
  using enum ast::Report::Unit;
  if (report.unit == kFixed) {
    const Duration every = report.every.value;
    const Time from =
        report.from.has_value() ? report.from->value : Time(Duration(0));
    Time end = from + every * ((t - from) / every);
    while (end <= t) end += every;
    while (end - every > t) end -= every;
    return end;
  }
  absl::TimeZone zone = absl::UTCTimeZone();
  if (report.tz.has_value()) {
    MQWARDEN_CHECK(absl::LoadTimeZone(report.tz->value, &zone),
                   "the compiler knows the zone");
  }
  const absl::CivilSecond now =
      zone.At(absl::FromUnixNanos(t.time_since_epoch().count())).cs;
  absl::CivilSecond next;
  switch (report.unit) {
    case kHour:
      next = absl::CivilHour(now) + 1;
      break;
    case kDay:
      next = absl::CivilDay(now) + 1;
      break;
    default:
      next = absl::NextWeekday(absl::CivilDay(now), absl::Weekday::monday);
  }
  return Time(Duration(absl::ToUnixNanos(absl::FromCivil(next, zone))));
}

struct Group {
  std::vector<AlertField> shown;  // as of its first event
  NamedValues named;
  std::vector<EventPtr> events;
};

struct Period {
  int64_t total = 0;  // "events with a complete key"
  std::map<Key, Group> groups;
};

class Reporter {
 public:
  Reporter(const Definitions* definitions, const ast::Report* report)
      : definitions_(*definitions), report_(*report) {}

  void Count(const EventPtr& event) {
    const Scope scope = ScopeOf(*event);
    if (!OfKinds(report_.on, *event) || !Holds(report_.where, scope)) return;
    for (const ast::Exclude& exclude : report_.excludes) {
      if (Holds(exclude.condition, scope)) return;
    }
    const std::vector<KeyTuple> tuples = KeysOf(report_.by, scope);
    if (tuples.empty()) return;
    Period& period = periods_[EndOf(report_, event->time())];
    ++period.total;
    for (const KeyTuple& tuple : tuples) {
      Group& group = period.groups[tuple.key];
      if (group.events.empty()) group.shown = tuple.group;
      group.named = tuple.named;
      group.events.push_back(event);
    }
  }

  // "Only decided periods, no empty ones."
  void Write(Time watermark, std::vector<OracleReport>* records) const {
    const Period nothing;
    for (const auto& [end, period] : periods_) {
      if (end > watermark) break;
      const Period* before = &nothing;
      for (const auto& [other, earlier] : periods_) {
        if (EndOf(report_, other) == end) before = &earlier;
      }
      records->push_back(RecordOf(end, period, *before));
    }
  }

 private:
  Scope ScopeOf(const Event& event) const {
    Scope scope;
    scope.definitions = &definitions_;
    scope.event = &event;
    return scope;
  }
  Scope ScopeOf(const Group& group) const {
    Scope scope = ScopeOf(group.events.empty() ? none_ : *group.events.back());
    scope.window = group.events;
    scope.named = &group.named;
    return scope;
  }

  Value OrderOf(const Group& group) const {
    if (report_.order.has_value()) return Eval(*report_.order, ScopeOf(group));
    return Value::Number(static_cast<int64_t>(group.events.size()));
  }

  // "The N largest groups; ties in key order."
  std::vector<Key> TopOf(const Period& period) const {
    std::vector<Key> keys;
    for (const auto& [key, group] : period.groups) keys.push_back(key);
    std::stable_sort(keys.begin(), keys.end(), [&](const Key& a, const Key& b) {
      const Value of_a = OrderOf(period.groups.at(a));
      const Value of_b = OrderOf(period.groups.at(b));
      if (of_b.missing()) return !of_a.missing();
      return Less(of_b, of_a);
    });
    if (keys.size() > static_cast<size_t>(report_.top->value)) {
      keys.resize(static_cast<size_t>(report_.top->value));
    }
    return keys;
  }

  OracleReport RecordOf(Time end, const Period& period,
                        const Period& before) const {
    OracleReport record;
    record.report = report_.name.text;
    record.title = Fill(report_.title_parts, ScopeOf(none_));
    record.time = end;
    record.total = period.total;
    for (const Key& key : TopOf(period)) {
      record.rows.push_back(RowOf(key, period.groups.at(key), period, before));
    }
    // "Adds each group's value in the period before, groups that fell to zero
    // included": those that it named.
    if (!report_.compare_previous.has_value()) return record;
    for (const Key& key : TopOf(before)) {
      if (period.groups.contains(key)) continue;
      Group empty = before.groups.at(key);
      empty.events.clear();
      record.rows.push_back(RowOf(key, empty, period, before));
    }
    return record;
  }

  OracleReport::Row RowOf(const Key& key, const Group& group,
                          const Period& period, const Period& before) const {
    OracleReport::Row row;
    row.group = group.shown;
    row.count = static_cast<int64_t>(group.events.size());
    // "Four decimals", of which the last is rounded half up.
    row.share = (*row.count * 20000 + period.total) / (2 * period.total);
    const Scope scope = ScopeOf(group);
    for (const ast::AlertFieldDecl& field : report_.show) {
      const Value value = Eval(field.expr, scope);
      if (value.missing()) continue;
      row.fields.push_back(
          {field.name.has_value() ? field.name->text : field.expr.name,
           ShownValue(value)});
    }
    if (report_.compare_previous.has_value()) {
      const auto earlier = before.groups.find(key);
      const Value previous =
          OrderOf(earlier != before.groups.end() ? earlier->second : Group());
      if (!previous.missing()) row.previous = ShownValue(previous);
    }
    return row;
  }

  const Definitions& definitions_;
  const ast::Report& report_;
  const Event none_;
  std::map<Time, Period> periods_;  // by their end
};

// "`of statistics` gives one row per rule of the counters (matched, excluded,
// fired, muted, limited, sent)", of each period in which something happened.
void WriteStatistics(const ast::Report& report,
                     const std::vector<CountersAt>& counters, Time watermark,
                     std::vector<OracleReport>* records) {
  const CountersAt* before = nullptr;
  for (size_t i = 0; i < counters.size(); ++i) {
    const Time end = EndOf(report, counters[i].time);
    if (end > watermark) return;
    if (i + 1 < counters.size() && counters[i + 1].time < end) continue;
    OracleReport record;
    record.report = report.name.text;
    for (const ast::TextPart& part : report.title_parts) {
      record.title += part.literal;
    }
    record.time = end;
    record.total = counters[i].events - (before ? before->events : 0);
    bool anything = record.total > 0;
    for (size_t r = 0; r < counters[i].rules.size(); ++r) {
      OracleReport::Row& row = record.rows.emplace_back();
      row.group.push_back({"rule", {.text = counters[i].rules[r].rule}});
      const auto add = [&](const char* name, int64_t OracleCounters::*counter) {
        const int64_t n = counters[i].rules[r].*counter -
                          (before ? before->rules[r].*counter : 0);
        anything = anything || n != 0;
        row.fields.push_back({name, ShownValue(Value::Number(n))});
      };
      add("matched", &OracleCounters::matched);
      add("excluded", &OracleCounters::excluded);
      add("fired", &OracleCounters::fired);
      add("muted", &OracleCounters::muted);
      add("limited", &OracleCounters::limited);
      add("sent", &OracleCounters::sent);
    }
    before = &counters[i];
    if (anything) records->push_back(std::move(record));
  }
}

}  // namespace

std::vector<OracleReport> Reports(const Definitions& definitions,
                                  const std::vector<EventPtr>& history,
                                  const std::vector<CountersAt>& counters,
                                  Time watermark) {
  std::vector<OracleReport> records;
  for (const ast::Report& report : definitions.file().reports) {
    if (report.of_statistics) {
      WriteStatistics(report, counters, watermark, &records);
      continue;
    }
    Reporter reporter(&definitions, &report);
    for (const EventPtr& event : history) reporter.Count(event);
    reporter.Write(watermark, &records);
  }
  std::stable_sort(records.begin(), records.end(),
                   [](const OracleReport& a, const OracleReport& b) {
                     return std::pair(a.time, a.report) <
                            std::pair(b.time, b.report);
                   });
  return records;
}

}  // namespace mqwarden::oracle
