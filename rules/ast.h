// The untyped tree of a rule file: what the author wrote, with a span on every
// node and no meaning yet. The parser makes it; the checker, the formatter and
// the reference interpreter of the tests read it.
//
// All nodes are values that own what they hold. Names are kept as written.
#ifndef MQWARDEN_RULES_AST_H_
#define MQWARDEN_RULES_AST_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "mqwarden/base/decimal.h"
#include "mqwarden/base/time.h"
#include "mqwarden/rules/rule_text.h"

namespace mqwarden::ast {

struct Name {
  std::string text;
  Span span;
};

// A string literal after its escapes; `span` includes the quotes. A tag, a
// route or a time zone may be the name of a `param` instead.
struct StringLiteral {
  std::string value;
  Span span;
  bool raw = false;
  std::string param;  // not empty: the value is that of this `param`
};

// What a clause is given: a literal, or the name of a `param` that stands for
// one. No zero stands in a literal where the clause needs more; the value of a
// `param` is known only to the checker.
template <typename T>
struct Given {
  T value{};
  std::string param;  // not empty: the value is that of this `param`
  Span span;          // empty where the clause was left out
};
using Count = Given<int64_t>;
using Length = Given<Duration>;
using Moment = Given<Time>;
using DayTime = Given<int>;  // minutes after midnight, up to 24:00

enum class ExprKind : uint8_t {
  kName,       // name: a field, enum value, MQ constant, list, macro, bool
  kString,     // string
  kInt,        // integer
  kDecimal,    // decimal
  kDuration,   // duration
  kTimeOfDay,  // time_of_day, minutes after midnight
  kInstant,    // instant
  kList,       // children: the elements of [ … ]
  kCall,       // name and children: count(…), exists(f), pattern(f, p)
  kStepCount,  // name.count(): name is the label of a step
  kIndex,      // name[children]: a recent or a calendar with its keys, or the
               // table of a kMember
  kMember,     // children[0].name: attr.N, STEP.field, KIND.field,
               // TABLE[f].column
  kAlternatives,  // children: a.x | b.y, only as the expr of a KeyPart
  kNot,        // children[0]
  kNegate,     // - children[0]
  kBinary,     // op over its children: two, or for kAnd and kOr two or more
  kParen,      // children[0]
  kError,      // did not parse; satisfies every later check in silence
};

enum class BinaryOp : uint8_t {
  kOr, kAnd,
  kEq, kNe, kLt, kLe, kGt, kGe,
  kIn, kNotIn, kLike, kNotLike, kMatches, kNotMatches, kHas, kNotHas,
  kDuring, kNotDuring,
  kAdd, kSub, kMul, kDiv,
};

// Height of a tree. `a and b and c` is one kBinary node with three children, as
// is a chain of `or`, so chains may be long; `and` below `or` is the only
// mixture without parentheses. Parentheses, calls, lists, `not` and `-` nest at
// most kMaxNesting deep, and one expression has at most kMaxNesting arithmetic
// operators. A function that recurses over a tree is therefore at most some six
// times kMaxNesting calls deep.
inline constexpr int kMaxNesting = 64;

struct Expr {
  ExprKind kind = ExprKind::kError;
  Span span;
  Span op_span;      // kBinary: the (first) operator's words; kCall, kIndex,
                     // kStepCount: the name; kMember: the part after the dot
  std::string name;  // kName, kCall, kIndex, kStepCount, kMember (the part
                     // after the dot)
  std::string string;
  int64_t integer = 0;
  Decimal decimal;
  Duration duration{};
  Time instant{};
  int time_of_day = 0;
  BinaryOp op = BinaryOp::kAnd;
  std::vector<Expr> children;
};

// A piece of a text with `{…}` in it: literal text, or an expression. `{{` and
// `}}` are braces of the text itself and stand in `literal` as one.
struct TextPart {
  std::string literal;       // where there is no expression
  std::optional<Expr> expr;
};

// `by`, `limit … by` and the tuples of `new` and `rare`: FIELD, FIELD?,
// k = EXPR, each FIELD, FIELD from LIST.
struct KeyPart {
  Span span;
  std::optional<Name> name;  // k = …
  bool each = false;
  Span each_span;
  bool optional = false;     // f?
  Expr expr;
  std::optional<Expr> from;  // from LIST: a kName or a kList; only in `by`
};

struct SeverityLine {
  Span span;
  Name severity;
  std::optional<Expr> when;
};

struct Exclude {
  Span span;
  std::optional<Name> label;
  Expr condition;
};

// [missing] [LABEL:] [N x] KIND, … [where CONDITION]
struct SequenceStep {
  Span span;
  std::optional<Name> label;
  bool missing = false;
  Count count{.value = 1, .param = "", .span = {}};  // N x
  std::vector<Name> kinds;
  Span kinds_span;
  std::optional<Expr> where;
};

// when CONDITION in D [tumbling | session]
// when new (f, g?) in D [learn L]
// when rare (f, g?) < N in D [learn L]
// when absent D
// when sequence in D { STEP … }
struct When {
  enum class Kind : uint8_t {
    kSliding, kTumbling, kSession, kNew, kRare, kAbsent, kSequence,
  };
  Span span;
  Kind kind = Kind::kSliding;
  // The words that tell the kind, such as `new`; empty for kSliding.
  Span kind_span;
  Expr condition;                   // kSliding, kTumbling, kSession
  std::vector<KeyPart> tuple;       // kNew, kRare
  Count below;                      // kRare
  Length window;                    // D
  std::optional<Length> learn;      // kNew, kRare
  std::vector<SequenceStep> steps;  // kSequence
};

struct Refire {
  enum class Kind : uint8_t { kRise, kEach, kEvery, kReset };
  Span span;
  Kind kind = Kind::kRise;
  std::optional<Expr> below;  // rise below A
  Length every;               // every D
  Span argument_span;
};

struct Mute {
  enum class Kind : uint8_t { kWhere, kUntil, kDuring };
  Span span;
  Kind kind = Kind::kWhere;
  Expr condition;   // kWhere
  Moment until;     // kUntil
  Expr calendars;   // kDuring: what stands behind `during` in a condition
  Span argument_span;
};

struct Limit {
  Span span;
  Count count;
  Length per;
  bool by_all = false;
  std::vector<KeyPart> by;
  std::optional<Expr> unless;
  bool digest = false;
  Span digest_span;
};

struct Escalate {
  Span span;
  Name severity;
  Expr when;
};

struct AlertFieldDecl {
  Span span;
  std::optional<Name> name;  // absent: the field's own name
  Expr expr;
};

struct AlertBlock {
  Span span;
  std::optional<StringLiteral> summary;
  std::vector<TextPart> summary_parts;
  std::optional<StringLiteral> runbook;
  std::vector<TextPart> runbook_parts;
  std::vector<AlertFieldDecl> fields;
  Count evidence_first;
  Count evidence_last;
  Span evidence_span;
};

// --- definitions
//
// `broken` in a definition: its name is known, its contents are not. A macro or
// a param that was refused has a condition or a value of kind kError.

// param N = LITERAL
struct ParamDef {
  Span span;
  Name name;
  // A literal, a kNegate of one, or a kName: an enum value or an MQ constant.
  Expr value;
};

struct ListDef {
  Span span;
  Name name;
  std::vector<Expr> elements;
  std::optional<StringLiteral> from;
  bool broken = false;
};

// recent N { on KIND, … where CONDITION by f, … for D keys N }
struct RecentDef {
  Span span;
  Name name;
  std::vector<Name> on;
  Span on_span;
  std::optional<Expr> where;
  std::vector<KeyPart> by;
  Length length;  // for D
  std::optional<Count> keys;
  bool broken = false;
};

struct TableDef {
  Span span;
  Name name;
  StringLiteral from;
  std::vector<Name> key;
  bool broken = false;
};

struct InventoryDef {
  Span span;
  StringLiteral from;
  bool broken = false;
};

struct PatternsDef {
  struct Row {
    Name label;
    StringLiteral pattern;
  };
  Span span;
  Name name;
  std::vector<Row> rows;
  bool broken = false;
};

// calendar N { tz "Z" DAYS 08:00-18:00 except [DATE, …] from TIME to TIME }
// calendar N from "file.csv" [key f, …]
struct CalendarDef {
  // mon..fri 08:00-18:00, sat, sun 22:00-06:00; days alone are whole days.
  struct Weekly {
    Span span;
    uint8_t days = 0;  // bit 0: Monday
    DayTime begin;
    // Perhaps before `begin`: on the next day.
    DayTime end{.value = 24 * 60, .param = "", .span = {}};
  };
  struct Date {
    Span span;
    int32_t days = 0;  // since 1970-01-01
  };
  struct Period {
    Span span;
    Moment begin;
    Moment end;
  };
  Span span;
  Name name;
  std::optional<StringLiteral> tz;
  std::vector<Weekly> weekly;
  std::vector<Date> except;
  std::vector<Period> periods;
  std::optional<StringLiteral> from;  // the file; all but key is empty then
  std::vector<Name> key;
  bool broken = false;
};

struct MacroDef {
  Span span;
  Name name;
  Expr condition;
};

struct Policy {
  Span span;
  std::vector<Exclude> excludes;
  std::vector<Mute> mutes;
  std::vector<Limit> limits;
  bool broken = false;
};

// A definition in place of the one of that name and sort: `override …` in a
// file, `with …` in a test. Its own span is without that word.
struct Replacement {
  Span span;  // of the word and what follows
  std::variant<ParamDef, ListDef, TableDef, InventoryDef, PatternsDef,
               CalendarDef>
      definition;
};

// amend rule N { exclude … mute … limit … notify … }
struct Amendment {
  Span span;
  Name rule;
  std::vector<Exclude> excludes;
  std::vector<Mute> mutes;
  std::vector<Limit> limits;
  std::vector<StringLiteral> notify;
  bool broken = false;
};

// disable rule N
struct Disabling {
  Span span;
  Name rule;
};

// report N { title on|of where exclude every top show compare keys }
struct Report {
  enum class Unit : uint8_t { kFixed, kHour, kDay, kWeek };
  Span span;
  Name name;
  std::optional<StringLiteral> title;
  std::vector<TextPart> title_parts;
  std::vector<Name> on;
  Span on_span;                       // `on …` or `of statistics`
  bool of_statistics = false;
  std::optional<Expr> where;
  std::vector<Exclude> excludes;
  Span every_span;                    // empty where the clause is missing
  Unit unit = Unit::kFixed;
  Length every;                       // kFixed
  std::optional<Moment> from;         // kFixed
  std::optional<StringLiteral> tz;    // otherwise; UTC where left out
  std::optional<Count> top;
  std::vector<KeyPart> by;            // top N by …
  std::optional<Expr> order;          // order EXPR; count() where left out
  std::vector<AlertFieldDecl> show;
  std::optional<Span> compare_previous;
  std::optional<Count> keys;
  bool broken = false;
};

// field: value in a test.
struct TestField {
  Span span;
  Name name;  // `attr.x` keeps its dot
  Expr value;
};

struct TestStep {
  enum class Kind : uint8_t { kAt, kAdvance, kExpect, kRestart, kInput };
  Span span;
  Kind kind = Kind::kAt;
  // kAt, kAdvance: relative to the start of the test.
  Length time;
  // kAt
  Name event_kind;
  std::vector<TestField> fields;  // kAt and kExpect
  Count repeat{.value = 1, .param = "", .span = {}};  // x N
  Length every;                                       // every D
  // kExpect: `expect no alerts`, `expect N alerts { … }`, `expect N of M …`
  Count count;
  std::optional<Count> of;
  // kInput: `input "file" as FORMAT`
  StringLiteral file;
  Name format;
};

struct Test {
  Span span;
  StringLiteral name;
  std::optional<Moment> start;
  std::vector<Replacement> with;
  std::vector<TestStep> steps;
  bool broken = false;
};

struct Rule {
  Span span;
  Name name;
  std::optional<StringLiteral> title;
  std::vector<TextPart> title_parts;
  std::vector<SeverityLine> severity;
  std::vector<StringLiteral> tags;
  std::vector<Name> on;  // kinds, or `any`
  Span on_span;
  std::optional<Expr> where;
  std::vector<Exclude> excludes;
  std::vector<KeyPart> by;
  std::optional<When> when;
  std::optional<Refire> refire;
  std::optional<Count> keys;
  std::vector<Mute> mutes;
  std::vector<Limit> limits;
  std::vector<Escalate> escalations;
  std::vector<StringLiteral> notify;
  std::optional<AlertBlock> alert;
  std::optional<Span> resolve;
  std::vector<Test> tests;
  // A part was refused by the parser: the other parts are checked as far as they
  // do not depend on it, and the rule makes no plan.
  bool broken = false;
};

// Where things stand, for whoever lays the text out again: the clauses, steps or
// rows of one block in braces, as written. Whole only where nothing was refused.
struct Block {
  enum class Kind : uint8_t {
    kFile,  // without braces; its items are the definitions
    kRule, kAlert, kTest, kSequence, kPatterns, kCalendar, kPolicy, kAmend,
    kRecent, kReport,
  };
  struct Item {
    Span span;
    uint8_t rank = 0;  // its place among the clauses of such a block
  };
  Kind kind = Kind::kFile;
  Span span;  // with the braces
  std::vector<Item> items;
};

struct File {
  std::shared_ptr<const RuleText> text;
  std::vector<Block> blocks;  // by their ends; the file itself last
  std::vector<ParamDef> params;
  std::vector<ListDef> lists;
  std::vector<RecentDef> recents;
  std::vector<TableDef> tables;
  std::vector<InventoryDef> inventories;
  std::vector<PatternsDef> patterns;
  std::vector<CalendarDef> calendars;
  std::vector<MacroDef> macros;
  std::vector<Policy> policies;
  std::vector<Replacement> overrides;
  std::vector<Amendment> amendments;
  std::vector<Disabling> disablings;
  std::vector<Report> reports;
  std::vector<Rule> rules;
  std::vector<Test> tests;  // outside any rule: run the set as deployed
  // Names behind a word that begins no definition, a misspelled one perhaps:
  // whoever uses one gets no second error.
  std::vector<Name> refused;
};

// Stable, for goldens: one node a line, indented.
std::string DebugString(const File& file);
std::string DebugString(const Expr& expr);

}  // namespace mqwarden::ast

#endif  // MQWARDEN_RULES_AST_H_
