#include "mqwarden/ingest/change_pairs.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

constexpr int64_t kConfigKind = EnumCode(EnumType::kKind, "config");
constexpr int64_t kCommandKind = EnumCode(EnumType::kKind, "command");
constexpr int64_t kChangeAction = EnumCode(EnumType::kAction, "change");

constexpr int64_t kAfter = EnumCode(EnumType::kObjectState, "after");

// Of the halves under one key, so many are looked at.
constexpr int kMaxCompared = 64;

// Of the list that an attr is the first element of.
constexpr std::string_view kListSuffix = "_list";

bool HasValue(const Event& event, FieldId field, int64_t value) {
  return event.Has(field) && event.Int(field) == value;
}

std::string_view TextOf(const Event& event, FieldId field) {
  return event.Has(field) ? event.Text(field) : std::string_view();
}

bool IsHalf(const Event& event) {
  return event.Has(FieldId::kObjectState) &&
         HasValue(event, FieldId::kKind, kConfigKind) &&
         HasValue(event, FieldId::kAction, kChangeAction) &&
         event.Has(FieldId::kCorrelation) && event.Has(FieldId::kObject);
}

// No part has a NUL in it that means anything.
void AddToKey(std::string_view part, std::string* key) {
  AppendAsciiLower(part, key);
  key->push_back('\0');
}

void SetCommandKey(const Event& event, std::string* key) {
  key->clear();
  AddToKey(TextOf(event, FieldId::kQmgr), key);
  AddToKey(TextOf(event, FieldId::kCorrelation), key);
}

void SetChangeKey(const Event& event, std::string* key) {
  SetCommandKey(event, key);
  const int64_t type = event.Has(FieldId::kObjectType)
                           ? event.Int(FieldId::kObjectType)
                           : -1;
  AddToKey(std::to_string(type), key);
  AddToKey(TextOf(event, FieldId::kObject), key);
}

// When it was changed differs with every change, and says nothing of it.
bool IsStamp(std::string_view name) {
  return name == "alterationDate" || name == "alterationTime";
}

bool IsEqual(const Attr& a, const Attr& b) {
  return a.text == b.text && a.has_number == b.has_number &&
         (!a.has_number || a.number == b.number);
}

bool HasEqualList(const Event& a, const Event& b, FieldId field) {
  if (a.Has(field) != b.Has(field)) return false;
  if (!a.Has(field)) return true;
  const auto x = a.List(field);
  const auto y = b.List(field);
  return std::equal(x.begin(), x.end(), y.begin(), y.end(),
                    EqualsIgnoreAsciiCase);
}

// The attribute that an attr is of: that of its list, where it is one.
std::string_view AttributeOf(std::string_view name, const Event& event) {
  if (!name.ends_with(kListSuffix)) return name;
  const std::string_view base =
      name.substr(0, name.size() - kListSuffix.size());
  return event.FindAttr(base) == nullptr ? name : base;
}

// Authorities that the record no longer gives.
void SetRevoked(const Event& before, Event* after) {
  if (!before.Has(FieldId::kGranted)) return;
  std::vector<std::string_view> revoked;
  for (const std::string_view was : before.List(FieldId::kGranted)) {
    const auto is_same = [was](std::string_view is) {
      return EqualsIgnoreAsciiCase(was, is);
    };
    const bool is_kept =
        after->Has(FieldId::kGranted) &&
        std::any_of(after->List(FieldId::kGranted).begin(),
                    after->List(FieldId::kGranted).end(), is_same);
    if (!is_kept) revoked.push_back(was);
  }
  if (!revoked.empty()) after->CopyList(FieldId::kRevoked, revoked);
}

}  // namespace

void MergeChange(const Event& before, Event* after) {
  after->Unset(FieldId::kObjectState);
  SetRevoked(before, after);
  std::vector<std::string_view> changes;
  std::vector<const Attr*> old;
  for (const Attr& is : after->attrs()) {
    const Attr* const was = before.FindAttr(is.name);
    if (IsStamp(is.name) || (was != nullptr && IsEqual(*was, is))) continue;
    changes.push_back(AttributeOf(is.name, *after));
    if (was != nullptr) old.push_back(was);
  }
  for (const Attr& was : before.attrs()) {
    if (IsStamp(was.name) || after->FindAttr(was.name) != nullptr) continue;
    changes.push_back(AttributeOf(was.name, before));
    old.push_back(&was);
  }
  if (changes.empty()) {
    after->Unset(FieldId::kChanges);
  } else {
    after->CopyList(FieldId::kChanges, changes);
  }
  std::string name;
  for (const Attr* const was : old) {
    name = "old_";
    name += was->name;
    after->CopyAttr({name, was->text, was->number, was->has_number});
  }
}

ChangePairs::ChangePairs(const ChangePairsOptions& options, Sink sink)
    : options_{options.hold, std::max<size_t>(options.max_held, 1),
               std::max<size_t>(options.max_commands, 1)},
      sink_(std::move(sink)) {}

void ChangePairs::Process(Event* event) {
  const Time now = event->time();
  paired_with_ = -1;
  Release(now);
  if (HasValue(*event, FieldId::kKind, kCommandKind)) RememberCommand(*event);
  if (IsHalf(*event) && TakeHalf(event)) return;
  MakeRoom(now);
  if (held_.empty()) return sink_(event);
  Hold(*event);
}

