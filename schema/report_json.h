// The NDJSON form of a report, `mqwarden.report.v1`.
//
// One object without white space, its keys in this order: schema report title
// time total top, then state_evicted where it holds. A row of `top` is an object:
// group (absent without `by`), count and share, what `show` adds by name, and
// previous. Equal reports give equal bytes.
#ifndef MQWARDEN_SCHEMA_REPORT_JSON_H_
#define MQWARDEN_SCHEMA_REPORT_JSON_H_

#include <string>

#include "mqwarden/schema/report.h"

namespace mqwarden {

// Appends the object to `*out`, without a newline.
void AppendReportJson(const ReportRecord& report, std::string* out);

}  // namespace mqwarden

#endif  // MQWARDEN_SCHEMA_REPORT_JSON_H_
