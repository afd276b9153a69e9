#include "mqwarden/engine/window/window_layout.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace mqwarden {

WindowLayout::WindowLayout(const RulePlan& rule, const PlanPool& pool,
                           size_t max_entries, bool at_least_only)
    : evidence_first(rule.evidence_first),
      evidence_last(rule.evidence_last),
      max_entries(max_entries),
      at_least_only(at_least_only) {
  Fill(rule.aggregates, rule.value_sets, pool);
}

WindowLayout::WindowLayout(const ReportPlan& report, const PlanPool& pool,
                           size_t max_entries)
    : max_entries(max_entries), at_least_only(false) {
  Fill(report.aggregates, report.value_sets, pool);
}

void WindowLayout::Fill(const std::vector<Aggregate>& aggregates,
                        const std::vector<ValueSet>& sets,
                        const PlanPool& pool) {
  for (const Aggregate& aggregate : aggregates) {
    kinds.push_back(aggregate.kind);
    percents.push_back(aggregate.percent);
    whole_averages.push_back(false);
    switch (aggregate.kind) {
      case Aggregate::Kind::kCount:
        places.push_back(0);
        continue;
      case Aggregate::Kind::kCountIf:
        places.push_back(static_cast<uint32_t>(conditions.size()));
        conditions.push_back(aggregate.condition);
        continue;
      case Aggregate::Kind::kDistinct:
        places.push_back(static_cast<uint32_t>(tuples.size()));
        tuples.push_back(aggregate.args);
        continue;
      default:
        break;
    }
    const uint32_t place = ColumnOf(aggregate.args[0], pool);
    places.push_back(place);
    Column& column = columns[place];
    switch (aggregate.kind) {
      case Aggregate::Kind::kAvg:
        whole_averages.back() =
            pool.exprs[aggregate.args[0]].type == ValueType::kInt;
        column.total = true;
        break;
      case Aggregate::Kind::kMin:
        column.min = true;
        break;
      case Aggregate::Kind::kMax:
        column.max = true;
        break;
      case Aggregate::Kind::kPercentile:
        column.ordered = true;
        break;
      default:
        column.total = true;
        break;
    }
  }
  for (const ValueSet& set : sets) {
    set_args.push_back(set.arg);
    set_sizes.push_back(set.max);
  }
}

uint32_t WindowLayout::ColumnOf(ExprId arg, const PlanPool& pool) {
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].arg == arg) return static_cast<uint32_t>(i);
  }
  columns.push_back(
      {.arg = arg, .is_real = pool.exprs[arg].type == ValueType::kReal});
  return static_cast<uint32_t>(columns.size() - 1);
}

absl::int128 NumberOf(const Value& value, bool is_real) {
  const Value stored = Rounded(value);
  if (stored.form == Value::Form::kNumber) {
    return is_real ? absl::int128(stored.number) * Decimal::kOne
                   : absl::int128(stored.number);
  }
  if (stored.form != Value::Form::kReal) return kNoNumber;
  if (is_real) {
    const absl::int128 number = stored.real.billionths();
    return IsColumnNumber(number) ? number : kNoNumber;
  }
  const std::optional<int64_t> whole = stored.real.ToInt();
  return whole.has_value() ? absl::int128(*whole) : kNoNumber;
}

bool IsColumnNumber(absl::int128 number) {
  constexpr absl::int128 kBound = absl::int128(1) << 96;
  return number == kNoNumber || (-kBound < number && number < kBound);
}

int64_t NearestRank(Decimal percent, int64_t n) {
  const absl::int128 hundred = absl::int128(100) * Decimal::kOne;
  return static_cast<int64_t>((percent.billionths() * n + hundred - 1) /
                              hundred);
}

}  // namespace mqwarden
