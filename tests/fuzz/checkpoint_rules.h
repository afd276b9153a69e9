// A rule set with every sort of state, and a stream that fills it: what the fuzz
// target of checkpoints loads them into, and its corpus is made of.
#ifndef MQWARDEN_TESTS_FUZZ_CHECKPOINT_RULES_H_
#define MQWARDEN_TESTS_FUZZ_CHECKPOINT_RULES_H_

#include <cstdint>
#include <memory>

#include "mqwarden/engine/engine.h"
#include "mqwarden/engine/plan.h"

namespace mqwarden {

std::shared_ptr<const Plan> CheckpointPlan();

// Gives `events` events to the engine, a function of the seed.
void FeedEvents(uint64_t seed, int events, Engine* engine);

}  // namespace mqwarden

#endif  // MQWARDEN_TESTS_FUZZ_CHECKPOINT_RULES_H_
