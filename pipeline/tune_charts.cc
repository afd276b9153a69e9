#include "mqwarden/pipeline/tune_charts.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <string_view>
#include <vector>

#include "mqwarden/base/time.h"

namespace mqwarden {
namespace {

constexpr double kWidth = 860;
constexpr double kHeight = 260;
constexpr double kLeft = 52;
constexpr double kRight = 96;  // where lines are named
constexpr double kTop = 14;
constexpr double kBottom = 34;
// As many line colours as the style has.
constexpr size_t kColours = 6;
// Days that bars of a visible width have room for.
constexpr int64_t kMaxDays = 400;

std::string Coordinate(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.1f", value);
  return text;
}

// Short, for axes and tips.
std::string Figure(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), value >= 100 ? "%.0f" : "%.2f", value);
  std::string figure = text;
  if (figure.find('.') != std::string::npos) {
    while (figure.back() == '0') figure.pop_back();
    if (figure.back() == '.') figure.pop_back();
  }
  return figure;
}

std::string Attribute(std::string_view name, double value) {
  return " " + std::string(name) + "=\"" + Coordinate(value) + "\"";
}

std::string Open(double height, std::string_view what,
                 std::string_view attributes = "") {
  return "<svg " + std::string(attributes) + "viewBox=\"0 0 " + Coordinate(kWidth) + " " + Coordinate(height) +
         "\" role=\"img\" aria-label=\"" + std::string(what) + "\">\n";
}

std::string Label(double x, double y, std::string_view anchor,
                  const std::string& text, std::string_view style = "axis",
                  std::string_view attributes = "") {
  return "<text class=\"" + std::string(style) + "\"" +
         std::string(attributes) + Attribute("x", x) +
         Attribute("y", y) + " text-anchor=\"" + std::string(anchor) + "\">" +
         text + "</text>\n";
}

std::string Line(double x1, double y1, double x2, double y2,
                 std::string_view style) {
  return "<line class=\"" + std::string(style) + "\"" + Attribute("x1", x1) +
         Attribute("y1", y1) + Attribute("x2", x2) + Attribute("y2", y2) +
         "/>\n";
}

// 1, 2 or 5 times a power of ten, so that some four of them make `most`.
double Step(double most) {
  const double rough = most / 4;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (power * factor >= rough) return power * factor;
  }
  return power * 10;
}

// Maps values to the drawing.
struct Frame {
  double x_first = 0;
  double x_last = 1;
  double y_most = 1;

  double X(double x) const {
    const double span = std::max(1e-9, x_last - x_first);
    return kLeft + (x - x_first) / span * (kWidth - kLeft - kRight);
  }
  double Y(double y) const {
    return kHeight - kBottom - y / y_most * (kHeight - kTop - kBottom);
  }
  std::string Grid() const {
    std::string out;
    const double step = Step(y_most);
    for (int i = 0; i * step <= y_most * 1.0001; ++i) {
      const double y = Y(i * step);
      out += Line(kLeft, y, kWidth - kRight, y, "grid");
      out += Label(kLeft - 8, y + 4, "end", Figure(i * step));
    }
    return out;
  }
};

// Where the names of the curves stand: at their ends, and where they would cover
// each other, apart from there upwards.
std::vector<double> NamePlaces(const Frame& frame,
                               const std::vector<TuneCurve>& curves) {
  constexpr double kNameHeight = 15;
  std::vector<double> places;
  std::vector<size_t> from_below;
  for (const TuneCurve& curve : curves) {
    from_below.push_back(places.size());
    places.push_back(frame.Y(curve.points.back().per_day) + 4);
  }
  std::stable_sort(from_below.begin(), from_below.end(),
                   [&](size_t a, size_t b) { return places[a] > places[b]; });
  for (size_t i = 1; i < from_below.size(); ++i) {
    double& place = places[from_below[i]];
    place = std::min(place, places[from_below[i - 1]] - kNameHeight);
  }
  return places;
}

}  // namespace

