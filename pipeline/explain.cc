#include "mqwarden/pipeline/explain.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>

#include "absl/status/status.h"
#include "mqwarden/base/status_macros.h"
#include "mqwarden/base/text.h"
#include "mqwarden/engine/engine.h"
#include "mqwarden/engine/value_text.h"
#include "mqwarden/pipeline/ordered_events.h"
#include "mqwarden/pipeline/plan_text.h"
#include "mqwarden/schema/event_json.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

// Names the event asked for to the probe. No source has a parameter of this name.
constexpr std::string_view kMark = "mqwarden.explain";
// Sorts before the name of any rule, which is a word.
constexpr std::string_view kFactsRule = "(facts)";
// Events that a window shows, from its beginning and from its end.
constexpr int32_t kShownEvents = 10;
// As much of an expression as a node shows.
constexpr size_t kNodeBytes = 400;

bool IsJoint(ExprOp op) { return op == ExprOp::kAnd || op == ExprOp::kOr; }

// Condition trees of one rule: first which expressions they need, then, from the
// values that the probe has shown, the trees.
class Trees {
 public:
  Trees(const PlanPool& pool, const RulePlan& rule) : pool_(pool), rule_(rule) {}

  // The fields that show all that Build() needs of `id`.
  void AppendFields(ExprId id, std::vector<AlertFieldPlan>* fields) const {
    std::map<ExprId, bool> needed;
    int nodes = 0;
    Collect(id, &nodes, &needed);
    for (const auto& [expr, unused] : needed) {
      const std::string name = NameOf(expr);
      const bool known = std::any_of(
          fields->begin(), fields->end(),
          [&name](const AlertFieldPlan& field) { return field.name == name; });
      if (!known) fields->push_back({name, expr});
    }
  }

  ConditionNode Build(ExprId id, const Alert& shown) const {
    std::map<std::string_view, const AlertValue*> values;
    for (const AlertField& field : shown.fields) {
      values[field.name] = &field.value;
    }
    int nodes = 0;
    return Node(id, values, &nodes);
  }

 private:
  using Values = std::map<std::string_view, const AlertValue*>;

  static std::string NameOf(ExprId id) { return "e" + std::to_string(id); }

  // The condition below any number of `not`.
  ExprId Inner(ExprId id) const {
    while (pool_.exprs[id].op == ExprOp::kNot) id = pool_.exprs[id].children[0];
    return id;
  }

  void Collect(ExprId id, int* nodes, std::map<ExprId, bool>* needed) const {
    if (++*nodes > kMaxExplainedNodes) return;
    needed->emplace(id, true);
    const Expr& inner = pool_.exprs[Inner(id)];
    for (const ExprId child : inner.children) {
      if (IsJoint(inner.op)) {
        Collect(child, nodes, needed);
      } else if (pool_.exprs[child].op != ExprOp::kConst) {
        needed->emplace(child, true);
      }
    }
  }

  ConditionNode Node(ExprId id, const Values& values, int* nodes) const {
    ++*nodes;
    ConditionNode node;
    node.text = ExprText(pool_, &rule_, id);
    if (node.text.size() > kNodeBytes) {
      node.text = CutText(node.text, kNodeBytes);
    }
    const auto truth = values.find(NameOf(id));
    node.truth = truth != values.end() && truth->second->boolean;
    const Expr& inner = pool_.exprs[Inner(id)];
    for (const ExprId child : inner.children) {
      if (IsJoint(inner.op)) {
        if (*nodes >= kMaxExplainedNodes) break;
        node.parts.push_back(Node(child, values, nodes));
      } else if (pool_.exprs[child].op != ExprOp::kConst) {
        if (!node.values.empty()) node.values += ", ";
        node.values += CutText(ExprText(pool_, &rule_, child), kNodeBytes);
        const auto value = values.find(NameOf(child));
        node.values += " is ";
        if (value == values.end()) {
          node.values += "missing";
        } else {
          AppendShown(*value->second, &node.values);
        }
      }
    }
    return node;
  }

  const PlanPool& pool_;
  const RulePlan& rule_;
};

// The plan of the probe, over a copy of the pool with a few expressions more.
class Probe {
 public:
  Probe(const Plan& plan, const RulePlan& rule)
      : rule_(rule),
        inventory_(plan.inventory()),
        pool_(std::make_shared<PlanPool>(plan.pool())) {}

