// Every word of the language by where it stands: what the parser takes, what an
// editor completes and what the grammars of editors/ colour. Names of fields,
// enum values and constants are the schema's.
//
// Words are reserved nowhere: a field may be named like a clause.
#ifndef MQWARDEN_RULES_LANGUAGE_WORDS_H_
#define MQWARDEN_RULES_LANGUAGE_WORDS_H_

#include <string_view>

namespace mqwarden {

// What begins a definition.
inline constexpr std::string_view kDefinitionWords[] = {
    "rule",     "param",    "list",   "recent", "table",    "inventory",
    "patterns", "calendar", "macro",  "policy", "override", "amend",
    "disable",  "report",   "test",
};

// What `override` and `with` replace.
inline constexpr std::string_view kReplaceableWords[] = {
    "param", "list", "table", "inventory", "patterns", "calendar"};

// The clauses of each block. Those of a rule stand in this order.
inline constexpr std::string_view kRuleClauses[] = {
    "title",    "severity", "tags",  "on",      "where", "exclude",
    "by",       "when",     "refire", "keys",   "mute",  "limit",
    "escalate", "notify",   "alert", "resolve", "test",
};
inline constexpr std::string_view kAlertClauses[] = {"summary", "runbook",
                                                     "fields", "evidence"};
inline constexpr std::string_view kRecentClauses[] = {"on", "where", "by",
                                                      "for", "keys"};
inline constexpr std::string_view kReportClauses[] = {
    "title", "on",   "of",      "where", "exclude",
    "every", "top",  "show",    "compare", "keys"};
// Of `amend`; a policy takes the first three.
inline constexpr std::string_view kSilenceClauses[] = {"exclude", "mute",
                                                       "limit", "notify"};
inline constexpr std::string_view kTestSteps[] = {
    "start", "with", "at", "input", "advance", "restart", "expect"};

// What `input … as` reads; the input formats of the command line.
inline constexpr std::string_view kInputFormatWords[] = {
    "auto",   "amqsevt",   "pcf",    "dmpmqmsg", "oamok", "oamlog", "mqcci",
    "mqausx", "mqauditor", "amqerr", "syslog",   "zos",   "ndjson"};

// Operators.
inline constexpr std::string_view kOperatorWords[] = {
    "and", "or", "not", "in", "like", "matches", "has", "during"};

// What is called with arguments in parentheses.
inline constexpr std::string_view kFunctionWords[] = {
    "count", "distinct", "sum",   "avg",      "min",    "max",     "percentile",
    "set",   "exists",   "lower", "coalesce", "length", "network", "pattern",
};

// Words inside clauses.
inline constexpr std::string_view kInnerWords[] = {
    "absent",  "alerts", "all",     "as",      "below",    "day",
    "digest",  "each",   "except",  "first",   "from",     "hour",
    "key",     "last",   "learn",   "missing", "new",      "no",
    "order",   "per",    "previous", "rare",   "reset",    "rise",
    "sequence", "session", "statistics", "then", "to",     "tumbling",
    "tz",      "unless", "until",   "week",    "x",
};

// Units of time as other languages spell them. A duration says `5m`; these are
// only told apart to say so.
struct UnitWord {
  std::string_view word;
  std::string_view unit;
};
inline constexpr UnitWord kUnitWords[] = {
    {"second", "s"}, {"seconds", "s"}, {"sec", "s"},   {"minute", "m"},
    {"minutes", "m"}, {"min", "m"},    {"hour", "h"},  {"hours", "h"},
    {"day", "d"},    {"days", "d"},    {"week", "w"},  {"weeks", "w"},
};

// "" for a word that is no unit.
constexpr std::string_view UnitOf(std::string_view word) {
  for (const UnitWord& unit : kUnitWords) {
    if (unit.word == word) return unit.unit;
  }
  return "";
}

inline constexpr std::string_view kWeekdayWords[] = {"mon", "tue", "wed", "thu",
                                                     "fri", "sat", "sun"};

// Words of other languages by which the parser knows what an author means, to say
// how it is written here. No word of this one.
inline constexpr std::string_view kForeignWords[] = {"between", "is"};

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_LANGUAGE_WORDS_H_
