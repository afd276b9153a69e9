// Calendars from their definitions: from a block of a rule text, or from a file
// of spans.
#ifndef MQWARDEN_RULES_CALENDAR_PLAN_H_
#define MQWARDEN_RULES_CALENDAR_PLAN_H_

#include "mqwarden/base/hash128.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/rules/ast.h"
#include "mqwarden/rules/report.h"

namespace mqwarden {

class Definitions;

// Each sets `meaning`: of a block its contents, of a file its name and keys.
// False after a report.
bool BuildCalendar(const RuleTextPtr& text, const ast::CalendarDef& def,
                   Definitions* definitions, CalendarPlan* plan,
                   Hash128* meaning, DiagnosticList* diagnostics);

// The file has the columns `from` and `to`, the keys, and any others, which are
// not read.
bool ReadCalendarFile(const RuleTextPtr& file, const RuleTextPtr& rule_text,
                      const ast::CalendarDef& def, CalendarPlan* plan,
                      Hash128* meaning, DiagnosticList* diagnostics);

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_CALENDAR_PLAN_H_
