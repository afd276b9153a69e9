// From lists to the sets of a plan: each list is converted once for each way in
// which it is used, and sets of equal contents are one.
#ifndef MQWARDEN_RULES_LIST_SETS_H_
#define MQWARDEN_RULES_LIST_SETS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/rules/definitions.h"
#include "mqwarden/rules/expr_pool.h"
#include "mqwarden/rules/literal.h"
#include "mqwarden/rules/report.h"

namespace mqwarden {

class ListSets final {
 public:
  // All regular expressions of a rule set together.
  static constexpr int64_t kMaxRegexBytes = int64_t{16} << 20;
  static constexpr int64_t kMaxRegexProgramBytes = int64_t{8} << 20;

  ListSets(ExprPool* pool, DiagnosticList* diagnostics)
      : pool_(pool), diagnostics_(diagnostics) {}

  // The index of the set in the pool; nullopt where an entry does not fit,
  // which has been reported (once, however often the list is used so).
  std::optional<uint32_t> Texts(const EntryList& list,
                                const LiteralTarget& target);
  // `target` is an int, enum, bool, ts, duration, or a real, of which only
  // whole numbers are taken.
  std::optional<uint32_t> Numbers(const EntryList& list,
                                  const LiteralTarget& target);
  std::optional<uint32_t> Networks(const EntryList& list,
                                   const LiteralTarget& target);
  std::optional<uint32_t> Globs(const EntryList& list,
                                const LiteralTarget& target);
  std::optional<uint32_t> Regexes(const EntryList& list,
                                  const LiteralTarget& target);

 private:
  // What was made of a named list for one use; nullopt: it does not fit.
  using Made = absl::flat_hash_map<std::string, std::optional<uint32_t>>;
  template <typename Make>
  std::optional<uint32_t> Once(const EntryList& list, std::string_view use,
                               Make make);
  // Of a file only its name is meaning; of an inline list, its contents.
  static ExprPool::SetId IdOf(const EntryList& list, std::string_view use,
                              Hash128 contents);
  std::shared_ptr<const re2::RE2> CompileRegex(const Literal& literal,
                                               bool fold);

  ExprPool* const pool_;
  DiagnosticList* const diagnostics_;
  Made made_;
  absl::flat_hash_map<std::string, std::shared_ptr<const re2::RE2>> regexes_;
  int64_t regex_bytes_ = 0;
};

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_LIST_SETS_H_
