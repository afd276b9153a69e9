// The checked form of all expressions of a rule set: the plan's nodes, each
// stored once, with what only the compiler needs to know of each. The checker
// writes it, the compiler reads it and copies what rules use into the plan.
//
// What differs from a plan's pool: `kAggregate`, `kValueSet` and `kStepValue`
// number the pool's own aggregates, value sets and captures, which become a
// rule's own in the plan.
//
// Meaning. Every node has a hash of what it means: names, values, inline lists;
// of data from a file only the file's name. It depends on no index, order or
// address, and is the same in every later version.
//
// Threads: thread-compatible.
#ifndef MQWARDEN_RULES_EXPR_POOL_H_
#define MQWARDEN_RULES_EXPR_POOL_H_

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "mqwarden/base/hash128.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/rules/expr_table.h"

namespace mqwarden {

// What an expression reads; a node has the bits of its children too, but an
// aggregate none of those inside it.
using Reads = uint32_t;
inline constexpr Reads kReadsEvent = 1;
inline constexpr Reads kReadsAggregate = 2;
inline constexpr Reads kReadsValueSet = 4;
inline constexpr Reads kReadsRule = 8;         // rule, rule_tags
inline constexpr Reads kReadsSeverity = 16;    // of the alert to be sent
inline constexpr Reads kReadsAlertField = 32;  // fields of an event of kind alert
inline constexpr Reads kReadsStep = 64;        // of a sequence
inline constexpr Reads kReadsEach = 128;       // the value of an `each` key
inline constexpr Reads kReadsAlertTime = 256;  // of the alert to be sent
inline constexpr Reads kReadsRecent = 512;

class ExprPool final {
 public:
  // Of a node and what it stands for when written out; both stop counting
  // there.
  static constexpr uint32_t kMaxDepth = 256;
  static constexpr uint32_t kMaxSize = 500'000;

  ExprPool() : table_(&plan_.exprs) {}
  ExprPool(const ExprPool&) = delete;
  ExprPool& operator=(const ExprPool&) = delete;

  // --- Values.
  // `rule`, `rule_tags` and `severity` are those of the alert to be sent, or,
  // with `of_event`, of the event, which is then one of kind alert.
  ExprId Field(FieldId field, bool of_event = false);
  // `condition` with the alert to be sent replaced by the event, of kind alert.
  ExprId OfEvent(ExprId condition);
  ExprId Attr(std::string_view name, bool number);
  ExprId Const(Constant constant);
  ExprId Int(int64_t value);
  ExprId Enum(EnumType type, int64_t value);
  ExprId Bool(bool value);
  ExprId Text(std::string_view text, ValueType type);
  ExprId Aggregate(mqwarden::Aggregate aggregate, ValueType type);
  ExprId ValueSet(mqwarden::ValueSet set);
  // What `expr` is at the last event of a step.
  ExprId StepValue(uint32_t step, ExprId expr);
  ExprId StepCount(uint32_t step);
  // The value of the `each` key that is part `part` of the rule's `by`.
  ExprId EachValue(uint32_t part);
  ExprId AlertTime();

  // --- Conditions. And and Or drop repeats and what decides nothing.
  ExprId True() { return Leaf(ExprOp::kTrue); }
  ExprId False() { return Leaf(ExprOp::kFalse); }
  ExprId And(std::span<const ExprId> children);
  ExprId Or(std::span<const ExprId> children);
  ExprId Not(ExprId child);
  ExprId IsTrue(ExprId child);  // of a condition: itself

  // Whether `time`, a ts, lies in a calendar, whose keys follow.
  ExprId During(uint32_t calendar, std::vector<ExprId> time_and_keys);
  ExprId Recent(uint32_t recent, std::vector<ExprId> tuple);

  // Any other node. `type` and `a`, `b` as engine/plan.h says.
  ExprId Node(ExprOp op, ValueType type, uint32_t a, uint32_t b,
              std::vector<ExprId> children);
  ExprId Condition(ExprOp op, uint32_t a, std::vector<ExprId> children) {
    return Node(op, ValueType::kBool, a, 0, std::move(children));
  }

