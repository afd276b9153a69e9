// A sweep over thresholds whose cost grows with windows and not with thresholds.
//
// Model: one engine for each (threshold, window). What it does instead, for rules
// with `when count() >= N in D` or `when distinct(f, …) >= N in D` under the
// default refire:
// First, where an event goes, its key and its value are the same for all
// thresholds and windows: they are worked out once.
// Second, the newest N times of a key (of its values, for distinct) tell how many
// lie in each of the windows, for N the greatest threshold; so one list a key
// serves all.
// Third, no threshold has a state of its own. Let c be the count after the events
// before t - D have left, and c' the count after the event has been added; c' is
// at most c + 1. Between events a count only falls, so whatever was armed below
// the last c' and not above c is armed again now: the thresholds that are armed
// are those above c. The event fires those that are armed and reached, which is
// c + 1 where c' is that, and none otherwise.
// Fourth, only limits are a threshold's own: each point keeps its budgets, and
// spends of them when it fires, which is one point a window and event at most.
//
// Invariant: a key's list is in order of time, and holds the newest times. The
// tests hold the curve to separate replays. Thread-compatible.
#ifndef MQWARDEN_PIPELINE_TUNE_SWEEP_H_
#define MQWARDEN_PIPELINE_TUNE_SWEEP_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "mqwarden/base/hash128.h"
#include "mqwarden/base/text.h"
#include "mqwarden/base/time.h"
#include "mqwarden/engine/evaluator.h"
#include "mqwarden/engine/limit_budget.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

class TuneSweep final {
 public:
  struct Count {
    int64_t fired = 0;
    int64_t sent = 0;
  };
  // A key has fired at a threshold, at the window asked for. `key` is its place
  // among all keys that have fired; `is_new`: for the first time.
  struct KeyFiring {
    const Event* event = nullptr;
    int64_t threshold = 0;
    std::string_view key;
  };
  using OnFiring = std::function<void(const KeyFiring&)>;

  // Whether the one rule of the plan is of the form, and nothing but its own
  // limits and the policy's holds its alerts back.
  static bool Fits(const Plan& plan);
  // Whether the two differ in the threshold, by `difference`, or the window alone.
  // Both fit.
  static bool DifferByThreshold(const Plan& a, const Plan& b,
                                int64_t difference);

  // `plan` fits; its threshold is what `threshold` stands for. Points are first to
  // last, for each window.
  TuneSweep(std::shared_ptr<const Plan> plan, int64_t threshold, int64_t first,
            int64_t last, std::vector<Duration> windows);

  // Told of the firings at that window, at thresholds from first to last.
  void Watch(Duration window, OnFiring on_firing);

  // An event that the rule counts, with the inventory applied, in order.
  void Process(const Event& event);

  const Count& At(size_t window, int64_t threshold) const;
  // More keys were live than the rule may have: an engine would have given some
  // up.
  bool overflowed() const { return overflowed_; }

 private:
  struct Entry {
    int64_t time;
    Hash128 value;  // of distinct; else 0
  };
  struct KeyState {
    std::vector<Entry> entries;  // by time; the first `begin` have left
    size_t begin = 0;
    int64_t last_event = std::numeric_limits<int64_t>::min();
  };
  struct Window {
    int64_t length;
    std::vector<Count> counts;  // by threshold
    std::vector<std::vector<LimitBudget>> budgets;  // by threshold, as limits
    bool is_watched = false;
  };

  // How many entries are later than `cutoff`.
  static int64_t CountAfter(const KeyState& key, int64_t cutoff);
  bool FindKey(KeyState** state);
  void Fire(Window* window, int64_t reached, const Event& event);
  bool Offer(std::vector<LimitBudget>* budgets, int64_t t);
  void DropExpired(int64_t t);

  const std::shared_ptr<const Plan> plan_;
  const RulePlan& rule_;
  // A count of which a threshold n is reached is n + offset_.
  int64_t offset_ = 0;
  const int64_t first_;
  const int64_t last_;
  size_t most_ = 1;  // entries a key
  int64_t longest_ = 0;
  const std::vector<ExprId>* distinct_ = nullptr;
  std::vector<const LimitPlan*> limits_;  // the policy's first
  std::vector<Window> windows_;
  OnFiring on_firing_;

  Evaluator evaluator_;
  absl::flat_hash_map<std::string, std::unique_ptr<KeyState>, TextHash, TextEq>
      keys_;
  size_t sweep_at_ = 1024;
  bool overflowed_ = false;
  // Of the event: its key, and the tuples of limits.
  std::string key_;
  std::string value_;
  bool has_tuples_ = false;
  std::vector<std::string> tuples_;
  std::vector<bool> applies_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_TUNE_SWEEP_H_
