#include "mqwarden/pipeline/tune_sweep.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "mqwarden/engine/value.h"
#include "mqwarden/engine/value_text.h"
#include "mqwarden/pipeline/plan_text.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

constexpr uint32_t kAlertKind = uint32_t{1}
                                << static_cast<uint32_t>(Kind::kAlert);
constexpr size_t kPolicyTuples = 1'000'000;
// A count is compared with at most so much; rings of more are no saving.
constexpr int64_t kMaxCount = 4096;

// `aggregate >= count`, with that count.
struct Comparison {
  uint32_t aggregate = 0;
  int64_t count = 0;
};

std::optional<Comparison> ComparisonOf(const Plan& plan) {
  const PlanPool& pool = plan.pool();
  const RulePlan& rule = *plan.rules()[0];
  const Expr& expr = pool.exprs[rule.window->condition];
  const bool is_greater = expr.op == ExprOp::kGe || expr.op == ExprOp::kGt;
  const bool is_less = expr.op == ExprOp::kLe || expr.op == ExprOp::kLt;
  if (!is_greater && !is_less) return std::nullopt;
  const Expr& aggregate = pool.exprs[expr.children[is_greater ? 0 : 1]];
  const Expr& constant = pool.exprs[expr.children[is_greater ? 1 : 0]];
  if (aggregate.op != ExprOp::kAggregate || constant.op != ExprOp::kConst) {
    return std::nullopt;
  }
  const Constant& with = pool.constants[constant.a];
  if (with.type != ValueType::kInt) return std::nullopt;
  const bool is_strict = expr.op == ExprOp::kGt || expr.op == ExprOp::kLt;
  const int64_t count = SaturatingAdd(with.number, int64_t{is_strict ? 1 : 0});
  if (count < 1 || count > kMaxCount) return std::nullopt;
  return Comparison{aggregate.a, count};
}

// Reads nothing but the event, or which rule it is.
bool IsOfEvent(const PlanPool& pool, ExprId id) {
  return pool.exprs[id].event_only || pool.exprs[id].op == ExprOp::kAlertRule;
}

bool FitsLimit(const PlanPool& pool, const LimitPlan& limit) {
  return (limit.unless == kNoExpr || pool.exprs[limit.unless].event_only) &&
         std::all_of(limit.by.begin(), limit.by.end(),
                     [&pool](const KeyPart& part) {
                       return !part.each && IsOfEvent(pool, part.expr);
                     });
}

// The clauses that decide what is counted and what is held, in words.
std::vector<RuleClause> DecidingClauses(const Plan& plan) {
  static constexpr std::array<std::string_view, 6> kNames = {
      "on", "where", "exclude", "by", "limit", "keys"};
  const RulePlan& rule = *plan.rules()[0];
  std::vector<RuleClause> clauses = RuleClauses(plan.pool(), rule);
  std::erase_if(clauses, [](const RuleClause& clause) {
    return std::find(kNames.begin(), kNames.end(), clause.name) == kNames.end();
  });
  for (const LimitPlan& limit : plan.policy_limits()) {
    clauses.push_back({"policy", LimitText(plan.pool(), &rule, limit)});
  }
  for (const ExprId arg :
       rule.aggregates[ComparisonOf(plan)->aggregate].args) {
    clauses.push_back({"distinct", ExprText(plan.pool(), &rule, arg)});
  }
  return clauses;
}

}  // namespace

bool TuneSweep::Fits(const Plan& plan) {
  if (plan.rules().size() != 1) return false;
  const RulePlan& rule = *plan.rules()[0];
  if (!rule.window.has_value() || rule.in_order || !rule.mutes.empty() ||
      (rule.kinds & kAlertKind) != 0) {
    return false;
  }
  const WindowPlan& window = *rule.window;
  if (window.kind != WindowKind::kSliding ||
      window.refire != RefireKind::kRise || window.rearm != kNoExpr) {
    return false;
  }
  const PlanPool& pool = plan.pool();
  const auto comparison = ComparisonOf(plan);
  if (!comparison.has_value()) return false;
  const Aggregate::Kind kind = rule.aggregates[comparison->aggregate].kind;
  if (kind != Aggregate::Kind::kCount && kind != Aggregate::Kind::kDistinct) {
    return false;
  }
  const auto fits = [&pool](const LimitPlan& limit) {
    return FitsLimit(pool, limit);
  };
  return std::none_of(rule.by.begin(), rule.by.end(),
                      [](const KeyPart& part) { return part.each; }) &&
         std::all_of(rule.limits.begin(), rule.limits.end(), fits) &&
         std::all_of(plan.policy_limits().begin(), plan.policy_limits().end(),
                     fits);
}

