// The whole state of an engine as bytes, and back.
//
// A checkpoint is a header, then parts that stand alone, then a checksum of all
// before it. Rules and reports are found again by name and state hash: what means
// the same goes on, what has changed starts empty. Little-endian and canonical:
// equal states give equal bytes.
#ifndef MQWARDEN_ENGINE_CHECKPOINT_H_
#define MQWARDEN_ENGINE_CHECKPOINT_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "mqwarden/base/time.h"
#include "mqwarden/engine/alert_builder.h"
#include "mqwarden/engine/alert_queue.h"
#include "mqwarden/engine/options.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/recents.h"
#include "mqwarden/engine/reports.h"
#include "mqwarden/engine/rule_runner.h"
#include "mqwarden/engine/silence.h"
#include "mqwarden/engine/stats.h"
#include "mqwarden/engine/timer_heap.h"

namespace mqwarden {

// The parts of an engine that have a state.
struct EngineState {
  const Plan* plan;
  const EngineOptions* options;
  EngineStats* stats;
  AlertBuilder* builder;
  AlertQueue* queue;
  Recents* recents;
  Silence* silence;
  std::vector<RuleRunner>* runners;  // by rule
  Reports* reports;
  TimerHeap* timers;
  std::optional<Time>* instant;
  std::optional<Time>* watermark;
};

// Appends to `*out`.
void SaveEngine(const EngineState& state, std::string* out);

// Of a new engine; after an error it is not to be used. kDataLoss: the bytes are
// damaged, or of a later version. kFailedPrecondition: the engine has other key
// groups or another hash seed.
absl::Status LoadEngine(std::string_view checkpoint, const EngineState& state,
                        RestoreReport* report);

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_CHECKPOINT_H_
