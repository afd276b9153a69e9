#include "mqwarden/pipeline/plan_text.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "mqwarden/base/ip_address.h"
#include "mqwarden/base/time.h"
#include "mqwarden/schema/alert.h"
#include "mqwarden/schema/field_catalog.h"
#include "re2/re2.h"

namespace mqwarden {
namespace {

constexpr std::string_view kCut = "…";

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + "\"";
}

std::string_view Operator(ExprOp op, bool negated) {
  switch (op) {
    case ExprOp::kEq: return negated ? " != " : " == ";
    case ExprOp::kLt: return " < ";
    case ExprOp::kLe: return " <= ";
    case ExprOp::kGt: return " > ";
    case ExprOp::kGe: return " >= ";
    case ExprOp::kAdd: return " + ";
    case ExprOp::kSub: return " - ";
    case ExprOp::kMul: return " * ";
    default: return " / ";
  }
}

class Printer {
 public:
  Printer(const PlanPool& pool, const RulePlan* rule)
      : pool_(pool), rule_(rule) {}

  void Print(ExprId id, bool nested = false, bool negated = false);
  void PrintKey(const std::vector<KeyPart>& by) {
    std::string_view comma;
    for (const KeyPart& part : by) {
      Put(comma);
      if (part.each) Put("each ");
      Put(part.name);
      if (part.optional) Put("?");
      comma = ", ";
    }
  }
  void PrintAggregate(const Aggregate& aggregate);
  void Put(std::string_view text) {
    if (out_.size() <= kMaxPlanTextBytes) out_.append(text);
  }
  std::string Take() {
    return CutText(out_, kMaxPlanTextBytes);
  }

 private:
  bool full() const { return out_.size() > kMaxPlanTextBytes; }

  void List(std::vector<std::string> members) {
    std::sort(members.begin(), members.end());
    Put("[");
    for (size_t i = 0; i < members.size() && !full(); ++i) {
      if (i > 0) Put(", ");
      Put(members[i]);
    }
    Put("]");
  }

  // "CHILD OP [MEMBERS]"
  void Test(const Expr& expr, bool negated, std::string_view op,
            std::vector<std::string> members) {
    Print(expr.children[0], true);
    Put(negated ? " not " : " ");
    Put(op);
    Put(" ");
    List(std::move(members));
  }

  void Call(std::string_view name, const std::vector<ExprId>& args) {
    Put(name);
    Put("(");
    for (size_t i = 0; i < args.size(); ++i) {
      if (i > 0) Put(", ");
      Print(args[i]);
    }
    Put(")");
  }

  void Joined(const Expr& expr, std::string_view word, bool nested) {
    if (nested) Put("(");
    for (size_t i = 0; i < expr.children.size() && !full(); ++i) {
      if (i > 0) Put(word);
      Print(expr.children[i], true);
    }
    if (nested) Put(")");
  }

  bool PrintSetTest(const Expr& expr, bool negated);
  bool PrintValue(const Expr& expr);
  std::vector<std::string> Numbers(const Expr& expr);

