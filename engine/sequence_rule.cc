#include "mqwarden/engine/sequence_rule.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"
#include "mqwarden/base/check.h"
#include "mqwarden/engine/alert_builder.h"
#include "mqwarden/engine/state_codec.h"
#include "mqwarden/schema/event_codec.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

// Of the keys at the bound, one in this many is given up at once.
constexpr size_t kEvictedShare = 64;
constexpr size_t kFirstSweep = 64;

// A partial match with its look-up, an event of it without and with its bytes, a value
// that later steps read: about.
constexpr int64_t kMatchBytes = 320;
constexpr int64_t kEventBytes = 8;
constexpr int64_t kEvidenceBytes = 512;
constexpr int64_t kCaptureBytes = 96;

// The partial matches that the rule may keep, of all keys.
size_t MaxMatches(const RulePlan& rule, int64_t state_share) {
  int64_t events = 0;
  for (const SequenceStep& step : rule.sequence->steps) {
    if (!step.missing) events = SaturatingAdd(events, step.count);
  }
  const bool has_evidence = rule.evidence_first > 0 || rule.evidence_last > 0;
  const absl::int128 bytes =
      kMatchBytes +
      absl::int128(events) * (has_evidence ? kEvidenceBytes : kEventBytes) +
      static_cast<int64_t>(rule.sequence->captures.size()) * kCaptureBytes;
  const auto most = static_cast<int64_t>(std::max<absl::int128>(
      1, std::min<absl::int128>(rule.max_keys, state_share / bytes)));
  return static_cast<size_t>(most);
}

}  // namespace

// A match that is due, with its place among those of the instant.
struct SequenceRule::Due {
  std::string sort_key;
  Key* key;
  Standing standing;
  std::unique_ptr<Event> event;
};

SequenceRule::SequenceRule(uint32_t rule_index, const RuleShared& shared,
                           RuleStats* stats)
    : rule_(*shared.plan->rules()[rule_index]),
      rule_index_(rule_index),
      shared_(shared),
      stats_(stats),
      shape_(ShapeOfSequence(rule_, shared.plan->pool())),
      context_({.rule = &rule_,
                .shape = &shape_,
                .evaluator = shared.evaluator,
                .max_lanes = MaxMatches(rule_, shared.state_share)}),
      max_keys_(MaxMatches(rule_, shared.state_share)),
      shows_evidence_(rule_.evidence_first > 0 || rule_.evidence_last > 0),
      has_each_(EachKeys::HasEach(rule_.by)),
      sweep_at_(kFirstSweep),
      each_keys_(shared.evaluator) {}

void SequenceRule::OnEvent(const Event& event, const Router::Key& router_key) {
  const uint32_t kind = uint32_t{1} << event.Int(FieldId::kKind);
  SequenceEvent in_hand;
  in_hand.time = event.Int(FieldId::kTime);
  in_hand.ordinal = ++ordinal_;
  const auto known = keys_.find(router_key.bytes);
  Key* key = known == keys_.end() ? nullptr : known->second.get();
  if (key == nullptr) {
    if (!Begins(kind)) return;
    key = NewKey(router_key.bytes, in_hand.time);
  }
  if (shows_evidence_) in_hand.bytes = shared_.image->bytes();
  if (!key->standing.empty()) Clear(key, in_hand, kind);
  const size_t given_up = key->matches.Advance(in_hand, kind, &completed_);
  if (given_up > 0) {
    evicted_.Add(key->bytes);
    stats_->keys_evicted += static_cast<int64_t>(given_up);
  }
  bool is_empty = false;
  if (!completed_.empty()) {
    is_empty = true;
    if (!shape_.has_final) {
      const auto best = std::max_element(
          completed_.begin(), completed_.end(),
          [](const auto& a, const auto& b) { return IsPreferred(*b, *a); });
      Fire(key->bytes, **best, event, event.time(), std::nullopt);
    } else if (key->standing.empty()) {
      Stand(key, completed_);
    }
  }
  Recount(key, is_empty);
  if (counted_ > max_keys_) {
    MakeRoom(key, in_hand.time);
  }
}

