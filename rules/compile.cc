#include "mqwarden/rules/compile.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "mqwarden/rules/ast.h"
#include "mqwarden/rules/checked_rule.h"
#include "mqwarden/rules/compiler.h"
#include "mqwarden/rules/definition_set.h"
#include "mqwarden/rules/definitions.h"
#include "mqwarden/rules/expr_checker.h"
#include "mqwarden/rules/expr_pool.h"
#include "mqwarden/rules/lint.h"
#include "mqwarden/rules/parsed_source.h"
#include "mqwarden/rules/parser.h"
#include "mqwarden/rules/report.h"
#include "mqwarden/rules/rule_checker.h"
#include "mqwarden/rules/test_checker.h"

namespace mqwarden {
namespace {

constexpr size_t kMaxRules = 10'000;

// The trees in the order of their paths, so that the order in which files were
// given changes nothing.
std::vector<std::reference_wrapper<const ast::File>> InOrder(
    std::span<const ParsedSource> sources) {
  std::vector<std::reference_wrapper<const ast::File>> files;
  for (const ParsedSource& source : sources) files.push_back(*source.tree);
  std::stable_sort(files.begin(), files.end(),
                   [](const ast::File& a, const ast::File& b) {
                     return a.text->path() < b.text->path();
                   });
  return files;
}

// Names of rules and reports are unique, and there are not too many rules, nor
// none.
void CheckRuleNames(RuleTrees files, DiagnosticList* diagnostics) {
  struct Place {
    RuleTextPtr text;
    Span span;
  };
  std::map<std::string, Place, std::less<>> seen;
  size_t rules = 0;
  for (const ast::File& file : files) {
    for (const ast::Rule& rule : file.rules) {
      if (++rules == kMaxRules + 1) {
        Report(diagnostics, DiagnosticCode::kTooManyRules, file.text,
               rule.name.span)
            .Message("more than " + std::to_string(kMaxRules) + " rules")
            .Label("the first too many");
      }
      const auto [it, is_new] =
          seen.try_emplace(rule.name.text, Place{file.text, rule.name.span});
      if (is_new) continue;
      Report(diagnostics, DiagnosticCode::kDuplicateName, file.text,
             rule.name.span)
          .Message("the rule " + Quoted(rule.name.text) + " is defined twice")
          .Second(it->second.text, it->second.span, "first here");
    }
  }
  std::map<std::string, Place, std::less<>> reports;
  for (const ast::File& file : files) {
    for (const ast::Report& report : file.reports) {
      const auto [it, is_new] = reports.try_emplace(
          report.name.text, Place{file.text, report.name.span});
      if (is_new) continue;
      Report(diagnostics, DiagnosticCode::kDuplicateName, file.text,
             report.name.span)
          .Message("the report " + Quoted(report.name.text) +
                   " is defined twice")
          .Second(it->second.text, it->second.span, "first here");
    }
  }
  if (rules == 0 && !diagnostics->has_errors()) {
    Report(diagnostics, DiagnosticCode::kNoRule, nullptr, {})
        .Message("no rule found");
  }
}

void AddNames(const RulePlan& plan, AlertNames* names) {
  for (const KeyPart& key : plan.by) names->insert(key.name);
  for (const AlertFieldPlan& field : plan.fields) names->insert(field.name);
  if (!plan.seen.has_value()) return;
  for (const KeyPart& key : plan.seen->tuple) names->insert(key.name);
}

// Reads each file once, however often definitions are read again for a test.
class CachingReader final : public FileReader {
 public:
  explicit CachingReader(FileReader* reader) : reader_(*reader) {}

  absl::StatusOr<std::string> Read(std::string_view rule_path,
                                   std::string_view name) override {
    const auto [it, is_new] = files_.try_emplace(
        {std::string(rule_path), std::string(name)}, absl::UnknownError(""));
    if (is_new) it->second = reader_.Read(rule_path, name);
    return it->second;
  }

