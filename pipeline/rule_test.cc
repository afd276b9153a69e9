#include "mqwarden/pipeline/rule_test.h"

#include <algorithm>
#include <optional>
#include <span>
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
#include "mqwarden/ingest/event_joins.h"
#include "mqwarden/ingest/event_stream.h"
#include "mqwarden/ingest/input_format.h"
#include "mqwarden/pipeline/alert_lookup.h"
#include "mqwarden/pipeline/rule_test_state.h"
#include "mqwarden/schema/alert_json.h"

namespace mqwarden {
namespace {

using StepKind = RuleTestStep::Kind;

// Restarts of one run of a test, where an engine has few rules.
constexpr int64_t kMaxRestarts = 300;
constexpr int64_t kRulesOfOneRestart = 50;

class Collector final : public AlertSink {
 public:
  void OnAlert(const Alert& alert) override { alerts_.push_back(alert); }
  std::vector<Alert> Take() { return std::exchange(alerts_, {}); }

 private:
  std::vector<Alert> alerts_;
};

// How a test is run besides as it is written.
struct RunForm {
  EngineOptions options;
  bool shuffled = false;
  // Restarts after every so many events; 0: only where the test says so.
  int64_t restart_every = 0;
};

// What a run has made of the test: an entry for each `expect`.
struct Taken {
  std::vector<std::vector<Alert>> alerts;
  // The events given in all, and how many of them before each `expect`.
  std::vector<std::shared_ptr<const Event>> events;
  std::vector<size_t> given;
};

// One run of a test.
class TestRun {
 public:
  static absl::StatusOr<Taken> Run(const std::shared_ptr<const Plan>& plan,
                                   const RuleTest& test, const RunForm& form,
                                   EngineStats* stats = nullptr) {
    TestRun run(test, form);
    MQWARDEN_ASSIGN_OR_RETURN(run.engine_,
                              Engine::Create(plan, form.options, &run.sink_));
    MQWARDEN_RETURN_IF_ERROR(run.RunSteps());
    if (stats != nullptr) *stats = run.engine_->stats();
    return std::move(run.taken_);
  }

 private:
  struct Pending {
    std::shared_ptr<const Event> event;
    int64_t sequence;  // place in the test
  };

  TestRun(const RuleTest& test, const RunForm& form)
      : test_(test), form_(form) {}

  absl::Status RunSteps() {
    for (size_t i = 0; i < test_.steps.size(); ++i) {
      const RuleTestStep& step = test_.steps[i];
      switch (step.kind) {
        case StepKind::kEvents:
          for (const auto& event : step.events) {
            pending_.push_back({event, next_sequence_++});
          }
          break;
        case StepKind::kAdvance:
          MQWARDEN_RETURN_IF_ERROR(Deliver());
          advance_to_ = std::max(step.advance_to,
                                 advance_to_.value_or(step.advance_to));
          break;
        case StepKind::kExpect:
          MQWARDEN_RETURN_IF_ERROR(Deliver());
          Decide(i);
          taken_.alerts.push_back(sink_.Take());
          taken_.given.push_back(taken_.events.size());
          break;
        case StepKind::kInput:
          MQWARDEN_RETURN_IF_ERROR(ReadInput(step));
          break;
        case StepKind::kRestart:
          MQWARDEN_RETURN_IF_ERROR(Deliver());
          MQWARDEN_RETURN_IF_ERROR(Restart());
          break;
      }
    }
    return absl::OkStatus();
  }

  // The events of a file as a replay of it alone has them: read, put in order
  // and joined. Those without a time are left out.
  absl::Status ReadInput(const RuleTestStep& step) {
    const std::optional<InputFormat> format = FindInputFormat(step.format);
    if (!format) {
      return absl::InvalidArgumentError(
          ToAbsl("a test reads an input of the unknown format " + step.format));
    }
    std::vector<std::shared_ptr<Event>> events;
    IngestOptions options;
    options.format = *format;
    // Where a source writes no year, it is the one of the test.
    options.text.from = test_.start;
    EventStream stream(std::move(options), [&events](Event& event) {
      if (!event.Has(FieldId::kTime)) return;
      events.push_back(std::make_shared<Event>());
      events.back()->CopyFrom(event);
    });
    stream.Feed(step.bytes);
    stream.Finish();
    if (stream.stats().records == 0) {
      return absl::InvalidArgumentError(
          ToAbsl("a test reads " + step.file + ", which holds no record"));
    }
    if (events.empty()) {
      return absl::InvalidArgumentError(
          ToAbsl("a test reads " + step.file +
                 ", of which no record is an event that has a time"));
    }
    std::stable_sort(events.begin(), events.end(),
                     [](const auto& a, const auto& b) {
                       return a->time() < b->time();
                     });
    EventJoins joins({}, [this](Event* event) {
      const auto copy = std::make_shared<Event>();
      copy->CopyFrom(*event);
      pending_.push_back({copy, next_sequence_++});
    });
    for (const auto& event : events) joins.Process(event.get());
    joins.Finish();
    return absl::OkStatus();
  }

  // A state read back: Restore() begins anew, as another engine would, and goes
  // on from the bytes alone.
  absl::Status Restart() {
    std::string state;
    engine_->Checkpoint(&state);
    return engine_->Restore(state).status();
  }

