// Keys, silences and the alert: the clauses that a rule and a policy share, and
// what an alert shows.
#include <utility>

#include "mqwarden/rules/rule_checker.h"

namespace mqwarden {
namespace {

constexpr size_t kMaxReasonBytes = 200;

// A clause as one line: comments left out, white space made one blank.
std::string OneLine(std::string_view clause) {
  std::string line;
  bool quoted = false;
  bool raw = false;
  bool blank = false;
  for (size_t i = 0; i < clause.size(); ++i) {
    const char c = clause[i];
    if (!quoted && c == '#') {
      while (i + 1 < clause.size() && clause[i + 1] != '\n') ++i;
      continue;
    }
    if (!quoted && (c == ' ' || c == '\t' || c == '\r' || c == '\n')) {
      blank = true;
      continue;
    }
    if (blank && !line.empty()) line += ' ';
    blank = false;
    if (c == '"' && !quoted) {
      quoted = true;
      raw = !line.empty() && line.back() == 'r' &&
            (line.size() == 1 || line[line.size() - 2] == ' ');
    } else if (c == '"') {
      quoted = false;
    } else if (c == '\\' && quoted && !raw && i + 1 < clause.size()) {
      line += c;
      line += clause[++i];
      continue;
    }
    line += c;
  }
  if (line.size() > kMaxReasonBytes) {
    line.resize(kMaxReasonBytes);
    line += "…";
  }
  return line;
}

}  // namespace

bool RuleChecker::NewName(const std::string& name, Span span,
                          std::map<std::string, Span, std::less<>>* seen,
                          Context* context) {
  const auto [it, is_new] = seen->try_emplace(name, span);
  if (is_new) return true;
  context->ok = false;
  Report(diagnostics_, DiagnosticCode::kDuplicateField, context->text, span)
      .Message(Quoted(name) + " stands here twice")
      .Second(context->text, it->second, "first here");
  return false;
}

bool RuleChecker::FitsLength(std::string_view text, Span span, size_t max,
                             Context* context) {
  if (text.size() <= max) return true;
  context->ok = false;
  Report(diagnostics_, DiagnosticCode::kTextTooLong, context->text, span)
      .Message("the text has " + std::to_string(text.size()) +
               " bytes, more than " + std::to_string(max));
  return false;
}

std::vector<std::string> RuleChecker::CheckNames(
    const std::vector<ast::StringLiteral>& names, std::string_view what,
    Context* context) {
  std::vector<std::string> out;
  for (const ast::StringLiteral& name : names) {
    const auto value = exprs_.givens().Text(context->text, name);
    if (!value.has_value()) {
      context->ok = false;
      continue;
    }
    if (value->empty()) {
      context->ok = false;
      Report(diagnostics_, DiagnosticCode::kEmptyText, context->text, name.span)
          .Message("a " + std::string(what) + " needs a name");
    }
    FitsLength(*value, name.span, kMaxNameBytes, context);
    out.push_back(*value);
  }
  return out;
}

void RuleChecker::CheckExcludes(const std::vector<ast::Exclude>& excludes,
                                Reads allowed, Context* context,
                                std::vector<ExcludePlan>* out) {
  const Scope scope = ScopeOf(context, "exclude", allowed);
  std::map<std::string, Span, std::less<>> labels;
  for (const ast::Exclude& exclude : excludes) {
    ExcludePlan plan;
    if (exclude.label.has_value()) {
      plan.label = exclude.label->text;
      NewName(plan.label, exclude.label->span, &labels, context);
    }
    plan.condition = Clause(exclude.condition, scope, context);
    if (plan.condition != kNoExpr) out->push_back(std::move(plan));
  }
}

void RuleChecker::CheckMutes(const std::vector<ast::Mute>& mutes,
                             Context* context, std::vector<MutePlan>* out) {
  const Scope scope =
      ScopeOf(context, "mute",
              kReadsEvent | kReadsRule | kReadsSeverity | kReadsStep |
                  kReadsEach | kReadsRecent);
  for (const ast::Mute& mute : mutes) {
    MutePlan plan;
    const std::string clause = OneLine(context->text->Slice(mute.span));
    plan.reason = clause.substr(clause.find(' ') + 1);  // without `mute`
    switch (mute.kind) {
      case ast::Mute::Kind::kUntil:
        plan.until = exprs_.givens().Moment(context->text, mute.until);
        context->ok &= plan.until.has_value();
        if (!plan.until.has_value()) continue;
        break;
      case ast::Mute::Kind::kDuring: {
        const Checked during = exprs_.MutedDuring(mute.calendars, scope);
        context->ok &= !during.error;
        if (during.error) continue;
        plan.condition = during.id;
        plan.during = true;
        break;
      }
      case ast::Mute::Kind::kWhere:
        plan.condition = Clause(mute.condition, scope, context);
        if (plan.condition == kNoExpr) continue;
        break;
    }
    out->push_back(std::move(plan));
  }
}

void RuleChecker::CheckLimits(const std::vector<ast::Limit>& limits,
                              Context* context, std::vector<LimitPlan>* out) {
  const Scope scope =
      ScopeOf(context, "limit",
              kReadsEvent | kReadsRule | kReadsSeverity | kReadsStep |
                  kReadsEach);
  for (const ast::Limit& limit : limits) {
    LimitPlan plan;
    const auto count = exprs_.givens().Count(context->text, limit.count);
    const auto per = exprs_.givens().Length(context->text, limit.per);
    context->ok &= count.has_value() && per.has_value();
    plan.count = count.value_or(1);
    plan.per = per.value_or(Duration::zero());
    plan.by_all = limit.by_all;
    plan.digest = limit.digest;
    if (plan.count > kMaxLimitCount) {
      context->ok = false;
      Report(diagnostics_, DiagnosticCode::kOutOfRange, context->text,
             limit.count.span)
          .Message("a limit passes at most " + std::to_string(kMaxLimitCount) +
                   " alerts");
    }
    CheckKeys(limit.by, scope, context, &plan.by, nullptr);
    if (limit.unless.has_value()) {
      plan.unless = Clause(*limit.unless, scope, context);
    }
    if (limit.digest && context->rule == nullptr) {
      context->ok = false;
      Report(diagnostics_, DiagnosticCode::kDigestInPolicy, context->text,
             limit.digest_span)
          .Message("a policy has no digest")
          .Label("belongs to the limit of a rule");
    }
    out->push_back(std::move(plan));
  }
}

void RuleChecker::CheckKeys(const std::vector<ast::KeyPart>& parts,
                            const Scope& clause_scope, Context* context,
                            std::vector<KeyPart>* out, NamedKeys* named) {
  std::map<std::string, Span, std::less<>> seen;
  Scope scope = clause_scope;
  scope.names_kinds = named != nullptr;
  const std::string clause = "`" + std::string(scope.clause) + "`";
  for (const ast::KeyPart& part : parts) {
    if (part.each && named == nullptr) {
      context->ok = false;
      Report(diagnostics_, DiagnosticCode::kListInKey, context->text,
             part.each_span)
          .Message("`each` belongs to the `by` of a rule or a report")
          .Label(clause + " takes one value");
      continue;
    }
    KeyPart key;
    key.optional = part.optional;
    key.each = part.each;
    Checked value;
    if (part.each) {
      value = exprs_.EachArgument(part.expr, static_cast<uint32_t>(out->size()),
                                  scope, &key.expr);
    } else {
      value = exprs_.ScalarArgument(part.expr, scope, clause);
      key.expr = value.id;
    }
    if (value.error) {
      context->ok = false;
      continue;
    }
    key.name = part.name.has_value() ? part.name->text : OwnName(part.expr);
    if (key.name.empty()) {
      context->ok = false;
      Report(diagnostics_, DiagnosticCode::kNameNeeded, context->text,
             part.expr.span)
          .Message("this key needs a name")
          .Help("write `NAME = " +
                std::string(context->text->Slice(part.expr.span)) + "`");
      continue;
    }
    const Span name_span = part.name.has_value() ? part.name->span : part.span;
    FitsLength(key.name, name_span, kMaxNameBytes, context);
    if (!NewName(key.name, name_span, &seen, context)) continue;
    // The key of an `each` hides the list itself.
    if ((part.name.has_value() || part.each) && named != nullptr) {
      (*named)[key.name] = value;
    }
    out->push_back(std::move(key));
  }
}

Template RuleChecker::CheckText(const ast::StringLiteral& literal,
                                const std::vector<ast::TextPart>& parts,
                                const Scope& scope, Context* context) {
  Template text;
  FitsLength(literal.value, literal.span, kMaxTextBytes, context);
  for (const ast::TextPart& part : parts) {
    TemplatePart out;
    if (!part.expr.has_value()) {
      out.literal = part.literal;
      text.push_back(std::move(out));
      continue;
    }
    if (auto shown = exprs_.ShownParam(*part.expr)) {
      out.literal = *std::move(shown);
      text.push_back(std::move(out));
      continue;
    }
    const Checked value = exprs_.Value(*part.expr, scope);
    context->ok &= !value.error;
    out.expr = value.id;
    if (!value.error) text.push_back(std::move(out));
  }
  return text;
}

void RuleChecker::CheckAlert(const ast::AlertBlock& alert, Context* context,
                             RulePlan* plan) {
  const Scope scope = TextScope(context, "text");
  if (alert.summary.has_value()) {
    plan->summary =
        CheckText(*alert.summary, alert.summary_parts, scope, context);
  }
  if (alert.runbook.has_value()) {
    plan->runbook =
        CheckText(*alert.runbook, alert.runbook_parts, scope, context);
  }
  CheckFields(alert.fields, TextScope(context, "fields"), context,
              &plan->fields);
  const Givens& givens = exprs_.givens();
  const auto first = givens.Count(context->text, alert.evidence_first, 0);
  const auto last = givens.Count(context->text, alert.evidence_last, 0);
  if (!first.has_value() || !last.has_value()) {
    context->ok = false;
    return;
  }
  if (*first > kMaxEvidence || *last > kMaxEvidence) {
    context->ok = false;
    Report(diagnostics_, DiagnosticCode::kOutOfRange, context->text,
           alert.evidence_span)
        .Message("evidence is at most the first " +
                 std::to_string(kMaxEvidence) + " and the last " +
                 std::to_string(kMaxEvidence) + " events");
    return;
  }
  plan->evidence_first = static_cast<int32_t>(*first);
  plan->evidence_last = static_cast<int32_t>(*last);
}

void RuleChecker::CheckFields(const std::vector<ast::AlertFieldDecl>& fields,
                              const Scope& scope, Context* context,
                              std::vector<AlertFieldPlan>* plans) {
  std::map<std::string, Span, std::less<>> seen;
  for (const ast::AlertFieldDecl& field : fields) {
    const Checked value = exprs_.Value(field.expr, scope);
    AlertFieldPlan out;
    out.expr = value.id;
    out.name =
        field.name.has_value() ? field.name->text : OwnName(field.expr);
    if (value.error) {
      context->ok = false;
      continue;
    }
    if (out.name.empty()) {
      context->ok = false;
      Report(diagnostics_, DiagnosticCode::kNameNeeded, context->text,
             field.expr.span)
          .Message("this field needs a name")
          .Help("write `NAME = " +
                std::string(context->text->Slice(field.expr.span)) + "`");
      continue;
    }
    const Span name_span =
        field.name.has_value() ? field.name->span : field.span;
    FitsLength(out.name, name_span, kMaxNameBytes, context);
    if (NewName(out.name, name_span, &seen, context)) {
      plans->push_back(std::move(out));
    }
  }
}

}  // namespace mqwarden
