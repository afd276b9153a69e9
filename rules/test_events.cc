// The events of a test: `at TIME KIND { field: value } x N every D`.
//
// Fields are set once on a prototype, which the repetitions copy; only texts
// with `{n}` in them are written anew for each.
#include <limits>
#include <map>
#include <memory>
#include <utility>

#include "mqwarden/base/ip_address.h"
#include "mqwarden/base/time.h"
#include "mqwarden/rules/test_checker.h"
#include "mqwarden/rules/types.h"
#include "mqwarden/schema/field_catalog.h"
#include "mqwarden/schema/mq_constants.h"

namespace mqwarden {
namespace {

constexpr std::string_view kNumberMark = "{n}";
constexpr std::string_view kAttrPrefix = "attr.";
constexpr std::string_view kOldPrefix = "old_";

bool IsNumbered(std::string_view text) {
  return text.find(kNumberMark) != std::string_view::npos;
}

bool IsNumbered(const ast::Expr& value) {
  if (value.kind == ast::ExprKind::kString) return IsNumbered(value.string);
  for (const ast::Expr& element : value.children) {
    if (element.kind == ast::ExprKind::kString && IsNumbered(element.string)) {
      return true;
    }
  }
  return false;
}

std::string WithNumber(std::string_view text, int64_t n) {
  std::string out;
  for (;;) {
    const size_t mark = text.find(kNumberMark);
    out.append(text.substr(0, mark));
    if (mark == std::string_view::npos) return out;
    out += std::to_string(n);
    text.remove_prefix(mark + kNumberMark.size());
  }
}

// An attr of an enumerated IBM MQ parameter has a word and a number, whichever
// of them a test gives.
Attr AttrOf(std::string_view name, std::string_view text) {
  Attr attr;
  attr.name = name;
  attr.text = text;
  std::string_view parameter = name;
  if (parameter.substr(0, kOldPrefix.size()) == kOldPrefix) {
    parameter.remove_prefix(kOldPrefix.size());
  }
  const MqConstant* const row = ParameterByJsonKey(parameter);
  if (row == nullptr || row->values_kind == MqKind::kNone) return attr;
  if (const auto number = MqValueOfWord(row->values_kind, text)) {
    attr.number = *number;
    attr.has_number = true;
  }
  return attr;
}

bool AddNumberAttr(std::string_view name, int64_t number, Event* event) {
  std::string_view parameter = name;
  if (parameter.substr(0, kOldPrefix.size()) == kOldPrefix) {
    parameter.remove_prefix(kOldPrefix.size());
  }
  const std::string decimal = std::to_string(number);
  Attr attr;
  attr.name = name;
  attr.text = decimal;
  attr.number = number;
  attr.has_number = true;
  const MqConstant* const row = ParameterByJsonKey(parameter);
  if (row != nullptr && row->values_kind != MqKind::kNone) {
    const std::string_view word = MqWord(row->values_kind, number);
    if (!word.empty()) attr.text = word;
  }
  return event->CopyAttr(attr);
}

}  // namespace

bool TestChecker::CheckEvents(const ast::TestStep& step, RuleTestStep* out) {
  Event prototype;
  bool ok = CheckKind(step, &prototype);
  const bool alert =
      ok && prototype.Int(FieldId::kKind) == static_cast<int64_t>(Kind::kAlert);
  const Givens givens(definitions_, diagnostics_);
  const auto repeat = givens.Count(text_, step.repeat);
  const auto every = givens.Length(text_, step.every);
  if (!repeat.has_value() || !every.has_value()) return false;
  if (*repeat > kMaxRepeat) {
    Report(diagnostics_, DiagnosticCode::kOutOfRange, text_, step.span)
        .Message("a step of a test repeats at most " +
                 std::to_string(kMaxRepeat) + " times");
    return false;
  }
  events_ += *repeat;
  if (events_ > kMaxEvents) {
    Report(diagnostics_, DiagnosticCode::kOutOfRange, text_, step.span)
        .Message("the tests up to this step have more than " +
                 std::to_string(kMaxEvents) + " events");
    events_ = 0;
    return false;
  }
  std::vector<Numbered> numbered;
  std::map<std::string, Span, std::less<>> seen;
  for (const ast::TestField& field : step.fields) {
    const auto [it, is_new] =
        seen.try_emplace(field.name.text, field.name.span);
    if (!is_new) {
      Report(diagnostics_, DiagnosticCode::kDuplicateField, text_,
             field.name.span)
          .Message(Quoted(field.name.text) + " stands here twice")
          .Second(text_, it->second, "first here");
      ok = false;
      continue;
    }
    ok &= SetField(field, alert, &prototype, &numbered);
  }
  if (!ok) return false;
  // Without building, the first alone is tried, where repetitions differ.
  const int64_t built = build_ ? *repeat : numbered.empty() ? 0 : 1;
  for (int64_t i = 0; i < built; ++i) {
    const auto event = std::make_shared<Event>();
    event->CopyFrom(prototype);
    for (const Numbered& field : numbered) {
      if (!SetNumbered(field, i + 1, event.get())) return false;
    }
    int64_t after = 0;
    if (__builtin_mul_overflow(every->count(), i, &after)) {
      after = std::numeric_limits<int64_t>::max();
    }
    event->SetTime(SaturatingAdd(out->advance_to, Duration(after)));
    event->set_sequence(sequence_++);
    if (build_) out->events.push_back(event);
  }
  return true;
}

bool TestChecker::CheckKind(const ast::TestStep& step, Event* event) {
  const std::string& name = step.event_kind.text;
  const auto kind = FindEnumValue(EnumType::kKind, name);
  if (kind.has_value()) {
    event->SetInt(FieldId::kKind, *kind);
    return true;
  }
  std::vector<std::string_view> kinds;
  for (const EnumValueInfo& value : EnumValues(EnumType::kKind)) {
    kinds.push_back(value.name);
  }
  Report(diagnostics_, DiagnosticCode::kUnknownKind, text_,
         step.event_kind.span)
      .Message("unknown kind of event " + Quoted(name))
      .Help(DidYouMean(*diagnostics_, name, kinds));
  return false;
}

const FieldInfo* TestChecker::FindSettable(const ast::TestField& field,
                                           bool alert) {
  const FieldInfo* const info = FindField(field.name.text);
  if (info == nullptr) {
    std::vector<std::string_view> names;
    for (const FieldInfo& other : AllFields()) {
      if (other.flags == 0 || (alert && other.flags == kFieldAlertOnly)) {
        names.push_back(other.name);
      }
    }
    Report(diagnostics_, DiagnosticCode::kUnknownField, text_, field.name.span)
        .Message("unknown field " + Quoted(field.name.text))
        .Label("not a field of an event")
        .Help(DidYouMean(*diagnostics_, field.name.text, names));
    return nullptr;
  }
  std::string_view why;
  if (info->id == FieldId::kTime) why = "is what stands behind `at`";
  if (info->id == FieldId::kKind) why = "stands before the braces";
  if (info->flags & kFieldComputed) why = "follows from other fields";
  if ((info->flags & kFieldAlertOnly) != 0 && !alert) {
    why = "is a field of alerts";
  }
  if (why.empty()) return info;
  BadValue(field.name.span,
           Quoted(field.name.text) + " " + std::string(why));
  return nullptr;
}

bool TestChecker::SetField(const ast::TestField& field, bool alert, Event* event,
                           std::vector<Numbered>* numbered) {
  const ast::Expr& value = field.value;
  if (value.kind == ast::ExprKind::kError) return false;
  const std::string_view name = field.name.text;
  if (name.substr(0, kAttrPrefix.size()) == kAttrPrefix) {
    return SetAttr(field, name.substr(kAttrPrefix.size()), event, numbered);
  }
  const FieldInfo* const info = FindSettable(field, alert);
  if (info == nullptr) return false;
  if (info->type == FieldType::kList) {
    if (value.kind != ast::ExprKind::kList) {
      const bool text = value.kind == ast::ExprKind::kString;
      return BadValue(value.span, Quoted(field.name.text) + " is a list",
                      text ? "write `[" +
                                 std::string(text_->Slice(value.span)) + "]`"
                           : "");
    }
    if (IsNumbered(value)) {
      numbered->push_back({&field, info});
      return true;
    }
    return SetList(field, *info, 0, event);
  }
  const std::optional<Literal> literal = LiteralAt(value);
  if (!literal.has_value()) {
    return BadValue(value.span, "the events of a test have literals");
  }
  if (literal->sort == Literal::Sort::kText && IsNumbered(literal->text)) {
    numbered->push_back({&field, info});
    return true;
  }
  LiteralTarget target;
  target.type = ValueTypeOf(info->type);
  target.enum_type = info->enum_type;
  target.subject = Quoted(field.name.text);
  const auto constant = ConvertLiteral(*literal, target, diagnostics_);
  return constant.has_value() && SetConstant(*info, *constant, event);
}

bool TestChecker::SetConstant(const FieldInfo& info, const Constant& constant,
                              Event* event) {
  switch (info.type) {
    case FieldType::kStr:
    case FieldType::kKw: event->CopyText(info.id, constant.text); break;
    case FieldType::kIp: event->SetIp(info.id, constant.ip); break;
    case FieldType::kReal:
    case FieldType::kList: break;  // no stored field is a real
    default: event->SetInt(info.id, constant.number);
  }
  return true;
}

bool TestChecker::SetAttr(const ast::TestField& field, std::string_view name,
                          Event* event, std::vector<Numbered>* numbered) {
  const std::optional<Literal> literal = LiteralAt(field.value);
  if (literal.has_value()) {
    switch (literal->sort) {
      case Literal::Sort::kText:
        if (IsNumbered(literal->text)) {
          numbered->push_back({&field, nullptr});
          return true;
        }
        event->CopyAttr(AttrOf(name, literal->text));
        return true;
      case Literal::Sort::kInt:
        AddNumberAttr(name, literal->number, event);
        return true;
      case Literal::Sort::kDecimal: {
        const std::string decimal = literal->decimal.ToString();
        event->CopyAttr(AttrOf(name, decimal));
        return true;
      }
      default: break;
    }
  }
  return BadValue(field.value.span, "an attr is a text or a number");
}

bool TestChecker::SetList(const ast::TestField& field, const FieldInfo& info,
                          int64_t n, Event* event) {
  std::vector<std::string> texts;
  for (const ast::Expr& element : field.value.children) {
    if (element.kind != ast::ExprKind::kString) {
      return BadValue(element.span, "the elements of " +
                                        Quoted(field.name.text) + " are texts");
    }
    texts.push_back(n > 0 ? WithNumber(element.string, n) : element.string);
  }
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  event->CopyList(info.id, views);
  return true;
}

bool TestChecker::SetNumbered(const Numbered& numbered, int64_t n,
                              Event* event) {
  const ast::TestField& field = *numbered.field;
  if (numbered.info != nullptr && numbered.info->type == FieldType::kList) {
    return SetList(field, *numbered.info, n, event);
  }
  const std::string text = WithNumber(field.value.string, n);
  if (numbered.info == nullptr) {
    const std::string_view name = field.name.text;
    event->CopyAttr(AttrOf(name.substr(kAttrPrefix.size()), text));
    return true;
  }
  Literal literal;
  literal.source = text_;
  literal.span = field.value.span;
  literal.text = text;
  LiteralTarget target;
  target.type = ValueTypeOf(numbered.info->type);
  target.enum_type = numbered.info->enum_type;
  target.subject = Quoted(field.name.text);
  const auto constant = ConvertLiteral(literal, target, diagnostics_);
  return constant.has_value() &&
         SetConstant(*numbered.info, *constant, event);
}

}  // namespace mqwarden
