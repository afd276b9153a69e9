#include "mqwarden/rules/lint.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "mqwarden/base/edit_distance.h"
#include "mqwarden/base/text.h"
#include "mqwarden/rules/lint_rule.h"
#include "mqwarden/schema/mq_constants.h"

namespace mqwarden {
namespace {

constexpr std::string_view kOldPrefix = "old_";
constexpr std::string_view kListSuffix = "_list";

// Shorter names, and those further from a known one, are nobody's slip.
constexpr size_t kMinAttrBytes = 6;
constexpr size_t kMaxAttrEdits = 2;

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
          .Help(user.in_list
                    ? "add `" + user.user.substr(0, 12) + "` to the list"
                    : "ask for `" + user.user.substr(0, 12) + "` as well");
    }
  }

  // `on alert where rule == "x"`, where no rule is called `x`.
  void RuleNames(const LintInput& input) {
    if (!Enabled(DiagnosticCode::kNeverFires)) return;
    std::vector<std::string_view> names;
    absl::flat_hash_set<std::string> known;  // `rule` is a kw
    for (const CheckedRule& rule : input.rules) {
      names.push_back(rule.plan.name);
      known.insert(ToAsciiLower(rule.plan.name));
    }
    for (const RuleNameUse& use : input.checker.rule_name_uses()) {
      if (known.contains(ToAsciiLower(use.name))) continue;
      Report(diagnostics_, DiagnosticCode::kNeverFires, use.text, use.span)
          .Message("no rule is called " + Quoted(use.name))
          .Help(DidYouMean(*diagnostics_, use.name, names));
    }
  }

  // Sites have attrs of their own, so only what is nearly a known name is.
  void Attrs(const ExprChecker& checker) {
    if (!Enabled(DiagnosticCode::kUnknownAttr)) return;
    std::vector<std::string_view> known;
    for (const MqConstant& constant : AllMqConstants()) {
      if (!constant.json_key.empty()) known.push_back(constant.json_key);
    }
    for (const auto& [name, place] : checker.attr_uses()) {
      std::string_view parameter = name;
      if (parameter.starts_with(kOldPrefix)) {
        parameter.remove_prefix(kOldPrefix.size());
      }
      if (parameter.ends_with(kListSuffix)) {
        parameter.remove_suffix(kListSuffix.size());
      }
      if (ParameterByJsonKey(parameter) != nullptr) continue;
      const std::optional<std::string> nearest = Nearest(parameter, known);
      if (parameter.size() < kMinAttrBytes || !nearest.has_value() ||
          EditDistance(parameter, *nearest, kMaxAttrEdits) > kMaxAttrEdits) {
        continue;
      }
      Report(diagnostics_, DiagnosticCode::kUnknownAttr, place.text, place.span)
          .Message("no known source has an attr " + Quoted(name))
          .Help("did you mean `" + *nearest + "`?");
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

  void Labels(const CheckedRule& rule) {
    if (!Enabled(DiagnosticCode::kUnusedLabel)) return;
    for (const ast::Name& label : rule.unused_labels) {
      Report(diagnostics_, DiagnosticCode::kUnusedLabel, rule.text, label.span)
          .Message("nothing reads the step " + Quoted(label.text))
          .Help("a step that nothing reads needs no label");
    }
  }

  void Tests(const RuleTextPtr& text, const ast::Rule& rule) {
    bool loud = false;
    bool quiet = false;
    for (const ast::Test& test : rule.tests) {
      for (const ast::TestStep& step : test.steps) {
        if (step.kind != ast::TestStep::Kind::kExpect) continue;
        const bool alerts = step.count.value > 0 || !step.count.param.empty();
        (alerts ? loud : quiet) = true;
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

  bool Enabled(DiagnosticCode code) const {
    const DiagnosticCodeInfo& info = GetDiagnosticCode(code);
    return std::none_of(disabled_.begin(), disabled_.end(),
                        [&](const std::string& name) {
                          return name == info.slug || name == info.code;
                        });
  }

 private:
  const std::span<const std::string> disabled_;
  DiagnosticList* const diagnostics_;
};

}  // namespace

void LintRules(const LintInput& input, std::span<const std::string> disabled,
               DiagnosticList* diagnostics) {
  Linter linter(disabled, diagnostics);
  const Definitions& definitions = input.definitions;
  for (const auto& entry : definitions.params()) {
    linter.Unused(entry.second, "param");
  }
  for (const auto& entry : definitions.lists()) {
    linter.Unused(entry.second, "list");
    linter.EmptyFile(entry.second);
  }
  for (const auto& entry : definitions.recents()) {
    linter.Unused(entry.second, "recent");
  }
  for (const auto& entry : definitions.tables()) {
    linter.Unused(entry.second, "table");
  }
  for (const auto& entry : definitions.patterns()) {
    linter.Unused(entry.second, "patterns");
    linter.Patterns(entry.second);
  }
  for (const auto& entry : definitions.calendars()) {
    linter.Unused(entry.second, "calendar");
  }
  for (const auto& entry : definitions.macros()) {
    linter.Unused(entry.second, "macro");
  }
  linter.LongUsers(input.checker);
  linter.RuleNames(input);
  linter.Attrs(input.checker);
  for (const CheckedRule& rule : input.rules) {
    linter.Labels(rule);
    linter.Tests(rule.text, *rule.ast);
    LintRule(input.pool, rule,
             [&linter](DiagnosticCode code) { return linter.Enabled(code); },
             diagnostics);
  }
  for (const CheckedReport& report : input.reports) {
    LintReport(input.pool, report,
               [&linter](DiagnosticCode code) { return linter.Enabled(code); },
               diagnostics);
  }
}

}  // namespace mqwarden
