#include "mqwarden/engine/router.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "mqwarden/base/hash128.h"
#include "mqwarden/engine/value.h"
#include "mqwarden/engine/value_text.h"

namespace mqwarden {

Router::Router(const Plan& plan, Evaluator* evaluator, uint64_t hash_seed)
    : evaluator_(evaluator), hash_seed_(hash_seed) {
  std::map<std::vector<std::pair<ExprId, bool>>, uint32_t> known;
  for (size_t i = 0; i < plan.rules().size(); ++i) {
    const RulePlan& rule = *plan.rules()[i];
    const auto index = static_cast<uint32_t>(i);
    for (int kind = 0; kind < kKindCount; ++kind) {
      if (rule.kinds >> kind & 1) by_kind_[kind].push_back(index);
    }
    std::vector<Evaluator::NumberTest> tests;
    evaluator_->AppendNumberTests(rule.where, &tests);
    Guards& guards = guards_.emplace_back();
    guards.count = static_cast<uint32_t>(std::min(tests.size(), guards.tests.size()));
    std::copy_n(tests.begin(), guards.count, guards.tests.begin());
    std::vector<std::pair<ExprId, bool>> parts;
    for (const KeyPart& part : rule.by) {
      parts.emplace_back(part.expr, part.optional);
    }
    const auto [dimension, is_new] = known.try_emplace(
        std::move(parts), static_cast<uint32_t>(dimensions_.size()));
    if (is_new) dimensions_.push_back({.by = &rule.by});
    dimension_of_.push_back(dimension->second);
  }
}

Router::Match Router::MatchRule(const RulePlan& rule, size_t* exclude) {
  if (!evaluator_->Condition(rule.where)) return Match::kNo;
  for (size_t i = 0; i < rule.excludes.size(); ++i) {
    if (!evaluator_->Condition(rule.excludes[i].condition)) continue;
    *exclude = i;
    return Match::kExcluded;
  }
  return Match::kYes;
}

Router::Key Router::KeyOf(uint32_t rule_index) {
  Dimension& dimension = dimensions_[dimension_of_[rule_index]];
  if (dimension.event != event_) {
    if (bytes_event_ != event_) bytes_.clear();
    bytes_event_ = event_;
    dimension.event = event_;
    dimension.begin = bytes_.size();
    dimension.complete = true;
    for (const KeyPart& part : *dimension.by) {
      const Value value = evaluator_->Eval(part.expr);
      if (value.missing() && !part.optional) dimension.complete = false;
      AppendIdentity(value, &bytes_);
    }
    dimension.size = bytes_.size() - dimension.begin;
    dimension.hash = HashBytes(
        std::string_view(bytes_).substr(dimension.begin, dimension.size),
        hash_seed_);
  }
  return {std::string_view(bytes_).substr(dimension.begin, dimension.size),
          dimension.hash, dimension.complete};
}

Router::Key Router::KeyOfBytes(std::string_view bytes) const {
  return {bytes, HashBytes(bytes, hash_seed_), /*complete=*/true};
}

}  // namespace mqwarden
