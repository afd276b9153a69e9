// A sweep as one JSON object.
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "mqwarden/base/json_writer.h"
#include "mqwarden/base/time.h"
#include "mqwarden/pipeline/tune.h"
#include "mqwarden/pipeline/tune_charts.h"

namespace mqwarden {
namespace {

// Rounded to six places, so that the text says no more than the figure.
std::string Number(double value) {
  char text[64];
  std::snprintf(text, sizeof(text), "%.6f", value);
  std::string number = text;
  while (number.back() == '0') number.pop_back();
  if (number.back() == '.') number.pop_back();
  return number;
}

class Writer {
 public:
  Writer(const TuneResult& result, std::string* out)
      : result_(result), json_(out) {}

  void Write() {
    json_.BeginObject();
    Text("schema", "mqwarden.tune.v1");
    Text("rule", result_.rule);
    Text("number", result_.number);
    if (!result_.param.empty()) Text("param", result_.param);
    json_.Key("as_written");
    json_.BeginObject();
    Text("window", FormatDuration(result_.current_window));
    WritePoint(result_.now);
    json_.EndObject();
    if (result_.first_event) {
      Text("first_event", FormatTimeShort(*result_.first_event));
      Text("last_event", FormatTimeShort(*result_.last_event));
    }
    json_.Key("days");
    json_.Raw(Number(result_.days));
    WriteCurves();
    WriteGroups("noisy_groups", result_.noisy, /*with_exempt=*/true);
    WriteGroups("near_misses", result_.near, /*with_exempt=*/false);
    WriteHours("matched_by_hour_of_week", result_.matched_by_hour);
    WriteHours("fired_by_hour_of_week", result_.fired_by_hour);
    WriteTimeline();
    WriteSamples();
    WriteSuggestions();
    if (!result_.labels_now.empty()) {
      json_.Key("labels_found_as_written");
      json_.BeginArray();
      for (const bool found : result_.labels_now) json_.Bool(found);
      json_.EndArray();
    }
    json_.Key("cautions");
    json_.BeginArray();
    for (const std::string& caution : result_.cautions) json_.String(caution);
    json_.EndArray();
    WriteData();
    json_.EndObject();
  }

 private:
  void Text(std::string_view key, std::string_view value) {
    json_.Key(key);
    json_.String(value);
  }
  void Int(std::string_view key, int64_t value) {
    json_.Key(key);
    json_.Int(value);
  }

  void WritePoint(const TunePoint& point) {
    Int("threshold", point.threshold);
    Int("fired", point.fired);
    Int("sent", point.sent);
    json_.Key("per_day");
    json_.Raw(Number(point.per_day));
  }

  void WriteCurves() {
    json_.Key("windows");
    json_.BeginArray();
    for (const TuneCurve& curve : result_.curves) {
      json_.BeginObject();
      Text("window", FormatDuration(curve.window));
      json_.Key("thresholds");
      json_.BeginArray();
      for (const TunePoint& point : curve.points) {
        json_.BeginObject();
        WritePoint(point);
        json_.EndObject();
      }
      json_.EndArray();
      json_.EndObject();
    }
    json_.EndArray();
  }

  // `firings_left`: of all groups, with this one and those before it exempted.
  void WriteGroups(std::string_view key, const std::vector<TuneGroup>& groups,
                   bool with_exempt) {
    int64_t left = result_.noisy_total;
    json_.Key(key);
    json_.BeginArray();
    for (const TuneGroup& group : groups) {
      json_.BeginObject();
      Text("group", group.name);
      if (with_exempt) {
        left -= group.fired;
        Int("firings", group.fired);
        Int("firings_left", left);
      }
      if (result_.rising) Int("highest_threshold", group.peak);
      json_.EndObject();
    }
    json_.EndArray();
  }

  void WriteHours(std::string_view key, const std::array<int64_t, 168>& hours) {
    json_.Key(key);
    json_.BeginArray();
    for (const int64_t hour : hours) json_.Int(hour);
    json_.EndArray();
  }

  void WriteTimeline() {
    json_.Key("timeline");
    json_.BeginArray();
    for (const auto& [date, day] : result_.timeline) {
      json_.BeginObject();
      Text("date", DateOfDay(date));
      Int("events", day.matched);
      Int("firings", day.fired);
      Int("alerts", day.sent);
      json_.EndObject();
    }
    json_.EndArray();
  }

  void WriteSamples() {
    json_.Key("samples");
    json_.BeginArray();
    for (const TuneSample& sample : result_.samples) {
      json_.BeginObject();
      Text("time", sample.time);
      Text("severity", sample.severity);
      Text("title", sample.title);
      Text("summary", sample.summary);
      Text("group", sample.group);
      json_.EndObject();
    }
    json_.EndArray();
  }

  void WriteSuggestions() {
    json_.Key("suggestions");
    json_.BeginArray();
    for (const TuneSuggestion& suggestion : result_.suggestions) {
      json_.BeginObject();
      Text("title", suggestion.title);
      Text("why", suggestion.why);
      if (suggestion.threshold) Int("to", *suggestion.threshold);
      Int("firings", suggestion.fired);
      if (suggestion.sent >= 0) Int("alerts", suggestion.sent);
      if (!suggestion.patch.empty()) Text("patch", suggestion.patch);
      if (!suggestion.command.empty()) Text("command", suggestion.command);
      json_.EndObject();
    }
    json_.EndArray();
  }

  void WriteData() {
    json_.Key("data");
    json_.BeginObject();
    Int("events", result_.events);
    Int("matched", result_.matched);
    Int("without_key", result_.without_key);
    Int("rejected", result_.rejected);
    Int("duplicates", result_.duplicates);
    Int("groups", result_.groups);
    Int("groups_not_kept", result_.groups_not_kept);
    Int("engines", result_.engines);
    Int("events_given", result_.given);
    json_.Key("interrupted");
    json_.Bool(result_.interrupted);
    json_.EndObject();
  }

  const TuneResult& result_;
  JsonWriter json_;
};

}  // namespace

std::string TuneJson(const TuneResult& result) {
  std::string out;
  Writer(result, &out).Write();
  out.push_back('\n');
  return out;
}

}  // namespace mqwarden
