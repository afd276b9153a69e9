#include "mqwarden/engine/absence_rule.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mqwarden/base/check.h"
#include "mqwarden/engine/state_codec.h"
#include "mqwarden/engine/value_text.h"
#include "mqwarden/schema/event_codec.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

constexpr uint8_t kHasClock = 1;
constexpr uint8_t kIsSeen = 2;
constexpr uint8_t kIsArmed = 4;
constexpr uint8_t kIsOpen = 8;
constexpr uint8_t kIsSent = 16;
constexpr uint8_t kIsMuted = 32;
constexpr uint8_t kHasLook = 64;

// A value of the list as the expression of `by` has it.
Value ValueOf(const Constant& constant, ValueType type) {
  switch (type) {
    case ValueType::kExact:
    case ValueType::kFolded:
      return Value::Text(type, constant.text);
    case ValueType::kIp:
      return Value::Ip(constant.ip);
    case ValueType::kReal:
      return Value::Real(constant.decimal);
    default:
      return Value::Number(type, constant.number, constant.enum_type);
  }
}

}  // namespace

AbsenceRule::AbsenceRule(uint32_t rule_index, const RuleShared& shared)
    : rule_(*shared.plan->rules()[rule_index]),
      rule_index_(rule_index),
      shared_(shared),
      length_(rule_.absent->length.count()) {
  const ValueType type = shared.plan->pool().exprs[rule_.by[0].expr].type;
  std::vector<std::pair<std::string, Watched>> ordered;
  for (const Constant& constant : rule_.absent->universe) {
    auto& [sort_key, watched] = ordered.emplace_back();
    watched.shown = ValueOf(constant, type);
    AppendIdentity(watched.shown, &watched.key);
    AppendSortKey(watched.shown, &sort_key);
  }
  std::stable_sort(
      ordered.begin(), ordered.end(),
      [](const auto& a, const auto& b) { return a.first < b.first; });
  for (auto& [sort_key, watched] : ordered) {
    // Spellings of one value are one; the first in the list is shown.
    if (!index_of_.emplace(watched.key, watched_.size()).second) continue;
    watched_.push_back(std::move(watched));
  }
  for (const Aggregate& aggregate : rule_.aggregates) {
    switch (aggregate.kind) {
      case Aggregate::Kind::kCount:
      case Aggregate::Kind::kCountIf:
      case Aggregate::Kind::kDistinct:
      case Aggregate::Kind::kSum:
        aggregates_.push_back(AggregateValue::Of(0));
        break;
      default:
        aggregates_.emplace_back();
    }
  }
}

void AbsenceRule::Start(int64_t t) {
  for (size_t i = 0; i < watched_.size(); ++i) {
    if (watched_[i].clock.has_value()) continue;
    watched_[i].clock = t;
    SetTimer(i);
  }
}

void AbsenceRule::OnEvent(const Event& event, const Router::Key& key) {
  const auto found = index_of_.find(key.bytes);
  if (found == index_of_.end()) return;
  Watched& watched = watched_[found->second];
  watched.is_seen = true;
  watched.clock = event.Int(FieldId::kTime);
  watched.is_armed = true;
  watched.last_event = shared_.image->bytes();
  if (watched.open.has_value()) {
    if (rule_.resolve) Resolve(event, &watched);
    watched.open.reset();
  }
  SetTimer(found->second);
}

void AbsenceRule::OnTimer(const Timer& timer) {
  Watched& watched = watched_[timer.limit];
  if (watched.timer != timer.deadline) return;
  watched.timer.reset();
  const std::optional<int64_t> due = DueOf(watched);
  if (due.has_value() && *due <= timer.deadline) {
    if (watched.is_armed) {
      Open(&watched, timer.deadline);
    } else {
      TellMuted(&watched, timer.deadline);
    }
  }
  SetTimer(timer.limit);
}

std::optional<int64_t> AbsenceRule::DueOf(const Watched& watched) const {
  if (watched.is_armed) {
    if (!watched.clock.has_value()) return std::nullopt;
    return SaturatingAdd(*watched.clock, length_);
  }
  if (!watched.open.has_value()) return std::nullopt;
  return watched.open->look_at;
}

