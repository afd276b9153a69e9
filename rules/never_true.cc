#include "mqwarden/rules/never_true.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "mqwarden/base/time.h"
#include "mqwarden/rules/const_eval.h"
#include "mqwarden/rules/types.h"

namespace mqwarden {
namespace {

constexpr size_t kMaxCandidates = 1000;
constexpr size_t kMaxPairedParts = 48;

// A condition that is not joined of others, or its opposite.
struct Atom {
  ExprId id;
  bool negated;
  bool operator==(const Atom&) const = default;
  template <typename H>
  friend H AbslHashValue(H state, const Atom& atom) {
    return H::combine(std::move(state), atom.id, atom.negated);
  }
};

// Whole numbers from `low` to `high`.
struct Range {
  int64_t low = std::numeric_limits<int64_t>::min();
  int64_t high = std::numeric_limits<int64_t>::max();

  void Narrow(ExprOp op, int64_t bound) {
    switch (op) {
      case ExprOp::kLt: high = std::min(high, SaturatingSub(bound, 1)); break;
      case ExprOp::kLe: high = std::min(high, bound); break;
      case ExprOp::kGt: low = std::max(low, SaturatingAdd(bound, 1)); break;
      case ExprOp::kGe: low = std::max(low, bound); break;
      default: break;
    }
  }
};

ExprOp Opposite(ExprOp op) {
  switch (op) {
    case ExprOp::kLt: return ExprOp::kGe;
    case ExprOp::kLe: return ExprOp::kGt;
    case ExprOp::kGt: return ExprOp::kLe;
    case ExprOp::kGe: return ExprOp::kLt;
    default: return op;
  }
}

bool IsOrderOp(ExprOp op) {
  return op == ExprOp::kLt || op == ExprOp::kLe || op == ExprOp::kGt ||
         op == ExprOp::kGe;
}

class Finder {
 public:
  Finder(const ExprPool& pool, uint32_t kinds) : pool_(pool), kinds_(kinds) {}

  // Whether the conditions cannot all be true.
  bool Contradictory(std::vector<Atom> conditions) {
    std::vector<Atom> atoms;
    std::vector<Atom> choices;
    if (Flatten(std::move(conditions), &atoms, &choices)) return true;
    if (GroupsContradict(atoms)) return true;
    for (const Atom& choice : choices) {
      if (Exhausted()) return false;
      if (EveryBranchContradicts(choice, atoms)) return true;
    }
    return false;
  }

 private:
  bool Exhausted() const { return steps_ > kMaxNeverTrueSteps; }

  // Splits what is joined by `and`; `choices` are those joined by `or`. True
  // when a condition and its opposite, or `false`, are among them.
  bool Flatten(std::vector<Atom> left, std::vector<Atom>* atoms,
               std::vector<Atom>* choices) {
    absl::flat_hash_set<Atom> seen;
    std::reverse(left.begin(), left.end());
    while (!left.empty() && ++steps_ <= kMaxNeverTrueSteps) {
      const Atom atom = left.back();
      left.pop_back();
      if (!seen.insert(atom).second) continue;
      if (seen.contains({atom.id, !atom.negated})) return true;
      const Expr& expr = pool_.expr(atom.id);
      switch (expr.op) {
        case ExprOp::kTrue:
        case ExprOp::kFalse:
          if ((expr.op == ExprOp::kTrue) == atom.negated) return true;
          break;
        case ExprOp::kNot:
          left.push_back({expr.children[0], !atom.negated});
          break;
        case ExprOp::kAnd:
        case ExprOp::kOr:
          if ((expr.op == ExprOp::kAnd) == atom.negated) {
            choices->push_back(atom);
            break;
          }
          for (auto it = expr.children.rbegin(); it != expr.children.rend();
               ++it) {
            left.push_back({*it, atom.negated});
          }
          break;
        default: atoms->push_back(atom);
      }
    }
    return false;
  }

