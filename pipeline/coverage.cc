#include "mqwarden/pipeline/coverage.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "mqwarden/base/status_macros.h"
#include "mqwarden/engine/observer.h"
#include "mqwarden/pipeline/plan_text.h"
#include "mqwarden/pipeline/rule_test.h"
#include "mqwarden/pipeline/work_on_threads.h"
#include "mqwarden/schema/alert.h"
#include "mqwarden/schema/inventory.h"

namespace mqwarden {
namespace {

// Conditions nested deeper are watched as a whole. Each level of a watched
// condition is two of the plan's, whose depth has a bound.
constexpr int kMaxDepth = 100;
constexpr size_t kMaxText = 200;

std::string Key(std::string_view rule, std::string_view clause) {
  return std::string(rule) + "\n" + std::string(clause);
}

}  // namespace

// Rewrites a plan so that its conditions are watched. At first, with no items yet,
// it makes them; later it finds them by rule, clause and place in the tree.
class Coverage::Rewriter {
 public:
  Rewriter(Coverage* coverage, const Plan& plan, bool makes_items)
      : coverage_(*coverage),
        plan_(plan),
        pool_(plan.pool()),
        makes_items_(makes_items) {}

  std::shared_ptr<const Plan> Run(const std::shared_ptr<const Plan>& owner) {
    std::vector<std::shared_ptr<const RulePlan>> rules;
    for (const auto& rule : plan_.rules()) rules.push_back(Watched(*rule));
    return std::make_shared<const Plan>(
        std::make_shared<const PlanPool>(std::move(pool_)), std::move(rules),
        PolicyLimits(), std::shared_ptr<const Inventory>(owner, plan_.inventory()),
        plan_.reports());
  }

 private:
  std::shared_ptr<const RulePlan> Watched(const RulePlan& rule) {
    rule_ = &rule;
    auto watched = std::make_shared<RulePlan>(rule);
    Watch("where", "where", 0, &watched->where);
    for (size_t i = 0; i < rule.excludes.size(); ++i) {
      const bool is_policy = i < coverage_.places_.policy_excludes();
      const std::string& label = rule.excludes[i].label;
      WatchSilence("exclude", label, i, is_policy,
                   coverage_.places_.policy_excludes(),
                   &watched->excludes[i].condition);
    }
    if (rule.sequence.has_value()) {
      for (size_t i = 0; i < rule.sequence->steps.size(); ++i) {
        const std::string& label = rule.sequence->steps[i].label;
        Watch("step " + (label.empty() ? std::to_string(i + 1) : label), "step",
              i, &watched->sequence->steps[i].where);
      }
    }
    for (size_t i = 0; i < rule.aggregates.size(); ++i) {
      Watch("count " + std::to_string(i + 1), "when", 0,
            &watched->aggregates[i].condition);
    }
    if (rule.window.has_value()) {
      Watch("when", "when", 0, &watched->window->condition);
    }
    if (makes_items_) AddFiring(rule);
    for (size_t i = 0; i < rule.severity.size(); ++i) {
      Watch("severity " + std::string(SeverityName(rule.severity[i].severity)),
            "severity", i, &watched->severity[i].condition);
    }
    for (size_t i = 0; i < rule.mutes.size(); ++i) {
      const bool is_policy = i < coverage_.places_.policy_mutes();
      if (!rule.mutes[i].during && !rule.mutes[i].until.has_value()) {
        WatchSilence("mute", "", i, is_policy, coverage_.places_.policy_mutes(),
                     &watched->mutes[i].condition);
      } else if (makes_items_) {
        AddSilence("mute", i, is_policy, coverage_.places_.policy_mutes(),
                   "never mutes an alert");
      }
    }
    for (size_t i = 0; i < rule.limits.size(); ++i) {
      const std::string name = "limit " + std::to_string(i + 1);
      if (makes_items_) {
        coverage_.AddClause(rule, name, "limit", i,
                            "never holds an alert back");
      }
      Watch(name + " unless", "limit", i, &watched->limits[i].unless);
    }
    for (size_t i = 0; i < rule.escalations.size(); ++i) {
      Watch("escalate " + std::string(SeverityName(rule.escalations[i].severity)),
            "escalate", i, &watched->escalations[i].condition);
    }
    if (rule.resolve && makes_items_) {
      coverage_.AddClause(rule, "resolve", "resolve", 0, "never resolves one");
    }
    return watched;
  }

  void AddFiring(const RulePlan& rule) {
    coverage_.AddClause(rule, "alert", "rule", 0, "never fires");
    if (rule.seen.has_value()) {
      coverage_.AddClause(rule, "known", "when", 0,
                          "never sees what it knows already");
    }
  }