  std::shared_ptr<const Plan> Make(const std::shared_ptr<const Plan>& plan) {
    pool_->names.emplace_back(kMark);
    const ExprId mark = Add({.op = ExprOp::kAttrText,
                             .type = ValueType::kExact,
                             .a = static_cast<uint32_t>(pool_->names.size() - 1)});
    const ExprId marked = Add({.op = ExprOp::kExists, .children = {mark}});
    std::vector<std::shared_ptr<const RulePlan>> rules = {Facts(marked)};
    if (rule_.window.has_value()) rules.push_back(Window(marked));
    // Shares the inventory with the plan that it is a probe of.
    return std::make_shared<Plan>(
        pool_, std::move(rules), std::vector<LimitPlan>(),
        std::shared_ptr<const Inventory>(plan, inventory_));
  }

 private:
  ExprId Add(Expr expr) {
    pool_->exprs.push_back(std::move(expr));
    return static_cast<ExprId>(pool_->exprs.size() - 1);
  }

  std::shared_ptr<const RulePlan> Facts(ExprId marked) {
    auto facts = std::make_shared<RulePlan>();
    facts->name = kFactsRule;
    facts->kinds = (uint32_t{1} << kKindCount) - 1;
    // The other rule's alert carries the mark of the event that made it.
    facts->kinds &= ~(uint32_t{1} << static_cast<uint32_t>(Kind::kAlert));
    facts->where = marked;
    facts->severity.push_back({});
    facts->in_order = true;
    facts->evidence_last = 1;
    const Trees trees(*pool_, rule_);
    if (rule_.where != kNoExpr) trees.AppendFields(rule_.where, &facts->fields);
    for (const ExcludePlan& exclude : rule_.excludes) {
      trees.AppendFields(exclude.condition, &facts->fields);
    }
    if (rule_.sequence.has_value()) {
      for (const SequenceStep& step : rule_.sequence->steps) {
        if (step.where != kNoExpr && pool_->exprs[step.where].event_only) {
          trees.AppendFields(step.where, &facts->fields);
        }
      }
    }
    return facts;
  }

  std::shared_ptr<const RulePlan> Window(ExprId marked) {
    auto window = std::make_shared<RulePlan>(rule_);
    window->fields.clear();
    Trees(*pool_, rule_).AppendFields(rule_.window->condition, &window->fields);
    window->aggregates.push_back(
        {.kind = Aggregate::Kind::kCountIf, .condition = marked});
    const ExprId count = Add(
        {.op = ExprOp::kAggregate,
         .type = ValueType::kInt,
         .event_only = false,
         .a = static_cast<uint32_t>(window->aggregates.size() - 1)});
    pool_->constants.push_back({.type = ValueType::kInt, .number = 1});
    const ExprId one =
        Add({.op = ExprOp::kConst,
             .type = ValueType::kInt,
             .a = static_cast<uint32_t>(pool_->constants.size() - 1)});
    window->window->condition = Add(
        {.op = ExprOp::kGe, .event_only = false, .children = {count, one}});
    if (window->window->kind == WindowKind::kSliding) {
      window->window->refire = RefireKind::kEach;
    }
    window->window->rearm = kNoExpr;
    window->severity = {{}};
    window->escalations.clear();
    window->mutes.clear();
    window->limits.clear();
    window->resolve = false;
    window->title.clear();
    window->summary.clear();
    window->runbook.clear();
    window->evidence_first = kShownEvents;
    window->evidence_last = kShownEvents;
    return window;
  }

  const RulePlan& rule_;
  const Inventory* const inventory_;
  const std::shared_ptr<PlanPool> pool_;
};

class Alerts final : public AlertSink {
 public:
  void OnAlert(const Alert& alert) override {
    if (collecting) alerts.push_back(alert);
  }
  bool collecting = false;
  std::vector<Alert> alerts;
};

std::string GroupText(const std::vector<AlertField>& group) {
  std::string text;
  for (const AlertField& field : group) {
    if (!text.empty()) text += ", ";
    text += field.name + " ";
    AppendShown(field.value, &text);
  }
  return text.empty() ? "all events" : text;
}

// The conditions without parts that would have to be otherwise: all of them under
// an `and`, any one under an `or`.
void AppendMisses(const ConditionNode& node, std::vector<std::string>* misses) {
  if (node.truth) return;
  bool deeper = false;
  for (const ConditionNode& part : node.parts) {
    if (part.truth) continue;
    AppendMisses(part, misses);
    deeper = true;
  }
  if (deeper) return;
  misses->push_back(node.text +
                    (node.values.empty() ? "" : ": " + node.values));
}

// One run up to the event asked for.
class Explanation {
 public:
  Explanation(std::shared_ptr<const Plan> plan, size_t rule_index,
              int64_t wanted, const ReplayOptions& options)
      : plan_(std::move(plan)),
        rule_index_(rule_index),
        rule_(*plan_->rules()[rule_index]),
        wanted_(wanted),
        options_(options) {}

