#include "mqwarden/sinks/text_sink.h"

#include <cstdint>
#include <string_view>
#include <vector>

#include "mqwarden/base/terminal_text.h"
#include "mqwarden/base/time.h"
#include "mqwarden/sinks/report_text.h"

namespace mqwarden {
namespace {

constexpr std::string_view kReset = "\x1b[0m";
constexpr std::string_view kDim = "\x1b[2m";

std::string_view SeverityColor(Severity severity) {
  switch (severity) {
    case Severity::kCritical:
      return "\x1b[1;37;41m";  // white on red
    case Severity::kHigh:
      return "\x1b[1;31m";  // red
    case Severity::kMedium:
      return "\x1b[1;33m";  // yellow
    case Severity::kLow:
      return "\x1b[1;36m";  // cyan
    case Severity::kInfo:
      return "\x1b[1m";
  }
  return "";
}

// Joins the parts of one line: `a 1, b 2`.
class LineWriter {
 public:
  LineWriter(const TextSinkOptions& options, std::string* out)
      : options_(options), out_(out) {}
  ~LineWriter() {
    if (!empty_) out_->push_back('\n');
  }
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;

  // Starts a part: its name, after which the caller appends the value.
  void Name(std::string_view name) {
    out_->append(empty_ ? "  " : ", ");
    empty_ = false;
    if (options_.color) out_->append(kDim);
    AppendEscapedForTerminal(name, out_);
    if (options_.color) out_->append(kReset);
    out_->push_back(' ');
  }
  void Text(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    Name(name);
    AppendEscapedForTerminal(value, out_);
  }
  void Number(std::string_view name, int64_t value) {
    Name(name);
    out_->append(std::to_string(value));
  }
  void Fields(const std::vector<AlertField>& fields) {
    for (const AlertField& field : fields) {
      Name(field.name);
      AppendAlertValueText(field.value, out_);
    }
  }

 private:
  const TextSinkOptions& options_;
  std::string* const out_;
  bool empty_ = true;
};

std::string Join(const std::vector<std::string>& texts) {
  std::string joined;
  for (const std::string& text : texts) {
    if (!joined.empty()) joined.append(", ");
    joined.append(text);
  }
  return joined;
}

void AppendHeading(const Alert& alert, const TextSinkOptions& options,
                   std::string* out) {
  out->append(FormatTimeShort(alert.time));
  out->push_back(' ');
  if (options.color) out->append(SeverityColor(alert.severity));
  for (const char c : SeverityName(alert.severity)) {
    out->push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
  }
  if (options.color) out->append(kReset);
  out->push_back(' ');
  if (alert.state != AlertState::kOpen) {
    out->append(AlertStateName(alert.state));
    out->append(": ");
  }
  AppendEscapedForTerminal(alert.title, out);
  out->push_back('\n');
}

}  // namespace

void AppendAlertValueText(const AlertValue& value, std::string* out) {
  switch (value.form) {
    case AlertValue::Form::kBool:
      out->append(value.boolean ? "true" : "false");
      return;
    case AlertValue::Form::kNumber:
      AppendEscapedForTerminal(value.text, out);
      return;
    case AlertValue::Form::kText: {
      const bool quote =
          value.text.empty() ||
          value.text.find_first_of(" ,\"") != std::string::npos;
      if (quote) out->push_back('"');
      AppendEscapedForTerminal(value.text, out);
      if (quote) out->push_back('"');
      return;
    }
    case AlertValue::Form::kList: {
      bool first = true;
      for (const AlertValue& element : value.list) {
        if (!first) out->append(", ");
        first = false;
        AppendAlertValueText(element, out);
      }
      return;
    }
  }
}

void AppendAlertText(const Alert& alert, const TextSinkOptions& options,
                     std::string* out) {
  AppendHeading(alert, options, out);
  if (!alert.summary.empty()) {
    out->append("  ");
    AppendEscapedForTerminal(alert.summary, out);
    out->push_back('\n');
  }
  {
    LineWriter line(options, out);
    line.Text("rule", alert.rule);
    line.Number("count", alert.count);
    if (alert.first.has_value() && *alert.first != alert.time) {
      // Reads on from the count, without a comma.
      out->append(" since ");
      out->append(FormatTimeShort(*alert.first));
    }
    if (alert.held > 0) line.Number("held before", alert.held);
    line.Text("muted", alert.muted);
    if (alert.state_evicted) line.Text("state", "evicted once");
  }
  LineWriter(options, out).Fields(alert.group);
  LineWriter(options, out).Fields(alert.fields);
  {
    LineWriter line(options, out);
    line.Text("notify", Join(alert.notify));
    line.Text("runbook", alert.runbook);
    line.Text("tags", Join(alert.tags));
  }
  out->push_back('\n');
}

void TextSink::OnAlert(const Alert& alert) {
  if (!status_.ok()) return;
  text_.clear();
  AppendAlertText(alert, options_, &text_);
  status_ = output_(text_);
}

void TextSink::OnReport(const ReportRecord& report) {
  if (!status_.ok()) return;
  text_.clear();
  AppendReportText(report, &text_);
  status_ = output_(text_);
}

}  // namespace mqwarden
