#include "mqwarden/pipeline/tune_variants.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/status/status.h"
#include "mqwarden/base/status_macros.h"
#include "mqwarden/base/terminal_text.h"
#include "mqwarden/base/text.h"
#include "mqwarden/base/unified_diff.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

constexpr uint32_t kAlertKind = uint32_t{1}
                                << static_cast<uint32_t>(Kind::kAlert);

absl::Status Refuse(const std::string& why) {
  return absl::InvalidArgumentError(ToAbsl(why));
}

const RulePlan* FindRule(const Plan& plan, std::string_view name) {
  for (const auto& rule : plan.rules()) {
    if (rule->name == name) return rule.get();
  }
  return nullptr;
}

absl::Status NoSuchRule(const Plan& plan, std::string_view name) {
  std::string names;
  size_t shown = 0;
  for (const auto& rule : plan.rules()) {
    if (++shown > 8) {
      names += ", …";
      break;
    }
    names.append(names.empty() ? "" : ", ").append(rule->name);
  }
  return absl::NotFoundError(
      ToAbsl("no rule " + EscapeForTerminal(name) + "; there are: " + names));
}

// A comparison may stand on several lines.
std::string OnOneLine(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool is_space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!is_space) line.push_back(c);
    if (is_space && !line.empty() && line.back() != ' ') line.push_back(' ');
  }
  return line;
}

std::string Listed(const std::vector<NumberPlace>& numbers) {
  std::string list;
  for (const NumberPlace& number : numbers) {
    list.append(list.empty() ? "`" : ", `")
        .append(EscapeForTerminal(OnOneLine(number.written)))
        .append("`");
  }
  return list;
}

// Which of the rule's numbers to sweep.
absl::StatusOr<NumberPlace> ChooseNumber(const RulePlaces& places,
                                         std::string_view rule,
                                         std::string_view param) {
  const std::vector<NumberPlace>& numbers = places.thresholds;
  const std::string name = "rule " + EscapeForTerminal(rule);
  if (!places.window) return Refuse(name + " has no window and no threshold");
  if (!param.empty()) {
    for (const NumberPlace& number : numbers) {
      if (number.param == param) return number;
    }
    NumberPlace elsewhere;
    elsewhere.param = std::string(param);
    return elsewhere;
  }
  if (numbers.empty()) {
    return Refuse(name + " compares no aggregate with a number");
  }
  if (numbers.size() > 1) {
    return Refuse(name + " has several thresholds: " + Listed(numbers) +
                  "; make the one to sweep a param, such as `param n = 10`, "
                  "and name it with --param n=A..B");
  }
  if (!numbers[0].value && numbers[0].param.empty()) {
    return Refuse(name + " compares with what is no whole number: " +
                  Listed(numbers));
  }
  return numbers[0];
}

}  // namespace

absl::StatusOr<TuneVariants> TuneVariants::Create(
    std::span<const RuleSource> sources, FileReader* files,
    std::string_view rule, std::string_view param) {
  TuneVariants variants;
  variants.sources_ = sources;
  variants.files_ = files;
  variants.rule_ = std::string(rule);
  CompileOptions options;
  options.build_tests = false;
  CompileResult compiled = CompileRules(sources, files, options);
  if (compiled.plan == nullptr) return Refuse("the rules do not compile");
  variants.base_ = compiled.plan;
  if (FindRule(*compiled.plan, rule) == nullptr) {
    return NoSuchRule(*compiled.plan, rule);
  }
  std::optional<RulePlaces> places = FindRulePlaces(sources, rule);
  if (!places) return NoSuchRule(*compiled.plan, rule);
  variants.places_ = *std::move(places);

  MQWARDEN_ASSIGN_OR_RETURN(
      const NumberPlace number,
      ChooseNumber(variants.places_, rule, param));
  variants.rising_ = number.rising;
  variants.number_ =
      number.written.empty() ? number.param : OnOneLine(number.written);
  variants.param_ = number.param;
  variants.number_place_ = number.place;
  if (number.value) variants.current_ = *number.value;
  if (!number.param.empty()) {
    const auto place = FindParamPlace(sources, number.param);
    const std::string name = "param " + EscapeForTerminal(number.param);
    if (!place) return absl::NotFoundError(ToAbsl("no " + name));
    if (!place->integer) return Refuse(name + " is no whole number");
    variants.number_place_ = place->place;
    variants.current_ = *place->integer;
  }
  const WindowPlace& window = *variants.places_.window;
  variants.window_place_ = window.place;
  if (window.value) variants.current_window_ = *window.value;
  if (!window.param.empty()) {
    const auto place = FindParamPlace(sources, window.param);
    if (!place || !place->duration) {
      return Refuse("param " + EscapeForTerminal(window.param) +
                    " is no duration");
    }
    variants.window_place_ = place->place;
    variants.current_window_ = *place->duration;
  }
  return variants;
}

