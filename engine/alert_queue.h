// The alerts of the present instant, until time moves past it: then they are
// handed over in the order (time, rule, key, state), and the reports of the instant
// behind them, by name.
#ifndef MQWARDEN_ENGINE_ALERT_QUEUE_H_
#define MQWARDEN_ENGINE_ALERT_QUEUE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "mqwarden/base/bytes.h"
#include "mqwarden/base/time.h"
#include "mqwarden/engine/alert_builder.h"
#include "mqwarden/schema/alert.h"
#include "mqwarden/schema/report.h"

namespace mqwarden {

class AlertQueue {
 public:
  // Not owned; outlives the queue.
  explicit AlertQueue(AlertSink* sink) : sink_(sink) {}

  void Add(OrderedAlert alert) { alerts_.push_back(std::move(alert)); }
  void AddReport(ReportRecord report) { reports_.push_back(std::move(report)); }
  bool empty() const { return alerts_.empty() && reports_.empty(); }
  // In the order in which they were added. Load() is false, and the queue empty,
  // where the bytes are of no queue. An alert of a rule that `plan` no longer has
  // keeps its place by name.
  void Save(ByteWriter* out) const;
  bool Load(const Plan& plan, ByteReader* in);
  // Hands over what is at or before `time`. The sink must not call the engine.
  void FlushThrough(Time time);
  // Hands over the alerts but for the first `kept`, whatever their time.
  void FlushBehind(size_t kept);
  size_t size() const { return alerts_.size(); }

 private:
  AlertSink* const sink_;
  std::vector<OrderedAlert> alerts_;
  // Made where time passes their end, and handed over in the same call.
  std::vector<ReportRecord> reports_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_ALERT_QUEUE_H_
