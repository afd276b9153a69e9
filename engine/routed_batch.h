// What routing says of a few events ahead of their turn: the rules that each is
// for, with the key, while the memory of those keys is on its way.
//
// Routing reads no state, so that it may run ahead; its one exception is a
// `recent`, and a plan that has any routes event by event. A cold key costs a cache
// miss in the index of its table and one in its slot, each of a hundred
// nanoseconds; asked for a batch ahead they overlap. What is asked for may have
// moved when its event comes: then that costs what it would have cost.
//
// Most events are for no rule. They leave nothing here, so that whoever goes
// through the hits never sees them again.
//
// Not thread-safe.
#ifndef MQWARDEN_ENGINE_ROUTED_BATCH_H_
#define MQWARDEN_ENGINE_ROUTED_BATCH_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/engine/evaluator.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/profiler.h"
#include "mqwarden/engine/router.h"
#include "mqwarden/engine/rule_runner.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

class RoutedBatch {
 public:
  // So many that memory has time to come, so few that what came is still there.
  static constexpr size_t kMaxEvents = 64;

  // A rule whose `where` an event passes.
  struct Hit {
    uint32_t event;  // its place in the batch
    uint32_t rule;
    bool excluded;
    bool has_key;      // false: the rule has an `each`, whose keys are its own
    bool complete;     // of the key
    uint32_t exclude;  // the clause that holds
    uint32_t key_begin;
    uint32_t key_size;
    uint64_t hash;
  };

  // All outlive the batch; one runner a rule.
  RoutedBatch(const Plan& plan, const std::vector<RuleRunner>& runners,
              Evaluator* evaluator, Router* router, Profiler* profiler);

  void Clear() {
    hits_.clear();
    keys_.clear();
  }
  // Adds what the event at `place` is for; it has a time and a kind. Places rise.
  void Route(uint32_t place, const Event& event);
  // Asks for the memory of the keys, when all have been added.
  void Prefetch() const;

  // By event, then by rule.
  std::span<const Hit> hits() const { return hits_; }
  Router::Key KeyOf(const Hit& hit) const {
    return {std::string_view(keys_).substr(hit.key_begin, hit.key_size),
            hit.hash, hit.complete};
  }

 private:
  void RouteRule(uint32_t rule, uint32_t place, const Event& event);

  const Plan& plan_;
  const std::vector<RuleRunner>& runners_;
  Evaluator* const evaluator_;
  Router* const router_;
  Profiler* const profiler_;
  std::vector<bool> has_each_;  // by rule

  std::vector<Hit> hits_;
  std::string keys_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_ROUTED_BATCH_H_
