// Sequences against the definition: at each event every choice of the key's
// events since it last started afresh is tried.
#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/engine/engine.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/schema/field_catalog.h"
#include "mqwarden/tests/engine/plan_builder.h"

namespace mqwarden {
namespace {

constexpr int64_t kLength = 3;

constexpr Kind kA = Kind::kAuthn;
constexpr Kind kB = Kind::kAuthz;
constexpr Kind kC = Kind::kChannel;
constexpr Kind kX = Kind::kSession;

// An event: its reason is its place in the stream, from 1.
struct Sample {
  int64_t time = 0;
  Kind kind = kA;
  char value = 'p';
};

// What `where` asks of the value: nothing, that it is (not) that of an earlier
// step, or that it is 'q'.
enum class Ask { kNothing, kEqual, kOther, kIsQ };

struct ModelStep {
  Kind kind;
  int64_t count = 1;
  bool missing = false;
  Ask ask = Ask::kNothing;
  size_t of = 0;  // the earlier step
};

struct ModelRule {
  std::string name;
  std::vector<ModelStep> steps;
};

class Model {
 public:
  Model(const ModelRule& rule, std::vector<Sample> events)
      : rule_(rule), events_(std::move(events)) {
    has_final_ = rule_.steps.back().missing;
  }

  std::vector<std::string> Run() {
    for (size_t i = 0; i < events_.size(); ++i) {
      const int64_t t = events_[i].time;
      FireDue(t);
      if (has_final_) {
        std::erase_if(standing_, [&](const Match& match) {
          return t < events_[match.events[0]].time + kLength &&
                 Fits(rule_.steps.back(), i, match);
        });
      }
      matches_.clear();
      Match start;
      start.last_of.resize(rule_.steps.size());
      Extend(start, 0, i);
      if (matches_.empty()) continue;
      afresh_ = i + 1;
      if (!has_final_) {
        Record(t, *std::max_element(matches_.begin(), matches_.end(), IsLess));
      } else if (standing_.empty()) {
        std::map<char, Match> best;  // by what `missing` reads
        for (const Match& match : matches_) {
          const auto place = best.emplace(Read(match), match).first;
          if (IsLess(place->second, match)) place->second = match;
        }
        for (const auto& [value, match] : best) standing_.push_back(match);
      }
    }
    FireDue(1'000'000);
    std::sort(records_.begin(), records_.end());
    return records_;
  }

 private:
  struct Match {
    std::vector<size_t> events;
    std::vector<size_t> last_of;  // by step
  };

  // Latest first event, of equals the newer.
  static bool IsLess(const Match& a, const Match& b) {
    if (a.events[0] != b.events[0]) return a.events[0] < b.events[0];
    return std::lexicographical_compare(a.events.rbegin(), a.events.rend(),
                                        b.events.rbegin(), b.events.rend());
  }

  bool Fits(const ModelStep& step, size_t event, const Match& match) const {
    const Sample& sample = events_[event];
    if (sample.kind != step.kind) return false;
    switch (step.ask) {
      case Ask::kNothing:
        return true;
      case Ask::kEqual:
        return sample.value == events_[match.last_of[step.of]].value;
      case Ask::kOther:
        return sample.value != events_[match.last_of[step.of]].value;
      case Ask::kIsQ:
        return sample.value == 'q';
    }
    return false;
  }

  char Read(const Match& match) const {
    const ModelStep& last = rule_.steps.back();
    const bool reads = last.ask == Ask::kEqual || last.ask == Ask::kOther;
    return reads ? events_[match.last_of[last.of]].value : ' ';
  }

  // Tries all events for the steps from `step` on; the last is `end`.
  void Extend(const Match& match, size_t step, size_t end) {
    if (step == rule_.steps.size() ||
        (has_final_ && step + 1 == rule_.steps.size())) {
      if (match.events.back() == end) matches_.push_back(match);
      return;
    }
    if (rule_.steps[step].missing) {
      Extend(match, step + 1, end);
      return;
    }
    Take(match, step, rule_.steps[step].count, end);
  }

