// The alerts of the present instant, until time moves past it: then they are
// handed over in the order (time, rule, key, state).
#ifndef MQWARDEN_ENGINE_ALERT_QUEUE_H_
#define MQWARDEN_ENGINE_ALERT_QUEUE_H_

#include <cstdint>
#include <vector>

#include "mqwarden/base/time.h"
#include "mqwarden/engine/alert_builder.h"
#include "mqwarden/schema/alert.h"

namespace mqwarden {

class AlertQueue {
 public:
  // Not owned; outlives the queue.
  explicit AlertQueue(AlertSink* sink) : sink_(sink) {}

  void Add(OrderedAlert alert) { alerts_.push_back(std::move(alert)); }
  bool empty() const { return alerts_.empty(); }
  // Hands over the alerts at or before `time`. The sink must not call the engine.
  void FlushThrough(Time time);

 private:
  AlertSink* const sink_;
  std::vector<OrderedAlert> alerts_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_ALERT_QUEUE_H_
