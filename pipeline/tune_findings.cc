#include "mqwarden/pipeline/tune_findings.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "mqwarden/rules/rule_places.h"

namespace mqwarden {
namespace {

// Below these a choice rests on chance.
constexpr double kWeek = 6.9;  // the first and last event of one lie inside it
constexpr int64_t kFewFirings = 10;
// An alert a day is what a person still reads.
constexpr double kAlertsPerDay = 1.0;
// Groups that are worth an exclude: so few, and so much of all firings.
constexpr size_t kMostExempted = 3;
constexpr double kExemptedShare = 0.5;
// Thresholds in a row with the same firings that are worth a word.
constexpr size_t kQuietRange = 3;

std::string Figure(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.1f", value);
  return text;
}

std::string Times(int64_t count) {
  return count == 1 ? "once" : std::to_string(count) + " times";
}

// A string literal of a rule.
std::string Literal(const std::string& text) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (byte < 0x20 || byte == 0x7f) {
      out.append("\\u{");
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 15]);
      out.push_back('}');
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
  return out;
}

class Finder {
 public:
  Finder(const TuneVariants& variants, const TuneOptions& options,
         TuneResult* result)
      : variants_(variants), options_(options), result_(*result) {
    for (const TuneCurve& curve : result->curves) {
      if (curve.window == result->current_window) curve_ = &curve;
    }
  }

  void Run() {
    AddCautions();
    if (!HasEnough()) return;
    SuggestFewest();
    SuggestQuietRange();
    SuggestBudget();
    SuggestExclude();
    if (result_.suggestions.empty()) {
      TuneSuggestion keep;
      keep.title = "Keep " + result_.number;
      keep.why = "as written it sends " + Figure(result_.now.per_day) +
                 " alerts a day, and no other threshold of the sweep stands out";
      keep.fired = result_.now.fired;
      keep.sent = result_.now.sent;
      result_.suggestions.push_back(std::move(keep));
    }
  }

 private:
  int64_t MostFired() const {
    int64_t most = result_.now.fired;
    if (curve_ == nullptr) return most;
    for (const TunePoint& point : curve_->points) {
      most = std::max(most, point.fired);
    }
    return most;
  }

  bool HasEnough() const { return MostFired() >= kFewFirings; }

  // Whether every label that the rule finds as written is found at `threshold`.
  bool KeepsLabels(int64_t threshold) const {
    const auto found = result_.labels_found.find(threshold);
    for (size_t i = 0; i < result_.labels_now.size(); ++i) {
      if (!result_.labels_now[i]) continue;
      if (found == result_.labels_found.end() || !found->second[i]) return false;
    }
    return true;
  }

  void AddLabelCaution() {
    const std::vector<bool>& now = result_.labels_now;
    if (now.empty()) {
      result_.cautions.push_back(
          "No true positives are labelled: figures count alerts and do not know "
          "which were true. Look at what a higher threshold would lose before "
          "you take it.");
      return;
    }
    const auto found = std::count(now.begin(), now.end(), true);
    result_.cautions.push_back(
        "As written the rule finds " + std::to_string(found) + " of " +
        std::to_string(now.size()) +
        " labelled true positives; every threshold that is suggested finds "
        "them too.");
  }