  void WatchSilence(const std::string& name, const std::string& label,
                    size_t index, bool is_policy, size_t of_policy, ExprId* id) {
    const size_t number = is_policy ? index : index - of_policy;
    const std::string shown =
        label.empty() ? name + " " + std::to_string(number + 1)
                      : name + " " + label;
    is_policy_ = is_policy;
    Watch(shown, name, number, id);
    is_policy_ = false;
  }

  void AddSilence(const std::string& name, size_t index, bool is_policy,
                  size_t of_policy, std::string never_taken) {
    const size_t number = is_policy ? index : index - of_policy;
    RulePlan policy;
    coverage_.AddClause(is_policy ? policy : *rule_,
                        name + " " + std::to_string(number + 1), name, number,
                        std::move(never_taken));
  }

  std::vector<LimitPlan> PolicyLimits() {
    RulePlan policy;
    rule_ = &policy;
    std::vector<LimitPlan> limits = plan_.policy_limits();
    for (size_t i = 0; i < limits.size(); ++i) {
      const std::string name = "limit " + std::to_string(i + 1);
      if (makes_items_) {
        coverage_.AddClause(policy, name, "limit", i,
                            "never holds an alert back");
      }
      Watch(name + " unless", "limit", i, &limits[i].unless);
    }
    return limits;
  }

  void Watch(const std::string& shown, std::string_view kind, size_t number,
             ExprId* id) {
    if (*id == kNoExpr) return;
    shown_ = shown;
    if (makes_items_) {
      place_ = coverage_.places_.Find(rule_name(), kind, number);
    }
    *id = WatchAt(*id, "", 0);
  }

  std::string rule_name() const { return is_policy_ ? "" : rule_->name; }

  ExprId WatchAt(ExprId id, const std::string& path, int depth) {
    const ExprId original = id;
    // A copy: the pool grows.
    Expr node = pool_.exprs[id];
    if (node.op == ExprOp::kTrue || node.op == ExprOp::kFalse) return id;
    const bool is_joint = node.op == ExprOp::kAnd || node.op == ExprOp::kOr;
    if ((is_joint || node.op == ExprOp::kNot) && depth < kMaxDepth) {
      for (size_t i = 0; i < node.children.size(); ++i) {
        node.children[i] = WatchAt(
            node.children[i], path + "." + std::to_string(i), depth + 1);
      }
      id = Add(node);
      // Its outcomes are those of its operand.
      if (node.op == ExprOp::kNot) return id;
    }
    const std::optional<size_t> item = ItemAt(original, path);
    if (!item.has_value()) return id;
    Expr observed;
    observed.op = ExprOp::kObserved;
    observed.event_only = node.event_only;
    observed.a = static_cast<uint32_t>(*item);
    observed.children = {id};
    return Add(observed);
  }

  ExprId Add(Expr node) {
    pool_.exprs.push_back(std::move(node));
    return static_cast<ExprId>(pool_.exprs.size() - 1);
  }

  // The index of the item; none where the plan has no such condition.
  std::optional<size_t> ItemAt(ExprId id, const std::string& path) {
    const std::string key = Key(rule_name(), shown_ + "\n" + path);
    const auto known = coverage_.known_.find(key);
    if (known != coverage_.known_.end()) return known->second;
    if (!makes_items_) return std::nullopt;
    coverage_.known_[key] = coverage_.items_.size();
    Item& item = coverage_.items_.emplace_back();
    item.rule = rule_name();
    item.clause = shown_;
    item.place = place_;
    item.text = CutText(ExprText(plan_.pool(), rule_, id), kMaxText);
    item.is_condition = true;
    return coverage_.items_.size() - 1;
  }

  Coverage& coverage_;
  const Plan& plan_;
  PlanPool pool_;
  const bool makes_items_;
  const RulePlan* rule_ = nullptr;
  bool is_policy_ = false;
  std::string shown_;
  ClausePlace place_;
};

class Coverage::Watcher final : public Observer {
 public:
  Watcher(Coverage* coverage, const Plan& plan)
      : coverage_(*coverage), plan_(plan) {}

  void OnCondition(uint32_t place, bool holds) override {
    Item& item = coverage_.items_[place];
    (holds ? item.seen_true : item.seen_false)
        .store(true, std::memory_order_relaxed);
  }
  void OnMuted(uint32_t rule, size_t mute) override {
    const size_t policy = coverage_.places_.policy_mutes();
    const bool is_policy = mute < policy;
    Take(is_policy ? "" : plan_.rules()[rule]->name,
         "mute " + std::to_string((is_policy ? mute : mute - policy) + 1));
  }
  void OnHeld(uint32_t rule, bool is_policy, size_t limit) override {
    Take(is_policy ? "" : plan_.rules()[rule]->name,
         "limit " + std::to_string(limit + 1));
  }

