#include "mqwarden/engine/alert_builder.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "mqwarden/base/check.h"
#include "mqwarden/base/hash128.h"
#include "mqwarden/engine/alert_codec.h"
#include "mqwarden/engine/value.h"
#include "mqwarden/engine/value_text.h"
#include "mqwarden/schema/event_codec.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

// Marks what an id was made of.
constexpr int kOfEventId = 1;
constexpr int kOfContent = 2;
constexpr int kOfDeadline = 3;

// An event together with the bytes that its texts are views of.
struct KeptEvent {
  std::shared_ptr<const std::string> bytes;
  Event event;
};

std::shared_ptr<const Event> Decode(
    const std::shared_ptr<const std::string>& bytes) {
  auto kept = std::make_shared<KeptEvent>();
  kept->bytes = bytes;
  const bool decoded = DecodeEvent(*kept->bytes, &kept->event);
  MQWARDEN_CHECK(decoded, "the bytes of a window's event can be read");
  return std::shared_ptr<const Event>(kept, &kept->event);
}

std::shared_ptr<const Event> CopyOf(const Event& event) {
  auto copy = std::make_shared<Event>();
  copy->CopyFrom(event);
  return copy;
}

}  // namespace

int AlertStateRank(AlertState state) {
  switch (state) {
    case AlertState::kResolved:
      return 0;
    case AlertState::kOpen:
      return 1;
    case AlertState::kUpdate:
      return 2;
    case AlertState::kDigest:
      break;
  }
  return 3;
}

// When it was received and its place in a collector are not its content.
void AlertBuilder::EncodeContent(const Event& event) {
  Event content;
  content.CopyFrom(event);
  content.set_sequence(0);
  content.Unset(FieldId::kReceived);
  scratch_.clear();
  EncodeEvent(content, &scratch_);
}

Hash128 AlertBuilder::IdAt(const RulePlan& rule, std::string_view key,
                           Time deadline, const Event& event) {
  if (event.Has(FieldId::kEventId)) {
    return IdAt(rule, key, deadline, event.Text(FieldId::kEventId));
  }
  EncodeContent(event);
  return IdAt(rule, key, deadline, scratch_);
}

Hash128 AlertBuilder::IdOf(const RulePlan& rule, std::string_view key,
                           const Event& event) {
  Hasher128 hasher;
  hasher.Add(std::string_view(rule.name));
  hasher.Add(std::string_view(rule.version));
  hasher.Add(key);
  if (event.Has(FieldId::kEventId)) {
    hasher.Add(kOfEventId);
    hasher.Add(event.Text(FieldId::kEventId));
    return hasher.Finish();
  }
  EncodeContent(event);
  hasher.Add(kOfContent);
  hasher.Add(std::string_view(scratch_));
  const Hash128 base = hasher.Finish();
  hasher.Add(base);
  hasher.Add(ids_of_instant_[base]++);
  return hasher.Finish();
}

Hash128 AlertBuilder::IdAt(const RulePlan& rule, std::string_view key,
                           Time deadline, std::string_view which) {
  Hasher128 hasher;
  hasher.Add(std::string_view(rule.name));
  hasher.Add(std::string_view(rule.version));
  hasher.Add(key);
  hasher.Add(kOfDeadline);
  hasher.Add(deadline);
  hasher.Add(which);
  return hasher.Finish();
}

std::string AlertBuilder::Render(const Template& text,
                                 const EvalContext& context) {
  std::string out;
  for (const TemplatePart& part : text) {
    if (part.expr == kNoExpr) {
      out.append(part.literal);
    } else {
      AppendShown(evaluator_->Eval(part.expr, context), &out);
    }
  }
  return out;
}

void AlertBuilder::AppendGroup(const std::vector<KeyPart>& by,
                               const EvalContext& context,
                               std::vector<AlertField>* group,
                               std::string* sort_key) {
  for (size_t i = 0; i < by.size(); ++i) {
    const KeyPart& part = by[i];
    const Value value = part.each ? evaluator_->each(i)
                                  : evaluator_->Eval(part.expr, context);
    AppendSortKey(value, sort_key);
    if (!value.missing()) group->push_back({part.name, ToAlertValue(value)});
  }
}

std::string AlertBuilder::Render(const Template& text, const Firing& firing) {
  const std::vector<AlertValue> sets = ValueSetsOf(firing);
  EvalContext context = firing.context();
  context.value_sets = sets;
  return Render(text, context);
}

