// A rule `when absent D` over the values of a list.
//
// Each value has a clock: the time of its last event, or, before its first one,
// the first event of the input of any kind (or where the host says that the input
// begins). The rule fires at clock + D when nothing came in between, that instant
// included, once; the next event of the value sets the clock and ends the absence.
//
// A value has at most one timer that counts; it is moved only when it comes, so
// an event costs a look-up. A muted absence waits for the first instant at which
// no mute holds any more.
//
// What texts, limits and mutes read is the last event of the value, with the
// field of `by` in the list's spelling; of a value never seen, that field alone.
// The keys are the list: none is ever given up. Thread-compatible.
#ifndef MQWARDEN_ENGINE_ABSENCE_RULE_H_
#define MQWARDEN_ENGINE_ABSENCE_RULE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "mqwarden/base/bytes.h"
#include "mqwarden/base/hash128.h"
#include "mqwarden/base/text.h"
#include "mqwarden/base/time.h"
#include "mqwarden/engine/alert_builder.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/router.h"
#include "mqwarden/engine/rule_shared.h"
#include "mqwarden/engine/timer_heap.h"
#include "mqwarden/engine/value.h"
#include "mqwarden/schema/alert.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

class AbsenceRule {
 public:
  AbsenceRule(uint32_t rule_index, const RuleShared& shared);
  AbsenceRule(const AbsenceRule&) = delete;
  AbsenceRule& operator=(const AbsenceRule&) = delete;

  // The input begins at `t`: sets the clocks that are not set yet.
  void Start(int64_t t);
  // The evaluator and the image stand on `event`, which is not late. All timers
  // before its time have been handled. A value that is not in the list is
  // ignored.
  void OnEvent(const Event& event, const Router::Key& key);
  void OnTimer(const Timer& timer);

  // Values that have been seen.
  int64_t CountLiveKeys(int64_t t) const;
  size_t StateBytes() const {
    size_t bytes = watched_.size() * sizeof(Watched);
    for (const Watched& watched : watched_) {
      if (watched.last_event != nullptr) bytes += watched.last_event->size();
    }
    return bytes;
  }

  void Save(ByteWriter* out) const;
  // False where the bytes are of no such state. Values that the list no longer
  // has are left out; new ones stay as they are. Sets the timers.
  bool Load(ByteReader* in);

 private:
  struct Absence {
    Hash128 id;
    Severity severity = Severity::kInfo;
    bool sent = false;
    bool muted = false;
    // Of a muted one: when to look again.
    std::optional<int64_t> look_at;
  };
  struct Watched {
    std::string key;  // identity of the value
    Value shown;      // as the list spells it
    bool is_seen = false;
    std::optional<int64_t> clock;
    bool is_armed = true;  // it has not fired since the clock was set
    std::optional<Absence> open;
    std::shared_ptr<const std::string> last_event;
    std::optional<int64_t> timer;  // when the one that counts comes
  };

  // When something is to be done about the value, if ever.
  std::optional<int64_t> DueOf(const Watched& watched) const;
  void SetTimer(size_t index);
  void Open(Watched* watched, int64_t t);
  void TellMuted(Watched* watched, int64_t t);
  void Resolve(const Event& event, Watched* watched);
  // Makes scratch_ the event that is read for the value, and reads it.
  const Event& ReadLastEvent(const Watched& watched);
  // Gives scratch_ the value where the expression of `by` reads it.
  void SetShown(ExprId expr, const Value& shown);
  Firing FiringOf(const Watched& watched, const Event& event, int64_t t);
  Severity SeverityOf(const Firing& firing);
  // Sets when a muted absence is to be looked at again.
  void SetLookAt(const Firing& firing, Absence* absence);

  const RulePlan& rule_;
  const uint32_t rule_index_;
  const RuleShared shared_;
  const int64_t length_;

  std::vector<Watched> watched_;  // in the order in which alerts name them
  absl::flat_hash_map<std::string, size_t, TextHash, TextEq> index_of_;
  Event scratch_;
  std::vector<AggregateValue> aggregates_;  // all of nothing
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_ABSENCE_RULE_H_
