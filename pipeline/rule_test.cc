#include "mqwarden/pipeline/rule_test.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "mqwarden/base/decimal.h"
#include "mqwarden/base/status_macros.h"
#include "mqwarden/base/terminal_text.h"
#include "mqwarden/base/text.h"
#include "mqwarden/base/time.h"
#include "mqwarden/engine/engine.h"
#include "mqwarden/ingest/event_id.h"
#include "mqwarden/pipeline/alert_lookup.h"
#include "mqwarden/schema/alert_json.h"

namespace mqwarden {
namespace {

using StepKind = RuleTestStep::Kind;

class Collector final : public AlertSink {
 public:
  void OnAlert(const Alert& alert) override { alerts_.push_back(alert); }
  std::vector<Alert> Take() { return std::exchange(alerts_, {}); }

 private:
  std::vector<Alert> alerts_;
};

// One run of a test.
class TestRun {
 public:
  static absl::StatusOr<std::vector<std::vector<Alert>>> Run(
      const std::shared_ptr<const Plan>& plan, const RuleTest& test,
      const EngineOptions& options, bool shuffled) {
    TestRun run(test, shuffled);
    MQWARDEN_ASSIGN_OR_RETURN(run.engine_,
                              Engine::Create(plan, options, &run.sink_));
    run.RunSteps();
    return std::move(run.taken_);
  }

 private:
  struct Pending {
    std::shared_ptr<const Event> event;
    int64_t sequence;  // place in the test
  };

  TestRun(const RuleTest& test, bool shuffled)
      : test_(test), shuffled_(shuffled) {}

  void RunSteps() {
    for (size_t i = 0; i < test_.steps.size(); ++i) {
      const RuleTestStep& step = test_.steps[i];
      switch (step.kind) {
        case StepKind::kEvents:
          for (const auto& event : step.events) {
            pending_.push_back({event, next_sequence_++});
          }
          break;
        case StepKind::kAdvance:
          Deliver();
          advance_to_ = std::max(step.advance_to,
                                 advance_to_.value_or(step.advance_to));
          break;
        case StepKind::kExpect:
          Deliver();
          Decide(i);
          taken_.push_back(sink_.Take());
          break;
      }
    }
  }

  // Gives the events since the last `expect` or `advance`, in total order.
  void Deliver() {
    if (shuffled_) {
      // Any fixed order other than the written one.
      std::reverse(pending_.begin(), pending_.end());
      for (size_t i = 1; i < pending_.size(); i += 3) {
        std::swap(pending_[i], pending_[i / 2]);
      }
    }
    std::sort(pending_.begin(), pending_.end(),
              [](const Pending& a, const Pending& b) {
                const int64_t time_a = a.event->Int(FieldId::kTime);
                const int64_t time_b = b.event->Int(FieldId::kTime);
                return time_a != time_b ? time_a < time_b
                                        : a.sequence < b.sequence;
              });
    for (const Pending& pending : pending_) {
      event_.CopyFrom(*pending.event);
      event_.set_sequence(pending.sequence);
      AdvanceBefore(event_.time());
      identity_.Assign(&event_);
      engine_->Process(&event_);
      last_event_ =
          std::max(event_.time(), last_event_.value_or(event_.time()));
    }
    pending_.clear();
  }

  // An `advance` takes effect when the next event is given: the events of its
  // own instant come before what is due at it.
  void AdvanceBefore(Time event_time) {
    if (!advance_to_) return;
    if (event_time == *advance_to_) {
      engine_->AdvanceWatermark(SaturatingSub(*advance_to_, Duration(1)));
      return;
    }
    engine_->AdvanceWatermark(*advance_to_);
    advance_to_.reset();
  }

  // Decides what is due at the `expect` in step `at`.
  void Decide(size_t at) {
    if (advance_to_) {
      engine_->AdvanceWatermark(*advance_to_);
      advance_to_.reset();
    }
    if (!last_event_) return;
    if (HasEventAt(*last_event_, at + 1)) {
      engine_->AdvanceWatermark(SaturatingSub(*last_event_, Duration(1)));
      engine_->Flush();
    } else {
      engine_->AdvanceWatermark(*last_event_);
    }
  }

  bool HasEventAt(Time time, size_t first_step) const {
    for (size_t i = first_step; i < test_.steps.size(); ++i) {
      for (const auto& event : test_.steps[i].events) {
        if (event->time() == time) return true;
      }
    }
    return false;
  }

