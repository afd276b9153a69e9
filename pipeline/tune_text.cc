// A sweep as a summary for a terminal.
#include <algorithm>
#include <cstdio>
#include <string>

#include "mqwarden/base/terminal_text.h"
#include "mqwarden/base/time.h"
#include "mqwarden/pipeline/tune.h"

namespace mqwarden {
namespace {

constexpr size_t kShown = 5;

std::string Right(std::string text, size_t width) {
  if (text.size() < width) text.insert(0, width - text.size(), ' ');
  return text;
}

std::string Figure(double value) {
  char text[64];
  std::snprintf(text, sizeof(text), "%.2f", value);
  return text;
}

void AppendIndented(const std::string& text, std::string* out) {
  size_t begin = 0;
  while (begin < text.size()) {
    size_t end = text.find('\n', begin);
    if (end == std::string::npos) end = text.size();
    out->append("    ")
        .append(EscapeForTerminal(
            std::string_view(text).substr(begin, end - begin)))
        .append("\n");
    begin = end + 1;
  }
}

void AppendCurve(const TuneResult& result, const TuneCurve& curve,
                 std::string* out) {
  out->append("\n")
      .append(FormatDuration(curve.window))
      .append("  threshold      fired       sent    per day\n");
  const size_t indent = FormatDuration(curve.window).size() + 2;
  for (const TunePoint& point : curve.points) {
    const bool is_now = point.threshold == result.current &&
                        curve.window == result.current_window;
    out->append(Right(is_now ? "> " : "", indent))
        .append(Right(std::to_string(point.threshold), 9))
        .append(Right(std::to_string(point.fired), 11))
        .append(Right(std::to_string(point.sent), 11))
        .append(Right(Figure(point.per_day), 11))
        .append(is_now ? "  as written\n" : "\n");
  }
}

// The busiest hour of the week.
std::string Rhythm(const TuneResult& result) {
  static constexpr const char* kDays[] = {"Monday",   "Tuesday", "Wednesday",
                                          "Thursday", "Friday",  "Saturday",
                                          "Sunday"};
  const auto& hours = result.matched_by_hour;
  const auto busiest = std::max_element(hours.begin(), hours.end());
  if (*busiest == 0) return "";
  const auto hour = static_cast<size_t>(busiest - hours.begin());
  char text[160];
  std::snprintf(text, sizeof(text),
                "\nBusiest hour of the week: %s %02d:00 UTC, %lld of %lld "
                "events that the rule matches\n",
                kDays[hour / 24], static_cast<int>(hour % 24),
                static_cast<long long>(*busiest),
                static_cast<long long>(result.matched));
  return text;
}

void AppendGroups(const TuneResult& result, std::string* out) {
  if (!result.noisy.empty()) {
    out->append("\nNoisiest groups as written, and the firings left without "
                "them and those above\n");
    int64_t left = result.noisy_total;
    for (size_t i = 0; i < std::min(kShown, result.noisy.size()); ++i) {
      const TuneGroup& group = result.noisy[i];
      left -= group.fired;
      out->append(Right(std::to_string(group.fired), 9))
          .append(Right(std::to_string(left), 9))
          .append("  ")
          .append(group.name.empty() ? "all events"
                                     : EscapeForTerminal(group.name))
          .append("\n");
    }
  }
  if (!result.near.empty()) {
    out->append("\nNear misses: the highest threshold that they would have "
                "reached\n");
    for (size_t i = 0; i < std::min(kShown, result.near.size()); ++i) {
      const TuneGroup& group = result.near[i];
      out->append(Right(std::to_string(group.peak), 9))
          .append("  ")
          .append(group.name.empty() ? "all events"
                                     : EscapeForTerminal(group.name))
          .append("\n");
    }
  }
}

}  // namespace

std::string TuneText(const TuneResult& result) {
  std::string out = "rule " + EscapeForTerminal(result.rule) + ": " +
                    EscapeForTerminal(result.number) + " in " +
                    FormatDuration(result.current_window);
  if (!result.param.empty() && result.param != result.number) {
    out += " (" + EscapeForTerminal(result.param) + " = " +
           std::to_string(result.current) + ")";
  }
  out += "\n";
  if (result.first_event) {
    out += FormatTimeShort(*result.first_event) + " to " +
           FormatTimeShort(*result.last_event) + ", " + Figure(result.days) +
           " days; " + std::to_string(result.events) + " events, " +
           std::to_string(result.matched) + " matched\n";
  }
  for (const TuneCurve& curve : result.curves) AppendCurve(result, curve, &out);
  AppendGroups(result, &out);
  out += Rhythm(result);
  for (const TuneSuggestion& suggestion : result.suggestions) {
    out += "\nSuggestion: " + EscapeForTerminal(suggestion.title) + "\n  " +
           EscapeForTerminal(suggestion.why) + "\n  leaves " +
           std::to_string(suggestion.fired) +
           (suggestion.fired == 1 ? " firing" : " firings");
    if (suggestion.sent >= 0) {
      out += ", " + std::to_string(suggestion.sent) + " sent";
    }
    out += "\n";
    AppendIndented(suggestion.patch, &out);
    if (!suggestion.command.empty()) {
      out += "  " + EscapeForTerminal(suggestion.command) + "\n";
    }
  }
  if (!result.cautions.empty()) out += "\n";
  for (const std::string& caution : result.cautions) {
    out += "Note: " + EscapeForTerminal(caution) + "\n";
  }
  return out;
}

}  // namespace mqwarden
