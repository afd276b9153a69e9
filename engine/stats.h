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
  int64_t undecided = 0;    // waits that the end of the input leaves open
  int64_t keys_live = 0;
  int64_t keys_evicted = 0;  // also tuples of its limits given up at a bound
  int64_t keys_saturated = 0;
};

struct EngineStats {
  int64_t events = 0;   // taken by Process()
  int64_t late = 0;     // of these, behind the watermark
  int64_t untimed = 0;  // of these, without a time or a kind: not evaluated
  std::vector<RuleStats> rules;  // in the order of the plan, by name
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_STATS_H_