bool TuneSweep::DifferByThreshold(const Plan& a, const Plan& b,
                                  int64_t difference) {
  return ComparisonOf(b)->count - ComparisonOf(a)->count == difference &&
         DecidingClauses(a) == DecidingClauses(b);
}

TuneSweep::TuneSweep(std::shared_ptr<const Plan> plan, int64_t threshold,
                     int64_t first, int64_t last,
                     std::vector<Duration> windows)
    : plan_(std::move(plan)),
      rule_(*plan_->rules()[0]),
      first_(first),
      last_(last),
      evaluator_(*plan_) {
  const Comparison comparison = *ComparisonOf(*plan_);
  offset_ = comparison.count - threshold;
  most_ = static_cast<size_t>(std::max<int64_t>(1, last + offset_));
  const Aggregate& aggregate = rule_.aggregates[comparison.aggregate];
  if (aggregate.kind == Aggregate::Kind::kDistinct) distinct_ = &aggregate.args;
  for (const LimitPlan& limit : plan_->policy_limits()) limits_.push_back(&limit);
  for (const LimitPlan& limit : rule_.limits) limits_.push_back(&limit);
  tuples_.resize(limits_.size());
  applies_.resize(limits_.size());
  const auto points = static_cast<size_t>(last - first + 1);
  for (const Duration length : windows) {
    longest_ = std::max(longest_, length.count());
    Window& window = windows_.emplace_back();
    window.length = length.count();
    window.counts.resize(points);
    window.budgets.resize(points);
    for (auto& budgets : window.budgets) {
      for (size_t i = 0; i < limits_.size(); ++i) {
        const bool is_policy = i < plan_->policy_limits().size();
        budgets.emplace_back(limits_[i]->count, limits_[i]->per.count(),
                             is_policy ? kPolicyTuples
                                       : static_cast<size_t>(rule_.max_keys));
      }
    }
  }
}

void TuneSweep::Watch(Duration window, OnFiring on_firing) {
  on_firing_ = std::move(on_firing);
  for (Window& each : windows_) {
    if (each.length != window.count()) continue;
    each.is_watched = true;
    return;
  }
  // A window that is no part of the curve: with counts and without budgets.
  Window& own = windows_.emplace_back();
  own.length = window.count();
  own.counts.resize(static_cast<size_t>(last_ - first_ + 1));
  own.is_watched = true;
  longest_ = std::max(longest_, own.length);
}

const TuneSweep::Count& TuneSweep::At(size_t window, int64_t threshold) const {
  return windows_[window].counts[static_cast<size_t>(threshold - first_)];
}

int64_t TuneSweep::CountAfter(const KeyState& key, int64_t cutoff) {
  const auto begin = key.entries.begin() + static_cast<std::ptrdiff_t>(key.begin);
  const auto after =
      std::partition_point(begin, key.entries.end(), [cutoff](const Entry& e) {
        return e.time <= cutoff;
      });
  return key.entries.end() - after;
}

bool TuneSweep::FindKey(KeyState** state) {
  key_.clear();
  for (const KeyPart& part : rule_.by) {
    const Value value = evaluator_.Eval(part.expr);
    if (value.missing() && !part.optional) return false;
    AppendIdentity(value, &key_);
  }
  auto found = keys_.find(std::string_view(key_));
  if (found == keys_.end()) {
    found = keys_.emplace(key_, std::make_unique<KeyState>()).first;
  }
  *state = found->second.get();
  return true;
}

