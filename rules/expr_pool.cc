#include "mqwarden/rules/expr_pool.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "mqwarden/base/check.h"
#include "mqwarden/rules/types.h"

namespace mqwarden {
namespace {

// The names of operators and types inside hashes, which never change, whatever
// becomes of the enumerations.
std::string_view StableName(ExprOp op) {
  switch (op) {
    case ExprOp::kConst: return "const";
    case ExprOp::kField: return "field";
    case ExprOp::kAttrText: return "attr_text";
    case ExprOp::kAttrNumber: return "attr_number";
    case ExprOp::kLower: return "lower";
    case ExprOp::kCoalesce: return "coalesce";
    case ExprOp::kLength: return "length";
    case ExprOp::kNetwork: return "network";
    case ExprOp::kPatternLabel: return "pattern";
    case ExprOp::kTableColumn: return "table";
    case ExprOp::kAlertSeverity: return "severity";
    case ExprOp::kAlertRule: return "rule";
    case ExprOp::kAlertRuleTags: return "rule_tags";
    case ExprOp::kAggregate: return "aggregate";
    case ExprOp::kAlertTime: return "alert_time";
    case ExprOp::kValueSet: return "set";
    case ExprOp::kOfKind: return "of_kind";
    case ExprOp::kEachValue: return "each";
    case ExprOp::kStepValue: return "step";
    case ExprOp::kStepCount: return "step_count";
    case ExprOp::kAdd: return "add";
    case ExprOp::kSub: return "sub";
    case ExprOp::kMul: return "mul";
    case ExprOp::kDiv: return "div";
    case ExprOp::kNegate: return "negate";
    case ExprOp::kTrue: return "true";
    case ExprOp::kFalse: return "false";
    case ExprOp::kAnd: return "and";
    case ExprOp::kOr: return "or";
    case ExprOp::kNot: return "not";
    case ExprOp::kIsTrue: return "is_true";
    case ExprOp::kExists: return "exists";
    case ExprOp::kEq: return "eq";
    case ExprOp::kLt: return "lt";
    case ExprOp::kLe: return "le";
    case ExprOp::kGt: return "gt";
    case ExprOp::kGe: return "ge";
    case ExprOp::kInTexts: return "in_texts";
    case ExprOp::kInNumbers: return "in_numbers";
    case ExprOp::kInNetworks: return "in_networks";
    case ExprOp::kLike: return "like";
    case ExprOp::kMatches: return "matches";
    case ExprOp::kHasAny: return "has_any";
    case ExprOp::kHas: return "has";
    case ExprOp::kLikeValue: return "like_value";
    case ExprOp::kDuring: return "during";
    case ExprOp::kRecent: return "recent";
    case ExprOp::kObserved: return "observed";
  }
  MQWARDEN_CHECK(false, "every operator has a stable name");
}

std::string_view StableName(Aggregate::Kind kind) {
  switch (kind) {
    case Aggregate::Kind::kCount: return "count";
    case Aggregate::Kind::kCountIf: return "count_if";
    case Aggregate::Kind::kDistinct: return "distinct";
    case Aggregate::Kind::kSum: return "sum";
    case Aggregate::Kind::kAvg: return "avg";
    case Aggregate::Kind::kMin: return "min";
    case Aggregate::Kind::kMax: return "max";
    case Aggregate::Kind::kPercentile: return "percentile";
  }
  MQWARDEN_CHECK(false, "every aggregate has a stable name");
}

std::string_view StableName(ValueType type) {
  switch (type) {
    case ValueType::kBool: return "bool";
    case ValueType::kInt: return "int";
    case ValueType::kReal: return "real";
    case ValueType::kExact: return "str";
    case ValueType::kFolded: return "kw";
    case ValueType::kEnum: return "enum";
    case ValueType::kIp: return "ip";
    case ValueType::kTs: return "ts";
    case ValueType::kDuration: return "duration";
    case ValueType::kList: return "list";
  }
  MQWARDEN_CHECK(false, "every type has a stable name");
}

Hash128 Sum(Hash128 a, Hash128 b) {
  Hash128 sum;
  sum.lo = a.lo + b.lo;
  sum.hi = a.hi + b.hi + (sum.lo < a.lo ? 1 : 0);
  return sum;
}

Hash128 MeaningOf(const Constant& constant) {
  Hasher128 hasher;
  hasher.Add(StableName(constant.type));
  switch (constant.type) {
    case ValueType::kEnum:
      hasher.Add(EnumTypeName(constant.enum_type));
      hasher.Add(EnumValueName(constant.enum_type, constant.number));
      break;
    case ValueType::kReal:
      hasher.Add(constant.decimal.ToString());
      break;
    case ValueType::kExact:
    case ValueType::kFolded:
      hasher.Add(constant.text);
      break;
    case ValueType::kIp:
      hasher.Add(FormatIp(constant.ip));
      break;
    default:
      hasher.Add(constant.number);
  }
  return hasher.Finish();
}

}  // namespace

ExprId ExprPool::Field(FieldId field, bool of_event) {
  const FieldInfo& info = GetField(field);
  Reads reads = kReadsEvent;
  Expr expr;
  expr.op = ExprOp::kField;
  expr.type = ValueTypeOf(info.type);
  expr.enum_type = info.enum_type;
  expr.a = static_cast<uint32_t>(field);
  if (of_event) {
    if (info.flags & kFieldAlertOnly) reads |= kReadsAlertField;
  } else if (field == FieldId::kSeverity) {
    expr.op = ExprOp::kAlertSeverity;
    reads = kReadsSeverity;
  } else if (field == FieldId::kRule) {
    expr.op = ExprOp::kAlertRule;
    reads = kReadsRule;
  } else if (field == FieldId::kRuleTags) {
    expr.op = ExprOp::kAlertRuleTags;
    reads = kReadsRule;
  } else if (info.flags & kFieldAlertOnly) {
    reads = kReadsAlertField;
  }
  if (expr.op != ExprOp::kField) expr.a = 0;
  return Add(std::move(expr), reads);
}

ExprId ExprPool::OfEvent(ExprId condition) {
  if ((reads(condition) & (kReadsRule | kReadsSeverity)) == 0) {
    return condition;
  }
  const auto found = of_event_.find(condition);
  if (found != of_event_.end()) return found->second;
  Expr node = expr(condition);  // a copy: what follows adds nodes
  ExprId result = kNoExpr;
  switch (node.op) {
    case ExprOp::kAlertSeverity: result = Field(FieldId::kSeverity, true); break;
    case ExprOp::kAlertRule: result = Field(FieldId::kRule, true); break;
    case ExprOp::kAlertRuleTags: result = Field(FieldId::kRuleTags, true); break;
    default:
      // As deep as the expression, which kMaxDepth bounds.
      for (ExprId& child : node.children) child = OfEvent(child);
      result = Add(std::move(node), 0);
  }
  of_event_.emplace(condition, result);
  return result;
}

ExprId ExprPool::Attr(std::string_view name, bool number) {
  const auto [it, is_new] = names_.try_emplace(
      std::string(name), static_cast<uint32_t>(plan_.names.size()));
  if (is_new) plan_.names.emplace_back(name);
  Expr expr;
  expr.op = number ? ExprOp::kAttrNumber : ExprOp::kAttrText;
  expr.type = number ? ValueType::kReal : ValueType::kFolded;
  expr.a = it->second;
  return Add(std::move(expr), kReadsEvent);
}

ExprId ExprPool::Const(Constant constant) {
  const Hash128 meaning = MeaningOf(constant);
  Expr expr;
  expr.op = ExprOp::kConst;
  expr.type = constant.type;
  expr.enum_type = constant.enum_type;
  const auto [it, is_new] = constants_.try_emplace(
      meaning, static_cast<uint32_t>(plan_.constants.size()));
  if (is_new) {
    plan_.constants.push_back(std::move(constant));
    constant_meanings_.push_back(meaning);
  }
  expr.a = it->second;
  return Add(std::move(expr), 0);
}

ExprId ExprPool::Int(int64_t value) {
  Constant constant;
  constant.number = value;
  return Const(std::move(constant));
}

ExprId ExprPool::Enum(EnumType type, int64_t value) {
  Constant constant;
  constant.type = ValueType::kEnum;
  constant.enum_type = type;
  constant.number = value;
  return Const(std::move(constant));
}

ExprId ExprPool::Bool(bool value) {
  Constant constant;
  constant.type = ValueType::kBool;
  constant.number = value ? 1 : 0;
  return Const(std::move(constant));
}

ExprId ExprPool::Text(std::string_view text, ValueType type) {
  Constant constant;
  constant.type = type;
  constant.text = text;
  return Const(std::move(constant));
}

ExprId ExprPool::Aggregate(mqwarden::Aggregate aggregate, ValueType type) {
  Hasher128 hasher;
  switch (aggregate.kind) {
    case Aggregate::Kind::kCount: hasher.Add(std::string_view("count")); break;
    case Aggregate::Kind::kCountIf:
      hasher.Add(std::string_view("count_if"));
      hasher.Add(meaning(aggregate.condition));
      break;
    case Aggregate::Kind::kDistinct:
      hasher.Add(std::string_view("distinct"));
      for (const ExprId arg : aggregate.args) hasher.Add(meaning(arg));
      break;
    default:
      hasher.Add(StableName(aggregate.kind));
      for (const ExprId arg : aggregate.args) hasher.Add(meaning(arg));
      hasher.Add(aggregate.percent.ToString());
      break;
  }
  const Hash128 meaning = hasher.Finish();
  const auto [it, is_new] = aggregate_ids_.try_emplace(
      meaning, static_cast<uint32_t>(aggregates_.size()));
  if (is_new) {
    aggregates_.push_back(std::move(aggregate));
    aggregate_meanings_.push_back(meaning);
  }
  Expr expr;
  expr.op = ExprOp::kAggregate;
  expr.type = type;
  expr.a = it->second;
  return Add(std::move(expr), kReadsAggregate);
}

ExprId ExprPool::ValueSet(mqwarden::ValueSet set) {
  Hasher128 hasher;
  hasher.Add(meaning(set.arg));
  hasher.Add(set.max);
  const Hash128 meaning = hasher.Finish();
  const auto [it, is_new] = value_set_ids_.try_emplace(
      meaning, static_cast<uint32_t>(value_sets_.size()));
  if (is_new) {
    value_sets_.push_back(set);
    value_set_meanings_.push_back(meaning);
  }
  Expr expr;
  expr.op = ExprOp::kValueSet;
  expr.type = ValueType::kList;
  expr.a = it->second;
  return Add(std::move(expr), kReadsValueSet);
}

ExprId ExprPool::StepValue(uint32_t step, ExprId expr) {
  Hasher128 hasher;
  hasher.Add(step);
  hasher.Add(meaning(expr));
  const Hash128 meaning = hasher.Finish();
  const auto [it, is_new] = capture_ids_.try_emplace(
      meaning, static_cast<uint32_t>(captures_.size()));
  if (is_new) {
    captures_.push_back({step, expr, false});
    capture_meanings_.push_back(meaning);
  }
  Expr node;
  node.op = ExprOp::kStepValue;
  node.type = this->expr(expr).type;
  node.enum_type = this->expr(expr).enum_type;
  node.a = it->second;
  return Add(std::move(node), kReadsStep);
}

ExprId ExprPool::StepCount(uint32_t step) {
  Expr node;
  node.op = ExprOp::kStepCount;
  node.type = ValueType::kInt;
  node.a = step;
  return Add(std::move(node), kReadsStep);
}

ExprId ExprPool::EachValue(uint32_t part) {
  Expr node;
  node.op = ExprOp::kEachValue;
  node.type = ValueType::kFolded;
  node.a = part;
  return Add(std::move(node), kReadsEach);
}

ExprId ExprPool::AlertTime() {
  Expr node;
  node.op = ExprOp::kAlertTime;
  node.type = ValueType::kTs;
  return Add(std::move(node), kReadsAlertTime);
}

ExprId ExprPool::During(uint32_t calendar, std::vector<ExprId> time_and_keys) {
  return Condition(ExprOp::kDuring, calendar, std::move(time_and_keys));
}

ExprId ExprPool::Recent(uint32_t recent, std::vector<ExprId> tuple) {
  Expr node;
  node.op = ExprOp::kRecent;
  node.a = recent;
  node.children = std::move(tuple);
  return Add(std::move(node), 0);
}

ExprId ExprPool::And(std::span<const ExprId> children) {
  return Junction(ExprOp::kAnd, children);
}

ExprId ExprPool::Or(std::span<const ExprId> children) {
  return Junction(ExprOp::kOr, children);
}

ExprId ExprPool::Junction(ExprOp op, std::span<const ExprId> children) {
  const ExprOp neutral = op == ExprOp::kAnd ? ExprOp::kTrue : ExprOp::kFalse;
  const ExprOp deciding = op == ExprOp::kAnd ? ExprOp::kFalse : ExprOp::kTrue;
  std::vector<ExprId> kept;
  absl::flat_hash_set<ExprId> seen;
  for (const ExprId child : children) {
    if (expr(child).op == deciding) return child;
    if (expr(child).op == neutral || !seen.insert(child).second) continue;
    kept.push_back(child);
  }
  if (kept.empty()) return Leaf(neutral);
  if (kept.size() == 1) return kept[0];
  return Condition(op, 0, std::move(kept));
}

ExprId ExprPool::Not(ExprId child) {
  switch (expr(child).op) {
    case ExprOp::kTrue: return False();
    case ExprOp::kFalse: return True();
    case ExprOp::kNot: return expr(child).children[0];
    default: return Condition(ExprOp::kNot, 0, {child});
  }
}

ExprId ExprPool::IsTrue(ExprId child) {
  return Condition(ExprOp::kIsTrue, 0, {child});
}

ExprId ExprPool::Node(ExprOp op, ValueType type, uint32_t a, uint32_t b,
                      std::vector<ExprId> children) {
  Expr node;
  node.op = op;
  node.type = type;
  node.a = a;
  node.b = b;
  node.children = std::move(children);
  if (type == ValueType::kEnum) {
    node.enum_type = expr(node.children[0]).enum_type;
  }
  return Add(std::move(node), 0);
}

ExprId ExprPool::Add(Expr expr, Reads own_reads) {
  Facts facts;
  facts.reads = own_reads;
  if (expr.op == ExprOp::kRecent) facts.reads |= kReadsRecent;
  for (const ExprId child : expr.children) {
    const Facts& other = facts_[child];
    facts.reads |= other.reads;
    facts.size = std::min(facts.size + other.size, kMaxSize + 1);
    facts.depth = std::max(facts.depth, std::min(other.depth, kMaxDepth) + 1);
  }
  // A `recent` changes between events only.
  expr.event_only =
      (facts.reads & ~(kReadsEvent | kReadsAlertField | kReadsRecent)) == 0;
  bool is_new = false;
  const ExprId id = table_.Add(std::move(expr), &is_new);
  if (is_new) {
    AddMeaning(plan_.exprs[id], &facts);
    facts_.push_back(facts);
  }
  return id;
}

void ExprPool::AddMeaning(const Expr& expr, Facts* facts) const {
  Hasher128 hasher;
  hasher.Add(StableName(expr.op));
  hasher.Add(StableName(expr.type));
  if (expr.op == ExprOp::kAnd || expr.op == ExprOp::kOr) {
    for (const ExprId id : expr.children) {
      const bool same = plan_.exprs[id].op == expr.op;
      facts->sum =
          Sum(facts->sum, same ? facts_[id].sum : facts_[id].meaning);
    }
    hasher.Add(facts->sum);
  } else {
    hasher.Add(MeaningOfA(expr));
    for (const ExprId child : expr.children) hasher.Add(facts_[child].meaning);
  }
  facts->meaning = hasher.Finish();
}

// Of what `a` and `b` stand for.
Hash128 ExprPool::MeaningOfA(const Expr& expr) const {
  if (const Sets* const sets = SetsOf(expr.op)) {
    return sets->ids[expr.a].meaning;
  }
  const auto text = [](std::string_view name) {
    Hasher128 hasher;
    hasher.Add(name);
    return hasher.Finish();
  };
  switch (expr.op) {
    case ExprOp::kConst: return constant_meanings_[expr.a];
    case ExprOp::kField:
      return text(GetField(static_cast<FieldId>(expr.a)).name);
    case ExprOp::kAttrText:
    case ExprOp::kAttrNumber: return text(plan_.names[expr.a]);
    case ExprOp::kAggregate: return aggregate_meanings_[expr.a];
    case ExprOp::kValueSet: return value_set_meanings_[expr.a];
    case ExprOp::kTableColumn: {
      Hasher128 hasher;
      hasher.Add(table_meanings_[expr.a]);
      hasher.Add(std::string_view(plan_.tables[expr.a].columns[expr.b]));
      return hasher.Finish();
    }
    case ExprOp::kStepValue: return capture_meanings_[expr.a];
    case ExprOp::kDuring: return calendar_meanings_[expr.a];
    case ExprOp::kRecent: return recent_meanings_[expr.a];
    case ExprOp::kOfKind: {
      Hasher128 hasher;
      for (int kind = 0; kind < kKindCount; ++kind) {
        if ((expr.a >> kind & 1) == 0) continue;
        hasher.Add(EnumValueName(EnumType::kKind, kind));
      }
      return hasher.Finish();
    }
    default: {
      Hasher128 hasher;
      hasher.Add(expr.a);
      hasher.Add(expr.b);
      return hasher.Finish();
    }
  }
}

template <typename Set>
uint32_t ExprPool::AddSet(Sets* sets, std::vector<Set>* stored, const SetId& id,
                          const std::function<Set()>& make) {
  const auto [it, is_new] =
      sets->by_key.try_emplace(id.key, static_cast<uint32_t>(stored->size()));
  if (is_new) {
    stored->push_back(make());
    sets->ids.push_back(id);
  }
  return it->second;
}

const ExprPool::Sets* ExprPool::SetsOf(ExprOp op) const {
  switch (op) {
    case ExprOp::kInTexts:
    case ExprOp::kHasAny: return &text_sets_;
    case ExprOp::kInNumbers: return &number_sets_;
    case ExprOp::kInNetworks: return &network_sets_;
    case ExprOp::kLike: return &glob_sets_;
    case ExprOp::kMatches: return &regex_sets_;
    case ExprOp::kPatternLabel: return &pattern_sets_;
    default: return nullptr;
  }
}

uint32_t ExprPool::TextSet(const SetId& id,
                           const std::function<mqwarden::TextSet()>& make) {
  return AddSet(&text_sets_, &plan_.text_sets, id, make);
}
uint32_t ExprPool::NumberSet(const SetId& id,
                           const std::function<mqwarden::NumberSet()>& make) {
  return AddSet(&number_sets_, &plan_.number_sets, id, make);
}
uint32_t ExprPool::NetworkSet(const SetId& id,
                           const std::function<mqwarden::NetworkSet()>& make) {
  return AddSet(&network_sets_, &plan_.network_sets, id, make);
}
uint32_t ExprPool::GlobSet(const SetId& id,
                           const std::function<mqwarden::GlobSet()>& make) {
  return AddSet(&glob_sets_, &plan_.glob_sets, id, make);
}
uint32_t ExprPool::RegexSet(const SetId& id,
                           const std::function<mqwarden::RegexSet()>& make) {
  return AddSet(&regex_sets_, &plan_.regex_sets, id, make);
}
uint32_t ExprPool::PatternSet(const SetId& id,
                           const std::function<mqwarden::PatternSet()>& make) {
  return AddSet(&pattern_sets_, &plan_.pattern_sets, id, make);
}

uint32_t ExprPool::Table(LookupTable table, Hash128 meaning) {
  plan_.tables.push_back(std::move(table));
  table_meanings_.push_back(meaning);
  return static_cast<uint32_t>(plan_.tables.size() - 1);
}

uint32_t ExprPool::Calendar(CalendarPlan calendar, Hash128 meaning) {
  plan_.calendars.push_back(std::move(calendar));
  calendar_meanings_.push_back(meaning);
  return static_cast<uint32_t>(plan_.calendars.size() - 1);
}

uint32_t ExprPool::Recent(RecentPlan recent, Hash128 meaning) {
  plan_.recents.push_back(std::move(recent));
  recent_meanings_.push_back(meaning);
  return static_cast<uint32_t>(plan_.recents.size() - 1);
}

}  // namespace mqwarden
