// `when sequence`: section 8 of the language, and what section 13 adds to it.
#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "mqwarden/tests/oracle/oracle_runs.h"
#include "mqwarden/tests/oracle/sequence_search.h"

namespace mqwarden::oracle {
namespace {

class SequenceRun final : public Run {
 public:
  SequenceRun(RuleState* state, Desk* desk)
      : Run(state, desk), search_(state, desk) {}

  std::optional<Time> Due(Time before) override {
    std::optional<Time> due;
    for (const auto& [key, k] : keys_) {
      for (const Standing& standing : k.standing) {
        if (standing.deadline >= before) continue;
        if (!due.has_value() || standing.deadline < *due) {
          due = standing.deadline;
        }
      }
    }
    return due;
  }

  // "It fires when the watermark reaches the deadline, with that time."
  void Decide(Time t) override {
    for (auto& [key, k] : keys_) {
      for (const Standing& standing : k.standing) {
        if (standing.deadline == t) Fire(standing.match, standing.tuple, t);
      }
      std::erase_if(k.standing,
                    [&](const Standing& s) { return s.deadline == t; });
    }
  }

  // "Standing last-`missing` matches."
  int64_t Undecided() const override {
    int64_t undecided = 0;
    for (const auto& [key, k] : keys_) {
      undecided += static_cast<int64_t>(k.standing.size());
    }
    return undecided;
  }

 protected:
  void Take(const EventPtr& event, const KeyTuple& tuple) override {
    KeyState& k = keys_[tuple.key];
    // "Such an event strictly after the match's last event and before the
    // deadline clears it."
    std::erase_if(k.standing, [&](const Standing& s) {
      return event->time() < s.deadline && search_.Clears(*event, s.match);
    });
    k.events.push_back(event);
    const std::vector<Match> matches = search_.EndingAtTheLast(k.events);
    if (matches.empty()) return;
    // "A completed match drops all partial matches of the key: it starts afresh,
    // and the completing event does not begin the next."
    k.events.clear();
    if (!search_.waits()) {
      Fire(matches.front(), tuple, event->time());
      return;
    }
    // "While a match stands, a later one completes all the same: the key starts
    // afresh and the match is dropped. When one event completes matches of
    // several combinations that `missing` reads, each of them stands."
    if (!k.standing.empty()) return;
    std::vector<Match> standing = matches;
    std::sort(standing.begin(), standing.end(), BeganBefore);
    for (const Match& match : standing) {
      // "The deadline: its first event's time + D."
      const Time deadline = match[0].front()->time() + when().window.value;
      k.standing.push_back({match, tuple, deadline});
    }
  }

 private:
  // Our choice: alerts of one key and deadline come in the order in which their
  // matches began, then in that of the last events of their steps.
  static bool BeganBefore(const Match& a, const Match& b) {
    const auto places = [](const Match& match) {
      std::vector<int64_t> places = {match[0].front()->sequence()};
      for (const std::vector<EventPtr>& step : match) {
        if (!step.empty()) places.push_back(step.back()->sequence());
      }
      return places;
    };
    return places(a) < places(b);
  }

  struct Standing {
    Match match;
    KeyTuple tuple;  // of its last event
    Time deadline{};
  };
  struct KeyState {
    std::vector<EventPtr> events;  // since it started afresh
    std::vector<Standing> standing;
  };

  // "`count`: of a sequence, the events matched." What is read is that of the
  // last event of the match.
  void Fire(const Match& match, const KeyTuple& tuple, Time t) {
    std::vector<EventPtr> events;
    for (const std::vector<EventPtr>& step : match) {
      events.insert(events.end(), step.begin(), step.end());
    }
    const EventPtr last = events.back();
    Occasion occasion = OccasionOf(last, tuple, t, std::move(events));
    occasion.match = match;
    desk_.Fire(&state_, occasion);
  }

  const SequenceSearch search_;
  std::map<Key, KeyState> keys_;
};

}  // namespace

std::unique_ptr<Run> MakeSequenceRun(RuleState* state, Desk* desk) {
  return std::make_unique<SequenceRun>(state, desk);
}

}  // namespace mqwarden::oracle
