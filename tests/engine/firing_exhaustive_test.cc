// Every short stream against a model that states section 9 of the language in
// the fewest words: every instant is looked at.
#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/engine/engine.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/tests/engine/plan_builder.h"

namespace mqwarden {
namespace {

constexpr int64_t kInstants = 5;
constexpr int64_t kEnd = 16;  // all windows are empty by then

// An event: whether count(condition) counts it and whether its alert is muted.
struct Sample {
  int64_t time;
  bool counted;
  bool muted;
};
using Window = std::vector<Sample>;
using Condition = std::function<bool(const Window&)>;

int64_t Count(const Window& w) { return static_cast<int64_t>(w.size()); }
int64_t CountIf(const Window& w) {
  return std::count_if(w.begin(), w.end(),
                       [](const Sample& s) { return s.counted; });
}
int64_t Distinct(const Window& w) {
  const int64_t counted = CountIf(w);
  return (counted > 0 ? 1 : 0) + (counted < Count(w) ? 1 : 0);
}

// One rule, as the model has it and as the engine gets it.
struct ModelRule {
  std::string name;
  int64_t length;
  Condition when;
  RefireKind refire = RefireKind::kRise;
  Condition rearm;  // none: when
  int64_t every = 0;
  bool resolve = false;
  Condition escalate;  // to high; none: never
  bool mutes = false;
};

struct Record {
  int64_t time;
  int rank;  // of its state: resolved, open, update
  std::string text;
};

class Model {
 public:
  explicit Model(const ModelRule& rule) : rule_(rule) {}

  std::vector<std::string> Run(const std::vector<Sample>& events) {
    size_t next = 0;
    for (int64_t t = 0; t <= kEnd; ++t) {
      for (; next < events.size() && events[next].time == t; ++next) {
        OnEvent(events[next]);
      }
      Leave(t - rule_.length);
      if (open_ && !rule_.when(window_)) Close(t);
    }
    std::stable_sort(records_.begin(), records_.end(),
                     [](const Record& a, const Record& b) {
                       return std::tie(a.time, a.rank) <
                              std::tie(b.time, b.rank);
                     });
    std::vector<std::string> texts;
    for (const Record& record : records_) texts.push_back(record.text);
    return texts;
  }

 private:
  // Events at or before `cutoff` leave.
  void Leave(int64_t cutoff) {
    std::erase_if(window_,
                  [cutoff](const Sample& s) { return s.time <= cutoff; });
  }

  void OnEvent(const Sample& event) {
    const int64_t t = event.time;
    const Condition& rearm = rule_.rearm ? rule_.rearm : rule_.when;
    Leave(t - rule_.length - 1);
    if (!rearm(window_)) armed_ = true;
    Leave(t - rule_.length);
    window_.push_back(event);
    const bool holds = rule_.when(window_);
    if (!holds) {
      if (open_) Close(t);
      return;
    }
    if (Fires(t)) {
      fired_ = t;
      armed_ = false;
      open_ = true;
      severe_ = rule_.escalate && rule_.escalate(window_);
      told_severe_ = severe_;
      muted_ = rule_.mutes && event.muted;
      sent_ = !muted_;
      Put("open", 1, t, muted_);
      if (rule_.refire == RefireKind::kReset) {
        window_.clear();
        Close(t);
      }
      return;
    }
    if (!open_) return;
    const bool rises = !severe_ && rule_.escalate && rule_.escalate(window_);
    severe_ = severe_ || rises;
    if (rule_.mutes && event.muted) {
      if (rises) Put("update", 2, t, true);
      return;
    }
    if (muted_) {
      muted_ = false;
      sent_ = true;
      told_severe_ = severe_;
      Put("open", 1, t, false);
    } else if (severe_ && !told_severe_) {
      told_severe_ = true;
      sent_ = true;
      Put("update", 2, t, false);
    }
  }

  bool Fires(int64_t t) const {
    switch (rule_.refire) {
      case RefireKind::kRise:
        return armed_;
      case RefireKind::kEvery:
        return !fired_.has_value() || *fired_ <= t - rule_.every;
      default:
        return true;
    }
  }

  void Close(int64_t t) {
    open_ = false;
    if (rule_.resolve && sent_) Put("resolved", 0, t, false);
  }

  void Put(const std::string& state, int rank, int64_t t, bool muted) {
    std::string text = state + "@" + std::to_string(t) + " x" +
                       std::to_string(window_.size());
    if (!window_.empty()) {
      text += " " + std::to_string(window_.front().time) + ".." +
              std::to_string(window_.back().time);
    }
    if (severe_) text += " high";
    if (muted) text += " muted";
    records_.push_back({t, rank, text});
  }

