#include "mqwarden/engine/reports.h"

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

#include "mqwarden/base/check.h"
#include "mqwarden/base/time.h"
#include "mqwarden/engine/report_period.h"
#include "mqwarden/engine/value_text.h"
#include "mqwarden/schema/event_codec.h"

namespace mqwarden {
namespace {

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

constexpr std::string_view kCounterNames[] = {"matched", "excluded", "fired",
                                              "muted",   "limited",  "sent"};

// In ten-thousandths, rounded half up.
int64_t ShareOf(int64_t count, int64_t total) {
  const absl::int128 twice = absl::int128(count) * 20'000 + total;
  return static_cast<int64_t>(twice / (absl::int128(total) * 2));
}

AlertValue NumberValue(int64_t number) {
  AlertValue value;
  value.form = AlertValue::Form::kNumber;
  value.text = std::to_string(number);
  return value;
}

}  // namespace

Reports::State::State(const ReportPlan& plan, const PlanPool& pool,
                      const EngineOptions& options, Evaluator* evaluator,
                      EventImage* image, ReportStats* stats)
    : plan(plan),
      stats(stats),
      layout(plan, pool, static_cast<size_t>(options.window_events)),
      reader(layout, evaluator, image),
      has_each(EachKeys::HasEach(plan.by)),
      shows_event(ReadsEvent(plan, pool)) {}

Reports::Reports(const Plan& plan, const EngineOptions& options,
                 Evaluator* evaluator, AlertBuilder* builder,
                 EventImage* image, AlertQueue* queue, TimerHeap* timers,
                 EngineStats* stats)
    : plan_(plan),
      evaluator_(evaluator),
      builder_(builder),
      image_(image),
      queue_(queue),
      timers_(timers),
      stats_(stats),
      each_keys_(evaluator) {
  stats->reports.resize(plan.reports().size());
  for (size_t i = 0; i < plan.reports().size(); ++i) {
    const ReportPlan& report = *plan.reports()[i];
    stats->reports[i].report = report.name;
    reports_.push_back(std::make_unique<State>(
        report, plan.pool(), options, evaluator, image, &stats->reports[i]));
    if (report.of_statistics) {
      reports_[i]->counters_before.resize(plan.rules().size());
      next_roll_ = std::numeric_limits<int64_t>::min();  // opens at once
    } else {
      kinds_ |= report.kinds;
    }
  }
}

bool Reports::ReadsEvent(const ReportPlan& plan, const PlanPool& pool) {
  std::vector<ExprId> left;
  for (const AlertFieldPlan& field : plan.show) left.push_back(field.expr);
  std::vector<bool> seen(pool.exprs.size());
  while (!left.empty()) {
    const ExprId id = left.back();
    left.pop_back();
    if (seen[id]) continue;
    seen[id] = true;
    const Expr& expr = pool.exprs[id];
    if (expr.op == ExprOp::kField || expr.op == ExprOp::kAttrText ||
        expr.op == ExprOp::kAttrNumber || expr.op == ExprOp::kEachValue) {
      return true;
    }
    left.insert(left.end(), expr.children.begin(), expr.children.end());
  }
  return false;
}

// They end with time, not with an event that they count.
void Reports::Roll(int64_t t, bool opens) {
  next_roll_ = kNever;
  for (size_t i = 0; i < reports_.size(); ++i) {
    State& state = *reports_[i];
    if (!state.plan.of_statistics) continue;
    if (state.current != nullptr && state.current->end <= t) End(&state);
    if (state.current == nullptr && opens) Open(i, t);
    next_roll_ = state.current == nullptr
                     ? std::numeric_limits<int64_t>::min()
                     : std::min(next_roll_, state.current->end);
  }
}

void Reports::End(State* state) {
  Period& period = *state->current;
  period.events = events_ - state->events_before;
  state->events_before = events_;
  const std::vector<Counters> now = CountersNow();
  period.counters = now;
  for (size_t rule = 0; rule < now.size(); ++rule) {
    for (size_t c = 0; c < kCounters; ++c) {
      period.counters[rule][c] -= state->counters_before[rule][c];
    }
  }
  state->counters_before = now;
  state->ended = std::move(state->current);
}

std::vector<Reports::Counters> Reports::CountersNow() const {
  std::vector<Counters> counters;
  for (const RuleStats& rule : stats_->rules) {
    counters.push_back({rule.matched, rule.excluded, rule.fired, rule.muted,
                        rule.limited, rule.sent});
  }
  return counters;
}

void Reports::Open(size_t index, int64_t t) {
  State& state = *reports_[index];
  state.current = std::make_unique<Period>();
  state.current->end = EndOfPeriod(state.plan, t);
  if (!state.plan.of_statistics) {
    state.current->groups =
        std::make_unique<ReportGroups>(state.plan, state.layout);
  }
  timers_->Add({.deadline = state.current->end,
                .rule = static_cast<uint32_t>(index),
                .target = Timer::Target::kReport});
}

void Reports::OnEvent(const Event& event, bool is_late) {
  const int64_t t = event.Int(FieldId::kTime);
  const uint32_t kind = 1u << event.Int(FieldId::kKind);
  for (size_t i = 0; i < reports_.size(); ++i) {
    State& state = *reports_[i];
    if ((state.plan.kinds & kind) == 0 || state.plan.of_statistics) continue;
    if (!evaluator_->Condition(state.plan.where)) continue;
    ReportStats& stats = *state.stats;
    ++stats.matched;
    const bool is_excluded = std::any_of(
        state.plan.excludes.begin(), state.plan.excludes.end(),
        [this](const ExcludePlan& exclude) {
          return evaluator_->Condition(exclude.condition);
        });
    if (is_excluded) {
      ++stats.excluded;
      continue;
    }
    bool is_complete = true;
    if (!state.has_each) {
      key_.clear();
      for (const KeyPart& part : state.plan.by) {
        const Value value = evaluator_->Eval(part.expr);
        if (value.missing() && !part.optional) is_complete = false;
        AppendIdentity(value, &key_);
      }
    } else {
      is_complete = !each_keys_.Of(state.plan.by).empty();
    }
    if (!is_complete) {
      ++stats.without_key;
      continue;
    }
    if (is_late) {
      ++stats.late;
      continue;
    }
    // Its timer has not come yet: it ends at this very instant.
    if (state.current != nullptr && state.current->end <= t) {
      state.ended = std::move(state.current);
    }
    if (state.current == nullptr) Open(i, t);
    state.current->groups->CountEvent();
    if (!state.has_each) {
      Count(&state, event, key_);
      continue;
    }
    for (const EachKeys::Key& key : each_keys_.Of(state.plan.by)) {
      evaluator_->SetEach(key.values);
      Count(&state, event, key.bytes);
    }
    evaluator_->SetEach({});
  }
}

void Reports::Count(State* state, const Event& event, std::string_view key) {
  bool is_new = false;
  ReportGroup* const group =
      state->current->groups->Get(key, &is_new, &state->stats->keys_evicted);
  if (is_new) {
    builder_->AppendGroup(state->plan.by, {}, &group->shown, &group->sort_key);
  }
  const bool was_saturated = group->pane.saturated();
  group->pane.Add(state->reader.Read(event.Int(FieldId::kTime)));
  if (group->pane.saturated() && !was_saturated) {
    ++state->stats->keys_saturated;
  }
  if (state->shows_event) group->last_event = image_->bytes();
}

std::unique_ptr<Reports::Period> Reports::TakeEnded(int64_t deadline,
                                                    State* state) {
  if (state->ended != nullptr && state->ended->end <= deadline) {
    return std::move(state->ended);
  }
  if (state->current != nullptr && state->current->end <= deadline) {
    return std::move(state->current);
  }
  return nullptr;
}

void Reports::OnTimer(const Timer& timer) {
  if (timer.deadline >= next_roll_) Roll(timer.deadline, /*opens=*/false);
  State& state = *reports_[timer.rule];
  const std::unique_ptr<Period> period = TakeEnded(timer.deadline, &state);
  if (period == nullptr) return;
  ReportRecord report;
  report.report = state.plan.name;
  report.time = Time(Duration(period->end));
  evaluator_->SetEvent(nullptr);
  for (const TemplatePart& part : state.plan.title) {
    if (part.expr == kNoExpr) {
      report.title.append(part.literal);
    } else {
      AppendShown(evaluator_->Eval(part.expr), &report.title);
    }
  }
  if (period->groups == nullptr) {
    MakeStatistics(*period, &report);
  } else {
    report.total = period->groups->total();
    report.state_evicted = period->groups->has_evicted();
    MakeTop(&state, *period->groups, &report);
  }
  if (report.top.empty()) return;
  ++state.stats->sent;
  queue_->AddReport(std::move(report));
}

void Reports::MakeTop(State* state, const ReportGroups& groups,
                      ReportRecord* report) {
  const ReportPlan& plan = state->plan;
  std::vector<ReportGroups::Ranked> all = groups.All(evaluator_);
  const size_t top = std::min(all.size(), static_cast<size_t>(plan.top));
  std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(top),
                    all.end(), ComesFirst);
  const int64_t end = report->time.time_since_epoch().count();
  // The period before this one, if anything happened in it.
  const bool follows = state->previous.end.has_value() &&
                       EndOfPeriod(plan, *state->previous.end) == end;
  if (!follows) state->previous = Previous();
  Previous next;
  if (plan.compare_previous) {
    next.end = end;
    for (const ReportGroups::Ranked& ranked : all) {
      const Value order = Rounded(ranked.order);
      if (!order.missing()) {
        next.values.emplace(std::string(ranked.key), ToAlertValue(order));
      }
    }
    for (size_t i = 0; i < top; ++i) {
      next.top.push_back({std::string(all[i].key), all[i].group->shown});
    }
  }
  all.resize(top);
  for (const ReportGroups::Ranked& ranked : all) {
    const ReportGroup& group = *ranked.group;
    ReportRow& row = report->top.emplace_back();
    row.group = group.shown;
    row.count = group.pane.count();
    row.share = ShareOf(group.pane.count(), report->total);
    if (plan.compare_previous) {
      row.previous = PreviousOf(*state, ranked.key);
    }
    Show(*state, ranked.key, &group, &row);
  }
  for (const Previous::Named& named : state->previous.top) {
    if (groups.Contains(named.key)) continue;
    ReportRow& row = report->top.emplace_back();
    row.group = named.shown;
    row.count = 0;
    row.previous = PreviousOf(*state, named.key);
    Show(*state, named.key, nullptr, &row);
  }
  state->previous = std::move(next);
}