  bool EveryBranchContradicts(const Atom& choice,
                              const std::vector<Atom>& atoms) {
    for (const ExprId branch : pool_.expr(choice.id).children) {
      std::vector<Atom> with_branch = atoms;
      with_branch.push_back({branch, choice.negated});
      steps_ += static_cast<int>(std::min<size_t>(atoms.size(), 1000));
      if (Exhausted() || !Contradictory(std::move(with_branch))) return false;
    }
    return true;
  }

  bool GroupsContradict(const std::vector<Atom>& atoms) {
    std::map<ExprId, std::vector<Atom>> by_operand;
    for (const Atom& atom : atoms) {
      const Expr& expr = pool_.expr(atom.id);
      if (expr.children.empty()) continue;
      by_operand[expr.children[0]].push_back(atom);
    }
    for (const auto& [operand, group] : by_operand) {
      if (GroupContradicts(operand, group)) return true;
    }
    return false;
  }

  bool GroupContradicts(ExprId operand, const std::vector<Atom>& group) {
    const Expr& node = pool_.expr(operand);
    const bool is_kind = node.op == ExprOp::kField &&
                         static_cast<FieldId>(node.a) == FieldId::kKind;
    const bool counts = Counts(node) || node.op == ExprOp::kLength;
    const bool positive = std::any_of(
        group.begin(), group.end(), [](const Atom& a) { return !a.negated; });
    const bool present = positive || is_kind || Counts(node);
    if (!present) return false;  // all are true of what is missing
    const bool absent = std::any_of(
        group.begin(), group.end(), [&](const Atom& a) {
          return a.negated && pool_.expr(a.id).op == ExprOp::kExists;
        });
    if (absent) return true;
    std::vector<Constant> candidates;
    if (Candidates(node, is_kind, group, &candidates)) {
      return std::none_of(
          candidates.begin(), candidates.end(), [&](const Constant& value) {
            ++steps_;
            return (!counts || value.number >= 0) && Possible(group, value);
          });
    }
    return RangeIsEmpty(node, counts, group);
  }

  // An aggregate that is never missing nor below 0.
  bool Counts(const Expr& node) const {
    if (node.op != ExprOp::kAggregate) return false;
    switch (pool_.aggregates()[node.a].kind) {
      case Aggregate::Kind::kCount:
      case Aggregate::Kind::kCountIf:
      case Aggregate::Kind::kDistinct: return true;
      default: return false;
    }
  }

  bool Possible(const std::vector<Atom>& group, const Constant& value) const {
    return std::all_of(group.begin(), group.end(), [&](const Atom& atom) {
      const Expr& expr = pool_.expr(atom.id);
      // What a file holds may change without the rule.
      if (pool_.reads_data(expr)) return true;
      const auto holds = HoldsOf(pool_.plan(), expr, value);
      return !holds.has_value() || *holds != atom.negated;
    });
  }

  // The values that the operand can have at most; false when they are not few.
  bool Candidates(const Expr& operand, bool is_kind,
                  const std::vector<Atom>& group,
                  std::vector<Constant>* candidates) const {
    const PlanPool& plan = pool_.plan();
    for (const Atom& atom : group) {
      const Expr& expr = pool_.expr(atom.id);
      if (atom.negated || expr.op != ExprOp::kEq) continue;
      const Expr& right = pool_.expr(expr.children[1]);
      if (right.op != ExprOp::kConst) continue;
      candidates->push_back(plan.constants[right.a]);
      if (is_kind) break;  // must also be one of `on`, below
      return true;
    }
    if (is_kind) {
      const std::vector<Constant> equal = std::move(*candidates);
      candidates->clear();
      for (const EnumValueInfo& value : EnumValues(EnumType::kKind)) {
        if (kinds_ != 0 && (kinds_ >> value.value & 1) == 0) continue;
        if (!equal.empty() && equal[0].number != value.value) continue;
        candidates->push_back(EnumConstant(EnumType::kKind, value.value));
      }
      return true;
    }
    if (operand.type == ValueType::kEnum) {
      for (const EnumValueInfo& value : EnumValues(operand.enum_type)) {
        candidates->push_back(EnumConstant(operand.enum_type, value.value));
      }
      return true;
    }
    for (const Atom& atom : group) {
      const Expr& expr = pool_.expr(atom.id);
      if (atom.negated || pool_.reads_data(expr)) continue;
      if (expr.op == ExprOp::kInTexts && IsText(operand.type)) {
        const TextSet& set = plan.text_sets[expr.a];
        if (set.members.size() > kMaxCandidates) continue;
        for (const std::string& member : set.members) {
          Constant constant;
          constant.type = operand.type;
          constant.text = member;
          candidates->push_back(std::move(constant));
        }
        return true;
      }
      if (expr.op == ExprOp::kInNumbers) {
        const NumberSet& set = plan.number_sets[expr.a];
        if (set.members.size() > kMaxCandidates) continue;
        for (const int64_t member : set.members) {
          Constant constant;
          constant.number = member;
          candidates->push_back(std::move(constant));
        }
        return true;
      }
    }
    return false;
  }