  // --- Sets: stored once per key, made by `make` when new.
  struct SetId {
    Hash128 key;
    Hash128 meaning;       // goes into the hashes of the nodes that use it
    bool is_data = false;  // its contents stand in a file
  };
  uint32_t TextSet(const SetId& id,
                   const std::function<mqwarden::TextSet()>& make);
  uint32_t NumberSet(const SetId& id,
                   const std::function<mqwarden::NumberSet()>& make);
  uint32_t NetworkSet(const SetId& id,
                   const std::function<mqwarden::NetworkSet()>& make);
  uint32_t GlobSet(const SetId& id,
                   const std::function<mqwarden::GlobSet()>& make);
  uint32_t RegexSet(const SetId& id,
                   const std::function<mqwarden::RegexSet()>& make);
  uint32_t PatternSet(const SetId& id,
                   const std::function<mqwarden::PatternSet()>& make);
  uint32_t Table(LookupTable table, Hash128 meaning);
  uint32_t Calendar(CalendarPlan calendar, Hash128 meaning);
  uint32_t Recent(RecentPlan recent, Hash128 meaning);

  // --- Reading.
  const PlanPool& plan() const { return plan_; }
  PlanPool* mutable_plan() { return &plan_; }
  const Expr& expr(ExprId id) const { return plan_.exprs[id]; }
  const std::vector<mqwarden::Aggregate>& aggregates() const {
    return aggregates_;
  }
  const std::vector<mqwarden::ValueSet>& value_sets() const {
    return value_sets_;
  }
  const std::vector<CapturePlan>& captures() const { return captures_; }
  Reads reads(ExprId id) const { return facts_[id].reads; }
  uint32_t depth(ExprId id) const { return facts_[id].depth; }
  uint32_t size(ExprId id) const { return facts_[id].size; }
  Hash128 meaning(ExprId id) const { return facts_[id].meaning; }
  // Whether the operator itself looks into a list from a file.
  bool reads_data(const Expr& expr) const {
    const Sets* const sets = SetsOf(expr.op);
    return sets != nullptr && sets->ids[expr.a].is_data;
  }
  bool is_true(ExprId id) const { return expr(id).op == ExprOp::kTrue; }
  bool is_false(ExprId id) const { return expr(id).op == ExprOp::kFalse; }

 private:
  struct Facts {
    Hash128 meaning;
    // Of an `and` or `or`: the sum over its parts, those of a part that joins
    // in the same way included. So neither order nor grouping is meaning.
    Hash128 sum;
    uint32_t size = 1;   // written out, at most kMaxSize + 1
    uint32_t depth = 1;  // at most kMaxDepth + 1
    Reads reads = 0;
  };
  // The sets of one kind: where each key is, and what is known of each.
  struct Sets {
    absl::flat_hash_map<Hash128, uint32_t> by_key;
    std::vector<SetId> ids;
  };

  ExprId Leaf(ExprOp op) { return Condition(op, 0, {}); }
  ExprId Junction(ExprOp op, std::span<const ExprId> children);
  ExprId Add(Expr expr, Reads own_reads);
  void AddMeaning(const Expr& expr, Facts* facts) const;
  Hash128 MeaningOfA(const Expr& expr) const;
  template <typename Set>
  uint32_t AddSet(Sets* sets, std::vector<Set>* stored, const SetId& id,
                  const std::function<Set()>& make);
  // The sets that an operator looks into; null where it has none.
  const Sets* SetsOf(ExprOp op) const;

  PlanPool plan_;
  ExprTable table_;
  std::vector<Facts> facts_;  // beside plan_.exprs
  std::vector<mqwarden::Aggregate> aggregates_;
  std::vector<Hash128> aggregate_meanings_;
  std::vector<mqwarden::ValueSet> value_sets_;
  std::vector<Hash128> value_set_meanings_;
  absl::flat_hash_map<Hash128, uint32_t> constants_;
  std::vector<Hash128> constant_meanings_;
  absl::flat_hash_map<std::string, uint32_t, TextHash, TextEq> names_;
  absl::flat_hash_map<Hash128, uint32_t> aggregate_ids_;
  absl::flat_hash_map<Hash128, uint32_t> value_set_ids_;
  Sets text_sets_, number_sets_, network_sets_, glob_sets_, regex_sets_,
      pattern_sets_;
  std::vector<Hash128> table_meanings_;
  std::vector<Hash128> calendar_meanings_;
  std::vector<Hash128> recent_meanings_;
  std::vector<CapturePlan> captures_;
  std::vector<Hash128> capture_meanings_;
  absl::flat_hash_map<Hash128, uint32_t> capture_ids_;
  absl::flat_hash_map<ExprId, ExprId> of_event_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_EXPR_POOL_H_
