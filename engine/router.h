// Route: which rules an event is for, and under which key. Pure: it reads the
// plan and the event, never state, so any thread or machine may route.
//
// An event meets only the rules that its own values lead to (rule_index.h). Rules
// with equal `by` lists (one dimension) share the key, which is built at most once
// an event, on demand.
// The hash of a key is keyed with the seed of the options: hostile keys that
// collide cannot be prepared. Thread-compatible.
#ifndef MQWARDEN_ENGINE_ROUTER_H_
#define MQWARDEN_ENGINE_ROUTER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/engine/evaluator.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/rule_index.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {

class Router : private RuleIndex::Conditions {
 public:
  enum class Match : uint8_t { kNo, kExcluded, kYes };

  // The values of a rule's `by` in one event, as the bytes that identify them.
  struct Key {
    std::string_view bytes;  // until the next Key() or StartEvent()
    uint64_t hash = 0;
    bool complete = false;  // no required field is missing
  };

  // `index` is of the plan.
  Router(const Plan& plan, std::shared_ptr<const RuleIndex> index,
         Evaluator* evaluator, uint64_t hash_seed);

  // The evaluator stands on a new event.
  void StartEvent() { ++event_; }
  // The rules for which MatchRule() may say anything but kNo, by index, in order;
  // until the next call.
  std::span<const uint32_t> Candidates(const Event& event) {
    is_asked_ = false;
    const std::span<const uint32_t> rules = index_->Candidates(
        static_cast<Kind>(event.Int(FieldId::kKind)), event, this, &scratch_);
    for (const uint32_t rule : rules) ++candidates_[rule];
    return rules;
  }
  // Calls visit(rule) for each of them, in order.
  template <typename Visit>
  void VisitCandidates(const Event& event, const Visit& visit) {
    const auto count = [&](uint32_t rule) {
      ++candidates_[rule];
      visit(rule);
    };
    const Kind kind = static_cast<Kind>(event.Int(FieldId::kKind));
    if (index_->VisitFew(kind, event, count)) return;
    for (const uint32_t rule : Candidates(event)) visit(rule);
  }
  // How often the rule was a candidate.
  int64_t candidates(uint32_t rule_index) const {
    return candidates_[rule_index];
  }
  // All rules of a kind.
  std::span<const uint32_t> RulesOf(Kind kind) const {
    return index_->RulesOf(kind);
  }
  // Whether the event, for which the rule is a candidate, passes `where` and
  // `exclude`. Of kExcluded, `*exclude` is the place of the clause that holds.
  Match MatchRule(uint32_t rule_index, const RulePlan& rule, size_t* exclude);
  // Of a rule without `each`. `event` is the one on which the evaluator stands.
  Key KeyOf(uint32_t rule_index, const Event& event);
  // A complete key made elsewhere.
  Key KeyOfBytes(std::string_view bytes) const;

 private:
  struct Part {
    // How the value is found: most keys are fields of the event as they are, and
    // need not go through the evaluator.
    enum class Form : uint8_t { kIp, kFolded, kExpr };
    Form form;
    FieldId field;
    ExprId expr;
    bool optional;
  };
  struct Dimension {
    std::vector<Part> parts;
    uint64_t event = 0;  // that the rest is about
    size_t begin = 0;    // in bytes_
    size_t size = 0;
    uint64_t hash = 0;
    bool complete = false;
  };

  // Of the index: a condition on the event that is looked up.
  bool Holds(ExprId condition, const Event& event) override {
    if (!is_asked_) evaluator_->SetEvent(&event);
    is_asked_ = true;
    return evaluator_->Condition(condition);
  }
  static Part PartOf(const Plan& plan, const KeyPart& part);
  bool AppendPart(const Part& part, const Event& event);

  const std::shared_ptr<const RuleIndex> index_;
  Evaluator* const evaluator_;
  const uint64_t hash_seed_;
  std::vector<uint32_t> dimension_of_;  // by rule

  RuleIndex::Scratch scratch_;
  bool is_asked_ = false;             // a condition on the event in look-up
  std::vector<int64_t> candidates_;   // by rule
  std::vector<Dimension> dimensions_;
  uint64_t event_ = 0;
  uint64_t bytes_event_ = 0;  // that bytes_ is about
  std::string bytes_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_ROUTER_H_