  const RuleTest& test_;
  const bool shuffled_;
  Collector sink_;
  std::unique_ptr<Engine> engine_;
  std::vector<Pending> pending_;
  int64_t next_sequence_ = 0;
  std::optional<Time> last_event_;
  std::optional<Time> advance_to_;  // not in effect yet
  EventIdentity identity_;
  Event event_;
  std::vector<std::vector<Alert>> taken_;  // one for each `expect`
};

bool EqualValue(const AlertValue& value, const ExpectedField& expected) {
  // Both are asked for as a bool as well.
  if (expected.name == "muted" && expected.value == "true") {
    return value.form == AlertValue::Form::kText;
  }
  if (expected.name == "held" && value.form == AlertValue::Form::kNumber) {
    if (expected.value == "true") return value.text != "0";
    if (expected.value == "false") return value.text == "0";
  }
  std::string shown;
  AppendPlainValue(value, &shown);
  if (value.form == AlertValue::Form::kNumber) {
    const auto number = Decimal::Parse(shown);
    const auto wanted = Decimal::Parse(expected.value);
    if (number && wanted) return *number == *wanted;
  }
  return expected.ignore_case ? EqualsIgnoreAsciiCase(shown, expected.value)
                              : shown == expected.value;
}

// "" when the alert has the value, else what it has instead.
std::string Difference(const Alert& alert, const ExpectedField& expected) {
  if (expected.at) {
    const std::optional<Time> time = expected.name == "first" ? alert.first
                                     : expected.name == "last"
                                         ? alert.last
                                         : std::optional<Time>(alert.time);
    if (time == expected.at) return "";
  }
  const std::optional<AlertValue> value = FindAlertValue(alert, expected.name);
  if (!value) return "has no " + expected.name;
  if (!expected.at && EqualValue(*value, expected)) return "";
  std::string text = expected.name + " is ";
  AppendPlainValue(*value, &text);
  return text;
}

std::string Differences(const Alert& alert, const RuleTestStep& step) {
  std::string all;
  for (const ExpectedField& expected : step.fields) {
    const std::string difference = Difference(alert, expected);
    if (difference.empty()) continue;
    if (!all.empty()) all.append(", ");
    all.append(difference);
  }
  return all;
}

std::string Place(const RuleTest& test, Span span) {
  const RuleText::Position position = test.text->PositionOf(span.begin);
  return EscapeForTerminal(test.text->path()) + ":" +
         std::to_string(position.line) + ":" + std::to_string(position.column);
}

std::string Heading(const RuleTest& test, Span span) {
  std::string heading = Place(test, span) + ": ";
  if (!test.rule.empty()) heading.append("rule " + test.rule + ", ");
  return heading + "test \"" + EscapeForTerminal(test.name) + "\"\n";
}

// "" when the expectation holds.
std::string Judge(const RuleTest& test, const RuleTestStep& step,
                  const std::vector<Alert>& alerts) {
  const bool counts_muted =
      std::any_of(step.fields.begin(), step.fields.end(),
                  [](const ExpectedField& f) { return f.name == "muted"; });
  std::vector<std::pair<const Alert*, std::string>> counted;
  int64_t fitting = 0;
  int64_t muted = 0;
  for (const Alert& alert : alerts) {
    if (!alert.muted.empty() && !counts_muted) {
      ++muted;
      continue;
    }
    counted.emplace_back(&alert, Differences(alert, step));
    if (counted.back().second.empty()) ++fitting;
  }
  const auto total = static_cast<int64_t>(counted.size());
  if (total == step.of.value_or(step.count) && fitting == step.count) return "";

  std::string text = Heading(test, step.span);
  text.append("  wanted: ")
      .append(EscapeForTerminal(test.text->Slice(step.span)))
      .append("\n  got:    ");
  text.append(total == 0 ? "no alerts" : std::to_string(total));
  if (total > 0) text.append(total == 1 ? " alert" : " alerts");
  if (muted > 0) text.append(", and " + std::to_string(muted) + " muted");
  text.push_back('\n');
  for (const auto& [alert, differences] : counted) {
    text.append("    ").append(DescribeAlert(*alert));
    if (!differences.empty()) {
      text.append("  <- ").append(EscapeForTerminal(differences));
    }
    text.push_back('\n');
  }
  return text;
}

std::string Bytes(const std::vector<std::vector<Alert>>& runs) {
  std::string bytes;
  for (const std::vector<Alert>& alerts : runs) {
    for (const Alert& alert : alerts) {
      AppendAlertJson(alert, &bytes);
      bytes.push_back('\n');
    }
    bytes.push_back('\n');
  }
  return bytes;
}

}  // namespace

absl::StatusOr<RuleTestResult> RunRuleTest(
    const std::shared_ptr<const Plan>& whole, const RuleTest& test) {
  const std::shared_ptr<const Plan> plan =
      test.rule.empty() ? whole : whole->WithRule(test.rule);
  if (plan == nullptr) {
    return absl::NotFoundError(ToAbsl("no rule " + test.rule));
  }
  MQWARDEN_ASSIGN_OR_RETURN(
      const auto alerts,
      TestRun::Run(plan, test, EngineOptions(), /*shuffled=*/false));
  EngineOptions other;
  other.key_groups = 64;
  other.hash_seed = 0x9e3779b97f4a7c15;
  MQWARDEN_ASSIGN_OR_RETURN(
      const auto shuffled, TestRun::Run(plan, test, other, /*shuffled=*/true));

  RuleTestResult result;
  for (const RuleTestStep& step : test.steps) {
    if (step.kind != StepKind::kExpect) continue;
    result.failure.append(
        Judge(test, step, alerts[static_cast<size_t>(result.expectations)]));
    ++result.expectations;
  }
  if (Bytes(alerts) != Bytes(shuffled)) {
    result.failure.append(Heading(test, test.span))
        .append("  wanted: the same alerts with events shuffled and other key "
                "groups\n  got:    others\n");
  }
  result.passed = result.failure.empty();
  return result;
}

}  // namespace mqwarden
