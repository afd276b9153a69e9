// By what a rule can be found: literals of which an event must have one for the
// rule's `where` to hold. The rule index looks events up by them.
//
// An access only ever proves that a rule cannot match. That an event has one of
// the literals says nothing; that it has none says no. Texts are compared without
// ASCII case here, whatever the condition does, and a number of literals stands
// for a longer one that contains it.
#ifndef MQWARDEN_ENGINE_RULE_ACCESS_H_
#define MQWARDEN_ENGINE_RULE_ACCESS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mqwarden/base/ip_address.h"
#include "mqwarden/engine/plan.h"

namespace mqwarden {

struct AccessKey {
  enum class Kind : uint8_t {
    kNumber,   // the field is `number`
    kText,     // the field or attr is `text`
    kPrefix,   // it begins with `text`
    kPart,     // it has `text` in it: at least kMinPart bytes, all ASCII
    kElement,  // the list has the element `text`
    kNetwork,  // the address is in `network`
    // No literal: the condition itself, on a set too large to enter each member.
    // Rules that share it are found together.
    kCondition,  // `source` is its ExprId
  };
  // Literals inside a text are looked up by four bytes of it.
  static constexpr size_t kMinPart = 4;

  Kind kind = Kind::kNumber;
  bool is_attr = false;
  uint32_t source = 0;  // FieldId; of an attr: index in PlanPool::names
  int64_t number = 0;
  std::string text;  // folded
  IpNetwork network;
};

struct Access {
  std::vector<AccessKey> keys;  // at least one
  // Of a million events, about how many have one of them: a guess, by which the
  // best of several is chosen.
  int64_t share = 0;
};

// The best access of the condition; nullopt where there is none. Recursion is as
// deep as the expression.
std::optional<Access> AccessOf(const PlanPool& pool, ExprId condition);

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_RULE_ACCESS_H_
