// Which rules an event may be for, found by its own values: the cost of an event
// hangs on how many rules have to look at it, not on how many there are.
//
// Model: ask every rule of the event's kind for its `where`. What is done
// instead, and why the same rules are left:
// First, each rule is entered under the best of its accesses (rule_access.h):
// literals of which an event must have one. An event looks up its own values,
// each at most once: numbers, texts and their beginnings, elements of lists,
// networks of its addresses, and four bytes at each place of a text where some
// rule looks for a part of one. A rule that no look-up gives could not match.
// Second, what is found is asked what costs a compare: the equalities of numbers in
// its `where`, and whether a text is as long as one that it asks for.
// Third, rules without an access stand in a list that every event of the kind goes
// through. Of a kind that has few rules all do, and are asked together (few_rules.h).
//
// Fourth, of a large set not the members are entered but the condition, which is
// asked once for all rules that have it.
//
// Look-ups go by hash alone: two values of one hash are taken for each other,
// which gives a candidate too many and never one too few. Immutable; an engine
// brings its own Scratch.
#ifndef MQWARDEN_ENGINE_RULE_INDEX_H_
#define MQWARDEN_ENGINE_RULE_INDEX_H_

#include <algorithm>
#include <array>
#include <bit>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "mqwarden/engine/few_rules.h"
#include "mqwarden/engine/number_test.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/rule_access.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {

class RuleIndex {
 public:
  // Answers conditions on the event of a look-up.
  class Conditions {
   public:
    virtual ~Conditions() = default;
    virtual bool Holds(ExprId condition, const Event& event) = 0;
  };
  // What a look-up works with.
  struct Scratch {
    std::vector<uint32_t> rules;
    std::string folded;
  };

  // `use_accesses` false: every rule of the kind is a candidate; for tests, which
  // compare the two.
  RuleIndex(const Plan& plan, bool use_accesses);

  // The rules, by index and in order, that an event of `kind` may be for. Valid
  // until the next call with the same scratch.
  std::span<const uint32_t> Candidates(Kind kind, const Event& event,
                                       Conditions* conditions,
                                       Scratch* scratch) const;
  // The same, calling visit(rule) for each instead of making a list, where the
  // kind has so few rules that none is looked up. False: it has more, and nothing
  // was done.
  template <typename Visit>
  bool VisitFew(Kind kind, const Event& event, const Visit& visit) const {
    const OfKind& of_kind = of_kind_[static_cast<size_t>(kind)];
    if (of_kind.is_looked_up) return false;
    for (uint32_t left = of_kind.few.Left(event); left != 0;
         left &= left - 1) {
      visit(of_kind.always[std::countr_zero(left)]);
    }
    return true;
  }
  // All rules of a kind.
  std::span<const uint32_t> RulesOf(Kind kind) const {
    return of_kind_[static_cast<size_t>(kind)].all;
  }
  // Of a candidate's `where` the conditions that are still to be asked: all must
  // hold.
  std::span<const ExprId> RestOf(uint32_t rule) const {
    const Guards& guards = guards_[rule];
    return std::span(rests_).subspan(guards.rest.begin, guards.rest.size);
  }

 private:
  // Of postings_.
  struct Range {
    uint32_t begin = 0;
    uint32_t size = 0;
  };
  // What of a `where` costs a compare, as far as there is room.
  struct Guards {
    std::array<NumberTest, 3> tests;
    uint32_t count = 0;
    LengthTest length;
    Range rest;  // of rests_
  };
  // Beginnings are looked up at these lengths; a longer one at the next below.
  static constexpr std::array<uint8_t, 8> kPrefixLengths = {1, 2, 3,  4,
                                                            6, 8, 12, 16};
  static constexpr size_t kPartBits = 1 << 15;

  // How the events of a kind are looked up by one of their values.
  struct NumberProbe {
    FieldId field;
    std::vector<Range> dense;  // by number, where all are small
    uint64_t salt = 0;         // otherwise in `ranges`
  };
  struct TextProbe {
    bool is_attr = false;
    bool is_list = false;
    uint32_t source = 0;
    uint64_t salt = 0;
    bool whole = false;
    std::vector<uint8_t> prefixes;  // lengths, rising
    // Of the parts: which hashes there are, and the rules of all of them, for a
    // text whose case is not that of ASCII.
    std::unique_ptr<std::bitset<kPartBits>> parts;
    Range rules_of_parts;
  };
  struct NetworkProbe {
    FieldId field;
    uint64_t salt = 0;
    std::vector<uint8_t> lengths;
  };
  struct ConditionProbe {
    ExprId condition;
    Range rules;
  };
  struct OfKind {
    bool is_looked_up = false;  // false: `always` is all there is, and `few` them
    FewRules few;
    std::vector<uint32_t> all;
    std::vector<uint32_t> always;  // those that no look-up finds
    std::vector<NumberProbe> numbers;
    std::vector<TextProbe> texts;
    std::vector<NetworkProbe> networks;
    std::vector<ConditionProbe> conditions;
    absl::flat_hash_map<uint64_t, Range> ranges;
  };
  class Builder;
  // The lists that an event has found, before they are put together.
  class Found;

  bool MayMatch(uint32_t rule, const Event& event) const {
    const Guards& guards = guards_[rule];
    for (uint32_t i = 0; i < guards.count; ++i) {
      if (!guards.tests[i].Holds(event)) return false;
    }
    return guards.length.lengths == 0 || guards.length.Holds(event);
  }
  void AddGuards(const PlanPool& pool, ExprId condition, Guards* guards);
  void MakeFew();
  void LookUp(const TextProbe& probe, const Event& event, Found* found) const;
  static void LookUpText(const TextProbe& probe, std::string_view text,
                         Found* found);

  std::vector<Guards> guards_;  // by rule
  std::vector<ExprId> rests_;
  std::array<OfKind, kKindCount> of_kind_;
  std::vector<const std::string*> names_;  // of attrs, as PlanPool::names
  std::vector<uint32_t> postings_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_RULE_INDEX_H_
