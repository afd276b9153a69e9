// The events of inputs in total order and joined, as ordered_events.h gives them,
// but given while the inputs are read: nothing is packed or sorted, and memory
// does not grow with the input.
//
//   lanes, each in its own order -> merge by heads -> check -> EventJoins -> events
//
// That the events come in order is assumed, and checked at each event. Model: an
// output in which no event stands before its predecessor in the total order is
// the sorted one. So it is enough to compare each event with the one given before
// it. The rank of a file within its collector is known in time: of two files the
// one whose first event is earlier comes first, and both have begun where their
// events meet. Where both begin at the same instant the rank depends on what is
// still to be read, and the inputs need the sort.
//
// What has been given when an assumption fails was for nothing, and its taker has
// to undo it. Two assumptions can be given up before the sort is needed:
//   one source     nothing waits for its twin in another source (same_facts.h);
//   no ties out    events of one instant stand in the order of their collectors,
//   of order       so that none is copied. Otherwise an instant is gathered, then
//                  put in order.
//
// Many files. At most kMaxOpen lanes are open at once; of more inputs each is
// looked into first, and opened when its first event is near.
//
// Thread-compatible.
#ifndef MQWARDEN_PIPELINE_IN_ORDER_EVENTS_H_
#define MQWARDEN_PIPELINE_IN_ORDER_EVENTS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "mqwarden/ingest/event_joins.h"
#include "mqwarden/pipeline/input_files.h"
#include "mqwarden/pipeline/input_reader.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

// What is taken for granted until an event shows otherwise.
struct OrderAssumptions {
  bool one_source = true;
  bool ties_in_order = true;
};

enum class OrderFound : uint8_t {
  kHolds,      // all events were given, in order
  kOneFailed,  // one of the assumptions: give it up and begin again
  kNone,       // the inputs need the sort
};

class InOrderEvents final {
 public:
  static constexpr size_t kMaxOpen = 16;

  // What is passed must outlive this.
  InOrderEvents(std::span<const InputFile> files, const InputOptions& input,
                const EventJoinsOptions& joins);
  ~InOrderEvents();
  InOrderEvents(const InOrderEvents&) = delete;
  InOrderEvents& operator=(const InOrderEvents&) = delete;

  // Gives every event to `take`, joined; before that each is shown to `before`,
  // unjoined. Called once. Where an assumption fails it is cleared in
  // `*assumptions`. Returns what ReadInputs() returns.
  absl::StatusOr<OrderFound> Give(
      OrderAssumptions* assumptions,
      const std::function<void(const Event&)>& before,
      const EventJoins::Sink& take,
      const std::function<void(const InputProgress&)>& on_progress);

  // After Give() that found kHolds.
  const EventJoinsStats& stats() const;
  InputSummary TakeSummary();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_IN_ORDER_EVENTS_H_
