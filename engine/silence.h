// Stage 2: what becomes of firings. The one ordered stage after the keyed state:
// mutes, then all limits together (the policy's before the rule's own), held
// counts, digests; then the alert is built and queued.
//
// Everything here sees firings in the order of events, rules by name. Each way
// in which an alert is kept back is counted per rule.
#ifndef MQWARDEN_ENGINE_SILENCE_H_
#define MQWARDEN_ENGINE_SILENCE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/base/bytes.h"
#include "mqwarden/base/hash128.h"
#include "mqwarden/engine/alert_builder.h"
#include "mqwarden/engine/alert_events.h"
#include "mqwarden/engine/alert_queue.h"
#include "mqwarden/engine/digest_book.h"
#include "mqwarden/engine/each_keys.h"
#include "mqwarden/engine/evaluator.h"
#include "mqwarden/engine/limit_budget.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/stats.h"
#include "mqwarden/engine/timer_heap.h"

namespace mqwarden {

class Silence {
 public:
  enum class Outcome { kSent, kHeld, kMuted };

  // All outlive the stage. `stats->rules` has one entry a rule of the plan.
  Silence(const Plan& plan, Evaluator* evaluator, AlertBuilder* builder,
          AlertQueue* queue, AlertEvents* events, TimerHeap* timers,
          EngineStats* stats);

  // The first severity whose condition holds.
  Severity SeverityOf(const Firing& firing);

  // A rule has fired. An alert that is sent or muted is queued as `open`.
  // `firing.severity` is set.
  Outcome Open(const Firing& firing, Hash128 id);
  // The same without an id yet: it is made where one is needed.
  Outcome Open(const Firing& firing);
  // Offers an open alert whose mute has ended to the limits. True: it is sent.
  // `is_raise`: the severity has risen at this very event, which rules on alerts
  // see whatever is sent.
  bool OpenAfterMute(const Firing& firing, Hash128 id, bool is_raise);

  // The reason why the alert is muted now, as the rule writes it; null: it is
  // not.
  const std::string* MuteReason(const Firing& firing);
  // The first instant after the firing's time at which only time unmutes it, or
  // nullopt: what mutes it does not end by itself.
  std::optional<Time> UnmutedAt(const Firing& firing);

  // A record that no limit holds. `muted` may be null.
  void Update(const Firing& firing, Hash128 id, const std::string* muted,
              bool is_raise);
  // `told`: the open alert was sent, so its end is news.
  void Resolved(const Firing& firing, Hash128 id, bool told);

  // The period of a digest has ended.
  void Digest(const Timer& timer);

  // The budgets and books of one rule's own limits, and those of the policy. What
  // was saved of a limit that has changed is passed over. Load() is false where
  // the bytes are damaged; what it loads sets its timers.
  void SaveRule(uint32_t rule, ByteWriter* out) const;
  bool LoadRule(uint32_t rule, ByteReader* in);
  void SavePolicy(ByteWriter* out) const;
  bool LoadPolicy(ByteReader* in);

 private:
  struct Limit {
    Limit(const LimitPlan& plan, uint32_t rule, uint32_t index,
          size_t max_tuples)
        : plan(&plan),
          rule(rule),
          index(index),
          budget(plan.count, plan.per.count(), max_tuples),
          book(plan.per.count(), max_tuples) {}

    const LimitPlan* plan;
    uint32_t rule;   // of the plan; without meaning in a policy
    uint32_t index;  // among the rule's own
    LimitBudget budget;
    DigestBook book;
    // Of the alert on offer.
    bool applies = false;
    std::string tuple;
  };

  using Limits = std::vector<std::unique_ptr<Limit>>;
  static void Save(const Limits& limits, ByteWriter* out);
  bool Load(Limits* limits, ByteReader* in);
  int64_t NextChange(ExprId condition, Time t) const;
  // Whether all limits pass the alert; then their budgets are spent and `*held`
  // is what it has to announce. Else the first that refuses has counted it.
  bool Offer(const Firing& firing, int64_t* held);
  // Sets limit->applies and limit->tuple.
  void Apply(const EvalContext& context, Limit* limit);
  void Hold(const Firing& firing, Limit* limit);
  // `is_event`: rules on alerts see it.
  void Queue(AlertState state, Hash128 id, const Firing& firing, int64_t held,
             const std::string* muted, bool is_event = true);
  // Makes the values of an `each` those of the firing's key.
  void SelectEach(const Firing& firing);
  // An alert that is not sent is still an event for rules `on alert`.
  void TellUnsent(AlertState state, Hash128 id, const Firing& firing,
                  bool held);
  RuleStats& stats_of(const Firing& firing) {
    return stats_->rules[firing.rule_index];
  }

  const Plan& plan_;
  Evaluator* const evaluator_;
  AlertBuilder* const builder_;
  AlertQueue* const queue_;
  AlertEvents* const events_;
  TimerHeap* const timers_;
  EngineStats* const stats_;

  std::vector<std::unique_ptr<Limit>> policy_with_when_;
  std::vector<std::unique_ptr<Limit>> policy_without_when_;
  std::vector<std::vector<std::unique_ptr<Limit>>> own_;  // by rule
  std::vector<Limit*> offered_to_;
  std::vector<bool> has_each_;  // by rule
  EachKeys each_keys_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_SILENCE_H_
