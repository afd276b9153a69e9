// How far two names are apart, and which known name a written one was meant to
// be: the "did you mean" of diagnostics.
#ifndef MQWARDEN_BASE_EDIT_DISTANCE_H_
#define MQWARDEN_BASE_EDIT_DISTANCE_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mqwarden {

// Insertions, deletions, substitutions and swaps of neighbours (no part edited
// twice) that turn `a` into `b`, without regard to ASCII case. Anything above
// `limit` is given as `limit + 1`. Cost: |a| · min(|b|, 2 · limit + 1).
size_t EditDistance(std::string_view a, std::string_view b, size_t limit);

// Longer names get no suggestion, so that a hostile rule file cannot buy
// quadratic work.
inline constexpr size_t kMaxSuggestionBytes = 64;

// The candidate nearest to `name`, of several the first in alphabetical order,
// when it is near enough to be meant: with n characters of `name`, at most n /
// 2 edits below five characters and at most n / 5 + 2 from there. Nullopt for
// names of less than three characters.
std::optional<std::string> Nearest(
    std::string_view name, std::span<const std::string_view> candidates);

}  // namespace mqwarden

#endif  // MQWARDEN_BASE_EDIT_DISTANCE_H_
