#include "mqwarden/cli/test_report.h"

#include <cstdint>
#include <cstdio>
#include <string_view>

#include "mqwarden/base/json_writer.h"
#include "mqwarden/base/terminal_text.h"
#include "mqwarden/base/time.h"
#include "mqwarden/cli/console.h"
#include "mqwarden/rules/test_block.h"

namespace mqwarden {
namespace {

int64_t CountFailed(std::span<const RuleTestOutcome> outcomes) {
  int64_t failed = 0;
  for (const RuleTestOutcome& outcome : outcomes) failed += !outcome.result.passed;
  return failed;
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

}  // namespace

std::string TestsAsText(std::span<const RuleTestOutcome> outcomes, bool color) {
  std::string text;
  for (const RuleTestOutcome& outcome : outcomes) {
    if (outcome.result.passed) continue;
    text.append(color ? "\x1b[1;31mFAILED\x1b[0m " : "FAILED ");
    text.append(outcome.result.failure);
  }
  const int64_t failed = CountFailed(outcomes);
  const auto total = static_cast<int64_t>(outcomes.size());
  return text + std::to_string(total - failed) + " passed, " +
         std::to_string(failed) + " failed\n";
}

std::string TestsAsJson(std::span<const RuleTestOutcome> outcomes) {
  std::string text;
  JsonWriter json(&text);
  const int64_t failed = CountFailed(outcomes);
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
  json.EndObject();
  text.push_back('\n');
  return text;
}

std::string TestsAsJunit(std::span<const RuleTestOutcome> outcomes) {
  Duration total{};
  for (const RuleTestOutcome& outcome : outcomes) total += outcome.took;
  std::string xml =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  xml.append("<testsuite");
  AppendAttribute("name", "mqwarden", &xml);
  AppendAttribute("tests", std::to_string(outcomes.size()), &xml);
  AppendAttribute("failures", std::to_string(CountFailed(outcomes)), &xml);
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
  xml.append("</testsuite>\n</testsuites>\n");
  return xml;
}

}  // namespace mqwarden
