#include "mqwarden/engine/rule_index.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mqwarden/base/hash128.h"
#include "mqwarden/base/ip_address.h"
#include "mqwarden/base/text.h"

namespace mqwarden {
namespace {

// A kind with fewer rules asks each of them.
constexpr size_t kMinIndexed = 4;
static_assert(kMinIndexed <= FewRules::kMaxRules + 1);
// Numbers below this are looked up in an array.
constexpr int64_t kMaxDense = 4096;
// Of a longer text the head stands for the whole.
constexpr size_t kMaxHashedText = 256;

// What a hash is of, so that equal bytes of different ones differ.
enum Salt : uint64_t { kWhole = 1, kPrefix, kPart, kElement, kNetwork };
constexpr uint64_t kSaltStep = 16;

uint64_t HashNumber(int64_t number, uint64_t salt) {
  // absl mixes it once more.
  return static_cast<uint64_t>(number) * 0x9E3779B97F4A7C15 + salt;
}

uint64_t HashFolded(std::string_view folded, uint64_t salt) {
  return HashBytes(folded.substr(0, kMaxHashedText), salt);
}

uint64_t HashNetwork(const IpAddress& base, int length, uint64_t salt) {
  return HashBytes({reinterpret_cast<const char*>(base.bytes.data()),
                    base.bytes.size()},
                   salt + (static_cast<uint64_t>(length) << 32));
}

uint32_t FourBytes(const char* at) {
  uint32_t bytes;
  std::memcpy(&bytes, at, sizeof(bytes));
  return bytes;
}

uint32_t MixPart(uint32_t bytes) { return bytes * 0x9E3779B1u; }

uint64_t HashPart(uint32_t bytes, uint64_t salt) {
  return HashNumber(bytes, salt + kPart);
}

}  // namespace

// Lists of rules, each rising. Most events find none or one, and pay for no
// copy then.
class RuleIndex::Found {
 public:
  Found(const RuleIndex& index, const OfKind& kind, Scratch* scratch)
      : index_(index), kind_(kind), scratch_(*scratch) {}

  std::string& folded() { return scratch_.folded; }

  void Add(Range range) {
    if (range.size == 0) return;
    Add(std::span(index_.postings_).subspan(range.begin, range.size));
  }
  void AddHash(uint64_t hash) {
    const auto range = kind_.ranges.find(hash);
    if (range != kind_.ranges.end()) Add(range->second);
  }
  void Add(std::span<const uint32_t> rules) {
    if (rules.empty()) return;
    if (lists_ == 1) {
      scratch_.rules.assign(first_.begin(), first_.end());
    }
    if (lists_ == 0) {
      first_ = rules;
    } else {
      scratch_.rules.insert(scratch_.rules.end(), rules.begin(), rules.end());
    }
    ++lists_;
  }

  // Those that pass their number tests, each once.
  std::span<const uint32_t> Take(const Event& event) {
    const auto is_out = [&](uint32_t rule) {
      return !index_.MayMatch(rule, event);
    };
    std::vector<uint32_t>& rules = scratch_.rules;
    if (lists_ <= 1) {
      rules.clear();
      for (const uint32_t rule : first_) {
        if (!is_out(rule)) rules.push_back(rule);
      }
      return rules;
    }
    rules.erase(std::remove_if(rules.begin(), rules.end(), is_out),
                rules.end());
    std::sort(rules.begin(), rules.end());
    rules.erase(std::unique(rules.begin(), rules.end()), rules.end());
    return rules;
  }

 private:
  const RuleIndex& index_;
  const OfKind& kind_;
  Scratch& scratch_;
  std::span<const uint32_t> first_;
  size_t lists_ = 0;
};

// Enters the rules of one kind after the other.
class RuleIndex::Builder {
 public:
  Builder(const Plan& plan, RuleIndex* index) : index_(*index) {
    for (const auto& rule : plan.rules()) {
      accesses_.push_back(AccessOf(plan.pool(), rule->where));
    }
  }

