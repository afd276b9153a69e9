#include "mqwarden/engine/router.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "mqwarden/base/hash128.h"
#include "mqwarden/engine/value.h"
#include "mqwarden/engine/value_text.h"

namespace mqwarden {

Router::Router(const Plan& plan, std::shared_ptr<const RuleIndex> index,
               Evaluator* evaluator, uint64_t hash_seed)
    : index_(std::move(index)),
      evaluator_(evaluator),
      hash_seed_(hash_seed),
      candidates_(plan.rules().size()) {
  std::map<std::vector<std::pair<ExprId, bool>>, uint32_t> known;
  for (const auto& rule : plan.rules()) {
    std::vector<std::pair<ExprId, bool>> parts;
    for (const KeyPart& part : rule->by) {
      parts.emplace_back(part.expr, part.optional);
    }
    const auto [dimension, is_new] = known.try_emplace(
        std::move(parts), static_cast<uint32_t>(dimensions_.size()));
    if (is_new) {
      Dimension& made = dimensions_.emplace_back();
      for (const KeyPart& part : rule->by) {
        made.parts.push_back(PartOf(plan, part));
      }
    }
    dimension_of_.push_back(dimension->second);
  }
}

Router::Match Router::MatchRule(uint32_t rule_index, const RulePlan& rule,
                                size_t* exclude) {
  for (const ExprId condition : index_->RestOf(rule_index)) {
    if (!evaluator_->Condition(condition)) return Match::kNo;
  }
  for (size_t i = 0; i < rule.excludes.size(); ++i) {
    if (!evaluator_->Condition(rule.excludes[i].condition)) continue;
    *exclude = i;
    return Match::kExcluded;
  }
  return Match::kYes;
}

Router::Part Router::PartOf(const Plan& plan, const KeyPart& part) {
  Part made = {Part::Form::kExpr, FieldId{}, part.expr, part.optional};
  const Expr& expr = plan.pool().exprs[part.expr];
  if (expr.op != ExprOp::kField) return made;
  made.field = static_cast<FieldId>(expr.a);
  const FieldInfo& field = GetField(made.field);
  if ((field.flags & kFieldComputed) != 0) return made;
  if (field.type == FieldType::kIp) made.form = Part::Form::kIp;
  if (field.type == FieldType::kKw) made.form = Part::Form::kFolded;
  return made;
}

// False where a value that the key needs is missing.
bool Router::AppendPart(const Part& part, const Event& event) {
  switch (part.form) {
    case Part::Form::kIp:
      if (!event.Has(part.field)) break;
      AppendIdentity(Value::Ip(event.Ip(part.field)), &bytes_);
      return true;
    case Part::Form::kFolded:
      if (!event.Has(part.field)) break;
      AppendIdentity(Value::Text(ValueType::kFolded, event.Text(part.field)),
                     &bytes_);
      return true;
    case Part::Form::kExpr: {
      const Value value = evaluator_->Eval(part.expr);
      AppendIdentity(value, &bytes_);
      return !value.missing() || part.optional;
    }
  }
  AppendIdentity(Value::Missing(), &bytes_);
  return part.optional;
}

Router::Key Router::KeyOf(uint32_t rule_index, const Event& event) {
  Dimension& dimension = dimensions_[dimension_of_[rule_index]];
  if (dimension.event != event_) {
    if (bytes_event_ != event_) bytes_.clear();
    bytes_event_ = event_;
    dimension.event = event_;
    dimension.begin = bytes_.size();
    dimension.complete = true;
    for (const Part& part : dimension.parts) {
      dimension.complete &= AppendPart(part, event);
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
