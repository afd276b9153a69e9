// The plan: what the compiler makes of a rule set and what the engine runs.
// Data only: no rule text, no I/O, nothing that changes.
//
// A plan is immutable once built and may be shared by any number of engines and
// threads. The compiler fills it; Verify() re-checks what the engine relies on.
//
// Expressions. All rules share one pool. A node names its children by index;
// children stand before their parents, so the pool has no cycles. Equal nodes
// are stored once, so that an engine may evaluate each at most once per event:
// `event_only` says that a node's value depends on nothing but the event.
// A value may be missing; a condition never is: a comparison with a missing
// operand is false, and `!=`, `not in` and their kin are kNot of the positive
// form, hence true.
#ifndef MQWARDEN_ENGINE_PLAN_H_
#define MQWARDEN_ENGINE_PLAN_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "mqwarden/base/decimal.h"
#include "mqwarden/base/ip_address.h"
#include "mqwarden/base/text.h"
#include "mqwarden/base/time.h"
#include "mqwarden/schema/alert.h"
#include "mqwarden/schema/field_catalog.h"
#include "mqwarden/schema/inventory.h"
#include "re2/re2.h"

namespace mqwarden {

using ExprId = uint32_t;
inline constexpr ExprId kNoExpr = 0xffffffff;
// Expressions are evaluated by recursion: Verify() refuses deeper ones.
inline constexpr int kMaxExprDepth = 1000;
// count(condition) aggregates of one rule.
inline constexpr int kMaxCountIfs = 64;

// What a value is and how it compares. kFolded is text without ASCII case.
enum class ValueType : uint8_t {
  kBool, kInt, kReal, kExact, kFolded, kEnum, kIp, kTs, kDuration, kList,
};

enum class ExprOp : uint8_t {
  // Values. `a`, `b` are the operands named here.
  kConst,         // a: index in constants
  kField,         // a: FieldId, also computed fields
  kAttrText,      // a: index in names; the text of attr.NAME, missing if absent
  kAttrNumber,    // a: index in names; its number, or its text when the whole of
                  // it is a decimal; else missing. A kReal.
  kLower,         // child, folded to lower case
  kCoalesce,      // the first child that is not missing; of several types: text
  kLength,        // child: characters of a text, elements of a list
  kNetwork,       // child ip; a, b: prefix lengths for IPv4 and IPv6; as text
  kPatternLabel,  // child; a: index in pattern_sets; label of the first that fits
  kTableColumn,   // children: the key; a: index in tables; b: column
  kAlertSeverity, // mutes and limits only: the severity of the alert to be sent
  kAlertRule,     // mutes and limits only: the name of its rule
  kAlertRuleTags, // mutes and limits only: the tags of its rule; a list
  kAlertTime,     // mutes only: the time of the alert to be sent; a ts
  kAggregate,     // a: index in the rule's aggregates; missing where undefined
  kValueSet,      // a: index in the rule's value_sets; a list
  kOfKind,        // child; a: bits of kinds; missing at an event of another kind
  kEachValue,     // a: index in the rule's `by`, of an `each`: the key's value
  kStepValue,     // a: index in the sequence's captures
  kStepCount,     // a: index of a step: how many of its events the match holds
  // Arithmetic: missing where an operand is, or a divisor is zero. Exact: an
  // int, a real or ratio, a duration; see `type`.
  kAdd, kSub, kMul, kDiv,  // children 0 and 1
  kNegate,        // child
  // Conditions.
  kTrue,
  kFalse,
  kAnd,           // all children, in order, n >= 1
  kOr,            // any child, in order, n >= 1
  kNot,           // child
  kIsTrue,        // child bool is present and true
  kExists,        // child is present
  kEq, kLt, kLe, kGt, kGe,  // children 0 and 1; texts fold if `a` is 1
  kInTexts,       // child; a: index in text_sets
  kInNumbers,     // child int, enum, bool, ts or duration; a: index in number_sets
  kInNetworks,    // child ip; a: index in network_sets
  kLike,          // child text, or a list any element of which fits; a: glob_sets
  kMatches,       // child text, or a list any element of which fits; a: regex_sets
  kHasAny,        // child list; a: index in text_sets; true when any is in it
  kHas,           // children: list, text: true when the list holds the text
  kLikeValue,     // children: text or list, pattern (a text); folds if `a` is 1
  kDuring,        // children: ts, keys of the calendar; a: index in calendars
  kRecent,        // children: the tuple; a: index in the plan's recents
  kObserved,      // child; a: what an observer knows it by; never compiled
};

struct Expr {
  ExprOp op = ExprOp::kTrue;
  ValueType type = ValueType::kBool;
  EnumType enum_type = EnumType::kNone;  // where type is kEnum
  bool event_only = true;
  uint32_t a = 0;
  uint32_t b = 0;
  std::vector<ExprId> children;
  bool operator==(const Expr&) const = default;
};

// `number` holds kBool, kInt, kEnum, kTs and kDuration; kReal is `decimal`;
// texts are `text` (kFolded ones keep their case here).
struct Constant {
  ValueType type = ValueType::kInt;
  EnumType enum_type = EnumType::kNone;
  int64_t number = 0;
  Decimal decimal;
  std::string text;
  IpAddress ip;
};

struct TextSet {
  bool fold = false;  // members are stored folded
  absl::flat_hash_set<std::string, TextHash, TextEq> members;
};

struct NumberSet {
  absl::flat_hash_set<int64_t> members;
};

struct NetworkSet {
  std::vector<IpNetwork> networks;
};

struct GlobSet {
  bool fold = false;
  std::vector<std::string> patterns;  // stored folded when `fold`
};

struct RegexSet {
  std::vector<std::shared_ptr<const re2::RE2>> regexes;  // any of them, anywhere
};

// The first row that fits gives its label. Rows are globs, or networks for an
// ip; a network row of `*` has any = true.
struct PatternSet {
  struct Row {
    std::string label;
    std::string glob;  // folded
    bool any = false;
    IpNetwork network;
  };
  bool networks = false;
  std::vector<Row> rows;
};

// A lookup table; key texts are folded and joined by TableKey().
struct LookupTable {
  std::vector<std::string> columns;
  // An empty cell is missing.
  absl::flat_hash_map<std::string, std::vector<std::string>, TextHash, TextEq>
      rows;
};
// The one way in which key cells become a row's key: unambiguous for any bytes.
void AppendTableKey(std::string_view cell, std::string* key);

// When a time belongs: in a weekly range or a span, and on no excepted day.
// Holds everything that depends on a time zone, so that a plan means the same on
// every machine.
struct CalendarPlan {
  struct Offset {
    int64_t from = 0;     // ns since the epoch; of the first: the least int64
    int32_t seconds = 0;  // local time less UTC
  };
  // Seconds of local time since Monday 00:00. `end` may pass the end of the
  // week, and then goes on at its beginning.
  struct WeeklyRange {
    int32_t begin = 0;
    int32_t end = 0;
  };
  struct Span {
    int64_t begin = 0;  // ns since the epoch
    int64_t end = 0;    // exclusive
    // One folded glob per key of a keyed calendar; "" fits everything.
    std::vector<std::string> keys;
  };
  std::string name;
  std::vector<Offset> offsets;      // by `from`
  std::vector<WeeklyRange> weekly;  // by `begin`, disjoint
  std::vector<int32_t> excepted;    // local days since 1970-01-01, sorted
  std::vector<Span> spans;          // by `begin`
  size_t keys = 0;
};

// One aggregate over the events of a rule's window. Of nothing kCount, kCountIf,
// kDistinct and kSum are 0, the others undefined: missing.
struct Aggregate {
  enum class Kind : uint8_t {
    kCount, kCountIf, kDistinct, kSum, kAvg, kMin, kMax, kPercentile,
  };
  Kind kind = Kind::kCount;
  ExprId condition = kNoExpr;  // kCountIf
  // kDistinct: an event lacking one is skipped. kSum to kPercentile: one value;
  // an event lacking it is skipped.
  std::vector<ExprId> args;
  Decimal percent;  // kPercentile: over 0, at most 100; nearest rank
  bool operator==(const Aggregate&) const = default;
};

// set(f, n): the first n different values of f among the window's events, in
// order of their first event there; missing ones are skipped.
struct ValueSet {
  ExprId arg = kNoExpr;
  int32_t max = 0;
};

struct TemplatePart {
  std::string literal;     // when expr is kNoExpr
  ExprId expr = kNoExpr;
};
using Template = std::vector<TemplatePart>;

struct KeyPart {
  std::string name;     // as shown in `group`
  ExprId expr = kNoExpr;
  bool optional = false;  // f?: missing is a value of its own
  bool each = false;      // expr is a list: one key per different element
};

struct ExcludePlan {
  std::string label;  // "" where there is none
  ExprId condition = kNoExpr;
};

struct MutePlan {
  ExprId condition = kNoExpr;   // or:
  std::optional<Time> until;    // mutes alerts whose time is before it
  // `mute during`: condition is a kDuring of kAlertTime, or a kOr of such.
  bool during = false;
  std::string reason;           // what `muted` shows: the clause as written
};

struct LimitPlan {
  int64_t count = 0;
  Duration per{};
  bool by_all = false;
  std::vector<KeyPart> by;
  ExprId unless = kNoExpr;
  bool digest = false;
};

enum class RefireKind : uint8_t { kRise, kEach, kEvery, kReset };

enum class WindowKind : uint8_t { kSliding, kTumbling, kSession };

// `when CONDITION in D`.
struct WindowPlan {
  WindowKind kind = WindowKind::kSliding;
  Duration length{};  // of a session: the gap that closes it
  ExprId condition = kNoExpr;  // of aggregates and constants alone, as `rearm`
  RefireKind refire = RefireKind::kRise;
  // kRise: the key is armed again only where this is false; kNoExpr: where the
  // condition itself is false.
  ExprId rearm = kNoExpr;
  Duration every{};  // kEvery
};

// `when new (f, …) in D` and `when rare (f, …) < N in D`, `learn L`.
struct SeenPlan {
  std::vector<KeyPart> tuple;  // shown in `fields`
  int64_t below = 1;           // new: 1; rare: N
  Duration length{};
  Duration learn{};
};

// `when absent D` with `by f from LIST`: the rule's only key part.
struct AbsentPlan {
  Duration length{};
  std::vector<Constant> universe;  // in the list's spelling, each once
};

// One step of a sequence. `where` may read captures of earlier steps, and
// through them depends on more than the event.
struct SequenceStep {
  std::string label;       // "" where there is none
  uint32_t kinds = 0;      // bit 1 << Kind
  ExprId where = kNoExpr;  // kNoExpr: every event of the kinds
  int64_t count = 1;       // N x
  bool missing = false;
};

// What is kept of the last event of a step: `expr` depends on that event alone.
struct CapturePlan {
  uint32_t step = 0;
  ExprId expr = kNoExpr;
  // A later step reads it: matches of different values are kept apart.
  bool joins = false;
};

// `when sequence in D`. The first step is not `missing`, nor are the last two;
// a `missing` has count 1. The rule's `kinds` are those of all steps; its
// `where` and excludes apply to every step.
struct SequencePlan {
  Duration length{};
  std::vector<SequenceStep> steps;
  std::vector<CapturePlan> captures;
};

struct SeverityCase {
  ExprId condition = kNoExpr;  // kNoExpr: always
  Severity severity = Severity::kInfo;
};

struct EscalationPlan {
  ExprId condition = kNoExpr;
  Severity severity = Severity::kInfo;
};

struct AlertFieldPlan {
  std::string name;
  ExprId expr = kNoExpr;
};

struct RulePlan {
  std::string name;
  std::string version;      // 16 hex digits: hash of what the rule means
  uint64_t state_hash = 0;  // hash of what its state depends on
  std::vector<std::string> tags;
  uint32_t kinds = 0;       // bit 1 << Kind
  ExprId where = kNoExpr;   // kNoExpr: every event of the kinds
  std::vector<ExcludePlan> excludes;  // the policy's first
  std::vector<KeyPart> by;
  // At most one of these; none: no `when`.
  std::optional<WindowPlan> window;
  std::optional<SeenPlan> seen;
  std::optional<AbsentPlan> absent;
  std::optional<SequencePlan> sequence;
  std::vector<Aggregate> aggregates;  // equal ones once
  std::vector<ValueSet> value_sets;
  std::vector<SeverityCase> severity;  // the last has no condition
  std::vector<EscalationPlan> escalations;
  std::vector<MutePlan> mutes;         // the policy's first
  std::vector<LimitPlan> limits;       // the rule's own
  std::vector<std::string> notify;
  bool resolve = false;
  Template title;
  Template summary;
  Template runbook;
  std::vector<AlertFieldPlan> fields;
  int32_t evidence_first = 0;
  int32_t evidence_last = 0;
  int64_t max_keys = 1'000'000;  // `keys N`
  // Reads a `recent`: runs in order even without `when`.
  bool in_order = false;

