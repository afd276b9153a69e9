#include "mqwarden/base/interner.h"

#include <new>

#include "mqwarden/base/hash128.h"

namespace mqwarden {
namespace {

// A slot of the table and its control byte, at the table's least load of 7/16.
constexpr size_t kTableBytesPerEntry = (sizeof(void*) + 1) * 16 / 7;

}  // namespace

Interner::Lookup Interner::Hasher::Prepare(std::string_view text) const {
  return Lookup{text, HashBytes(text, seed)};
}

const InternedText* Interner::Intern(std::string_view text) {
  const Lookup lookup = entries_.hash_function().Prepare(text);
  const auto found = entries_.find(lookup);
  if (found != entries_.end()) return *found;

  constexpr size_t kFixed = sizeof(InternedText) + kTableBytesPerEntry;
  const size_t left = budget_bytes_ - bytes_;
  if (left < kFixed || left - kFixed < text.size()) {
    ++refused_;
    return nullptr;
  }
  bytes_ += kFixed + text.size();
  char* const bytes = arena_.Allocate(sizeof(InternedText) + text.size(),
                                      alignof(InternedText));
  char* const copy = bytes + sizeof(InternedText);
  text.copy(copy, text.size());
  const auto* entry = new (bytes)
      InternedText{std::string_view(copy, text.size()), lookup.hash};
  entries_.insert(entry);
  return entry;
}

const InternedText* Interner::Find(std::string_view text) const {
  const auto found = entries_.find(entries_.hash_function().Prepare(text));
  return found == entries_.end() ? nullptr : *found;
}

}  // namespace mqwarden