std::vector<AlertValue> AlertBuilder::ValueSetsOf(const Firing& firing) {
  std::vector<AlertValue> sets;
  if (firing.rule->value_sets.empty()) return sets;
  if (firing.window.contents != nullptr) return firing.window.contents->ValueSets();
  for (const ValueSet& set : firing.rule->value_sets) {
    AlertValue& shown = sets.emplace_back();
    shown.form = AlertValue::Form::kList;
    const Value value = evaluator_->Eval(set.arg);
    if (!value.missing()) shown.list.push_back(ToAlertValue(value));
  }
  return sets;
}

OrderedAlert AlertBuilder::Build(AlertState state, Hash128 id,
                                 const Firing& firing) {
  const RulePlan& rule = *firing.rule;
  const std::vector<AlertValue> sets = ValueSetsOf(firing);
  EvalContext context = firing.context();
  context.value_sets = sets;

  OrderedAlert ordered;
  ordered.rule_index = firing.rule_index;
  Alert& alert = ordered.alert;
  alert.id = id;
  alert.rule = rule.name;
  alert.version = rule.version;
  alert.state = state;
  alert.severity = firing.severity;
  alert.title = Render(rule.title, context);
  alert.summary = Render(rule.summary, context);
  alert.time = firing.time;
  alert.first = firing.window.first;
  alert.last = firing.window.last;
  alert.count = firing.window.count;
  AppendGroup(rule.by, context, &alert.group, &ordered.sort_key);
  AddFields(firing, context, &alert);
  alert.tags = rule.tags;
  alert.notify = rule.notify;
  alert.runbook = Render(rule.runbook, context);
  alert.state_evicted = firing.state_evicted;
  AddEvents(firing, &alert);
  return ordered;
}

void AlertBuilder::AddFields(const Firing& firing, const EvalContext& context,
                             Alert* alert) {
  if (firing.rule->seen.has_value()) {
    for (const KeyPart& part : firing.rule->seen->tuple) {
      const Value value = evaluator_->Eval(part.expr, context);
      if (value.missing()) continue;
      alert->fields.push_back({part.name, ToAlertValue(value)});
    }
  }
  const auto& exprs = evaluator_->pool().exprs;
  for (const AlertFieldPlan& field : firing.rule->fields) {
    const Expr& expr = exprs[field.expr];
    if (expr.op == ExprOp::kValueSet) {
      // As it is, so that its elements keep their JSON type.
      const AlertValue& set = context.value_sets[expr.a];
      if (!set.list.empty()) alert->fields.push_back({field.name, set});
      continue;
    }
    const Value value = evaluator_->Eval(field.expr, context);
    if (value.missing()) continue;
    alert->fields.push_back({field.name, ToAlertValue(value)});
  }
}

void AlertBuilder::AddEvents(const Firing& firing, Alert* alert) {
  // An absence may be of a value that no event has had.
  if (firing.event->Has(FieldId::kTime)) {
    alert->trigger = CopyOf(*firing.event);
  }
  const RulePlan& rule = *firing.rule;
  if (rule.evidence_first == 0 && rule.evidence_last == 0) return;
  if (firing.window.evidence != nullptr) {
    for (const auto& bytes : *firing.window.evidence) {
      alert->evidence.push_back(Decode(bytes));
    }
    return;
  }
  if (firing.window.contents == nullptr) {
    alert->evidence.push_back(alert->trigger);
    return;
  }
  for (const auto& bytes : firing.window.contents->Evidence()) {
    alert->evidence.push_back(Decode(bytes));
  }
}

void AlertBuilder::Save(ByteWriter* out) const {
  std::vector<std::pair<Hash128, int64_t>> ids(ids_of_instant_.begin(),
                                               ids_of_instant_.end());
  std::sort(ids.begin(), ids.end(), [](const auto& a, const auto& b) {
    return std::tie(a.first.hi, a.first.lo) < std::tie(b.first.hi, b.first.lo);
  });
  out->Varint(ids.size());
  for (const auto& [id, count] : ids) {
    SaveHash(id, out);
    out->I64(count);
  }
}

bool AlertBuilder::Load(ByteReader* in) {
  ids_of_instant_.clear();
  const uint64_t size = in->Varint();
  for (uint64_t i = 0; i < size && in->ok(); ++i) {
    const Hash128 id = LoadHash(in);
    ids_of_instant_[id] = in->I64();
  }
  return in->ok();
}

}  // namespace mqwarden
