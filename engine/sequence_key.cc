#include "mqwarden/engine/sequence_key.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mqwarden/base/time.h"
#include "mqwarden/engine/value.h"
#include "mqwarden/engine/value_text.h"

namespace mqwarden {
namespace {

constexpr int64_t kNever = std::numeric_limits<int64_t>::min();
// Of the lanes at the bound, one in this many is given up at once.
constexpr size_t kGivenUpShare = 64;

}  // namespace

SequenceKey::SequenceKey(const SequenceContext& context)
    : context_(context), levels_(context.shape->positions.size()) {}

const SequenceMatch* SequenceKey::Lane::sample() const {
  if (waiting != nullptr) return waiting.get();
  if (anchor.has_value()) return anchor->prefix.get();
  return newest.empty() ? nullptr : newest.front().prefix.get();
}

int64_t SequenceKey::Lane::first_time() const {
  int64_t first = waiting != nullptr ? waiting->first_time : kNever;
  if (anchor.has_value()) first = std::max(first, anchor->first_time());
  for (size_t i = 0; i < newest.size(); ++i) {
    if (newest[i].starts) first = std::max(first, newest[i].first_time());
  }
  return first;
}

int64_t SequenceKey::CutoffAt(int64_t t) const {
  return SaturatingSub(t, context_.shape->length);
}

size_t SequenceKey::Advance(const SequenceEvent& event, uint32_t kind,
                            std::vector<SequenceMatchPtr>* completed) {
  completed->clear();
  cutoff_ = CutoffAt(event.time);
  newest_ = event.ordinal;
  given_up_ = 0;
  for (size_t p = levels_.size(); p-- > 0;) {
    Step(p, event, kind);
    if (p + 1 < levels_.size()) {
      for (SequenceMatchPtr& match : done_) Insert(p + 1, std::move(match));
    } else if (!done_.empty()) {
      completed->swap(done_);
      for (Level& level : levels_) level = Level();
      return given_up_;
    }
  }
  return given_up_;
}

void SequenceKey::Step(size_t p, const SequenceEvent& event, uint32_t kind) {
  const SequenceShape::Position& position = context_.shape->positions[p];
  done_.clear();
  if ((position.test.kinds & kind) != 0) {
    if (p > 0) {
      ForEachLane(&levels_[p], position.test,
                  [&](Lane* lane) { AdvanceLane(p, event, lane); });
    } else if (context_.evaluator->Condition(position.test.where)) {
      if (position.count == 1) {
        Complete(p, nullptr, nullptr, nullptr, event);
      } else {
        Lane& lane = levels_[0].lanes[std::string()];
        Trim(cutoff_, &lane);
        AdvanceLane(p, event, &lane);
      }
    }
  }
  for (const SequenceShape::Test& guard : position.guards) {
    if ((guard.kinds & kind) == 0) continue;
    ForEachLane(&levels_[p], guard, [](Lane* lane) { lane->waiting.reset(); });
  }
}

template <typename Visit>
void SequenceKey::ForEachLane(Level* level, const SequenceShape::Test& test,
                              const Visit& visit) {
  auto& lanes = level->lanes;
  if (lanes.empty()) return;
  if (test.event_only && !context_.evaluator->Condition(test.where)) return;
  const auto look_at = [&](Lane* lane) {
    Trim(cutoff_, lane);
    if (!lane->empty() && Holds(test, *lane)) visit(lane);
    return !lane->empty();
  };
  if (!test.is_indexed) {
    for (auto it = lanes.begin(); it != lanes.end();) {
      const auto lane = it++;
      if (!look_at(&lane->second)) lanes.erase(lane);
    }
    return;
  }
  std::string key;
  for (const ExprId expr : test.lookup) {
    const Value value = context_.evaluator->Eval(expr);
    if (value.missing()) return;  // equals nothing
    AppendIdentity(value, &key);
  }
  const auto lane = lanes.find(std::string_view(key));
  if (lane != lanes.end() && !look_at(&lane->second)) lanes.erase(lane);
}

bool SequenceKey::Holds(const SequenceShape::Test& test, const Lane& lane) {
  if (test.event_only) return true;  // it has been asked
  std::vector<Value> values;
  lane.sample()->AppendValues(&values);
  return context_.evaluator->Condition(
      test.where, {.rule = context_.rule, .step_values = values});
}

void SequenceKey::AdvanceLane(size_t p, const SequenceEvent& event,
                              Lane* lane) {
  const int64_t count = context_.shape->positions[p].count;
  if (count == 1) {
    if (lane->waiting != nullptr) {
      Complete(p, lane->waiting.get(), nullptr, nullptr, event);
    }
    return;
  }
  Entry entry;
  entry.event = event;
  entry.starts = p == 0 || lane->waiting != nullptr;
  entry.prefix = lane->waiting;
  lane->newest.push_back(std::move(entry));
  if (lane->newest.size() == static_cast<size_t>(count)) {
    Entry oldest = std::move(lane->newest.front());
    lane->newest.pop_front();
    if (oldest.starts &&
        (!lane->anchor.has_value() ||
         oldest.first_ordinal() >= lane->anchor->first_ordinal())) {
      lane->anchor = std::move(oldest);
    }
  }
  Trim(cutoff_, lane);
  if (lane->anchor.has_value() &&
      lane->newest.size() == static_cast<size_t>(count - 1)) {
    Complete(p, lane->anchor->prefix.get(), &*lane->anchor, &lane->newest,
             event);
  }
}

// What is too old goes. Events that nothing before them starts are of no use.
void SequenceKey::Trim(int64_t cutoff, Lane* lane) {
  if (lane->waiting != nullptr && lane->waiting->first_time <= cutoff) {
    lane->waiting.reset();
  }
  if (lane->anchor.has_value() && lane->anchor->first_time() <= cutoff) {
    lane->anchor.reset();
  }
  while (!lane->anchor.has_value() && !lane->newest.empty() &&
         (!lane->newest.front().starts ||
          lane->newest.front().first_time() <= cutoff)) {
    lane->newest.pop_front();
  }
}

void SequenceKey::Complete(size_t p, const SequenceMatch* prefix,
                           const Entry* start,
                           const CircularBuffer<Entry>* newest,
                           const SequenceEvent& event) {
  const SequenceShape::Position& position = context_.shape->positions[p];
  const RulePlan& rule = *context_.rule;
  auto match = prefix != nullptr ? std::make_shared<SequenceMatch>(*prefix)
                                 : std::make_shared<SequenceMatch>();
  if (prefix == nullptr) {
    const SequenceEvent& first = start != nullptr ? start->event : event;
    match->first_time = first.time;
    match->first_ordinal = first.ordinal;
    match->captures.resize(context_.shape->captures);
  }
  match->last_time = event.time;
  match->count += position.count;
  match->ends.push_back(event.ordinal);
  for (const uint32_t capture : position.captures) {
    match->captures[capture] = KeptValue(
        context_.evaluator->Eval(rule.sequence->captures[capture].expr));
  }
  if (event.bytes != nullptr) {
    if (start != nullptr) match->Show(rule, start->event.bytes);
    for (size_t i = 0; newest != nullptr && i < newest->size(); ++i) {
      match->Show(rule, (*newest)[i].event.bytes);
    }
    if (newest == nullptr) match->Show(rule, event.bytes);
  }
  done_.push_back(std::move(match));
}

void SequenceKey::Insert(size_t p, SequenceMatchPtr match) {
  std::string key;
  match->AppendJoins(context_.shape->positions[p].joins, &key);
  Level& level = levels_[p];
  const auto known = level.lanes.find(std::string_view(key));
  if (known == level.lanes.end()) {
    MakeRoom(p);
    level.lanes[std::move(key)].waiting = std::move(match);
    return;
  }
  Lane& lane = known->second;
  if (lane.waiting == nullptr || IsPreferred(*match, *lane.waiting)) {
    lane.waiting = std::move(match);
  }
}

void SequenceKey::MakeRoom(size_t p) {
  Level& level = levels_[p];
  const SequenceShape::Position& position = context_.shape->positions[p];
  bool is_indexed = position.test.is_indexed;
  for (const SequenceShape::Test& guard : position.guards) {
    is_indexed = is_indexed && guard.is_indexed;
  }
  const size_t max_lanes =
      is_indexed ? context_.max_lanes
                 : std::min(context_.max_lanes, kMaxScannedLanes);
  if (level.lanes.size() < std::min(level.sweep_at, max_lanes)) return;
  for (auto it = level.lanes.begin(); it != level.lanes.end();) {
    const auto lane = it++;
    Trim(cutoff_, &lane->second);
    if (lane->second.empty()) level.lanes.erase(lane);
  }
  level.sweep_at = std::max<size_t>(16, 2 * level.lanes.size());
  if (level.lanes.size() < max_lanes) return;

  // Those whose matches have begun first have the least time left.
  std::vector<std::pair<int64_t, std::string>> ranks;
  ranks.reserve(level.lanes.size());
  for (const auto& [key, lane] : level.lanes) {
    ranks.emplace_back(lane.first_time(), key);
  }
  std::sort(ranks.begin(), ranks.end());
  const size_t share = std::max<size_t>(1, ranks.size() / kGivenUpShare);
  for (size_t i = 0; i < share; ++i) level.lanes.erase(ranks[i].second);
  given_up_ += share;
}

bool SequenceKey::DropExpired(int64_t t) {
  const int64_t cutoff = CutoffAt(t);
  bool is_empty = true;
  for (Level& level : levels_) {
    for (auto it = level.lanes.begin(); it != level.lanes.end();) {
      const auto lane = it++;
      Trim(cutoff, &lane->second);
      if (lane->second.empty()) level.lanes.erase(lane);
    }
    is_empty = is_empty && level.lanes.empty();
  }
  return is_empty;
}

bool SequenceKey::HasLive(int64_t t) const {
  const int64_t cutoff = CutoffAt(t);
  for (const Level& level : levels_) {
    for (const auto& [key, lane] : level.lanes) {
      if (lane.first_time() > cutoff) return true;
    }
  }
  return false;
}

size_t SequenceKey::lanes() const {
  size_t most = 0;
  for (const Level& level : levels_) most = std::max(most, level.lanes.size());
  return most;
}

int64_t SequenceKey::events() const {
  int64_t most = 0;
  for (const Level& level : levels_) {
    for (const auto& [key, lane] : level.lanes) {
      const SequenceMatch* const sample = lane.sample();
      const int64_t before = sample == nullptr ? 0 : sample->count;
      most = std::max(most, before + static_cast<int64_t>(lane.newest.size()) +
                                (lane.anchor.has_value() ? 1 : 0));
    }
  }
  return most;
}

}  // namespace mqwarden
