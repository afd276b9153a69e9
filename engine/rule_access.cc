#include "mqwarden/engine/rule_access.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mqwarden/base/text.h"
#include "mqwarden/engine/number_test.h"
#include "mqwarden/schema/field_catalog.h"
#include "re2/filtered_re2.h"
#include "re2/re2.h"

namespace mqwarden {
namespace {

// More literals than this cost more memory than they save time: then the condition
// is asked once an event, for all rules that have it.
constexpr size_t kMaxKeys = 64;
// Of a regular expression, beyond which it is not looked into.
constexpr size_t kMaxAtoms = 16;

constexpr int64_t kAll = 1'000'000;
constexpr int64_t kShareOfNumber = 20'000;
constexpr int64_t kShareOfText = 5'000;
constexpr int64_t kShareOfPart = 30'000;
constexpr int64_t kShareOfElement = 100'000;
constexpr int64_t kShareOfLargeSet = 50'000;

// What a condition reads: a field or an attr, as it is or without case.
struct Source {
  bool is_attr = false;
  uint32_t index = 0;
  FieldType type = FieldType::kKw;
};

std::optional<Source> SourceOf(const PlanPool& pool, ExprId id) {
  const Expr* expr = &pool.exprs[id];
  // Neither adds a value that the child does not have.
  while (expr->op == ExprOp::kLower || expr->op == ExprOp::kOfKind) {
    expr = &pool.exprs[expr->children[0]];
  }
  if (expr->op == ExprOp::kAttrText) return Source{true, expr->a};
  if (expr->op != ExprOp::kField) return std::nullopt;
  const FieldInfo& field = GetField(static_cast<FieldId>(expr->a));
  if ((field.flags & kFieldComputed) != 0) return std::nullopt;
  return Source{false, expr->a, field.type};
}

bool IsText(const Source& source) {
  return source.type == FieldType::kKw || source.type == FieldType::kStr;
}

AccessKey KeyOf(const Source& source, AccessKey::Kind kind) {
  AccessKey key;
  key.kind = kind;
  key.is_attr = source.is_attr;
  key.source = source.index;
  return key;
}

AccessKey TextKey(const Source& source, AccessKey::Kind kind,
                  std::string_view text) {
  AccessKey key = KeyOf(source, kind);
  key.text = ToAsciiLower(text);
  return key;
}

void Add(AccessKey key, int64_t share, Access* access) {
  access->keys.push_back(std::move(key));
  access->share = std::min(kAll, access->share + share);
}

int64_t ShareOfPrefix(size_t length) {
  constexpr int64_t kShares[] = {kAll, 300'000, 100'000, 40'000, 15'000};
  return kShares[std::min<size_t>(length, 4)];
}

int64_t ShareOfNumberIn(const Source& source) {
  switch (source.type) {
    case FieldType::kBool:
      return kAll / 2;
    case FieldType::kEnum:
      return kAll / 5;
    default:
      return kShareOfNumber;
  }
}

// An empty literal, which no text and no element is, gives no access: an attr
// may be empty.
bool AddText(const Source& source, std::string_view text, Access* access) {
  if (text.empty()) return false;
  if (source.type == FieldType::kList) {
    Add(TextKey(source, AccessKey::Kind::kElement, text), kShareOfElement,
        access);
    return true;
  }
  if (!IsText(source)) return false;
  Add(TextKey(source, AccessKey::Kind::kText, text), kShareOfText, access);
  return true;
}

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<signed char>(c) >= 0; });
}

bool AddGlob(const Source& source, std::string_view glob, Access* access) {
  if (!IsText(source)) return false;
  const size_t wildcard = glob.find_first_of("*?");
  if (wildcard == std::string_view::npos) return AddText(source, glob, access);
  // The longest run of literals, if not the first.
  std::string_view longest;
  for (size_t at = 0; at < glob.size();) {
    const size_t end = std::min(glob.find_first_of("*?", at), glob.size());
    const std::string_view run = glob.substr(at, end - at);
    if (run.size() > longest.size() && IsAscii(run)) longest = run;
    at = end + 1;
  }
  if (ShareOfPrefix(wildcard) > kShareOfPart &&
      longest.size() >= AccessKey::kMinPart) {
    Add(TextKey(source, AccessKey::Kind::kPart, longest), kShareOfPart, access);
    return true;
  }
  if (wildcard == 0) return false;
  Add(TextKey(source, AccessKey::Kind::kPrefix, glob.substr(0, wildcard)),
      ShareOfPrefix(wildcard), access);
  return true;
}

