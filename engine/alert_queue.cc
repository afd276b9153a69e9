#include "mqwarden/engine/alert_queue.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "mqwarden/engine/alert_codec.h"

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
  if (empty()) return;
  std::stable_sort(alerts_.begin(), alerts_.end(), ComesFirst);
  std::stable_sort(reports_.begin(), reports_.end(),
                   [](const ReportRecord& a, const ReportRecord& b) {
                     if (a.time != b.time) return a.time < b.time;
                     return a.report < b.report;
                   });
  size_t done = 0;
  const auto hand_over = [&](Time through) {
    while (done < alerts_.size() && alerts_[done].alert.time <= through) {
      sink_->OnAlert(alerts_[done].alert);
      ++done;
    }
  };
  size_t reported = 0;
  while (reported < reports_.size() && reports_[reported].time <= time) {
    hand_over(reports_[reported].time);
    sink_->OnReport(reports_[reported]);
    ++reported;
  }
  hand_over(time);
  alerts_.erase(alerts_.begin(),
                alerts_.begin() + static_cast<std::ptrdiff_t>(done));
  reports_.erase(reports_.begin(),
                 reports_.begin() + static_cast<std::ptrdiff_t>(reported));
}

void AlertQueue::FlushBehind(size_t kept) {
  const auto first = alerts_.begin() + static_cast<std::ptrdiff_t>(kept);
  std::stable_sort(first, alerts_.end(), ComesFirst);
  for (auto alert = first; alert != alerts_.end(); ++alert) {
    sink_->OnAlert(alert->alert);
  }
  alerts_.erase(first, alerts_.end());
}

void AlertQueue::Save(ByteWriter* out) const {
  out->Varint(alerts_.size());
  for (const OrderedAlert& ordered : alerts_) {
    SaveAlert(ordered.alert, out);
    out->Text(ordered.sort_key);
  }
}

bool AlertQueue::Load(const Plan& plan, ByteReader* in) {
  alerts_.clear();
  const uint64_t size = in->Varint();
  for (uint64_t i = 0; i < size && in->ok(); ++i) {
    OrderedAlert& ordered = alerts_.emplace_back();
    ordered.alert = LoadAlert(in);
    ordered.sort_key = in->Text();
    const auto rule = std::lower_bound(
        plan.rules().begin(), plan.rules().end(), ordered.alert.rule,
        [](const auto& r, const std::string& name) { return r->name < name; });
    ordered.rule_index = static_cast<uint32_t>(rule - plan.rules().begin());
  }
  if (!in->ok()) alerts_.clear();
  return in->ok();
}

}  // namespace mqwarden