  void Build(OfKind* kind) {
    lists_.clear();
    numbers_.clear();
    texts_.clear();
    networks_.clear();
    conditions_.clear();
    CountParts(*kind);
    for (const uint32_t rule : kind->all) {
      if (!accesses_[rule].has_value()) {
        kind->always.push_back(rule);
        continue;
      }
      for (const AccessKey& key : accesses_[rule]->keys) Enter(key, rule);
    }
    for (auto& [hash, rules] : lists_) kind->ranges[hash] = Post(&rules);
    for (auto& [field, of_field] : numbers_) {
      kind->numbers.push_back(Numbers(field, &of_field, &kind->ranges));
    }
    for (auto& [source, probe] : texts_) {
      probe.rules_of_parts = Post(&of_parts_[source]);
      kind->texts.push_back(std::move(probe));
    }
    for (auto& [condition, rules] : conditions_) {
      kind->conditions.push_back({condition, Post(&rules)});
    }
    for (auto& [field, probe] : networks_) {
      std::sort(probe.lengths.begin(), probe.lengths.end());
      kind->networks.push_back(std::move(probe));
    }
  }

 private:
  using SourceKey = std::pair<bool, uint32_t>;

  static SourceKey SourceOf(const AccessKey& key) {
    return {key.is_attr, key.source};
  }
  static uint64_t SaltOf(const AccessKey& key) {
    return kSaltStep * (2 * uint64_t{key.source} + (key.is_attr ? 1 : 0) + 1);
  }

  // How many literals have each four bytes: the rarest stand for theirs.
  void CountParts(const OfKind& kind) {
    part_counts_.clear();
    for (const uint32_t rule : kind.all) {
      if (!accesses_[rule].has_value()) continue;
      for (const AccessKey& key : accesses_[rule]->keys) {
        if (key.kind != AccessKey::Kind::kPart) continue;
        for (size_t i = 0; i + AccessKey::kMinPart <= key.text.size(); ++i) {
          ++part_counts_[FourBytes(key.text.data() + i)];
        }
      }
    }
  }

  uint32_t RarestPart(std::string_view text) const {
    uint32_t rarest = FourBytes(text.data());
    for (size_t i = 1; i + AccessKey::kMinPart <= text.size(); ++i) {
      const uint32_t bytes = FourBytes(text.data() + i);
      if (part_counts_.at(bytes) < part_counts_.at(rarest)) rarest = bytes;
    }
    return rarest;
  }

  void Enter(const AccessKey& key, uint32_t rule) {
    if (key.kind == AccessKey::Kind::kNumber) {
      numbers_[key.source][key.number].push_back(rule);
      return;
    }
    if (key.kind == AccessKey::Kind::kCondition) {
      conditions_[key.source].push_back(rule);
      return;
    }
    const uint64_t salt = SaltOf(key);
    if (key.kind == AccessKey::Kind::kNetwork) {
      NetworkProbe& probe = networks_[key.source];
      probe.field = static_cast<FieldId>(key.source);
      probe.salt = salt + kNetwork;
      AddOnce(static_cast<uint8_t>(key.network.prefix), &probe.lengths);
      lists_[HashNetwork(key.network.base, key.network.prefix, probe.salt)]
          .push_back(rule);
      return;
    }
    TextProbe& probe = texts_[SourceOf(key)];
    probe.is_attr = key.is_attr;
    probe.source = key.source;
    probe.salt = salt;
    switch (key.kind) {
      case AccessKey::Kind::kText:
        probe.whole = true;
        lists_[HashFolded(key.text, salt + kWhole)].push_back(rule);
        break;
      case AccessKey::Kind::kElement:
        probe.is_list = true;
        lists_[HashFolded(key.text, salt + kElement)].push_back(rule);
        break;
      case AccessKey::Kind::kPrefix: {
        const uint8_t length = *std::prev(
            std::upper_bound(kPrefixLengths.begin(), kPrefixLengths.end(),
                             std::min<size_t>(key.text.size(), 255)));
        AddOnce(length, &probe.prefixes);
        std::sort(probe.prefixes.begin(), probe.prefixes.end());
        lists_[HashFolded(std::string_view(key.text).substr(0, length),
                          salt + kPrefix)]
            .push_back(rule);
        break;
      }
      default: {
        const uint32_t bytes = RarestPart(key.text);
        if (probe.parts == nullptr) {
          probe.parts = std::make_unique<std::bitset<kPartBits>>();
        }
        probe.parts->set(MixPart(bytes) % kPartBits);
        lists_[HashPart(bytes, salt)].push_back(rule);
        of_parts_[SourceOf(key)].push_back(rule);
        break;
      }
    }
  }

