#include "mqwarden/schema/alert_json.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/base/hash128.h"
#include "mqwarden/base/json_writer.h"
#include "mqwarden/base/time.h"
#include "mqwarden/schema/event_json.h"

namespace mqwarden {
namespace {

size_t SkipDigits(std::string_view text, size_t at) {
  while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
  return at;
}

// Whether `text` is a JSON number without an exponent. Values of events reach an
// alert as they were received: `007` is a number to a rule and none to JSON.
bool IsJsonNumber(std::string_view text) {
  const size_t start = text.starts_with('-') ? 1 : 0;
  size_t end = SkipDigits(text, start);
  if (end == start || (text[start] == '0' && end > start + 1)) return false;
  if (end < text.size() && text[end] == '.') {
    const size_t fraction = end + 1;
    end = SkipDigits(text, fraction);
    if (end == fraction) return false;
  }
  return end == text.size();
}

void WriteText(std::string_view key, std::string_view text,
               JsonWriter* writer) {
  if (text.empty()) return;
  writer->Key(key);
  writer->String(text);
}

void WriteTime(std::string_view key, Time time, JsonWriter* writer) {
  writer->Key(key);
  writer->String(FormatTime(time));
}

void WriteFields(std::string_view key, const std::vector<AlertField>& fields,
                 JsonWriter* writer) {
  if (fields.empty()) return;
  writer->Key(key);
  writer->BeginObject();
  for (const AlertField& field : fields) {
    writer->Key(field.name);
    WriteAlertValueJson(field.value, writer);
  }
  writer->EndObject();
}

void WriteTexts(std::string_view key, const std::vector<std::string>& texts,
                JsonWriter* writer) {
  if (texts.empty()) return;
  writer->Key(key);
  writer->BeginArray();
  for (const std::string& text : texts) writer->String(text);
  writer->EndArray();
}

}  // namespace

void WriteAlertValueJson(const AlertValue& value, JsonWriter* writer) {
  switch (value.form) {
    case AlertValue::Form::kText:
      writer->String(value.text);
      break;
    case AlertValue::Form::kNumber:
      if (IsJsonNumber(value.text)) {
        writer->Raw(value.text);
      } else {
        writer->String(value.text);
      }
      break;
    case AlertValue::Form::kBool:
      writer->Bool(value.boolean);
      break;
    case AlertValue::Form::kList:
      writer->BeginArray();
      for (const AlertValue& element : value.list) {
        // A list in a list is shown by its text, so that nothing recurses.
        if (element.form == AlertValue::Form::kList) {
          writer->String(element.text);
        } else {
          WriteAlertValueJson(element, writer);
        }
      }
      writer->EndArray();
      break;
  }
}

void AppendAlertJson(const Alert& alert, std::string* out) {
  JsonWriter writer(out);
  writer.BeginObject();
  WriteText("schema", "mqwarden.alert.v1", &writer);
  WriteText("id", ToHex(alert.id), &writer);
  WriteText("rule", alert.rule, &writer);
  WriteText("version", alert.version, &writer);
  WriteText("state", AlertStateName(alert.state), &writer);
  WriteText("severity", SeverityName(alert.severity), &writer);
  WriteText("title", alert.title, &writer);
  WriteText("summary", alert.summary, &writer);
  WriteTime("time", alert.time, &writer);
  if (alert.first.has_value()) WriteTime("first", *alert.first, &writer);
  if (alert.last.has_value()) WriteTime("last", *alert.last, &writer);
  writer.Key("count");
  writer.Int(alert.count);
  WriteFields("group", alert.group, &writer);
  WriteFields("fields", alert.fields, &writer);
  WriteTexts("tags", alert.tags, &writer);
  WriteTexts("notify", alert.notify, &writer);
  WriteText("runbook", alert.runbook, &writer);
  if (alert.held != 0) {
    writer.Key("held");
    writer.Int(alert.held);
  }
  WriteText("muted", alert.muted, &writer);
  if (alert.state_evicted) {
    writer.Key("state_evicted");
    writer.Bool(true);
  }
  if (!alert.evidence.empty()) {
    writer.Key("evidence");
    writer.BeginArray();
    for (const auto& event : alert.evidence) WriteEventJson(*event, &writer);
    writer.EndArray();
  }
  writer.EndObject();
}

}  // namespace mqwarden
