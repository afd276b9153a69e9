// The events of all inputs in total order, joined: what a replay runs its rules
// over and what `normalize` prints.
//
//   inputs -> ReadInputs -> SortedMerge -> EventJoins -> events
//
// What comes out is a function of what the files hold: the order in which they
// are named, their names and how they are compressed change nothing.
#ifndef MQWARDEN_PIPELINE_ORDERED_EVENTS_H_
#define MQWARDEN_PIPELINE_ORDERED_EVENTS_H_

#include <cstdint>
#include <functional>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mqwarden/ingest/event_joins.h"
#include "mqwarden/pipeline/input_reader.h"
#include "mqwarden/pipeline/sorted_merge.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

// The reason for which an event without a time is rejected.
inline constexpr std::string_view kRejectNoTime = "no_time";

// Thread-compatible. Read() is called once, then Give() once.
class OrderedEvents final {
 public:
  OrderedEvents(const InputOptions& input, const SortedMergeOptions& merge,
                const EventJoinsOptions& joins);
  OrderedEvents(const OrderedEvents&) = delete;
  OrderedEvents& operator=(const OrderedEvents&) = delete;

  // Reads all inputs. `on_untimed` gets the events without a time, in the order
  // of the files, and may fail; where it is empty they are rejected.
  // `on_progress` may be empty. Returns what ReadInputs() returns.
  absl::StatusOr<InputSummary> Read(
      const std::function<absl::Status(Event*)>& on_untimed,
      const std::function<void(const InputProgress&)>& on_progress);

  // How many events wait to be given, before they are joined.
  int64_t events() const { return merge_.events(); }

  // Gives every event. `before` is asked with each one before it is joined and
  // ends the giving when it returns false; what waits then leaves all the same.
  absl::Status Give(const std::function<bool(const Event&)>& before,
                    const EventJoins::Sink& take);

  // After Give().
  const EventJoinsStats& stats() const { return stats_; }

 private:
  const InputOptions& input_;
  EventJoinsOptions joins_;
  SortedMerge merge_;
  uint32_t sources_ = 0;  // of the events that were not normalized before
  EventJoinsStats stats_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_ORDERED_EVENTS_H_
