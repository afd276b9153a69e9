// The test as a whole and its expectations; events stand in test_events.cc.
#include "mqwarden/rules/test_checker.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/status/statusor.h"
#include "mqwarden/base/text.h"
#include "mqwarden/base/time.h"
#include "mqwarden/rules/types.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

// A Monday.
constexpr std::string_view kDefaultStart = "2026-01-05T09:00:00Z";

// What every alert has, besides the fields of its triggering event.
constexpr std::string_view kAlertNames[] = {
    "alert_id", "at",      "count", "evidence", "fields", "first",
    "group",    "held",    "id",    "last",     "muted",  "notify",
    "rule",     "runbook", "state", "state_evicted", "summary", "tags",
    "time",     "title",   "version"};

// Those that are times.
constexpr std::string_view kTimeNames[] = {"at", "first", "last", "time"};

// Alert names that are texts of the rule, compared exactly.
constexpr std::string_view kExactNames[] = {"runbook", "summary", "title",
                                            "version"};

template <typename Names>
bool Contains(const Names& names, std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) !=
         std::end(names);
}

}  // namespace

bool TestChecker::BadValue(Span span, std::string message, std::string help) {
  Report(diagnostics_, DiagnosticCode::kBadTestValue, text_, span)
      .Message(std::move(message))
      .Help(std::move(help));
  return false;
}

std::optional<RuleTest> TestChecker::Check(
    const RuleTextPtr& text, const ast::Test& test, const std::string& rule,
    const AlertNames& names, Definitions* definitions,
    DiagnosticList* diagnostics) {
  if (test.broken) return std::nullopt;
  text_ = text;
  definitions_ = definitions;
  diagnostics_ = diagnostics;
  sequence_ = 0;
  RuleTest out;
  out.text = text;
  out.span = test.name.span;
  out.name = test.name.value;
  out.rule = rule;
  out.start = *ParseTime(kDefaultStart);
  bool ok = true;
  if (test.start.has_value()) {
    const auto start =
        Givens(definitions, diagnostics).Moment(text, *test.start);
    ok = start.has_value();
    out.start = start.value_or(out.start);
  }
  for (const ast::TestStep& step : test.steps) {
    RuleTestStep& to = out.steps.emplace_back();
    to.span = step.span;
    ok &= CheckStep(step, out.start, names, &to);
  }
  if (!ok) return std::nullopt;
  return out;
}

bool TestChecker::CheckStep(const ast::TestStep& step, Time start,
                            const AlertNames& names, RuleTestStep* out) {
  const Givens givens(definitions_, diagnostics_);
  switch (step.kind) {
    case ast::TestStep::Kind::kAt:
    case ast::TestStep::Kind::kAdvance: {
      const bool events = step.kind == ast::TestStep::Kind::kAt;
      out->kind = events ? RuleTestStep::Kind::kEvents
                         : RuleTestStep::Kind::kAdvance;
      const auto time = givens.Length(text_, step.time, /*zero=*/true);
      if (time.has_value()) out->advance_to = SaturatingAdd(start, *time);
      return (!events || CheckEvents(step, out)) && time.has_value();
    }
    case ast::TestStep::Kind::kExpect:
      out->kind = RuleTestStep::Kind::kExpect;
      return CheckExpectation(step, start, names, out);
    case ast::TestStep::Kind::kRestart:
      out->kind = RuleTestStep::Kind::kRestart;
      return true;
    case ast::TestStep::Kind::kInput:
      out->kind = RuleTestStep::Kind::kInput;
      return CheckInput(step, out);
  }
  return false;
}

bool TestChecker::CheckInput(const ast::TestStep& step, RuleTestStep* out) {
  out->file = step.file.value;
  out->format = step.format.text;
  const auto refuse = [&](std::string why) {
    Report(diagnostics_, DiagnosticCode::kCannotReadFile, text_, step.file.span)
        .Message("cannot read " + Quoted(step.file.value) + ": " + why)
        .Help("files are looked up relative to the rule file");
    return false;
  };
  if (reader_ == nullptr) {
    return refuse("this program reads no files for rules");
  }
  auto contents = reader_->Read(text_->path(), step.file.value);
  if (!contents.ok()) {
    return refuse(std::string(FromAbsl(contents.status().message())));
  }
  if (contents->size() > Definitions::kMaxFileBytes) {
    Report(diagnostics_, DiagnosticCode::kDataFileTooLarge, text_,
           step.file.span)
        .Message(Quoted(step.file.value) + " has " +
                 std::to_string(contents->size()) + " bytes, more than " +
                 std::to_string(Definitions::kMaxFileBytes));
    return false;
  }
  if (build_) out->bytes = *std::move(contents);
  return true;
}

std::optional<Literal> TestChecker::LiteralAt(const ast::Expr& value) {
  bool broken = false;
  const ast::Expr* const param = definitions_->ParamLiteral(value, &broken);
  return LiteralOf(text_, param != nullptr ? *param : value);
}

