#include "mqwarden/ingest/same_facts.h"

#include <algorithm>
#include <bit>

#include "mqwarden/base/ip_address.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

constexpr int64_t kConnect = EnumCode(EnumType::kAction, "connect");

// As many characters of a user id as IBM MQ's own events keep.
constexpr size_t kUserHead = 12;

// Kinds in which one refusal may show are one.
int64_t FamilyOf(const Event& event) {
  const int64_t kind = event.Int(FieldId::kKind);
  const bool is_access = kind == static_cast<int64_t>(Kind::kAuthn) ||
                         kind == static_cast<int64_t>(Kind::kAuthz) ||
                         kind == static_cast<int64_t>(Kind::kChannel);
  return is_access ? static_cast<int64_t>(Kind::kAuthz) : kind;
}

bool MayMatch(const Event& event) {
  return event.infers_channel_type() && event.Has(FieldId::kQmgr) &&
         event.Has(FieldId::kKind) && event.Has(FieldId::kOutcome) &&
         event.Has(FieldId::kSource) &&
         event.Int(FieldId::kKind) != static_cast<int64_t>(Kind::kDiag);
}

bool HasBoth(const Event& a, const Event& b, FieldId field) {
  return a.Has(field) && b.Has(field);
}

bool IsTruncated(const Event& event) {
  return event.Has(FieldId::kUserTruncated) &&
         event.Int(FieldId::kUserTruncated) != 0;
}

bool IsHeadOf(std::string_view head, std::string_view text) {
  return EqualsIgnoreAsciiCase(head, text.substr(0, head.size()));
}

bool IsSameUser(const Event& a, const Event& b) {
  const std::string_view x = a.Text(FieldId::kUser);
  const std::string_view y = b.Text(FieldId::kUser);
  return EqualsIgnoreAsciiCase(x, y) || (IsTruncated(a) && IsHeadOf(x, y)) ||
         (IsTruncated(b) && IsHeadOf(y, x));
}

bool IsConnect(const Event& event) {
  return event.Has(FieldId::kAction) && event.Int(FieldId::kAction) == kConnect;
}

int64_t ObjectStateOf(const Event& event) {
  return event.Has(FieldId::kObjectState) ? event.Int(FieldId::kObjectState) : -1;
}

// No part has a NUL in it that means anything.
void AddPart(std::string_view part, std::string* key) {
  AppendAsciiLower(part, key);
  key->push_back('\0');
}

void CopyField(const Event& from, const FieldInfo& field, Event* to) {
  switch (field.type) {
    case FieldType::kStr:
    case FieldType::kKw:
      to->CopyText(field.id, from.Text(field.id));
      break;
    case FieldType::kIp:
      to->SetIp(field.id, from.Ip(field.id));
      break;
    case FieldType::kList:
      to->CopyList(field.id, from.List(field.id));
      break;
    default:
      to->SetInt(field.id, from.Int(field.id));
      break;
  }
}

}  // namespace

bool IsSameFact(const Event& a, const Event& b) {
  if (!EqualsIgnoreAsciiCase(a.Text(FieldId::kQmgr), b.Text(FieldId::kQmgr)) ||
      FamilyOf(a) != FamilyOf(b) ||
      a.Int(FieldId::kOutcome) != b.Int(FieldId::kOutcome) ||
      IsConnect(a) != IsConnect(b) || ObjectStateOf(a) != ObjectStateOf(b)) {
    return false;
  }
  const bool has_user = HasBoth(a, b, FieldId::kUser);
  if (has_user && !IsSameUser(a, b)) return false;
  const bool has_object = HasBoth(a, b, FieldId::kObject);
  const bool has_channel = HasBoth(a, b, FieldId::kChannel);
  for (const FieldId field : {FieldId::kObject, FieldId::kChannel}) {
    if (HasBoth(a, b, field) &&
        !EqualsIgnoreAsciiCase(a.Text(field), b.Text(field))) {
      return false;
    }
  }
  if (HasBoth(a, b, FieldId::kReason) &&
      a.Int(FieldId::kReason) != b.Int(FieldId::kReason)) {
    return false;
  }
  const bool has_ip = HasBoth(a, b, FieldId::kSourceIp);
  if (has_ip && !(a.Ip(FieldId::kSourceIp) == b.Ip(FieldId::kSourceIp))) {
    return false;
  }
  return has_user || has_object || (has_channel && has_ip);
}

