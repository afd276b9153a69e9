// Alerts as events: what `on alert` rules see of a firing.
//
// Every firing of a rule that is not itself `on alert` becomes one event of kind
// `alert`, sent, held or muted, with the fields of its triggering event and of
// its group. They wait here until the event or the instant
// that made them has been handled. Thread-compatible.
#ifndef MQWARDEN_ENGINE_ALERT_EVENTS_H_
#define MQWARDEN_ENGINE_ALERT_EVENTS_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mqwarden/engine/arrival.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/schema/alert.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

class AlertEvents {
 public:
  using Waiting = Arrival::AlertEvent;

  explicit AlertEvents(const Plan& plan);

  // Whether an alert of the rule becomes an event that some rule may see.
  bool Wanted(const RulePlan& rule) const;
  // `alert` has its group, time, state and severity; `sort_key` is that of its
  // group. `held`: a limit kept it back.
  void Add(const Alert& alert, std::string_view sort_key, bool held);

  // Whether some rule or report may see any.
  bool has_readers() const { return has_readers_; }
  bool empty() const { return waiting_.empty(); }
  // By rule, then by key, then in the order in which they were made; nothing
  // waits afterwards.
  std::vector<std::unique_ptr<Event>> Take();
  // What waits, to wait elsewhere; and back.
  std::vector<Waiting> TakeWaiting() { return std::exchange(waiting_, {}); }
  void PutBack(std::vector<Waiting> waiting) {
    for (Waiting& one : waiting) waiting_.push_back(std::move(one));
  }

 private:
  bool has_readers_ = false;
  std::vector<Waiting> waiting_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_ALERT_EVENTS_H_