// What a group without an event has is what `order` gives of nothing.
std::optional<AlertValue> Reports::PreviousOf(const State& state,
                                              std::string_view key) {
  const auto known = state.previous.values.find(key);
  if (known != state.previous.values.end()) return known->second;
  std::vector<AggregateValue> nothing;
  Pane(state.layout).FillAggregates(&nothing);
  const Value order =
      Rounded(OrderOf(state.plan, nothing, /*count=*/0, evaluator_));
  if (order.missing()) return std::nullopt;
  return ToAlertValue(order);
}

// `group` is null where the group has no event in the period.
void Reports::Show(const State& state, std::string_view key,
                   const ReportGroup* group, ReportRow* row) {
  if (state.plan.show.empty()) return;
  const Pane nothing(state.layout);
  const Pane& pane = group != nullptr ? group->pane : nothing;
  std::vector<AggregateValue> aggregates;
  pane.FillAggregates(&aggregates);
  const std::vector<AlertValue> sets = pane.ValueSets();
  const EvalContext context = {.aggregates = aggregates, .value_sets = sets};
  Event event;
  evaluator_->SetEvent(nullptr);
  if (group != nullptr && group->last_event != nullptr) {
    const bool decoded = DecodeEvent(*group->last_event, &event);
    MQWARDEN_CHECK(decoded, "the last event of a group can be read");
    evaluator_->SetEvent(&event);
    if (state.has_each) each_keys_.Select(state.plan.by, key);
  }
  for (const AlertFieldPlan& field : state.plan.show) {
    const Expr& expr = plan_.pool().exprs[field.expr];
    if (expr.op == ExprOp::kValueSet) {
      // As it is, so that its elements keep their JSON type.
      if (!sets[expr.a].list.empty()) {
        row->fields.push_back({field.name, sets[expr.a]});
      }
      continue;
    }
    const Value value = Rounded(evaluator_->Eval(field.expr, context));
    if (!value.missing()) row->fields.push_back({field.name, ToAlertValue(value)});
  }
  evaluator_->SetEvent(nullptr);
}

// Nothing where nothing has happened.
void Reports::MakeStatistics(const Period& period, ReportRecord* report) const {
  report->total = period.events;
  const bool is_empty =
      period.events == 0 &&
      std::all_of(period.counters.begin(), period.counters.end(),
                  [](const Counters& c) { return c == Counters(); });
  if (is_empty) return;
  for (size_t rule = 0; rule < period.counters.size(); ++rule) {
    ReportRow& row = report->top.emplace_back();
    row.group.push_back({"rule", {.text = plan_.rules()[rule]->name}});
    for (size_t c = 0; c < kCounters; ++c) {
      row.fields.push_back({std::string(kCounterNames[c]),
                            NumberValue(period.counters[rule][c])});
    }
  }
}

}  // namespace mqwarden