void TakeOver(const Event& absorbed, Event* survivor) {
  const bool lacks_user = !survivor->Has(FieldId::kUser);
  const bool lacks_time = !survivor->Has(FieldId::kTime);
  for (const FieldInfo& field : AllFields()) {
    if (!absorbed.Has(field.id) || survivor->Has(field.id)) continue;
    // These speak of a value that the survivor may have of its own.
    if (field.id == FieldId::kUserTruncated && !lacks_user) continue;
    if (field.id == FieldId::kTimeQuality && !lacks_time) continue;
    if (field.id == FieldId::kReceived || field.id == FieldId::kRaw) continue;
    CopyField(absorbed, field, survivor);
  }
  for (const Attr& attr : absorbed.attrs()) survivor->CopyAttr(attr);
}

bool SameIds::IsRepeated(const Event& event) {
  if (!event.infers_channel_type() || !event.Has(FieldId::kEventId) ||
      !event.Has(FieldId::kSource)) {
    return false;
  }
  if (event.time() != time_) {
    ids_.clear();
    time_ = event.time();
  }
  key_.assign(1, static_cast<char>(event.Int(FieldId::kSource)));
  for (const FieldId field : {FieldId::kQmgr, FieldId::kHost}) {
    AddPart(event.Has(field) ? event.Text(field) : std::string_view(), &key_);
  }
  key_ += event.Text(FieldId::kEventId);
  return !ids_.insert(key_).second;
}

SameFacts::SameFacts(const SameFactsOptions& options, Sink sink)
    : options_{options.within, options.sources,
               std::max<size_t>(options.max_held, 1)},
      sink_(std::move(sink)) {}

void SameFacts::Process(Event* event) {
  absorbed_by_ = -1;
  Release(event->time());
  const bool joins = options_.within > Duration::zero() &&
                     std::popcount(options_.sources) > 1;
  const bool may_match = joins && MayMatch(*event);
  if (may_match) {
    const int source = static_cast<int>(event->Int(FieldId::kSource));
    AddSource(source);
    SetKeys(*event, &keys_);
    int64_t number = 0;
    if (Held* const survivor = FindSurvivor(*event, source, &number)) {
      ++stats_.absorbed;
      absorbed_by_ = survivor->event.sequence();
      Leave(number);
      survivor->absorbed |= uint32_t{1} << source;
      TakeOver(*event, &survivor->event);
      SetKeys(survivor->event, &survivor->keys);
      Enter(number);
      return;
    }
  }
  if (held_.size() >= options_.max_held) {
    ++stats_.given_up;
    ReleaseOldest();
  }
  if (!may_match && held_.empty()) return sink_(event);
  Held& held = held_.emplace_back();
  held.event.CopyFrom(*event);
  held.may_match = may_match;
  if (!may_match) return;
  held.keys = keys_;
  Enter(first_ + static_cast<int64_t>(held_.size()) - 1);
}

void SameFacts::AdvanceTo(Time time) {
  Release(SaturatingAdd(time, Duration(1)));
}

void SameFacts::Finish() {
  while (!held_.empty()) ReleaseOldest();
}

// Lets go what nothing can match any more. `now` is the time of the next event,
// or before it.
void SameFacts::Release(Time now) {
  while (!held_.empty()) {
    const Held& oldest = held_.front();
    if (oldest.may_match &&
        now <= SaturatingAdd(oldest.event.time(), options_.within)) {
      return;
    }
    ReleaseOldest();
  }
}