  static void AddOnce(uint8_t length, std::vector<uint8_t>* lengths) {
    if (std::find(lengths->begin(), lengths->end(), length) == lengths->end()) {
      lengths->push_back(length);
    }
  }

  // Of one kind a rule comes once in each list.
  Range Post(std::vector<uint32_t>* rules) {
    std::sort(rules->begin(), rules->end());
    rules->erase(std::unique(rules->begin(), rules->end()), rules->end());
    const Range range = {static_cast<uint32_t>(index_.postings_.size()),
                         static_cast<uint32_t>(rules->size())};
    index_.postings_.insert(index_.postings_.end(), rules->begin(),
                            rules->end());
    rules->clear();
    return range;
  }

  NumberProbe Numbers(uint32_t field,
                      std::map<int64_t, std::vector<uint32_t>>* by_number,
                      absl::flat_hash_map<uint64_t, Range>* ranges) {
    NumberProbe probe;
    probe.field = static_cast<FieldId>(field);
    const int64_t last = by_number->rbegin()->first;
    if (by_number->begin()->first >= 0 && last < kMaxDense) {
      probe.dense.resize(static_cast<size_t>(last) + 1);
      for (auto& [number, rules] : *by_number) {
        probe.dense[static_cast<size_t>(number)] = Post(&rules);
      }
      return probe;
    }
    probe.salt = kSaltStep * (2 * uint64_t{field} + 1);
    for (auto& [number, rules] : *by_number) {
      (*ranges)[HashNumber(number, probe.salt)] = Post(&rules);
    }
    return probe;
  }

  RuleIndex& index_;
  std::vector<std::optional<Access>> accesses_;  // by rule

