#include "mqwarden/base/edit_distance.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "mqwarden/base/text.h"

namespace mqwarden {

// Model: the table D[i][j] of distances between the first i bytes of `a` and
// the first j of `b`; the answer is its last cell. Two departures. First, a row
// needs only the two rows above it, so three are kept. Second, D[i][j] is at
// least |i - j|, so cells further than `limit` from the diagonal are above the
// limit and are not computed; the cells just outside the band hold `limit + 1`,
// which is as good as any larger value.
size_t EditDistance(std::string_view a, std::string_view b, size_t limit) {
  const size_t longer = std::max(a.size(), b.size());
  if (longer - std::min(a.size(), b.size()) > limit) return limit + 1;
  limit = std::min(limit, longer);
  const size_t above = limit + 1;

  std::vector<size_t> two_up(b.size() + 1, above);
  std::vector<size_t> one_up(b.size() + 1, above);
  std::vector<size_t> row(b.size() + 1, above);
  for (size_t j = 0; j <= std::min(b.size(), limit); ++j) one_up[j] = j;

  for (size_t i = 1; i <= a.size(); ++i) {
    const size_t first = i > limit ? i - limit : 0;
    const size_t last = std::min(b.size(), i + limit);
    if (first > 0) row[first - 1] = above;
    for (size_t j = first; j <= last; ++j) {
      if (j == 0) {
        row[j] = i;
        continue;
      }
      const bool same = AsciiLower(a[i - 1]) == AsciiLower(b[j - 1]);
      size_t best = one_up[j - 1] + (same ? 0 : 1);
      best = std::min(best, one_up[j] + 1);
      best = std::min(best, row[j - 1] + 1);
      if (i > 1 && j > 1 && AsciiLower(a[i - 1]) == AsciiLower(b[j - 2]) &&
          AsciiLower(a[i - 2]) == AsciiLower(b[j - 1])) {
        best = std::min(best, two_up[j - 2] + 1);
      }
      row[j] = std::min(best, above);
    }
    if (last < b.size()) row[last + 1] = above;
    std::swap(two_up, one_up);
    std::swap(one_up, row);
  }
  return one_up[b.size()];
}

std::optional<std::string> Nearest(
    std::string_view name, std::span<const std::string_view> candidates) {
  const size_t n = name.size();
  if (n < 3 || n > kMaxSuggestionBytes) return std::nullopt;
  size_t limit = n < 5 ? n / 2 : n / 5 + 2;
  std::optional<std::string_view> best;
  for (const std::string_view candidate : candidates) {
    const size_t distance = EditDistance(name, candidate, limit);
    if (distance > limit) continue;
    if (distance < limit || !best || candidate < *best) best = candidate;
    limit = distance;
  }
  if (!best) return std::nullopt;
  return std::string(*best);
}

}  // namespace mqwarden