  static Constant EnumConstant(EnumType type, int64_t value) {
    Constant constant;
    constant.type = ValueType::kEnum;
    constant.enum_type = type;
    constant.number = value;
    return constant;
  }

  bool RangeIsEmpty(const Expr& operand, bool counts,
                    const std::vector<Atom>& group) const {
    if (!IsOrdered(operand.type)) return false;
    Range range;
    const bool real = operand.type == ValueType::kReal;
    Decimal low;
    Decimal high;
    bool has_low = false;
    bool has_high = false;
    bool strict = false;
    if (counts) range.low = 0;
    for (const Atom& atom : group) {
      const Expr& expr = pool_.expr(atom.id);
      if (!IsOrderOp(expr.op)) continue;
      const Expr& right = pool_.expr(expr.children[1]);
      if (right.op != ExprOp::kConst) continue;
      const Constant& bound = pool_.plan().constants[right.a];
      const ExprOp op = atom.negated ? Opposite(expr.op) : expr.op;
      if (!real) {
        range.Narrow(op, bound.number);
        continue;
      }
      const bool upper = op == ExprOp::kLt || op == ExprOp::kLe;
      const bool open = op == ExprOp::kLt || op == ExprOp::kGt;
      if (upper ? (!has_high || bound.decimal < high)
                : (!has_low || low < bound.decimal)) {
        (upper ? high : low) = bound.decimal;
        strict |= open;
      }
      (upper ? has_high : has_low) = true;
    }
    if (!real) return range.low > range.high;
    return has_low && has_high && (high < low || (strict && low == high));
  }

  const ExprPool& pool_;
  const uint32_t kinds_;
  int steps_ = 0;
};

bool AreContradictory(const ExprPool& pool, uint32_t kinds,
                      std::span<const ClausePart> parts) {
  std::vector<Atom> atoms;
  for (const ClausePart& part : parts) atoms.push_back({part.id, false});
  return Finder(pool, kinds).Contradictory(std::move(atoms));
}

}  // namespace

bool Implies(const ExprPool& pool, ExprId where, ExprId condition,
             uint32_t kinds) {
  return Finder(pool, kinds).Contradictory({{where, false}, {condition, true}});
}

std::optional<NeverTrue> FindNeverTrue(const ExprPool& pool,
                                       std::span<const ClausePart> parts,
                                       uint32_t kinds) {
  if (!AreContradictory(pool, kinds, parts)) return std::nullopt;
  NeverTrue found;
  found.by_kind = kinds != 0 && !AreContradictory(pool, 0, parts);
  const size_t tried = std::min(parts.size(), kMaxPairedParts);
  for (size_t i = 0; i < tried; ++i) {
    if (AreContradictory(pool, kinds, parts.subspan(i, 1))) {
      found.part = i;
      return found;
    }
  }
  for (size_t j = 1; j < tried; ++j) {
    for (size_t i = 0; i < j; ++i) {
      const ClausePart pair[] = {parts[i], parts[j]};
      if (AreContradictory(pool, kinds, pair)) {
        found.part = j;
        found.other = i;
        return found;
      }
    }
  }
  return found;
}

}  // namespace mqwarden
