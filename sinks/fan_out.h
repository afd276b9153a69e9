// One sink that hands each alert and report to several, in the order given.
#ifndef MQWARDEN_SINKS_FAN_OUT_H_
#define MQWARDEN_SINKS_FAN_OUT_H_

#include <utility>
#include <vector>

#include "mqwarden/schema/alert.h"

namespace mqwarden {

class FanOut final : public AlertSink {
 public:
  // The sinks are not owned and must outlive this one.
  explicit FanOut(std::vector<AlertSink*> sinks) : sinks_(std::move(sinks)) {}

  void OnAlert(const Alert& alert) override {
    for (AlertSink* const sink : sinks_) sink->OnAlert(alert);
  }
  void OnReport(const ReportRecord& report) override {
    for (AlertSink* const sink : sinks_) sink->OnReport(report);
  }

 private:
  const std::vector<AlertSink*> sinks_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_SINKS_FAN_OUT_H_
