#include "mqwarden/engine/evaluator.h"

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "absl/container/inlined_vector.h"
#include "mqwarden/base/decimal.h"
#include "mqwarden/base/glob.h"
#include "mqwarden/base/ip_address.h"
#include "mqwarden/base/text.h"
#include "mqwarden/engine/calendar.h"
#include "mqwarden/engine/observer.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/recents.h"
#include "mqwarden/engine/value.h"
#include "mqwarden/engine/value_text.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {
namespace {

constexpr uint32_t kLastEpoch = 0x7fffffff;

bool Holds(ExprOp op, std::strong_ordering order) {
  switch (op) {
    case ExprOp::kEq:
      return order == 0;
    case ExprOp::kLt:
      return order < 0;
    case ExprOp::kLe:
      return order <= 0;
    case ExprOp::kGt:
      return order > 0;
    default:
      return order >= 0;
  }
}

Decimal ToDecimal(const Value& value) {
  return value.form == Value::Form::kReal ? value.real
                                          : Decimal::FromInt(value.number);
}

bool FitsAny(const GlobSet& set, std::string_view text) {
  return std::any_of(set.patterns.begin(), set.patterns.end(),
                     [&](const std::string& pattern) {
                       return GlobMatch(pattern, text, set.fold);
                     });
}

}  // namespace

Evaluator::Evaluator(const Plan& plan)
    : pool_(plan.pool()),
      nodes_(plan.nodes()),
      event_(&no_event_),
      answers_(nodes_.size()) {}

void Evaluator::SetEvent(const Event* event) {
  event_ = event != nullptr ? event : &no_event_;
  each_ = {};
  arena_.Reset();
  if (epoch_ == kLastEpoch) {
    std::fill(answers_.begin(), answers_.end(), 0);
    epoch_ = 0;
  }
  ++epoch_;
}

bool Evaluator::Condition(ExprId id, const EvalContext& context) {
  if (id == kNoExpr) return true;
  const Node& node = nodes_.node(id);
  // Cheaper than to look whether the answer is known.
  if (node.field_with_number) return CompareNumber(node);
  if (!node.event_only) return Compute(node, context);
  const uint32_t known = answers_[id];
  if (known >> 1 == epoch_) return (known & 1) != 0;
  const bool answer = Compute(node, context);
  answers_[id] = epoch_ << 1 | static_cast<uint32_t>(answer);
  return answer;
}

bool Evaluator::Compute(const Node& node, const EvalContext& context) {
  switch (node.op) {
    case ExprOp::kTrue:
      return true;
    case ExprOp::kFalse:
      return false;
    case ExprOp::kAnd:
      for (size_t i = 0; i < node.child_count; ++i) {
        if (!Condition(Child(node, i), context)) return false;
      }
      return true;
    case ExprOp::kOr:
      for (size_t i = 0; i < node.child_count; ++i) {
        if (Condition(Child(node, i), context)) return true;
      }
      return false;
    case ExprOp::kNot:
      return !Condition(Child(node, 0), context);
    case ExprOp::kIsTrue: {
      const Value value = Eval(Child(node, 0), context);
      return value.form == Value::Form::kNumber && value.number != 0;
    }
    case ExprOp::kExists:
      return !Eval(Child(node, 0), context).missing();
    case ExprOp::kEq:
    case ExprOp::kLt:
    case ExprOp::kLe:
    case ExprOp::kGt:
    case ExprOp::kGe:
      return Compare(node, context);
    case ExprOp::kInTexts:
    case ExprOp::kHasAny:
      return InTexts(node, context);
    case ExprOp::kInNumbers:
      return InNumbers(node, context);
    case ExprOp::kInNetworks: {
      const Value value = Eval(Child(node, 0), context);
      if (value.form != Value::Form::kIp) return false;
      return nodes_.networks(node.a).Contains(value.ip);
    }
    case ExprOp::kLike:
      return Like(node, context);
    case ExprOp::kLikeValue:
      return LikeValue(node, context);
    case ExprOp::kMatches:
      return Matches(node, context);
    case ExprOp::kHas:
      return HasText(node, context);
    case ExprOp::kDuring:
      return During(node, context);
    case ExprOp::kRecent:
      return IsRecent(node, context);
    case ExprOp::kObserved: {
      const bool holds = Condition(Child(node, 0), context);
      if (observer_ != nullptr) observer_->OnCondition(node.a, holds);
      return holds;
    }
    default:
      return false;  // no condition: Verify() refuses it here
  }
}

bool Evaluator::CompareNumber(const Node& node) const {
  if (!event_->Has(node.field)) return false;
  return Holds(node.op, event_->Int(node.field) <=> node.number);
}

bool Evaluator::Compare(const Node& node, const EvalContext& context) {
  if (node.field_with_number) return CompareNumber(node);
  const Value a = Eval(Child(node, 0), context);
  if (a.missing()) return false;
  const Value b = Eval(Child(node, 1), context);
  if (b.missing()) return false;
  if (a.form == Value::Form::kRatio || b.form == Value::Form::kRatio) {
    const std::optional<Ratio> left = RatioOf(a);
    const std::optional<Ratio> right = RatioOf(b);
    return left.has_value() && right.has_value() &&
           Holds(node.op, mqwarden::Compare(*left, *right));
  }
  if (a.form == Value::Form::kReal || b.form == Value::Form::kReal) {
    if (a.form > Value::Form::kReal || b.form > Value::Form::kReal) return false;
    return Holds(node.op, ToDecimal(a) <=> ToDecimal(b));
  }
  if (a.form != b.form) return false;
  switch (a.form) {
    case Value::Form::kNumber:
      return Holds(node.op, a.number <=> b.number);
    case Value::Form::kText: {
      const int order = node.a == 1 ? CompareIgnoreAsciiCase(a.text, b.text)
                                    : a.text.compare(b.text);
      return Holds(node.op, order <=> 0);
    }
    case Value::Form::kIp:
      return Holds(node.op, a.ip <=> b.ip);
    default:
      return false;
  }
}