bool SequenceRule::Begins(uint32_t kind) const {
  const SequenceShape::Test& first = shape_.positions[0].test;
  return (first.kinds & kind) != 0 && shared_.evaluator->Condition(first.where);
}

SequenceRule::Key* SequenceRule::NewKey(std::string_view bytes, int64_t t) {
  if (keys_.size() >= sweep_at_) {
    DropExpired(nullptr, t);
    sweep_at_ = std::max(kFirstSweep, 2 * keys_.size());
  }
  const auto added =
      keys_.emplace(std::string(bytes), std::make_unique<Key>(context_));
  Key* const key = added.first->second.get();
  key->bytes = bytes;
  return key;
}

void SequenceRule::Recount(Key* key, bool is_empty) {
  is_empty = (is_empty || key->matches.lanes() == 0) && key->standing.empty();
  if (is_empty) {
    Erase(key);
    return;
  }
  const size_t now =
      std::max({size_t{1}, key->matches.lanes(), key->standing.size()});
  counted_ += now - key->counted;
  key->counted = now;
}

void SequenceRule::Erase(Key* key) {
  for (const Standing& standing : key->standing) {
    due_.erase({standing.deadline, key});
  }
  standing_ -= static_cast<int64_t>(key->standing.size());
  counted_ -= key->counted;
  const std::string bytes = key->bytes;
  keys_.erase(bytes);
}

void SequenceRule::DropExpired(const Key* except, int64_t t) {
  std::vector<Key*> others;
  for (const auto& [bytes, key] : keys_) {
    if (key.get() != except) others.push_back(key.get());
  }
  for (Key* const key : others) Recount(key, key->matches.DropExpired(t));
}

void SequenceRule::MakeRoom(const Key* current, int64_t t) {
  DropExpired(current, t);
  if (counted_ <= max_keys_) return;
  using Rank = std::tuple<int64_t, uint64_t, std::string_view, Key*>;
  std::vector<Rank> ranks;
  for (const auto& [bytes, key] : keys_) {
    if (key.get() == current) continue;
    const int64_t events = key->standing.empty() ? key->matches.events()
                                                 : shape_.total_count;
    ranks.emplace_back(events, key->matches.newest(), bytes, key.get());
  }
  std::sort(ranks.begin(), ranks.end());
  const size_t share = std::max<size_t>(1, ranks.size() / kEvictedShare);
  for (size_t i = 0; i < ranks.size(); ++i) {
    if (i >= share && counted_ <= max_keys_) break;
    Key* const key = std::get<Key*>(ranks[i]);
    evicted_.Add(key->bytes);
    stats_->keys_evicted += static_cast<int64_t>(key->counted);
    Erase(key);
  }
}

void SequenceRule::Clear(Key* key, const SequenceEvent& event, uint32_t kind) {
  const SequenceShape::Test& test = shape_.final.test;
  if ((test.kinds & kind) == 0) return;
  if (test.event_only && !shared_.evaluator->Condition(test.where)) return;
  std::vector<int64_t> cleared;
  std::erase_if(key->standing, [&](const Standing& standing) {
    if (event.time >= standing.deadline) return false;
    if (!test.event_only) {
      values_.clear();
      standing.match->AppendValues(&values_);
      if (!shared_.evaluator->Condition(
              test.where, {.rule = &rule_, .step_values = values_})) {
        return false;
      }
    }
    cleared.push_back(standing.deadline);
    return true;
  });
  for (const int64_t deadline : cleared) DropDeadline(key, deadline);
}

