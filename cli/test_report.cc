#include "mqwarden/cli/test_report.h"

#include <cstdint>
#include <cstdio>
#include <string_view>
#include <utility>

#include "mqwarden/base/json_writer.h"
#include "mqwarden/base/terminal_text.h"
#include "mqwarden/base/time.h"
#include "mqwarden/cli/console.h"
#include "mqwarden/rules/clause_places.h"
#include "mqwarden/rules/test_block.h"

namespace mqwarden {
namespace {

using Verdict = BoundaryCase::Verdict;

std::string_view VerdictName(Verdict verdict) {
  static constexpr std::string_view kNames[] = {"holds", "does not hold",
                                                "not derived"};
  return kNames[static_cast<size_t>(verdict)];
}

int64_t Count(const BoundaryReport& report, Verdict verdict) {
  int64_t count = 0;
  for (const BoundaryCase& one : report.cases) count += one.verdict == verdict;
  return count;
}

int Line(const RuleTest& test) {
  return test.text->PositionOf(test.span.begin).line;
}

std::string Seconds(Duration took) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.6f",
                static_cast<double>(took.count()) / 1e9);
  return text;
}

// Escaping for a terminal first leaves nothing that XML 1.0 forbids.
void AppendXml(std::string_view text, std::string* out) {
  for (const char c : text) {
    switch (c) {
      case '&':
        out->append("&amp;");
        break;
      case '<':
        out->append("&lt;");
        break;
      case '>':
        out->append("&gt;");
        break;
      case '"':
        out->append("&quot;");
        break;
      case '\n':
        out->append("&#10;");
        break;
      default:
        out->push_back(c);
    }
  }
}

void AppendAttribute(std::string_view name, std::string_view value,
                     std::string* out) {
  out->append(" ").append(name).append("=\"");
  AppendXml(value, out);
  out->append("\"");
}

void AppendBoundaryText(const BoundaryReport& report, bool color,
                        std::string* text) {
  text->append("boundary ").append(EscapeForTerminal(report.rule));
  const char* separator = ": ";
  for (const Verdict verdict :
       {Verdict::kHolds, Verdict::kDiffers, Verdict::kNotDerived}) {
    const int64_t count = Count(report, verdict);
    if (count == 0) continue;
    text->append(separator).append(std::to_string(count)).append(" ");
    text->append(verdict == Verdict::kHolds     ? (count == 1 ? "holds" : "hold")
                 : verdict == Verdict::kDiffers ? (count == 1 ? "does not hold"
                                                              : "do not hold")
                                                : "not derived");
    separator = ", ";
  }
  text->push_back('\n');
  for (const BoundaryCase& one : report.cases) {
    const bool differs = one.verdict == Verdict::kDiffers;
    if (differs && color) text->append("\x1b[1;31m");
    std::string column(VerdictName(one.verdict));
    column.resize(15, ' ');
    text->append("  ").append(column);
    if (differs && color) text->append("\x1b[0m");
    text->append(EscapeForTerminal(one.name));
    if (!one.detail.empty()) {
      text->append(differs ? "  <- " : ": ");
      text->append(EscapeForTerminal(one.detail));
    }
    text->push_back('\n');
  }
}

void AppendBoundaryXml(std::string_view rule, const BoundaryCase& one,
                       std::string* xml) {
  xml->append("<testcase");
  AppendAttribute("classname", rule, xml);
  AppendAttribute("name", "boundary: " + EscapeForTerminal(one.name), xml);
  if (one.verdict == Verdict::kHolds) {
    xml->append("/>\n");
    return;
  }
  xml->append(one.verdict == Verdict::kDiffers ? "><failure" : "><skipped");
  AppendAttribute("message", EscapeForTerminal(one.detail), xml);
  xml->append("/></testcase>\n");
}

std::string PlaceText(const ClausePlace& place) {
  if (place.line == 0) return "";
  return EscapeForTerminal(place.path) + ":" + std::to_string(place.line) + ": ";
}

void AppendCoverageText(const CoverageSummary& coverage, std::string* text) {
  text->append("coverage: ")
      .append(std::to_string(coverage.reached))
      .append(" of ")
      .append(CountOf(coverage.outcomes, "outcome"))
      .append(" reached\n");
  for (const UncoveredOutcome& one : coverage.uncovered) {
    text->append("  ").append(PlaceText(one.place));
    text->append(one.rule.empty() ? std::string("policy")
                                  : EscapeForTerminal(one.rule));
    text->append(": ").append(EscapeForTerminal(one.clause));
    if (!one.text.empty()) {
      text->append(": `").append(EscapeForTerminal(one.text)).append("`");
    }
    text->append(" ").append(one.what).append("\n");
  }
}

void WriteBoundary(const std::vector<BoundaryReport>& reports,
                   JsonWriter* json) {
  json->Key("boundary");
  json->BeginArray();
  for (const BoundaryReport& report : reports) {
    for (const BoundaryCase& one : report.cases) {
      json->BeginObject();
      json->Key("rule");
      json->String(report.rule);
      json->Key("part");
      json->String(one.part);
      json->Key("case");
      json->String(one.name);
      json->Key("verdict");
      json->String(VerdictName(one.verdict));
      if (!one.detail.empty()) {
        json->Key("detail");
        json->String(one.detail);
      }
      json->EndObject();
    }
  }
  json->EndArray();
}

