#include "mqwarden/rules/definitions.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "mqwarden/base/hash128.h"
#include "mqwarden/base/text.h"
#include "mqwarden/rules/calendar_plan.h"
#include "mqwarden/rules/data_files.h"
#include "mqwarden/schema/field_catalog.h"
#include "mqwarden/schema/mq_constants.h"

namespace mqwarden {
namespace {

constexpr size_t kMaxNameBytes = 128;

constexpr EnumType kEnumTypes[] = {
#define MQWARDEN_ENUM(id, name) EnumType::id,
#define MQWARDEN_ENUM_VALUE(type, value_name, meaning)
#include "mqwarden/schema/enums.def"
#undef MQWARDEN_ENUM
#undef MQWARDEN_ENUM_VALUE
};

// How a file that is named in the rule text at `rule_path` is shown.
std::string ShownPath(std::string_view rule_path, std::string_view name) {
  const size_t slash = rule_path.rfind('/');
  if (slash == std::string_view::npos || (!name.empty() && name[0] == '/')) {
    return std::string(name);
  }
  return std::string(rule_path.substr(0, slash + 1)).append(name);
}

// The type of a list's element as far as a literal says it; "" for what is
// none.
std::string_view SortOfLiteral(const ast::Expr& expr) {
  switch (expr.kind) {
    case ast::ExprKind::kString: return "a text";
    case ast::ExprKind::kInt:
    case ast::ExprKind::kDecimal: return "a number";
    case ast::ExprKind::kNegate: return SortOfLiteral(expr.children[0]);
    case ast::ExprKind::kDuration: return "a duration";
    case ast::ExprKind::kInstant: return "an instant";
    case ast::ExprKind::kName:
      return FindMqConstant(expr.name).has_value() ? "a number" : "a word";
    default: return "";
  }
}

// A value of an enum, `true`, `false` or a constant of IBM MQ.
bool IsWord(std::string_view name) {
  if (name == "true" || name == "false") return true;
  if (FindMqConstant(name).has_value()) return true;
  return std::any_of(std::begin(kEnumTypes), std::end(kEnumTypes),
                     [name](EnumType type) {
                       return FindEnumValue(type, name).has_value();
                     });
}

template <typename Info>
Info* FindIn(Definitions::ByName<Info>& map, std::string_view name) {
  const auto it = map.find(name);
  return it == map.end() ? nullptr : &it->second;
}

template <typename Info>
std::vector<std::string_view> NamesOf(const Definitions::ByName<Info>& map) {
  std::vector<std::string_view> names;
  names.reserve(map.size());
  for (const auto& entry : map) names.push_back(entry.first);
  return names;
}

}  // namespace

const ast::Expr* Definitions::ParamLiteral(const ast::Expr& use,
                                           bool* broken) {
  *broken = false;
  if (use.kind != ast::ExprKind::kName) return nullptr;
  ParamInfo* const param = FindParam(use.name);
  if (param == nullptr) return nullptr;
  param->used = true;
  *broken = param->broken;
  if (param->broken) return nullptr;
  ast::Expr& literal = param_uses_.emplace_back(param->def->value);
  literal.span = use.span;
  return &literal;
}

bool Definitions::AddEntries(const RuleTextPtr& text,
                             const std::vector<ast::Expr>& elements,
                             EntryList* list) {
  list->text = text;
  const ast::Expr* first = nullptr;
  for (const ast::Expr& element : elements) {
    bool broken = false;
    const ast::Expr* literal = ParamLiteral(element, &broken);
    if (broken || element.kind == ast::ExprKind::kError) return false;
    if (literal == nullptr) literal = &element;
    list->entries.push_back({element.span, literal, {}});
    const std::string_view sort = SortOfLiteral(*literal);
    if (sort.empty()) {
      Report(diagnostics_, DiagnosticCode::kMixedList, text, element.span)
          .Message("a list holds literals")
          .Label("not a literal");
      return false;
    }
    if (first == nullptr) {
      first = literal;
    } else if (sort != SortOfLiteral(*first)) {
      Report(diagnostics_, DiagnosticCode::kMixedList, text, element.span)
          .Message("a list holds values of one type")
          .Label(std::string(sort))
          .Second(text, first->span, std::string(SortOfLiteral(*first)));
      return false;
    }
  }
  return true;
}

Definitions::Definitions(const DefinitionSet& set, FileReader* reader,
                         ExprPool* pool, DiagnosticList* diagnostics)
    : reader_(reader), pool_(pool), diagnostics_(diagnostics) {
  for (const std::string& name : set.refused) refused_[name] = true;
  // Before all others, which may use them.
  for (const auto& [text, def] : set.params) AddParam(text, *def);
  for (const auto& [text, def] : set.lists) AddList(text, *def);
  for (const auto& [text, def] : set.tables) AddTable(text, *def);
  for (const auto& [text, def] : set.patterns) AddPatterns(text, *def);
  for (const auto& [text, def] : set.calendars) AddCalendar(text, *def);
  for (const auto& [text, def] : set.recents) AddRecent(text, *def);
  for (const auto& [text, def] : set.macros) AddMacro(text, *def);
  for (const auto& [text, def] : set.inventories) AddInventory(text, *def);
}

bool Definitions::Claim(const RuleTextPtr& text, const ast::Name& name) {
  std::string_view taken;
  if (FindField(name.text) != nullptr || name.text == "attr") {
    taken = "a field of events";
  } else if (name.text == "true" || name.text == "false") {
    taken = "a value";
  } else if (FindMqConstant(name.text).has_value()) {
    taken = "a constant of IBM MQ";
  }
  if (!taken.empty()) {
    Report(diagnostics_, DiagnosticCode::kTakenName, text, name.span)
        .Message(Quoted(name.text) + " is " + std::string(taken) + " already")
        .Label("needs another name");
    refused_[name.text] = true;
    return false;
  }
  if (name.text.size() > kMaxNameBytes) {
    Report(diagnostics_, DiagnosticCode::kTextTooLong, text, name.span)
        .Message("the name has " + std::to_string(name.text.size()) +
                 " bytes, more than " + std::to_string(kMaxNameBytes));
    return false;
  }
  const auto [it, is_new] =
      claimed_.try_emplace(name.text, Claimed{text, name.span});
  if (!is_new) {
    Report(diagnostics_, DiagnosticCode::kDuplicateName, text, name.span)
        .Message(Quoted(name.text) + " is defined twice")
        .Second(it->second.text, it->second.span, "first here");
    refused_[name.text] = true;
  }
  return is_new;
}

void Definitions::AddList(const RuleTextPtr& text, const ast::ListDef& def) {
  if (!Claim(text, def.name)) return;
  ListInfo& info = lists_[def.name.text];
  info.def = &def;
  info.text = text;
  info.broken = def.broken;
  info.list.name = def.name.text;
  if (def.broken) return;
  if (def.from.has_value()) {
    info.list.file = def.from->value;
    info.list.text = ReadFile(text, *def.from);
    info.broken = info.list.text == nullptr;
    if (info.broken) return;
    for (const DataLine& line : ReadListFile(*info.list.text)) {
      info.list.entries.push_back({line.span, nullptr, line.text});
    }
    return;
  }
  info.list.text = text;
  if (def.elements.empty()) {
    Report(diagnostics_, DiagnosticCode::kEmptyList, text, def.name.span)
        .Message("the list " + Quoted(def.name.text) + " is empty")
        .Label("has no element");
    info.broken = true;
    return;
  }
  info.broken = !AddEntries(text, def.elements, &info.list);
}

void Definitions::AddParam(const RuleTextPtr& text, const ast::ParamDef& def) {
  if (!Claim(text, def.name)) return;
  ParamInfo& info = params_[def.name.text];
  info.def = &def;
  info.text = text;
  const ast::Expr& value = def.value;
  info.broken = value.kind == ast::ExprKind::kError;
  if (value.kind != ast::ExprKind::kName || IsWord(value.name)) return;
  info.broken = true;
  Report(diagnostics_, DiagnosticCode::kUnknownEnumValue, text, value.span)
      .Message(Quoted(value.name) + " is neither a value of an enum nor a "
               "constant of IBM MQ")
      .Help("a text stands in quotes, as in `\"" + value.name + "\"`");
}

void Definitions::AddCalendar(const RuleTextPtr& text,
                              const ast::CalendarDef& def) {
  if (!Claim(text, def.name)) return;
  CalendarInfo& info = calendars_[def.name.text];
  info.def = &def;
  info.text = text;
  info.broken = true;
  if (def.broken) return;
  CalendarPlan plan;
  Hash128 meaning;
  if (def.from.has_value()) {
    const RuleTextPtr file = ReadFile(text, *def.from);
    if (file == nullptr ||
        !ReadCalendarFile(file, text, def, &plan, &meaning, diagnostics_)) {
      return;
    }
  } else if (!BuildCalendar(text, def, this, &plan, &meaning, diagnostics_)) {
    return;
  }
  info.keys = plan.keys;
  info.index = pool_->Calendar(std::move(plan), meaning);
  info.broken = false;
}

void Definitions::AddRecent(const RuleTextPtr& text,
                            const ast::RecentDef& def) {
  if (!Claim(text, def.name)) return;
  RecentInfo& info = recents_[def.name.text];
  info.def = &def;
  info.text = text;
  info.broken = def.broken;
}

void Definitions::AddTable(const RuleTextPtr& text, const ast::TableDef& def) {
  if (!Claim(text, def.name)) return;
  TableInfo& info = tables_[def.name.text];
  info.def = &def;
  info.text = text;
  info.broken = true;
  if (def.broken) return;
  const RuleTextPtr file = ReadFile(text, def.from);
  LookupTable table;
  if (file == nullptr ||
      !ReadTableFile(file, text, def, &table, diagnostics_)) {
    return;
  }
  Hasher128 meaning;
  meaning.Add(std::string_view(def.from.value));
  for (const ast::Name& key : def.key) meaning.Add(std::string_view(key.text));
  info.columns = table.columns;
  info.index = pool_->Table(std::move(table), meaning.Finish());
  info.broken = false;
}

void Definitions::AddPatterns(const RuleTextPtr& text,
                              const ast::PatternsDef& def) {
  if (!Claim(text, def.name)) return;
  PatternsInfo& info = patterns_[def.name.text];
  info.def = &def;
  info.text = text;
  info.broken = def.broken;
}

void Definitions::AddMacro(const RuleTextPtr& text, const ast::MacroDef& def) {
  if (!Claim(text, def.name)) return;
  MacroInfo& info = macros_[def.name.text];
  info.def = &def;
  info.text = text;
}

void Definitions::AddInventory(const RuleTextPtr& text,
                               const ast::InventoryDef& def) {
  if (inventory_place_.has_value()) {
    Report(diagnostics_, DiagnosticCode::kDuplicateName, text, def.span)
        .Message("a rule set has one inventory")
        .Second(inventory_place_->text, inventory_place_->span, "first here");
    return;
  }
  inventory_place_ = Claimed{text, def.span};
  if (def.broken) return;
  const RuleTextPtr file = ReadFile(text, def.from);
  std::vector<InventoryRow> rows;
  if (file != nullptr && ReadInventoryFile(file, &rows, diagnostics_)) {
    inventory_ = std::make_shared<const Inventory>(std::move(rows));
  }
}

RuleTextPtr Definitions::ReadFile(const RuleTextPtr& text,
                                  const ast::StringLiteral& name) {
  const auto refuse = [&](DiagnosticCode code, std::string message) {
    Report(diagnostics_, code, text, name.span)
        .Message(std::move(message))
        .Help("files are looked up relative to the rule file");
    return nullptr;
  };
  if (reader_ == nullptr) {
    return refuse(DiagnosticCode::kCannotReadFile,
                  "cannot read " + Quoted(name.value) +
                      ": this program reads no files for rules");
  }
  absl::StatusOr<std::string> contents =
      reader_->Read(text->path(), name.value);
  if (!contents.ok()) {
    return refuse(DiagnosticCode::kCannotReadFile,
                  "cannot read " + Quoted(name.value) + ": " +
                      std::string(FromAbsl(contents.status().message())));
  }
  if (contents->size() > kMaxFileBytes) {
    Report(diagnostics_, DiagnosticCode::kDataFileTooLarge, text, name.span)
        .Message(Quoted(name.value) + " has " +
                 std::to_string(contents->size()) + " bytes, more than " +
                 std::to_string(kMaxFileBytes));
    return nullptr;
  }
  return std::make_shared<const RuleText>(ShownPath(text->path(), name.value),
                                          *std::move(contents));
}

ParamInfo* Definitions::FindParam(std::string_view name) {
  return FindIn(params_, name);
}
CalendarInfo* Definitions::FindCalendar(std::string_view name) {
  return FindIn(calendars_, name);
}
RecentInfo* Definitions::FindRecent(std::string_view name) {
  return FindIn(recents_, name);
}
ListInfo* Definitions::FindList(std::string_view name) {
  return FindIn(lists_, name);
}
TableInfo* Definitions::FindTable(std::string_view name) {
  return FindIn(tables_, name);
}
PatternsInfo* Definitions::FindPatterns(std::string_view name) {
  return FindIn(patterns_, name);
}
MacroInfo* Definitions::FindMacro(std::string_view name) {
  return FindIn(macros_, name);
}

std::string_view Definitions::SortOf(std::string_view name) const {
  if (lists_.find(name) != lists_.end()) return "a list";
  if (tables_.find(name) != tables_.end()) return "a table";
  if (patterns_.find(name) != patterns_.end()) return "a set of patterns";
  if (macros_.find(name) != macros_.end()) return "a macro";
  if (params_.find(name) != params_.end()) return "a param";
  if (calendars_.find(name) != calendars_.end()) return "a calendar";
  if (recents_.find(name) != recents_.end()) return "a recent";
  return "";
}

bool Definitions::WasRefused(std::string_view name) const {
  return refused_.find(name) != refused_.end();
}

std::vector<std::string_view> Definitions::ParamNames() const {
  return NamesOf(params_);
}
std::vector<std::string_view> Definitions::CalendarNames() const {
  return NamesOf(calendars_);
}
std::vector<std::string_view> Definitions::RecentNames() const {
  return NamesOf(recents_);
}
std::vector<std::string_view> Definitions::ListNames() const {
  return NamesOf(lists_);
}
std::vector<std::string_view> Definitions::TableNames() const {
  return NamesOf(tables_);
}
std::vector<std::string_view> Definitions::PatternsNames() const {
  return NamesOf(patterns_);
}
std::vector<std::string_view> Definitions::MacroNames() const {
  return NamesOf(macros_);
}

}  // namespace mqwarden