  void AddCautions() {
    std::vector<std::string>& cautions = result_.cautions;
    if (!result_.first_event) {
      cautions.push_back("No event was read: there is nothing to go by.");
      return;
    }
    if (result_.days < kWeek) {
      cautions.push_back("Too little data: " + Figure(result_.days) +
                         " days of history are less than a week, so what only "
                         "some weekdays bring is not in it.");
    }
    if (!HasEnough()) {
      cautions.push_back(
          "Too little data: at no threshold of the sweep did the rule fire more "
          "than " +
          Times(MostFired()) + "; no threshold is suggested.");
    }
    if (result_.matched > 0 && result_.without_key * 10 > result_.matched) {
      cautions.push_back(std::to_string(result_.without_key) + " of " +
                         std::to_string(result_.matched) +
                         " events that the rule matches lack a field of `by` and "
                         "are not counted.");
    }
    if (result_.rejected > 0) {
      cautions.push_back(std::to_string(result_.rejected) +
                         " records were rejected and are in no figure.");
    }
    if (!result_.tells_when) {
      cautions.push_back("The rule reads a `recent` or alerts: hours and days "
                         "show its firings, not the events that it matches.");
    }
    if (result_.groups_not_kept > 0) {
      cautions.push_back("More groups fired than are kept: the lists of groups "
                         "are incomplete.");
    }
    if (result_.keys_not_kept) {
      cautions.push_back("More keys were live than `keys` lets the rule keep: a "
                         "replay gives some up and may fire less.");
    }
    if (result_.interrupted) {
      cautions.push_back("Interrupted: the figures are of a part of the input.");
    }
    AddLabelCaution();
  }

  TuneSuggestion OfThreshold(const TunePoint& point) const {
    TuneSuggestion suggestion;
    suggestion.threshold = point.threshold;
    suggestion.fired = point.fired;
    suggestion.sent = point.sent;
    if (point.threshold != result_.current) {
      suggestion.patch = variants_.Patch(
          {variants_.number_place(), std::to_string(point.threshold)});
    }
    const std::string n = std::to_string(point.threshold);
    suggestion.command =
        options_.command +
        (options_.param.empty()
             ? " --thresholds " + n + ".." + n
             : " --param " + options_.param + "=" + n + ".." + n);
    return suggestion;
  }

  // The fewest alerts with which every labelled true positive is still found.
  void SuggestFewest() {
    const bool finds_any =
        std::find(result_.labels_now.begin(), result_.labels_now.end(), true) !=
        result_.labels_now.end();
    if (curve_ == nullptr || !result_.rising || !finds_any) return;
    const TunePoint* best = nullptr;
    const TunePoint* last = nullptr;
    for (const TunePoint& point : curve_->points) {
      if (!KeepsLabels(point.threshold)) continue;
      if (best == nullptr || point.sent < best->sent) best = &point;
      if (point.sent == best->sent) last = &point;
    }
    if (best == nullptr || best->sent >= result_.now.sent) return;
    TuneSuggestion suggestion = OfThreshold(*best);
    const std::string n = std::to_string(best->threshold);
    suggestion.title = "Threshold " + n + ", with the fewest alerts that keep "
                       "every labelled true positive";
    suggestion.why = "it sends " + std::to_string(best->sent) + ", where " +
                     std::to_string(result_.current) + " sends " +
                     std::to_string(result_.now.sent);
    if (last->threshold > best->threshold) {
      suggestion.why += "; thresholds up to " +
                        std::to_string(last->threshold) +
                        " do no worse on this history, and see less of what is "
                        "not in it";
    }
    result_.suggestions.push_back(std::move(suggestion));
  }

  // The longest run of thresholds that fire equally often.
  void SuggestQuietRange() {
    if (curve_ == nullptr || !result_.rising) return;
    const std::vector<TunePoint>& points = curve_->points;
    size_t best = 0;
    size_t best_size = 0;
    for (size_t begin = 0; begin < points.size();) {
      size_t end = begin + 1;
      while (end < points.size() &&
             points[end].fired == points[begin].fired &&
             KeepsLabels(points[end].threshold)) {
        ++end;
      }
      if (points[begin].fired > 0 && end - begin > best_size &&
          KeepsLabels(points[begin].threshold)) {
        best = begin;
        best_size = end - begin;
      }
      begin = end;
    }
    if (best_size < kQuietRange) return;
    const TunePoint& low = points[best];
    const TunePoint& high = points[best + best_size - 1];
    const std::string range = std::to_string(low.threshold) + " to " +
                              std::to_string(high.threshold);
    const std::string why = "every threshold from " + range + " fires " +
                            Times(low.fired) +
                            ", so nothing in this history lies between: what "
                            "reaches the first reaches the last";
    for (const TuneSuggestion& other : result_.suggestions) {
      if (other.threshold == low.threshold) return;
    }
    TuneSuggestion suggestion = OfThreshold(low);
    if (result_.current >= low.threshold && result_.current <= high.threshold) {
      if (!result_.suggestions.empty()) return;  // the labels tell of a better one
      suggestion = TuneSuggestion();
      suggestion.title = "Keep the threshold";
      suggestion.fired = result_.now.fired;
      suggestion.sent = result_.now.sent;
      suggestion.why = why + "; " + std::to_string(result_.current) +
                       " stands inside";
    } else {
      suggestion.title = "Threshold " + std::to_string(low.threshold) +
                         ", where the curve is flat";
      suggestion.why = why;
    }
    result_.suggestions.push_back(std::move(suggestion));
  }

