// Plan::DebugString(): the whole plan as stable text. One line an expression, by
// number, since shared parts written out would grow without a bound.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/base/ip_address.h"
#include "mqwarden/base/terminal_text.h"
#include "mqwarden/base/time.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/schema/field_catalog.h"
#include "re2/re2.h"

namespace mqwarden {
namespace {

constexpr std::string_view kOpNames[] = {
    "const",      "field",         "attr",         "attr_number",
    "lower",      "coalesce",      "length",       "network",
    "pattern",    "table",         "alert_severity", "alert_rule",
    "alert_rule_tags", "alert_time", "aggregate",  "set",
    "of_kind",    "each",          "step",         "step_count",
    "add",        "sub",           "mul",          "div",
    "negate",     "true",          "false",      "and",           "or",           "not",
    "is_true",    "exists",        "==",           "<",
    "<=",         ">",             ">=",           "in_texts",
    "in_numbers", "in_networks",   "like",         "matches",
    "has_any",    "has",           "like_value",   "during",
    "recent",     "observed",
};
static_assert(sizeof(kOpNames) / sizeof(kOpNames[0]) ==
              static_cast<size_t>(ExprOp::kObserved) + 1);

constexpr std::string_view kTypeNames[] = {
    "bool", "int", "real", "exact", "folded", "enum",
    "ip",   "ts",  "duration", "list",
};

constexpr std::string_view kRefireNames[] = {"rise", "each", "every", "reset"};

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  AppendEscapedForTerminal(text, &out);
  out.push_back('"');
  return out;
}

std::string ExprName(ExprId id) {
  return id == kNoExpr ? "-" : "e" + std::to_string(id);
}

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
    default:
      return std::to_string(constant.number);
  }
}

std::string TextSetText(const TextSet& set) {
  std::vector<std::string> members(set.members.begin(), set.members.end());
  std::sort(members.begin(), members.end());
  std::string out = "{";
  for (const std::string& member : members) out += Quoted(member) + " ";
  return out + "}";
}

std::string NumberSetText(const NumberSet& set) {
  std::vector<int64_t> members(set.members.begin(), set.members.end());
  std::sort(members.begin(), members.end());
  std::string out = "{";
  for (const int64_t member : members) out += std::to_string(member) + " ";
  return out + "}";
}

// What the operator names besides its operands.
std::string Details(const PlanPool& pool, const Expr& expr) {
  switch (expr.op) {
    case ExprOp::kConst:
      return ConstantText(pool.constants[expr.a]);
    case ExprOp::kField:
      return std::string(GetField(static_cast<FieldId>(expr.a)).name);
    case ExprOp::kAttrText:
    case ExprOp::kAttrNumber:
      return Quoted(pool.names[expr.a]);
    case ExprOp::kNetwork:
      return std::to_string(expr.a) + "/" + std::to_string(expr.b);
    case ExprOp::kPatternLabel: {
      std::string out = "{";
      for (const PatternSet::Row& row : pool.pattern_sets[expr.a].rows) {
        const bool network = pool.pattern_sets[expr.a].networks && !row.any;
        out += row.label + ": " +
               Quoted(network ? FormatNetwork(row.network) : row.glob) + " ";
      }
      return out + "}";
    }
    case ExprOp::kTableColumn:
      return "t" + std::to_string(expr.a) + "." +
             pool.tables[expr.a].columns[expr.b];
    case ExprOp::kAggregate:
    case ExprOp::kValueSet:
      return "#" + std::to_string(expr.a);
    case ExprOp::kEq:
      return expr.a == 1 ? "fold" : "";
    case ExprOp::kInTexts:
    case ExprOp::kHasAny:
      return TextSetText(pool.text_sets[expr.a]);
    case ExprOp::kInNumbers:
      return NumberSetText(pool.number_sets[expr.a]);
    case ExprOp::kInNetworks: {
      std::string out = "{";
      for (const IpNetwork& n : pool.network_sets[expr.a].networks) {
        out += FormatNetwork(n) + " ";
      }
      return out + "}";
    }
    case ExprOp::kLike: {
      std::string out = "{";
      for (const std::string& p : pool.glob_sets[expr.a].patterns) {
        out += Quoted(p) + " ";
      }
      return out + "}";
    }
    case ExprOp::kMatches: {
      std::string out = "{";
      for (const auto& regex : pool.regex_sets[expr.a].regexes) {
        out += Quoted(regex->pattern()) + " ";
      }
      return out + "}";
    }
    default:
      return "";
  }
}

std::string KeyText(const std::vector<KeyPart>& by) {
  std::string out;
  for (const KeyPart& part : by) {
    out += " " + part.name + (part.optional ? "?" : "") + "=" +
           ExprName(part.expr);
  }
  return out;
}

