// A sweep as one page that stands alone: nothing from a network, and a policy that
// says so to the browser. Style and script are constant and named by their hashes;
// without the script everything is there as well, but for the figures that follow
// the pointer.
//
// Text of events and rules passes Escaped(), which leaves neither markup nor
// bytes that hide or turn text.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "mqwarden/base/terminal_text.h"
#include "mqwarden/base/time.h"
#include "mqwarden/pipeline/tune.h"
#include "mqwarden/pipeline/tune_charts.h"
#include "mqwarden/pipeline/tune_page_assets.h"

namespace mqwarden {
namespace {

constexpr size_t kShownGroups = 15;

std::string Escaped(std::string_view text) {
  std::string out;
  for (const char c : EscapeForTerminal(text)) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out.push_back(c);
    }
  }
  return out;
}

std::string Figure(double value) {
  char text[64];
  std::snprintf(text, sizeof(text), "%.2f", value);
  return text;
}

// 1234567 as 1,234,567.
std::string Grouped(int64_t value) {
  std::string digits = std::to_string(value);
  for (int64_t at = static_cast<int64_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<size_t>(at), 1, ',');
  }
  return digits;
}

class Page {
 public:
  explicit Page(const TuneResult& result) : result_(result) {}

  std::string Render() {
    Head();
    Tiles();
    Suggestions();
    Section("Alerts a day by threshold",
            "Each point is what a replay with that threshold and window sends, "
            "after limits and mutes. Point at it for figures; a click on a "
            "window's name fades its line.",
            Curves());
    Section("Timeline",
            "Days in UTC, the rule as written: sent, fired (pale), and, behind "
            "them at a scale of its own, the events that it matches.",
            TimelineChart(result_));
    Section("Rhythm of the week",
            "Events that the rule matches by hour, UTC; a dot where it fires.",
            RhythmChart(result_));
    Groups();
    Near();
    Samples();
    Data();
    out_ += "</main>\n<script>";
    out_ += kTunePageScript;
    out_ += "</script>\n</body>\n</html>\n";
    return std::move(out_);
  }

 private:
  void Head() {
    out_ += "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
            "<meta charset=\"utf-8\">\n"
            "<meta http-equiv=\"Content-Security-Policy\" content=\""
            "default-src 'none'; style-src '";
    out_ += kTunePageStyleHash;
    out_ += "'; script-src '";
    out_ += kTunePageScriptHash;
    out_ += "'; base-uri 'none'; form-action 'none'\">\n"
            "<meta name=\"viewport\" content=\"width=device-width, "
            "initial-scale=1\">\n"
            "<meta name=\"color-scheme\" content=\"light dark\">\n<title>";
    out_ += Escaped(result_.rule) + ": tuning</title>\n<style>";
    out_ += kTunePageStyle;
    out_ += "</style>\n</head>\n<body>\n<main>\n<h1>" +
            Escaped(result_.rule) + "</h1>\n<p class=\"soft\">" +
            Escaped(result_.number);
    if (!result_.param.empty() && result_.param != result_.number) {
      out_ += " (" + Escaped(result_.param) + " = " +
              std::to_string(result_.current) + ")";
    }
    out_ += " in " + FormatDuration(result_.current_window);
    if (result_.first_event) {
      out_ += " &middot; " + FormatTimeShort(*result_.first_event) + " to " +
              FormatTimeShort(*result_.last_event) + " &middot; " +
              Figure(result_.days) + " days";
    }
    out_ += "</p>\n";
  }

  void Tile(const std::string& figure, const std::string& what) {
    out_ += "<div class=\"tile\"><b>" + figure + "</b><span>" + what +
            "</span></div>\n";
  }

  void Tiles() {
    out_ += "<div class=\"tiles\">\n";
    Tile(Figure(result_.now.per_day), "alerts a day as written");
    Tile(Grouped(result_.now.sent), "sent");
    Tile(Grouped(result_.now.fired), "fired");
    Tile(Grouped(result_.matched), "events matched");
    Tile(Grouped(result_.events), "events read");
    out_ += "</div>\n";
  }

  void Section(std::string_view title, std::string_view about,
               const std::string& body) {
    if (body.empty()) return;
    out_ += "<section>\n<h2>";
    out_ += title;
    out_ += "</h2>\n<p class=\"soft\">";
    out_ += about;
    out_ += "</p>\n" + body + "</section>\n";
  }

  static std::string Patch(const std::string& patch) {
    std::string out = "<pre>";
    for (size_t begin = 0; begin < patch.size();) {
      size_t end = patch.find('\n', begin);
      if (end == std::string::npos) end = patch.size();
      const std::string line = patch.substr(begin, end - begin);
      if (begin > 0) out += "\n";
      const bool is_name = line.starts_with("+++") || line.starts_with("---");
      const char first = line.empty() ? ' ' : line[0];
      if (!is_name && (first == '+' || first == '-')) {
        out += first == '+' ? "<span class=\"add\">" : "<span class=\"del\">";
        out += Escaped(line) + "</span>";
      } else {
        out += Escaped(line);
      }
      begin = end + 1;
    }
    return out + "</pre>\n";
  }

