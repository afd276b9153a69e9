#include "mqwarden/rules/rule_places.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>
#include <variant>

#include "mqwarden/rules/ast.h"
#include "mqwarden/rules/diagnostic.h"
#include "mqwarden/rules/parser.h"

namespace mqwarden {
namespace {

using ast::BinaryOp;
using ast::Expr;
using ast::ExprKind;

constexpr std::array<std::string_view, 7> kAggregates = {
    "count", "distinct", "sum", "avg", "min", "max", "percentile"};

// The parser bounds how deep an expression nests, and so these recursions.
bool HasAggregate(const Expr& expr) {
  if (expr.kind == ExprKind::kCall &&
      std::find(kAggregates.begin(), kAggregates.end(), expr.name) !=
          kAggregates.end()) {
    return true;
  }
  return std::any_of(expr.children.begin(), expr.children.end(), HasAggregate);
}

const Expr& Unwrapped(const Expr& expr) {
  const Expr* inner = &expr;
  while (inner->kind == ExprKind::kParen) inner = &inner->children.front();
  return *inner;
}

bool IsOrder(BinaryOp op) {
  return op == BinaryOp::kLt || op == BinaryOp::kLe || op == BinaryOp::kGt ||
         op == BinaryOp::kGe;
}

class PlaceFinder {
 public:
  PlaceFinder(size_t source, const RuleText& text)
      : source_(source), text_(text) {}

  RulePlaces Find(const ast::Rule& rule) {
    places_.rule = {source_, rule.span};
    places_.has_limits = !rule.limits.empty();
    Span before = rule.on_span;
    if (rule.where) before = rule.where->span;
    if (!rule.excludes.empty()) before = rule.excludes.back().span;
    places_.before_exclude = {source_, before};
    if (rule.by.size() == 1) {
      const ast::KeyPart& part = rule.by.front();
      if (!part.name && !part.each && part.expr.kind == ExprKind::kName) {
        places_.by_field = part.expr.name;
      }
    }
    if (rule.when) FindInWhen(*rule.when);
    return std::move(places_);
  }

 private:
  void FindInWhen(const ast::When& when) {
    using Kind = ast::When::Kind;
    WindowPlace window;
    window.place = {source_, when.window.span};
    window.param = when.window.param;
    if (window.param.empty()) window.value = when.window.value;
    places_.window = window;
    switch (when.kind) {
      case Kind::kSliding:
      case Kind::kTumbling:
      case Kind::kSession:
        FindInCondition(when.condition, /*is_negated=*/false);
        return;
      case Kind::kRare:
        AddCount(when.below, when.span, /*rising=*/false);
        return;
      case Kind::kSequence:
        for (const ast::SequenceStep& step : when.steps) {
          if (step.count.span == Span()) continue;
          AddCount(step.count, step.span, /*rising=*/true);
        }
        return;
      case Kind::kNew:
      case Kind::kAbsent:
        return;
    }
  }

  void AddCount(const ast::Count& count, Span whole, bool rising) {
    NumberPlace number;
    number.place = {source_, count.span};
    number.param = count.param;
    number.written = std::string(text_.Slice(whole));
    if (number.param.empty()) number.value = count.value;
    number.rising = rising;
    places_.thresholds.push_back(std::move(number));
  }

  void FindInCondition(const Expr& expr, bool is_negated) {
    switch (expr.kind) {
      case ExprKind::kParen:
        FindInCondition(expr.children.front(), is_negated);
        return;
      case ExprKind::kNot:
        FindInCondition(expr.children.front(), !is_negated);
        return;
      case ExprKind::kBinary:
        break;
      default:
        return;
    }
    if (expr.op == BinaryOp::kAnd || expr.op == BinaryOp::kOr) {
      for (const Expr& child : expr.children) {
        FindInCondition(child, is_negated);
      }
      return;
    }
    const bool is_comparison = IsOrder(expr.op) || expr.op == BinaryOp::kEq ||
                               expr.op == BinaryOp::kNe;
    if (!is_comparison || expr.children.size() != 2) return;
    const bool left = HasAggregate(expr.children[0]);
    const bool right = HasAggregate(expr.children[1]);
    if (left == right) return;
    AddComparison(expr, Unwrapped(expr.children[left ? 1 : 0]), left,
                  is_negated);
  }

  void AddComparison(const Expr& comparison, const Expr& with,
                     bool is_aggregate_left, bool is_negated) {
    NumberPlace number;
    number.place = {source_, with.span};
    number.written = std::string(text_.Slice(comparison.span));
    if (with.kind == ExprKind::kName) {
      number.param = with.name;
    } else if (with.kind == ExprKind::kInt) {
      number.value = with.integer;
    }
    const bool is_greater =
        comparison.op == BinaryOp::kGt || comparison.op == BinaryOp::kGe;
    number.rising = IsOrder(comparison.op) &&
                    ((is_greater == is_aggregate_left) != is_negated);
    places_.thresholds.push_back(std::move(number));
  }

  const size_t source_;
  const RuleText& text_;
  RulePlaces places_;
};

ast::File ParseSource(const RuleSource& source) {
  DiagnosticList ignored;  // the compiler tells them
  return Parse(std::make_shared<const RuleText>(source.path, source.text),
               &ignored);
}

ParamPlace PlaceOf(size_t source, const ast::ParamDef& def) {
  ParamPlace place;
  place.place = {source, def.value.span};
  if (def.value.kind == ExprKind::kInt) place.integer = def.value.integer;
  if (def.value.kind == ExprKind::kDuration) place.duration = def.value.duration;
  return place;
}

}  // namespace

std::optional<RulePlaces> FindRulePlaces(std::span<const RuleSource> sources,
                                         std::string_view rule) {
  for (size_t i = 0; i < sources.size(); ++i) {
    const ast::File file = ParseSource(sources[i]);
    for (const ast::Rule& candidate : file.rules) {
      if (candidate.name.text == rule) {
        return PlaceFinder(i, *file.text).Find(candidate);
      }
    }
  }
  return std::nullopt;
}

std::optional<ParamPlace> FindParamPlace(std::span<const RuleSource> sources,
                                         std::string_view param) {
  std::optional<ParamPlace> found;
  for (size_t i = 0; i < sources.size(); ++i) {
    const ast::File file = ParseSource(sources[i]);
    for (const ast::Replacement& replacement : file.overrides) {
      const auto* def = std::get_if<ast::ParamDef>(&replacement.definition);
      if (def != nullptr && def->name.text == param) return PlaceOf(i, *def);
    }
    for (const ast::ParamDef& def : file.params) {
      if (def.name.text == param) found = PlaceOf(i, def);
    }
  }
  return found;
}

std::vector<RuleSource> Rewritten(std::span<const RuleSource> sources,
                                  std::vector<TextReplacement> replacements) {
  std::vector<RuleSource> texts(sources.begin(), sources.end());
  // From behind, so that the other places stay where they are.
  std::sort(replacements.begin(), replacements.end(),
            [](const TextReplacement& a, const TextReplacement& b) {
              return a.place.span.begin > b.place.span.begin;
            });
  for (const TextReplacement& replacement : replacements) {
    const Span span = replacement.place.span;
    texts[replacement.place.source].text.replace(
        span.begin, span.end - span.begin, replacement.text);
  }
  return texts;
}

}  // namespace mqwarden
