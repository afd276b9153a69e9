// From the event that the evaluator stands on to what a window keeps of it.
#ifndef MQWARDEN_ENGINE_WINDOW_ENTRY_READER_H_
#define MQWARDEN_ENGINE_WINDOW_ENTRY_READER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/numeric/int128.h"
#include "mqwarden/engine/evaluator.h"
#include "mqwarden/engine/event_image.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/value.h"
#include "mqwarden/engine/window/window_layout.h"

namespace mqwarden {

class EntryReader {
 public:
  // All outlive the reader; the evaluator and the image stand on one event.
  EntryReader(const WindowLayout& layout, Evaluator* evaluator,
              EventImage* image);

  // The entry of that event at time `t`; good until the next call.
  const WindowEntry& Read(int64_t t);

 private:
  const WindowLayout& layout_;
  Evaluator* const evaluator_;
  EventImage* const image_;

  std::vector<std::string> tuples_;
  std::vector<Value> values_;
  std::vector<absl::int128> numbers_;
  WindowEntry entry_;
};

// The aggregates of a rule without `when`: over the one event on which the
// evaluator stands.
void AggregatesOfEvent(const RulePlan& rule, Evaluator* evaluator,
                       std::vector<AggregateValue>* values);

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_WINDOW_ENTRY_READER_H_
