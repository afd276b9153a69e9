// The groups of one period of a report: exact totals per key, and the largest of
// them at the end.
//
// At `keys` the groups with the fewest events are given up, of equals the oldest,
// then by key, one in 64 at once; the period says so. Thread-compatible.
#ifndef MQWARDEN_ENGINE_REPORT_GROUPS_H_
#define MQWARDEN_ENGINE_REPORT_GROUPS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "mqwarden/base/bytes.h"
#include "mqwarden/base/text.h"
#include "mqwarden/engine/evaluator.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/window/pane.h"
#include "mqwarden/engine/window/window_layout.h"
#include "mqwarden/schema/alert.h"

namespace mqwarden {

struct ReportGroup {
  explicit ReportGroup(const WindowLayout& layout) : pane(layout) {}

  Pane pane;
  std::vector<AlertField> shown;  // key field and value, as of its first event
  std::string sort_key;
  // Encoded; only where the report shows something of it.
  std::shared_ptr<const std::string> last_event;
};

class ReportGroups {
 public:
  // A group with what it is ordered by: a view.
  struct Ranked {
    std::string_view key;
    const ReportGroup* group;
    Value order;
  };

  // All outlive the groups.
  ReportGroups(const ReportPlan& plan, const WindowLayout& layout)
      : plan_(plan), layout_(layout) {}

  // An event with a complete key, which may have several groups with `each`.
  void CountEvent() { ++total_; }
  // The group of `key`; `*is_new` says that it has no event yet, and is for the
  // caller to name.
  ReportGroup* Get(std::string_view key, bool* is_new, int64_t* evicted);

  bool Contains(std::string_view key) const { return groups_.contains(key); }
  int64_t total() const { return total_; }
  bool has_evicted() const { return has_evicted_; }
  // All groups, unordered. Values are good while the evaluator stands where it
  // does.
  std::vector<Ranked> All(Evaluator* evaluator) const;

  void Save(ByteWriter* out) const;
  // Of new groups. False, and then not to be used, where the bytes are of no
  // groups of this report.
  bool Load(ByteReader* in);

 private:
  void Evict(int64_t* evicted);

  const ReportPlan& plan_;
  const WindowLayout& layout_;

  int64_t total_ = 0;
  bool has_evicted_ = false;
  absl::flat_hash_map<std::string, std::unique_ptr<ReportGroup>, TextHash,
                      TextEq>
      groups_;
};

// What a report is ordered by: of these aggregates.
Value OrderOf(const ReportPlan& plan, const std::vector<AggregateValue>& values,
              int64_t count, Evaluator* evaluator);
// The largest first, missing last; equals in the order of keys.
bool ComesFirst(const ReportGroups::Ranked& a, const ReportGroups::Ranked& b);

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_REPORT_GROUPS_H_