void WriteCoverage(const CoverageSummary& coverage, JsonWriter* json) {
  json->Key("coverage");
  json->BeginObject();
  json->Key("outcomes");
  json->Int(coverage.outcomes);
  json->Key("reached");
  json->Int(coverage.reached);
  json->Key("uncovered");
  json->BeginArray();
  for (const UncoveredOutcome& one : coverage.uncovered) {
    json->BeginObject();
    if (!one.rule.empty()) {
      json->Key("rule");
      json->String(one.rule);
    }
    json->Key("clause");
    json->String(one.clause);
    if (one.place.line != 0) {
      json->Key("file");
      json->String(one.place.path);
      json->Key("line");
      json->Int(one.place.line);
    }
    if (!one.text.empty()) {
      json->Key("condition");
      json->String(one.text);
    }
    json->Key("what");
    json->String(one.what);
    json->EndObject();
  }
  json->EndArray();
  json->EndObject();
}

}  // namespace

int64_t TestReport::failed() const {
  int64_t failed = 0;
  for (const RuleTestOutcome& outcome : tests) failed += !outcome.result.passed;
  if (!boundary.has_value()) return failed;
  for (const BoundaryReport& of_rule : *boundary) {
    failed += Count(of_rule, Verdict::kDiffers);
  }
  return failed;
}

std::string TestsAsText(const TestReport& report, bool color) {
  std::string text;
  int64_t failed = 0;
  for (const RuleTestOutcome& outcome : report.tests) {
    if (outcome.result.passed) continue;
    text.append(color ? "\x1b[1;31mFAILED\x1b[0m " : "FAILED ");
    text.append(outcome.result.failure);
    ++failed;
  }
  if (report.boundary.has_value()) {
    for (const BoundaryReport& of_rule : *report.boundary) {
      AppendBoundaryText(of_rule, color, &text);
    }
  }
  if (report.coverage.has_value()) AppendCoverageText(*report.coverage, &text);
  const auto total = static_cast<int64_t>(report.tests.size());
  return text + std::to_string(total - failed) + " passed, " +
         std::to_string(failed) + " failed\n";
}

std::string TestsAsJson(const TestReport& report) {
  std::string text;
  JsonWriter json(&text);
  const std::vector<RuleTestOutcome>& outcomes = report.tests;
  int64_t failed = 0;
  for (const RuleTestOutcome& outcome : outcomes) {
    failed += !outcome.result.passed;
  }
  json.BeginObject();
  json.Key("passed");
  json.Int(static_cast<int64_t>(outcomes.size()) - failed);
  json.Key("failed");
  json.Int(failed);
  json.Key("tests");
  json.BeginArray();
  for (const RuleTestOutcome& outcome : outcomes) {
    json.BeginObject();
    if (!outcome.test->rule.empty()) {
      json.Key("rule");
      json.String(outcome.test->rule);
    }
    json.Key("name");
    json.String(outcome.test->name);
    json.Key("file");
    json.String(outcome.test->text->path());
    json.Key("line");
    json.Int(Line(*outcome.test));
    json.Key("passed");
    json.Bool(outcome.result.passed);
    if (!outcome.result.passed) {
      json.Key("failure");
      json.String(outcome.result.failure);
    }
    json.EndObject();
  }
  json.EndArray();
  if (report.boundary.has_value()) WriteBoundary(*report.boundary, &json);
  if (report.coverage.has_value()) WriteCoverage(*report.coverage, &json);
  json.EndObject();
  text.push_back('\n');
  return text;
}

std::string TestsAsJunit(const TestReport& report) {
  const std::vector<RuleTestOutcome>& outcomes = report.tests;
  Duration total{};
  for (const RuleTestOutcome& outcome : outcomes) total += outcome.took;
  size_t cases = outcomes.size();
  int64_t skipped = 0;
  if (report.boundary.has_value()) {
    for (const BoundaryReport& of_rule : *report.boundary) {
      cases += of_rule.cases.size();
      skipped += Count(of_rule, Verdict::kNotDerived);
    }
  }
  std::string xml =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  xml.append("<testsuite");
  AppendAttribute("name", "mqwarden", &xml);
  AppendAttribute("tests", std::to_string(cases), &xml);
  AppendAttribute("failures", std::to_string(report.failed()), &xml);
  AppendAttribute("skipped", std::to_string(skipped), &xml);
  AppendAttribute("time", Seconds(total), &xml);
  xml.append(">\n");
  for (const RuleTestOutcome& outcome : outcomes) {
    const RuleTest& test = *outcome.test;
    const std::string path = EscapeForTerminal(test.text->path());
    xml.append("<testcase");
    AppendAttribute("classname", test.rule.empty() ? path : test.rule, &xml);
    AppendAttribute("name", EscapeForTerminal(test.name), &xml);
    AppendAttribute("file", path, &xml);
    AppendAttribute("line", std::to_string(Line(test)), &xml);
    AppendAttribute("time", Seconds(outcome.took), &xml);
    if (outcome.result.passed) {
      xml.append("/>\n");
      continue;
    }
    xml.append("><failure");
    AppendAttribute("message", "the alerts are not those expected", &xml);
    xml.append(">");
    AppendXml(outcome.result.failure, &xml);
    xml.append("</failure></testcase>\n");
  }
  if (report.boundary.has_value()) {
    for (const BoundaryReport& of_rule : *report.boundary) {
      for (const BoundaryCase& one : of_rule.cases) {
        AppendBoundaryXml(of_rule.rule, one, &xml);
      }
    }
  }
  xml.append("</testsuite>\n</testsuites>\n");
  return xml;
}

}  // namespace mqwarden
