// Makes alerts: ids, texts, fields, evidence.
//
// Texts, group and fields read the event that the evaluator stands on; it is the
// triggering event, or the last one counted where time makes the alert.
#ifndef MQWARDEN_ENGINE_ALERT_BUILDER_H_
#define MQWARDEN_ENGINE_ALERT_BUILDER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "mqwarden/base/bytes.h"
#include "mqwarden/base/hash128.h"
#include "mqwarden/base/time.h"
#include "mqwarden/engine/evaluator.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/value.h"
#include "mqwarden/engine/window/window_contents.h"
#include "mqwarden/schema/alert.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

// What an alert says about the window of its key.
struct WindowView {
  int64_t count = 0;
  std::optional<Time> first;
  std::optional<Time> last;
  std::span<const AggregateValue> aggregates;
  // Where value sets and evidence come from; null: from the event alone.
  const WindowContents* contents = nullptr;
  // Encoded events to show instead; may be empty.
  const std::vector<std::shared_ptr<const std::string>>* evidence = nullptr;
};

// A condition that has become true for one key, on its way to an alert. Views.
struct Firing {
  uint32_t rule_index = 0;
  const RulePlan* rule = nullptr;
  std::string_view key;  // identity of the values of `by`
  const Event* event = nullptr;
  Time time;
  Severity severity = Severity::kInfo;
  WindowView window;
  std::span<const Value> step_values;  // of a sequence, as its captures
  bool state_evicted = false;

  EvalContext context() const {
    return {.aggregates = window.aggregates, .rule = rule, .severity = severity,
            .alert_time = time, .step_values = step_values};
  }
};

// An alert with its place in the order of its instant.
struct OrderedAlert {
  Alert alert;
  uint32_t rule_index = 0;
  std::string sort_key;  // of its group
};

// The place of a state among the alerts of one key and instant.
int AlertStateRank(AlertState state);

class AlertBuilder {
 public:
  // Both outlive the builder.
  explicit AlertBuilder(Evaluator* evaluator) : evaluator_(evaluator) {}

  // A function of rule, version, key and event: of its event_id, or else of its
  // content and how often this very id was asked for in this instant.
  Hash128 IdOf(const RulePlan& rule, std::string_view key, const Event& event);
  // Of what fires at a deadline; `which` tells apart what one key has there.
  static Hash128 IdAt(const RulePlan& rule, std::string_view key, Time deadline,
                      std::string_view which = {});
  // The same of what the event `event` set the deadline for.
  Hash128 IdAt(const RulePlan& rule, std::string_view key, Time deadline,
               const Event& event);
  // Ids without an event_id are counted from the start.
  void StartInstant() {
    if (!ids_of_instant_.empty()) ids_of_instant_.clear();
  }

  // How often the ids of the present instant were asked for. Load() is false
  // where the bytes are of no such state.
  void Save(ByteWriter* out) const;
  bool Load(ByteReader* in);

  // Everything but `held` and `muted`.
  OrderedAlert Build(AlertState state, Hash128 id, const Firing& firing);

  // A text of the firing's rule.
  std::string Render(const Template& text, const Firing& firing);
  // Appends the parts of a key that are not missing, and its place in the order.
  void AppendGroup(const std::vector<KeyPart>& by, const EvalContext& context,
                   std::vector<AlertField>* group, std::string* sort_key);

 private:
  // To scratch_.
  void EncodeContent(const Event& event);
  std::vector<AlertValue> ValueSetsOf(const Firing& firing);
  std::string Render(const Template& text, const EvalContext& context);
  void AddFields(const Firing& firing, const EvalContext& context,
                 Alert* alert);
  void AddEvents(const Firing& firing, Alert* alert);

  Evaluator* const evaluator_;

  absl::flat_hash_map<Hash128, int64_t> ids_of_instant_;
  std::string scratch_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_ALERT_BUILDER_H_
