// A rule with `when` of any kind behind one face, without a virtual call on the
// way of an event.
#ifndef MQWARDEN_ENGINE_RULE_RUNNER_H_
#define MQWARDEN_ENGINE_RULE_RUNNER_H_

#include <cstdint>
#include <memory>
#include <type_traits>
#include <variant>

#include "mqwarden/base/bytes.h"
#include "mqwarden/engine/absence_rule.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/router.h"
#include "mqwarden/engine/rule_shared.h"
#include "mqwarden/engine/seen_rule.h"
#include "mqwarden/engine/sequence_rule.h"
#include "mqwarden/engine/stats.h"
#include "mqwarden/engine/timer_heap.h"
#include "mqwarden/engine/windowed_rule.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

class RuleRunner {
 public:
  RuleRunner(uint32_t rule_index, const RuleShared& shared, RuleStats* stats) {
    const RulePlan& rule = *shared.plan->rules()[rule_index];
    if (rule.window.has_value()) {
      state_ = std::make_unique<WindowedRule>(rule_index, shared, stats);
    } else if (rule.sequence.has_value()) {
      state_ = std::make_unique<SequenceRule>(rule_index, shared, stats);
    } else if (rule.absent.has_value()) {
      state_ = std::make_unique<AbsenceRule>(rule_index, shared);
    } else if (rule.seen.has_value()) {
      state_ = std::make_unique<SeenRule>(rule_index, shared, stats);
    }
  }

  // False: the rule fires on every event that passes, and has no state.
  bool has_when() const {
    return !std::holds_alternative<std::monostate>(state_);
  }
  // Null unless the rule is of that kind.
  WindowedRule* windowed() const {
    const auto* rule = std::get_if<std::unique_ptr<WindowedRule>>(&state_);
    return rule == nullptr ? nullptr : rule->get();
  }

  // As of the classes; `key` is complete and the event not late.
  void OnEvent(const Event& event, const Router::Key& key) const {
    if (WindowedRule* const rule = windowed()) {
      rule->OnEvent(event, key);
      return;
    }
    Visit([&](auto& rule) { rule.OnEvent(event, key); });
  }
  void OnTimer(const Timer& timer) const {
    Visit([&timer](auto& rule) {
      if constexpr (requires { rule.OnTimer(timer); }) rule.OnTimer(timer);
    });
  }
  // Whether a timer of the rule belongs to the saved state. Rules other than
  // windowed ones set theirs anew in Load().
  bool NeedsTimer(const Timer& timer) const {
    const WindowedRule* const rule = windowed();
    return rule != nullptr && rule->NeedsTimer(timer);
  }
  // The input begins at `t`.
  void Start(int64_t t) const {
    Visit([t](auto& rule) {
      if constexpr (requires { rule.Start(t); }) rule.Start(t);
    });
  }
  // What `stats` has of the state, at `t`.
  void CountState(int64_t t, RuleStats* stats) const {
    Visit([t, stats](auto& rule) {
      stats->keys_live = rule.CountLiveKeys(t);
      if constexpr (requires { rule.CountUndecided(); }) {
        stats->undecided = rule.CountUndecided();
      }
    });
  }

  // About what the keys of the rule take.
  int64_t StateBytes() const {
    int64_t bytes = 0;
    Visit([&bytes](auto& rule) { bytes = static_cast<int64_t>(rule.StateBytes()); });
    return bytes;
  }

  // The state after all that happens before `t`; some of `t` may have. A rule
  // without `when` has none.
  void Save(int64_t t, ByteWriter* out) const {
    Visit([t, out](auto& rule) {
      if constexpr (requires { rule.Save(t, out); }) {
        rule.Save(t, out);
      } else {
        rule.Save(out);
      }
    });
  }
  // Of a new rule. False, and then not to be used, where the bytes are of no
  // state of this rule.
  bool Load(ByteReader* in) const {
    bool loaded = true;
    Visit([in, &loaded](auto& rule) { loaded = rule.Load(in); });
    return loaded;
  }

 private:
  template <typename F>
  void Visit(const F& f) const {
    std::visit(
        [&f](const auto& rule) {
          if constexpr (!std::is_same_v<std::decay_t<decltype(rule)>,
                                        std::monostate>) {
            f(*rule);
          }
        },
        state_);
  }

  std::variant<std::monostate, std::unique_ptr<WindowedRule>,
               std::unique_ptr<SequenceRule>, std::unique_ptr<AbsenceRule>,
               std::unique_ptr<SeenRule>>
      state_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_RULE_RUNNER_H_
