// Trees as text, for goldens. Spans are left out: goldens speak of structure.
#include "mqwarden/rules/ast.h"

#include <chrono>
#include <string>
#include <string_view>
#include <variant>

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
    for (const ParamDef& param : file.params) Print(param);
    for (const ListDef& list : file.lists) Print(list);
    for (const RecentDef& recent : file.recents) Print(recent);
    for (const TableDef& table : file.tables) Print(table);
    for (const InventoryDef& inventory : file.inventories) Print(inventory);
    for (const PatternsDef& patterns : file.patterns) Print(patterns);
    for (const CalendarDef& calendar : file.calendars) Print(calendar);
    for (const MacroDef& macro : file.macros) {
      Line("macro " + macro.name.text);
      Nested(macro.condition);
    }
    for (const Policy& policy : file.policies) {
      Line("policy" + Broken(policy.broken));
      In([&] { PrintSilences(policy); });
    }
    for (const Replacement& replacement : file.overrides) {
      Print("override", replacement);
    }
    for (const Amendment& amendment : file.amendments) {
      Line("amend " + amendment.rule.text + Broken(amendment.broken));
      In([&] {
        PrintSilences(amendment);
        if (!amendment.notify.empty()) {
          Line(Joined("notify", amendment.notify));
        }
      });
    }
    for (const Disabling& disabling : file.disablings) {
      Line("disable " + disabling.rule.text);
    }
    for (const Report& report : file.reports) Print(report);
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
      case ExprKind::kStepCount: Line("count of " + expr.name); break;
      case ExprKind::kAlternatives: Line("|"); break;
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
    return text.param.empty() ? Quote(text.value) : "param " + text.param;
  }
  static std::string Shown(const Count& count) {
    return count.param.empty() ? std::to_string(count.value) : count.param;
  }
  static std::string Shown(const Length& length) {
    return length.param.empty() ? FormatDuration(length.value) : length.param;
  }
  static std::string Shown(const Moment& moment) {
    return moment.param.empty() ? FormatTimeShort(moment.value) : moment.param;
  }
  static std::string Shown(const DayTime& time) {
    return time.param.empty() ? TimeOfDay(time.value) : time.param;
  }
  static std::string Joined(std::string line, const std::vector<Name>& names) {
    for (const Name& name : names) line += " " + name.text;
    return line;
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

  void Print(const ParamDef& param) {
    Line("param " + param.name.text);
    Nested(param.value);
  }
  void Print(const ListDef& list) {
    Line("list " + list.name.text + Broken(list.broken));
    if (list.from.has_value()) In([&] { Line("from " + Quote(*list.from)); });
    for (const Expr& element : list.elements) Nested(element);
  }
  void Print(const RecentDef& recent) {
    Line("recent " + recent.name.text + Broken(recent.broken));
    In([&] {
      PrintSource(recent);
      PrintKeys("by", recent.by);
      Line("for " + Shown(recent.length));
      if (recent.keys.has_value()) Line("keys " + Shown(*recent.keys));
    });
  }
  void Print(const TableDef& table) {
    Line(Joined("table " + table.name.text + Broken(table.broken) + " from " +
                    Quote(table.from) + " key",
                table.key));
  }
  void Print(const InventoryDef& inventory) {
    Line("inventory" + Broken(inventory.broken) + " from " +
         Quote(inventory.from));
  }
  void Print(const PatternsDef& patterns) {
    Line("patterns " + patterns.name.text + Broken(patterns.broken));
    for (const PatternsDef::Row& row : patterns.rows) {
      In([&] { Line(row.label.text + ": " + Quote(row.pattern)); });
    }
  }
  void Print(const CalendarDef& calendar) {
    std::string line =
        "calendar " + calendar.name.text + Broken(calendar.broken);
    if (calendar.from.has_value()) line += " from " + Quote(*calendar.from);
    if (!calendar.key.empty()) line = Joined(line + " key", calendar.key);
    Line(line);
    In([&] {
      if (calendar.tz.has_value()) Line("tz " + Quote(*calendar.tz));
      for (const CalendarDef::Weekly& weekly : calendar.weekly) {
        std::string days;
        for (int day = 0; day < 7; ++day) {
          days += (weekly.days >> day & 1) != 0 ? "MTWTFSS"[day] : '-';
        }
        Line(days + " " + Shown(weekly.begin) + "-" + Shown(weekly.end));
      }
      for (const CalendarDef::Date& date : calendar.except) {
        const Time midnight(std::chrono::days(date.days));
        Line("except " + FormatTimeShort(midnight).substr(0, 10));
      }
      for (const CalendarDef::Period& period : calendar.periods) {
        Line("from " + Shown(period.begin) + " to " + Shown(period.end));
      }
    });
  }
  void Print(std::string_view word, const Replacement& replacement) {
    Line(word);
    In([&] {
      std::visit([&](const auto& definition) { Print(definition); },
                 replacement.definition);
    });
  }
  void Print(const Report& report) {
    Line("report " + report.name.text + Broken(report.broken));
    In([&] {
      if (report.title.has_value()) {
        Line("title");
        Print(report.title_parts);
      }
      if (report.of_statistics) Line("of statistics");
      PrintSource(report);
      for (const Exclude& exclude : report.excludes) Print(exclude);
      if (report.every_span != Span()) Line("every " + Period(report));
      if (report.top.has_value()) {
        Line("top " + Shown(*report.top));
        PrintKeys("by", report.by);
        if (report.order.has_value()) Nested("order", *report.order);
      }
      for (const AlertFieldDecl& field : report.show) Print("show", field);
      if (report.compare_previous.has_value()) Line("compare previous");
      if (report.keys.has_value()) Line("keys " + Shown(*report.keys));
    });
  }
  static std::string Period(const Report& report) {
    const std::string tz =
        report.tz.has_value() ? " tz " + Quote(*report.tz) : "";
    switch (report.unit) {
      case Report::Unit::kHour: return "hour" + tz;
      case Report::Unit::kDay: return "day" + tz;
      case Report::Unit::kWeek: return "week" + tz;
      case Report::Unit::kFixed: break;
    }
    return Shown(report.every) +
           (report.from.has_value() ? " from " + Shown(*report.from) : "");
  }
  // `on` and `where`.
  template <typename T>
  void PrintSource(const T& of) {
    if (!of.on.empty()) Line(Joined("on", of.on));
    if (of.where.has_value()) {
      Line("where");
      Nested(*of.where);
    }
  }
  template <typename T>
  void PrintSilences(const T& of) {
    for (const Exclude& exclude : of.excludes) Print(exclude);
    for (const Mute& mute : of.mutes) Print(mute);
    for (const Limit& limit : of.limits) Print(limit);
  }
  void PrintKeys(std::string_view word, const std::vector<KeyPart>& parts) {
    if (parts.empty()) return;
    Line(word);
    In([&] {
      for (const KeyPart& part : parts) Print(part);
    });
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
    if (part.from.has_value()) Nested("from", *part.from);
  }
  void Print(const Exclude& exclude) {
    Line("exclude" +
         (exclude.label.has_value() ? " " + exclude.label->text : ""));
    Nested(exclude.condition);
  }
  void Print(const Mute& mute) {
    switch (mute.kind) {
      case Mute::Kind::kUntil: Line("mute until " + Shown(mute.until)); break;
      case Mute::Kind::kWhere:
        Line("mute where");
        Nested(mute.condition);
        break;
      case Mute::Kind::kDuring:
        Line("mute during");
        Nested(mute.calendars);
        break;
    }
  }
  void Print(const Limit& limit) {
    Line("limit " + Shown(limit.count) + " per " + Shown(limit.per) +
         (limit.by_all ? " by all" : "") +
         (limit.digest ? " then digest" : ""));
    In([&] {
      for (const KeyPart& part : limit.by) Print(part);
    });
    if (limit.unless.has_value()) Nested("unless", *limit.unless);
  }
  void Print(const SequenceStep& step) {
    std::string line = step.missing ? "missing" : "step";
    if (step.label.has_value()) line += " " + step.label->text + ":";
    Line(Joined(line + " " + Shown(step.count) + " x", step.kinds));
    if (step.where.has_value()) Nested(*step.where);
  }
  void Print(const When& when) {
    const std::string in = " in " + Shown(when.window);
    std::string learn;
    if (when.learn.has_value()) learn = " learn " + Shown(*when.learn);
    switch (when.kind) {
      case When::Kind::kSliding: Line("when" + in); break;
      case When::Kind::kTumbling: Line("when" + in + " tumbling"); break;
      case When::Kind::kSession: Line("when" + in + " session"); break;
      case When::Kind::kNew: Line("when new" + in + learn); break;
      case When::Kind::kRare:
        Line("when rare < " + Shown(when.below) + in + learn);
        break;
      case When::Kind::kAbsent:
        Line("when absent " + Shown(when.window));
        break;
      case When::Kind::kSequence: Line("when sequence" + in); break;
    }
    if (when.kind <= When::Kind::kSession) Nested(when.condition);
    In([&] {
      for (const KeyPart& part : when.tuple) Print(part);
      for (const SequenceStep& step : when.steps) Print(step);
    });
  }
  void Print(const Refire& refire) {
    switch (refire.kind) {
      case Refire::Kind::kRise: Line("refire rise"); break;
      case Refire::Kind::kEach: Line("refire each"); break;
      case Refire::Kind::kReset: Line("refire reset"); break;
      case Refire::Kind::kEvery:
        Line("refire every " + Shown(refire.every));
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
      for (const AlertFieldDecl& field : alert.fields) Print("field", field);
      if (alert.evidence_span != Span()) {
        Line("evidence first " + Shown(alert.evidence_first) + " last " +
             Shown(alert.evidence_last));
      }
    });
  }
  void Print(std::string word, const AlertFieldDecl& field) {
    if (field.name.has_value()) word += " " + field.name->text;
    Line(word);
    Nested(field.expr);
  }
  void Print(const TestStep& step) {
    switch (step.kind) {
      case TestStep::Kind::kAt:
        Line("at " + Shown(step.time) + " " + step.event_kind.text + " x " +
             Shown(step.repeat) + " every " + Shown(step.every));
        break;
      case TestStep::Kind::kAdvance:
        Line("advance " + Shown(step.time));
        break;
      case TestStep::Kind::kExpect:
        Line("expect " + Shown(step.count) +
             (step.of.has_value() ? " of " + Shown(*step.of) : ""));
        break;
      case TestStep::Kind::kRestart: Line("restart"); break;
      case TestStep::Kind::kInput:
        Line("input " + Quote(step.file) + " as " + step.format.text);
        break;
    }
    for (const TestField& field : step.fields) {
      Nested(field.name.text + ":", field.value);
    }
  }
  void Print(const Test& test) {
    Line("test " + Quote(test.name) + Broken(test.broken));
    In([&] {
      if (test.start.has_value()) Line("start " + Shown(*test.start));
      for (const Replacement& with : test.with) Print("with", with);
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
    PrintSource(rule);
    for (const Exclude& exclude : rule.excludes) Print(exclude);
    PrintKeys("by", rule.by);
    if (rule.when.has_value()) Print(*rule.when);
    if (rule.refire.has_value()) Print(*rule.refire);
    if (rule.keys.has_value()) Line("keys " + Shown(*rule.keys));
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