  absl::StatusOr<EventExplanation> Run() {
    const auto probe = Probe(*plan_, rule_).Make(plan_);
    MQWARDEN_RETURN_IF_ERROR(probe->Verify());
    MQWARDEN_ASSIGN_OR_RETURN(
        engine_, Engine::Create(plan_, options_.engine, &alerts_));
    MQWARDEN_ASSIGN_OR_RETURN(
        probe_, Engine::Create(probe, options_.engine, &shown_));
    OrderedEvents events(options_.input, options_.merge, options_.joins);
    MQWARDEN_ASSIGN_OR_RETURN(InputSummary inputs, events.Read({}, {}));
    why_.files = std::move(inputs.files);
    MQWARDEN_RETURN_IF_ERROR(
        events.Give([this](const Event&) { return seen_ < wanted_; },
                    [this](Event* event) { Take(event); }));
    if (seen_ < wanted_) {
      return absl::OutOfRangeError("there is no event " +
                                   std::to_string(wanted_) +
                                   ": the input has " + std::to_string(seen_));
    }
    if (!marked_) {
      return absl::FailedPreconditionError(
          "the event has too many attributes to be explained");
    }
    Conclude();
    return std::move(why_);
  }

 private:
  void Take(Event* event) {
    if (seen_ >= wanted_) return;
    ++seen_;
    copy_.CopyFrom(*event);
    if (seen_ < wanted_) {
      engine_->Process(event);
      probe_->Process(&copy_);
      return;
    }
    marked_ = copy_.CopyAttr({.name = kMark, .text = "1"});
    engine_->Flush();
    probe_->Flush();
    before_ = engine_->stats().rules[rule_index_];
    alerts_.collecting = true;
    shown_.collecting = true;
    engine_->Process(event);
    engine_->Flush();
    after_ = engine_->stats().rules[rule_index_];
    probe_->Process(&copy_);
    // A window that ends once shows what it holds by ending now.
    if (ends_once()) probe_->AdvanceWatermark(Time::max());
    probe_->Flush();
    why_.time = event->time();
    sequence_ = event->sequence();
    of_kind_ = event->Has(FieldId::kKind) &&
               (rule_.kinds >> event->Int(FieldId::kKind) & 1) != 0;
    AppendEventJson(*event, &why_.event_json);
  }

  bool ends_once() const {
    return rule_.window.has_value() &&
           rule_.window->kind != WindowKind::kSliding;
  }

  bool IsOfEvent(const Alert& alert) const {
    return alert.time == why_.time && alert.trigger != nullptr &&
           alert.trigger->sequence() == sequence_;
  }

  void Conclude() {
    why_.rule = rule_.name;
    why_.event = wanted_;
    for (const RuleClause& clause : RuleClauses(plan_->pool(), rule_)) {
      if (clause.name == "when") why_.when = clause.text;
      if (clause.name == "limit") why_.limits.push_back(clause.text);
    }
    for (const LimitPlan& limit : plan_->policy_limits()) {
      why_.limits.push_back("policy: " +
                            LimitText(plan_->pool(), nullptr, limit));
    }
    for (const Alert& alert : alerts_.alerts) {
      if (alert.rule == rule_.name && IsOfEvent(alert)) {
        why_.alerts.push_back(alert);
      }
    }
    for (const Alert& alert : shown_.alerts) {
      // The probe's window fires where it holds the event, and nowhere else.
      alert.rule == kFactsRule ? AddConditions(alert) : AddWindow(alert);
    }
    Judge();
  }

  void AddCondition(std::string name, ExprId id, const Alert& shown) {
    if (id == kNoExpr) return;
    why_.conditions.push_back(
        {std::move(name), Trees(plan_->pool(), rule_).Build(id, shown)});
  }

  void AddConditions(const Alert& shown) {
    AddCondition("where", rule_.where, shown);
    for (const ExcludePlan& exclude : rule_.excludes) {
      AddCondition(
          exclude.label.empty() ? "exclude" : "exclude " + exclude.label,
          exclude.condition, shown);
    }
    if (!rule_.sequence.has_value()) return;
    int number = 0;
    for (const SequenceStep& step : rule_.sequence->steps) {
      ++number;
      if (step.where == kNoExpr || !plan_->pool().exprs[step.where].event_only) {
        continue;
      }
      AddCondition("step " + std::to_string(number), step.where, shown);
    }
  }

