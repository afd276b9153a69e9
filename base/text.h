// Text at the border to Abseil, as a key of Abseil's tables, and without regard
// to ASCII case.
//
// Everything here takes std::string_view. Abseil may be built with a
// string_view of its own (Debian's is) or with an alias of the standard one;
// these functions compile to the same with both.
#ifndef MQWARDEN_BASE_TEXT_H_
#define MQWARDEN_BASE_TEXT_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"

namespace mqwarden {

inline absl::string_view ToAbsl(std::string_view text) {
  return absl::string_view(text.data(), text.size());
}

inline std::string_view FromAbsl(absl::string_view text) {
  return std::string_view(text.data(), text.size());
}

// Hash and equality for tables keyed by std::string and looked up by view:
//   absl::flat_hash_map<std::string, int, TextHash, TextEq> table;
struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const {
    return absl::Hash<absl::string_view>()(ToAbsl(text));
  }
};

struct TextEq {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const {
    return a == b;
  }
};

constexpr char AsciiLower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

// Eight characters at once, in the bytes of a number.
constexpr uint64_t AsciiLower8(uint64_t eight) {
  constexpr uint64_t kOnes = 0x0101010101010101u;
  const uint64_t low = eight & (0x7F * kOnes);
  // The high bit of each byte that is a capital: `A` or above, not above `Z`.
  const uint64_t capitals = ((low + (0x80 - 'A') * kOnes) ^
                             (low + (0x7F - 'Z') * kOnes)) &
                            ~eight & (0x80 * kOnes);
  return eight | capitals >> 2;
}

inline void AppendAsciiLower(std::string_view text, std::string* out) {
  const size_t start = out->size();
  out->append(text);
  char* p = out->data() + start;
  char* const end = out->data() + out->size();
  for (; end - p >= 8; p += 8) {
    uint64_t eight;
    std::memcpy(&eight, p, 8);
    eight = AsciiLower8(eight);
    std::memcpy(p, &eight, 8);
  }
  for (; p != end; ++p) *p = AsciiLower(*p);
}

inline std::string ToAsciiLower(std::string_view text) {
  std::string out;
  AppendAsciiLower(text, &out);
  return out;
}

inline bool EqualsIgnoreAsciiCase(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (AsciiLower(a[i]) != AsciiLower(b[i])) return false;
  }
  return true;
}

// Negative, zero or positive as `a` stands before, with or after `b` when both
// are folded and compared by unsigned bytes.
inline int CompareIgnoreAsciiCase(std::string_view a, std::string_view b) {
  const size_t common = std::min(a.size(), b.size());
  for (size_t i = 0; i < common; ++i) {
    const auto x = static_cast<unsigned char>(AsciiLower(a[i]));
    const auto y = static_cast<unsigned char>(AsciiLower(b[i]));
    if (x != y) return x < y ? -1 : 1;
  }
  if (a.size() == b.size()) return 0;
  return a.size() < b.size() ? -1 : 1;
}

// As TextHash and TextEq, without regard to ASCII case.
struct FoldedHash {
  using is_transparent = void;

  size_t operator()(std::string_view text) const {
    return absl::Hash<Folded>()(Folded{text});
  }

 private:
  // Folds piece by piece on the stack, so that a look-up does not allocate.
  struct Folded {
    std::string_view text;

    template <typename H>
    friend H AbslHashValue(H state, const Folded& folded) {
      char piece[64];
      std::string_view left = folded.text;
      while (!left.empty()) {
        const size_t size = std::min(left.size(), sizeof(piece));
        std::transform(left.begin(), left.begin() + size, piece, AsciiLower);
        state = H::combine_contiguous(std::move(state), piece, size);
        left.remove_prefix(size);
      }
      return H::combine(std::move(state), folded.text.size());
    }
  };
};

struct FoldedEq {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const {
    return EqualsIgnoreAsciiCase(a, b);
  }
};

}  // namespace mqwarden

#endif  // MQWARDEN_BASE_TEXT_H_