void ChangePairs::AdvanceTo(Time time) {
  Release(SaturatingAdd(time, Duration(1)));
}

void ChangePairs::Finish() {
  for (Held& held : held_) {
    if (!held.key.empty()) LeaveAlone(&held);
  }
  Release(Time::min());
}

// Lets go what nothing keeps any more. `now` is the time of the next event, or
// before it.
void ChangePairs::Release(Time now) {
  while (!held_.empty()) {
    Held& oldest = held_.front();
    if (!oldest.key.empty()) {
      if (now <= SaturatingAdd(oldest.event.time(), options_.hold)) break;
      LeaveAlone(&oldest);
    }
    if (!oldest.is_absorbed) sink_(&oldest.event);
    held_.pop_front();
    ++first_;
  }
  ForgetCommands(now);
}

// Returns true when the half waits, or became a part of one that did; false when
// it is the event of the whole change now.
bool ChangePairs::TakeHalf(Event* event) {
  SetChangeKey(*event, &key_);
  Held* const other = FindOtherHalf(*event);
  if (other == nullptr) {
    MakeRoom(event->time());
    Held& held = Hold(*event);
    held.key = key_;
    waiting_[key_].push_back(first_ + static_cast<int64_t>(held_.size()) - 1);
    return true;
  }
  ++stats_.pairs;
  paired_with_ = other->event.sequence();
  StopWaiting(other);
  const bool is_after = event->Int(FieldId::kObjectState) == kAfter;
  if (is_after) {
    MergeChange(other->event, event);
    other->is_absorbed = true;
  } else {
    MergeChange(*event, &other->event);
  }
  Release(event->time());
  return !is_after;
}

// Of the halves that wait under key_, the one that fits best: one message may
// come from two collectors, and one command change the records of two users.
ChangePairs::Held* ChangePairs::FindOtherHalf(const Event& event) {
  const auto found = waiting_.find(key_);
  if (found == waiting_.end()) return nullptr;
  Held* best = nullptr;
  int best_score = -1;
  int compared = 0;
  for (const int64_t number : found->second) {
    Held& held = held_[static_cast<size_t>(number - first_)];
    if (held.event.Int(FieldId::kObjectState) ==
        event.Int(FieldId::kObjectState)) {
      return nullptr;
    }
    const bool same_collector = TextOf(held.event, FieldId::kCollector) ==
                                TextOf(event, FieldId::kCollector);
    const bool same_user =
        HasEqualList(held.event, event, FieldId::kTargetUser);
    const int score = (same_collector ? 2 : 0) + (same_user ? 1 : 0);
    if (score > best_score) {
      best = &held;
      best_score = score;
    }
    if (++compared == kMaxCompared) break;
  }
  return best;
}

void ChangePairs::MakeRoom(Time now) {
  if (held_.size() < options_.max_held) return;
  ++stats_.given_up;
  LeaveAlone(&held_.front());  // which waits: nothing else stays at the front
  Release(now);
}

ChangePairs::Held& ChangePairs::Hold(const Event& event) {
  Held& held = held_.emplace_back();
  held.event.CopyFrom(event);
  return held;
}

void ChangePairs::StopWaiting(Held* held) {
  const auto found = waiting_.find(held->key);
  std::deque<int64_t>& numbers = found->second;
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (&held_[static_cast<size_t>(numbers[i] - first_)] != held) continue;
    numbers.erase(numbers.begin() + static_cast<std::ptrdiff_t>(i));
    break;
  }
  if (numbers.empty()) waiting_.erase(found);
  held->key.clear();
}

void ChangePairs::LeaveAlone(Held* held) {
  ++stats_.alone;
  StopWaiting(held);
  SetCommandKey(held->event, &command_key_);
  const auto found = command_numbers_.find(command_key_);
  if (found == command_numbers_.end()) return;
  const Command& command =
      commands_[static_cast<size_t>(found->second - first_command_)];
  const std::vector<std::string_view> changes(command.changes.begin(),
                                              command.changes.end());
  held->event.CopyList(FieldId::kChanges, changes);
}

void ChangePairs::RememberCommand(const Event& event) {
  if (!event.Has(FieldId::kCorrelation) || !event.Has(FieldId::kChanges)) {
    return;
  }
  SetCommandKey(event, &command_key_);
  const auto changes = event.List(FieldId::kChanges);
  commands_.push_back(
      {command_key_, event.time(), {changes.begin(), changes.end()}});
  command_numbers_[command_key_] =
      first_command_ + static_cast<int64_t>(commands_.size()) - 1;
  ForgetCommands(event.time());
}

// Those that no half which waits can be of: it came within `hold` of its command.
void ChangePairs::ForgetCommands(Time now) {
  while (!commands_.empty()) {
    const Command& oldest = commands_.front();
    const Duration kept = SaturatingAdd(options_.hold, options_.hold);
    if (commands_.size() <= options_.max_commands &&
        now <= SaturatingAdd(oldest.time, kept)) {
      return;
    }
    const auto found = command_numbers_.find(oldest.key);
    if (found != command_numbers_.end() && found->second == first_command_) {
      command_numbers_.erase(found);
    }
    commands_.pop_front();
    ++first_command_;
  }
}

}  // namespace mqwarden
