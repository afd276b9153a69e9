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
#include <vector>

#include "mqwarden/engine/plan.h"
#include "mqwarden/schema/alert.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

class AlertEvents {
 public:
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

 private:
  bool has_readers_ = false;
  struct Waiting {
    std::string rule;
    std::string sort_key;
    std::unique_ptr<Event> event;
  };
  std::vector<Waiting> waiting_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_ALERT_EVENTS_H_
