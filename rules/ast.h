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
#include <vector>

#include "mqwarden/base/decimal.h"
#include "mqwarden/base/time.h"
#include "mqwarden/rules/rule_text.h"

namespace mqwarden::ast {

struct Name {
  std::string text;
  Span span;
};

// A string literal after its escapes; `span` includes the quotes.
struct StringLiteral {
  std::string value;
  Span span;
  bool raw = false;
};

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
  kIndex,      // name[children]: a table or recent look-up without a column
  kMember,     // children[0].name: attr.N, STEP.field, TABLE[f].column
  kOptional,   // children[0]? : f?
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
  Span op_span;      // kBinary: the (first) operator's words; kCall, kIndex:
                     // the name; kMember: the part after the dot
  std::string name;  // kName, kCall, kIndex, kMember (the part after the dot)
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

// `by`, `limit … by`: FIELD, FIELD?, k = EXPR, each LIST.
struct KeyPart {
  Span span;
  std::optional<Name> name;  // k = …
  bool each = false;
  bool optional = false;     // f?
  Expr expr;
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

// `when CONDITION in D`: the only form that is read so far.
struct When {
  Span span;
  Expr condition;
  Duration window{};
  Span window_span;
};

struct Refire {
  enum class Kind : uint8_t { kRise, kEach, kEvery, kReset };
  Span span;
  Kind kind = Kind::kRise;
  std::optional<Expr> below;  // rise below A
  Duration every{};           // every D
  Span argument_span;
};

struct Mute {
  enum class Kind : uint8_t { kWhere, kUntil };
  Span span;
  Kind kind = Kind::kWhere;
  Expr condition;   // kWhere
  Time until{};     // kUntil
  Span argument_span;
};

struct Limit {
  Span span;
  int64_t count = 0;
  Span count_span;
  Duration per{};
  Span per_span;
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
  int64_t evidence_first = 0;
  int64_t evidence_last = 0;
  Span evidence_span;
};

// field: value in a test.
struct TestField {
  Span span;
  Name name;  // `attr.x` keeps its dot
  Expr value;
};

struct TestStep {
  enum class Kind : uint8_t { kAt, kAdvance, kExpect };
  Span span;
  Kind kind = Kind::kAt;
  // kAt, kAdvance: relative to the start of the test.
  Duration time{};
  // kAt
  Name event_kind;
  std::vector<TestField> fields;  // kAt and kExpect
  int64_t repeat = 1;             // x N
  Duration every{};               // every D
  // kExpect: `expect no alerts`, `expect N alerts { … }`, `expect N of M …`
  int64_t count = 0;
  std::optional<int64_t> of;
};

struct Test {
  Span span;
  StringLiteral name;
  std::optional<Time> start;
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

// `broken` in a definition: its name is known, its contents are not. A macro
// that was refused has a condition of kind kError.

struct ListDef {
  Span span;
  Name name;
  std::vector<Expr> elements;
  std::optional<StringLiteral> from;
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

struct File {
  std::shared_ptr<const RuleText> text;
  std::vector<ListDef> lists;
  std::vector<TableDef> tables;
  std::vector<InventoryDef> inventories;
  std::vector<PatternsDef> patterns;
  std::vector<MacroDef> macros;
  std::vector<Policy> policies;
  std::vector<Rule> rules;
  std::vector<Test> tests;  // outside any rule: run the set as deployed
  // Names of definitions that were refused as a whole (`param`, `calendar` and
  // the like): whoever uses one gets no second error.
  std::vector<Name> refused;
};

// Stable, for goldens: one node a line, indented.
std::string DebugString(const File& file);
std::string DebugString(const Expr& expr);

}  // namespace mqwarden::ast

#endif  // MQWARDEN_RULES_AST_H_