  const ModelRule& rule_;
  Window window_;
  bool armed_ = true;
  std::optional<int64_t> fired_;
  bool open_ = false;
  bool severe_ = false;
  bool told_severe_ = false;
  bool sent_ = false;
  bool muted_ = false;
  std::vector<Record> records_;
};

std::string Shown(const Alert& alert) {
  std::string text(AlertStateName(alert.state));
  text += "@" + std::to_string(alert.time.time_since_epoch().count()) + " x" +
          std::to_string(alert.count);
  if (alert.first.has_value()) {
    text += " " + std::to_string(alert.first->time_since_epoch().count()) +
            ".." + std::to_string(alert.last->time_since_epoch().count());
  }
  if (alert.severity == Severity::kHigh) text += " high";
  if (!alert.muted.empty()) text += " muted";
  return text;
}

class FiringExhaustiveTest : public ::testing::Test {
 protected:
  // Aggregates: 0 count(), 1 count(reason == 1), 2 distinct(user).
  void Add(ModelRule rule, ExprId when, ExprId rearm, ExprId escalate,
           bool only_count) {
    RulePlan plan = b_.Rule(rule.name);
    plan.aggregates.resize(only_count ? 1 : 3);
    if (!only_count) {
      plan.aggregates[1] = {.kind = Aggregate::Kind::kCountIf,
                            .condition = b_.ReasonIs(1)};
      plan.aggregates[2] = {.kind = Aggregate::Kind::kDistinct,
                            .args = {b_.Field(FieldId::kUser)}};
    }
    plan.window = WindowPlan{.length = Duration(rule.length),
                             .condition = when,
                             .refire = rule.refire,
                             .rearm = rearm,
                             .every = Duration(rule.every)};
    plan.resolve = rule.resolve;
    plan.max_keys = 100;  // one key group: cheap to set up, over and over
    if (escalate != kNoExpr) {
      plan.escalations = {{escalate, Severity::kHigh}};
    }
    if (rule.mutes) {
      plan.mutes = {{.condition = b_.Op(ExprOp::kExists,
                                        {b_.Field(FieldId::kObject)}),
                     .reason = "object is set"}};
    }
    b_.Add(std::move(plan));
    rules_.push_back(std::move(rule));
  }

  static ModelRule Of(std::string name, int64_t length, Condition when,
                      RefireKind refire = RefireKind::kRise) {
    ModelRule rule;
    rule.name = std::move(name);
    rule.length = length;
    rule.when = std::move(when);
    rule.refire = refire;
    return rule;
  }

  static Condition CountAtLeast(int64_t n) {
    return [n](const Window& w) { return Count(w) >= n; };
  }

  void AddRules() {
    const ExprId two = b_.AtLeast(2);
    const ExprId three = b_.AtLeast(3);
    const ExprId four = b_.AtLeast(4);
    const auto add_count_rules = [&](const std::string& prefix, bool ring) {
      ModelRule rule = Of(prefix + "rise", 3, CountAtLeast(2));
      rule.resolve = true;
      rule.escalate = CountAtLeast(4);
      Add(rule, two, kNoExpr, four, ring);
      rule = Of(prefix + "rise_one", 2, CountAtLeast(1));
      rule.resolve = true;
      Add(rule, b_.AtLeast(1), kNoExpr, kNoExpr, ring);
      rule = Of(prefix + "rise_below", 3, CountAtLeast(3));
      rule.rearm = CountAtLeast(2);
      rule.resolve = true;
      Add(rule, three, two, kNoExpr, ring);
      rule = Of(prefix + "rise_without_resolve", 2, CountAtLeast(2));
      rule.escalate = CountAtLeast(3);
      Add(rule, two, kNoExpr, three, ring);
      Add(Of(prefix + "plain", 3, CountAtLeast(3)), three, kNoExpr, kNoExpr,
          ring);
      rule = Of(prefix + "reset", 3, CountAtLeast(2), RefireKind::kReset);
      rule.resolve = true;
      Add(rule, two, kNoExpr, kNoExpr, ring);
    };
    add_count_rules("ring_", true);
    add_count_rules("deque_", false);

    ModelRule rule = Of("each", 3, CountAtLeast(2), RefireKind::kEach);
    rule.resolve = true;
    Add(rule, two, kNoExpr, kNoExpr, true);
    rule = Of("every", 3, CountAtLeast(2), RefireKind::kEvery);
    rule.every = 2;
    rule.resolve = true;
    rule.escalate = CountAtLeast(4);
    Add(rule, two, kNoExpr, four, true);

    // Conditions that leaving and coming can make true and false.
    const ExprId counted = b_.AtLeast(1, 1);
    const ExprId few = b_.Op(ExprOp::kNot, {three});
    const Condition few_counted = [](const Window& w) {
      return CountIf(w) >= 1 && Count(w) < 3;
    };
    rule = Of("few_counted", 3, few_counted);
    rule.resolve = true;
    rule.escalate = [](const Window& w) { return CountIf(w) >= 2; };
    Add(rule, b_.Op(ExprOp::kAnd, {counted, few}), kNoExpr, b_.AtLeast(2, 1),
        false);
    rule = Of("few_counted_muted", 3, few_counted, RefireKind::kEvery);
    rule.every = 3;
    rule.mutes = true;
    rule.resolve = true;
    Add(rule, b_.Op(ExprOp::kAnd, {counted, few}), kNoExpr, kNoExpr, false);

    rule = Of("muted", 3, CountAtLeast(2));
    rule.mutes = true;
    rule.resolve = true;
    rule.escalate = CountAtLeast(3);
    Add(rule, two, kNoExpr, three, true);
    rule = Of("muted_without_resolve", 2, CountAtLeast(2));
    rule.mutes = true;
    Add(rule, two, kNoExpr, kNoExpr, true);
    rule = Of("muted_each", 3, CountAtLeast(2), RefireKind::kEach);
    rule.mutes = true;
    Add(rule, two, kNoExpr, kNoExpr, true);
    rule = Of("distinct", 3, [](const Window& w) { return Distinct(w) >= 2; });
    rule.resolve = true;
    Add(rule, b_.AtLeast(2, 2), kNoExpr, kNoExpr, false);

    std::sort(rules_.begin(), rules_.end(),
              [](const ModelRule& a, const ModelRule& b) {
                return a.name < b.name;
              });
    plan_ = b_.Build();
  }

