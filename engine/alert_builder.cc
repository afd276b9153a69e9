#include "mqwarden/engine/alert_builder.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mqwarden/base/check.h"
#include "mqwarden/base/hash128.h"
#include "mqwarden/engine/value.h"
#include "mqwarden/engine/value_text.h"
#include "mqwarden/schema/event_codec.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

// Marks what an id was made of.
constexpr int kOfEventId = 1;
constexpr int kOfContent = 2;

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
  // When it was received and its place in a collector are not its content.
  Event content;
  content.CopyFrom(event);
  content.set_sequence(0);
  content.Unset(FieldId::kReceived);
  scratch_.clear();
  EncodeEvent(content, &scratch_);
  hasher.Add(kOfContent);
  hasher.Add(std::string_view(scratch_));
  const Hash128 base = hasher.Finish();
  hasher.Add(base);
  hasher.Add(ids_of_instant_[base]++);
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
  for (const KeyPart& part : by) {
    const Value value = evaluator_->Eval(part.expr, context);
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
  if (firing.window.deque != nullptr) return firing.window.deque->ValueSets();
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
  alert->trigger = CopyOf(*firing.event);
  const RulePlan& rule = *firing.rule;
  if (rule.evidence_first == 0 && rule.evidence_last == 0) return;
  if (firing.window.deque == nullptr) {
    alert->evidence.push_back(alert->trigger);
    return;
  }
  for (const auto& bytes : firing.window.deque->Evidence()) {
    alert->evidence.push_back(Decode(bytes));
  }
}

}  // namespace mqwarden