  void AddWindow(const Alert& shown) {
    ExplainedWindow window;
    window.group = GroupText(shown.group);
    window.count = shown.count;
    window.first = shown.first;
    window.last = shown.last;
    window.condition =
        Trees(plan_->pool(), rule_).Build(rule_.window->condition, shown);
    for (const auto& event : shown.evidence) {
      // The one asked for without its mark.
      std::string& json = window.events.emplace_back();
      if (event->FindAttr(kMark) != nullptr) {
        json = why_.event_json;
      } else {
        AppendEventJson(*event, &json);
      }
    }
    window.not_shown = std::max<int64_t>(
        0, window.count - static_cast<int64_t>(window.events.size()));
    why_.windows.push_back(std::move(window));
  }

  void Set(ExplainedOutcome outcome, std::string verdict) {
    why_.outcome = outcome;
    why_.verdict = std::move(verdict);
  }

  void Judge() {
    if (!of_kind_) {
      return Set(ExplainedOutcome::kOtherKind,
                 "the rule is not for events of this kind");
    }
    if (after_.matched == before_.matched) {
      for (const ExplainedCondition& condition : why_.conditions) {
        if (condition.name == "where") {
          AppendMisses(condition.condition, &why_.misses);
        }
      }
      return Set(ExplainedOutcome::kNoMatch, "`where` is false for the event");
    }
    if (after_.excluded > before_.excluded) {
      return Set(ExplainedOutcome::kExcluded, "the event is excluded" + Label());
    }
    if (after_.without_key > before_.without_key) {
      return Set(ExplainedOutcome::kWithoutKey,
                 "the event lacks a field of `by`");
    }
    if (after_.sent > before_.sent) {
      return Set(ExplainedOutcome::kSent, "the rule fired and the alert was sent");
    }
    if (after_.muted > before_.muted) {
      return Set(ExplainedOutcome::kMuted,
                 "the rule fired, and its alert is muted" +
                     (why_.alerts.empty() ? ""
                                          : ": " + why_.alerts[0].muted));
    }
    if (after_.limited > before_.limited) {
      return Set(ExplainedOutcome::kLimited,
                 "the rule fired, and a limit held its alert back");
    }
    if (ends_once()) {
      for (const ExplainedWindow& window : why_.windows) {
        AppendMisses(window.condition, &why_.misses);
      }
      return Set(ExplainedOutcome::kPending,
                 "the event counts, and `when` is decided when its window ends");
    }
    const bool holds = std::any_of(
        why_.windows.begin(), why_.windows.end(),
        [](const ExplainedWindow& window) { return window.condition.truth; });
    if (holds) {
      return Set(ExplainedOutcome::kNotArmed,
                 "`when` is true and has fired before: by `refire` it does not "
                 "fire again yet");
    }
    for (const ExplainedWindow& window : why_.windows) {
      AppendMisses(window.condition, &why_.misses);
    }
    Set(ExplainedOutcome::kNotReached,
        "the event counts, and `when` is not true");
  }

  // Of the exclude whose counter went up.
  std::string Label() const {
    for (size_t i = 0; i < after_.excluded_by_label.size(); ++i) {
      const auto& [label, count] = after_.excluded_by_label[i];
      const auto was = std::find_if(
          before_.excluded_by_label.begin(), before_.excluded_by_label.end(),
          [&label](const auto& entry) { return entry.first == label; });
      if (was == before_.excluded_by_label.end() || was->second < count) {
        return " as " + label;
      }
    }
    return "";
  }

  const std::shared_ptr<const Plan> plan_;
  const size_t rule_index_;
  const RulePlan& rule_;
  const int64_t wanted_;
  const ReplayOptions& options_;

  Alerts alerts_;
  Alerts shown_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<Engine> probe_;
  Event copy_;
  int64_t seen_ = 0;
  int64_t sequence_ = 0;
  bool marked_ = false;
  bool of_kind_ = false;
  RuleStats before_;
  RuleStats after_;
  EventExplanation why_;
};

}  // namespace

std::string_view ExplainedOutcomeName(ExplainedOutcome outcome) {
  static constexpr std::string_view kNames[] = {
      "other kind",  "no match",  "excluded", "without key", "not reached",
      "pending",     "not armed",   "muted",     "limited",  "sent"};
  return kNames[static_cast<size_t>(outcome)];
}

absl::StatusOr<EventExplanation> ExplainEvent(
    const std::shared_ptr<const Plan>& plan, std::string_view rule,
    int64_t event, const ReplayOptions& options) {
  for (size_t i = 0; i < plan->rules().size(); ++i) {
    if (plan->rules()[i]->name == rule) {
      return Explanation(plan, i, event, options).Run();
    }
  }
  return absl::NotFoundError("no rule " + std::string(rule));
}

}  // namespace mqwarden
