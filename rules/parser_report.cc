// Blocks whose clauses stand in any order: `recent` and `report`.
#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "mqwarden/rules/language_words.h"
#include "mqwarden/rules/rule_parser.h"

namespace mqwarden {
namespace {

constexpr BlockShape kRecentShape = {kRecentClauses, 0,
                                     ast::Block::Kind::kRecent, "`recent`",
                                     "clause of `recent`"};
enum RecentClause : size_t { kRecentOn, kRecentWhere, kRecentBy, kRecentFor };

enum ReportClause : size_t {
  kTitle, kOn, kOf, kWhere, kExclude, kEvery, kTop, kShow, kCompare, kKeys,
};
constexpr BlockShape kReportShape = {kReportClauses, 1u << kExclude,
                                     ast::Block::Kind::kReport, "`report`",
                                     "clause of a report"};

}  // namespace

bool RuleParser::MissingClause(std::string_view sort, const ast::Name& name,
                               std::string_view clause) {
  return Error(DiagnosticCode::kMissingClause, name.span,
               std::string(sort) + " " + Quoted(name.text) + " has no " +
                   std::string(clause));
}

// recent N { on KIND, … [where CONDITION] by f, … for D [keys N] }
bool RuleParser::ParseRecent(ast::File* file) {
  const uint32_t begin = Next().span.begin;
  ast::RecentDef recent;
  if (!ParseName("a name for the recent events", &recent.name)) return false;
  const bool parsed =
      ParseBlock(kRecentShape, &RuleParser::ParseRecentClause, &recent);
  if (parsed && !broken_) {
    if (recent.on.empty()) {
      MissingClause("recent", recent.name, "`on`");
    } else if (recent.by.empty()) {
      MissingClause("recent", recent.name, "`by`");
    } else if (recent.length.span == Span()) {
      MissingClause("recent", recent.name, "`for`");
    }
  }
  recent.span = SpanFrom(begin);
  recent.broken = broken_;
  file->recents.push_back(std::move(recent));
  return parsed;
}

bool RuleParser::ParseRecentClause(size_t word, ast::RecentDef* recent) {
  switch (word) {
    case kRecentOn: return ParseKinds(&recent->on, &recent->on_span);
    case kRecentWhere: return ParseExpr(&recent->where.emplace());
    case kRecentBy: return ParseKeyParts(&recent->by);
    case kRecentFor: return ParseLength(&recent->length);
    default: return ParseCount("a number of keys", &recent->keys.emplace());
  }
}

// report N { … }
bool RuleParser::ParseReport(ast::File* file) {
  const uint32_t begin = Next().span.begin;
  ast::Report report;
  if (!ParseName("a name for the report", &report.name)) return false;
  const bool parsed =
      ParseBlock(kReportShape, &RuleParser::ParseReportClause, &report);
  if (parsed && !broken_) CheckReportShape(report);
  report.span = SpanFrom(begin);
  report.broken = broken_;
  file->reports.push_back(std::move(report));
  return parsed;
}

void RuleParser::CheckReportShape(const ast::Report& report) {
  if (!report.of_statistics && report.on.empty()) {
    MissingClause("report", report.name, "`on`");
  } else if (report.every_span == Span()) {
    MissingClause("report", report.name, "`every`");
  } else if (!report.of_statistics && !report.top.has_value()) {
    MissingClause("report", report.name, "`top`");
  } else if (report.of_statistics &&
             (report.where.has_value() || !report.excludes.empty() ||
              report.top.has_value() || !report.show.empty() ||
              report.compare_previous.has_value() ||
              report.keys.has_value())) {
    Error(DiagnosticCode::kClauseDoesNotFit, report.name.span,
          "a report of statistics has a title and `every`, and nothing else",
          "", "it has one row for each rule");
  }
}

bool RuleParser::ParseReportClause(size_t word, ast::Report* report) {
  const Token token = tokens_[at_ - 1];
  switch (word) {
    case kTitle: {
      ast::StringLiteral title;
      if (!ParseText("a text in quotes", &title, &report->title_parts)) {
        return false;
      }
      report->title = std::move(title);
      return true;
    }
    case kOn:
      if (report->of_statistics) return OnBesideOf(token.span, report->on_span);
      return ParseKinds(&report->on, &report->on_span);
    case kOf:
      if (!report->on.empty()) return OnBesideOf(token.span, report->on_span);
      if (!TakeWord("statistics")) return Expected({"`statistics`"});
      report->of_statistics = true;
      report->on_span = SpanFrom(token.span.begin);
      return true;
    case kWhere: return ParseExpr(&report->where.emplace());
    case kExclude: return ParseExclude(&report->excludes);
    case kEvery: {
      const bool parsed = ParsePeriod(report);
      report->every_span = SpanFrom(token.span.begin);
      return parsed;
    }
    case kTop: return ParseTop(report);
    case kShow: return ParseAlertFields(&report->show);
    case kCompare:
      if (!TakeWord("previous")) return Expected({"`previous`"});
      report->compare_previous = SpanFrom(token.span.begin);
      return true;
    default: return ParseCount("a number of keys", &report->keys.emplace());
  }
}

bool RuleParser::OnBesideOf(Span second, Span first) {
  return Error({.code = DiagnosticCode::kDuplicateClause,
                .message = "a report is of events or of statistics",
                .where = {text_, second, "the second"},
                .second = DiagnosticLabel{text_, first, "the first"},
                .help = "",
                .fix = std::nullopt});
}

// every D [from INSTANT] | every hour|day|week [tz "Z"]
bool RuleParser::ParsePeriod(ast::Report* report) {
  using Unit = ast::Report::Unit;
  const Unit unit = AtWord("hour")   ? Unit::kHour
                    : AtWord("day")  ? Unit::kDay
                    : AtWord("week") ? Unit::kWeek
                                     : Unit::kFixed;
  report->unit = unit;
  if (unit != Unit::kFixed) {
    Next();
    return !TakeWord("tz") ||
           ParseStringOrParam("a time zone such as \"Europe/London\"",
                              &report->tz.emplace());
  }
  if (!At(TokenKind::kDuration) && !At(TokenKind::kIdentifier)) {
    return Expected({"a duration such as 7d", "`hour`", "`day`", "`week`"});
  }
  if (!ParseLength(&report->every)) return false;
  return !TakeWord("from") || ParseMoment(&report->from.emplace());
}

// top N by f, … [order EXPR]
bool RuleParser::ParseTop(ast::Report* report) {
  if (!ParseCount("a number of groups", &report->top.emplace())) return false;
  if (!TakeWord("by")) return Expected({"`by` and fields"});
  if (!ParseKeyParts(&report->by)) return false;
  if (!TakeWord("order")) return true;
  // The largest first, always: no `desc` is read, so none is half understood.
  arithmetic_ = 0;
  return ParseSum(&report->order.emplace());
}

}  // namespace mqwarden