void SameFacts::ReleaseOldest() {
  if (held_.front().may_match) Leave(first_);
  sink_(&held_.front().event);
  held_.pop_front();
  ++first_;
}

bool SameFacts::CanBeFound(const Event& event) { return MayMatch(event); }

// A key for each way in which a match may come about.
void SameFacts::SetKeys(const Event& event, std::vector<std::string>* keys) {
  keys->clear();
  const auto add = [&](char way) -> std::string* {
    std::string& key = keys->emplace_back();
    key.push_back(static_cast<char>(FamilyOf(event)));
    key.push_back(static_cast<char>(event.Int(FieldId::kOutcome)));
    key.push_back(IsConnect(event) ? 'c' : 'o');
    key.push_back(way);
    AddPart(event.Text(FieldId::kQmgr), &key);
    return &key;
  };
  if (event.Has(FieldId::kUser)) {
    AddPart(event.Text(FieldId::kUser).substr(0, kUserHead), add('u'));
  }
  if (event.Has(FieldId::kObject)) {
    AddPart(event.Text(FieldId::kObject), add('o'));
  }
  if (event.Has(FieldId::kChannel) && event.Has(FieldId::kSourceIp)) {
    std::string* const key = add('a');
    AddPart(event.Text(FieldId::kChannel), key);
    const IpAddress& ip = event.Ip(FieldId::kSourceIp);
    key->append(reinterpret_cast<const char*>(ip.bytes.data()), ip.bytes.size());
  }
}

// What waits may absorb events of a source that was not seen before.
void SameFacts::AddSource(int source) {
  const uint32_t bit = uint32_t{1} << source;
  if ((seen_ & bit) != 0) return;
  seen_ |= bit;
  for (size_t i = 0; i < held_.size(); ++i) {
    if (!held_[i].may_match) continue;
    Index(held_[i], first_ + static_cast<int64_t>(i), source, /*enter=*/true);
  }
}

void SameFacts::Enter(int64_t number) {
  const Held& held = HeldAt(number);
  for (uint32_t rest = seen_ & ~held.absorbed; rest != 0; rest &= rest - 1) {
    Index(held, number, std::countr_zero(rest), /*enter=*/true);
  }
}

void SameFacts::Leave(int64_t number) {
  const Held& held = HeldAt(number);
  for (uint32_t rest = seen_ & ~held.absorbed; rest != 0; rest &= rest - 1) {
    Index(held, number, std::countr_zero(rest), /*enter=*/false);
  }
}

void SameFacts::Index(const Held& held, int64_t number, int source,
                      bool enter) {
  if (held.event.Int(FieldId::kSource) == source) return;
  const Place place{~held.event.Int(FieldId::kTime), number};
  for (const std::string& key : held.keys) {
    scratch_.assign(1, static_cast<char>(source));
    scratch_ += key;
    if (enter) {
      index_[scratch_].insert(place);
      continue;
    }
    const auto found = index_.find(scratch_);
    if (found == index_.end()) continue;
    found->second.erase(place);
    if (found->second.empty()) index_.erase(found);
  }
}

// The survivor that absorbs an event with keys_; null where there is none.
SameFacts::Held* SameFacts::FindSurvivor(const Event& event, int source,
                                         int64_t* number) {
  const Place* best = nullptr;
  for (const std::string& key : keys_) {
    scratch_.assign(1, static_cast<char>(source));
    scratch_ += key;
    const auto found = index_.find(scratch_);
    if (found == index_.end()) continue;
    int compared = 0;
    for (const Place& place : found->second) {
      if (best != nullptr && !(place < *best)) break;
      if (IsSameFact(HeldAt(place.second).event, event)) {
        best = &place;
        break;
      }
      if (++compared == kMaxCompared) break;
    }
  }
  if (best == nullptr) return nullptr;
  *number = best->second;
  return &HeldAt(best->second);
}

}  // namespace mqwarden
