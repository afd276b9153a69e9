#include "mqwarden/rules/const_eval.h"

#include <algorithm>
#include <compare>

#include "mqwarden/base/glob.h"
#include "mqwarden/base/text.h"
#include "mqwarden/rules/types.h"
#include "re2/re2.h"
#include "re2/stringpiece.h"

namespace mqwarden {
namespace {

Decimal NumberOf(const Constant& constant) {
  return constant.type == ValueType::kReal ? constant.decimal
                                           : Decimal::FromInt(constant.number);
}

std::optional<bool> Compare(ExprOp op, const Constant& a, const Constant& b,
                            bool fold) {
  if (IsText(a.type) != IsText(b.type)) return std::nullopt;
  if ((a.type == ValueType::kIp) != (b.type == ValueType::kIp)) {
    return std::nullopt;
  }
  if (IsText(a.type)) {
    if (op != ExprOp::kEq) return std::nullopt;
    return fold ? EqualsIgnoreAsciiCase(a.text, b.text) : a.text == b.text;
  }
  if (a.type == ValueType::kIp) {
    if (op != ExprOp::kEq) return std::nullopt;
    return a.ip == b.ip;
  }
  const auto order = NumberOf(a) <=> NumberOf(b);
  switch (op) {
    case ExprOp::kEq: return order == 0;
    case ExprOp::kLt: return order < 0;
    case ExprOp::kLe: return order <= 0;
    case ExprOp::kGt: return order > 0;
    default: return order >= 0;
  }
}

}  // namespace

bool FitsTextSet(const TextSet& set, std::string_view text) {
  return set.fold ? set.members.contains(ToAsciiLower(text))
                  : set.members.contains(text);
}

bool FitsGlobs(const GlobSet& set, std::string_view text) {
  return std::any_of(set.patterns.begin(), set.patterns.end(),
                     [&](const std::string& pattern) {
                       return GlobMatch(pattern, text, set.fold);
                     });
}

bool FitsRegexes(const RegexSet& set, std::string_view text) {
  return std::any_of(
      set.regexes.begin(), set.regexes.end(), [&](const auto& regex) {
        return re2::RE2::PartialMatch(
            re2::StringPiece(text.data(), text.size()), *regex);
      });
}

std::optional<bool> HoldsOf(const PlanPool& pool, const Expr& node,
                            const Constant& value) {
  switch (node.op) {
    case ExprOp::kEq:
    case ExprOp::kLt:
    case ExprOp::kLe:
    case ExprOp::kGt:
    case ExprOp::kGe: {
      const Expr& other = pool.exprs[node.children[1]];
      if (other.op != ExprOp::kConst) return std::nullopt;
      return Compare(node.op, value, pool.constants[other.a], node.a == 1);
    }
    case ExprOp::kInTexts:
      if (!IsText(value.type)) return std::nullopt;
      return FitsTextSet(pool.text_sets[node.a], value.text);
    case ExprOp::kInNumbers: {
      if (IsText(value.type) || value.type == ValueType::kIp) {
        return std::nullopt;
      }
      const std::optional<int64_t> whole = NumberOf(value).ToInt();
      return whole.has_value() &&
             pool.number_sets[node.a].members.contains(*whole);
    }
    case ExprOp::kInNetworks: {
      if (value.type != ValueType::kIp) return std::nullopt;
      const auto& networks = pool.network_sets[node.a].networks;
      return std::any_of(networks.begin(), networks.end(),
                         [&](const IpNetwork& network) {
                           return network.Contains(value.ip);
                         });
    }
    case ExprOp::kLike:
      if (!IsText(value.type)) return std::nullopt;
      return FitsGlobs(pool.glob_sets[node.a], value.text);
    case ExprOp::kMatches:
      if (!IsText(value.type)) return std::nullopt;
      return FitsRegexes(pool.regex_sets[node.a], value.text);
    case ExprOp::kIsTrue:
      if (value.type != ValueType::kBool) return std::nullopt;
      return value.number != 0;
    case ExprOp::kExists: return true;
    default: return std::nullopt;
  }
}

}  // namespace mqwarden
