#include "mqwarden/schema/report_json.h"

#include <string>

#include "mqwarden/base/json_writer.h"
#include "mqwarden/base/time.h"
#include "mqwarden/schema/alert_json.h"

namespace mqwarden {
namespace {

void WriteFields(const std::vector<AlertField>& fields, JsonWriter* writer) {
  for (const AlertField& field : fields) {
    writer->Key(field.name);
    WriteAlertValueJson(field.value, writer);
  }
}

void WriteRow(const ReportRow& row, JsonWriter* writer) {
  writer->BeginObject();
  if (!row.group.empty()) {
    writer->Key("group");
    writer->BeginObject();
    WriteFields(row.group, writer);
    writer->EndObject();
  }
  if (row.count.has_value()) {
    writer->Key("count");
    writer->Int(*row.count);
    writer->Key("share");
    writer->Raw(ShareText(row.share));
  }
  WriteFields(row.fields, writer);
  if (row.previous.has_value()) {
    writer->Key("previous");
    WriteAlertValueJson(*row.previous, writer);
  }
  writer->EndObject();
}

}  // namespace

void AppendReportJson(const ReportRecord& report, std::string* out) {
  JsonWriter writer(out);
  writer.BeginObject();
  writer.Key("schema");
  writer.String("mqwarden.report.v1");
  writer.Key("report");
  writer.String(report.report);
  if (!report.title.empty()) {
    writer.Key("title");
    writer.String(report.title);
  }
  writer.Key("time");
  writer.String(FormatTime(report.time));
  writer.Key("total");
  writer.Int(report.total);
  writer.Key("top");
  writer.BeginArray();
  for (const ReportRow& row : report.top) WriteRow(row, &writer);
  writer.EndArray();
  if (report.state_evicted) {
    writer.Key("state_evicted");
    writer.Bool(true);
  }
  writer.EndObject();
}

}  // namespace mqwarden
