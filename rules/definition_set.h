// Which definitions a rule set is compiled with: those of its files, and what a
// site or a test puts in their place. Points into the trees, which outlive it.
#ifndef MQWARDEN_RULES_DEFINITION_SET_H_
#define MQWARDEN_RULES_DEFINITION_SET_H_

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "mqwarden/rules/ast.h"
#include "mqwarden/rules/report.h"

namespace mqwarden {

// The trees of a rule set, which others own.
using RuleTrees = std::span<const std::reference_wrapper<const ast::File>>;

template <typename Def>
struct Placed {
  RuleTextPtr text;
  const Def* def;
};

struct DefinitionSet {
  std::vector<Placed<ast::ParamDef>> params;
  std::vector<Placed<ast::ListDef>> lists;
  std::vector<Placed<ast::RecentDef>> recents;
  std::vector<Placed<ast::TableDef>> tables;
  std::vector<Placed<ast::InventoryDef>> inventories;
  std::vector<Placed<ast::PatternsDef>> patterns;
  std::vector<Placed<ast::CalendarDef>> calendars;
  std::vector<Placed<ast::MacroDef>> macros;
  std::vector<std::string> refused;

  static DefinitionSet Of(RuleTrees files);
};

// Puts definitions in the place of others of their name and sort. Two of one
// name, and one of nothing, are reported.
class Replacer final {
 public:
  // `word` is "override" or "with".
  Replacer(std::string_view word, DefinitionSet* set,
           DiagnosticList* diagnostics)
      : word_(word), set_(*set), diagnostics_(diagnostics) {}
  Replacer(const Replacer&) = delete;
  Replacer& operator=(const Replacer&) = delete;

  void Replace(const RuleTextPtr& text, const ast::Replacement& replacement);

 private:
  template <typename Def>
  void Put(const RuleTextPtr& text, const ast::Replacement& replacement,
           const Def& def, std::string_view sort,
           std::vector<Placed<Def>>* all);

  const std::string word_;
  DefinitionSet& set_;
  DiagnosticList* const diagnostics_;
  std::map<std::pair<std::string, std::string>, Placed<ast::Replacement>>
      seen_;
};

// The definitions of a set by name, to take a few of them out of many. The set
// outlives it.
class DefinitionIndex final {
 public:
  explicit DefinitionIndex(const DefinitionSet& set);

  // Those that the texts of `roots`, or a definition found so, may name: every
  // word is taken for a name. The inventory is always among them. Adds to
  // `*scanned` how many bytes were looked at.
  DefinitionSet NamedIn(std::span<const std::string_view> roots,
                        size_t* scanned) const;

 private:
  struct Entry {
    std::string_view text;  // of the whole definition
    void (*keep)(const DefinitionSet& from, size_t index, DefinitionSet* to);
    size_t index;
  };
  template <typename Def>
  void Add(const std::vector<Placed<Def>>& all,
           void (*keep)(const DefinitionSet&, size_t, DefinitionSet*));

  const DefinitionSet& set_;
  absl::flat_hash_map<std::string_view, Entry> entries_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_DEFINITION_SET_H_