  void Suggestions() {
    std::string body;
    for (const TuneSuggestion& each : result_.suggestions) {
      body += "<div class=\"advice\"><h3>" + Escaped(each.title) +
              "</h3>\n<p>" + Escaped(each.why) + ".</p>\n<p class=\"soft\">" +
              Grouped(each.fired) +
              (each.fired == 1 ? " firing" : " firings");
      if (each.sent >= 0) body += ", " + Grouped(each.sent) + " sent";
      body += "</p>\n";
      if (!each.patch.empty()) body += Patch(each.patch);
      if (!each.command.empty()) {
        body += "<pre>" + Escaped(each.command) + "</pre>\n";
      }
      body += "</div>\n";
    }
    for (const std::string& caution : result_.cautions) {
      body += "<p class=\"note\">" + Escaped(caution) + "</p>\n";
    }
    Section("Suggestions", "Each with its change and how to see it again.",
            body);
  }

  std::string Curves() const {
    const std::string chart = CurveChart(result_);
    return chart.empty() ? "" : chart + "<output></output>\n" + CurveTable();
  }

  std::string CurveTable() const {
    std::string out = "<details><summary>All figures</summary>\n<table>\n<tr>"
                      "<th>Window</th><th class=\"n\">Threshold</th>"
                      "<th class=\"n\">Fired</th><th class=\"n\">Sent</th>"
                      "<th class=\"n\">A day</th></tr>\n";
    for (const TuneCurve& curve : result_.curves) {
      for (const TunePoint& point : curve.points) {
        const bool is_now = point.threshold == result_.current &&
                            curve.window == result_.current_window;
        out += is_now ? "<tr class=\"here\">" : "<tr>";
        out += "<td>" + FormatDuration(curve.window) + "</td>" +
               Cell(std::to_string(point.threshold)) +
               Cell(Grouped(point.fired)) + Cell(Grouped(point.sent)) +
               Cell(Figure(point.per_day)) + "</tr>\n";
      }
    }
    return out + "</table></details>\n";
  }

  static std::string Cell(const std::string& text) {
    return "<td class=\"n\">" + text + "</td>";
  }

  static std::string Name(const TuneGroup& group) {
    return group.name.empty() ? "all events" : Escaped(group.name);
  }

  void Groups() {
    if (result_.noisy.empty()) return;
    std::string body = "<table>\n<tr><th>Group</th><th></th>"
                       "<th class=\"n\">Fired</th>"
                       "<th class=\"n\">Left without it and those above"
                       "</th></tr>\n";
    int64_t left = result_.noisy_total;
    const auto most = std::to_string(result_.noisy[0].fired);
    for (size_t i = 0; i < std::min(kShownGroups, result_.noisy.size()); ++i) {
      const TuneGroup& group = result_.noisy[i];
      left -= group.fired;
      body += "<tr><td>" + Name(group) + "</td><td><progress max=\"" + most +
              "\" value=\"" + std::to_string(group.fired) +
              "\"></progress></td>" + Cell(Grouped(group.fired)) +
              Cell(Grouped(left)) + "</tr>\n";
    }
    Section("Noisy groups",
            "How often each fired as written, before limits and mutes, and what "
            "exempting the first of them would leave.",
            body + "</table>\n");
  }

  void Near() {
    if (result_.near.empty()) return;
    const std::string current = std::to_string(result_.current);
    std::string body = "<table>\n<tr><th>Group</th><th></th><th class=\"n\">"
                       "Reached</th></tr>\n";
    for (size_t i = 0; i < std::min(kShownGroups, result_.near.size()); ++i) {
      const TuneGroup& group = result_.near[i];
      const std::string peak = std::to_string(group.peak);
      body += "<tr><td>" + Name(group) + "</td><td><progress max=\"" +
              current + "\" value=\"" + peak + "\"></progress></td>" +
              Cell(peak + " of " + current) + "</tr>\n";
    }
    Section("Near misses",
            "Groups that did not fire, and the highest threshold of the sweep "
            "at which they would have.",
            body + "</table>\n");
  }

  void Samples() {
    if (result_.samples.empty()) return;
    std::string body = "<table>\n<tr><th>Time</th><th>Severity</th>"
                       "<th>Alert</th><th>Group</th></tr>\n";
    for (const TuneSample& sample : result_.samples) {
      const std::string& said =
          sample.summary.empty() ? sample.title : sample.summary;
      body += "<tr><td class=\"short\">" + Escaped(sample.time) +
              "</td><td class=\"short\">" + Escaped(sample.severity) +
              "</td><td>" + Escaped(said) +
              "</td><td>" + Escaped(sample.group) + "</td></tr>\n";
    }
    Section("Samples", "The first alerts that the rule sends as written.",
            body + "</table>\n");
  }

  void Data() {
    std::string body = "<table>\n";
    const auto row = [&body](std::string_view what, int64_t value) {
      body += "<tr><td>";
      body += what;
      body += "</td>" + Cell(Grouped(value)) + "</tr>\n";
    };
    row("Events read", result_.events);
    row("Events that the rule matches", result_.matched);
    row("of these, without a field of its key", result_.without_key);
    row("Records rejected", result_.rejected);
    row("Duplicates joined", result_.duplicates);
    row("Inputs", static_cast<int64_t>(result_.files.size()));
    row("Groups that fire at some threshold", result_.groups);
    row("Thresholds times windows, in one pass", Points());
    row("Engines run for them", result_.engines);
    row("Events that reached the engines", result_.given);
    Section("Data quality and cost", "What the figures rest on.",
            body + "</table>\n");
  }

  int64_t Points() const {
    int64_t points = 0;
    for (const TuneCurve& curve : result_.curves) {
      points += static_cast<int64_t>(curve.points.size());
    }
    return points;
  }

  const TuneResult& result_;
  std::string out_;
};

}  // namespace

std::string TuneHtml(const TuneResult& result) { return Page(result).Render(); }

}  // namespace mqwarden