std::vector<RuleSource> TuneVariants::Texts(int64_t threshold,
                                            Duration window) const {
  std::vector<TextReplacement> replacements;
  if (threshold != current_) {
    replacements.push_back({number_place_, std::to_string(threshold)});
  }
  if (window != current_window_) {
    replacements.push_back({window_place_, FormatDuration(window)});
  }
  return Rewritten(sources_, std::move(replacements));
}

absl::StatusOr<std::shared_ptr<const Plan>> TuneVariants::Compile(
    int64_t threshold, Duration window, DiagnosticList* diagnostics) const {
  const std::vector<RuleSource> texts = Texts(threshold, window);
  CompileOptions options;
  options.build_tests = false;
  CompileResult compiled = CompileRules(texts, files_, options);
  const RulePlan* const rule =
      compiled.plan == nullptr ? nullptr : FindRule(*compiled.plan, rule_);
  if (rule == nullptr) {
    diagnostics->Merge(std::move(compiled.diagnostics));
    return Refuse("the rule does not compile with the threshold " +
                  std::to_string(threshold) + " and the window " +
                  FormatDuration(window));
  }
  const std::shared_ptr<const Plan>& plan = compiled.plan;
  // Rules meet in the budgets of the policy and in events of alerts, nowhere
  // else. Of the former there is one for rules with `when`, one for the others.
  const bool has_alert_rules =
      std::any_of(plan->rules().begin(), plan->rules().end(),
                  [](const auto& each) { return (each->kinds & kAlertKind) != 0; });
  std::vector<std::shared_ptr<const RulePlan>> rules;
  for (const auto& each : plan->rules()) {
    const bool is_needed =
        each.get() == rule || (rule->kinds & kAlertKind) != 0 ||
        (!plan->policy_limits().empty() &&
         (has_alert_rules || each->has_when() == rule->has_when()));
    if (is_needed) rules.push_back(each);
  }
  return std::make_shared<const Plan>(
      std::shared_ptr<const PlanPool>(plan, &plan->pool()), std::move(rules),
      plan->policy_limits(), nullptr);
}

std::shared_ptr<const Plan> TuneVariants::Bare(
    const std::shared_ptr<const Plan>& plan) const {
  const RulePlan* const full = FindRule(*plan, rule_);
  RulePlan bare = *full;
  bare.mutes.clear();
  bare.limits.clear();
  bare.escalations.clear();
  bare.fields.clear();
  bare.title.clear();
  bare.summary.clear();
  bare.runbook.clear();
  bare.evidence_first = 0;
  bare.evidence_last = 0;
  bare.resolve = false;
  std::vector<std::shared_ptr<const RulePlan>> rules;
  if ((full->kinds & kAlertKind) != 0) {
    for (const auto& rule : plan->rules()) {
      if (rule->name != rule_) rules.push_back(rule);
    }
  }
  rules.push_back(std::make_shared<const RulePlan>(std::move(bare)));
  return std::make_shared<const Plan>(
      std::shared_ptr<const PlanPool>(plan, &plan->pool()), std::move(rules),
      std::vector<LimitPlan>(), nullptr);
}

std::string TuneVariants::Patch(const TextReplacement& replacement) const {
  const RuleSource& source = sources_[replacement.place.source];
  const std::vector<RuleSource> texts = Rewritten(sources_, {replacement});
  CompileOptions options;
  options.build_tests = false;
  if (CompileRules(texts, files_, options).plan == nullptr) return "";
  return UnifiedDiff(source.path, source.text, source.path,
                     texts[replacement.place.source].text);
}

}  // namespace mqwarden
