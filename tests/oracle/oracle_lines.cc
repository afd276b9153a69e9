#include "mqwarden/tests/oracle/oracle_lines.h"

namespace mqwarden::oracle {

std::string SinceStart(Time t) { return FormatDuration(t - StreamStart()); }

namespace {

std::string ShownText(const AlertValue& value) {
  switch (value.form) {
    case AlertValue::Form::kBool:
      return value.boolean ? "true" : "false";
    case AlertValue::Form::kNumber:
      return value.text;
    case AlertValue::Form::kText:
      return "'" + value.text + "'";
    case AlertValue::Form::kList:
      break;
  }
  std::string text = "[";
  for (const AlertValue& element : value.list) text += ShownText(element) + " ";
  return text + "]";
}

std::string ShownFields(const std::vector<AlertField>& fields) {
  std::string text;
  for (const AlertField& field : fields) {
    text += (text.empty() ? "" : ", ") + field.name + "=" +
            ShownText(field.value);
  }
  return text;
}

}  // namespace

std::string AlertLine(const OracleAlert& a) {
  std::string line = SinceStart(a.time) + " " + a.rule + " " +
                     std::string(AlertStateName(a.state)) + " " +
                     std::string(SeverityName(a.severity)) +
                     " n=" + std::to_string(a.count);
  if (a.first.has_value()) line += " " + SinceStart(*a.first) + "..";
  if (a.last.has_value()) line += SinceStart(*a.last);
  if (!a.group.empty()) line += " " + ShownFields(a.group);
  if (!a.fields.empty()) line += " {" + ShownFields(a.fields) + "}";
  if (a.title != "t") line += " \"" + a.title + "\"";
  if (!a.summary.empty()) line += " - \"" + a.summary + "\"";
  if (a.held != 0) line += " held=" + std::to_string(a.held);
  if (a.muted) line += " muted";
  if (!a.evidence.empty()) {
    line += " evidence";
    for (const int64_t n : a.evidence) line += " " + std::to_string(n);
  }
  return line;
}

std::string CountersLine(const OracleCounters& c) {
  const auto n = [](const char* name, int64_t count) {
    return " " + std::string(name) + "=" + std::to_string(count);
  };
  return c.rule + ":" + n("matched", c.matched) + n("excluded", c.excluded) +
         n("without_key", c.without_key) + n("fired", c.fired) +
         n("muted", c.muted) + n("limited", c.limited) + n("sent", c.sent) +
         n("sent_after_mute", c.sent_after_mute) + n("updates", c.updates) +
         n("resolved", c.resolved) + n("digests", c.digests) +
         n("undecided", c.undecided);
}

std::string ReportLine(const OracleReport& report) {
  std::string line = SinceStart(report.time) + " report " + report.report +
                     " total=" + std::to_string(report.total);
  if (report.title != "t") line += " \"" + report.title + "\"";
  for (const OracleReport::Row& row : report.rows) {
    line += " [" + ShownFields(row.group);
    if (row.count.has_value()) {
      const std::string digits = std::to_string(10000 + row.share);
      line += " n=" + std::to_string(*row.count) + " " +
              (row.share == 10000 ? "1" : "0") + "." + digits.substr(1);
    }
    if (!row.fields.empty()) line += " {" + ShownFields(row.fields) + "}";
    if (row.previous.has_value()) {
      line += " before=" + ShownText(*row.previous);
    }
    line += "]";
  }
  return line;
}

std::vector<std::string> OracleLines(
    std::span<const ast::File> files,
    const std::map<std::string, std::string>& texts, const Stream& stream) {
  OracleInput input;
  input.files = files;
  input.texts = texts;
  input.events = stream.events;
  input.watermark = stream.watermark;
  const OracleResult result = RunOracle(input);
  std::vector<std::string> lines;
  std::map<int64_t, size_t> numbers;
  auto report = result.reports.begin();
  const auto add_reports = [&](Time before) {
    for (; report != result.reports.end() && report->time < before; ++report) {
      lines.push_back(ReportLine(*report));
    }
  };
  for (const OracleAlert& alert : result.alerts) {
    add_reports(alert.time);
    lines.push_back(AlertLine(alert) + Numbered(&numbers, alert.identity));
  }
  add_reports(Time::max());
  for (const OracleCounters& c : result.counters) {
    lines.push_back(CountersLine(c));
  }
  return lines;
}

}  // namespace mqwarden::oracle
