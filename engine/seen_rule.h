// A rule `when new` or `when rare`: per key and tuple, how often it was seen.
//
// An event at t fires when its tuple was seen fewer than N times (new: N = 1) in
// (t - D, t] before it, earlier events of the instant included. So the N newest
// times of a tuple are all there is to keep. Nothing fires before the rule's
// first event + L, of any key; late events and those that lack a field of the
// tuple are no part of it.
//
// Bound. A tuple counts as a key. One given up at `keys` would look new: what may
// have been forgotten does not fire and is counted. Thread-compatible.
#ifndef MQWARDEN_ENGINE_SEEN_RULE_H_
#define MQWARDEN_ENGINE_SEEN_RULE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mqwarden/base/bytes.h"
#include "mqwarden/engine/alert_builder.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/router.h"
#include "mqwarden/engine/rule_keys.h"
#include "mqwarden/engine/rule_shared.h"
#include "mqwarden/engine/stats.h"
#include "mqwarden/engine/value.h"
#include "mqwarden/engine/window/entry_reader.h"
#include "mqwarden/engine/window/window_layout.h"
#include "mqwarden/engine/window_shape.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

class SeenRule {
 public:
  SeenRule(uint32_t rule_index, const RuleShared& shared, RuleStats* stats);
  SeenRule(const SeenRule&) = delete;
  SeenRule& operator=(const SeenRule&) = delete;

  // The evaluator and the image stand on `event`, which is not late. `key` is
  // complete.
  void OnEvent(const Event& event, const Router::Key& key);
  int64_t CountLiveKeys(int64_t t) const { return keys_.CountLive(t); }
  size_t StateBytes() const { return keys_.StateBytes(); }

  // The state after all that happens before `t`; some of `t` may have.
  void Save(int64_t t, ByteWriter* out) const;
  // Of a new rule. False, and then not to be used, where the bytes are of no such
  // state.
  bool Load(ByteReader* in);

 private:
  // Counts the event and sets view_ to the window with it included. Returns how
  // often the tuple was seen before; nullopt: more often than is known.
  std::optional<int64_t> Count(KeySlot* slot, int64_t t);
  void Fire(const Event& event, const Router::Key& key);

  const RulePlan& rule_;
  const uint32_t rule_index_;
  const RuleShared shared_;
  const int64_t length_;
  const int64_t learn_;
  RuleStats* const stats_;
  const WindowShape shape_;
  const WindowLayout layout_;

  RuleKeys keys_;
  std::optional<int64_t> first_;  // time of the rule's first event
  EntryReader reader_;
  WindowView view_;                         // scratch
  std::vector<AggregateValue> aggregates_;  // scratch
  std::string tuple_;                       // scratch
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_SEEN_RULE_H_