void AppendLine(std::string_view name, const std::string& text,
                std::string* out) {
  if (text.empty()) return;
  out->append("  ").append(name).append(" ").append(text).append("\n");
}

std::string LimitText(const LimitPlan& limit) {
  std::string out = std::to_string(limit.count) + " per " +
                    FormatDuration(limit.per) + " by" +
                    (limit.by_all ? " all" : KeyText(limit.by));
  if (limit.unless != kNoExpr) out += " unless " + ExprName(limit.unless);
  if (limit.digest) out += " then digest";
  return out;
}

std::string TemplateText(const Template& parts) {
  std::string out;
  for (const TemplatePart& part : parts) {
    out += part.expr == kNoExpr ? Quoted(part.literal) : ExprName(part.expr);
    out += " ";
  }
  return out;
}

std::string Joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += Quoted(text) + " ";
  return out;
}

std::string AggregateText(const Aggregate& aggregate) {
  std::string out;
  switch (aggregate.kind) {
    case Aggregate::Kind::kCount:
      return "count";
    case Aggregate::Kind::kCountIf:
      return "count " + ExprName(aggregate.condition);
    case Aggregate::Kind::kDistinct:
      out = "distinct";
      break;
    case Aggregate::Kind::kSum:
      out = "sum";
      break;
    case Aggregate::Kind::kAvg:
      out = "avg";
      break;
    case Aggregate::Kind::kMin:
      out = "min";
      break;
    case Aggregate::Kind::kMax:
      out = "max";
      break;
    case Aggregate::Kind::kPercentile:
      out = "percentile " + aggregate.percent.ToString();
      break;
  }
  for (const ExprId arg : aggregate.args) out += " " + ExprName(arg);
  return out;
}

std::string KindsText(uint32_t kinds) {
  std::string text;
  for (int kind = 0; kind < kKindCount; ++kind) {
    if ((kinds >> kind & 1) == 0) continue;
    text += std::string(EnumValueName(EnumType::kKind, kind)) + " ";
  }
  return text;
}

// What stands behind `when`, windows excepted.
void AppendWhen(const RulePlan& rule, std::string* out) {
  if (rule.seen.has_value()) {
    AppendLine("when",
               "seen " + KeyText(rule.seen->tuple) + " < " +
                   std::to_string(rule.seen->below) + " in " +
                   FormatDuration(rule.seen->length) + " learn " +
                   FormatDuration(rule.seen->learn),
               out);
  }
  if (rule.absent.has_value()) {
    AppendLine("when", "absent " + FormatDuration(rule.absent->length), out);
    for (const Constant& constant : rule.absent->universe) {
      AppendLine("value", ConstantText(constant), out);
    }
  }
  if (!rule.sequence.has_value()) return;
  const SequencePlan& sequence = *rule.sequence;
  AppendLine("when", "sequence in " + FormatDuration(sequence.length), out);
  for (const SequenceStep& step : sequence.steps) {
    AppendLine("step",
               (step.missing ? "missing " : "") + Quoted(step.label) + " " +
                   std::to_string(step.count) + " x " + KindsText(step.kinds) +
                   ExprName(step.where),
               out);
  }
  for (const CapturePlan& capture : sequence.captures) {
    AppendLine("capture",
               std::to_string(capture.step) + " " + ExprName(capture.expr) +
                   (capture.joins ? " joins" : ""),
               out);
  }
}