  void Take(const Match& match, size_t step, int64_t left, size_t end) {
    if (left == 0) {
      Match next = match;
      next.last_of[step] = match.events.back();
      Extend(next, step + 1, end);
      return;
    }
    const size_t begin =
        match.events.empty() ? afresh_ : match.events.back() + 1;
    for (size_t i = begin; i <= end; ++i) {
      if (!Fits(rule_.steps[step], i, match)) continue;
      if (match.events.empty() &&
          events_[i].time <= events_[end].time - kLength) {
        continue;
      }
      if (left == rule_.steps[step].count && IsForbidden(match, step, i)) {
        continue;
      }
      Match next = match;
      next.events.push_back(i);
      Take(next, step, left - 1, end);
    }
  }

  bool IsForbidden(const Match& match, size_t step, size_t first) const {
    for (size_t g = step; g > 0 && rule_.steps[g - 1].missing; --g) {
      for (size_t i = match.events.back() + 1; i < first; ++i) {
        if (Fits(rule_.steps[g - 1], i, match)) return true;
      }
    }
    return false;
  }

  void FireDue(int64_t before) {
    std::erase_if(standing_, [&](const Match& match) {
      const int64_t deadline = events_[match.events[0]].time + kLength;
      if (deadline >= before) return false;
      Record(deadline, match);
      return true;
    });
  }

  void Record(int64_t time, const Match& match) {
    std::string text = "@" + std::to_string(time);
    for (const size_t event : match.events) {
      text += " " + std::to_string(event + 1);
    }
    records_.push_back(text);
  }

  const ModelRule& rule_;
  const std::vector<Sample> events_;
  bool has_final_ = false;
  size_t afresh_ = 0;
  std::vector<Match> matches_;
  std::vector<Match> standing_;
  std::vector<std::string> records_;
};

std::shared_ptr<const Plan> PlanOf(const ModelRule& model) {
  PlanBuilder b;
  RulePlan rule = b.Rule("r");
  rule.by = {{"user", b.Field(FieldId::kUser)}};
  rule.evidence_first = 2;
  rule.evidence_last = 8;
  for (const ModelStep& step : model.steps) {
    SequenceStep& added = b.AddStep(&rule, step.kind, kNoExpr, step.count);
    added.missing = step.missing;
    const ExprId value = b.Field(FieldId::kObject);
    ExprId where = kNoExpr;
    if (step.ask == Ask::kIsQ) {
      where = b.Op(ExprOp::kEq, {value, b.Text("q")}, 1);
    } else if (step.ask != Ask::kNothing) {
      const ExprId earlier = b.StepValue(&rule, static_cast<uint32_t>(step.of),
                                         FieldId::kObject, /*joins=*/true);
      where = b.Op(ExprOp::kEq, {value, earlier}, 1);
      if (step.ask == Ask::kOther) where = b.Op(ExprOp::kNot, {where});
    }
    rule.sequence->steps.back().where = where;
  }
  rule.sequence->length = Duration(kLength);
  b.Add(std::move(rule));
  return b.Build();
}

// Every stream is a key of one engine, with instants of its own.
class Comparison {
 public:
  explicit Comparison(const ModelRule& rule)
      : rule_(rule), run_(PlanOf(rule)) {}

  void Add(const std::vector<Sample>& events) {
    expected_.push_back(Model(rule_, events).Run());
    streams_.push_back(events);
    const std::string user = std::to_string(streams_.size() - 1);
    for (size_t i = 0; i < events.size(); ++i) {
      run_.Feed({.time = base_ + events[i].time,
                 .user = user,
                 .reason = static_cast<int64_t>(i + 1),
                 .object = std::string_view(&events[i].value, 1),
                 .kind = events[i].kind});
    }
    base_ += kSpan;
  }

