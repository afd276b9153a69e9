// The groups of a sweep: how often each fired as the rule is written, and the
// greatest threshold that each reached at the rule's own window.
//
// A firing comes from the alert of an engine (TuneGroupSink) or from the sweep
// (SweptTuneGroups); both end in TuneGroups. Thread-compatible.
#ifndef MQWARDEN_PIPELINE_TUNE_GROUPS_H_
#define MQWARDEN_PIPELINE_TUNE_GROUPS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "mqwarden/base/text.h"
#include "mqwarden/engine/engine.h"
#include "mqwarden/engine/evaluator.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/pipeline/tune.h"
#include "mqwarden/pipeline/tune_labels.h"
#include "mqwarden/pipeline/tune_sweep.h"
#include "mqwarden/schema/alert.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

class TuneGroups final {
 public:
  // So many are kept; firings of others are counted.
  static constexpr size_t kMaxGroups = 100'000;

  void Add(const Alert& alert, int64_t threshold, bool is_current,
           bool is_labelled) {
    Note(Find(alert.group), threshold, is_current, is_labelled);
  }

  // The group of these values; null where there is no room for one more. Stays
  // where it is.
  TuneGroup* Find(const std::vector<AlertField>& values);
  // A firing of the group that Find() gave.
  void Note(TuneGroup* group, int64_t threshold, bool is_current,
            bool is_labelled);
  void Report(TuneResult* result) const;

 private:
  std::unordered_map<std::string, TuneGroup> groups_;
  std::string name_;
  int64_t not_kept_ = 0;
};

class TuneGroupSink final : public AlertSink {
 public:
  TuneGroupSink(const std::string& rule, int64_t threshold, bool is_current,
                const std::vector<TuneLabel>& labels, TuneGroups* groups,
                TuneResult* result);
  void OnAlert(const Alert& alert) override;

 private:
  const std::string& rule_;
  const std::vector<TuneLabel>& labels_;
  const int64_t threshold_;
  const bool is_current_;
  TuneGroups* const groups_;
  TuneResult* const result_;
  std::vector<bool>* const found_;  // in a map, which does not move it
};

// What TuneGroupSink takes from engines, from a sweep: the firings at the rule's
// own window and at other thresholds than its own. A key is put in words once.
class SweptTuneGroups final {
 public:
  SweptTuneGroups(std::shared_ptr<const Plan> plan,
                  const std::vector<TuneLabel>& labels, TuneGroups* groups,
                  TuneResult* result);
  void Take(const TuneSweep::KeyFiring& firing);

 private:
  // As far as labels and groups read it.
  void ReadAlert(const Event& event);

  const std::shared_ptr<const Plan> plan_;
  const RulePlan& rule_;
  Evaluator evaluator_;
  const std::vector<TuneLabel>& labels_;
  TuneGroups* const groups_;
  TuneResult* const result_;
  absl::flat_hash_map<std::string, TuneGroup*, TextHash, TextEq> by_key_;
  Alert alert_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_TUNE_GROUPS_H_
