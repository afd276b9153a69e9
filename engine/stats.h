// What became of every event and every alert, in counters.
#ifndef MQWARDEN_ENGINE_STATS_H_
#define MQWARDEN_ENGINE_STATS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace mqwarden {

struct RuleStats {
  std::string rule;
  int64_t evaluations = 0;  // events of the rule's kinds
  int64_t matched = 0;      // of these, passed `where`; counts before exclude
  int64_t excluded = 0;     // of matched
  std::vector<std::pair<std::string, int64_t>> excluded_by_label;
  int64_t without_key = 0;  // of matched, not excluded: a field of `by` missing
  int64_t late = 0;         // of matched, not excluded: kept out of the window
  // Open alerts. fired = muted + limited + sent, less the muted ones that were
  // offered again when the mute had ended: `sent_after_mute` is also counted in
  // `sent`, `limited_after_mute` in `limited`.
  int64_t fired = 0;
  int64_t muted = 0;
  int64_t limited = 0;
  int64_t sent = 0;
  int64_t sent_after_mute = 0;
  int64_t limited_after_mute = 0;
  // Further records sent.
  int64_t updates = 0;
  int64_t resolved = 0;
  int64_t digests = 0;
  int64_t unsure = 0;       // of `new` and `rare`: would have fired, had the tuple
                            // not perhaps been given up at a bound
  int64_t undecided = 0;    // waits that the end of the input leaves open
  int64_t keys_live = 0;
  int64_t keys_evicted = 0;  // also tuples of its limits given up at a bound
  int64_t keys_saturated = 0;
};

struct ReportStats {
  std::string report;
  int64_t matched = 0;      // passed `where`; counts before exclude
  int64_t excluded = 0;     // of matched
  int64_t without_key = 0;  // of matched, not excluded
  int64_t late = 0;         // of these, with a key: kept out of the periods
  int64_t sent = 0;         // records
  int64_t keys_evicted = 0;
  int64_t keys_saturated = 0;
};

// What became of the rules of a checkpoint.
struct RestoreReport {
  int64_t rules_kept = 0;     // go on
  int64_t rules_changed = 0;  // start empty: they mean something else now
  int64_t rules_dropped = 0;  // the plan has them no longer
  int64_t rules_new = 0;      // the checkpoint does not know them
};

struct EngineStats {
  int64_t events = 0;   // taken by Process()
  int64_t late = 0;     // of these, behind the watermark
  int64_t untimed = 0;  // of these, without a time or a kind: not evaluated
  std::vector<RuleStats> rules;  // in the order of the plan, by name
  std::vector<ReportStats> reports;  // likewise
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_STATS_H_
