#include "mqwarden/sinks/jsonl_sink.h"

#include "mqwarden/schema/alert_json.h"
#include "mqwarden/schema/report_json.h"

namespace mqwarden {

void JsonlSink::OnAlert(const Alert& alert) {
  if (!status_.ok()) return;
  line_.clear();
  AppendAlertJson(alert, &line_);
  WriteLine();
}

void JsonlSink::OnReport(const ReportRecord& report) {
  if (!status_.ok()) return;
  line_.clear();
  AppendReportJson(report, &line_);
  WriteLine();
}

void JsonlSink::WriteLine() {
  line_.push_back('\n');
  status_ = output_(line_);
}

}  // namespace mqwarden
