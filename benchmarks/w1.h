// The workload's three rules in the rule language, and the answer of an engine
// that runs them in the form of the hand-written one.
#ifndef MQWARDEN_BENCHMARKS_W1_H_
#define MQWARDEN_BENCHMARKS_W1_H_

#include <cstdint>
#include <memory>
#include <string_view>

#include "mqwarden/benchmarks/handwritten.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/schema/alert.h"

namespace mqwarden::benchmarks {

extern const std::string_view kW1Rules;

// Null, with the diagnostics on standard error, when they do not compile.
std::shared_ptr<const Plan> CompileW1();

// The same plan for up to `max_keys` live keys a rule.
std::shared_ptr<const Plan> WithMaxKeys(const std::shared_ptr<const Plan>& plan,
                                        int64_t max_keys);

class W1AnswerSink final : public AlertSink {
 public:
  void OnAlert(const Alert& alert) override {
    // The rules' names begin with r1, r2 and r3.
    answer_.Add(alert.rule[1] - '1', alert.time.time_since_epoch().count());
  }
  const W1Answer& answer() const { return answer_; }

 private:
  W1Answer answer_;
};

}  // namespace mqwarden::benchmarks

#endif  // MQWARDEN_BENCHMARKS_W1_H_
