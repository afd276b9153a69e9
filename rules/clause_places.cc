#include "mqwarden/rules/clause_places.h"

#include <memory>
#include <utility>
#include <vector>

#include "mqwarden/rules/ast.h"
#include "mqwarden/rules/diagnostic.h"
#include "mqwarden/rules/parser.h"

namespace mqwarden {

ClausePlaces::ClausePlaces(std::span<const RuleSource> sources) {
  std::vector<ast::File> files;
  for (const RuleSource& source : sources) {
    DiagnosticList ignored;  // the compiler tells them
    files.push_back(
        Parse(std::make_shared<const RuleText>(source.path, source.text),
              &ignored));
  }
  for (const ast::File& file : files) {
    const auto place = [&file](Span span) {
      return ClausePlace{file.text->path(), file.text->PositionOf(span.begin).line};
    };
    const auto add_silences = [&](std::string_view rule, const auto& from) {
      for (const ast::Exclude& c : from.excludes) Add(rule, "exclude", place(c.span));
      for (const ast::Mute& c : from.mutes) Add(rule, "mute", place(c.span));
      for (const ast::Limit& c : from.limits) Add(rule, "limit", place(c.span));
    };
    for (const ast::Policy& policy : file.policies) add_silences("", policy);
    for (const ast::Rule& rule : file.rules) {
      const std::string_view name = rule.name.text;
      Add(name, "rule", place(rule.name.span));
      if (rule.where) Add(name, "where", place(rule.where->span));
      add_silences(name, rule);
      for (const ast::SeverityLine& c : rule.severity) {
        Add(name, "severity", place(c.span));
      }
      for (const ast::Escalate& c : rule.escalations) {
        Add(name, "escalate", place(c.span));
      }
      if (rule.resolve) Add(name, "resolve", place(*rule.resolve));
      if (!rule.when) continue;
      Add(name, "when", place(rule.when->span));
      for (const ast::SequenceStep& c : rule.when->steps) {
        Add(name, "step", place(c.span));
      }
    }
  }
  // After all rules: in a plan they follow a rule's own, whatever their file.
  for (const ast::File& file : files) {
    for (const ast::Amendment& amendment : file.amendments) {
      const auto place = [&file](Span span) {
        return ClausePlace{file.text->path(),
                           file.text->PositionOf(span.begin).line};
      };
      const std::string_view name = amendment.rule.text;
      for (const ast::Exclude& c : amendment.excludes) {
        Add(name, "exclude", place(c.span));
      }
      for (const ast::Mute& c : amendment.mutes) Add(name, "mute", place(c.span));
      for (const ast::Limit& c : amendment.limits) {
        Add(name, "limit", place(c.span));
      }
    }
  }
}

void ClausePlaces::Add(std::string_view rule, std::string_view clause,
                       ClausePlace place) {
  size_t& count = counts_[{std::string(rule), std::string(clause)}];
  places_[{std::string(rule), std::string(clause), count++}] = std::move(place);
}

size_t ClausePlaces::Count(std::string_view rule,
                           std::string_view clause) const {
  const auto found = counts_.find({std::string(rule), std::string(clause)});
  return found == counts_.end() ? 0 : found->second;
}

ClausePlace ClausePlaces::Find(std::string_view rule, std::string_view clause,
                               size_t number) const {
  const auto found =
      places_.find({std::string(rule), std::string(clause), number});
  if (found != places_.end()) return found->second;
  const auto whole = places_.find({std::string(rule), "rule", 0});
  return whole == places_.end() ? ClausePlace() : whole->second;
}

}  // namespace mqwarden
