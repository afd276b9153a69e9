// Route: which rules an event is for, and under which key. Pure: it reads the
// plan and the event, never state, so any thread or machine may route.
//
// An event meets only the rules of its kind. Rules with equal `by` lists (one
// dimension) share the key, which is built at most once an event, on demand.
// The hash of a key is keyed with the seed of the options: hostile keys that
// collide cannot be prepared. Thread-compatible.
#ifndef MQWARDEN_ENGINE_ROUTER_H_
#define MQWARDEN_ENGINE_ROUTER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/engine/evaluator.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {

class Router {
 public:
  enum class Match : uint8_t { kNo, kExcluded, kYes };

  // The values of a rule's `by` in one event, as the bytes that identify them.
  struct Key {
    std::string_view bytes;  // until the next Key() or StartEvent()
    uint64_t hash = 0;
    bool complete = false;  // no required field is missing
  };

  Router(const Plan& plan, Evaluator* evaluator, uint64_t hash_seed);

  // The evaluator stands on a new event.
  void StartEvent() { ++event_; }
  // The rules that an event of `kind` may be for, by index, in order.
  std::span<const uint32_t> RulesOf(Kind kind) const {
    return by_kind_[static_cast<size_t>(kind)];
  }
  // False where MatchRule() would certainly say kNo. Costs a compare, and refuses
  // most events for most rules.
  bool MayMatch(uint32_t rule_index, const Event& event) const {
    const Guards& guards = guards_[rule_index];
    for (uint32_t i = 0; i < guards.count; ++i) {
      const Evaluator::NumberTest& test = guards.tests[i];
      if (!event.Has(test.field) || event.Int(test.field) != test.number) {
        return false;
      }
    }
    return true;
  }
  // Whether the event passes `where` and `exclude`. Of kExcluded, `*exclude` is
  // the place of the clause that holds.
  Match MatchRule(const RulePlan& rule, size_t* exclude);
  // Of a rule without `each`.
  Key KeyOf(uint32_t rule_index);
  // A complete key made elsewhere.
  Key KeyOfBytes(std::string_view bytes) const;

 private:
  // What the `where` of a rule asks of numbers, as far as there is room.
  struct Guards {
    std::array<Evaluator::NumberTest, 3> tests;
    uint32_t count = 0;
  };
  struct Dimension {
    const std::vector<KeyPart>* by;
    uint64_t event = 0;  // that the rest is about
    size_t begin = 0;    // in bytes_
    size_t size = 0;
    uint64_t hash = 0;
    bool complete = false;
  };

  Evaluator* const evaluator_;
  const uint64_t hash_seed_;
  std::array<std::vector<uint32_t>, kKindCount> by_kind_;
  std::vector<uint32_t> dimension_of_;  // by rule
  std::vector<Guards> guards_;  // by rule

  std::vector<Dimension> dimensions_;
  uint64_t event_ = 0;
  uint64_t bytes_event_ = 0;  // that bytes_ is about
  std::string bytes_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_ROUTER_H_