  bool has_when() const {
    return window.has_value() || seen.has_value() || absent.has_value() ||
           sequence.has_value();
  }
};

// `recent N { … }`: remembers when an event of a tuple passed last.
struct RecentPlan {
  std::string name;
  uint64_t state_hash = 0;
  uint32_t kinds = 0;
  ExprId where = kNoExpr;
  std::vector<KeyPart> by;
  Duration length{};
  int64_t max_keys = 1'000'000;
};

// `report N { … }`: one record per period with its largest groups, or with one
// row per rule of the counters.
struct ReportPlan {
  // Periods [from + k·every, from + (k+1)·every); or the hours, days or weeks
  // (from Monday) of a time zone, whose offsets are those of a calendar.
  enum class Unit : uint8_t { kFixed, kHour, kDay, kWeek };
  std::string name;
  std::string version;
  uint64_t state_hash = 0;
  Template title;  // reads nothing of an event
  bool of_statistics = false;
  uint32_t kinds = 0;
  ExprId where = kNoExpr;
  std::vector<ExcludePlan> excludes;
  std::vector<KeyPart> by;
  std::vector<Aggregate> aggregates;  // equal ones once
  std::vector<ValueSet> value_sets;
  ExprId order = kNoExpr;  // of aggregates; the largest first, missing last
  int32_t top = 0;
  std::vector<AlertFieldPlan> show;  // of aggregates, or of the last event
  bool compare_previous = false;
  Unit unit = Unit::kFixed;
  Duration every{};  // kFixed
  Time from{};       // kFixed
  std::vector<CalendarPlan::Offset> offsets;  // otherwise
  int64_t max_keys = 1'000'000;
};

// Everything that rules refer to by index.
struct PlanPool {
  std::vector<Expr> exprs;
  std::vector<Constant> constants;
  std::vector<std::string> names;
  std::vector<TextSet> text_sets;
  std::vector<NumberSet> number_sets;
  std::vector<NetworkSet> network_sets;
  std::vector<GlobSet> glob_sets;
  std::vector<RegexSet> regex_sets;
  std::vector<PatternSet> pattern_sets;
  std::vector<LookupTable> tables;
  std::vector<CalendarPlan> calendars;
  std::vector<RecentPlan> recents;
};

template <typename T>
class BuiltOnce;
class ExprNodes;
class RuleIndex;

class Plan final {
 public:
  // `rules` and `reports` are sorted by name here. `inventory` may be null.
  Plan(std::shared_ptr<const PlanPool> pool,
       std::vector<std::shared_ptr<const RulePlan>> rules,
       std::vector<LimitPlan> policy_limits,
       std::shared_ptr<const Inventory> inventory,
       std::vector<std::shared_ptr<const ReportPlan>> reports = {});