bool Evaluator::InTextSet(uint32_t set_index, std::string_view text) {
  if (!nodes_.MayHoldLength(set_index, text.size())) return false;
  const TextSet& set = pool_.text_sets[set_index];
  if (!set.fold) return set.members.contains(text);
  scratch_.clear();
  AppendAsciiLower(text, &scratch_);
  return set.members.contains(std::string_view(scratch_));
}

bool Evaluator::InTexts(const Node& node, const EvalContext& context) {
  const Value value = Eval(Child(node, 0), context);
  if (value.form == Value::Form::kText) return InTextSet(node.a, value.text);
  if (value.form != Value::Form::kList) return false;
  return std::any_of(
      value.list.begin(), value.list.end(),
      [&](std::string_view element) { return InTextSet(node.a, element); });
}

bool Evaluator::InNumbers(const Node& node, const EvalContext& context) {
  const Value value = Eval(Child(node, 0), context);
  const NumberSet& set = pool_.number_sets[node.a];
  if (value.form == Value::Form::kNumber) {
    return set.members.contains(value.number);
  }
  if (value.form == Value::Form::kRatio) {
    const std::optional<absl::int128> exact = WholeOf(*value.ratio);
    return exact.has_value() &&
           *exact >= std::numeric_limits<int64_t>::min() &&
           *exact <= std::numeric_limits<int64_t>::max() &&
           set.members.contains(static_cast<int64_t>(*exact));
  }
  if (value.form != Value::Form::kReal) return false;
  const std::optional<int64_t> whole = value.real.ToInt();
  return whole.has_value() && set.members.contains(*whole);
}

bool Evaluator::Like(const Node& node, const EvalContext& context) {
  const Value value = Eval(Child(node, 0), context);
  const GlobSet& set = pool_.glob_sets[node.a];
  if (value.form == Value::Form::kText) return FitsAny(set, value.text);
  if (value.form != Value::Form::kList) return false;
  return std::any_of(
      value.list.begin(), value.list.end(),
      [&set](std::string_view element) { return FitsAny(set, element); });
}

bool Evaluator::LikeValue(const Node& node, const EvalContext& context) {
  const Value value = Eval(Child(node, 0), context);
  const Value pattern = Eval(Child(node, 1), context);
  if (pattern.form != Value::Form::kText) return false;
  const auto fits = [&](std::string_view text) {
    return GlobMatch(pattern.text, text, /*fold_case=*/node.a == 1);
  };
  if (value.form == Value::Form::kText) return fits(value.text);
  if (value.form != Value::Form::kList) return false;
  return std::any_of(value.list.begin(), value.list.end(), fits);
}

bool Evaluator::Matches(const Node& node, const EvalContext& context) {
  const Value value = Eval(Child(node, 0), context);
  const RegexGroup& group = nodes_.regexes(node.a);
  if (value.form == Value::Form::kText) return group.MatchesAny(value.text);
  if (value.form != Value::Form::kList) return false;
  return std::any_of(
      value.list.begin(), value.list.end(),
      [&group](std::string_view element) { return group.MatchesAny(element); });
}

bool Evaluator::HasText(const Node& node, const EvalContext& context) {
  const Value list = Eval(Child(node, 0), context);
  const Value text = Eval(Child(node, 1), context);
  if (list.form != Value::Form::kList || text.form != Value::Form::kText) {
    return false;
  }
  return std::any_of(list.list.begin(), list.list.end(),
                     [&text](std::string_view element) {
                       return EqualsIgnoreAsciiCase(element, text.text);
                     });
}

bool Evaluator::During(const Node& node, const EvalContext& context) {
  const Value time = Eval(Child(node, 0), context);
  if (time.form != Value::Form::kNumber) return false;
  absl::InlinedVector<std::string_view, 4> keys;
  for (size_t i = 1; i < node.child_count; ++i) {
    const Value key = Eval(Child(node, i), context);
    if (key.missing() || key.form == Value::Form::kText) {
      keys.push_back(key.missing() ? std::string_view() : key.text);
      continue;
    }
    scratch_.clear();
    AppendShown(key, &scratch_);
    keys.push_back(arena_.Copy(scratch_));
  }
  return CalendarHolds(pool_.calendars[node.a], time.number, keys);
}

// Where an alert is decided, what counts is what is recent at its time: that of
// its event, or its deadline.
bool Evaluator::IsRecent(const Node& node, const EvalContext& context) {
  if (recents_ == nullptr) return false;
  std::string tuple;
  const std::vector<KeyPart>& by = recents_->plan(node.a).by;
  for (size_t i = 0; i < node.child_count; ++i) {
    const Value value = Eval(Child(node, i), context);
    if (value.missing() && !by[i].optional) return false;
    AppendIdentity(value, &tuple);
  }
  if (!context.alert_time.has_value() && !event_->Has(FieldId::kTime)) {
    return false;
  }
  const Time at = context.alert_time.value_or(event_->time());
  return recents_->Holds(node.a, tuple, at.time_since_epoch().count());
}

}  // namespace mqwarden
