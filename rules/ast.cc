// Trees as text, for goldens. Spans are left out: goldens speak of structure.
#include "mqwarden/rules/ast.h"

#include <string>
#include <string_view>

#include "mqwarden/base/terminal_text.h"

namespace mqwarden::ast {
namespace {

std::string_view OpText(BinaryOp op) {
  switch (op) {
    case BinaryOp::kOr: return "or";
    case BinaryOp::kAnd: return "and";
    case BinaryOp::kEq: return "==";
    case BinaryOp::kNe: return "!=";
    case BinaryOp::kLt: return "<";
    case BinaryOp::kLe: return "<=";
    case BinaryOp::kGt: return ">";
    case BinaryOp::kGe: return ">=";
    case BinaryOp::kIn: return "in";
    case BinaryOp::kNotIn: return "not in";
    case BinaryOp::kLike: return "like";
    case BinaryOp::kNotLike: return "not like";
    case BinaryOp::kMatches: return "matches";
    case BinaryOp::kNotMatches: return "not matches";
    case BinaryOp::kHas: return "has";
    case BinaryOp::kNotHas: return "not has";
    case BinaryOp::kDuring: return "during";
    case BinaryOp::kNotDuring: return "not during";
    case BinaryOp::kAdd: return "+";
    case BinaryOp::kSub: return "-";
    case BinaryOp::kMul: return "*";
    case BinaryOp::kDiv: return "/";
  }
  return "?";
}

class Printer {
 public:
  std::string Take() { return std::move(out_); }

  void Print(const File& file) {
    for (const ListDef& list : file.lists) {
      Line("list " + list.name.text + Broken(list.broken));
      if (list.from.has_value()) In([&] { Line("from " + Quote(*list.from)); });
      for (const Expr& element : list.elements) Nested(element);
    }
    for (const TableDef& table : file.tables) {
      std::string line = "table " + table.name.text + Broken(table.broken) +
                         " from " + Quote(table.from) + " key";
      for (const Name& column : table.key) line += " " + column.text;
      Line(line);
    }
    for (const InventoryDef& inventory : file.inventories) {
      Line("inventory" + Broken(inventory.broken) + " from " +
           Quote(inventory.from));
    }
    for (const PatternsDef& patterns : file.patterns) {
      Line("patterns " + patterns.name.text + Broken(patterns.broken));
      for (const PatternsDef::Row& row : patterns.rows) {
        In([&] { Line(row.label.text + ": " + Quote(row.pattern)); });
      }
    }
    for (const MacroDef& macro : file.macros) {
      Line("macro " + macro.name.text);
      Nested(macro.condition);
    }
    for (const Policy& policy : file.policies) {
      Line("policy" + Broken(policy.broken));
      In([&] {
        for (const Exclude& exclude : policy.excludes) Print(exclude);
        for (const Mute& mute : policy.mutes) Print(mute);
        for (const Limit& limit : policy.limits) Print(limit);
      });
    }
    for (const Rule& rule : file.rules) Print(rule);
    for (const Test& test : file.tests) Print(test);
    for (const Name& name : file.refused) Line("refused " + name.text);
  }

  void Print(const Expr& expr) {
    switch (expr.kind) {
      case ExprKind::kName: Line(expr.name); break;
      case ExprKind::kString: Line(Quote(expr.string)); break;
      case ExprKind::kInt: Line(std::to_string(expr.integer)); break;
      case ExprKind::kDecimal:
        Line("decimal " + expr.decimal.ToString());
        break;
      case ExprKind::kDuration: Line(FormatDuration(expr.duration)); break;
      case ExprKind::kTimeOfDay:
        Line("time " + TimeOfDay(expr.time_of_day));
        break;
      case ExprKind::kInstant: Line(FormatTimeShort(expr.instant)); break;
      case ExprKind::kList: Line("list"); break;
      case ExprKind::kCall: Line("call " + expr.name); break;
      case ExprKind::kIndex: Line("index " + expr.name); break;
      case ExprKind::kMember: Line("member " + expr.name); break;
      case ExprKind::kOptional: Line("optional"); break;
      case ExprKind::kNot: Line("not"); break;
      case ExprKind::kNegate: Line("negate"); break;
      case ExprKind::kBinary: Line(OpText(expr.op)); break;
      case ExprKind::kParen: Line("paren"); break;
      case ExprKind::kError: Line("error"); break;
    }
    for (const Expr& child : expr.children) Nested(child);
  }

 private:
  template <typename F>
  void In(F print) {
    ++indent_;
    print();
    --indent_;
  }
  void Line(std::string_view line) {
    out_.append(2 * indent_, ' ');
    out_ += line;
    out_ += '\n';
  }
  void Nested(const Expr& expr) {
    In([&] { Print(expr); });
  }
  void Nested(std::string_view title, const Expr& expr) {
    In([&] {
      Line(title);
      Nested(expr);
    });
  }

  static std::string Broken(bool broken) { return broken ? " (broken)" : ""; }
  static std::string Quote(std::string_view text) {
    return '"' + EscapeForTerminal(text) + '"';
  }
  static std::string Quote(const StringLiteral& text) {
    return Quote(text.value);
  }
  static std::string TimeOfDay(int minutes) {
    const std::string text =
        std::to_string(10000 + 100 * (minutes / 60) + minutes % 60);
    return text.substr(1, 2) + ":" + text.substr(3);
  }
  static std::string Joined(std::string line,
                            const std::vector<StringLiteral>& texts) {
    for (const StringLiteral& text : texts) line += " " + Quote(text);
    return line;
  }

