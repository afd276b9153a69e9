#include "mqwarden/pipeline/alert_diff.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>

#include "mqwarden/base/json_writer.h"
#include "mqwarden/base/status_macros.h"
#include "mqwarden/engine/value_text.h"
#include "mqwarden/pipeline/plan_text.h"
#include "mqwarden/schema/alert_json.h"

namespace mqwarden {
namespace {

// As much of a clause as a cause repeats.
constexpr size_t kClauseBytes = 200;
// Of the summary as an example shows it.
constexpr size_t kSummaryBytes = 300;

DiffAlert Keep(const Alert& alert) {
  DiffAlert kept;
  kept.state = alert.state;
  kept.severity = alert.severity;
  kept.time = alert.time;
  kept.begin = std::min(alert.first.value_or(alert.time), alert.time);
  kept.end = std::max(alert.last.value_or(alert.time), alert.time);
  kept.count = alert.count;
  JsonWriter json(&kept.group_json);
  json.BeginObject();
  for (const AlertField& field : alert.group) {
    json.Key(field.name);
    WriteAlertValueJson(field.value, &json);
    kept.group.append(kept.group.empty() ? "" : ", ");
    kept.group.append(field.name).append(" ");
    AppendShown(field.value, &kept.group);
  }
  json.EndObject();
  kept.summary =
      CutText(alert.summary.empty() ? alert.title : alert.summary,
                kSummaryBytes);
  kept.muted = alert.muted;

  Alert shown = alert;
  shown.id = {};
  shown.version.clear();
  shown.evidence.clear();
  std::string bytes;
  AppendAlertJson(shown, &bytes);
  kept.content = HashBytes128(bytes);
  return kept;
}

// The alerts of one rule set by rule, in the order of time.
class Collector final : public AlertSink {
 public:
  void OnAlert(const Alert& alert) override {
    rules_[alert.rule].push_back(Keep(alert));
  }
  std::vector<DiffAlert> Take(const std::string& rule) {
    const auto found = rules_.find(rule);
    return found == rules_.end() ? std::vector<DiffAlert>()
                                 : std::move(found->second);
  }

 private:
  std::map<std::string, std::vector<DiffAlert>> rules_;
};

using Group = std::tuple<AlertState, std::string_view>;

// The alerts of one rule and rule set: indexes by state and group, each list in
// the order of time.
struct Grouped {
  std::map<Group, std::vector<size_t>> sent;
  std::map<Group, std::vector<size_t>> muted;
};

Grouped GroupAlerts(std::span<const DiffAlert> alerts) {
  Grouped grouped;
  for (size_t i = 0; i < alerts.size(); ++i) {
    const Group group(alerts[i].state, alerts[i].group_json);
    (alerts[i].muted.empty() ? grouped.sent : grouped.muted)[group].push_back(
        i);
  }
  return grouped;
}

// Compares the alerts of one rule.
class RuleMatcher {
 public:
  RuleMatcher(std::span<const DiffAlert> before,
              std::span<const DiffAlert> after, RuleDiff* diff)
      : before_(before),
        after_(after),
        old_(GroupAlerts(before)),
        new_(GroupAlerts(after)),
        diff_(diff) {}

  void Match() {
    for (const auto& [group, indexes] : old_.sent) {
      const auto found = new_.sent.find(group);
      MatchGroup(group, indexes,
                 found == new_.sent.end() ? std::span<const size_t>()
                                          : found->second);
    }
    for (const auto& [group, indexes] : new_.sent) {
      if (!old_.sent.contains(group)) MatchGroup(group, {}, indexes);
    }
    for (std::vector<AlertChange>* const list :
         {&diff_->gone, &diff_->added, &diff_->moved, &diff_->altered}) {
      std::stable_sort(list->begin(), list->end(),
                       [](const AlertChange& a, const AlertChange& b) {
                         return OrderOf(a) < OrderOf(b);
                       });
    }
  }

 private:
  static std::tuple<Time, std::string_view, AlertState> OrderOf(
      const AlertChange& change) {
    const DiffAlert& alert = change.before ? *change.before : *change.after;
    return {alert.time, alert.group_json, alert.state};
  }