std::string DateOfDay(int64_t day) {
  return FormatTimeShort(Time(std::chrono::hours(24 * day))).substr(0, 10);
}

std::string CurveChart(const TuneResult& result) {
  Frame frame;
  if (result.curves.empty() || result.curves[0].points.empty()) return "";
  const auto& points = result.curves[0].points;
  frame.x_first = static_cast<double>(points.front().threshold);
  frame.x_last = static_cast<double>(points.back().threshold);
  if (points.size() == 1) {  // one point stands in the middle
    frame.x_first -= 1;
    frame.x_last += 1;
  }
  frame.y_most = 0;
  for (const TuneCurve& curve : result.curves) {
    for (const TunePoint& point : curve.points) {
      frame.y_most = std::max(frame.y_most, point.per_day);
    }
  }
  if (frame.y_most <= 0) frame.y_most = 1;

  std::string out = Open(kHeight, "Alerts a day for each threshold",
                         "class=\"curves\" ");
  out += frame.Grid();
  out += Line(kLeft, kTop, kLeft, kHeight - kBottom, "cross");
  const size_t every = (points.size() + 13) / 14;
  for (size_t i = 0; i < points.size(); i += every) {
    const auto threshold = static_cast<double>(points[i].threshold);
    out += Label(frame.X(threshold), kHeight - kBottom + 18, "middle",
                 std::to_string(points[i].threshold));
  }
  const auto current = static_cast<double>(result.current);
  if (current >= frame.x_first && current <= frame.x_last) {
    out += Line(frame.X(current), kTop, frame.X(current), kHeight - kBottom,
                "now");
    out += Label(frame.X(current) + 5, kTop + 8, "start", "as written", "axis");
  }
  const std::vector<double> names = NamePlaces(frame, result.curves);
  for (size_t w = 0; w < result.curves.size(); ++w) {
    const TuneCurve& curve = result.curves[w];
    const std::string colour = "c" + std::to_string(w % kColours);
    const std::string window = FormatDuration(curve.window);
    const std::string which = " data-w=\"" + std::to_string(w) + "\"";
    out += "<polyline class=\"curve " + colour + "\"" + which + " points=\"";
    for (const TunePoint& point : curve.points) {
      out += Coordinate(frame.X(static_cast<double>(point.threshold))) + "," +
             Coordinate(frame.Y(point.per_day)) + " ";
    }
    out += "\"/>\n";
    for (const TunePoint& point : curve.points) {
      out += "<circle class=\"dot " + colour + "\"" + which +
             Attribute("cx", frame.X(static_cast<double>(point.threshold))) +
             Attribute("cy", frame.Y(point.per_day)) + " r=\"3.2\"><title>" +
             std::to_string(point.threshold) + " in " + window + ": fired " +
             std::to_string(point.fired) + ", sent " +
             std::to_string(point.sent) + ", " + Figure(point.per_day) +
             " a day</title></circle>\n";
    }
    out += Label(kWidth - kRight + 10, names[w], "start", window,
                 "name " + colour, which);
  }
  return out + "</svg>\n";
}

