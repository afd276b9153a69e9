// A sweep as one page that stands alone: no script, nothing from a network, and a
// policy that says so to the browser. Its style is constant and named by its hash.
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

namespace mqwarden {
namespace {

constexpr size_t kShownGroups = 15;

// Changing a byte of it changes the hash; tests/cli/tune_test.sh compares them.
constexpr std::string_view kStyle = R"css(
:root{--bg:#f6f7f9;--card:#fff;--ink:#1b2430;--soft:#5c6878;--line:#dfe4ea;--accent:#0f62fe;--warm:#d9480f;--good:#12805c;--bad:#c0362c;
--c0:#0f62fe;--c1:#d9480f;--c2:#12805c;--c3:#8a3ffc;--c4:#b28600;--c5:#c2185b}
@media (prefers-color-scheme:dark){:root{--bg:#11161d;--card:#1a212b;--ink:#e6ebf1;--soft:#97a5b6;--line:#2c3643;--accent:#6ea6ff;--warm:#ff9a5c;--good:#4fd1a1;--bad:#ff8077;
--c0:#6ea6ff;--c1:#ff9a5c;--c2:#4fd1a1;--c3:#be95ff;--c4:#e8c547;--c5:#ff7eb6}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:960px;margin:0 auto;padding:32px 20px 64px}
h1{font-size:26px;line-height:1.25;margin:0 0 4px;overflow-wrap:anywhere}
h2{font-size:17px;margin:0 0 4px}
p{margin:0 0 10px}
.soft{color:var(--soft)}
section{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:20px 22px;margin:18px 0;overflow-x:auto}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:20px 0}
.tile{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:14px 16px}
.tile b{display:block;font-size:26px;line-height:1.2;font-variant-numeric:tabular-nums}
.tile span{color:var(--soft);font-size:13px}
svg{width:100%;height:auto;display:block}
.axis{fill:var(--soft);font-size:12px}
.grid{stroke:var(--line)}
.now{stroke:var(--soft);stroke-dasharray:4 4}
.curve{fill:none;stroke-width:2.4;stroke-linejoin:round}
.dot{stroke:var(--card);stroke-width:1}
.name{font-size:13px;font-weight:600}
.curve.c0{stroke:var(--c0)}.curve.c1{stroke:var(--c1)}.curve.c2{stroke:var(--c2)}.curve.c3{stroke:var(--c3)}.curve.c4{stroke:var(--c4)}.curve.c5{stroke:var(--c5)}
.dot.c0,.name.c0{fill:var(--c0)}.dot.c1,.name.c1{fill:var(--c1)}.dot.c2,.name.c2{fill:var(--c2)}.dot.c3,.name.c3{fill:var(--c3)}.dot.c4,.name.c4{fill:var(--c4)}.dot.c5,.name.c5{fill:var(--c5)}
.back{fill:var(--line)}.fired{fill:var(--c0);fill-opacity:.45}.sent{fill:var(--c0)}
.cell{fill:var(--bg)}.heat{fill:var(--c0)}.mark{fill:var(--warm);stroke:var(--card)}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:6px 10px 6px 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
th{color:var(--soft);font-weight:600;font-size:13px}
.n{text-align:right;white-space:nowrap;width:1%;padding-left:18px}
tr.here td{font-weight:700}
progress{width:110px;height:9px;appearance:none;border:0;border-radius:5px;background:var(--line);vertical-align:middle}
progress::-webkit-progress-bar{background:var(--line);border-radius:5px}
progress::-webkit-progress-value{background:var(--c0);border-radius:5px}
progress::-moz-progress-bar{background:var(--c0);border-radius:5px}
.advice{border-left:4px solid var(--good);padding-left:14px;margin:16px 0}
.advice h3{font-size:15px;margin:0}
pre{background:var(--bg);border:1px solid var(--line);border-radius:8px;padding:10px 12px;overflow-x:auto;font:13px/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;margin:8px 0}
.add{color:var(--good)}.del{color:var(--bad)}
.note{border-left:4px solid var(--warm);padding-left:14px;margin:10px 0}
summary{cursor:pointer;color:var(--accent);margin-top:8px}
@media print{body{background:#fff}main{max-width:none;padding:0}section,.tile,.advice{break-inside:avoid}}
)css";
constexpr std::string_view kStyleHash =
    "sha256-wxkvofGvBAcXX0N+/6pcPvtRM6RqBs/wMRIb+DIrpNo=";

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
            "after limits and mutes. Hover for figures.",
            CurveChart(result_) + CurveTable());
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
    out_ += "</main>\n</body>\n</html>\n";
    return std::move(out_);
  }

 private:
  void Head() {
    out_ += "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
            "<meta charset=\"utf-8\">\n"
            "<meta http-equiv=\"Content-Security-Policy\" content=\""
            "default-src 'none'; style-src '";
    out_ += kStyleHash;
    out_ += "'; base-uri 'none'; form-action 'none'\">\n"
            "<meta name=\"viewport\" content=\"width=device-width, "
            "initial-scale=1\">\n"
            "<meta name=\"color-scheme\" content=\"light dark\">\n<title>";
    out_ += Escaped(result_.rule) + ": tuning</title>\n<style>";
    out_ += kStyle;
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
      const bool is_name = line.starts_with("+++") || line.starts_with("---");
      const char first = line.empty() ? ' ' : line[0];
      if (!is_name && (first == '+' || first == '-')) {
        out += first == '+' ? "<span class=\"add\">" : "<span class=\"del\">";
        out += Escaped(line) + "</span>\n";
      } else {
        out += Escaped(line) + "\n";
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
              Grouped(each.fired) + " firings";
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
      body += "<tr><td>" + Escaped(sample.time) + "</td><td>" +
              Escaped(sample.severity) + "</td><td>" + Escaped(said) +
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
    row("Variants run in the one pass", result_.engines);
    row("Events that reached them", result_.given);
    Section("Data quality and cost", "What the figures rest on.",
            body + "</table>\n");
  }

  const TuneResult& result_;
  std::string out_;
};

}  // namespace

std::string TuneHtml(const TuneResult& result) { return Page(result).Render(); }

}  // namespace mqwarden
