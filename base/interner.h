// Keeps one copy of each text it is given, at an address that does not change,
// under a byte budget. For texts that outlive their event: keys, counted
// values, what alerts quote.
//
// Invariants: two texts of one interner are equal exactly when their pointers
// are; a text lives as long as its interner. A pointer is for comparison, never
// for order, ids or stored state. Not thread-safe.
#ifndef MQWARDEN_BASE_INTERNER_H_
#define MQWARDEN_BASE_INTERNER_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/container/flat_hash_set.h"
#include "mqwarden/base/arena.h"

namespace mqwarden {

struct InternedText {
  std::string_view text;
  uint64_t hash;  // HashBytes(text, seed of the interner)
};

class Interner {
 public:
  // The seed makes hostile texts that collide impossible to prepare.
  Interner(size_t budget_bytes, uint64_t seed)
      : budget_bytes_(budget_bytes), entries_(0, Hasher{seed}) {}

  Interner(const Interner&) = delete;
  Interner& operator=(const Interner&) = delete;

  // The kept copy of `text`; a new one is made if there is none. Null, and
  // counted as refused, when that would exceed the budget.
  const InternedText* Intern(std::string_view text);

  // The kept copy, or null if there is none.
  const InternedText* Find(std::string_view text) const;

  size_t size() const { return entries_.size(); }
  // What the texts are charged with: their bytes and a fixed share of the
  // table.
  size_t bytes() const { return bytes_; }
  uint64_t refused() const { return refused_; }

 private:
  // A text whose hash is known already.
  struct Lookup {
    std::string_view text;
    uint64_t hash;
  };
  struct Hasher {
    using is_transparent = void;
    uint64_t seed;
    size_t operator()(const InternedText* entry) const { return entry->hash; }
    size_t operator()(const Lookup& lookup) const { return lookup.hash; }
    Lookup Prepare(std::string_view text) const;
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(const InternedText* a, const InternedText* b) const {
      return a == b;
    }
    bool operator()(const InternedText* a, const Lookup& b) const {
      return a->hash == b.hash && a->text == b.text;
    }
  };

  const size_t budget_bytes_;

  Arena arena_;
  absl::flat_hash_set<const InternedText*, Hasher, Equal> entries_;
  size_t bytes_ = 0;
  uint64_t refused_ = 0;
};

}  // namespace mqwarden

#endif  // MQWARDEN_BASE_INTERNER_H_
