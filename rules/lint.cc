#include "mqwarden/rules/lint.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "mqwarden/base/text.h"

namespace mqwarden {
namespace {

class Linter {
 public:
  Linter(std::span<const std::string> disabled, DiagnosticList* diagnostics)
      : disabled_(disabled), diagnostics_(diagnostics) {}

  template <typename Info>
  void Unused(const Info& info, std::string_view sort) {
    if (info.used || !Enabled(DiagnosticCode::kUnusedDefinition)) return;
    Report(diagnostics_, DiagnosticCode::kUnusedDefinition, info.text,
           info.def->name.span)
        .Message("nothing uses the " + std::string(sort) + " " +
                 Quoted(info.def->name.text));
  }

  void EmptyFile(const ListInfo& list) {
    if (list.list.file.empty() || !list.list.entries.empty() ||
        !Enabled(DiagnosticCode::kEmptyListFile)) {
      return;
    }
    Report(diagnostics_, DiagnosticCode::kEmptyListFile, list.text,
           list.def->from->span)
        .Message("the file of the list " + Quoted(list.def->name.text) +
                 " has no entry");
  }

  void LongUsers(const ExprChecker& checker) {
    if (!Enabled(DiagnosticCode::kLongUser)) return;
    for (const LongUser& user : checker.long_users()) {
      Report(diagnostics_, DiagnosticCode::kLongUser, user.text, user.span)
          .Message(Quoted(user.user) + " never equals `user`, which IBM MQ " +
                   "cuts at 12 characters")
          .Help("add `" + user.user.substr(0, 12) + "` to the list");
    }
  }

  void Patterns(const PatternsInfo& patterns) {
    if (!Enabled(DiagnosticCode::kUnreachablePattern)) return;
    std::set<std::string> seen;
    const ast::PatternsDef::Row* all = nullptr;
    for (const ast::PatternsDef::Row& row : patterns.def->rows) {
      if (all != nullptr ||
          !seen.insert(ToAsciiLower(row.pattern.value)).second) {
        Report report(diagnostics_, DiagnosticCode::kUnreachablePattern,
                      patterns.text, row.pattern.span);
        report.Message("the pattern " + Quoted(row.pattern.value) +
                       " is never reached");
        if (all != nullptr) {
          report.Second(patterns.text, all->pattern.span, "fits everything");
        }
      }
      if (all == nullptr && row.pattern.value == "*") all = &row;
    }
  }

  void Tests(const RuleTextPtr& text, const ast::Rule& rule) {
    bool loud = false;
    bool quiet = false;
    for (const ast::Test& test : rule.tests) {
      for (const ast::TestStep& step : test.steps) {
        if (step.kind != ast::TestStep::Kind::kExpect) continue;
        (step.count > 0 ? loud : quiet) = true;
      }
    }
    if (!loud && Enabled(DiagnosticCode::kUntestedRule)) {
      Report(diagnostics_, DiagnosticCode::kUntestedRule, text, rule.name.span)
          .Message("no test of the rule " + Quoted(rule.name.text) +
                   " expects an alert");
    } else if (loud && !quiet && Enabled(DiagnosticCode::kNoQuietTest)) {
      Report(diagnostics_, DiagnosticCode::kNoQuietTest, text, rule.name.span)
          .Message("no test of the rule " + Quoted(rule.name.text) +
                   " expects that there is no alert");
    }
  }

 private:
  bool Enabled(DiagnosticCode code) const {
    const DiagnosticCodeInfo& info = GetDiagnosticCode(code);
    return std::none_of(disabled_.begin(), disabled_.end(),
                        [&](const std::string& name) {
                          return name == info.slug || name == info.code;
                        });
  }

  const std::span<const std::string> disabled_;
  DiagnosticList* const diagnostics_;
};

}  // namespace

void LintRules(std::span<const ast::File> files, const Definitions& definitions,
               const ExprChecker& checker,
               std::span<const std::string> disabled,
               DiagnosticList* diagnostics) {
  Linter linter(disabled, diagnostics);
  for (const auto& entry : definitions.lists()) {
    linter.Unused(entry.second, "list");
    linter.EmptyFile(entry.second);
  }
  for (const auto& entry : definitions.tables()) {
    linter.Unused(entry.second, "table");
  }
  for (const auto& entry : definitions.patterns()) {
    linter.Unused(entry.second, "patterns");
    linter.Patterns(entry.second);
  }
  for (const auto& entry : definitions.macros()) {
    linter.Unused(entry.second, "macro");
  }
  linter.LongUsers(checker);
  for (const ast::File& file : files) {
    for (const ast::Rule& rule : file.rules) linter.Tests(file.text, rule);
  }
}

}  // namespace mqwarden