  // Returns how many alerts there were.
  size_t Check() {
    EXPECT_TRUE(run_.status().ok()) << run_.status();
    run_.Advance(base_);
    std::vector<std::vector<std::string>> got(expected_.size());
    for (const Alert& alert : run_.alerts()) {
      const auto stream =
          static_cast<size_t>(std::stoll(alert.group[0].value.text));
      const int64_t base = static_cast<int64_t>(stream) * kSpan;
      const auto time_of = [base](Time t) {
        return t.time_since_epoch().count() - base;
      };
      std::string text = "@" + std::to_string(time_of(alert.time));
      for (const auto& event : alert.evidence) {
        text += " " + std::to_string(event->Int(FieldId::kReason));
      }
      got[stream].push_back(text);
      EXPECT_EQ(alert.count, static_cast<int64_t>(alert.evidence.size()));
      EXPECT_EQ(*alert.first, alert.evidence.front()->time());
      EXPECT_EQ(*alert.last, alert.evidence.back()->time());
      EXPECT_EQ(alert.trigger->Int(FieldId::kReason),
                alert.evidence.back()->Int(FieldId::kReason));
    }
    EXPECT_EQ(run_.stats().undecided, 0);
    for (size_t i = 0; i < expected_.size(); ++i) {
      std::sort(got[i].begin(), got[i].end());
      if (got[i] == expected_[i]) continue;
      std::string stream;
      for (const Sample& sample : streams_[i]) {
        stream += " " + std::to_string(sample.time) + ":" +
                  std::string(EnumValueName(EnumType::kKind,
                                            static_cast<int64_t>(sample.kind))) +
                  "/" + sample.value;
      }
      ADD_FAILURE() << rule_.name << ":" << stream << "\nexpected "
                    << ::testing::PrintToString(expected_[i]) << "\ngot "
                    << ::testing::PrintToString(got[i]);
      if (++failures_ == 3) break;
    }
    return run_.alerts().size();
  }

 private:
  static constexpr int64_t kSpan = 1000;

