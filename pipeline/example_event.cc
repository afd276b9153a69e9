#include "mqwarden/pipeline/example_event.h"

#include <algorithm>
#include <limits>
#include <set>
#include <string_view>
#include <utility>

#include "mqwarden/base/decimal.h"
#include "mqwarden/base/ip_address.h"
#include "mqwarden/base/time.h"
#include "mqwarden/engine/value_text.h"
#include "mqwarden/pipeline/example_text.h"
#include "mqwarden/schema/field_catalog.h"
#include "mqwarden/schema/inventory.h"
#include "re2/re2.h"

namespace mqwarden {
namespace {

constexpr int kMaxRepairs = 300;
// Candidates looked at for each variant that is asked for.
constexpr size_t kTriesPerVariant = 4;
constexpr size_t kSpareTries = 64;
constexpr int64_t kHour = int64_t{3600} * 1'000'000'000;

// Any element of a set, the same one on every machine.
template <typename Set>
auto Least(const Set& set) {
  return *std::min_element(set.begin(), set.end());
}

IpAddress AddTo(IpAddress ip, uint64_t n) {
  for (size_t i = ip.bytes.size(); i-- > 0 && n > 0; n >>= 8) {
    const uint64_t sum = ip.bytes[i] + (n & 255);
    ip.bytes[i] = static_cast<uint8_t>(sum);
    if (sum > 255) n += 256;
  }
  return ip;
}

}  // namespace

OwnedValue::OwnedValue(const Value& value) : value_(value) {
  if (value.form == Value::Form::kText) text_ = std::string(value.text);
  if (value.form == Value::Form::kList) {
    const std::string_view first =
        value.list.empty() ? std::string_view() : value.list[0];
    text_ = std::string(first);
    value_ = Value::Text(ValueType::kFolded, {});
  }
  if (value.form == Value::Form::kRatio) value_ = Rounded(value);
}

Value OwnedValue::view() const {
  if (value_.form != Value::Form::kText) return value_;
  return Value::Text(value_.type, text_);
}

ExampleEvents::ExampleEvents(const Plan& plan)
    : plan_(plan), pool_(plan.pool()), evaluator_(plan) {}

uint64_t ExampleEvents::Next() {
  random_ = random_ * 6364136223846793005U + 1442695040888963407U;
  return random_ >> 33;
}

Value ExampleEvents::TextValue(std::string text) {
  texts_.push_back(std::move(text));
  return Value::Text(ValueType::kExact, texts_.back());
}

void ExampleEvents::StandOn(const Event& event) {
  stood_on_.CopyFrom(event);
  if (plan_.inventory() != nullptr) plan_.inventory()->Apply(&stood_on_);
  if (stood_on_.infers_channel_type()) InferChannelType(&stood_on_);
  evaluator_.SetEvent(&stood_on_);
}

EvalContext ExampleEvents::ContextOf(const EventWishes& wishes) const {
  EvalContext context = wishes.context;
  if (!wishes.step_values.empty()) context.step_values = wishes.step_values;
  return context;
}

bool ExampleEvents::Holds(const Event& event, const EventWishes& wishes) {
  StandOn(event);
  EvalContext context = ContextOf(wishes);
  context.alert_time = event.time();
  for (const EventWishes::Condition& wish : wishes.conditions) {
    if (evaluator_.Condition(wish.id, context) != wish.holds) return false;
  }
  for (const ExprId id : wishes.present) {
    if (evaluator_.Eval(id, context).missing()) return false;
  }
  for (const EventWishes::Equal& wish : wishes.equal) {
    std::string is;
    std::string wanted;
    const Value value = evaluator_.Eval(wish.id, context);
    if (value.form == Value::Form::kList) {
      if (value.list.size() != 1) return false;
      AppendShown(value, &is);
    } else {
      AppendShown(value, &is);
    }
    AppendShown(wish.value.view(), &wanted);
    if (is != wanted) return false;
  }
  return true;
}

std::shared_ptr<Event> ExampleEvents::Make(const Event& from,
                                           const EventWishes& wishes,
                                           bool keep_time) {
  texts_.clear();
  random_ = 1;
  auto event = std::make_shared<Event>();
  event->CopyFrom(from);
  for (int i = 0; i < kMaxRepairs; ++i) {
    if (Holds(*event, wishes)) return event;
    if (!Repair(wishes, keep_time, event.get()) && Next() % 8 == 0) break;
  }
  return nullptr;
}

// Changes a field for the first wish that is not fulfilled. False where it knows
// no change; another try may take another way.
bool ExampleEvents::Repair(const EventWishes& wishes, bool keep_time,
                           Event* event) {
  keep_time_ = keep_time;
  StandOn(*event);
  EvalContext context = ContextOf(wishes);
  context.alert_time = event->time();
  for (const EventWishes::Equal& wish : wishes.equal) {
    std::string is;
    std::string wanted;
    AppendShown(evaluator_.Eval(wish.id, context), &is);
    AppendShown(wish.value.view(), &wanted);
    if (is != wanted) return Assign(wish.id, wish.value.view(), event);
  }
  for (const ExprId id : wishes.present) {
    if (!evaluator_.Eval(id, context).missing()) continue;
    const Value one = pool_.exprs[id].type == ValueType::kIp
                          ? Value::Ip(*ParseIp("192.0.2.1"))
                          : Value::Missing();
    return Assign(id, one.missing() ? Another(one, 1) : one, event);
  }
  for (const EventWishes::Condition& wish : wishes.conditions) {
    if (evaluator_.Condition(wish.id, context) == wish.holds) continue;
    return Wanted(wish.id, wish.holds, context, event);
  }
  return false;
}

// As deep as the condition, which Verify() bounds.
bool ExampleEvents::Wanted(ExprId id, bool holds, const EvalContext& context,
                           Event* event) {
  if (id == kNoExpr) return false;
  const Expr& node = expr(id);
  switch (node.op) {
    case ExprOp::kNot:
      return Wanted(node.children[0], !holds, context, event);
    case ExprOp::kAnd:
    case ExprOp::kOr: {
      // All of them, or any of them: of those that are not as they should be the
      // first, or one.
      const bool needs_all = (node.op == ExprOp::kAnd) == holds;
      std::vector<ExprId> wrong;
      for (const ExprId child : node.children) {
        if (evaluator_.Condition(child, context) != holds) wrong.push_back(child);
      }
      if (wrong.empty()) return false;
      const size_t pick = needs_all ? 0 : Next() % wrong.size();
      return Wanted(wrong[pick], holds, context, event);
    }
    case ExprOp::kIsTrue:
      return Assign(node.children[0],
                    Value::Number(ValueType::kBool, holds ? 1 : 0), event);
    case ExprOp::kExists:
      if (!holds) return Clear(node.children[0], event);
      if (expr(node.children[0]).type == ValueType::kIp) {
        return Assign(node.children[0], Value::Ip(*ParseIp("192.0.2.1")), event);
      }
      return Assign(node.children[0], Another(Value::Missing(), 1), event);
    case ExprOp::kEq:
    case ExprOp::kLt:
    case ExprOp::kLe:
    case ExprOp::kGt:
    case ExprOp::kGe:
      return WantComparison(node, holds, context, event);
    case ExprOp::kDuring:
      return WantTime(node, holds, event);
    case ExprOp::kHas:
    case ExprOp::kLikeValue: {
      if (!holds) return Clear(node.children[0], event);
      const Value wanted = evaluator_.Eval(node.children[1], context);
      if (wanted.form != Value::Form::kText) return false;
      return Assign(node.children[0], TextValue(TextOfGlob(wanted.text, "A")),
                    event);
    }
    default:
      return WantAny(node, holds, event);
  }
}

bool ExampleEvents::WantComparison(const Expr& node, bool holds,
                                   const EvalContext& context, Event* event) {
  const ExprId left = node.children[0];
  const ExprId right = node.children[1];
  Value a = evaluator_.Eval(left, context);
  Value b = evaluator_.Eval(right, context);
  // The side that is to change takes its value from the other.
  const auto fit = [&](ExprId target, Value other, bool target_is_left) {
    if (other.missing()) return false;
    if (node.op == ExprOp::kEq) {
      return Assign(target, holds ? other : Another(other, Next() % 5 + 1),
                    event);
    }
    const bool greater = node.op == ExprOp::kGt || node.op == ExprOp::kGe;
    const bool up = (greater == target_is_left) == holds;
    if (other.form == Value::Form::kRatio) other = Rounded(other);
    if (other.form == Value::Form::kReal) {
      other = Value::Real(other.real + Decimal::FromInt(up ? 1 : -1));
    } else if (other.form == Value::Form::kNumber) {
      other.number = SaturatingAdd(other.number, int64_t{up ? 1 : -1});
    } else {
      return false;
    }
    return Assign(target, other, event);
  };
  if (fit(left, b, true)) return true;
  if (fit(right, a, false)) return true;
  if (!a.missing() || !b.missing()) return false;
  return Assign(left, Another(Value::Missing(), 1), event);
}

// Membership in a set, and patterns.
bool ExampleEvents::WantAny(const Expr& node, bool holds, Event* event) {
  if (node.children.empty()) return false;
  const ExprId target = node.children[0];
  if (!holds) {
    // Where it must also be present, another value will have to do.
    if (Next() % 2 == 0 && Clear(target, event)) return true;
    return Assign(target, Another(Value::Missing(), Next() % 9 + 1), event);
  }
  switch (node.op) {
    case ExprOp::kInTexts:
    case ExprOp::kHasAny: {
      const auto& members = pool_.text_sets[node.a].members;
      if (members.empty()) return false;
      return Assign(target, TextValue(Least(members)), event);
    }
    case ExprOp::kInNumbers: {
      const auto& members = pool_.number_sets[node.a].members;
      if (members.empty()) return false;
      return Assign(target,
                    Value::Number(expr(target).type, Least(members),
                                  expr(target).enum_type),
                    event);
    }
    case ExprOp::kInNetworks: {
      const auto& networks = pool_.network_sets[node.a].networks;
      if (networks.empty()) return false;
      const IpNetwork& network = networks[Next() % networks.size()];
      const IpAddress inside = AddTo(network.base, network.prefix < 127 ? 1 : 0);
      return Assign(target, Value::Ip(inside), event);
    }
    case ExprOp::kLike: {
      const auto& patterns = pool_.glob_sets[node.a].patterns;
      if (patterns.empty()) return false;
      return Assign(target,
                    TextValue(TextOfGlob(patterns[Next() % patterns.size()],
                                         "a")),
                    event);
    }
    case ExprOp::kMatches: {
      const auto& regexes = pool_.regex_sets[node.a].regexes;
      if (regexes.empty()) return false;
      return Assign(
          target,
          TextValue(TextOfRegex(regexes[Next() % regexes.size()]->pattern())),
          event);
    }
    default:
      return false;
  }
}

// Hours of some weeks, and the edges of what the calendar names.
bool ExampleEvents::WantTime(const Expr& node, bool holds, Event* event) {
  if (keep_time_ || node.children.empty()) return false;
  const Expr& target = expr(node.children[0]);
  const bool is_time =
      target.op == ExprOp::kAlertTime ||
      (target.op == ExprOp::kField &&
       static_cast<FieldId>(target.a) == FieldId::kTime);
  if (!is_time) return false;
  std::vector<int64_t> candidates;
  const int64_t start = event->time().time_since_epoch().count();
  for (int64_t hour = 1; hour <= 21 * 24; ++hour) {
    candidates.push_back(start + hour * kHour);
  }
  for (const CalendarPlan::Span& span : pool_.calendars[node.a].spans) {
    for (const int64_t t : {span.begin, span.begin - 1, span.end}) {
      candidates.push_back(t);
    }
    if (candidates.size() > 5000) break;
  }
  const auto self = static_cast<ExprId>(&node - pool_.exprs.data());
  for (const int64_t t : candidates) {
    event->SetTime(Time(Duration(t)));
    StandOn(*event);
    EvalContext context;
    context.alert_time = event->time();
    if (evaluator_.Condition(self, context) == holds) return true;
  }
  event->SetTime(Time(Duration(start)));
  return false;
}

// A different value for each n, of the form of `value`; of none a text.
Value ExampleEvents::Another(const Value& value, uint64_t n) {
  switch (value.form) {
    case Value::Form::kNumber:
      if (value.type == ValueType::kBool) {
        return Value::Number(value.type, value.number == 0 ? 1 : 0);
      }
      if (value.type == ValueType::kEnum) {
        const auto values = EnumValues(value.enum_type);
        const auto size = static_cast<uint64_t>(values.size());
        return Value::Number(
            value.type,
            static_cast<int64_t>((static_cast<uint64_t>(value.number) + n) %
                                 size),
            value.enum_type);
      }
      return Value::Number(value.type,
                           SaturatingAdd(value.number, static_cast<int64_t>(n)));
    case Value::Form::kReal:
      return Value::Real(value.real + Decimal::FromInt(static_cast<int64_t>(n)));
    case Value::Form::kIp:
      return Value::Ip(AddTo(value.ip, n));
    case Value::Form::kText:
      return TextValue(std::string(value.text) + std::to_string(n));
    case Value::Form::kList:
      return TextValue((value.list.empty() ? std::string("x")
                                           : std::string(value.list[0])) +
                       std::to_string(n));
    default:
      return TextValue("example" + std::to_string(n));
  }
}

bool ExampleEvents::Assign(ExprId target, const Value& value, Event* event) {
  const Expr& node = expr(target);
  switch (node.op) {
    case ExprOp::kField:
      return AssignField(static_cast<FieldId>(node.a), value, event);
    case ExprOp::kAttrText:
    case ExprOp::kAttrNumber:
      return AssignAttr(pool_.names[node.a], value, event);
    case ExprOp::kOfKind:
      if ((node.a >> event->Int(FieldId::kKind) & 1) == 0) return false;
      return Assign(node.children[0], value, event);
    case ExprOp::kCoalesce:
      for (const ExprId child : node.children) {
        if (Assign(child, value, event)) return true;
      }
      return false;
    default:
      return AssignCall(node, value, event);
  }
}

// The argument of a call, so that the call has the value.
bool ExampleEvents::AssignCall(const Expr& node, const Value& value,
                               Event* event) {
  switch (node.op) {
    case ExprOp::kLower:
      return Assign(node.children[0], value, event);
    case ExprOp::kLength:
      if (value.form != Value::Form::kNumber || value.number < 0 ||
          value.number > 1000) {
        return false;
      }
      if (value.number == 0) return Clear(node.children[0], event);
      return Assign(
          node.children[0],
          TextValue(std::string(static_cast<size_t>(value.number), 'x')), event);
    case ExprOp::kNetwork: {
      if (value.form != Value::Form::kText) return false;
      const auto ip = ParseIp(value.text.substr(0, value.text.find('/')));
      return ip.has_value() &&
             Assign(node.children[0], Value::Ip(*ip), event);
    }
    case ExprOp::kPatternLabel: {
      if (value.form != Value::Form::kText) return false;
      const PatternSet& set = pool_.pattern_sets[node.a];
      for (const PatternSet::Row& row : set.rows) {
        if (row.label != value.text) continue;
        if (set.networks && !row.any) {
          return Assign(node.children[0], Value::Ip(AddTo(row.network.base, 1)),
                        event);
        }
        return Assign(node.children[0], TextValue(TextOfGlob(row.glob, "a")),
                      event);
      }
      return false;
    }
    default:
      return false;
  }
}

bool ExampleEvents::AssignField(FieldId field, const Value& value,
                                Event* event) {
  const FieldInfo& info = GetField(field);
  if ((info.flags & kFieldComputed) != 0 || field == FieldId::kKind) return false;
  if (field == FieldId::kTime && keep_time_) return false;
  const bool is_text = value.form == Value::Form::kText;
  const bool is_number = value.form == Value::Form::kNumber;
  switch (info.type) {
    case FieldType::kStr:
    case FieldType::kKw: {
      std::string text;
      if (value.missing()) return false;
      AppendShown(value, &text);
      event->CopyText(field, text);
      return true;
    }
    case FieldType::kList: {
      if (!is_text) return false;
      const std::string_view one[] = {value.text};
      event->CopyList(field, one);
      return true;
    }
    case FieldType::kIp: {
      if (value.form == Value::Form::kIp) {
        event->SetIp(field, value.ip);
        return true;
      }
      if (!is_text) return false;
      // A text for any value that will do.
      const auto ip = ParseIp(value.text);
      event->SetIp(field, ip.has_value()
                              ? *ip
                              : AddTo(*ParseIp("192.0.2.1"), Next() % 200));
      return true;
    }
    case FieldType::kEnum: {
      int64_t number = is_number ? value.number : 0;
      const auto size = static_cast<int64_t>(EnumValues(info.enum_type).size());
      if (is_text) number = static_cast<int64_t>(Next()) % size;
      if (number < 0 || number >= size) return false;
      event->SetInt(field, number);
      return true;
    }
    case FieldType::kBool:
      event->SetInt(field, is_number && value.number == 0 ? 0 : 1);
      return true;
    default: {
      if (is_number) {
        event->SetInt(field, value.number);
      } else if (is_text) {
        event->SetInt(field, static_cast<int64_t>(Next() % 1000 + 1));
      } else {
        return false;
      }
      return true;
    }
  }
}

bool ExampleEvents::AssignAttr(const std::string& name, const Value& value,
                               Event* event) {
  std::string text;
  AppendShown(value, &text);
  // Attrs are only ever added: the others are carried over.
  Event copy;
  copy.CopyFrom(*event);
  event->Clear();
  copy.ForEachPresent([&](FieldId field) {
    switch (GetField(field).type) {
      case FieldType::kStr:
      case FieldType::kKw:
        return event->CopyText(field, copy.Text(field));
      case FieldType::kList:
        return event->CopyList(field, copy.List(field));
      case FieldType::kIp:
        return event->SetIp(field, copy.Ip(field));
      default:
        return event->SetInt(field, copy.Int(field));
    }
  });
  for (const Attr& attr : copy.attrs()) {
    if (attr.name != name) event->CopyAttr(attr);
  }
  event->set_infers_channel_type(copy.infers_channel_type());
  event->set_sequence(copy.sequence());
  return value.missing() || event->CopyAttr({.name = name, .text = text});
}

bool ExampleEvents::Clear(ExprId target, Event* event) {
  const Expr& node = expr(target);
  switch (node.op) {
    case ExprOp::kField: {
      const auto field = static_cast<FieldId>(node.a);
      if (field == FieldId::kKind || field == FieldId::kTime ||
          !event->Has(field)) {
        return false;
      }
      event->Unset(field);
      return true;
    }
    case ExprOp::kAttrText:
    case ExprOp::kAttrNumber:
      return event->FindAttr(pool_.names[node.a]) != nullptr &&
             AssignAttr(pool_.names[node.a], Value::Missing(), event);
    case ExprOp::kLower:
    case ExprOp::kLength:
    case ExprOp::kNetwork:
    case ExprOp::kPatternLabel:
    case ExprOp::kOfKind:
      return Clear(node.children[0], event);
    case ExprOp::kCoalesce: {
      bool any = false;
      for (const ExprId child : node.children) any = Clear(child, event) || any;
      return any;
    }
    default:
      return false;
  }
}

std::shared_ptr<Event> ExampleEvents::With(const Event& event, ExprId id,
                                           const Value& value,
                                           const EventWishes& wishes) {
  keep_time_ = true;
  auto changed = std::make_shared<Event>();
  changed->CopyFrom(event);
  if (!Assign(id, value, changed.get()) || !Holds(*changed, wishes)) {
    return nullptr;
  }
  return changed;
}

OwnedValue ExampleEvents::ValueOf(const Event& event, ExprId id) {
  StandOn(event);
  return OwnedValue(evaluator_.Eval(id));
}

std::string ExampleEvents::IdentityOf(const Event& event, ExprId id) {
  StandOn(event);
  std::string bytes;
  AppendIdentity(evaluator_.Eval(id), &bytes);
  return bytes;
}

void ExampleEvents::AppendNamed(ExprId condition, ExprId id,
                                std::vector<OwnedValue>* values) {
  if (condition == kNoExpr) return;
  const Expr& node = expr(condition);
  if (!node.children.empty() && node.children[0] == id) {
    switch (node.op) {
      case ExprOp::kEq:
        if (expr(node.children[1]).op == ExprOp::kConst) {
          values->emplace_back(evaluator_.Eval(node.children[1]));
        }
        return;
      case ExprOp::kInTexts: {
        std::set<std::string> sorted(pool_.text_sets[node.a].members.begin(),
                                     pool_.text_sets[node.a].members.end());
        for (const std::string& text : sorted) {
          values->emplace_back(Value::Text(ValueType::kExact, text));
        }
        return;
      }
      case ExprOp::kInNumbers: {
        std::set<int64_t> sorted(pool_.number_sets[node.a].members.begin(),
                                 pool_.number_sets[node.a].members.end());
        for (const int64_t number : sorted) {
          values->emplace_back(
              Value::Number(expr(id).type, number, expr(id).enum_type));
        }
        return;
      }
      case ExprOp::kLike:
        for (const std::string& glob : pool_.glob_sets[node.a].patterns) {
          values->emplace_back(TextValue(TextOfGlob(glob, "b")));
          values->emplace_back(TextValue(TextOfGlob(glob, "c")));
        }
        return;
      case ExprOp::kInNetworks:
        for (const IpNetwork& network : pool_.network_sets[node.a].networks) {
          values->emplace_back(Value::Ip(AddTo(network.base, 2)));
        }
        return;
      default:
        return;
    }
  }
  if (node.op == ExprOp::kAnd || node.op == ExprOp::kOr ||
      node.op == ExprOp::kNot) {
    for (const ExprId child : node.children) AppendNamed(child, id, values);
  }
}

std::vector<OwnedValue> ExampleEvents::Variants(const Event& event, ExprId id,
                                                const EventWishes& wishes,
                                                size_t count) {
  std::vector<OwnedValue> variants = {ValueOf(event, id)};
  std::set<std::string> known = {IdentityOf(event, id)};
  texts_.clear();
  const auto offer = [&](const Value& value) {
    const auto changed = With(event, id, value, wishes);
    if (changed == nullptr || !known.insert(IdentityOf(*changed, id)).second) {
      return;
    }
    variants.emplace_back(value);
  };
  // Networks of an address differ only in its front.
  const Expr& node = expr(id);
  const bool is_network = node.op == ExprOp::kNetwork;
  std::vector<OwnedValue> named;
  for (const EventWishes::Condition& wish : wishes.conditions) {
    AppendNamed(wish.id, id, &named);
  }
  const size_t tries = count * kTriesPerVariant + kSpareTries;
  for (size_t n = 1; n <= tries && variants.size() < count; ++n) {
    if (is_network) {
      const IpAddress base = *ParseIp("198.18.0.0");
      offer(TextValue(FormatIp(AddTo(base, n << 8))));
    } else {
      offer(Another(variants[0].view(), n));
    }
    texts_.clear();
  }
  for (size_t i = 0; i < named.size() && variants.size() < count; ++i) {
    offer(named[i].view());
  }
  return variants;
}

}  // namespace mqwarden