void SequenceRule::Stand(Key* key,
                         const std::vector<SequenceMatchPtr>& completed) {
  std::vector<std::pair<std::string, SequenceMatchPtr>> best;
  for (const SequenceMatchPtr& match : completed) {
    std::string joins;
    match->AppendJoins(shape_.final.joins, &joins);
    best.emplace_back(std::move(joins), match);
  }
  // Of equal values the preferred match comes first, and stays.
  std::sort(best.begin(), best.end(), [](const auto& a, const auto& b) {
    if (a.first != b.first) return a.first < b.first;
    return IsPreferred(*a.second, *b.second);
  });
  best.erase(std::unique(best.begin(), best.end(),
                         [](const auto& a, const auto& b) {
                           return a.first == b.first;
                         }),
             best.end());
  for (auto& [joins, match] : best) {
    Standing& standing = key->standing.emplace_back();
    standing.deadline = SaturatingAdd(match->first_time, shape_.length);
    standing.match = std::move(match);
    standing.joins = std::move(joins);
    standing.last_event = shared_.image->bytes();
    AddDeadline(key, standing.deadline);
  }
}

void SequenceRule::AddDeadline(Key* key, int64_t deadline) {
  ++standing_;
  const auto place = due_.insert({deadline, key}).first;
  // One timer serves all that is due at an instant.
  const bool is_first =
      (place == due_.begin() || std::prev(place)->first != deadline) &&
      (std::next(place) == due_.end() || std::next(place)->first != deadline);
  if (!is_first) return;
  shared_.timers->Add({.deadline = deadline,
                       .rule = rule_index_,
                       .target = Timer::Target::kSequence});
}

void SequenceRule::DropDeadline(Key* key, int64_t deadline) {
  --standing_;
  const bool is_shared = std::any_of(
      key->standing.begin(), key->standing.end(),
      [deadline](const Standing& s) { return s.deadline == deadline; });
  if (!is_shared) due_.erase({deadline, key});
}

void SequenceRule::OnTimer(const Timer& timer) {
  std::vector<Due> due;
  while (!due_.empty() && due_.begin()->first <= timer.deadline) {
    Key* const key = due_.begin()->second;
    due_.erase(due_.begin());
    for (Standing& standing : key->standing) {
      if (standing.deadline > timer.deadline) continue;
      Due& next = due.emplace_back();
      next.key = key;
      next.event = std::make_unique<Event>();
      const bool decoded =
          DecodeEvent(*standing.last_event, next.event.get());
      MQWARDEN_CHECK(decoded, "the last event of a match can be read");
      shared_.evaluator->SetEvent(next.event.get());
      next.sort_key = SortKey(key->bytes);
      next.standing = standing;
    }
    const size_t before = key->standing.size();
    std::erase_if(key->standing, [&timer](const Standing& standing) {
      return standing.deadline <= timer.deadline;
    });
    standing_ -= static_cast<int64_t>(before - key->standing.size());
  }
  std::sort(due.begin(), due.end(), [](const Due& a, const Due& b) {
    // Of one key, the match that began first; its events tell it from others.
    const SequenceMatch& of_a = *a.standing.match;
    const SequenceMatch& of_b = *b.standing.match;
    return std::tie(a.standing.deadline, a.sort_key, of_a.first_ordinal,
                    of_a.ends) < std::tie(b.standing.deadline, b.sort_key,
                                          of_b.first_ordinal, of_b.ends);
  });
  std::vector<Key*> touched;
  for (const Due& next : due) {
    const Standing& standing = next.standing;
    const Time deadline = Time(Duration(standing.deadline));
    shared_.evaluator->SetEvent(next.event.get());
    Fire(next.key->bytes, *standing.match, *next.event, deadline,
         AlertBuilder::IdAt(rule_, next.key->bytes, deadline, standing.joins));
    touched.push_back(next.key);
  }
  std::sort(touched.begin(), touched.end());
  touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
  for (Key* const key : touched) Recount(key, /*is_empty=*/false);
}

std::string SequenceRule::SortKey(std::string_view key) {
  if (has_each_) each_keys_.Select(rule_.by, key);
  std::vector<AlertField> group;
  std::string sort_key;
  shared_.builder->AppendGroup(rule_.by, {.rule = &rule_}, &group, &sort_key);
  return sort_key;
}

