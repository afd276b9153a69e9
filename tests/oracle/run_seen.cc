// `when new` and `when rare`: sections 7 and 13 of the language.
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "mqwarden/tests/oracle/oracle_runs.h"

namespace mqwarden::oracle {
namespace {

class SeenRun final : public Run {
 public:
  using Run::Run;

 protected:
  // "An event that lacks a field of the tuple is left out and counted as without
  // key; the tuple is shown in `fields`."
  void Pass(const EventPtr& event) override {
    const Scope scope = desk_.ScopeOf(state_, *event);
    const std::vector<KeyTuple> keys = KeysOf(rule().by, scope);
    const std::vector<KeyTuple> tuples = KeysOf(when().tuple, scope);
    if (keys.empty() || tuples.empty()) {
      ++state_.counters.without_key;
      return;
    }
    // "The first event is the first of the rule, of any key, that passes `on
    // where exclude` with complete key and tuple."
    if (!first_.has_value()) first_ = event->time();
    for (const KeyTuple& key : keys) {
      for (const KeyTuple& tuple : tuples) See(event, key, tuple);
    }
  }

 private:
  // "`new` and `rare` look at (t - D, t], earlier events of the same instant
  // included, this one not." `learn L` "fires from the first event + L on, that
  // instant included".
  void See(const EventPtr& event, const KeyTuple& key, const KeyTuple& tuple) {
    std::vector<EventPtr>& seen = seen_[{key.key, tuple.key}];
    const Time start = event->time() - when().window.value;
    std::erase_if(seen, [&](const EventPtr& e) { return e->time() <= start; });
    const int64_t before = static_cast<int64_t>(seen.size());
    seen.push_back(event);
    const Duration learn =
        when().learn.has_value() ? when().learn->value : Duration(0);
    if (event->time() < *first_ + learn) return;
    const int64_t below =
        when().kind == ast::When::Kind::kNew ? 1 : when().below.value;
    if (before >= below) return;
    // "`count`: how often the tuple was seen in the window, now included."
    Occasion occasion = OccasionOf(event, key, event->time(), seen);
    occasion.seen = tuple.group;
    occasion.tuple.named.insert(tuple.named.begin(), tuple.named.end());
    desk_.Fire(&state_, occasion);
  }

  std::optional<Time> first_;
  std::map<std::pair<Key, Key>, std::vector<EventPtr>> seen_;
};

}  // namespace

std::unique_ptr<Run> MakeSeenRun(RuleState* state, Desk* desk) {
  return std::make_unique<SeenRun>(state, desk);
}

}  // namespace mqwarden::oracle