 private:
  void Take(const std::string& rule, const std::string& clause) {
    Item* const item = coverage_.Find(Key(rule, clause));
    if (item != nullptr) item->seen_true.store(true, std::memory_order_relaxed);
  }

  Coverage& coverage_;
  const Plan& plan_;
};

Coverage::Coverage(std::shared_ptr<const Plan> plan,
                   std::span<const RuleSource> sources)
    : plan_(std::move(plan)), places_(sources) {
  watched_[plan_] = Rewriter(this, *plan_, /*makes_items=*/true).Run(plan_);
}

Coverage::Item* Coverage::Find(const std::string& key) {
  const auto found = known_.find(key);
  return found == known_.end() ? nullptr : &items_[found->second];
}

void Coverage::AddClause(const RulePlan& rule, std::string clause_name,
                         std::string_view kind, size_t number,
                         std::string never_taken) {
  const std::string key = Key(rule.name, clause_name);
  if (known_.contains(key)) return;
  known_[key] = items_.size();
  Item& item = items_.emplace_back();
  item.rule = rule.name;
  item.clause = std::move(clause_name);
  item.place = places_.Find(rule.name, kind, number);
  item.never_taken = std::move(never_taken);
}

std::shared_ptr<const Plan> Coverage::Watched(
    const std::shared_ptr<const Plan>& plan) {
  const std::lock_guard<std::mutex> lock(mutex_);
  std::shared_ptr<const Plan>& watched = watched_[plan];
  if (watched == nullptr) {
    watched = Rewriter(this, *plan, /*makes_items=*/false).Run(plan);
  }
  return watched;
}

void Coverage::NoteStats(const EngineStats& stats) {
  const auto take = [this](const std::string& rule, std::string_view clause) {
    Item* const item = Find(Key(rule, clause));
    if (item != nullptr) item->seen_true.store(true, std::memory_order_relaxed);
  };
  for (const RuleStats& rule : stats.rules) {
    if (rule.fired > 0) take(rule.rule, "alert");
    if (rule.resolved > 0) take(rule.rule, "resolve");
    if (rule.matched - rule.excluded - rule.without_key > rule.fired) {
      take(rule.rule, "known");
    }
  }
}

absl::Status Coverage::Run(const RuleTest& test) {
  const std::shared_ptr<const Plan> plan =
      Watched(test.plan != nullptr ? test.plan : plan_);
  const std::shared_ptr<const Plan> runs =
      test.rule.empty() ? plan : plan->WithRule(test.rule);
  if (runs == nullptr) return absl::OkStatus();  // RunRuleTest() says so
  Watcher watcher(this, *runs);
  EngineStats stats;
  MQWARDEN_RETURN_IF_ERROR(RunRuleTestOnce(runs, test, &watcher, &stats));
  NoteStats(stats);
  return absl::OkStatus();
}

absl::Status Coverage::RunAll(std::span<const RuleTest* const> tests,
                              int threads) {
  std::vector<absl::Status> statuses(tests.size());
  WorkOnThreads(tests.size(), threads,
                [&](size_t i) { statuses[i] = Run(*tests[i]); });
  for (const absl::Status& status : statuses) {
    MQWARDEN_RETURN_IF_ERROR(status);
  }
  return absl::OkStatus();
}

CoverageSummary Coverage::Summary(
    const std::optional<std::set<std::string>>& rules) const {
  CoverageSummary summary;
  const auto judge = [&summary](const Item& item, bool seen, std::string what) {
    ++summary.outcomes;
    if (seen) {
      ++summary.reached;
      return;
    }
    summary.uncovered.push_back(
        {item.rule, item.clause, item.place, item.text, std::move(what)});
  };
  for (const Item& item : items_) {
    if (rules.has_value() && !item.rule.empty() && !rules->contains(item.rule)) {
      continue;
    }
    const bool seen_true = item.seen_true.load();
    if (!item.is_condition) {
      judge(item, seen_true, item.never_taken);
      continue;
    }
    const bool seen_false = item.seen_false.load();
    if (!seen_true && !seen_false) {
      summary.outcomes += 2;
      summary.uncovered.push_back(
          {item.rule, item.clause, item.place, item.text, "is never reached"});
      continue;
    }
    judge(item, seen_true, "is never true");
    judge(item, seen_false, "is never false");
  }
  std::stable_sort(
      summary.uncovered.begin(), summary.uncovered.end(),
      [](const auto& a, const auto& b) { return a.rule < b.rule; });
  return summary;
}

}  // namespace mqwarden