std::string TimelineChart(const TuneResult& result) {
  if (result.timeline.empty()) return "";
  const int64_t last = result.timeline.rbegin()->first;
  const int64_t first =
      std::max(result.timeline.begin()->first, last - kMaxDays + 1);
  int64_t most_matched = 1;
  int64_t most_sent = 1;
  for (auto it = result.timeline.lower_bound(first);
       it != result.timeline.end(); ++it) {
    most_matched = std::max(most_matched, it->second.matched);
    most_sent = std::max({most_sent, it->second.sent, it->second.fired});
  }
  Frame frame;
  frame.x_first = static_cast<double>(first);
  frame.x_last = static_cast<double>(last + 1);
  frame.y_most = static_cast<double>(most_sent);
  std::string out = Open(kHeight, "Firings, alerts and matched events by day");
  out += frame.Grid();
  const double width =
      (kWidth - kLeft - kRight) / static_cast<double>(last - first + 1);
  const double gap = std::min(3.0, width * 0.2);
  const double base = frame.Y(0);
  const auto bar = [&](double x, double value, std::string_view style) {
    if (value <= 0) return;
    const double y = frame.Y(value);
    out += "<rect class=\"" + std::string(style) + "\"" + Attribute("x", x) +
           Attribute("y", y) + Attribute("width", std::max(0.6, width - gap)) +
           Attribute("height", base - y) + "/>\n";
  };
  for (auto it = result.timeline.lower_bound(first);
       it != result.timeline.end(); ++it) {
    const TuneDay& day = it->second;
    const double x = frame.X(static_cast<double>(it->first));
    out += "<g><title>" + DateOfDay(it->first) + ": " +
           std::to_string(day.matched) + " events, fired " +
           std::to_string(day.fired) + ", sent " + std::to_string(day.sent) +
           "</title>\n";
    bar(x,
        static_cast<double>(day.matched) / static_cast<double>(most_matched) *
            frame.y_most,
        "back");
    bar(x, static_cast<double>(day.fired), "fired");
    bar(x, static_cast<double>(day.sent), "sent");
    out += "</g>\n";
  }
  out += Label(kLeft, kHeight - kBottom + 18, "start", DateOfDay(first));
  if (last > first + 1) {
    out += Label(kWidth - kRight, kHeight - kBottom + 18, "end",
                 DateOfDay(last));
  }
  return out + "</svg>\n";
}

std::string RhythmChart(const TuneResult& result) {
  static constexpr const char* kDays[] = {"Mon", "Tue", "Wed", "Thu",
                                          "Fri", "Sat", "Sun"};
  constexpr double kCell = 26;
  constexpr double kStep = (kWidth - kLeft - 20) / 24;
  const auto most = std::max<int64_t>(
      1, *std::max_element(result.matched_by_hour.begin(),
                           result.matched_by_hour.end()));
  std::string out = Open(7 * kCell + 30, "Matched events by hour of the week");
  for (size_t day = 0; day < 7; ++day) {
    const double y = static_cast<double>(day) * kCell;
    out += Label(kLeft - 10, y + kCell / 2 + 4, "end", kDays[day]);
    for (size_t hour = 0; hour < 24; ++hour) {
      const int64_t matched = result.matched_by_hour[day * 24 + hour];
      const int64_t fired = result.fired_by_hour[day * 24 + hour];
      // The root shows quiet hours beside a loud one.
      const double heat = std::sqrt(static_cast<double>(matched) /
                                    static_cast<double>(most));
      const double x = kLeft + static_cast<double>(hour) * kStep;
      char opacity[16];
      std::snprintf(opacity, sizeof(opacity), "%.2f",
                    matched == 0 ? 0.0 : 0.12 + 0.88 * heat);
      char when[16];
      std::snprintf(when, sizeof(when), "%s %02d:00", kDays[day],
                    static_cast<int>(hour));
      out += "<g><title>" + std::string(when) + " UTC: " +
             std::to_string(matched) + " events, fired " +
             std::to_string(fired) + "</title><rect class=\"cell\" rx=\"3\"" +
             Attribute("x", x) + Attribute("y", y) +
             Attribute("width", kStep - 2) + Attribute("height", kCell - 2) +
             "/><rect class=\"heat\" rx=\"3\" fill-opacity=\"" + opacity +
             "\"" + Attribute("x", x) + Attribute("y", y) +
             Attribute("width", kStep - 2) + Attribute("height", kCell - 2) +
             "/>";
      if (fired > 0) {
        out += "<circle class=\"mark\"" + Attribute("cx", x + kStep / 2 - 1) +
               Attribute("cy", y + kCell / 2 - 1) + " r=\"3.5\"/>";
      }
      out += "</g>\n";
    }
  }
  for (int hour = 0; hour < 24; hour += 3) {
    char text[8];
    std::snprintf(text, sizeof(text), "%02d", hour);
    out += Label(kLeft + (hour + 0.5) * kStep - 1, 7 * kCell + 18, "middle",
                 text);
  }
  return out + "</svg>\n";
}

}  // namespace mqwarden
