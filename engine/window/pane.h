// The events of one tumbling window or session of a key, or of one period of a
// group of a report: events come and none leaves, so totals are kept and not the
// events. Different values of distinct() and percentile(), of which there may be
// many, are kept up to `max_entries` of the layout; beyond, the pane is saturated:
// they are lower bounds, or no longer exact.
//
// Times given to Add() do not decrease. Thread-compatible.
#ifndef MQWARDEN_ENGINE_WINDOW_PANE_H_
#define MQWARDEN_ENGINE_WINDOW_PANE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/numeric/int128.h"
#include "mqwarden/base/bytes.h"
#include "mqwarden/base/decimal.h"
#include "mqwarden/base/text.h"
#include "mqwarden/engine/value.h"
#include "mqwarden/engine/window/circular_buffer.h"
#include "mqwarden/engine/window/ordered_values.h"
#include "mqwarden/engine/window/window_contents.h"
#include "mqwarden/engine/window/window_layout.h"
#include "mqwarden/schema/alert.h"

namespace mqwarden {

class Pane final : public WindowContents {
 public:
  // `layout` outlives the pane.
  explicit Pane(const WindowLayout& layout);

  void Add(const WindowEntry& entry);

  bool empty() const { return count_ == 0; }
  int64_t count() const { return count_; }
  int64_t first() const { return first_; }  // of a pane that is not empty
  int64_t last() const { return last_; }
  bool saturated() const { return saturated_; }
  // About what it takes beyond itself; a function of what it holds.
  size_t bytes() const;

  // The values of the aggregates, in their order.
  void FillAggregates(std::vector<AggregateValue>* values) const;
  std::vector<AlertValue> ValueSets() const override;
  std::vector<std::shared_ptr<const std::string>> Evidence() const override;

  void Save(ByteWriter* out) const;
  // Of a new pane. False, and then not to be used, where the bytes are of no
  // pane of this layout.
  bool Load(ByteReader* in);

 private:
  using Texts = absl::flat_hash_set<std::string, TextHash, TextEq>;
  struct SetValues {
    std::vector<AlertValue> shown;        // the first different ones
    std::vector<std::string> identities;  // of these
  };
  struct Numbers {
    Decimal total;  // held at the ends of the 128 bits
    int64_t present = 0;
    absl::int128 min = 0;  // where present > 0
    absl::int128 max = 0;
    OrderedValues ordered;
  };

  void AddNumber(absl::int128 number, const WindowLayout::Column& column,
                 Numbers* to);
  AggregateValue NumberAggregate(size_t index) const;
  bool LoadNumbers(ByteReader* in, const WindowLayout::Column& column,
                   Numbers* to) const;

  const WindowLayout& layout_;

  int64_t count_ = 0;
  int64_t first_ = 0;
  int64_t last_ = 0;
  bool saturated_ = false;
  std::vector<int64_t> counts_;  // per count(condition)
  std::vector<Texts> distincts_;
  std::vector<SetValues> sets_;
  std::vector<Numbers> columns_;
  // The first and the last events, `evidence_first + evidence_last` at most.
  CircularBuffer<std::shared_ptr<const std::string>> first_events_;
  CircularBuffer<std::shared_ptr<const std::string>> last_events_;
  std::string scratch_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_WINDOW_PANE_H_
