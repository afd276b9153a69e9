// Time and order, section 6 of the language: what is due before the next event,
// the event, the alerts that it made as events; and at the end what the
// watermark decides.
#include "mqwarden/tests/oracle/oracle.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "mqwarden/tests/oracle/oracle_desk.h"
#include "mqwarden/tests/oracle/oracle_reports.h"
#include "mqwarden/tests/oracle/oracle_runs.h"

namespace mqwarden::oracle {
namespace {

bool TakesAlerts(const ast::Rule& rule) {
  const auto names_alert = [](const std::vector<ast::Name>& kinds) {
    return std::any_of(
        kinds.begin(), kinds.end(),
        [](const ast::Name& kind) { return kind.text == "alert"; });
  };
  return names_alert(rule.on) ||
         (rule.when.has_value() &&
          std::any_of(rule.when->steps.begin(), rule.when->steps.end(),
                      [&](const ast::SequenceStep& step) {
                        return names_alert(step.kinds);
                      }));
}

class Interpreter {
 public:
  explicit Interpreter(const OracleInput& input)
      : input_(input), definitions_(input), desk_(&definitions_, &history_) {
    for (const ast::Rule& rule : definitions_.file().rules) {
      RuleState& state = rules_.emplace_back();
      state.rule = &rule;
      state.counters.rule = rule.name.text;
      state.on_alert = TakesAlerts(rule);
      for (const ast::Limit& limit : rule.limits) {
        state.budgets.push_back({.limit = &limit});
      }
    }
    std::sort(rules_.begin(), rules_.end(),
              [](const RuleState& a, const RuleState& b) {
                return a.rule->name.text < b.rule->name.text;
              });
    for (RuleState& state : rules_) runs_.push_back(MakeRun(&state, &desk_));
  }

  OracleResult Interpret() {
    for (const EventPtr& given : input_.events) {
      const EventPtr event = definitions_.WithInventory(*given);
      if (history_.empty()) {
        for (auto& run : runs_) run->Begin(event->time());
      }
      DecideBefore(event->time());
      ++events_;
      Offer(event);
      OfferAlerts();
      Note(event->time());
    }
    // "What is decided at an instant up to and including the watermark is
    // decided, nothing later."
    DecideBefore(input_.watermark + Duration(1));
    OracleResult result;
    for (size_t i = 0; i < rules_.size(); ++i) {
      desk_.Digest(&rules_[i], input_.watermark);
      rules_[i].counters.undecided = runs_[i]->Undecided();
      result.counters.push_back(rules_[i].counters);
    }
    result.alerts = desk_.Alerts();
    result.reports =
        Reports(definitions_, history_, noted_, input_.watermark);
    return result;
  }

 private:
  void Offer(const EventPtr& event) {
    for (auto& run : runs_) run->Offer(event);
    history_.push_back(event);
  }

  // "Every firing becomes one, right after the event or instant that made it";
  // "one level deep".
  void OfferAlerts() {
    for (const EventPtr& event : desk_.TakeEvents()) Offer(event);
  }

  // Decides what is due before `end`, instant by instant. "The events of an
  // instant come before what is due at that instant": of the rules that take
  // alerts too, which are therefore decided after those that make them.
  void DecideBefore(Time end) {
    for (;;) {
      std::optional<Time> due;
      for (auto& run : runs_) {
        const std::optional<Time> next = run->Due(end);
        if (next.has_value() && (!due.has_value() || *next < *due)) due = next;
      }
      if (!due.has_value()) return;
      Decide(*due, /*on_alert=*/false);
      OfferAlerts();
      Decide(*due, /*on_alert=*/true);
      Note(*due);
    }
  }

  // The counters as they are now, for reports of statistics.
  void Note(Time t) {
    CountersAt& noted = noted_.emplace_back();
    noted.time = t;
    noted.events = events_;
    for (const RuleState& state : rules_) {
      noted.rules.push_back(state.counters);
    }
  }

  void Decide(Time t, bool on_alert) {
    for (auto& run : runs_) {
      if (run->state().on_alert == on_alert) run->Decide(t);
    }
  }

  const OracleInput& input_;
  const Definitions definitions_;
  std::vector<EventPtr> history_;
  Desk desk_;
  std::vector<RuleState> rules_;  // by name
  std::vector<std::unique_ptr<Run>> runs_;
  int64_t events_ = 0;  // of the input
  std::vector<CountersAt> noted_;
};

}  // namespace

OracleResult RunOracle(const OracleInput& input) {
  return Interpreter(input).Interpret();
}

}  // namespace mqwarden::oracle