  // First those of one time, then those whose spans overlap; the rest is gone or
  // new. Two walks over lists in the order of time.
  void MatchGroup(const Group& group, std::span<const size_t> olds,
                  std::span<const size_t> news) {
    std::vector<size_t> gone;
    std::vector<size_t> added;
    Walk(
        olds, news,
        [](const DiffAlert& a, const DiffAlert& b) { return a.time == b.time; },
        [this](size_t i, size_t j) { Same(before_[i], after_[j]); }, &gone,
        &added);
    std::vector<size_t> left_gone;
    std::vector<size_t> left_added;
    Walk(
        gone, added,
        [](const DiffAlert& a, const DiffAlert& b) {
          return a.begin <= b.end && b.begin <= a.end;
        },
        [this](size_t i, size_t j) {
          diff_->moved.push_back({before_[i], after_[j], ""});
        },
        &left_gone, &left_added);
    for (const size_t i : left_gone) {
      diff_->gone.push_back({before_[i], std::nullopt,
                             MutedCause(group, before_[i], new_, after_,
                                        "muted now: ")});
    }
    for (const size_t j : left_added) {
      diff_->added.push_back({std::nullopt, after_[j],
                              MutedCause(group, after_[j], old_, before_,
                                         "was muted: ")});
    }
  }

  template <typename Fits, typename Take>
  void Walk(std::span<const size_t> olds, std::span<const size_t> news,
            const Fits& fits, const Take& take, std::vector<size_t>* gone,
            std::vector<size_t>* added) {
    size_t i = 0;
    size_t j = 0;
    while (i < olds.size() && j < news.size()) {
      const DiffAlert& before = before_[olds[i]];
      const DiffAlert& after = after_[news[j]];
      if (fits(before, after)) {
        take(olds[i++], news[j++]);
      } else if (before.time < after.time) {
        gone->push_back(olds[i++]);
      } else {
        added->push_back(news[j++]);
      }
    }
    gone->insert(gone->end(), olds.begin() + static_cast<ptrdiff_t>(i),
                 olds.end());
    added->insert(added->end(), news.begin() + static_cast<ptrdiff_t>(j),
                  news.end());
  }

  void Same(const DiffAlert& before, const DiffAlert& after) {
    ++diff_->same;
    if (before.content == after.content) return;
    std::string cause;
    if (before.severity != after.severity) {
      cause = "severity " + std::string(SeverityName(before.severity)) +
              " -> " + std::string(SeverityName(after.severity));
    }
    if (before.count != after.count) {
      cause += (cause.empty() ? "count " : ", count ") +
               std::to_string(before.count) + " -> " +
               std::to_string(after.count);
    }
    if (cause.empty()) {
      cause = before.summary != after.summary ? "summary" : "what it shows";
    }
    diff_->altered.push_back({before, after, std::move(cause)});
  }

  // Why `alert` was not sent by the other set, if that is a mute.
  static std::string MutedCause(const Group& group, const DiffAlert& alert,
                                const Grouped& other,
                                std::span<const DiffAlert> others,
                                std::string_view words) {
    const auto found = other.muted.find(group);
    if (found == other.muted.end()) return "";
    const auto at = std::lower_bound(
        found->second.begin(), found->second.end(), alert.time,
        [&](size_t i, Time time) { return others[i].time < time; });
    if (at == found->second.end() || others[*at].time != alert.time) return "";
    return std::string(words) + others[*at].muted;
  }