  const ModelRule& rule_;
  EngineRun run_;
  int64_t base_ = 0;
  int failures_ = 0;
  std::vector<std::vector<Sample>> streams_;
  std::vector<std::vector<std::string>> expected_;
};

class SequenceExhaustiveTest : public ::testing::TestWithParam<ModelRule> {};

std::vector<Kind> KindsOf(const ModelRule& rule) {
  std::vector<Kind> kinds;
  for (const ModelStep& step : rule.steps) {
    if (std::find(kinds.begin(), kinds.end(), step.kind) == kinds.end()) {
      kinds.push_back(step.kind);
    }
  }
  return kinds;
}

bool ReadsValues(const ModelRule& rule) {
  return std::any_of(
      rule.steps.begin(), rule.steps.end(),
      [](const ModelStep& step) { return step.ask != Ask::kNothing; });
}

// Calls visit(digits) for all numbers of `size` digits below `base`.
void ForEachNumber(size_t size, size_t base,
                   const std::function<void(const std::vector<size_t>&)>& visit) {
  std::vector<size_t> digits(size);
  while (true) {
    visit(digits);
    size_t i = 0;
    while (i < size && ++digits[i] == base) digits[i++] = 0;
    if (i == size) return;
  }
}

// All streams: without values of six events, with two values of five, over the
// kinds of the rule, each event at the instant of the one before or 1 later.
TEST_P(SequenceExhaustiveTest, AgreesWithTheDefinitionOnShortStreams) {
  const ModelRule& rule = GetParam();
  const std::vector<Kind> kinds = KindsOf(rule);
  const size_t values = ReadsValues(rule) ? 2 : 1;
  const size_t size = values == 2 || kinds.size() > 3 ? 4 : 6;
  Comparison comparison(rule);
  ForEachNumber(size, kinds.size() * values * 2, [&](const auto& digits) {
    std::vector<Sample> events;
    int64_t t = 0;
    for (const size_t digit : digits) {
      t += digit % 2;
      events.push_back({.time = t,
                        .kind = kinds[digit / 2 % kinds.size()],
                        .value = digit / 2 / kinds.size() == 0 ? 'p' : 'q'});
    }
    comparison.Add(events);
  });
  EXPECT_GT(comparison.Check(), 0u);
}

TEST_P(SequenceExhaustiveTest, AgreesWithTheDefinitionOnLongerRandomStreams) {
  const ModelRule& rule = GetParam();
  const std::vector<Kind> kinds = KindsOf(rule);
  std::mt19937 random(20261120);
  Comparison comparison(rule);
  for (int i = 0; i < 3000; ++i) {
    std::vector<Sample> events;
    int64_t t = 0;
    const int size = 7 + static_cast<int>(random() % 6);
    for (int j = 0; j < size; ++j) {
      t += static_cast<int64_t>(random() % 6 == 0 ? 2 : random() % 2);
      events.push_back({.time = t,
                        .kind = kinds[random() % kinds.size()],
                        .value = random() % 2 == 0 ? 'p' : 'q'});
    }
    comparison.Add(events);
  }
  EXPECT_GT(comparison.Check(), 0u);
}

INSTANTIATE_TEST_SUITE_P(
    Rules, SequenceExhaustiveTest,
    ::testing::ValuesIn(std::vector<ModelRule>{
        {"OneStepOfTwo", {{kA, 2}}},
        {"ThreeSteps", {{kA}, {kB}, {kC}}},
        {"TwoThenOne", {{kA, 2}, {kB}}},
        {"TwoInTheMiddle", {{kA}, {kB, 2}, {kC}}},
        {"ThreeAtTheEnd", {{kA}, {kB, 3}}},
        {"StepsOfOneKind", {{kA}, {kA, 2}, {kA}}},
        {"Between", {{kA}, {.kind = kX, .missing = true}, {kB}}},
        {"BetweenAndTwo", {{kA}, {.kind = kX, .missing = true}, {kB, 2}}},
        {"BetweenTwoAndOne",
         {{kA, 2}, {.kind = kX, .missing = true}, {kB, 2}, {kA}}},
        {"TwoBetween",
         {{kA},
          {.kind = kX, .missing = true},
          {.kind = kC, .missing = true},
          {kB}}},
        {"ForbiddenIsTheNextStep",
         {{kA}, {.kind = kB, .missing = true, .ask = Ask::kIsQ}, {kB, 2}}},
        {"ForbiddenIsTheStepBefore",
         {{kA}, {.kind = kA, .missing = true, .ask = Ask::kIsQ}, {kB}}},
        {"LastMissing", {{kA}, {.kind = kX, .missing = true}}},
        {"TwoStepsAndLastMissing",
         {{kA, 2}, {kB}, {.kind = kX, .missing = true}}},
        {"LastMissingIsTheFirstStep",
         {{kA}, {kB}, {.kind = kA, .missing = true}}},
        {"LastMissingIsTheLastStep",
         {{kA}, {kB}, {.kind = kB, .missing = true, .ask = Ask::kIsQ}}},
        {"Equal", {{kA}, {.kind = kB, .ask = Ask::kEqual}}},
        {"EqualToLastOfTwo", {{kA, 2}, {.kind = kB, .ask = Ask::kEqual}}},
        {"TwoEqual", {{kA}, {.kind = kB, .count = 2, .ask = Ask::kEqual}}},
        {"EqualToTheFirstOfThree",
         {{kA}, {kB}, {.kind = kC, .ask = Ask::kEqual, .of = 0}}},
        {"EqualToTheStepBefore",
         {{kA}, {kB}, {.kind = kC, .ask = Ask::kEqual, .of = 1}}},
        {"EqualAllAlong",
         {{kA},
          {.kind = kB, .ask = Ask::kEqual, .of = 0},
          {.kind = kC, .ask = Ask::kEqual, .of = 0}}},
        {"EqualInAChain",
         {{kA},
          {.kind = kB, .ask = Ask::kOther, .of = 0},
          {.kind = kA, .ask = Ask::kEqual, .of = 1}}},
        {"Other", {{kA}, {.kind = kB, .count = 2, .ask = Ask::kOther}}},
        {"EqualBetween",
         {{kA},
          {.kind = kX, .missing = true, .ask = Ask::kEqual, .of = 0},
          {kB}}},
        {"EqualBetweenAndCollapse",
         {{kA},
          {.kind = kB, .ask = Ask::kEqual, .of = 0},
          {.kind = kX, .missing = true},
          {kA, 2}}},
        {"EqualLastMissing",
         {{kA}, {.kind = kX, .missing = true, .ask = Ask::kEqual, .of = 0}}},
        {"SeveralStand",
         {{kA},
          {kB},
          {.kind = kX, .missing = true, .ask = Ask::kEqual, .of = 0}}},
    }),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace mqwarden