// Some strings of which every text that the regex matches has one, all long
// enough; empty where none are known. RE2 finds the strings, and says which sets
// of them a match can do without.
std::vector<std::string> PartsOf(const re2::RE2& regex) {
  re2::FilteredRE2 filter(AccessKey::kMinPart);
  int id = 0;
  re2::RE2::Options options;
  options.Copy(regex.options());
  if (filter.Add(regex.pattern(), options, &id) != re2::RE2::NoError) return {};
  std::vector<std::string> atoms;
  filter.Compile(&atoms);
  const size_t count = atoms.size();
  if (count == 0 || count > kMaxAtoms) return {};
  // Starts with all, and leaves out, the shortest first, what is not needed.
  std::vector<size_t> order(count);
  for (size_t i = 0; i < count; ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&atoms](size_t a, size_t b) {
    return atoms[a].size() < atoms[b].size();
  });
  std::vector<bool> is_part(count, true);
  const auto matches_without_parts = [&] {
    std::vector<int> present;
    for (size_t i = 0; i < count; ++i) {
      if (!is_part[i]) present.push_back(static_cast<int>(i));
    }
    std::vector<int> potentials;
    filter.AllPotentials(present, &potentials);
    return !potentials.empty();
  };
  if (matches_without_parts()) return {};
  for (const size_t i : order) {
    is_part[i] = false;
    if (matches_without_parts()) is_part[i] = true;
  }
  std::vector<std::string> parts;
  for (size_t i = 0; i < count; ++i) {
    if (!is_part[i]) continue;
    if (atoms[i].size() < AccessKey::kMinPart || !IsAscii(atoms[i])) return {};
    parts.push_back(atoms[i]);
  }
  return parts;
}

bool AddRegex(const Source& source, const re2::RE2& regex, Access* access) {
  if (!IsText(source)) return false;
  const std::vector<std::string> parts = PartsOf(regex);
  for (const std::string& part : parts) {
    Add(TextKey(source, AccessKey::Kind::kPart, part), kShareOfPart, access);
  }
  return !parts.empty();
}

bool AddNetwork(const Source& source, const IpNetwork& network,
                Access* access) {
  if (source.type != FieldType::kIp) return false;
  AccessKey key = KeyOf(source, AccessKey::Kind::kNetwork);
  key.network = network;
  constexpr int kV4Prefix = 96;
  const int bits = network.base.is_v4() ? network.prefix - kV4Prefix
                                        : network.prefix / 4;
  if (bits <= 0) return false;
  Add(std::move(key), std::max<int64_t>(kShareOfText, kAll >> bits / 2),
      access);
  return true;
}

std::optional<Access> AccessOfEquality(const PlanPool& pool, const Expr& expr) {
  Access access;
  if (const auto test = ComparedWithNumber(pool, expr)) {
    const Source source{false, static_cast<uint32_t>(test->field),
                        GetField(test->field).type};
    AccessKey key = KeyOf(source, AccessKey::Kind::kNumber);
    key.number = test->number;
    Add(std::move(key), ShareOfNumberIn(source), &access);
    return access;
  }
  for (const size_t side : {size_t{0}, size_t{1}}) {
    const Expr& other = pool.exprs[expr.children[1 - side]];
    if (other.op != ExprOp::kConst) continue;
    const std::optional<Source> source = SourceOf(pool, expr.children[side]);
    if (!source.has_value()) continue;
    const Constant& constant = pool.constants[other.a];
    switch (constant.type) {
      case ValueType::kExact:
      case ValueType::kFolded:
        if (AddText(*source, constant.text, &access)) return access;
        break;
      case ValueType::kIp:
        if (AddNetwork(*source, {constant.ip, 128}, &access)) return access;
        break;
      default:
        break;
    }
  }
  return std::nullopt;
}