  const PlanPool& pool() const { return *pool_; }
  const std::vector<std::shared_ptr<const RulePlan>>& rules() const {
    return rules_;
  }
  const std::vector<std::shared_ptr<const ReportPlan>>& reports() const {
    return reports_;
  }
  // Each is one budget shared by the rules with `when`, and another shared by
  // those without. They come before a rule's own limits.
  const std::vector<LimitPlan>& policy_limits() const { return policy_limits_; }
  const Inventory* inventory() const { return inventory_.get(); }

  // The same plan with the one rule `name` and no report; null when there is
  // none.
  std::shared_ptr<const Plan> WithRule(std::string_view name) const;

  // kInternal, naming the rule and the broken invariant. Checked once.
  absl::Status Verify() const;
  // What the engines of a plan that has passed Verify() share, made when the first
  // of them asks.
  const ExprNodes& nodes() const;
  std::shared_ptr<const RuleIndex> index() const;
  // Stable text of the whole plan, for goldens.
  std::string DebugString() const;
  // Hash of what all rules mean; layout and comments are not in it.
  uint64_t fingerprint() const { return fingerprint_; }

 private:
  // One rule of `other`, which shares its pool: what does not depend on the
  // rule is not worked out again.
  Plan(const Plan& other, std::shared_ptr<const RulePlan> rule);

  absl::Status VerifyNow() const;

  std::shared_ptr<const PlanPool> pool_;
  std::vector<std::shared_ptr<const RulePlan>> rules_;
  std::vector<LimitPlan> policy_limits_;
  std::shared_ptr<const Inventory> inventory_;
  std::vector<std::shared_ptr<const ReportPlan>> reports_;
  uint64_t policy_hash_ = 0;
  uint64_t fingerprint_ = 0;
  // A plan of one rule shares the first two with the whole.
  std::shared_ptr<BuiltOnce<absl::Status>> verified_;
  std::shared_ptr<BuiltOnce<ExprNodes>> nodes_;
  std::shared_ptr<BuiltOnce<RuleIndex>> index_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_PLAN_H_
