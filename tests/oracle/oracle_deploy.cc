#include "mqwarden/tests/oracle/oracle_deploy.h"

#include <algorithm>
#include <map>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace mqwarden::oracle {
namespace {

template <typename T>
void Append(const std::vector<T>& from, std::vector<T>* to) {
  to->insert(to->end(), from.begin(), from.end());
}

void Join(const ast::File& from, ast::File* to) {
  Append(from.params, &to->params);
  Append(from.lists, &to->lists);
  Append(from.recents, &to->recents);
  Append(from.tables, &to->tables);
  Append(from.inventories, &to->inventories);
  Append(from.patterns, &to->patterns);
  Append(from.calendars, &to->calendars);
  Append(from.macros, &to->macros);
  Append(from.policies, &to->policies);
  Append(from.rules, &to->rules);
  Append(from.reports, &to->reports);
}

// "A site's replacement of a definition of that name."
template <typename Definition>
void Replace(const Definition& by, std::vector<Definition>* definitions) {
  for (Definition& definition : *definitions) {
    if (definition.name.text == by.name.text) definition = by;
  }
}

struct Replacer {
  ast::File* file;
  void operator()(const ast::ParamDef& d) const { Replace(d, &file->params); }
  void operator()(const ast::ListDef& d) const { Replace(d, &file->lists); }
  void operator()(const ast::TableDef& d) const { Replace(d, &file->tables); }
  void operator()(const ast::PatternsDef& d) const {
    Replace(d, &file->patterns);
  }
  void operator()(const ast::CalendarDef& d) const {
    Replace(d, &file->calendars);
  }
  void operator()(const ast::InventoryDef& d) const {
    file->inventories = {d};
  }
};

// "A named constant, usable wherever such a literal is."
class Params {
 public:
  explicit Params(const ast::File& file) {
    for (const ast::ParamDef& param : file.params) {
      values_[param.name.text] = &param.value;
    }
  }

