// The reports of a plan: which events they count, when their periods end, and the
// record that each makes then.
//
// A period ends between what happens before an instant and what happens at it.
// Its record is made by a timer at the end, after the events of that instant, and
// stands behind the alerts of it. A period is opened by the first thing that
// happens in it, so one without events makes nothing; nor does one that the
// watermark has not passed.
//
// Late events are left out: they never change what time has divided. In a report
// of statistics they count when they come.
#ifndef MQWARDEN_ENGINE_REPORTS_H_
#define MQWARDEN_ENGINE_REPORTS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "mqwarden/base/bytes.h"
#include "mqwarden/base/text.h"
#include "mqwarden/engine/alert_builder.h"
#include "mqwarden/engine/alert_queue.h"
#include "mqwarden/engine/each_keys.h"
#include "mqwarden/engine/evaluator.h"
#include "mqwarden/engine/event_image.h"
#include "mqwarden/engine/options.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/report_groups.h"
#include "mqwarden/engine/stats.h"
#include "mqwarden/engine/timer_heap.h"
#include "mqwarden/engine/window/entry_reader.h"
#include "mqwarden/engine/window/window_layout.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/schema/report.h"

namespace mqwarden {

class Reports {
 public:
  // All outlive the object.
  Reports(const Plan& plan, const EngineOptions& options, Evaluator* evaluator,
          AlertBuilder* builder, EventImage* image, AlertQueue* queue,
          TimerHeap* timers, EngineStats* stats);

  bool empty() const { return reports_.empty(); }
  size_t size() const { return reports_.size(); }

  // Before anything but a report happens at the instant `t`: events, then what is
  // due.
  void StartInstant(int64_t t) {
    if (t >= next_roll_) Roll(t, /*opens=*/true);
  }
  // An event with a time has been taken.
  void CountEvent() { ++events_; }

  // False where no report would count the event.
  bool MayMatch(const Event& event) const {
    return (kinds_ >> event.Int(FieldId::kKind) & 1) != 0;
  }
  // The evaluator and the image stand on the event.
  void OnEvent(const Event& event, bool is_late);
  void OnTimer(const Timer& timer);
  // The state of one report. Its timers are part of it: TimerHeap::Save() need not
  // keep those of Target::kReport.
  void Save(size_t index, ByteWriter* out) const;
  // Of a new report, when the counters of the statistics have been restored. False,
  // and then not to be used, where the bytes are of no state of this report.
  bool Load(size_t index, ByteReader* in);

 private:
  static constexpr size_t kCounters = 6;
  using Counters = std::array<int64_t, kCounters>;

  struct Period {
    int64_t end = 0;
    std::unique_ptr<ReportGroups> groups;  // null: of statistics
    int64_t events = 0;                    // of statistics, when it has ended
    std::vector<Counters> counters;        // likewise, by rule
  };
  // What `compare previous` looks back at.
  struct Previous {
    struct Named {
      std::string key;
      std::vector<AlertField> shown;
    };
    std::optional<int64_t> end;
    // By key what `order` gave, where it gave something.
    absl::flat_hash_map<std::string, AlertValue, TextHash, TextEq> values;
    std::vector<Named> top;
  };
  struct State {
    State(const ReportPlan& plan, const PlanPool& pool,
          const EngineOptions& options, Evaluator* evaluator,
          EventImage* image, ReportStats* stats);

    const ReportPlan& plan;
    ReportStats* const stats;
    const WindowLayout layout;
    EntryReader reader;
    const bool has_each;
    const bool shows_event;
    std::unique_ptr<Period> current;
    std::unique_ptr<Period> ended;  // for the rest of the instant at its end
    Previous previous;
    // Of statistics: where the current period began.
    int64_t events_before = 0;
    std::vector<Counters> counters_before;
  };

  static bool ReadsEvent(const ReportPlan& plan, const PlanPool& pool);
  // Ends the periods of statistics that are over at `t`; `opens` the ones of `t`.
  void Roll(int64_t t, bool opens);
  void End(State* state);
  void Open(size_t index, int64_t t);
  std::vector<Counters> CountersNow() const;
  void Count(State* state, const Event& event, std::string_view key);
  static std::unique_ptr<Period> TakeEnded(int64_t deadline, State* state);
  void MakeTop(State* state, const ReportGroups& groups, ReportRecord* report);
  std::optional<AlertValue> PreviousOf(const State& state,
                                       std::string_view key);
  void Show(const State& state, std::string_view key, const ReportGroup* group,
            ReportRow* row);
  void MakeStatistics(const Period& period, ReportRecord* report) const;
  void SavePeriod(const Period* period, ByteWriter* out) const;
  bool LoadPeriod(State* state, ByteReader* in,
                  std::unique_ptr<Period>* period) const;

  const Plan& plan_;
  Evaluator* const evaluator_;
  AlertBuilder* const builder_;
  EventImage* const image_;
  AlertQueue* const queue_;
  TimerHeap* const timers_;
  const EngineStats* const stats_;
  uint32_t kinds_ = 0;  // of any report

  std::vector<std::unique_ptr<State>> reports_;
  EachKeys each_keys_;
  int64_t events_ = 0;
  // The first end of a period of statistics that is still to come.
  int64_t next_roll_ = std::numeric_limits<int64_t>::max();
  std::string key_;  // scratch
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_REPORTS_H_