 private:
  FileReader& reader_;
  std::map<std::pair<std::string, std::string>, absl::StatusOr<std::string>>
      files_;
};

// What a site says about the rules of others.
struct Site {
  std::map<std::string, std::vector<AmendedBy>, std::less<>> amendments;
  std::set<std::string, std::less<>> disabled;
};

// One way to compile the set.
struct Variant {
  DefinitionSet definitions;
  const Site* site = nullptr;          // null: as shipped
  const ast::Rule* only = nullptr;     // null: all rules
};

class Compiler {
 public:
  Compiler(RuleTrees files, FileReader* reader, const CompileOptions& options,
           CompileResult* result)
      : files_(files),
        reader_(reader),
        options_(options),
        result_(*result),
        tests_(options.build_tests, reader) {}

  void Run() {
    const DefinitionSet own = DefinitionSet::Of(files_);
    FindNames();
    if (options_.only_rule.empty()) {
      CompileAll(own);
    } else {
      CompileOne(own);
    }
    if (result_.diagnostics.has_errors()) {
      result_.plan = nullptr;
      result_.shipped_plan = nullptr;
    }
    if (result_.plan == nullptr || !options_.build_tests) {
      result_.tests.clear();
    }
    std::stable_sort(result_.tests.begin(), result_.tests.end(),
                     [](const RuleTest& a, const RuleTest& b) {
                       if (a.text != b.text) {
                         return a.text->path() < b.text->path();
                       }
                       return a.span.begin < b.span.begin;
                     });
  }

 private:
  void CompileAll(const DefinitionSet& own) {
    Variant deployed{own, nullptr, nullptr};
    ReadSite(&deployed.definitions);
    const bool has_site = !site_.amendments.empty() ||
                          !site_.disabled.empty() || has_overrides_;
    if (has_site) deployed.site = &site_;
    DiagnosticList* const diagnostics = &result_.diagnostics;
    Set deployed_set(this, deployed, diagnostics);
    CheckSetTests(deployed_set);
    DiagnosticList shipped_diagnostics;
    std::optional<Set> shipped_set;
    if (has_site) {
      // What is wrong both ways has been reported.
      shipped_set.emplace(this, Variant{own, nullptr, nullptr},
                          &shipped_diagnostics);
      if (!diagnostics->has_errors()) {
        diagnostics->Merge(std::move(shipped_diagnostics));
      }
    }
    CheckRuleTests(has_site ? *shipped_set : deployed_set);
    if (!diagnostics->has_errors()) {
      deployed_set.Lint(diagnostics);
      deployed_set.Build(diagnostics);
      if (has_site) shipped_set->Build(diagnostics);
    }
    result_.plan = deployed_set.plan();
    result_.shipped_plan = has_site ? shipped_set->plan() : result_.plan;
    if (has_site) {
      for (RuleTest& test : result_.tests) {
        if (!test.rule.empty()) test.plan = result_.shipped_plan;
      }
    }
    if (!result_.diagnostics.has_errors()) {
      BuildOwnPlans(own, deployed.definitions);
    }
  }

  void CompileOne(const DefinitionSet& own) {
    DiagnosticList* const diagnostics = &result_.diagnostics;
    const ast::Rule* const rule = FindRule(options_.only_rule);
    if (rule == nullptr) {
      Report(diagnostics, DiagnosticCode::kNoRule, nullptr, {})
          .Message("there is no rule " + Quoted(options_.only_rule));
      return;
    }
    Set set(this, Variant{own, nullptr, rule}, diagnostics);
    CheckRuleTests(set);
    if (diagnostics->has_errors()) return;
    set.Build(diagnostics);
    result_.plan = set.plan();
    result_.shipped_plan = set.plan();
    BuildOwnPlans(own, own);
  }

  const ast::Rule* FindRule(std::string_view name) const {
    for (const ast::File& file : files_) {
      for (const ast::Rule& rule : file.rules) {
        if (rule.name.text == name) return &rule;
      }
    }
    return nullptr;
  }

