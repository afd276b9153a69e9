#include "mqwarden/pipeline/memory_bound.h"

#include <cstdio>
#include <limits>
#include <string_view>

#include "mqwarden/base/time.h"
#include "mqwarden/engine/evaluator.h"
#include "mqwarden/engine/key_table.h"
#include "mqwarden/engine/window/count_ring.h"
#include "mqwarden/engine/window/event_deque.h"
#include "mqwarden/engine/window_shape.h"

namespace mqwarden {
namespace {

// Two entries of the index for each slot in use.
constexpr int64_t kIndexBytes = 16;
// A value that a distinct() or set() tells apart: its bytes, id and count.
constexpr int64_t kValueBytes = 96;
constexpr int64_t kEncodedEventBytes = 512;
// A number that an aggregate keeps of each event.
constexpr int64_t kNumberBytes = 32;
// A tuple of a limit without its send times.
constexpr int64_t kTupleBytes = 128;

int64_t Times(int64_t a, int64_t b) {
  int64_t product = 0;
  if (__builtin_mul_overflow(a, b, &product)) {
    return std::numeric_limits<int64_t>::max();
  }
  return product;
}

// A tuple, match, group or remembered key with its look-up, without what it
// holds.
constexpr int64_t kEntryBytes = 160;

int64_t BytesPerKey(const RulePlan& rule, const WindowShape& shape) {
  const int64_t slot = sizeof(KeySlot) + kIndexBytes;
  if (shape.is_ring) {
    return slot + static_cast<int64_t>(
                      CountRing::Bytes(static_cast<uint32_t>(shape.entries)));
  }
  int64_t entry = 8;
  bool has_condition = false;
  for (const Aggregate& aggregate : rule.aggregates) {
    if (aggregate.kind == Aggregate::Kind::kCountIf) has_condition = true;
    if (aggregate.kind == Aggregate::Kind::kDistinct) entry += kValueBytes;
    if (aggregate.kind > Aggregate::Kind::kDistinct) entry += kNumberBytes;
  }
  if (has_condition) entry += 8;
  entry += static_cast<int64_t>(rule.value_sets.size()) * kValueBytes;
  if (rule.evidence_first > 0 || rule.evidence_last > 0) {
    entry += kEncodedEventBytes;
  }
  return SaturatingAdd(
      slot + static_cast<int64_t>(sizeof(EventDeque)),
      Times(static_cast<int64_t>(shape.entries), entry));
}

// "137 MiB"
std::string Shown(int64_t bytes) {
  auto value = static_cast<double>(bytes);
  const char* unit = "bytes";
  for (const char* const next : {"KiB", "MiB", "GiB", "TiB"}) {
    if (value < 1024) break;
    value /= 1024;
    unit = next;
  }
  char text[48];
  std::snprintf(text, sizeof(text), value < 10 && *unit != 'b' ? "%.1f %s"
                                                               : "%.0f %s",
                value, unit);
  return text;
}

std::string Product(int64_t number, std::string_view of, int64_t bytes) {
  std::string text = std::to_string(number);
  text.append(" ").append(of).append(" x ").append(std::to_string(bytes));
  text.append(" bytes = ").append(Shown(Times(number, bytes)));
  return text;
}

// The texts that the aggregates and sets of a report keep of a group are as many
// as its events: only the fixed part has a bound.
std::string OfReport(const ReportPlan& report, size_t rules) {
  if (report.of_statistics) {
    return Product(static_cast<int64_t>(rules), "rules", kEntryBytes);
  }
  const auto kept = static_cast<int64_t>(report.aggregates.size() +
                                         report.value_sets.size());
  return Product(report.max_keys, "groups",
                 kEntryBytes * (report.compare_previous ? 2 : 1) +
                     kept * kNumberBytes) +
         " (and what its aggregates tell apart)";
}

// Without a window: what each form of `when` keeps.
std::string OfWhen(const RulePlan& rule) {
  if (rule.seen) {
    return Product(rule.max_keys, "tuples",
                   SaturatingAdd(kEntryBytes, Times(rule.seen->below, 8)));
  }
  if (rule.absent) {
    return Product(static_cast<int64_t>(rule.absent->universe.size()),
                   "expected values", kEntryBytes + kEncodedEventBytes);
  }
  if (!rule.sequence) return "nothing per key";
  int64_t events = 0;
  for (const SequenceStep& step : rule.sequence->steps) {
    if (!step.missing) events = SaturatingAdd(events, step.count);
  }
  const bool evidence = rule.evidence_first > 0 || rule.evidence_last > 0;
  int64_t match = SaturatingAdd(
      kEntryBytes, Times(events, evidence ? kEncodedEventBytes : 8));
  match = SaturatingAdd(
      match, static_cast<int64_t>(rule.sequence->captures.size()) * kValueBytes);
  const auto steps = static_cast<int64_t>(rule.sequence->steps.size());
  return Product(rule.max_keys, "keys", Times(steps, match)) + " (" +
         std::to_string(steps) + " matches each)";
}

std::string OfRule(const RulePlan& rule, const Plan& plan,
                   const EngineOptions& options, Evaluator* evaluator) {
  std::string text;
  if (rule.window) {
    const WindowShape shape =
        ShapeOf(rule, plan.pool(), options.window_events, evaluator);
    const bool one_key = rule.by.empty();
    text.append(Product(one_key ? 1 : rule.max_keys,
                        one_key ? "window" : "keys", BytesPerKey(rule, shape)));
    text.append(" (").append(std::to_string(shape.entries));
    text.append(shape.entries == 1 ? " event each)" : " events each)");
  } else {
    text.append(OfWhen(rule));
  }
  for (const LimitPlan& limit : rule.limits) {
    text.append("; limit ");
    text.append(Product(
        limit.by_all ? 1 : rule.max_keys, limit.by_all ? "tuple" : "tuples",
        SaturatingAdd(kTupleBytes, Times(limit.count, 8))));
  }
  return text;
}

}  // namespace

std::string DescribeMemoryBound(const Plan& plan, std::string_view rule,
                                const EngineOptions& options) {
  for (const auto& candidate : plan.rules()) {
    if (candidate->name != rule) continue;
    Evaluator evaluator(plan);
    return OfRule(*candidate, plan, options, &evaluator);
  }
  return "";
}

std::string DescribeMemoryBounds(const Plan& plan,
                                 const EngineOptions& options) {
  Evaluator evaluator(plan);
  std::string text;
  for (const auto& rule : plan.rules()) {
    text.append(rule->name).append(": ");
    text.append(OfRule(*rule, plan, options, &evaluator));
    text.push_back('\n');
  }
  for (const RecentPlan& recent : plan.pool().recents) {
    text.append("recent ").append(recent.name).append(": ");
    text.append(Product(recent.max_keys, "tuples", kEntryBytes));
    text.push_back('\n');
  }
  for (const auto& report : plan.reports()) {
    text.append("report ").append(report->name).append(": ");
    text.append(OfReport(*report, plan.rules().size()));
    text.push_back('\n');
  }
  return text +
         "(at most; without open alerts, and with texts of usual length)\n";
}

}  // namespace mqwarden