  void Set(ast::Count* given) const {
    if (!given->param.empty()) given->value = Of(given->param).integer;
  }
  void Set(ast::Length* given) const {
    if (!given->param.empty()) given->value = Of(given->param).duration;
  }
  void Set(ast::Moment* given) const {
    if (!given->param.empty()) given->value = Of(given->param).instant;
  }
  void Set(ast::DayTime* given) const {
    if (!given->param.empty()) given->value = Of(given->param).time_of_day;
  }
  void Set(ast::StringLiteral* given) const {
    if (!given->param.empty()) given->value = Of(given->param).string;
  }
  void Set(ast::Expr* e) const {
    if (e->kind == ast::ExprKind::kName) {
      const auto param = values_.find(e->name);
      if (param != values_.end()) *e = ast::Expr(*param->second);
      return;
    }
    for (ast::Expr& child : e->children) Set(&child);
  }
  void Set(ast::TextPart* part) const { Set(&part->expr); }
  void Set(ast::KeyPart* part) const {
    Set(&part->expr);
    Set(&part->from);
  }
  void Set(ast::SeverityLine* line) const { Set(&line->when); }
  void Set(ast::Exclude* exclude) const { Set(&exclude->condition); }
  void Set(ast::SequenceStep* step) const {
    Set(&step->count);
    Set(&step->where);
  }
  void Set(ast::When* when) const {
    Set(&when->condition);
    Set(&when->tuple);
    Set(&when->below);
    Set(&when->window);
    Set(&when->learn);
    Set(&when->steps);
  }
  void Set(ast::Refire* refire) const {
    Set(&refire->below);
    Set(&refire->every);
  }
  void Set(ast::Mute* mute) const {
    Set(&mute->condition);
    Set(&mute->until);
    Set(&mute->calendars);
  }
  void Set(ast::Limit* limit) const {
    Set(&limit->count);
    Set(&limit->per);
    Set(&limit->by);
    Set(&limit->unless);
  }
  void Set(ast::Escalate* escalate) const { Set(&escalate->when); }
  void Set(ast::AlertFieldDecl* field) const { Set(&field->expr); }
  void Set(ast::AlertBlock* alert) const {
    Set(&alert->summary_parts);
    Set(&alert->fields);
    Set(&alert->evidence_first);
    Set(&alert->evidence_last);
  }
  void Set(ast::ListDef* list) const { Set(&list->elements); }
  void Set(ast::PatternsDef::Row* row) const { Set(&row->pattern); }
  void Set(ast::PatternsDef* patterns) const { Set(&patterns->rows); }
  void Set(ast::RecentDef* recent) const {
    Set(&recent->where);
    Set(&recent->by);
    Set(&recent->length);
  }
  void Set(ast::CalendarDef::Weekly* weekly) const {
    Set(&weekly->begin);
    Set(&weekly->end);
  }
  void Set(ast::CalendarDef::Period* period) const {
    Set(&period->begin);
    Set(&period->end);
  }
  void Set(ast::CalendarDef* calendar) const {
    Set(&calendar->tz);
    Set(&calendar->weekly);
    Set(&calendar->periods);
  }
  void Set(ast::MacroDef* macro) const { Set(&macro->condition); }
  void Set(ast::Policy* policy) const {
    Set(&policy->excludes);
    Set(&policy->mutes);
    Set(&policy->limits);
  }
  void Set(ast::Rule* rule) const {
    Set(&rule->title_parts);
    Set(&rule->severity);
    Set(&rule->tags);
    Set(&rule->where);
    Set(&rule->excludes);
    Set(&rule->by);
    Set(&rule->when);
    Set(&rule->refire);
    Set(&rule->mutes);
    Set(&rule->limits);
    Set(&rule->escalations);
    Set(&rule->alert);
  }
  void Set(ast::Report* report) const {
    Set(&report->title_parts);
    Set(&report->where);
    Set(&report->excludes);
    Set(&report->every);
    Set(&report->from);
    Set(&report->tz);
    Set(&report->top);
    Set(&report->by);
    Set(&report->order);
    Set(&report->show);
  }
  template <typename T>
  void Set(std::optional<T>* given) const {
    if (given->has_value()) Set(&**given);
  }
  template <typename T>
  void Set(std::vector<T>* all) const {
    for (T& one : *all) Set(&one);
  }

 private:
  const ast::Expr& Of(const std::string& param) const {
    return *values_.at(param);
  }

  std::map<std::string, const ast::Expr*> values_;
};

}  // namespace

ast::File Deploy(std::span<const ast::File> files) {
  ast::File deployed;
  for (const ast::File& file : files) Join(file, &deployed);
  for (const ast::File& file : files) {
    for (const ast::Replacement& replacement : file.overrides) {
      std::visit(Replacer{&deployed}, replacement.definition);
    }
  }
  for (const ast::File& file : files) {
    for (const ast::Amendment& amendment : file.amendments) {
      for (ast::Rule& rule : deployed.rules) {
        if (rule.name.text != amendment.rule.text) continue;
        Append(amendment.excludes, &rule.excludes);
        Append(amendment.mutes, &rule.mutes);
        Append(amendment.limits, &rule.limits);
        Append(amendment.notify, &rule.notify);
      }
    }
    for (const ast::Disabling& disabling : file.disablings) {
      std::erase_if(deployed.rules, [&](const ast::Rule& rule) {
        return rule.name.text == disabling.rule.text;
      });
    }
  }
  const Params params(deployed);
  params.Set(&deployed.lists);
  params.Set(&deployed.patterns);
  params.Set(&deployed.recents);
  params.Set(&deployed.calendars);
  params.Set(&deployed.macros);
  params.Set(&deployed.policies);
  params.Set(&deployed.rules);
  params.Set(&deployed.reports);
  return deployed;
}

}  // namespace mqwarden::oracle