// Of a condition on one text, list or address, and a set.
template <typename Set, typename AddOne>
std::optional<Access> AccessOfSet(const PlanPool& pool, ExprId condition,
                                  const Set& members, const AddOne& add) {
  const Expr& expr = pool.exprs[condition];
  Access access;
  if (members.size() > kMaxKeys) {
    if (!expr.event_only) return std::nullopt;
    AccessKey key;
    key.kind = AccessKey::Kind::kCondition;
    key.source = condition;
    Add(std::move(key), kShareOfLargeSet, &access);
    return access;
  }
  const std::optional<Source> source = SourceOf(pool, expr.children[0]);
  if (!source.has_value()) return std::nullopt;
  for (const auto& member : members) {
    if (!add(*source, member, &access)) return std::nullopt;
  }
  if (access.keys.empty()) return std::nullopt;
  return access;
}

std::optional<Access> AccessOfJunction(const PlanPool& pool,
                                       const Expr& expr) {
  std::optional<Access> result;
  for (const ExprId child : expr.children) {
    std::optional<Access> access = AccessOf(pool, child);
    if (expr.op == ExprOp::kAnd) {
      if (!access.has_value()) continue;
      if (!result.has_value() || access->share < result->share) {
        result = std::move(access);
      }
      continue;
    }
    if (!access.has_value()) return std::nullopt;
    if (!result.has_value()) {
      result = std::move(access);
      continue;
    }
    result->share = std::min(kAll, result->share + access->share);
    std::move(access->keys.begin(), access->keys.end(),
              std::back_inserter(result->keys));
    if (result->keys.size() > kMaxKeys) return std::nullopt;
  }
  return result;
}

}  // namespace

std::optional<Access> AccessOf(const PlanPool& pool, ExprId condition) {
  if (condition == kNoExpr) return std::nullopt;
  const Expr& expr = pool.exprs[condition];
  switch (expr.op) {
    case ExprOp::kAnd:
    case ExprOp::kOr:
      return AccessOfJunction(pool, expr);
    case ExprOp::kEq:
      return AccessOfEquality(pool, expr);
    case ExprOp::kIsTrue: {
      const std::optional<Source> source = SourceOf(pool, expr.children[0]);
      if (!source.has_value() || source->type != FieldType::kBool) {
        return std::nullopt;
      }
      Access access;
      AccessKey key = KeyOf(*source, AccessKey::Kind::kNumber);
      key.number = 1;
      Add(std::move(key), ShareOfNumberIn(*source), &access);
      return access;
    }
    case ExprOp::kInTexts:
    case ExprOp::kHasAny:
      return AccessOfSet(pool, condition, pool.text_sets[expr.a].members, AddText);
    case ExprOp::kInNumbers:
      return AccessOfSet(
          pool, condition, pool.number_sets[expr.a].members,
          [](const Source& source, int64_t number, Access* access) {
            if (source.is_attr ||
                !IsStoredIntegral(GetField(static_cast<FieldId>(source.index)))) {
              return false;
            }
            AccessKey key = KeyOf(source, AccessKey::Kind::kNumber);
            key.number = number;
            Add(std::move(key), ShareOfNumberIn(source), access);
            return true;
          });
    case ExprOp::kInNetworks:
      return AccessOfSet(pool, condition, pool.network_sets[expr.a].networks,
                         AddNetwork);
    case ExprOp::kLike:
      return AccessOfSet(pool, condition, pool.glob_sets[expr.a].patterns, AddGlob);
    case ExprOp::kMatches:
      return AccessOfSet(pool, condition, pool.regex_sets[expr.a].regexes,
                         [](const Source& source, const auto& regex,
                            Access* access) {
                           return AddRegex(source, *regex, access);
                         });
    case ExprOp::kHas: {
      const std::optional<Source> source = SourceOf(pool, expr.children[0]);
      const Expr& text = pool.exprs[expr.children[1]];
      if (!source.has_value() || source->type != FieldType::kList ||
          text.op != ExprOp::kConst) {
        return std::nullopt;
      }
      Access access;
      if (!AddText(*source, pool.constants[text.a].text, &access)) {
        return std::nullopt;
      }
      return access;
    }
    default:
      return std::nullopt;
  }
}

}  // namespace mqwarden