  void SuggestBudget() {
    if (curve_ == nullptr || result_.now.per_day <= kAlertsPerDay) return;
    const TunePoint* best = nullptr;
    for (const TunePoint& point : curve_->points) {
      if (point.per_day > kAlertsPerDay || !KeepsLabels(point.threshold)) {
        continue;
      }
      // Of those that are quiet enough, the one that still sees most.
      if (best == nullptr || point.fired > best->fired) best = &point;
    }
    if (best == nullptr || best->fired == 0) return;
    for (const TuneSuggestion& other : result_.suggestions) {
      if (other.threshold == best->threshold) return;
    }
    TuneSuggestion suggestion = OfThreshold(*best);
    suggestion.title = "Threshold " + std::to_string(best->threshold) +
                       " for at most one alert a day";
    suggestion.why = "it sends " + Figure(best->per_day) +
                     " alerts a day, where " +
                     std::to_string(result_.current) + " sends " +
                     Figure(result_.now.per_day);
    result_.suggestions.push_back(std::move(suggestion));
  }

  void SuggestExclude() {
    if (result_.noisy_total < kFewFirings) return;
    int64_t sum = 0;
    size_t k = 0;
    while (k < kMostExempted && k < result_.noisy.size()) {
      sum += result_.noisy[k++].fired;
      if (static_cast<double>(sum) >=
          kExemptedShare * static_cast<double>(result_.noisy_total)) {
        break;
      }
    }
    const bool is_most = static_cast<double>(sum) >=
                         kExemptedShare *
                             static_cast<double>(result_.noisy_total);
    if (!is_most || result_.noisy.size() <= k) return;
    for (size_t i = 0; i < k; ++i) {
      if (result_.noisy[i].is_labelled) return;
    }
    TuneSuggestion suggestion;
    suggestion.title = "Look at the noisiest " +
                       (k == 1 ? std::string("group")
                               : std::to_string(k) + " groups");
    suggestion.why = "they make " + std::to_string(sum) + " of " +
                     std::to_string(result_.noisy_total) +
                     " firings; where they are known and harmless, an exclude "
                     "leaves them out, and they are watched no longer";
    suggestion.fired = result_.noisy_total - sum;
    const RulePlaces& places = variants_.places();
    if (!places.by_field.empty()) {
      std::string values;
      for (size_t i = 0; i < k; ++i) {
        values.append(values.empty() ? "" : ", ")
            .append(Literal(result_.noisy[i].value));
      }
      TextPlace place = places.before_exclude;
      place.span.begin = place.span.end;
      suggestion.patch = variants_.Patch(
          {place, "\n  exclude  " + places.by_field + " in [" + values + "]"});
      suggestion.command = options_.command;
      const std::string n = std::to_string(result_.current);
      suggestion.command +=
          options_.param.empty()
              ? " --thresholds " + n + ".." + n
              : " --param " + options_.param + "=" + n + ".." + n;
    }
    result_.suggestions.push_back(std::move(suggestion));
  }

  const TuneVariants& variants_;
  const TuneOptions& options_;
  TuneResult& result_;
  const TuneCurve* curve_ = nullptr;
};

}  // namespace

void AddFindings(const TuneVariants& variants, const TuneOptions& options,
                 TuneResult* result) {
  Finder(variants, options, result).Run();
}

}  // namespace mqwarden
