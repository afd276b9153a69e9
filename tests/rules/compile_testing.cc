#include "mqwarden/tests/rules/compile_testing.h"

#include <utility>

#include "absl/status/status.h"
#include "mqwarden/base/check.h"
#include "mqwarden/rules/diagnostic.h"

namespace mqwarden {
namespace {

// The lines of the expressions in a plan's DebugString, without number and
// type.
std::vector<std::string> ExprLines(const Plan& plan) {
  const std::string text = plan.DebugString();
  std::vector<std::string> lines;
  size_t at = 0;
  while (lines.size() < plan.pool().exprs.size()) {
    const size_t end = text.find('\n', at);
    const size_t number_end = text.find(' ', at);
    const size_t type_end = text.find(' ', number_end + 1);
    lines.push_back(text.substr(type_end + 1, end - type_end - 1));
    at = end + 1;
  }
  return lines;
}

std::string Write(const Plan& plan, const std::vector<std::string>& lines,
                  ExprId id) {
  if (id == kNoExpr) return "-";
  const Expr& expr = plan.pool().exprs[id];
  std::string line = lines[id];
  // Children stand last, each as ` eN`.
  for (size_t i = 0; i < expr.children.size(); ++i) {
    line.resize(line.rfind(" e"));
  }
  if (expr.op == ExprOp::kConst || expr.op == ExprOp::kField ||
      expr.op == ExprOp::kAttrText) {
    return line.substr(line.find(' ') + 1);
  }
  if (expr.op == ExprOp::kAggregate || expr.op == ExprOp::kValueSet) return line;
  std::string out = "(" + line;
  for (const ExprId child : expr.children) {
    out += " " + Write(plan, lines, child);
  }
  return out + ")";
}

}  // namespace

absl::StatusOr<std::string> MapReader::Read(std::string_view /*rule_path*/,
                                            std::string_view name) {
  const auto it = files_.find(name);
  if (it == files_.end()) return absl::NotFoundError("no such file");
  return it->second;
}

CompileResult Compile(std::string_view text, const Files& files) {
  const RuleSource source = {"rules/a.mqw", std::string(text)};
  MapReader reader(files);
  CompileOptions options;
  for (const DiagnosticCodeInfo& info : AllDiagnosticCodes()) {
    if (info.severity == DiagnosticSeverity::kWarning) {
      options.disabled_checks.emplace_back(info.slug);
    }
  }
  return CompileRules({&source, 1}, &reader, options);
}

std::string CodesOf(const CompileResult& result) {
  std::string codes;
  for (const Diagnostic* diagnostic : result.diagnostics.Sorted()) {
    if (!codes.empty()) codes += ' ';
    codes += GetDiagnosticCode(diagnostic->code).code;
  }
  return codes;
}

std::string RuleWith(std::string_view clauses, std::string_view name) {
  std::string text = "rule ";
  text.append(name).append(" { title \"T\" severity high on authz ");
  return text.append(clauses).append(" }\n");
}

std::string Written(const Plan& plan, ExprId id) {
  return Write(plan, ExprLines(plan), id);
}

const RulePlan& RuleOf(const CompileResult& result, std::string_view name) {
  MQWARDEN_CHECK(result.plan != nullptr, "the rules of the test compile");
  for (const auto& rule : result.plan->rules()) {
    if (rule->name == name) return *rule;
  }
  MQWARDEN_CHECK(false, "the rules of the test have one of that name");
}

}  // namespace mqwarden
