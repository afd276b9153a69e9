// Where the numbers of a rule stand in its text: what its condition compares
// aggregates with, its window, and where a further exclude would go. For tools
// that write a variant of a rule, such as a sweep over thresholds.
//
//   rule texts -> parser -> FindRulePlaces -> Rewritten -> CompileRules
//
// Only the texts are read: whether a rewritten rule is good, the compiler says.
// Free functions over values, thread-safe.
#ifndef MQWARDEN_RULES_RULE_PLACES_H_
#define MQWARDEN_RULES_RULE_PLACES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/base/time.h"
#include "mqwarden/rules/compile.h"
#include "mqwarden/rules/rule_text.h"

namespace mqwarden {

struct TextPlace {
  size_t source = 0;  // index in the rule texts
  Span span;
};

struct NumberPlace {
  TextPlace place;      // of the number, or of the param's name
  std::string param;    // not empty: a param stands there
  std::string written;  // the comparison, as written
  // The number itself; nullopt where it is no whole number, or a param's.
  std::optional<int64_t> value;
  // A greater number is harder to reach.
  bool rising = false;
};

struct WindowPlace {
  TextPlace place;
  std::string param;
  std::optional<Duration> value;  // nullopt: the param's
};

struct RulePlaces {
  TextPlace rule;
  // In the order of the text: of `count() >= 10 and distinct(user) >= 3` both;
  // of `rare (f) < 3` the 3; of a sequence each `5 x`.
  std::vector<NumberPlace> thresholds;
  std::optional<WindowPlace> window;
  // The end of the clause that an exclude would follow.
  TextPlace before_exclude;
  // The field of `by`, where that is one plain field.
  std::string by_field;
  bool has_limits = false;
};

// Nullopt where no text defines the rule. Of texts that compile.
std::optional<RulePlaces> FindRulePlaces(std::span<const RuleSource> sources,
                                         std::string_view rule);

// Where the value of a param stands, the one of an `override` before the other.
struct ParamPlace {
  TextPlace place;
  std::optional<int64_t> integer;
  std::optional<Duration> duration;
};
std::optional<ParamPlace> FindParamPlace(std::span<const RuleSource> sources,
                                         std::string_view param);

struct TextReplacement {
  TextPlace place;
  std::string text;
};
// The texts with the places replaced, which do not overlap.
std::vector<RuleSource> Rewritten(std::span<const RuleSource> sources,
                                  std::vector<TextReplacement> replacements);

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_RULE_PLACES_H_
