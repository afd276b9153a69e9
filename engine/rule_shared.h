// What the rules of one engine share. All outlive the rules.
#ifndef MQWARDEN_ENGINE_RULE_SHARED_H_
#define MQWARDEN_ENGINE_RULE_SHARED_H_

#include <cstdint>
#include <limits>

#include "mqwarden/engine/alert_builder.h"
#include "mqwarden/engine/evaluator.h"
#include "mqwarden/engine/event_image.h"
#include "mqwarden/engine/options.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/silence.h"
#include "mqwarden/engine/timer_heap.h"

namespace mqwarden {

struct RuleShared {
  const Plan* plan;
  const EngineOptions* options;
  Evaluator* evaluator;
  AlertBuilder* builder;
  Silence* silence;
  TimerHeap* timers;
  EventImage* image;
  // What the state of one rule may take; see EngineOptions::state_bytes.
  int64_t state_share = std::numeric_limits<int64_t>::max();
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_RULE_SHARED_H_
