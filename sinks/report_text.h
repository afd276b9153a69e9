// A report for people: a heading, then a table.
//
//   2026-01-12T00:00:00Z REPORT Top ten refused objects in development
//     report dev_top_failures, total 40
//     object    count    share  previous
//     PAY.A        30   75.00%        12
//     PAY.B        10   25.00%         0
//
// Columns are as wide as their widest cell; numbers stand to the right.
#ifndef MQWARDEN_SINKS_REPORT_TEXT_H_
#define MQWARDEN_SINKS_REPORT_TEXT_H_

#include <string>

#include "mqwarden/schema/report.h"

namespace mqwarden {

// Appends the lines of one report and the empty line after them.
void AppendReportText(const ReportRecord& report, std::string* out);

}  // namespace mqwarden

#endif  // MQWARDEN_SINKS_REPORT_TEXT_H_