void AbsenceRule::SetTimer(size_t index) {
  Watched& watched = watched_[index];
  const std::optional<int64_t> due = DueOf(watched);
  if (!due.has_value()) return;
  if (watched.timer.has_value() && *watched.timer <= *due) return;
  watched.timer = due;
  shared_.timers->Add({.deadline = *due,
                       .rule = rule_index_,
                       .limit = static_cast<uint32_t>(index),
                       .target = Timer::Target::kAbsence});
}

void AbsenceRule::Open(Watched* watched, int64_t t) {
  watched->is_armed = false;
  Firing firing = FiringOf(*watched, ReadLastEvent(*watched), t);
  firing.severity = SeverityOf(firing);
  Absence absence;
  absence.id = AlertBuilder::IdAt(rule_, watched->key, firing.time);
  absence.severity = firing.severity;
  const Silence::Outcome outcome = shared_.silence->Open(firing, absence.id);
  absence.sent = outcome == Silence::Outcome::kSent;
  absence.muted = outcome == Silence::Outcome::kMuted;
  if (absence.muted) SetLookAt(firing, &absence);
  watched->open = absence;
}

void AbsenceRule::SetLookAt(const Firing& firing, Absence* absence) {
  absence->look_at.reset();
  const std::optional<Time> unmuted = shared_.silence->UnmutedAt(firing);
  if (unmuted.has_value()) {
    absence->look_at = unmuted->time_since_epoch().count();
  }
}

// The mute of an open absence may have ended at `t`.
void AbsenceRule::TellMuted(Watched* watched, int64_t t) {
  Absence& absence = *watched->open;
  Firing firing = FiringOf(*watched, ReadLastEvent(*watched), t);
  firing.severity = absence.severity;  // was decided when it fired
  if (shared_.silence->MuteReason(firing) != nullptr) {
    SetLookAt(firing, &absence);
    return;
  }
  absence.look_at.reset();
  absence.muted = false;
  absence.sent = shared_.silence->OpenAfterMute(
      firing, absence.id, /*is_raise=*/false);
}

void AbsenceRule::Resolve(const Event& event, Watched* watched) {
  Firing firing = FiringOf(*watched, ReadLastEvent(*watched),
                           event.Int(FieldId::kTime));
  firing.severity = watched->open->severity;
  shared_.silence->Resolved(firing, watched->open->id, watched->open->sent);
  shared_.evaluator->SetEvent(&event);  // other rules go on from it
}

const Event& AbsenceRule::ReadLastEvent(const Watched& watched) {
  scratch_.Clear();
  if (watched.last_event != nullptr) {
    const bool decoded = DecodeEvent(*watched.last_event, &scratch_);
    MQWARDEN_CHECK(decoded, "the last event of a value can be read");
  }
  shared_.evaluator->SetEvent(&scratch_);
  SetShown(rule_.by[0].expr, watched.shown);
  shared_.evaluator->SetEvent(&scratch_);  // what it knew is out of date
  return scratch_;
}

void AbsenceRule::SetShown(ExprId id, const Value& shown) {
  const Expr& expr = shared_.plan->pool().exprs[id];
  const bool is_seen = scratch_.Has(FieldId::kTime);
  switch (expr.op) {
    case ExprOp::kField: {
      const auto field = static_cast<FieldId>(expr.a);
      switch (shown.form) {
        case Value::Form::kText:
          scratch_.SetText(field, shown.text);  // the plan's bytes
          break;
        case Value::Form::kIp:
          scratch_.SetIp(field, shown.ip);
          break;
        case Value::Form::kNumber:
          scratch_.SetInt(field, shown.number);
          break;
        default:
          break;
      }
      break;
    }
    case ExprOp::kOfKind:
      for (int kind = 0; !is_seen && kind < kKindCount; ++kind) {
        if ((expr.a >> kind & 1) == 0) continue;
        scratch_.SetInt(FieldId::kKind, kind);
        break;
      }
      SetShown(expr.children[0], shown);
      break;
    case ExprOp::kLower:
      SetShown(expr.children[0], shown);
      break;
    case ExprOp::kCoalesce:
      for (const ExprId child : expr.children) {
        if (is_seen && shared_.evaluator->Eval(child).missing()) continue;
        SetShown(child, shown);
        break;
      }
      break;
    default:
      break;
  }
}