  // Gives the events since the last `expect`, `advance` or `restart`, in total
  // order.
  absl::Status Deliver() {
    if (form_.shuffled) {
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
      taken_.events.push_back(pending.event);
      event_.CopyFrom(*pending.event);
      event_.set_sequence(pending.sequence);
      AdvanceBefore(event_.time());
      identity_.Assign(&event_);
      engine_->Process(&event_);
      last_event_ =
          std::max(event_.time(), last_event_.value_or(event_.time()));
      if (form_.restart_every > 0 && ++given_ % form_.restart_every == 0) {
        MQWARDEN_RETURN_IF_ERROR(Restart());
      }
    }
    pending_.clear();
    return absl::OkStatus();
  }

  // An `advance` takes effect when the next event is given: the events of its
  // own instant come before what is due at it.
  void AdvanceBefore(Time event_time) {
    if (!advance_to_) return;
    if (event_time <= *advance_to_) {
      engine_->AdvanceWatermark(SaturatingSub(*advance_to_, Duration(1)));
      return;
    }
    engine_->AdvanceWatermark(*advance_to_);
    advance_to_.reset();
  }

  // Decides what is due at the `expect` in step `at`.
  void Decide(size_t at) {
    if (advance_to_ && HasEventAt(*advance_to_, at + 1)) {
      AdvanceBefore(*advance_to_);
      engine_->Flush();
      return;
    }
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
  const RunForm& form_;
  Collector sink_;
  std::unique_ptr<Engine> engine_;
  std::vector<Pending> pending_;
  int64_t next_sequence_ = 0;
  int64_t given_ = 0;  // events
  std::optional<Time> last_event_;
  std::optional<Time> advance_to_;  // not in effect yet
  EventIdentity identity_;
  Event event_;
  Taken taken_;
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

// The rule that an expectation is about; "" where it does not say.
std::string_view ConcernedRule(const RuleTest& test, const RuleTestStep& step) {
  if (!test.rule.empty()) return test.rule;
  const auto named = std::find_if(
      step.fields.begin(), step.fields.end(),
      [](const ExpectedField& field) { return field.name == "rule"; });
  return named == step.fields.end() ? std::string_view() : named->value;
}

// After each event; less often where a test has so many, or runs so many rules,
// that it would take seconds.
int64_t RestartEvery(const Plan& plan, const RuleTest& test) {
  int64_t events = 0;
  for (const RuleTestStep& step : test.steps) {
    events += static_cast<int64_t>(step.events.size());
  }
  const int64_t rules = std::max<int64_t>(
      static_cast<int64_t>(plan.rules().size()), kRulesOfOneRestart);
  return 1 + events * rules / (kMaxRestarts * kRulesOfOneRestart);
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

absl::Status RunRuleTestOnce(const std::shared_ptr<const Plan>& plan,
                             const RuleTest& test, Observer* observer,
                             EngineStats* stats) {
  RunForm form;
  form.options.start = test.start;
  form.options.observer = observer;
  return TestRun::Run(plan, test, form, stats).status();
}

absl::StatusOr<RuleTestResult> RunRuleTest(
    const std::shared_ptr<const Plan>& whole, const RuleTest& test) {
  const std::shared_ptr<const Plan>& set =
      test.plan != nullptr ? test.plan : whole;
  const std::shared_ptr<const Plan> plan =
      test.rule.empty() ? set : set->WithRule(test.rule);
  if (plan == nullptr) {
    return absl::NotFoundError(ToAbsl("no rule " + test.rule));
  }
  RunForm as_written;
  as_written.options.start = test.start;
  MQWARDEN_ASSIGN_OR_RETURN(const Taken taken,
                            TestRun::Run(plan, test, as_written));
  RunForm shuffled_form = as_written;
  shuffled_form.options.key_groups = 64;
  shuffled_form.options.hash_seed = 0x9e3779b97f4a7c15;
  shuffled_form.shuffled = true;
  MQWARDEN_ASSIGN_OR_RETURN(const Taken shuffled,
                            TestRun::Run(plan, test, shuffled_form));
  RunForm restarted_form = as_written;
  restarted_form.restart_every = RestartEvery(*plan, test);
  MQWARDEN_ASSIGN_OR_RETURN(const Taken restarted,
                            TestRun::Run(plan, test, restarted_form));

  RuleTestResult result;
  for (const RuleTestStep& step : test.steps) {
    if (step.kind != StepKind::kExpect) continue;
    const auto at = static_cast<size_t>(result.expectations++);
    const std::string failure = Judge(test, step, taken.alerts[at]);
    if (failure.empty()) continue;
    result.failure.append(failure).append(DescribeWindows(
        plan, ConcernedRule(test, step),
        std::span(taken.events).first(taken.given[at])));
  }
  const std::string bytes = Bytes(taken.alerts);
  if (bytes != Bytes(shuffled.alerts)) {
    result.failure.append(Heading(test, test.span))
        .append("  wanted: the same alerts with events shuffled and other key "
                "groups\n  got:    others\n");
  }
  if (bytes != Bytes(restarted.alerts)) {
    result.failure.append(Heading(test, test.span))
        .append("  wanted: the same alerts with a restart after each event\n"
                "  got:    others\n");
  }
  result.passed = result.failure.empty();
  return result;
}

}  // namespace mqwarden
