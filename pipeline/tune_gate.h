// Which events of a log may matter to any engine of a sweep.
#ifndef MQWARDEN_PIPELINE_TUNE_GATE_H_
#define MQWARDEN_PIPELINE_TUNE_GATE_H_

#include <cstdint>
#include <memory>
#include <string_view>

#include "mqwarden/engine/evaluator.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

// Of a plan whose rules remember nothing but what they match, an event that none
// matches does nothing: time reaches the engines with the next event or at the
// end. Thread-compatible.
class TuneGate final {
 public:
  TuneGate(std::shared_ptr<const Plan> plan, std::string_view rule);

  // False where events that the rule matches are not known one by one.
  bool tells_when() const;
  // Whether the engines need it; `*matches`: the rule itself matches it, as far
  // as the event alone tells.
  bool Pass(const Event& event, bool* matches);

 private:
  bool Matches(const RulePlan& rule, uint32_t kind);

  const std::shared_ptr<const Plan> plan_;
  Evaluator evaluator_;
  const RulePlan* rule_ = nullptr;
  bool passes_all_ = false;
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_TUNE_GATE_H_
