// What stands in the files that definitions name: values one a line, tables and
// inventories. Each function reads the whole text, reports what is wrong with
// it and says whether it can be used.
#ifndef MQWARDEN_RULES_DATA_FILES_H_
#define MQWARDEN_RULES_DATA_FILES_H_

#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/engine/plan.h"
#include "mqwarden/rules/ast.h"
#include "mqwarden/rules/report.h"
#include "mqwarden/schema/inventory.h"

namespace mqwarden {

struct DataLine {
  Span span;
  std::string_view text;
};

// The values of a list file: one a line without the white space around it. `#`
// at the start of a line or after white space begins a comment; blank lines are
// skipped.
std::vector<DataLine> ReadListFile(const RuleText& file);

// The columns of `table` are those of the header. A row with an empty key cell
// can never be found and is left out.
bool ReadTableFile(const RuleTextPtr& file, const RuleTextPtr& rule_text,
                   const ast::TableDef& def, LookupTable* table,
                   DiagnosticList* diagnostics);

bool ReadInventoryFile(const RuleTextPtr& file, std::vector<InventoryRow>* rows,
                       DiagnosticList* diagnostics);

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_DATA_FILES_H_