  // The definitions and rules of one variant, checked.
  class Set {
   public:
    // Checks all of it; what is wrong goes to `diagnostics`.
    Set(const Compiler* compiler, const Variant& variant,
        DiagnosticList* diagnostics)
        : compiler_(*compiler),
          site_(variant.site),
          definitions_(variant.definitions, compiler->reader_, &pool_,
                       diagnostics),
          exprs_(&definitions_, &pool_, diagnostics) {
      exprs_.set_group_names(&compiler->group_names_);
      exprs_.CheckAllMacros();
      RuleChecker checker(&exprs_, &pool_, diagnostics);
      for (const ast::File& file : compiler->files_) {
        for (const ast::Policy& block : file.policies) {
          checker.Check(file.text, block, &policy_);
        }
      }
      for (const ast::File& file : compiler->files_) {
        for (const ast::Rule& rule : file.rules) {
          if (variant.only != nullptr && variant.only != &rule) continue;
          CheckRule(&checker, file.text, rule);
        }
        if (variant.only != nullptr) continue;
        for (const ast::Report& report : file.reports) {
          auto checked = checker.Check(file.text, report);
          if (checked.has_value()) reports_.push_back(*std::move(checked));
        }
      }
    }
    Set(const Set&) = delete;
    Set& operator=(const Set&) = delete;

    // The next two where there is no error. Build() comes last and once.
    void Lint(DiagnosticList* diagnostics) const {
      LintRules({.definitions = definitions_,
                 .checker = exprs_,
                 .pool = pool_,
                 .rules = rules_,
                 .reports = reports_},
                compiler_.options_.disabled_checks, diagnostics);
    }
    void Build(DiagnosticList* diagnostics) {
      if (site_ != nullptr) {
        std::erase_if(rules_, [&](const CheckedRule& rule) {
          return site_->disabled.contains(rule.plan.name);
        });
        if (rules_.empty()) {
          Report(diagnostics, DiagnosticCode::kNoRule, nullptr, {})
              .Message("every rule is disabled");
          return;
        }
      }
      plan_ = BuildPlan(std::move(rules_), std::move(reports_), policy_,
                        definitions_.inventory(), &pool_, diagnostics);
    }

    const std::shared_ptr<const Plan>& plan() const { return plan_; }
    Definitions* definitions() const { return &definitions_; }
    const AlertNames& all_names() const { return all_names_; }
    // Null where the rule is wrong.
    const AlertNames* names_of(const ast::Rule* rule) const {
      const auto found = names_.find(rule);
      return found == names_.end() ? nullptr : &found->second;
    }

   private:
    void CheckRule(RuleChecker* checker, const RuleTextPtr& text,
                   const ast::Rule& rule) {
      std::span<const AmendedBy> amendments;
      if (site_ != nullptr) {
        const auto found = site_->amendments.find(rule.name.text);
        if (found != site_->amendments.end()) amendments = found->second;
      }
      auto checked = checker->Check(text, rule, amendments);
      if (!checked.has_value()) return;
      AddNames(checked->plan, &names_[&rule]);
      AddNames(checked->plan, &all_names_);
      rules_.push_back(*std::move(checked));
    }

    const Compiler& compiler_;
    const Site* const site_;
    ExprPool pool_;
    mutable Definitions definitions_;
    ExprChecker exprs_;
    CheckedPolicy policy_;
    std::vector<CheckedRule> rules_;
    std::vector<CheckedReport> reports_;
    std::map<const ast::Rule*, AlertNames> names_;
    AlertNames all_names_;
    std::shared_ptr<const Plan> plan_;
  };

  // A test whose definitions are its own, and the rule in which it stands.
  struct OwnPlan {
    const ast::File* file;
    const ast::Rule* rule;  // null: outside any rule
    const ast::Test* test;
  };

