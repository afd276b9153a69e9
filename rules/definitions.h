// The definitions of a rule set by name: params, lists, recents, tables,
// patterns, calendars and macros, with the contents of the files that they
// name, and the inventory.
//
// Names are global to the set. Files are read once, through the host's
// FileReader; what is wrong with one is a diagnostic that points into it, or at
// its name where it cannot be read. A definition that is wrong is `broken`: its
// name is known, and whoever uses it gets no second error.
//
// Lists have no type here: an entry takes the type of what it is compared with.
// Nor have params: one stands for its literal, whose place is then that of the
// use.
// Pointers into this class stay good as long as it lives.
#ifndef MQWARDEN_RULES_DEFINITIONS_H_
#define MQWARDEN_RULES_DEFINITIONS_H_

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/engine/plan.h"
#include "mqwarden/rules/ast.h"
#include "mqwarden/rules/definition_set.h"
#include "mqwarden/rules/expr_pool.h"
#include "mqwarden/rules/file_reader.h"
#include "mqwarden/rules/report.h"
#include "mqwarden/rules/types.h"
#include "mqwarden/schema/inventory.h"

namespace mqwarden {

// One value of a list, not yet typed: a literal of a rule text, or a line of a
// file.
struct ListEntry {
  Span span;
  const ast::Expr* literal = nullptr;
  std::string_view line;
};

struct EntryList {
  RuleTextPtr text;  // what the spans point into
  std::vector<ListEntry> entries;
  std::string name;  // of the definition; "" for `[ … ]` in a condition
  std::string file;  // as written behind `from`; "" for `[ … ]`
};

struct ParamInfo {
  const ast::ParamDef* def;
  RuleTextPtr text;
  bool broken = false;
  bool used = false;
};

struct ListInfo {
  const ast::ListDef* def;
  RuleTextPtr text;
  EntryList list;
  bool broken = false;
  bool used = false;
};

struct TableInfo {
  const ast::TableDef* def;
  RuleTextPtr text;
  uint32_t index = 0;  // in the pool
  std::vector<std::string> columns;
  bool broken = false;
  bool used = false;
};

struct PatternsInfo {
  const ast::PatternsDef* def;
  RuleTextPtr text;
  bool broken = false;
  bool used = false;
  // What was made of it for texts and for addresses.
  std::optional<uint32_t> globs;
  std::optional<uint32_t> networks;
};

struct CalendarInfo {
  const ast::CalendarDef* def;
  RuleTextPtr text;
  uint32_t index = 0;  // in the pool
  size_t keys = 0;
  bool broken = false;
  bool used = false;
};

struct RecentInfo {
  enum class State : uint8_t { kUnchecked, kChecking, kChecked };
  const ast::RecentDef* def;
  RuleTextPtr text;
  State state = State::kUnchecked;
  uint32_t index = 0;  // in the pool
  std::vector<Checked> tuple;
  bool broken = false;
  bool used = false;
};

struct MacroInfo {
  enum class State : uint8_t { kUnchecked, kChecking, kChecked };
  const ast::MacroDef* def;
  RuleTextPtr text;
  State state = State::kUnchecked;
  Checked condition;
  int nesting = 0;  // how many macros stand in one another here, this included
  bool used = false;
};

class Definitions final {
 public:
  // A data file longer than this is refused.
  static constexpr size_t kMaxFileBytes = size_t{64} << 20;

  // `set` in the order of paths. `reader` may be null where no definition names
  // a file.
  Definitions(const DefinitionSet& set, FileReader* reader, ExprPool* pool,
              DiagnosticList* diagnostics);
  Definitions(const Definitions&) = delete;
  Definitions& operator=(const Definitions&) = delete;

  // By name; null when there is none of that sort.
  ParamInfo* FindParam(std::string_view name);
  CalendarInfo* FindCalendar(std::string_view name);
  RecentInfo* FindRecent(std::string_view name);
  ListInfo* FindList(std::string_view name);
  TableInfo* FindTable(std::string_view name);
  PatternsInfo* FindPatterns(std::string_view name);
  MacroInfo* FindMacro(std::string_view name);

  // What the name of a param stands for at the place `use`: a literal. Null
  // for any other name, and, in `*broken`, whether it is a param all the same.
  const ast::Expr* ParamLiteral(const ast::Expr& use, bool* broken);
  // Appends literals as entries, params replaced. Whether they are of one type;
  // reports the first that is not.
  bool AddEntries(const RuleTextPtr& text,
                  const std::vector<ast::Expr>& elements, EntryList* list);

  // "a list", "a table", "a set of patterns", "a macro" and the like; "" for a
  // name that no definition has.
  std::string_view SortOf(std::string_view name) const;
  // Whether a definition of that name was refused: then nobody knows what the
  // name was to mean, and its uses get no error of their own.
  bool WasRefused(std::string_view name) const;

  // In the order of their names.
  std::vector<std::string_view> ParamNames() const;
  std::vector<std::string_view> CalendarNames() const;
  std::vector<std::string_view> RecentNames() const;
  std::vector<std::string_view> ListNames() const;
  std::vector<std::string_view> TableNames() const;
  std::vector<std::string_view> PatternsNames() const;
  std::vector<std::string_view> MacroNames() const;

  const std::shared_ptr<const Inventory>& inventory() const {
    return inventory_;
  }

  template <typename Info>
  using ByName = std::map<std::string, Info, std::less<>>;
  const ByName<ParamInfo>& params() const { return params_; }
  const ByName<CalendarInfo>& calendars() const { return calendars_; }
  const ByName<RecentInfo>& recents() const { return recents_; }
  const ByName<ListInfo>& lists() const { return lists_; }
  const ByName<TableInfo>& tables() const { return tables_; }
  const ByName<PatternsInfo>& patterns() const { return patterns_; }
  const ByName<MacroInfo>& macros() const { return macros_; }

 private:
  // False when the name is taken, which has been reported.
  bool Claim(const RuleTextPtr& text, const ast::Name& name);
  void AddParam(const RuleTextPtr& text, const ast::ParamDef& def);
  void AddCalendar(const RuleTextPtr& text, const ast::CalendarDef& def);
  void AddRecent(const RuleTextPtr& text, const ast::RecentDef& def);
  void AddList(const RuleTextPtr& text, const ast::ListDef& def);
  void AddTable(const RuleTextPtr& text, const ast::TableDef& def);
  void AddPatterns(const RuleTextPtr& text, const ast::PatternsDef& def);
  void AddMacro(const RuleTextPtr& text, const ast::MacroDef& def);
  void AddInventory(const RuleTextPtr& text, const ast::InventoryDef& def);
  // Reports and gives null when it cannot be read.
  RuleTextPtr ReadFile(const RuleTextPtr& text,
                       const ast::StringLiteral& name);

  struct Claimed {
    RuleTextPtr text;
    Span span;
  };

  FileReader* const reader_;
  ExprPool* const pool_;
  DiagnosticList* const diagnostics_;
  std::map<std::string, Claimed, std::less<>> claimed_;
  std::map<std::string, bool, std::less<>> refused_;
  ByName<ParamInfo> params_;
  ByName<CalendarInfo> calendars_;
  ByName<RecentInfo> recents_;
  std::deque<ast::Expr> param_uses_;
  ByName<ListInfo> lists_;
  ByName<TableInfo> tables_;
  ByName<PatternsInfo> patterns_;
  ByName<MacroInfo> macros_;
  std::optional<Claimed> inventory_place_;
  std::shared_ptr<const Inventory> inventory_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_DEFINITIONS_H_
