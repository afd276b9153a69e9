// What the windows of one rule, or the groups of one report, keep of an event;
// decided once from the plan. Immutable.
#ifndef MQWARDEN_ENGINE_WINDOW_WINDOW_LAYOUT_H_
#define MQWARDEN_ENGINE_WINDOW_WINDOW_LAYOUT_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/numeric/int128.h"
#include "mqwarden/base/decimal.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/value.h"

namespace mqwarden {

// The number of an event that has none: no value of a column comes near it.
inline constexpr absl::int128 kNoNumber = absl::Int128Min();

struct WindowLayout {
  // The numbers of one argument of sum, avg, min, max and percentile; aggregates
  // of equal arguments share it.
  struct Column {
    ExprId arg = kNoExpr;
    bool is_real = false;  // numbers are billionths, else units of the type
    bool total = false;    // for sum and avg
    bool min = false;
    bool max = false;
    bool ordered = false;  // for percentile
  };

  WindowLayout(const RulePlan& rule, const PlanPool& pool, size_t max_entries,
               bool at_least_only);
  WindowLayout(const ReportPlan& report, const PlanPool& pool,
               size_t max_entries);

  // An avg() of `n` >= 1 numbers; missing where their total is beyond all sense.
  AggregateValue Average(size_t index, absl::int128 total, int64_t n) const {
    if (!whole_averages[index]) return {total, n};
    constexpr absl::int128 kBound = absl::int128(1) << 97;
    if (total <= -kBound || total >= kBound) return {};
    return {total * Decimal::kOne, n};
  }

  std::vector<Aggregate::Kind> kinds;  // as the plan's aggregates
  // Of each aggregate: its place among the count(condition)s, the distinct()s or
  // the columns.
  std::vector<uint32_t> places;
  std::vector<Decimal> percents;     // of each aggregate
  std::vector<bool> whole_averages;  // of each: an average of integers, a kReal
  std::vector<ExprId> conditions;                // of count(condition)
  std::vector<std::vector<ExprId>> tuples;       // of distinct()
  std::vector<Column> columns;
  std::vector<ExprId> set_args;                  // of set()
  std::vector<int32_t> set_sizes;
  int32_t evidence_first = 0;
  int32_t evidence_last = 0;
  size_t max_entries;
  // The rule asks only "are there at least n?", n = max_entries.
  bool at_least_only;

 private:
  void Fill(const std::vector<Aggregate>& aggregates,
            const std::vector<ValueSet>& sets, const PlanPool& pool);
  uint32_t ColumnOf(ExprId arg, const PlanPool& pool);
};

// One event to be added to a window. `tuples` has the identity of the arguments
// of each distinct(), empty where one is missing; `values` the value of each
// set(); `numbers` the number of each column.
struct WindowEntry {
  int64_t time = 0;
  uint64_t bits = 0;  // the i-th count(condition) counts it
  std::span<const std::string> tuples;
  std::span<const Value> values;
  std::span<const absl::int128> numbers;
  std::shared_ptr<const std::string> event;  // encoded, where evidence is kept
};

// The number of a value in a column: kNoNumber where it is none.
absl::int128 NumberOf(const Value& value, bool is_real);
// Whether NumberOf() may have given it: a real has an integer part of 64 bits.
bool IsColumnNumber(absl::int128 number);

// What percentile() gives of `n` >= 1 values: ceil(percent / 100 * n), from 1.
int64_t NearestRank(Decimal percent, int64_t n);

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_WINDOW_WINDOW_LAYOUT_H_