  const PlanPool& pool_;
  const RulePlan* const rule_;
  std::string out_;
};

// The members in the words of the child's type.
std::vector<std::string> Printer::Numbers(const Expr& expr) {
  const Expr& child = pool_.exprs[expr.children[0]];
  std::vector<std::string> members;
  for (const int64_t number : pool_.number_sets[expr.a].members) {
    Constant constant;
    constant.type = child.type;
    constant.enum_type = child.enum_type;
    constant.number = number;
    members.push_back(ConstantText(constant));
  }
  return members;
}

bool Printer::PrintSetTest(const Expr& expr, bool negated) {
  std::vector<std::string> members;
  const auto quote = [&members](const auto& texts) {
    for (const auto& text : texts) members.push_back(Quoted(text));
  };
  switch (expr.op) {
    case ExprOp::kInTexts:
    case ExprOp::kHasAny:
      quote(pool_.text_sets[expr.a].members);
      Test(expr, negated, expr.op == ExprOp::kInTexts ? "in" : "has any",
           std::move(members));
      return true;
    case ExprOp::kInNumbers:
      Test(expr, negated, "in", Numbers(expr));
      return true;
    case ExprOp::kInNetworks:
      for (const IpNetwork& network : pool_.network_sets[expr.a].networks) {
        members.push_back(FormatNetwork(network));
      }
      Test(expr, negated, "in", std::move(members));
      return true;
    case ExprOp::kLike:
      quote(pool_.glob_sets[expr.a].patterns);
      Test(expr, negated, "like", std::move(members));
      return true;
    case ExprOp::kMatches:
      for (const auto& regex : pool_.regex_sets[expr.a].regexes) {
        members.push_back("/" + regex->pattern() + "/");
      }
      Test(expr, negated, "matches", std::move(members));
      return true;
    default:
      return false;
  }
}

bool Printer::PrintValue(const Expr& expr) {
  switch (expr.op) {
    case ExprOp::kConst:
      Put(ConstantText(pool_.constants[expr.a]));
      return true;
    case ExprOp::kField:
      Put(GetField(static_cast<FieldId>(expr.a)).name);
      return true;
    case ExprOp::kAttrText:
      Put("attr." + pool_.names[expr.a]);
      return true;
    case ExprOp::kAttrNumber:
      Put("number(attr." + pool_.names[expr.a] + ")");
      return true;
    case ExprOp::kLower:
      Call("lower", expr.children);
      return true;
    case ExprOp::kCoalesce:
      Call("coalesce", expr.children);
      return true;
    case ExprOp::kLength:
      Call("length", expr.children);
      return true;
    case ExprOp::kNetwork:
      Put("network(");
      Print(expr.children[0]);
      Put(", " + std::to_string(expr.a) + ", " + std::to_string(expr.b) + ")");
      return true;
    case ExprOp::kPatternLabel: {
      Call("label", expr.children);
      const PatternSet& set = pool_.pattern_sets[expr.a];
      Put(" of {");
      for (const PatternSet::Row& row : set.rows) {
        Put(" " + row.label + ": " +
            (set.networks && !row.any ? FormatNetwork(row.network)
                                      : Quoted(row.glob)));
      }
      Put(" }");
      return true;
    }
    case ExprOp::kTableColumn:
      Call("lookup", expr.children);
      Put("." + pool_.tables[expr.a].columns[expr.b]);
      return true;
    case ExprOp::kAlertSeverity: Put("alert.severity"); return true;
    case ExprOp::kAlertRule: Put("alert.rule"); return true;
    case ExprOp::kAlertRuleTags: Put("alert.tags"); return true;
    case ExprOp::kAlertTime: Put("alert.time"); return true;
    case ExprOp::kAggregate:
      if (rule_ != nullptr && expr.a < rule_->aggregates.size()) {
        PrintAggregate(rule_->aggregates[expr.a]);
      } else {
        Put("aggregate " + std::to_string(expr.a + 1));
      }
      return true;
    case ExprOp::kValueSet:
      Put("set(");
      if (rule_ != nullptr && expr.a < rule_->value_sets.size()) {
        const ValueSet& set = rule_->value_sets[expr.a];
        Print(set.arg);
        Put(", " + std::to_string(set.max));
      }
      Put(")");
      return true;
    case ExprOp::kOfKind:
      Print(expr.children[0], true);
      return true;
    case ExprOp::kEachValue:
      Put(rule_ != nullptr && expr.a < rule_->by.size()
              ? std::string_view(rule_->by[expr.a].name)
              : "each");
      return true;
    case ExprOp::kStepValue:
      if (rule_ != nullptr && rule_->sequence.has_value() &&
          expr.a < rule_->sequence->captures.size()) {
        const CapturePlan& capture = rule_->sequence->captures[expr.a];
        Put("step " + std::to_string(capture.step + 1) + ": ");
        Print(capture.expr, true);
      } else {
        Put("capture " + std::to_string(expr.a + 1));
      }
      return true;
    case ExprOp::kStepCount:
      Put("count of step " + std::to_string(expr.a + 1));
      return true;
    default:
      return false;
  }
}

void Printer::PrintAggregate(const Aggregate& aggregate) {
  static constexpr std::string_view kNames[] = {
      "count", "count", "distinct", "sum", "avg", "min", "max", "percentile"};
  Put(kNames[static_cast<size_t>(aggregate.kind)]);
  Put("(");
  if (aggregate.kind == Aggregate::Kind::kCountIf) {
    Print(aggregate.condition);
  }
  for (size_t i = 0; i < aggregate.args.size(); ++i) {
    if (i > 0) Put(", ");
    Print(aggregate.args[i]);
  }
  if (aggregate.kind == Aggregate::Kind::kPercentile) {
    Put(", " + aggregate.percent.ToString());
  }
  Put(")");
}

// Recursion is bounded by kMaxExprDepth, which Verify() has seen to, and the work
// by the bytes: every step but the path to a leaf adds some.
void Printer::Print(ExprId id, bool nested, bool negated) {
  if (full()) return;
  if (id == kNoExpr) return Put("true");
  const Expr& expr = pool_.exprs[id];
  if (expr.op == ExprOp::kNot) return Print(expr.children[0], true, !negated);
  if (PrintSetTest(expr, negated)) return;
  const bool own_negation = expr.op == ExprOp::kEq;
  if (negated && !own_negation) {
    Put("not ");
    nested = true;
  }
  if (PrintValue(expr)) return;
  switch (expr.op) {
    case ExprOp::kTrue: return Put("true");
    case ExprOp::kFalse: return Put("false");
    case ExprOp::kAnd: return Joined(expr, " and ", nested);
    case ExprOp::kOr: return Joined(expr, " or ", nested);
    case ExprOp::kNegate:
      Put("-");
      return Print(expr.children[0], true);
    case ExprOp::kIsTrue: return Print(expr.children[0], true);
    case ExprOp::kObserved: return Print(expr.children[0], nested);
    case ExprOp::kExists: return Call("exists", expr.children);
    case ExprOp::kHas:
      Print(expr.children[0], true);
      Put(" has ");
      return Print(expr.children[1], true);
    case ExprOp::kLikeValue:
      Print(expr.children[0], true);
      Put(" like ");
      return Print(expr.children[1], true);
    case ExprOp::kDuring: {
      Put("during " + pool_.calendars[expr.a].name);
      const std::vector<ExprId> keys(expr.children.begin() + 1,
                                     expr.children.end());
      if (!keys.empty()) Call("", keys);
      return;
    }
    case ExprOp::kRecent:
      Put("recent " + pool_.recents[expr.a].name);
      return;
    default: {
      const bool arithmetic =
          expr.op >= ExprOp::kAdd && expr.op <= ExprOp::kDiv;
      if (nested && arithmetic) Put("(");
      Print(expr.children[0], true);
      Put(Operator(expr.op, negated));
      Print(expr.children[1], true);
      if (nested && arithmetic) Put(")");
    }
  }
}

}  // namespace

