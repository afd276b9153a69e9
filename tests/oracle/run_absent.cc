// `when absent`: sections 7 and 13 of the language.
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "mqwarden/tests/oracle/oracle_runs.h"

namespace mqwarden::oracle {
namespace {

class AbsentRun final : public Run {
 public:
  AbsentRun(RuleState* state, Desk* desk) : Run(state, desk) {
    // "The universe is the list."
    const ast::KeyPart& part = rule().by[0];
    const Event none;
    for (const Value& value :
         Universe(*part.from, desk->ScopeOf(*state, none))) {
      const std::string name =
          part.name.has_value() ? part.name->text : part.expr.name;
      Watched& watched = values_[{KeyPartOf(value)}];
      if (watched.event != nullptr) continue;  // twice in the list
      watched.tuple.key = {KeyPartOf(value)};
      watched.tuple.group = {{name, ShownValue(value)}};
      watched.tuple.named[name] = value;
      watched.spelling = value.text;
      watched.event = InListsSpelling(none, watched);
    }
  }

  // "For a value not yet seen, from the first event of the input of any kind."
  void Begin(Time first) override {
    for (auto& [key, watched] : values_) watched.since = first;
  }

  std::optional<Time> Due(Time before) override {
    std::optional<Time> due;
    for (const auto& [key, watched] : values_) {
      const std::optional<Time> next = NextOf(watched, before);
      if (next.has_value() && (!due.has_value() || *next < *due)) due = next;
    }
    return due;
  }

  void Decide(Time t) override {
    for (auto& [key, watched] : values_) {
      if (NextOf(watched, t + Duration(1)) != t) continue;
      if (watched.open.has_value()) {
        desk_.SendAfterMute(&state_, &*watched.open, At(watched, t));
      } else {
        watched.open = desk_.Fire(&state_, At(watched, t));
      }
    }
  }

 protected:
  void Pass(const EventPtr& event) override {
    ast::KeyPart part = rule().by[0];
    part.from.reset();
    const std::vector<KeyTuple> tuples =
        KeysOf({&part, 1}, desk_.ScopeOf(state_, *event));
    if (tuples.empty()) {
      ++state_.counters.without_key;
      return;
    }
    const auto it = values_.find(tuples[0].key);
    if (it == values_.end()) return;  // "are ignored"
    Watched& watched = it->second;
    watched.since = event->time();
    watched.event = InListsSpelling(*event, watched);
    // "It fires once, and again only after an event was seen."
    if (watched.open.has_value()) {
      desk_.Close(&state_, *watched.open, At(watched, event->time()));
      watched.open.reset();
    }
  }

 private:
  struct Watched {
    KeyTuple tuple;  // in the list's spelling
    std::string spelling;
    std::optional<Time> since;
    EventPtr event;  // the last one; of a value not yet seen nothing but its key
    std::optional<OpenAlert> open;
  };

  // The event with the value as the list spells it, where the key is a field.
  EventPtr InListsSpelling(const Event& event, const Watched& watched) const {
    auto copy = std::make_shared<Event>();
    copy->CopyFrom(event);
    const FieldInfo* field = FieldOf(rule().by[0].expr);
    if (field != nullptr && (field->type == FieldType::kKw ||
                             field->type == FieldType::kStr)) {
      copy->CopyText(field->id, watched.spelling);
    }
    return copy;
  }

  // "`count`: 0 for `absent`."
  static Occasion At(const Watched& watched, Time t) {
    return OccasionOf(watched.event, watched.tuple, t, {});
  }

  // "Fires at that instant + D." A muted alert is sent "at the first instant
  // outside the muting calendars".
  std::optional<Time> NextOf(const Watched& watched, Time before) const {
    if (!watched.since.has_value()) return std::nullopt;
    const Time deadline = *watched.since + when().window.value;
    if (!watched.open.has_value()) {
      return deadline < before ? std::optional(deadline) : std::nullopt;
    }
    if (!watched.open->waits_muted) return std::nullopt;
    for (const Time t : Changes(deadline, before)) {
      if (!desk_.Muted(state_, At(watched, t), watched.open->severity)) {
        return t;
      }
    }
    return std::nullopt;
  }

  // The instants in (after, before) at which a mute may end: where `until` and
  // the spans of calendars say so, and at every full minute, since weekly ranges
  // and dates change there.
  std::set<Time> Changes(Time after, Time before) const {
    std::set<Time> instants;
    const auto add = [&](Time t) {
      if (after < t && t < before) instants.insert(t);
    };
    for (const ast::Mute* mute : desk_.MutesOf(state_)) add(mute->until.value);
    const Event none;
    const Definitions& definitions = *desk_.ScopeOf(state_, none).definitions;
    bool weekly = false;
    for (const ast::CalendarDef& calendar : definitions.file().calendars) {
      weekly = weekly || !calendar.weekly.empty() || !calendar.except.empty();
      for (const auto& period : calendar.periods) add(period.end.value);
      if (!calendar.from.has_value()) continue;
      for (const auto& row : definitions.Rows(calendar.from->value)) {
        add(*ParseTime(row.at("to")));
      }
    }
    const Duration minute = std::chrono::minutes(1);
    Time t = Time(minute * (after.time_since_epoch() / minute));
    for (; weekly && t < before; t += minute) add(t);
    return instants;
  }

  std::map<Key, Watched> values_;
};

}  // namespace

std::unique_ptr<Run> MakeAbsentRun(RuleState* state, Desk* desk) {
  return std::make_unique<AbsentRun>(state, desk);
}

}  // namespace mqwarden::oracle
