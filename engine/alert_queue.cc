#include "mqwarden/engine/alert_queue.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace mqwarden {
namespace {

bool ComesFirst(const OrderedAlert& a, const OrderedAlert& b) {
  if (a.alert.time != b.alert.time) return a.alert.time < b.alert.time;
  if (a.rule_index != b.rule_index) return a.rule_index < b.rule_index;
  if (a.sort_key != b.sort_key) return a.sort_key < b.sort_key;
  return AlertStateRank(a.alert.state) < AlertStateRank(b.alert.state);
}

}  // namespace

// The alerts that stay are later ones: those of events beyond a watermark.
void AlertQueue::FlushThrough(Time time) {
  if (alerts_.empty()) return;
  std::stable_sort(alerts_.begin(), alerts_.end(), ComesFirst);
  size_t done = 0;
  while (done < alerts_.size() && alerts_[done].alert.time <= time) {
    sink_->OnAlert(alerts_[done].alert);
    ++done;
  }
  alerts_.erase(alerts_.begin(),
                alerts_.begin() + static_cast<std::ptrdiff_t>(done));
}

}  // namespace mqwarden