Firing AbsenceRule::FiringOf(const Watched& watched, const Event& event,
                             int64_t t) {
  static const std::vector<std::shared_ptr<const std::string>> kNoEvidence;
  Firing firing;
  firing.rule_index = rule_index_;
  firing.rule = &rule_;
  firing.key = watched.key;
  firing.event = &event;
  firing.time = Time(Duration(t));
  firing.window.aggregates = aggregates_;
  firing.window.evidence = &kNoEvidence;
  return firing;
}

Severity AbsenceRule::SeverityOf(const Firing& firing) {
  Severity severity = shared_.silence->SeverityOf(firing);
  for (const EscalationPlan& escalation : rule_.escalations) {
    if (escalation.severity > severity &&
        shared_.evaluator->Condition(escalation.condition, firing.context())) {
      severity = escalation.severity;
    }
  }
  return severity;
}

int64_t AbsenceRule::CountLiveKeys(int64_t /*t*/) const {
  return std::count_if(watched_.begin(), watched_.end(),
                       [](const Watched& watched) { return watched.is_seen; });
}

void AbsenceRule::Save(ByteWriter* out) const {
  std::vector<const Watched*> watched;
  for (const Watched& value : watched_) watched.push_back(&value);
  std::sort(watched.begin(), watched.end(),
            [](const Watched* a, const Watched* b) { return a->key < b->key; });
  out->Varint(watched.size());
  for (const Watched* const value : watched) {
    out->Text(value->key);
    uint8_t flags = 0;
    if (value->clock.has_value()) flags |= kHasClock;
    if (value->is_seen) flags |= kIsSeen;
    if (value->is_armed) flags |= kIsArmed;
    if (value->open.has_value()) {
      flags |= kIsOpen;
      if (value->open->sent) flags |= kIsSent;
      if (value->open->muted) flags |= kIsMuted;
      if (value->open->look_at.has_value()) flags |= kHasLook;
    }
    out->U8(flags);
    out->I64(value->clock.value_or(0));
    SaveEventBytes(value->last_event, out);
    if (!value->open.has_value()) continue;
    out->U64(value->open->id.hi);
    out->U64(value->open->id.lo);
    out->U8(static_cast<uint8_t>(value->open->severity));
    out->I64(value->open->look_at.value_or(0));
  }
}

bool AbsenceRule::Load(ByteReader* in) {
  const size_t size = LoadCount(in);
  for (size_t i = 0; i < size && in->ok(); ++i) {
    Watched loaded;
    loaded.key = in->Text();
    const uint8_t flags = in->U8();
    const int64_t clock = in->I64();
    if ((flags & kHasClock) != 0) loaded.clock = clock;
    loaded.is_seen = (flags & kIsSeen) != 0;
    loaded.is_armed = (flags & kIsArmed) != 0;
    if (!LoadEventBytes(in, &loaded.last_event)) return false;
    if ((flags & kIsOpen) != 0) {
      // Not emplace(): clang takes a nested class with default members for one that
      // cannot be made from nothing.
      Absence& absence = loaded.open.emplace(Absence{});
      absence.id.hi = in->U64();
      absence.id.lo = in->U64();
      const uint8_t severity = in->U8();
      if (severity > static_cast<uint8_t>(Severity::kCritical)) in->Fail();
      absence.severity = static_cast<Severity>(severity);
      absence.sent = (flags & kIsSent) != 0;
      absence.muted = (flags & kIsMuted) != 0;
      const int64_t look_at = in->I64();
      if ((flags & kHasLook) != 0) absence.look_at = look_at;
    }
    if (!in->ok()) return false;
    const auto known = index_of_.find(std::string_view(loaded.key));
    if (known == index_of_.end()) continue;
    Watched& watched = watched_[known->second];
    loaded.shown = watched.shown;
    loaded.timer = watched.timer;
    watched = std::move(loaded);
    SetTimer(known->second);
  }
  return in->ok();
}

}  // namespace mqwarden
