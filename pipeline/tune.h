// Tune: what a rule would have done at other thresholds and windows, from one
// pass over history.
//
//   rule texts -> TuneVariants -> TuneSweep, or one engine a variant
//                                      ^
//   inputs -> OrderedEvents -----------+-> TuneResult -> JSON, text, HTML
//
// The curve is exact: a point says what a replay of the rule text with that number
// and window says, limits, mutes and the policy included. Where the rule is of the
// form that most thresholds have, one sweep works out all points, and costs as
// much for twenty thresholds as for one (tune_sweep.h). Any other rule has an
// engine for each point. Reading, decoding, sorting and joining happen once; an
// event that no rule of the plan may match goes to no engine.
//
// Groups are judged without limits and mutes: how often the key fired.
#ifndef MQWARDEN_PIPELINE_TUNE_H_
#define MQWARDEN_PIPELINE_TUNE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "mqwarden/base/time.h"
#include "mqwarden/pipeline/input_reader.h"
#include "mqwarden/pipeline/runner.h"
#include "mqwarden/pipeline/tune_labels.h"
#include "mqwarden/rules/compile.h"
#include "mqwarden/rules/diagnostic.h"
#include "mqwarden/rules/file_reader.h"

namespace mqwarden {

struct TuneOptions {
  // Points of the curve, over all windows.
  static constexpr int64_t kMaxPoints = 1000;

  ReplayOptions replay;
  std::string rule;
  // The number to sweep, where it is a param's; else the one number that the
  // rule's condition compares an aggregate with.
  std::string param;
  int64_t first = 0;  // thresholds first..last
  int64_t last = 0;
  std::vector<Duration> windows;  // empty: the rule's own
  // What a suggestion must not lose.
  std::vector<TuneLabel> labels;
  // How a person would run this again, up to the options that a suggestion
  // adds: `mqwarden tune -r rules --rule burst logs`.
  std::string command;
};

struct TunePoint {
  int64_t threshold = 0;
  int64_t fired = 0;  // before mutes and limits
  int64_t sent = 0;
  double per_day = 0;  // of sent
};

struct TuneCurve {
  Duration window{};
  std::vector<TunePoint> points;
};

// One key of the rule, at the rule's own window.
struct TuneGroup {
  std::string name;    // `user: ana, source_ip: 10.0.0.9`; text of events
  std::string value;   // of the only field of `by`, else ""
  int64_t fired = 0;   // at the rule's own threshold
  int64_t peak = 0;    // the greatest threshold of the sweep at which it fired
  bool is_labelled = false;  // a firing of its fits a label
};

struct TuneDay {
  int64_t matched = 0;  // events that the rule counts
  int64_t fired = 0;
  int64_t sent = 0;
};

struct TuneSample {
  std::string time;
  std::string severity;
  std::string title;    // text of events
  std::string summary;  // text of events
  std::string group;    // text of events
};

struct TuneSuggestion {
  std::string title;
  std::string why;
  std::optional<int64_t> threshold;
  int64_t fired = 0;  // with it
  int64_t sent = -1;  // with it; -1: not known
  std::string patch;    // a unified diff of the rule text; "" for none
  std::string command;  // that reproduces the figures; "" for none
};

struct TuneResult {
  std::string rule;
  std::string number;  // what is swept: `count() >= 10`, or a param's name
  std::string param;   // "" where a number of the rule itself is swept
  int64_t current = 0;  // its value in the rule text
  Duration current_window{};
  bool rising = false;  // a greater threshold fires less
  bool has_limits = false;

  std::vector<TuneCurve> curves;  // in the order asked for
  TunePoint now;                  // the rule as it is written

  double days = 0;  // from the first to the last event; at least one
  std::optional<Time> first_event;
  std::optional<Time> last_event;
  int64_t events = 0;   // that the rules saw
  int64_t matched = 0;  // events that the rule counts
  int64_t without_key = 0;
  // False for a rule that reads a `recent` or alerts: what it matches is then
  // counted, and stands in no hour or day.
  bool tells_when = true;

  std::vector<TuneGroup> noisy;  // by fired, most first
  int64_t noisy_total = 0;       // of all groups
  std::vector<TuneGroup> near;   // did not fire as written, by peak, most first
  int64_t groups = 0;            // that fired at any threshold of the sweep
  int64_t groups_not_kept = 0;   // beyond the bound on groups
  // By hour of the week, from Monday 00:00 UTC.
  std::array<int64_t, 168> matched_by_hour{};
  std::array<int64_t, 168> fired_by_hour{};
  std::map<int64_t, TuneDay> timeline;  // by days since 1970-01-01, UTC
  std::vector<TuneSample> samples;      // of what was sent as written

  // Whether a firing fits each label: by threshold, at the rule's own window, and
  // as the rule is written.
  std::map<int64_t, std::vector<bool>> labels_found;
  std::vector<bool> labels_now;

  std::vector<TuneSuggestion> suggestions;
  std::vector<std::string> cautions;  // why not to trust the figures too far

  // Data quality and cost.
  std::vector<InputReport> files;
  int64_t rejected = 0;
  int64_t duplicates = 0;
  int64_t engines = 0;
  int64_t given = 0;  // events that went to the engines
  // A sweep kept more keys than the rule may have: the curve is that of a rule
  // with room for them.
  bool keys_not_kept = false;
  bool interrupted = false;
};

// `sources` compile. Returns kNotFound for a rule or param that is not there,
// kInvalidArgument for a rule or a range that cannot be swept, with
// `*diagnostics` filled where a variant does not compile, and what Replay()
// returns. `files` may be null where the texts name none.
absl::StatusOr<TuneResult> Tune(std::span<const RuleSource> sources,
                                FileReader* files, const TuneOptions& options,
                                DiagnosticList* diagnostics);

// The products. JSON and HTML end with a newline; nothing of the events is more
// than text in any of them.
std::string TuneJson(const TuneResult& result);
std::string TuneText(const TuneResult& result);
std::string TuneHtml(const TuneResult& result);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_TUNE_H_
