// Whether any of several regular expressions is somewhere in a text: one automaton
// for all of them, made when it is first asked for.
//
// Where the automaton runs out of memory on a text, the expressions are asked one
// by one, with the same answer. Thread-safe.
#ifndef MQWARDEN_ENGINE_REGEX_GROUP_H_
#define MQWARDEN_ENGINE_REGEX_GROUP_H_

#include <memory>
#include <string_view>

#include "absl/base/call_once.h"
#include "mqwarden/engine/plan.h"
#include "re2/set.h"

namespace mqwarden {

class RegexGroup {
 public:
  // `set` outlives the group.
  explicit RegexGroup(const RegexSet& set) : set_(set) {}

  bool MatchesAny(std::string_view text) const;

 private:
  bool MatchesOneByOne(std::string_view text) const;
  void Build() const;

  const RegexSet& set_;
  mutable absl::once_flag once_;
  mutable std::unique_ptr<const re2::RE2::Set> together_;  // null: one by one
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_REGEX_GROUP_H_