void TuneSweep::Process(const Event& event) {
  evaluator_.SetEvent(&event);
  const int64_t t = event.Int(FieldId::kTime);
  if (keys_.size() >= sweep_at_) DropExpired(t);
  KeyState* key = nullptr;
  if (!FindKey(&key)) return;
  has_tuples_ = false;

  // An event without the value is one of the instant, and adds nothing.
  bool adds = true;
  Hash128 value{};
  if (distinct_ != nullptr) {
    value_.clear();
    for (const ExprId arg : *distinct_) {
      const Value one = evaluator_.Eval(arg);
      adds = adds && !one.missing();
      AppendIdentity(one, &value_);
    }
    Hasher128 hasher;
    hasher.Add(std::string_view(value_));
    value = hasher.Finish();
  }
  int64_t known_at = std::numeric_limits<int64_t>::min();
  auto& entries = key->entries;
  const auto begin = entries.begin() + static_cast<std::ptrdiff_t>(key->begin);
  auto known = entries.end();
  if (adds && distinct_ != nullptr) {
    known = std::find_if(begin, entries.end(),
                         [&value](const Entry& e) { return e.value == value; });
    if (known != entries.end()) known_at = known->time;
  }
  // What an earlier event of this instant has made leave stays out.
  const bool is_first = key->last_event < t;
  if (adds) {
    for (Window& window : windows_) {
      const int64_t cutoff = SaturatingSub(t, window.length);
      const int64_t inside = CountAfter(*key, cutoff);
      const int64_t before =
          is_first ? CountAfter(*key, SaturatingSub(cutoff, int64_t{1}))
                   : inside;
      const bool is_known = known_at > cutoff;
      const int64_t after = inside + (is_known ? 0 : 1);
      if (after > before) Fire(&window, after, event);
    }
    if (known != entries.end()) entries.erase(known);
    entries.push_back({t, value});
    if (entries.size() - key->begin > most_) ++key->begin;
    if (key->begin > most_ + 16) {
      entries.erase(entries.begin(),
                    entries.begin() + static_cast<std::ptrdiff_t>(key->begin));
      key->begin = 0;
    }
  }
  key->last_event = t;
}

void TuneSweep::Fire(Window* window, int64_t reached, const Event& event) {
  const int64_t threshold = reached - offset_;
  if (threshold < first_ || threshold > last_) return;
  const auto place = static_cast<size_t>(threshold - first_);
  Count& count = window->counts[place];
  ++count.fired;
  if (!window->budgets.empty() &&
      (limits_.empty() ||
       Offer(&window->budgets[place], event.Int(FieldId::kTime)))) {
    ++count.sent;
  }
  if (window->is_watched) on_firing_({&event, threshold, key_});
}

// As the engine does: all must pass, and only then is budget spent.
bool TuneSweep::Offer(std::vector<LimitBudget>* budgets, int64_t t) {
  if (!has_tuples_) {
    has_tuples_ = true;
    const EvalContext context = {.rule = &rule_};
    for (size_t i = 0; i < limits_.size(); ++i) {
      const LimitPlan& limit = *limits_[i];
      tuples_[i].clear();
      applies_[i] = limit.unless == kNoExpr ||
                    !evaluator_.Condition(limit.unless, context);
      for (const KeyPart& part : limit.by) {
        const Value value = evaluator_.Eval(part.expr, context);
        if (value.missing() && !part.optional) applies_[i] = false;
        AppendIdentity(value, &tuples_[i]);
      }
    }
  }
  for (size_t i = 0; i < limits_.size(); ++i) {
    if (applies_[i] && !(*budgets)[i].Passes(tuples_[i], t)) {
      (*budgets)[i].Hold(tuples_[i]);
      return false;
    }
  }
  int64_t given_up = 0;
  for (size_t i = 0; i < limits_.size(); ++i) {
    if (applies_[i]) (*budgets)[i].Spend(tuples_[i], t, &given_up);
  }
  if (given_up > 0) overflowed_ = true;
  return true;
}

void TuneSweep::DropExpired(int64_t t) {
  const int64_t cutoff = SaturatingSub(t, longest_);
  for (auto it = keys_.begin(); it != keys_.end();) {
    if (it->second->last_event < cutoff) {
      keys_.erase(it++);
    } else {
      ++it;
    }
  }
  // An engine shares its bound out among groups of keys, and may reach it a
  // little before.
  if (static_cast<int64_t>(keys_.size()) > rule_.max_keys / 2) {
    overflowed_ = true;
  }
  sweep_at_ = std::max<size_t>(1024, keys_.size() * 2);
}

}  // namespace mqwarden
