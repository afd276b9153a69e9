#include "mqwarden/sinks/digest_sink.h"

#include "mqwarden/schema/alert_json.h"
#include "mqwarden/schema/report_json.h"

namespace mqwarden {

void DigestSink::OnAlert(const Alert& alert) {
  line_.clear();
  AppendAlertJson(alert, &line_);
  AddLine();
  ++alerts_;
}

void DigestSink::OnReport(const ReportRecord& report) {
  line_.clear();
  AppendReportJson(report, &line_);
  AddLine();
}

void DigestSink::AddLine() {
  hasher_.Add(digest_);
  hasher_.Add(line_);
  digest_ = hasher_.Finish();
}

}  // namespace mqwarden