bool TestChecker::CheckExpectation(const ast::TestStep& step, Time start,
                                   const AlertNames& names,
                                   RuleTestStep* out) {
  const Givens givens(definitions_, diagnostics_);
  const auto count = givens.Count(text_, step.count, 0);
  if (!count.has_value()) return false;
  out->count = *count;
  if (step.of.has_value()) {
    out->of = givens.Count(text_, *step.of, 0);
    if (!out->of.has_value()) return false;
  }
  bool ok = true;
  if (out->of.has_value() && *out->of < out->count) {
    ok = BadValue(step.span, std::to_string(out->count) +
                                 " alerts are not among " +
                                 std::to_string(*out->of));
  }
  for (const ast::TestField& field : step.fields) {
    ExpectedField expected;
    if (CheckExpectedField(field, start, names, &expected)) {
      out->fields.push_back(std::move(expected));
    } else {
      ok = false;
    }
  }
  return ok;
}

bool TestChecker::IsKnownName(const ast::TestField& field,
                              const AlertNames& names) {
  const std::string& name = field.name.text;
  if (Contains(kAlertNames, name) || FindField(name) != nullptr ||
      names.find(name) != names.end() || name.substr(0, 5) == "attr.") {
    return true;
  }
  std::vector<std::string_view> known(std::begin(kAlertNames),
                                      std::end(kAlertNames));
  for (const FieldInfo& info : AllFields()) known.push_back(info.name);
  for (const std::string& other : names) known.push_back(other);
  Report(diagnostics_, DiagnosticCode::kUnknownTestName, text_, field.name.span)
      .Message("no alert of this test has a " + Quoted(name))
      .Help(DidYouMean(*diagnostics_, name, known));
  return false;
}

bool TestChecker::CheckExpectedField(const ast::TestField& field, Time start,
                                     const AlertNames& names,
                                     ExpectedField* out) {
  out->span = field.span;
  out->name = field.name.text;
  if (field.value.kind == ast::ExprKind::kError ||
      !IsKnownName(field, names)) {
    return false;
  }
  if (Contains(kTimeNames, out->name)) {
    const std::optional<Literal> literal = LiteralAt(field.value);
    if (literal.has_value() && literal->sort == Literal::Sort::kDuration) {
      out->at = SaturatingAdd(start, literal->duration);
      return true;
    }
    if (literal.has_value() && literal->sort == Literal::Sort::kInstant) {
      out->at = literal->instant;
      return true;
    }
    return BadValue(field.value.span,
                    Quoted(out->name) + " is a time after the start of the test",
                    "write it as in `" + out->name + ": 5m10s`");
  }
  // A name of the rule goes before the field of that name.
  const FieldInfo* const info =
      names.find(out->name) != names.end() ? nullptr : FindField(out->name);
  out->ignore_case = !Contains(kExactNames, out->name) &&
                     (info == nullptr || info->type != FieldType::kStr);
  return ShownValue(field, info, &out->value);
}

bool TestChecker::ShownValue(const ast::TestField& field, const FieldInfo* info,
                             std::string* out) {
  const ast::Expr& value = field.value;
  if (value.kind == ast::ExprKind::kList) {
    for (const ast::Expr& element : value.children) {
      if (element.kind == ast::ExprKind::kList) {
        return BadValue(element.span, "a list of values is expected here");
      }
      std::string shown;
      if (!ShownLiteral(field.name, element, info, &shown)) return false;
      if (!out->empty()) *out += ", ";
      *out += shown;
    }
    return true;
  }
  return ShownLiteral(field.name, value, info, out);
}

bool TestChecker::ShownLiteral(const ast::Name& name, const ast::Expr& value,
                               const FieldInfo* info, std::string* out) {
  const std::optional<Literal> literal = LiteralAt(value);
  if (!literal.has_value()) {
    return BadValue(value.span, "a test expects literals");
  }
  switch (literal->sort) {
    case Literal::Sort::kText: *out = literal->text; return true;
    case Literal::Sort::kInt:
      *out = std::to_string(literal->number);
      return true;
    case Literal::Sort::kDecimal:
      *out = literal->decimal.ToString();
      return true;
    case Literal::Sort::kDuration:
      *out = FormatDuration(literal->duration);
      return true;
    case Literal::Sort::kInstant:
      *out = FormatTimeShort(literal->instant);
      return true;
    case Literal::Sort::kBool:
      *out = literal->number != 0 ? "true" : "false";
      return true;
    case Literal::Sort::kWord:
      *out = literal->text;
      if (info != nullptr && info->type != FieldType::kEnum) {
        return BadValue(value.span,
                        Quoted(name.text) + " is " +
                            TypePhrase(ValueTypeOf(info->type),
                                       EnumType::kNone) +
                            ", not an enum",
                        IsText(ValueTypeOf(info->type))
                            ? "write `\"" + *out + "\"`"
                            : "");
      }
      if (info != nullptr &&
          !FindEnumValue(info->enum_type, *out).has_value()) {
        ReportUnknownEnumValue(text_, value.span, *out, info->enum_type,
                               diagnostics_);
        return false;
      }
      return true;
    case Literal::Sort::kTimeOfDay:
    case Literal::Sort::kLine: break;
  }
  return BadValue(value.span, "no alert shows such a value");
}

}  // namespace mqwarden
