#include "mqwarden/rules/definition_set.h"

#include <algorithm>
#include <cstddef>
#include <variant>

#include "absl/container/flat_hash_set.h"
#include "mqwarden/base/text.h"

namespace mqwarden {
namespace {

bool IsWordByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '_';
}

std::string_view NameOf(const ast::InventoryDef&) { return "inventory"; }
template <typename Def>
std::string_view NameOf(const Def& def) {
  return def.name.text;
}

Span NameSpanOf(const ast::InventoryDef& def) { return def.span; }
template <typename Def>
Span NameSpanOf(const Def& def) {
  return def.name.span;
}

template <typename Def>
void Append(const RuleTextPtr& text, const std::vector<Def>& defs,
            std::vector<Placed<Def>>* all) {
  for (const Def& def : defs) all->push_back({text, &def});
}

}  // namespace

DefinitionSet DefinitionSet::Of(RuleTrees files) {
  DefinitionSet set;
  for (const ast::File& file : files) {
    Append(file.text, file.params, &set.params);
    Append(file.text, file.lists, &set.lists);
    Append(file.text, file.recents, &set.recents);
    Append(file.text, file.tables, &set.tables);
    Append(file.text, file.inventories, &set.inventories);
    Append(file.text, file.patterns, &set.patterns);
    Append(file.text, file.calendars, &set.calendars);
    Append(file.text, file.macros, &set.macros);
    for (const ast::Name& name : file.refused) set.refused.push_back(name.text);
  }
  return set;
}

template <typename Def>
void Replacer::Put(const RuleTextPtr& text, const ast::Replacement& replacement,
                   const Def& def, std::string_view sort,
                   std::vector<Placed<Def>>* all) {
  const std::string name(NameOf(def));
  const auto [it, is_new] =
      seen_.try_emplace({std::string(sort), name},
                        Placed<ast::Replacement>{text, &replacement});
  if (!is_new) {
    Report(diagnostics_, DiagnosticCode::kDuplicateName, text, NameSpanOf(def))
        .Message("two `" + word_ + "` of the " + std::string(sort) + " " +
                 Quoted(name))
        .Second(it->second.text, it->second.def->span, "first here");
    return;
  }
  const auto found =
      std::find_if(all->begin(), all->end(), [&](const Placed<Def>& placed) {
        return NameOf(*placed.def) == name;
      });
  if (found != all->end()) {
    *found = {text, &def};
    return;
  }
  std::vector<std::string_view> names;
  for (const Placed<Def>& placed : *all) names.push_back(NameOf(*placed.def));
  Report(diagnostics_, DiagnosticCode::kUnknownName, text, NameSpanOf(def))
      .Message("there is no " + std::string(sort) + " " + Quoted(name) +
               " to replace")
      .Help(DidYouMean(*diagnostics_, name, names));
}

void Replacer::Replace(const RuleTextPtr& text,
                       const ast::Replacement& replacement) {
  const auto put = [&](const auto& def, std::string_view sort, auto* all) {
    Put(text, replacement, def, sort, all);
  };
  const auto& definition = replacement.definition;
  if (const auto* param = std::get_if<ast::ParamDef>(&definition)) {
    put(*param, "param", &set_.params);
  } else if (const auto* list = std::get_if<ast::ListDef>(&definition)) {
    put(*list, "list", &set_.lists);
  } else if (const auto* table = std::get_if<ast::TableDef>(&definition)) {
    put(*table, "table", &set_.tables);
  } else if (const auto* inventory =
                 std::get_if<ast::InventoryDef>(&definition)) {
    put(*inventory, "inventory", &set_.inventories);
  } else if (const auto* patterns =
                 std::get_if<ast::PatternsDef>(&definition)) {
    put(*patterns, "patterns", &set_.patterns);
  } else if (const auto* calendar =
                 std::get_if<ast::CalendarDef>(&definition)) {
    put(*calendar, "calendar", &set_.calendars);
  }
}

template <typename Def>
void DefinitionIndex::Add(const std::vector<Placed<Def>>& all,
                          void (*keep)(const DefinitionSet&, size_t,
                                       DefinitionSet*)) {
  for (size_t i = 0; i < all.size(); ++i) {
    entries_.emplace(NameOf(*all[i].def),
                     Entry{all[i].text->Slice(all[i].def->span), keep, i});
  }
}

DefinitionIndex::DefinitionIndex(const DefinitionSet& set) : set_(set) {
#define MQWARDEN_ADD(member)                                            \
  Add(set.member,                                                       \
      [](const DefinitionSet& from, size_t i, DefinitionSet* to) {      \
        to->member.push_back(from.member[i]);                           \
      })
  MQWARDEN_ADD(params);
  MQWARDEN_ADD(lists);
  MQWARDEN_ADD(recents);
  MQWARDEN_ADD(tables);
  MQWARDEN_ADD(patterns);
  MQWARDEN_ADD(calendars);
  MQWARDEN_ADD(macros);
#undef MQWARDEN_ADD
}

DefinitionSet DefinitionIndex::NamedIn(
    std::span<const std::string_view> roots, size_t* scanned) const {
  DefinitionSet named;
  named.inventories = set_.inventories;
  named.refused = set_.refused;
  absl::flat_hash_set<std::string_view> words;
  std::vector<std::string_view> left(roots.begin(), roots.end());
  while (!left.empty()) {
    const std::string_view text = left.back();
    left.pop_back();
    *scanned += text.size();
    for (size_t at = 0; at < text.size();) {
      size_t end = at;
      while (end < text.size() && IsWordByte(text[end])) ++end;
      const std::string_view word = text.substr(at, end - at);
      at = std::max(end, at + 1);
      if (word.empty() || !words.insert(word).second) continue;
      const auto found = entries_.find(word);
      if (found == entries_.end()) continue;
      found->second.keep(set_, found->second.index, &named);
      left.push_back(found->second.text);
    }
  }
  return named;
}

}  // namespace mqwarden
