#include "mqwarden/base/glob.h"

#include <cstddef>

#include "mqwarden/base/text.h"
#include "mqwarden/base/utf8.h"

namespace mqwarden {

// Model: at a `*`, try every length of the run it may stand for, recursively.
// The departure: a later `*` can make up for whatever an earlier one took, so
// only the length of the latest one is ever worth another try. Two positions to
// return to replace the recursion.
//
// Invariant: both positions stand at the start of a character.
bool GlobMatch(std::string_view pattern, std::string_view text,
               bool fold_case) {
  constexpr size_t kNone = std::string_view::npos;
  size_t p = 0;
  size_t t = 0;
  size_t retry_p = kNone;  // just after the latest `*`
  size_t retry_t = 0;      // where the text after its run starts, so far
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      retry_p = ++p;
      retry_t = t;
      continue;
    }
    const size_t size = Utf8CharSize(text.substr(t));
    if (p < pattern.size() && pattern[p] == '?') {
      ++p;
      t += size;
      continue;
    }
    if (p < pattern.size()) {
      // One byte folds, and a longer character is compared as it is.
      const bool same =
          size == 1 ? pattern[p] == text[t] ||
                          (fold_case &&
                           AsciiLower(pattern[p]) == AsciiLower(text[t]))
                    : pattern.substr(p, size) == text.substr(t, size);
      if (same && Utf8CharSize(pattern.substr(p)) == size) {
        p += size;
        t += size;
        continue;
      }
    }
    if (retry_p == kNone) return false;
    p = retry_p;
    retry_t += Utf8CharSize(text.substr(retry_t));
    t = retry_t;
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool HasGlobWildcard(std::string_view pattern) {
  return pattern.find_first_of("*?") != std::string_view::npos;
}

}  // namespace mqwarden