void SequenceRule::Fire(std::string_view key, const SequenceMatch& match,
                        const Event& event, Time time,
                        std::optional<Hash128> id) {
  values_.clear();
  match.AppendValues(&values_);
  aggregates_.clear();
  for (const Aggregate& aggregate : rule_.aggregates) {
    const bool counts = aggregate.kind == Aggregate::Kind::kCount;
    aggregates_.push_back(counts ? AggregateValue::Of(match.count)
                                 : AggregateValue());
  }
  const std::vector<EncodedEvent> evidence = match.Evidence();
  Firing firing;
  firing.rule_index = rule_index_;
  firing.rule = &rule_;
  firing.key = key;
  firing.event = &event;
  firing.time = time;
  firing.window.count = match.count;
  firing.window.first = Time(Duration(match.first_time));
  firing.window.last = Time(Duration(match.last_time));
  firing.window.aggregates = aggregates_;
  firing.window.evidence = &evidence;
  firing.step_values = values_;
  firing.state_evicted = evicted_.MayContain(key);
  firing.severity = shared_.silence->SeverityOf(firing);
  if (id.has_value()) {
    shared_.silence->Open(firing, *id);
  } else {
    shared_.silence->Open(firing);
  }
}

int64_t SequenceRule::CountLiveKeys(int64_t t) const {
  const int64_t after = SaturatingAdd(t, 1);
  return std::count_if(keys_.begin(), keys_.end(), [after](const auto& entry) {
    const Key& key = *entry.second;
    return !key.standing.empty() || key.matches.HasLive(after);
  });
}

void SequenceRule::Save(ByteWriter* out) const {
  out->U64(ordinal_);
  evicted_.Save(out);
  std::vector<std::string_view> keys;
  keys.reserve(keys_.size());
  for (const auto& [bytes, key] : keys_) keys.push_back(bytes);
  std::sort(keys.begin(), keys.end());
  out->Varint(keys.size());
  for (const std::string_view bytes : keys) {
    const Key& key = *keys_.find(bytes)->second;
    out->Text(bytes);
    key.matches.Save(out);
    out->Varint(key.standing.size());
    for (const Standing& standing : key.standing) {
      standing.match->Save(out);
      out->Text(standing.joins);
      SaveEventBytes(standing.last_event, out);
    }
  }
}

bool SequenceRule::Load(ByteReader* in) {
  keys_.clear();
  due_.clear();
  counted_ = 0;
  standing_ = 0;
  ordinal_ = in->U64();
  if (!evicted_.Load(in)) return false;
  const size_t size = LoadCount(in);
  for (size_t i = 0; i < size && in->ok(); ++i) {
    const std::string_view bytes = in->Text();
    if (keys_.contains(bytes)) in->Fail();
    if (!in->ok()) return false;
    Key* const key = NewKey(bytes, std::numeric_limits<int64_t>::min());
    if (!key->matches.Load(in)) return false;
    const size_t standing_size = LoadCount(in);
    if (standing_size > 0 && !shape_.has_final) in->Fail();
    for (size_t j = 0; j < standing_size && in->ok(); ++j) {
      auto match = std::make_shared<SequenceMatch>();
      if (!match->Load(shape_.positions.size(), shape_.captures, in)) {
        return false;
      }
      Standing& standing = key->standing.emplace_back();
      standing.deadline = SaturatingAdd(match->first_time, shape_.length);
      standing.match = std::move(match);
      standing.joins = in->Text();
      if (!LoadEventBytes(in, &standing.last_event)) return false;
      if (standing.last_event == nullptr) in->Fail();
      AddDeadline(key, standing.deadline);
    }
    Recount(key, /*is_empty=*/false);
  }
  sweep_at_ = std::max(kFirstSweep, 2 * keys_.size());
  return in->ok();
}

}  // namespace mqwarden