  // Of the kind in hand.
  std::map<uint64_t, std::vector<uint32_t>> lists_;  // by hash
  std::map<uint32_t, std::map<int64_t, std::vector<uint32_t>>> numbers_;
  std::map<SourceKey, TextProbe> texts_;
  std::map<SourceKey, std::vector<uint32_t>> of_parts_;
  std::map<uint32_t, NetworkProbe> networks_;
  std::map<ExprId, std::vector<uint32_t>> conditions_;
  absl::flat_hash_map<uint32_t, uint32_t> part_counts_;
};

RuleIndex::RuleIndex(const Plan& plan, bool use_accesses) {
  for (const std::string& name : plan.pool().names) names_.push_back(&name);
  bool any_indexed = false;
  for (size_t i = 0; i < plan.rules().size(); ++i) {
    const RulePlan& rule = *plan.rules()[i];
    for (int kind = 0; kind < kKindCount; ++kind) {
      if ((rule.kinds >> kind & 1) == 0) continue;
      std::vector<uint32_t>& all = of_kind_[kind].all;
      all.push_back(static_cast<uint32_t>(i));
      any_indexed |= all.size() >= kMinIndexed;
    }
    Guards& guards = guards_.emplace_back();
    guards.rest.begin = static_cast<uint32_t>(rests_.size());
    if (rule.where != kNoExpr && use_accesses) {
      AddGuards(plan.pool(), rule.where, &guards);
    } else if (rule.where != kNoExpr) {
      rests_.push_back(rule.where);
    }
    guards.rest.size =
        static_cast<uint32_t>(rests_.size()) - guards.rest.begin;
  }
  // A kind with more rules than fit is looked up even if nothing finds them.
  std::optional<Builder> builder;
  if (use_accesses && any_indexed) builder.emplace(plan, this);
  for (OfKind& kind : of_kind_) {
    kind.is_looked_up = kind.all.size() >= kMinIndexed;
    if (kind.is_looked_up && use_accesses) {
      builder->Build(&kind);
    } else {
      kind.always = kind.all;
    }
  }
  MakeFew();
}

// Recursion is as deep as the expression.
void RuleIndex::AddGuards(const PlanPool& pool, ExprId condition,
                          Guards* guards) {
  const Expr& expr = pool.exprs[condition];
  if (expr.op == ExprOp::kTrue) return;
  if (expr.op == ExprOp::kAnd) {
    for (const ExprId child : expr.children) AddGuards(pool, child, guards);
    return;
  }
  if (expr.op == ExprOp::kEq && guards->count < guards->tests.size()) {
    if (const auto test = ComparedWithNumber(pool, expr)) {
      guards->tests[guards->count++] = *test;
      return;
    }
  }
  rests_.push_back(condition);
  if (guards->length.lengths != 0 || expr.op != ExprOp::kInTexts) return;
  const Expr& text = pool.exprs[expr.children[0]];
  if (text.op != ExprOp::kField) return;
  const auto field = static_cast<FieldId>(text.a);
  const FieldInfo& info = GetField(field);
  if ((info.flags & kFieldComputed) != 0 ||
      (info.type != FieldType::kKw && info.type != FieldType::kStr)) {
    return;
  }
  guards->length.field = field;
  for (const std::string& member : pool.text_sets[expr.a].members) {
    guards->length.Allow(member.size());
  }
}

void RuleIndex::MakeFew() {
  size_t numbers = 0;
  size_t lengths = 0;
  for (OfKind& kind : of_kind_) {
    if (kind.is_looked_up) continue;
    for (const uint32_t rule : kind.always) {
      const Guards& guards = guards_[rule];
      kind.few.AddRule(std::span(guards.tests).first(guards.count),
                       guards.length);
    }
    numbers = std::max(numbers, kind.few.numbers());
    lengths = std::max(lengths, kind.few.lengths());
  }
  for (OfKind& kind : of_kind_) kind.few.Pad(numbers, lengths);
}

std::span<const uint32_t> RuleIndex::Candidates(Kind kind, const Event& event,
                                                Conditions* conditions,
                                                Scratch* scratch) const {
  const OfKind& of_kind = of_kind_[static_cast<size_t>(kind)];
  Found found(*this, of_kind, scratch);
  found.Add(of_kind.always);
  for (const NumberProbe& probe : of_kind.numbers) {
    if (!event.Has(probe.field)) continue;
    const int64_t number = event.Int(probe.field);
    if (probe.dense.empty()) {
      found.AddHash(HashNumber(number, probe.salt));
    } else if (static_cast<uint64_t>(number) < probe.dense.size()) {
      found.Add(probe.dense[static_cast<size_t>(number)]);
    }
  }
  for (const TextProbe& probe : of_kind.texts) {
    LookUp(probe, event, &found);
  }
  for (const NetworkProbe& probe : of_kind.networks) {
    if (!event.Has(probe.field)) continue;
    for (const uint8_t length : probe.lengths) {
      found.AddHash(HashNetwork(NetworkOf(event.Ip(probe.field), length).base,
                                length, probe.salt));
    }
  }
  for (const ConditionProbe& probe : of_kind.conditions) {
    if (conditions->Holds(probe.condition, event)) found.Add(probe.rules);
  }
  return found.Take(event);
}

void RuleIndex::LookUp(const TextProbe& probe, const Event& event,
                       Found* found) const {
  if (probe.is_attr) {
    const Attr* const attr = event.FindAttr(*names_[probe.source]);
    if (attr != nullptr) LookUpText(probe, attr->text, found);
    return;
  }
  const auto field = static_cast<FieldId>(probe.source);
  if (!event.Has(field)) return;
  if (!probe.is_list) {
    LookUpText(probe, event.Text(field), found);
    return;
  }
  for (const std::string_view element : event.List(field)) {
    std::string& folded = found->folded();
    folded.clear();
    AppendAsciiLower(element, &folded);
    found->AddHash(HashFolded(folded, probe.salt + kElement));
  }
}

void RuleIndex::LookUpText(const TextProbe& probe, std::string_view text,
                           Found* found) {
  std::string& folded = found->folded();
  folded.clear();
  AppendAsciiLower(text, &folded);
  if (probe.whole) {
    found->AddHash(HashFolded(folded, probe.salt + kWhole));
  }
  for (const uint8_t length : probe.prefixes) {
    if (length > folded.size()) break;
    found->AddHash(HashFolded(std::string_view(folded).substr(0, length),
                              probe.salt + kPrefix));
  }
  if (probe.parts == nullptr) return;
  if (std::any_of(folded.begin(), folded.end(),
                  [](char c) { return static_cast<signed char>(c) < 0; })) {
    // A letter that has a case beyond ASCII may stand for one that has not.
    found->Add(probe.rules_of_parts);
    return;
  }
  for (size_t i = 0; i + AccessKey::kMinPart <= folded.size(); ++i) {
    const uint32_t bytes = FourBytes(folded.data() + i);
    if (probe.parts->test(MixPart(bytes) % kPartBits)) {
      found->AddHash(HashPart(bytes, probe.salt));
    }
  }
}

}  // namespace mqwarden
