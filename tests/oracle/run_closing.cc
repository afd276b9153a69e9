// Windows that close: `in D tumbling` and `in D session`; sections 7 and 13 of
// the language.
#include <map>
#include <memory>
#include <vector>

#include "mqwarden/tests/oracle/oracle_runs.h"

namespace mqwarden::oracle {
namespace {

class ClosingRun final : public Run {
 public:
  using Run::Run;

  std::optional<Time> Due(Time before) override {
    std::optional<Time> due;
    const auto add = [&](Time t) {
      if (t < before && (!due.has_value() || t < *due)) due = t;
    };
    for (const auto& [key, k] : keys_) {
      for (const Window& window : k.windows) add(EndOf(window));
      if (k.open.has_value() && k.next_end.has_value()) add(*k.next_end);
    }
    return due;
  }

  // "Tumbling and session fire once per window and key, with no arming." An
  // alert is open until a later window of its key is decided, an empty one
  // included, in which the condition is false.
  void Decide(Time t) override {
    for (auto& [key, k] : keys_) {
      Window window{{}, k.tuple};
      if (!k.windows.empty() && EndOf(k.windows.front()) == t) {
        window = k.windows.front();
        k.windows.erase(k.windows.begin());
        k.last = window.events.back();
        k.tuple = window.tuple;
      } else if (!k.open.has_value() || k.next_end != t) {
        continue;
      }
      Scope scope = desk_.ScopeOf(state_, *k.last);
      scope.window = window.events;
      const bool holds = Holds(when().condition, scope);
      const Occasion occasion = OccasionOf(k.last, k.tuple, t, window.events);
      if (!holds && k.open.has_value()) {
        desk_.Close(&state_, *k.open, occasion);
        k.open.reset();
      }
      if (!holds) continue;
      k.open = desk_.Fire(&state_, occasion);
      if (when().kind == ast::When::Kind::kTumbling) {
        k.next_end = t + when().window.value;
      }
    }
  }

  // "Open tumbling windows and sessions that hold an event."
  int64_t Undecided() const override {
    int64_t undecided = 0;
    for (const auto& [key, k] : keys_) {
      undecided += static_cast<int64_t>(k.windows.size());
    }
    return undecided;
  }

 protected:
  void Take(const EventPtr& event, const KeyTuple& tuple) override {
    std::vector<Window>& windows = keys_[tuple.key].windows;
    // "An event exactly D after the last opens a new session"; a tumbling
    // window excludes its end.
    if (windows.empty() || EndOf(windows.back()) <= event->time()) {
      windows.emplace_back();
    }
    windows.back().events.push_back(event);
    windows.back().tuple = tuple;
  }

 private:
  struct Window {
    std::vector<EventPtr> events;
    KeyTuple tuple;  // of the last event
  };
  struct KeyState {
    std::vector<Window> windows;  // not yet decided
    std::optional<OpenAlert> open;
    // Of a tumbling window: when the one after that of `open` ends.
    std::optional<Time> next_end;
    EventPtr last;   // of the window decided last
    KeyTuple tuple;  // likewise
  };

  // "Tumbling: the end of the window", one of "[kD, (k+1)D) from the Unix
  // epoch". "Session: last event + D."
  Time EndOf(const Window& window) const {
    const Time last = window.events.back()->time();
    const Duration length = when().window.value;
    if (when().kind == ast::When::Kind::kSession) return last + length;
    return Time(length * (last.time_since_epoch() / length + 1));
  }

  std::map<Key, KeyState> keys_;
};

}  // namespace

std::unique_ptr<Run> MakeClosingRun(RuleState* state, Desk* desk) {
  return std::make_unique<ClosingRun>(state, desk);
}

}  // namespace mqwarden::oracle