  void ReadSite(DefinitionSet* deployed) {
    DiagnosticList* const diagnostics = &result_.diagnostics;
    std::set<std::string, std::less<>> rules;
    for (const ast::File& file : files_) {
      for (const ast::Rule& rule : file.rules) rules.insert(rule.name.text);
    }
    std::map<std::pair<std::string, std::string>, std::pair<RuleTextPtr, Span>>
        seen;
    const auto names_rule = [&](const RuleTextPtr& text, const ast::Name& name,
                                const std::string& word) {
      const auto [it, is_new] =
          seen.try_emplace({word, name.text}, std::pair(text, name.span));
      if (!is_new) {
        Report(diagnostics, DiagnosticCode::kDuplicateName, text, name.span)
            .Message("two `" + word + "` of the rule " + Quoted(name.text))
            .Second(it->second.first, it->second.second, "first here");
        return false;
      }
      if (rules.contains(name.text)) return true;
      const std::vector<std::string_view> names(rules.begin(), rules.end());
      Report(diagnostics, DiagnosticCode::kUnknownName, text, name.span)
          .Message("there is no rule " + Quoted(name.text))
          .Help(DidYouMean(*diagnostics, name.text, names));
      return false;
    };
    Replacer replacer("override", deployed, diagnostics);
    for (const ast::File& file : files_) {
      has_overrides_ |= !file.overrides.empty();
      for (const ast::Replacement& replacement : file.overrides) {
        replacer.Replace(file.text, replacement);
      }
      for (const ast::Amendment& amendment : file.amendments) {
        if (!names_rule(file.text, amendment.rule, "amend")) continue;
        site_.amendments[amendment.rule.text].push_back(
            {file.text, &amendment});
      }
      for (const ast::Disabling& disabling : file.disablings) {
        if (!names_rule(file.text, disabling.rule, "disable")) continue;
        site_.disabled.insert(disabling.rule.text);
      }
    }
  }

  // What the groups of alerts are called, which rules on alerts may name.
  void FindNames() {
    for (const ast::File& file : files_) {
      for (const ast::Rule& rule : file.rules) {
        for (const ast::KeyPart& part : rule.by) {
          const std::string name =
              part.name.has_value() ? part.name->text : OwnName(part.expr);
          if (!name.empty()) group_names_.insert(name);
        }
      }
    }
  }

  void CheckRuleTests(const Set& set) {
    for (const ast::File& file : files_) {
      for (const ast::Rule& rule : file.rules) {
        const AlertNames* const names = set.names_of(&rule);
        if (names == nullptr) continue;
        for (const ast::Test& test : rule.tests) {
          CheckTest(set, {&file, &rule, &test}, *names);
        }
      }
    }
  }

  void CheckSetTests(const Set& set) {
    for (const ast::File& file : files_) {
      for (const ast::Test& test : file.tests) {
        CheckTest(set, {&file, nullptr, &test}, set.all_names());
      }
    }
  }

  void CheckTest(const Set& set, const OwnPlan& place,
                 const AlertNames& names) {
    if (!place.test->with.empty() && !place.test->broken) {
      own_plans_.push_back(place);
      return;
    }
    auto built = tests_.Check(place.file->text, *place.test,
                              place.rule == nullptr ? "" : place.rule->name.text,
                              names, set.definitions(), &result_.diagnostics);
    if (built.has_value()) result_.tests.push_back(*std::move(built));
  }