void AppendRule(const RulePlan& rule, std::string* out) {
  out->append("rule ").append(rule.name).append("\n");
  AppendLine("on", KindsText(rule.kinds), out);
  AppendLine("tags", Joined(rule.tags), out);
  if (rule.where != kNoExpr) AppendLine("where", ExprName(rule.where), out);
  for (const ExcludePlan& exclude : rule.excludes) {
    AppendLine("exclude",
               Quoted(exclude.label) + " " + ExprName(exclude.condition), out);
  }
  AppendLine("by", KeyText(rule.by), out);
  for (const Aggregate& aggregate : rule.aggregates) {
    AppendLine("aggregate", AggregateText(aggregate), out);
  }
  for (const ValueSet& set : rule.value_sets) {
    AppendLine("set", ExprName(set.arg) + " " + std::to_string(set.max), out);
  }
  if (rule.window.has_value()) {
    const WindowPlan& window = *rule.window;
    AppendLine("when",
               ExprName(window.condition) + " in " +
                   FormatDuration(window.length) +
                   (window.kind == WindowKind::kTumbling  ? " tumbling"
                    : window.kind == WindowKind::kSession ? " session"
                                                          : ""),
               out);
    std::string refire(kRefireNames[static_cast<size_t>(window.refire)]);
    if (window.rearm != kNoExpr) refire += " rearm " + ExprName(window.rearm);
    if (window.every > Duration::zero()) {
      refire += " " + FormatDuration(window.every);
    }
    AppendLine("refire", refire, out);
  }
  AppendWhen(rule, out);
  for (const SeverityCase& severity : rule.severity) {
    AppendLine("severity",
               std::string(SeverityName(severity.severity)) + " " +
                   ExprName(severity.condition),
               out);
  }
  for (const EscalationPlan& escalation : rule.escalations) {
    AppendLine("escalate",
               std::string(SeverityName(escalation.severity)) + " " +
                   ExprName(escalation.condition),
               out);
  }
  for (const MutePlan& mute : rule.mutes) {
    AppendLine("mute",
               (mute.until.has_value() ? "until " + FormatTimeShort(*mute.until)
                                       : ExprName(mute.condition)) +
                   " " + Quoted(mute.reason),
               out);
  }
  for (const LimitPlan& limit : rule.limits) {
    AppendLine("limit", LimitText(limit), out);
  }
  AppendLine("notify", Joined(rule.notify), out);
  AppendLine("title", TemplateText(rule.title), out);
  AppendLine("summary", TemplateText(rule.summary), out);
  AppendLine("runbook", TemplateText(rule.runbook), out);
  for (const AlertFieldPlan& field : rule.fields) {
    AppendLine("show", field.name + "=" + ExprName(field.expr), out);
  }
  if (rule.evidence_first + rule.evidence_last > 0) {
    AppendLine("evidence",
               "first " + std::to_string(rule.evidence_first) + " last " +
                   std::to_string(rule.evidence_last),
               out);
  }
  if (rule.resolve) out->append("  resolve\n");
  AppendLine("keys", std::to_string(rule.max_keys), out);
}

void AppendReport(const ReportPlan& report, std::string* out) {
  static constexpr std::string_view kUnits[] = {"", "hour", "day", "week"};
  out->append("report ").append(report.name).append("\n");
  AppendLine("title", TemplateText(report.title), out);
  AppendLine("every",
             report.unit == ReportPlan::Unit::kFixed
                 ? FormatDuration(report.every) + " from " +
                       FormatTimeShort(report.from)
                 : std::string(kUnits[static_cast<size_t>(report.unit)]) +
                       " of a zone with " +
                       std::to_string(report.offsets.size()) + " offsets",
             out);
  if (report.of_statistics) {
    out->append("  of statistics\n");
    return;
  }
  AppendLine("on", KindsText(report.kinds), out);
  if (report.where != kNoExpr) AppendLine("where", ExprName(report.where), out);
  for (const ExcludePlan& exclude : report.excludes) {
    AppendLine("exclude",
               Quoted(exclude.label) + " " + ExprName(exclude.condition), out);
  }
  AppendLine("by", KeyText(report.by), out);
  for (const Aggregate& aggregate : report.aggregates) {
    AppendLine("aggregate", AggregateText(aggregate), out);
  }
  for (const ValueSet& set : report.value_sets) {
    AppendLine("set", ExprName(set.arg) + " " + std::to_string(set.max), out);
  }
  AppendLine("top",
             std::to_string(report.top) +
                 (report.order == kNoExpr ? std::string()
                                          : " order " + ExprName(report.order)),
             out);
  for (const AlertFieldPlan& field : report.show) {
    AppendLine("show", field.name + "=" + ExprName(field.expr), out);
  }
  if (report.compare_previous) out->append("  compare previous\n");
  AppendLine("keys", std::to_string(report.max_keys), out);
}

void AppendTable(const LookupTable& table, size_t index, std::string* out) {
  out->append("table t").append(std::to_string(index)).append("\n");
  std::vector<std::string> keys;
  for (const auto& [key, row] : table.rows) keys.push_back(key);
  std::sort(keys.begin(), keys.end());
  for (const std::string& key : keys) {
    AppendLine(Quoted(key), Joined(table.rows.at(key)), out);
  }
}

}  // namespace

std::string Plan::DebugString() const {
  std::string out;
  for (size_t i = 0; i < pool_->exprs.size(); ++i) {
    const Expr& expr = pool_->exprs[i];
    out += ExprName(static_cast<ExprId>(i)) + " " +
           std::string(kTypeNames[static_cast<size_t>(expr.type)]) + " " +
           std::string(kOpNames[static_cast<size_t>(expr.op)]);
    const std::string details = Details(*pool_, expr);
    if (!details.empty()) out += " " + details;
    for (const ExprId child : expr.children) out += " " + ExprName(child);
    out += "\n";
  }
  for (size_t i = 0; i < pool_->tables.size(); ++i) {
    AppendTable(pool_->tables[i], i, &out);
  }
  for (const LimitPlan& limit : policy_limits_) {
    out += "policy limit " + LimitText(limit) + "\n";
  }
  for (const auto& rule : rules_) AppendRule(*rule, &out);
  for (const auto& report : reports_) AppendReport(*report, &out);
  return out;
}

}  // namespace mqwarden