  const std::span<const DiffAlert> before_;
  const std::span<const DiffAlert> after_;
  const Grouped old_;
  const Grouped new_;
  RuleDiff* const diff_;
};

// The clauses of `name` that stand in one list and not in the other, in pairs
// while both have some left.
void CompareClause(std::string_view name, std::vector<std::string> olds,
                   std::vector<std::string> news,
                   std::vector<std::string>* causes) {
  for (auto at = olds.begin(); at != olds.end();) {
    const auto found = std::find(news.begin(), news.end(), *at);
    if (found == news.end()) {
      ++at;
      continue;
    }
    news.erase(found);
    at = olds.erase(at);
  }
  for (size_t i = 0; i < std::max(olds.size(), news.size()); ++i) {
    std::string line(name);
    if (i >= olds.size()) {
      line += " added: " + CutText(news[i], kClauseBytes);
    } else if (i >= news.size()) {
      line += " removed: " + CutText(olds[i], kClauseBytes);
    } else {
      line += ": " + CutText(olds[i], kClauseBytes) + " -> " +
              CutText(news[i], kClauseBytes);
    }
    causes->push_back(std::move(line));
  }
}

std::vector<std::string> TextsOf(std::span<const RuleClause> clauses,
                                 std::string_view name) {
  std::vector<std::string> texts;
  for (const RuleClause& clause : clauses) {
    if (clause.name == name) texts.push_back(clause.text);
  }
  return texts;
}

// Every name once, in the order of the language as far as one rule shows it.
std::vector<std::string> NamesOf(std::span<const RuleClause> olds,
                                 std::span<const RuleClause> news) {
  std::vector<std::string> names;
  for (const std::span<const RuleClause> list : {olds, news}) {
    for (const RuleClause& clause : list) {
      if (std::find(names.begin(), names.end(), clause.name) == names.end()) {
        names.push_back(clause.name);
      }
    }
  }
  return names;
}


void CompareRules(const Plan& old_plan, const RulePlan& before,
                  const Plan& new_plan, const RulePlan& after,
                  std::vector<std::string>* causes) {
  if (before.version == after.version) return;
  const std::vector<RuleClause> olds = RuleClauses(old_plan.pool(), before);
  const std::vector<RuleClause> news = RuleClauses(new_plan.pool(), after);
  for (const std::string& name : NamesOf(olds, news)) {
    CompareClause(name, TextsOf(olds, name), TextsOf(news, name), causes);
  }
  if (causes->empty()) {
    causes->push_back(
        "the tables, calendars or memories that it reads are others");
  }
}

std::vector<std::string> PolicyTexts(const Plan& plan) {
  std::vector<std::string> texts;
  for (const LimitPlan& limit : plan.policy_limits()) {
    texts.push_back(LimitText(plan.pool(), nullptr, limit));
  }
  return texts;
}

std::map<std::string_view, const RuleStats*> ByRule(const EngineStats& stats) {
  std::map<std::string_view, const RuleStats*> rules;
  for (const RuleStats& rule : stats.rules) rules[rule.rule] = &rule;
  return rules;
}

}  // namespace

bool AlertDiff::differs() const {
  return std::any_of(rules.begin(), rules.end(),
                     [](const RuleDiff& rule) { return rule.differs(); });
}

absl::StatusOr<AlertDiff> DiffAlerts(
    const std::shared_ptr<const Plan>& old_plan,
    const std::shared_ptr<const Plan>& new_plan,
    const ReplayOptions& options) {
  Collector olds;
  Collector news;
  const std::array<ReplayTarget, 2> targets = {
      {{old_plan, &olds}, {new_plan, &news}}};
  MQWARDEN_ASSIGN_OR_RETURN(std::vector<ReplayResult> results,
                            ReplayEach(targets, options));

  AlertDiff diff;
  CompareClause("policy limit", PolicyTexts(*old_plan), PolicyTexts(*new_plan),
                &diff.causes);
  std::map<std::string, std::array<const RulePlan*, 2>> rules;
  for (const auto& rule : old_plan->rules()) rules[rule->name][0] = rule.get();
  for (const auto& rule : new_plan->rules()) rules[rule->name][1] = rule.get();
  const auto old_stats = ByRule(results[0].engine);
  const auto new_stats = ByRule(results[1].engine);
  for (const auto& [name, plans] : rules) {
    RuleDiff& rule = diff.rules.emplace_back();
    rule.rule = name;
    rule.in_old = plans[0] != nullptr;
    rule.in_new = plans[1] != nullptr;
    if (rule.in_old) rule.old_stats = *old_stats.at(name);
    if (rule.in_new) rule.new_stats = *new_stats.at(name);
    const std::vector<DiffAlert> before = olds.Take(name);
    const std::vector<DiffAlert> after = news.Take(name);
    RuleMatcher(before, after, &rule).Match();
    if (!rule.in_new) {
      rule.causes.push_back("the rule is not in the new set");
    } else if (!rule.in_old) {
      rule.causes.push_back("the rule is not in the old set");
    } else {
      CompareRules(*old_plan, *plans[0], *new_plan, *plans[1], &rule.causes);
    }
  }
  diff.replay = std::move(results[1]);
  return diff;
}

}  // namespace mqwarden