  // Compiles for each test with definitions of its own what it runs: its rule
  // with what that names, or the whole set.
  void BuildOwnPlans(const DefinitionSet& shipped,
                     const DefinitionSet& deployed) {
    size_t whole_sets = 0;
    size_t scanned = 0;
    const DefinitionIndex index(shipped);
    for (const OwnPlan& place : own_plans_) {
      DiagnosticList* const diagnostics = &result_.diagnostics;
      if (place.rule == nullptr && ++whole_sets > kMaxOwnSets) {
        Report(diagnostics, DiagnosticCode::kOutOfRange, place.file->text,
               place.test->name.span)
            .Message("at most " + std::to_string(kMaxOwnSets) +
                     " tests outside a rule replace definitions");
        return;
      }
      Variant variant;
      variant.only = place.rule;
      if (place.rule == nullptr) {
        variant.definitions = deployed;
        if (result_.shipped_plan != result_.plan) variant.site = &site_;
      } else {
        variant.definitions = index.NamedIn(RootsOf(place), &scanned);
        if (scanned > kMaxOwnBytes) {
          Report(diagnostics, DiagnosticCode::kOutOfRange, place.file->text,
                 place.test->name.span)
              .Message("the tests up to this one that replace definitions need "
                       "too many others");
          return;
        }
      }
      Replacer replacer("with", &variant.definitions, diagnostics);
      const int errors = diagnostics->error_count();
      for (const ast::Replacement& replacement : place.test->with) {
        replacer.Replace(place.file->text, replacement);
      }
      if (diagnostics->error_count() != errors) continue;
      Set set(this, variant, diagnostics);
      const AlertNames* const names =
          place.rule == nullptr ? &set.all_names() : set.names_of(place.rule);
      if (names == nullptr) continue;
      auto built = tests_.Check(
          place.file->text, *place.test,
          place.rule == nullptr ? "" : place.rule->name.text, *names,
          set.definitions(), diagnostics);
      if (!built.has_value() || diagnostics->has_errors()) continue;
      set.Build(diagnostics);
      built->plan = set.plan();
      result_.tests.push_back(*std::move(built));
    }
  }

  // The texts that name what the rule of a test needs.
  std::vector<std::string_view> RootsOf(const OwnPlan& place) const {
    std::vector<std::string_view> roots = {
        place.file->text->Slice(place.rule->span)};
    for (const ast::Replacement& replacement : place.test->with) {
      roots.push_back(place.file->text->Slice(replacement.span));
    }
    for (const ast::File& file : files_) {
      for (const ast::Policy& policy : file.policies) {
        roots.push_back(file.text->Slice(policy.span));
      }
    }
    return roots;
  }

  // What tests with definitions of their own may cost: sets compiled as a
  // whole, and text of definitions compiled again.
  static constexpr size_t kMaxOwnSets = 100;
  static constexpr size_t kMaxOwnBytes = size_t{32} << 20;

  const RuleTrees files_;
  FileReader* const reader_;
  const CompileOptions& options_;
  CompileResult& result_;
  TestChecker tests_;
  Site site_;
  bool has_overrides_ = false;
  std::set<std::string, std::less<>> group_names_;
  std::vector<OwnPlan> own_plans_;
};

}  // namespace

CompileResult CompileRules(std::span<const RuleSource> sources,
                           FileReader* files, const CompileOptions& options) {
  std::vector<ParsedSource> parsed;
  for (const RuleSource& source : sources) {
    parsed.push_back(ParseSource(source.path, source.text));
  }
  return CompileParsed(parsed, files, options);
}

ParsedSource ParseSource(std::string path, std::string text) {
  ParsedSource parsed;
  parsed.tree = std::make_shared<const ast::File>(Parse(
      std::make_shared<const RuleText>(std::move(path), std::move(text)),
      &parsed.diagnostics));
  return parsed;
}

CompileResult CompileParsed(std::span<const ParsedSource> sources,
                            FileReader* files, const CompileOptions& options) {
  CompileResult result;
  for (const ParsedSource& source : sources) {
    result.diagnostics.Merge(source.diagnostics);
  }
  const auto trees = InOrder(sources);
  CheckRuleNames(trees, &result.diagnostics);
  std::optional<CachingReader> reader;
  if (files != nullptr) reader.emplace(files);
  Compiler(trees, reader.has_value() ? &*reader : nullptr, options,
           &result)
      .Run();
  return result;
}

std::shared_ptr<const Plan> PlanOfRule(const std::shared_ptr<const Plan>& plan,
                                       std::string_view rule) {
  return plan->WithRule(rule);
}

}  // namespace mqwarden
