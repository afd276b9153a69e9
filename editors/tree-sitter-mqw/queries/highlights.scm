; Colours of rule files. The functions are those of rules/language_words.h, which
; //tests/editors:words_test holds.

(comment) @comment
(string) @string
(raw_string) @string.special
(escape) @string.escape
(interpolation) @string.special.symbol

(integer) @number
(decimal) @number
(duration) @number
(time_of_day) @number
(date) @number
(instant) @number

(rule name: (identifier) @type)
(report name: (identifier) @type)
(amend name: (identifier) @type)
(disable name: (identifier) @type)
(macro name: (identifier) @function)
(param name: (identifier) @constant)
(list name: (identifier) @variable)
(table name: (identifier) @variable)
(recent name: (identifier) @variable)
(patterns name: (identifier) @variable)
(calendar name: (identifier) @variable)
(step label: (identifier) @label)
(kind) @type.builtin
(weekday) @constant.builtin
(severity_clause severity: (identifier) @constant.builtin)
(escalate_clause severity: (identifier) @constant.builtin)
(event_field name: (identifier) @property)
(member member: (identifier) @property)

((identifier) @constant.builtin
  (#match? @constant.builtin "^MQ[A-Z]*_[A-Z0-9_]+$"))

((call function: (identifier) @function.builtin)
  (#any-of? @function.builtin
    "count" "distinct" "sum" "avg" "min" "max" "percentile" "set" "exists"
    "lower" "coalesce" "length" "network" "pattern"))

(operator) @keyword.operator
["and" "or" "not"] @keyword.operator
["=" "+" "-" "*" "/" "|" "?" ".."] @operator

[
  "rule" "param" "list" "recent" "table" "inventory" "patterns" "calendar"
  "macro" "policy" "override" "amend" "disable" "report" "test"
  "title" "severity" "tags" "on" "where" "exclude" "by" "when" "refire" "keys"
  "mute" "limit" "escalate" "notify" "alert"
  "summary" "runbook" "fields" "evidence"
  "for" "of" "every" "top" "show" "compare"
  "start" "with" "at" "input" "advance" "expect"
  "absent" "alerts" "all" "as" "below" "day" "digest" "each" "except" "first"
  "from" "hour" "key" "last" "learn" "missing" "new" "no" "order" "per"
  "previous" "rare" "reset" "rise" "sequence" "session" "statistics" "then" "to"
  "tumbling" "tz" "unless" "until" "week" "x"
] @keyword
(resolve_clause) @keyword
(restart_step) @keyword
