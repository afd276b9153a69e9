// Model: take the object apart as the scanner does, and compare its keys and types
// with those of the shapes. What this does instead:
// First, keys, brackets, blanks and words are compared as bytes, a whole piece
// from the end of one value to the beginning of the next at once.
// Second, shapes that begin alike share their steps, so that an object is walked
// once however many shapes there are; at a step are few others to choose from, and
// no choice is taken back: of two pieces that both fit, one a head of the other,
// the shorter is followed by a number and the longer by a quote.
// Third, the nodes of a shape stay, and only the texts of their values are put in.
//
// A string that has an escape, a control byte or one that is no ASCII, and a number
// that is more than digits, is left to the scanner.
#include "mqwarden/ingest/json_shapes.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "mqwarden/ingest/json_bytes.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace mqwarden {
namespace {

// Steps to choose from at one place; more are a sign of keys that are values.
constexpr int kMaxChoices = 24;
constexpr int kMaxCredit = 64;
// One in so many objects that were not matched is learned without credit.
constexpr int kMissesPerCredit = 32;

// Whether `size` bytes are equal, sixteen or eight at a time, the last ones again
// with those before.
inline bool EqualBytes(const char* a, const char* b, size_t size) {
#if defined(__SSE2__)
  if (size >= 16) {
    const auto equal = [&](size_t at) {
      const auto load = [at](const char* p) {
        return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + at));
      };
      return _mm_movemask_epi8(_mm_cmpeq_epi8(load(a), load(b))) == 0xFFFF;
    };
    for (size_t i = 0; i + 16 < size; i += 16) {
      if (!equal(i)) return false;
    }
    return equal(size - 16);
  }
#endif
  const auto differs = [&](size_t at) {
    uint64_t x;
    uint64_t y;
    std::memcpy(&x, a + at, 8);
    std::memcpy(&y, b + at, 8);
    return x != y;
  };
  if (size < 8) return std::memcmp(a, b, size) == 0;
  for (size_t i = 0; i + 8 < size; i += 8) {
    if (differs(i)) return false;
  }
  return !differs(size - 8);
}

// The quote that ends the plain string which begins at `p`; null where there is
// none, or the string is not plain.
inline const char* PlainStringEnd(const char* p, const char* end) {
  for (p = SkipPlain(p, end); p != end; ++p) {
    const auto byte = static_cast<unsigned char>(*p);
    if (byte == '"') return p;
    if (byte == '\\' || byte < 0x20 || byte >= 0x80) return nullptr;
  }
  return nullptr;
}

// The end of the whole number that begins at `p`; null where there is none, it has
// more to it, or it reaches the end of the bytes.
inline const char* WholeNumberEnd(const char* p, const char* end) {
  if (p != end && *p == '-') ++p;
  const char* const first = p;
  while (p != end && IsJsonDigit(*p)) ++p;
  if (p == first || p == end || IsJsonNumberByte(*p)) return nullptr;
  if (*first == '0' && p - first > 1) return nullptr;
  return p;
}

}  // namespace

const JsonShape* JsonShapes::Match(std::string_view bytes, size_t* size) {
  const char* p = bytes.data();
  const char* const end = p + bytes.size();
  found_.resize(kMaxValues);
  std::string_view* found = found_.data();
  for (uint32_t at = first_; at != 0;) {
    const Step& step = steps_[at];
    if (static_cast<size_t>(end - p) >= step.size &&
        EqualBytes(p, step.literal, step.size)) {
      const char* const first = p + step.size;
      if (step.shape != 0) {
        JsonShape& shape = *shapes_[step.shape - 1];
        for (size_t i = 0; i < shape.values.size(); ++i) {
          shape.nodes[shape.values[i]].text = found_[i];
        }
        *size = static_cast<size_t>(first - bytes.data());
        credit_ = std::min(credit_ + 1, kMaxCredit);
        return &shape;
      }
      const char* const last = step.is_number ? WholeNumberEnd(first, end)
                                              : PlainStringEnd(first, end);
      if (last != nullptr) {
        *found++ = {first, static_cast<size_t>(last - first)};
        p = last;
        at = step.child;
        continue;
      }
    }
    at = step.next;
  }
  return nullptr;
}

bool JsonShapes::MayLearn() {
  if (++misses_ % kMissesPerCredit == 0) credit_ = std::max(credit_, 1);
  if (credit_ <= 0) return false;
  --credit_;
  return true;
}

void JsonShapes::Forget() {
  steps_.resize(1);
  first_ = 0;
  shapes_.clear();
  texts_.Reset();
  text_bytes_ = 0;
}

// The step with this piece among those that `*first` begins; null where there are
// too many others.
uint32_t* JsonShapes::FindOrAdd(uint32_t* first, std::string_view literal,
                                bool is_number) {
  int choices = 0;
  uint32_t* at = first;
  while (*at != 0) {
    Step& step = steps_[*at];
    if (std::string_view(step.literal, step.size) == literal &&
        step.is_number == is_number) {
      return at;
    }
    if (++choices == kMaxChoices) return nullptr;
    at = &step.next;
  }
  // No step moves: there is room for one object's more than are used.
  *at = static_cast<uint32_t>(steps_.size());
  text_bytes_ += literal.size();
  steps_.push_back({texts_.Copy(literal).data(),
                    static_cast<uint32_t>(literal.size()), 0, 0, 0, is_number});
  return at;
}

void JsonShapes::Learn(std::string_view object,
                       std::span<const JsonNode> nodes) {
  if (object.size() > kMaxObjectBytes || !MayLearn()) return;
  if (shapes_.size() == kMaxShapes || steps_.size() + kMaxValues >= kMaxSteps ||
      text_bytes_ + 2 * kMaxObjectBytes > kMaxBytes) {
    Forget();
  }
  steps_.reserve(kMaxSteps);

  auto shape = std::make_unique<JsonShape>();
  const char* const end = object.data() + object.size();
  for (uint32_t i = 0; i < nodes.size(); ++i) {
    const JsonNode& node = nodes[i];
    if (node.type != JsonType::kString && node.type != JsonType::kNumber) {
      continue;
    }
    // A string with an escape has its text elsewhere.
    const auto distance = reinterpret_cast<uintptr_t>(node.text.data()) -
                          reinterpret_cast<uintptr_t>(object.data());
    if (distance > object.size()) return;
    shape->values.push_back(i);
  }
  if (shape->values.empty() || shape->values.size() > kMaxValues) return;

  uint32_t* at = &first_;
  const char* p = object.data();
  for (const uint32_t i : shape->values) {
    const std::string_view text = nodes[i].text;
    at = FindOrAdd(at, {p, static_cast<size_t>(text.data() - p)},
                   nodes[i].type == JsonType::kNumber);
    if (at == nullptr) return Forget();
    p = text.data() + text.size();
    at = &steps_[*at].child;
  }
  at = FindOrAdd(at, {p, static_cast<size_t>(end - p)}, /*is_number=*/false);
  if (at == nullptr) return Forget();
  // It is known already where a value had to be looked at closely.
  if (steps_[*at].shape != 0) return;

  shape->id = ++last_id_;
  shape->nodes.assign(nodes.begin(), nodes.end());
  for (JsonNode& node : shape->nodes) {
    text_bytes_ += node.key.size();
    node.key = texts_.Copy(node.key);
    node.text = {};
  }
  shapes_.push_back(std::move(shape));
  steps_[*at].shape = static_cast<uint32_t>(shapes_.size());
}

}  // namespace mqwarden
