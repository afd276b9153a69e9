#include "mqwarden/engine/silence.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mqwarden/base/hash128.h"
#include "mqwarden/base/time.h"
#include "mqwarden/engine/calendar.h"
#include "mqwarden/engine/observer.h"
#include "mqwarden/engine/value.h"
#include "mqwarden/engine/value_text.h"

namespace mqwarden {
namespace {

// Tuples of a policy's budget; a rule's own have its `keys` as their bound.
constexpr size_t kPolicyTuples = 1'000'000;

}  // namespace

Silence::Silence(const Plan& plan, Evaluator* evaluator, AlertBuilder* builder,
                 AlertQueue* queue, AlertEvents* events, TimerHeap* timers,
                 EngineStats* stats)
    : plan_(plan),
      evaluator_(evaluator),
      builder_(builder),
      queue_(queue),
      events_(events),
      timers_(timers),
      stats_(stats),
      each_keys_(evaluator) {
  uint32_t index = 0;
  for (const LimitPlan& limit : plan.policy_limits()) {
    for (auto* budgets : {&policy_with_when_, &policy_without_when_}) {
      budgets->push_back(
          std::make_unique<Limit>(limit, 0, index, kPolicyTuples));
    }
    ++index;
  }
  own_.resize(plan.rules().size());
  for (size_t i = 0; i < own_.size(); ++i) {
    const RulePlan& rule = *plan.rules()[i];
    has_each_.push_back(EachKeys::HasEach(rule.by));
    for (size_t j = 0; j < rule.limits.size(); ++j) {
      own_[i].push_back(std::make_unique<Limit>(
          rule.limits[j], static_cast<uint32_t>(i), static_cast<uint32_t>(j),
          static_cast<size_t>(rule.max_keys)));
    }
  }
}

Severity Silence::SeverityOf(const Firing& firing) {
  SelectEach(firing);
  const EvalContext context = firing.context();
  for (const SeverityCase& severity : firing.rule->severity) {
    if (evaluator_->Condition(severity.condition, context)) {
      return severity.severity;
    }
  }
  return Severity::kInfo;  // not reached: the last case has no condition
}

const std::string* Silence::MuteReason(const Firing& firing) {
  SelectEach(firing);
  const EvalContext context = firing.context();
  for (const MutePlan& mute : firing.rule->mutes) {
    const bool holds = mute.until.has_value()
                           ? firing.time < *mute.until
                           : evaluator_->Condition(mute.condition, context);
    if (!holds) continue;
    if (Observer* const observer = evaluator_->observer()) {
      observer->OnMuted(firing.rule_index,
                        static_cast<size_t>(&mute - firing.rule->mutes.data()));
    }
    return &mute.reason;
  }
  return nullptr;
}

Silence::Outcome Silence::Open(const Firing& firing, Hash128 id) {
  RuleStats& stats = stats_of(firing);
  ++stats.fired;
  if (const std::string* const reason = MuteReason(firing)) {
    ++stats.muted;
    Queue(AlertState::kOpen, id, firing, 0, reason);
    return Outcome::kMuted;
  }
  int64_t held = 0;
  if (!Offer(firing, &held)) {
    ++stats.limited;
    TellUnsent(AlertState::kOpen, id, firing, /*held=*/true);
    return Outcome::kHeld;
  }
  ++stats.sent;
  Queue(AlertState::kOpen, id, firing, held, nullptr);
  return Outcome::kSent;
}

Silence::Outcome Silence::Open(const Firing& firing) {
  RuleStats& stats = stats_of(firing);
  ++stats.fired;
  const std::string* const reason = MuteReason(firing);
  int64_t held = 0;
  if (reason != nullptr) {
    ++stats.muted;
  } else if (!Offer(firing, &held)) {
    ++stats.limited;
    if (events_->Wanted(*firing.rule)) {
      TellUnsent(AlertState::kOpen,
                 builder_->IdOf(*firing.rule, firing.key, *firing.event),
                 firing, /*held=*/true);
    }
    return Outcome::kHeld;
  } else {
    ++stats.sent;
  }
  Queue(AlertState::kOpen,
        builder_->IdOf(*firing.rule, firing.key, *firing.event), firing, held,
        reason);
  return reason != nullptr ? Outcome::kMuted : Outcome::kSent;
}

bool Silence::OpenAfterMute(const Firing& firing, Hash128 id, bool is_raise) {
  RuleStats& stats = stats_of(firing);
  int64_t held = 0;
  if (!Offer(firing, &held)) {
    ++stats.limited;
    ++stats.limited_after_mute;
    return false;
  }
  ++stats.sent;
  ++stats.sent_after_mute;
  // The firing itself was an event when it was muted.
  OrderedAlert ordered = builder_->Build(AlertState::kOpen, id, firing);
  ordered.alert.held = held;
  queue_->Add(std::move(ordered));
  if (is_raise) TellUnsent(AlertState::kUpdate, id, firing, /*held=*/false);
  return true;
}

void Silence::Update(const Firing& firing, Hash128 id, const std::string* muted,
                     bool is_raise) {
  if (muted == nullptr) ++stats_of(firing).updates;
  Queue(AlertState::kUpdate, id, firing, 0, muted, is_raise);
}

void Silence::Resolved(const Firing& firing, Hash128 id, bool told) {
  SelectEach(firing);
  if (!told) {
    return TellUnsent(AlertState::kResolved, id, firing, /*held=*/false);
  }
  ++stats_of(firing).resolved;
  Queue(AlertState::kResolved, id, firing, 0, nullptr);
}

void Silence::Queue(AlertState state, Hash128 id, const Firing& firing,
                    int64_t held, const std::string* muted, bool is_event) {
  OrderedAlert ordered = builder_->Build(state, id, firing);
  ordered.alert.held = held;
  if (muted != nullptr) ordered.alert.muted = *muted;
  if (is_event && events_->Wanted(*firing.rule)) {
    events_->Add(ordered.alert, ordered.sort_key, /*held=*/false);
  }
  queue_->Add(std::move(ordered));
}

void Silence::TellUnsent(AlertState state, Hash128 id, const Firing& firing,
                         bool held) {
  if (!events_->Wanted(*firing.rule)) return;
  const OrderedAlert ordered = builder_->Build(state, id, firing);
  events_->Add(ordered.alert, ordered.sort_key, held);
}

void Silence::SelectEach(const Firing& firing) {
  if (has_each_[firing.rule_index]) {
    each_keys_.Select(firing.rule->by, firing.key);
  }
}

// Follows the calendars that mute, from change to change, and `mute until`.
std::optional<Time> Silence::UnmutedAt(const Firing& firing) {
  // Some fifty years of weekly ranges.
  constexpr int kMaxSteps = 100'000;
  Firing later = firing;
  for (int step = 0; step < kMaxSteps; ++step) {
    SelectEach(later);
    int64_t next = std::numeric_limits<int64_t>::max();
    bool is_muted = false;
    for (const MutePlan& mute : later.rule->mutes) {
      if (mute.until.has_value()) {
        if (later.time >= *mute.until) continue;
        next = std::min(next, mute.until->time_since_epoch().count());
      } else {
        if (!evaluator_->Condition(mute.condition, later.context())) continue;
        if (!mute.during) return std::nullopt;
        next = std::min(next, NextChange(mute.condition, later.time));
      }
      is_muted = true;
    }
    if (!is_muted) return later.time;
    if (next == std::numeric_limits<int64_t>::max()) return std::nullopt;
    later.time = Time(Duration(next));
  }
  return std::nullopt;
}

// The condition of a `mute during`: calendars, joined by `or`.
int64_t Silence::NextChange(ExprId condition, Time t) const {
  const Expr& expr = plan_.pool().exprs[condition];
  if (expr.op == ExprOp::kDuring) {
    return CalendarNextChange(plan_.pool().calendars[expr.a],
                              t.time_since_epoch().count());
  }
  int64_t next = std::numeric_limits<int64_t>::max();
  for (const ExprId child : expr.children) {
    if (plan_.pool().exprs[child].type != ValueType::kBool) continue;
    next = std::min(next, NextChange(child, t));
  }
  return next;
}

void Silence::Apply(const EvalContext& context, Limit* limit) {
  const LimitPlan& plan = *limit->plan;
  limit->applies = false;
  if (plan.unless != kNoExpr &&
      evaluator_->Condition(plan.unless, context)) {
    return;
  }
  limit->tuple.clear();
  for (const KeyPart& part : plan.by) {
    const Value value = evaluator_->Eval(part.expr, context);
    if (value.missing() && !part.optional) return;
    AppendIdentity(value, &limit->tuple);
  }
  limit->applies = true;
}

bool Silence::Offer(const Firing& firing, int64_t* held) {
  const auto& policy =
      firing.rule->has_when() ? policy_with_when_ : policy_without_when_;
  offered_to_.clear();
  for (const auto& limit : policy) offered_to_.push_back(limit.get());
  for (const auto& limit : own_[firing.rule_index]) {
    offered_to_.push_back(limit.get());
  }
  const EvalContext context = firing.context();
  const int64_t t = firing.time.time_since_epoch().count();
  for (Limit* const limit : offered_to_) {
    Apply(context, limit);
    if (!limit->applies || limit->budget.Passes(limit->tuple, t)) continue;
    Hold(firing, limit);
    return false;
  }
  int64_t given_up = 0;
  for (Limit* const limit : offered_to_) {
    if (!limit->applies) continue;
    const int64_t before = limit->budget.Spend(limit->tuple, t, &given_up);
    if (!limit->plan->digest) *held += before;
  }
  stats_of(firing).keys_evicted += given_up;
  return true;
}

void Silence::Hold(const Firing& firing, Limit* limit) {
  if (Observer* const observer = evaluator_->observer()) {
    const auto& policy = plan_.policy_limits();
    const bool is_policy =
        std::any_of(policy.begin(), policy.end(),
                    [limit](const LimitPlan& p) { return &p == limit->plan; });
    observer->OnHeld(firing.rule_index, is_policy, limit->index);
  }
  if (!limit->plan->digest) {
    limit->budget.Hold(limit->tuple);
    return;
  }
  int64_t end = 0;
  bool is_new = false;
  HeldAlerts* const held =
      limit->book.Find(limit->tuple, firing.time.time_since_epoch().count(),
                       timers_->decided(), &end, &is_new);
  if (is_new) {
    timers_->Add({.deadline = end,
                  .rule = limit->rule,
                  .limit = limit->index,
                  .target = Timer::Target::kDigest});
  }
  if (held == nullptr) return;
  if (held->count == 0) held->first = firing.time;
  ++held->count;
  held->first = std::min(held->first, firing.time);
  held->last = std::max(held->last, firing.time);
  held->group.clear();
  held->sort_key.clear();
  const EvalContext context = firing.context();
  builder_->AppendGroup(limit->plan->by, context, &held->group,
                        &held->sort_key);
  held->title = builder_->Render(firing.rule->title, firing);
  held->runbook = builder_->Render(firing.rule->runbook, firing);
}

void Silence::Digest(const Timer& timer) {
  const RulePlan& rule = *plan_.rules()[timer.rule];
  Limit& limit = *own_[timer.rule][timer.limit];
  DigestBook::Period period = limit.book.Take(timer.deadline);
  for (auto& [tuple, held] : period) {
    Hasher128 hasher;
    hasher.Add(std::string_view(rule.name));
    hasher.Add(std::string_view(rule.version));
    hasher.Add(timer.limit);  // two limits may have one tuple and one period
    hasher.Add(std::string_view(tuple));
    hasher.Add(timer.deadline);

    OrderedAlert ordered;
    ordered.rule_index = timer.rule;
    ordered.sort_key = std::move(held.sort_key);
    Alert& alert = ordered.alert;
    alert.id = hasher.Finish();
    alert.rule = rule.name;
    alert.version = rule.version;
    alert.state = AlertState::kDigest;
    alert.severity = rule.severity.back().severity;
    alert.title = std::move(held.title);
    alert.time = Time(Duration(timer.deadline));
    alert.first = held.first;
    alert.last = held.last;
    alert.count = held.count;
    alert.group = std::move(held.group);
    alert.tags = rule.tags;
    alert.notify = rule.notify;
    alert.runbook = std::move(held.runbook);
    queue_->Add(std::move(ordered));
    ++stats_->rules[timer.rule].digests;
  }
}

}  // namespace mqwarden