std::string ConstantText(const Constant& constant) {
  switch (constant.type) {
    case ValueType::kExact:
    case ValueType::kFolded:
      return Quoted(constant.text);
    case ValueType::kReal:
      return constant.decimal.ToString();
    case ValueType::kIp:
      return FormatIp(constant.ip);
    case ValueType::kEnum:
      return std::string(EnumValueName(constant.enum_type, constant.number));
    case ValueType::kDuration:
      return FormatDuration(Duration(constant.number));
    case ValueType::kTs:
      return FormatTimeShort(Time(Duration(constant.number)));
    case ValueType::kBool:
      return constant.number != 0 ? "true" : "false";
    default:
      return std::to_string(constant.number);
  }
}

std::string CutText(std::string_view text, size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  // Not within a character.
  while (bytes > 0 &&
         (static_cast<unsigned char>(text[bytes]) & 0xc0) == 0x80) {
    --bytes;
  }
  return std::string(text.substr(0, bytes)).append(kCut);
}

std::string ExprText(const PlanPool& pool, const RulePlan* rule, ExprId id) {
  Printer printer(pool, rule);
  printer.Print(id);
  return printer.Take();
}

std::string KeyText(const PlanPool& pool, const RulePlan* rule,
                    const std::vector<KeyPart>& by) {
  Printer printer(pool, rule);
  printer.PrintKey(by);
  return printer.Take();
}

std::string LimitText(const PlanPool& pool, const RulePlan* rule,
                      const LimitPlan& limit) {
  Printer printer(pool, rule);
  printer.Put(std::to_string(limit.count) + " per " +
              FormatDuration(limit.per) + " by ");
  if (limit.by_all) {
    printer.Put("all");
  } else {
    printer.PrintKey(limit.by);
  }
  if (limit.unless != kNoExpr) {
    printer.Put(" unless ");
    printer.Print(limit.unless);
  }
  if (limit.digest) printer.Put(" then digest");
  return printer.Take();
}

}  // namespace mqwarden