  void Compare(const std::vector<Sample>& events) {
    EngineRun run(plan_);
    ASSERT_TRUE(run.status().ok()) << run.status();
    for (const Sample& s : events) {
      run.Feed({.time = s.time,
                .user = s.counted ? "ana" : "bob",
                .reason = s.counted ? 1 : 2,
                .object = s.muted ? "Q" : ""});
    }
    run.Advance(kEnd);
    std::vector<std::vector<std::string>> got(rules_.size());
    for (const Alert& alert : run.alerts()) {
      for (size_t i = 0; i < rules_.size(); ++i) {
        if (rules_[i].name == alert.rule) got[i].push_back(Shown(alert));
      }
    }
    for (size_t i = 0; i < rules_.size(); ++i) {
      const std::vector<std::string> expected = Model(rules_[i]).Run(events);
      alerts_ += static_cast<int64_t>(expected.size());
      ASSERT_EQ(got[i], expected) << rules_[i].name << " on " << Text(events);
    }
  }

  static std::string Text(const std::vector<Sample>& events) {
    std::string text;
    for (const Sample& s : events) {
      text += std::to_string(s.time) + (s.counted ? "+" : "-") +
              (s.muted ? "m " : " ");
    }
    return text;
  }

  void CompareAll(std::vector<Sample>* events, size_t most) {
    Compare(*events);
    if (HasFatalFailure() || events->size() == most) return;
    for (int64_t t = events->empty() ? 0 : events->back().time; t < kInstants;
         ++t) {
      for (int content = 0; content < 4; ++content) {
        events->push_back({t, (content & 1) != 0, (content & 2) != 0});
        CompareAll(events, most);
        events->pop_back();
        if (HasFatalFailure()) return;
      }
    }
  }

  PlanBuilder b_;
  std::vector<ModelRule> rules_;
  std::shared_ptr<const Plan> plan_;
  int64_t alerts_ = 0;
};

TEST_F(FiringExhaustiveTest, EveryStreamOfUpToThreeEventsAgreesWithTheModel) {
  AddRules();
  std::vector<Sample> events;
  CompareAll(&events, 3);
  EXPECT_GT(alerts_, 20'000);
}

// Longer ones, with one content for each: every sequence of six gaps of up to two
// instants.
TEST_F(FiringExhaustiveTest, EveryStreamOfSixGapsAgreesWithTheModel) {
  AddRules();
  for (int gaps = 0; gaps < 3 * 3 * 3 * 3 * 3 * 3; ++gaps) {
    for (int content = 0; content < 3; ++content) {
      std::vector<Sample> events = {{0, content != 0, false}};
      int rest = gaps;
      for (int i = 0; i < 6; ++i, rest /= 3) {
        events.push_back({events.back().time + rest % 3,
                          (gaps + i * content) % 2 == 0,
                          (gaps + i + content) % 3 == 0});
      }
      Compare(events);
      if (HasFatalFailure()) return;
    }
  }
  EXPECT_GT(alerts_, 50'000);
}

}  // namespace
}  // namespace mqwarden