  void Print(const std::vector<TextPart>& parts) {
    for (const TextPart& part : parts) {
      if (part.expr.has_value()) {
        Nested("{}", *part.expr);
      } else {
        In([&] { Line(Quote(part.literal)); });
      }
    }
  }
  void Print(const KeyPart& part) {
    std::string line = "key";
    if (part.name.has_value()) line += " " + part.name->text + " =";
    if (part.each) line += " each";
    if (part.optional) line += " optional";
    Line(line);
    Nested(part.expr);
  }
  void Print(const Exclude& exclude) {
    Line("exclude" +
         (exclude.label.has_value() ? " " + exclude.label->text : ""));
    Nested(exclude.condition);
  }
  void Print(const Mute& mute) {
    if (mute.kind == Mute::Kind::kUntil) {
      Line("mute until " + FormatTimeShort(mute.until));
    } else {
      Line("mute where");
      Nested(mute.condition);
    }
  }
  void Print(const Limit& limit) {
    Line("limit " + std::to_string(limit.count) + " per " +
         FormatDuration(limit.per) + (limit.by_all ? " by all" : "") +
         (limit.digest ? " then digest" : ""));
    In([&] {
      for (const KeyPart& part : limit.by) Print(part);
    });
    if (limit.unless.has_value()) Nested("unless", *limit.unless);
  }
  void Print(const Refire& refire) {
    switch (refire.kind) {
      case Refire::Kind::kRise: Line("refire rise"); break;
      case Refire::Kind::kEach: Line("refire each"); break;
      case Refire::Kind::kReset: Line("refire reset"); break;
      case Refire::Kind::kEvery:
        Line("refire every " + FormatDuration(refire.every));
        break;
    }
    if (refire.below.has_value()) Nested("below", *refire.below);
  }
  void Print(const AlertBlock& alert) {
    Line("alert");
    In([&] {
      if (alert.summary.has_value()) {
        Line("summary");
        Print(alert.summary_parts);
      }
      if (alert.runbook.has_value()) {
        Line("runbook");
        Print(alert.runbook_parts);
      }
      for (const AlertFieldDecl& field : alert.fields) {
        Line("field" + (field.name.has_value() ? " " + field.name->text : ""));
        Nested(field.expr);
      }
      if (alert.evidence_first != 0 || alert.evidence_last != 0) {
        Line("evidence first " + std::to_string(alert.evidence_first) +
             " last " + std::to_string(alert.evidence_last));
      }
    });
  }
  void Print(const TestStep& step) {
    switch (step.kind) {
      case TestStep::Kind::kAt:
        Line("at " + FormatDuration(step.time) + " " + step.event_kind.text +
             " x " + std::to_string(step.repeat) + " every " +
             FormatDuration(step.every));
        break;
      case TestStep::Kind::kAdvance:
        Line("advance " + FormatDuration(step.time));
        break;
      case TestStep::Kind::kExpect:
        Line("expect " + std::to_string(step.count) +
             (step.of.has_value() ? " of " + std::to_string(*step.of) : ""));
        break;
    }
    for (const TestField& field : step.fields) {
      Nested(field.name.text + ":", field.value);
    }
  }
  void Print(const Test& test) {
    Line("test " + Quote(test.name) + Broken(test.broken));
    In([&] {
      if (test.start.has_value()) Line("start " + FormatTimeShort(*test.start));
      for (const TestStep& step : test.steps) Print(step);
    });
  }
  void Print(const Rule& rule) {
    Line("rule " + rule.name.text + Broken(rule.broken));
    In([&] { PrintClauses(rule); });
  }
  void PrintClauses(const Rule& rule) {
    if (rule.title.has_value()) {
      Line("title");
      Print(rule.title_parts);
    }
    for (const SeverityLine& line : rule.severity) {
      Line("severity " + line.severity.text);
      if (line.when.has_value()) Nested(*line.when);
    }
    if (!rule.tags.empty()) Line(Joined("tags", rule.tags));
    if (!rule.on.empty()) {
      std::string line = "on";
      for (const Name& kind : rule.on) line += " " + kind.text;
      Line(line);
    }
    if (rule.where.has_value()) {
      Line("where");
      Nested(*rule.where);
    }
    for (const Exclude& exclude : rule.excludes) Print(exclude);
    if (!rule.by.empty()) {
      Line("by");
      In([&] {
        for (const KeyPart& part : rule.by) Print(part);
      });
    }
    if (rule.when.has_value()) {
      Line("when in " + FormatDuration(rule.when->window));
      Nested(rule.when->condition);
    }
    if (rule.refire.has_value()) Print(*rule.refire);
    for (const Mute& mute : rule.mutes) Print(mute);
    for (const Limit& limit : rule.limits) Print(limit);
    for (const Escalate& escalate : rule.escalations) {
      Line("escalate " + escalate.severity.text);
      Nested(escalate.when);
    }
    if (!rule.notify.empty()) Line(Joined("notify", rule.notify));
    if (rule.alert.has_value()) Print(*rule.alert);
    if (rule.resolve.has_value()) Line("resolve");
    for (const Test& test : rule.tests) Print(test);
  }

  std::string out_;
  int indent_ = 0;
};

}  // namespace

std::string DebugString(const File& file) {
  Printer printer;
  printer.Print(file);
  return printer.Take();
}

std::string DebugString(const Expr& expr) {
  Printer printer;
  printer.Print(expr);
  return printer.Take();
}

}  // namespace mqwarden::ast
