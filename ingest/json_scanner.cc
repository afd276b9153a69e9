// Model: a pushdown automaton over bytes. What the loop does beyond that:
// First, strings are skipped sixteen or eight bytes at a time up to the next byte
// that means something (quote, backslash, control, non-ASCII).
// Second, a string becomes a view of the input; only one with an escape is
// copied.
// Third, all state that outlives a chunk is in members, and the loop returns
// from a token only at its first byte or inside it, so that no byte of a token
// is read twice, however small the chunks are.
// Fourth, where no more than white space stands between them, the loop goes from a
// key to its string and from a string to the next key without a turn.
//
// Invariant: depth_ > 0 while an object is open; open_[depth_ - 1] is the node
// of the innermost container.
#include "mqwarden/ingest/json_scanner.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "mqwarden/base/check.h"
#include "mqwarden/base/utf8.h"
#include "mqwarden/ingest/json_bytes.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace mqwarden {
namespace {

// What was seen in a string, added to what was seen in its part before.
struct StringTraits {
  bool escape = false;
  bool control = false;
  bool non_ascii = false;
};

// The closing quote of the string that `p` is in; otherwise where to go on when
// there are more bytes, which is never inside an escape.
inline const char* SkipString(const char* p, const char* end,
                              StringTraits* traits) {
  for (;;) {
    p = SkipPlain(p, end);
    if (p == end) return p;
    const auto byte = static_cast<unsigned char>(*p);
    if (byte == '"') return p;
    if (byte == '\\') {
      if (end - p < 2) return p;
      traits->escape = true;
      p += 2;
    } else {
      traits->control |= byte < 0x20;
      traits->non_ascii |= byte >= 0x80;
      ++p;
    }
  }
}

bool IsSpace(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

// The next byte that is no white space, or the end.
inline const char* SkipSpace(const char* p, const char* end) {
#if defined(__SSE2__)
  for (; end - p >= 16; p += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    const __m128i space =
        _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(' ')),
                                  _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n'))),
                     _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\r')),
                                  _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\t'))));
    const unsigned other = ~static_cast<unsigned>(_mm_movemask_epi8(space)) & 0xFFFF;
    if (other != 0) return p + std::countr_zero(other);
  }
#endif
  while (p != end && IsSpace(*p)) ++p;
  return p;
}

bool IsDigit(char c) { return IsJsonDigit(c); }

size_t SkipDigits(std::string_view text, size_t i) {
  while (i < text.size() && IsDigit(text[i])) ++i;
  return i;
}

// The grammar of RFC 8259, section 6.
bool IsJsonNumber(std::string_view text) {
  size_t i = text.starts_with('-') ? 1 : 0;
  const size_t whole = i;
  i = SkipDigits(text, i);
  if (i == whole || (text[whole] == '0' && i > whole + 1)) return false;
  if (i < text.size() && text[i] == '.') {
    const size_t fraction = ++i;
    i = SkipDigits(text, i);
    if (i == fraction) return false;
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
    const size_t exponent = i;
    i = SkipDigits(text, i);
    if (i == exponent) return false;
  }
  return i == text.size();
}

// A sign and digits: what a byte string whose hex has no letter looks like.
bool IsDigitString(std::string_view text) {
  const size_t first = text[0] == '-' || text[0] == '+' ? 1 : 0;
  return first < text.size() && SkipDigits(text, first) == text.size();
}

// The four hex digits of a \u escape; -1 when there are not four.
int32_t HexQuad(std::string_view text) {
  if (text.size() < 4) return -1;
  int32_t value = 0;
  for (int i = 0; i < 4; ++i) {
    const char c = text[i];
    int digit;
    if (IsDigit(c)) {
      digit = c - '0';
    } else if (c >= 'a' && c <= 'f') {
      digit = c - 'a' + 10;
    } else if (c >= 'A' && c <= 'F') {
      digit = c - 'A' + 10;
    } else {
      return -1;
    }
    value = value * 16 + digit;
  }
  return value;
}

char SimpleEscape(char c) {
  switch (c) {
    case '"':
    case '\\':
    case '/':
      return c;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return 0;
  }
}

size_t PutUtf8(uint32_t code, char* out) {
  const auto byte = [](uint32_t value) { return static_cast<char>(value); };
  if (code < 0x80) {
    out[0] = byte(code);
    return 1;
  }
  if (code < 0x800) {
    out[0] = byte(0xC0 | code >> 6);
    out[1] = byte(0x80 | (code & 0x3F));
    return 2;
  }
  if (code < 0x10000) {
    out[0] = byte(0xE0 | code >> 12);
    out[1] = byte(0x80 | (code >> 6 & 0x3F));
    out[2] = byte(0x80 | (code & 0x3F));
    return 3;
  }
  out[0] = byte(0xF0 | code >> 18);
  out[1] = byte(0x80 | (code >> 12 & 0x3F));
  out[2] = byte(0x80 | (code >> 6 & 0x3F));
  out[3] = byte(0x80 | (code & 0x3F));
  return 4;
}

// Writes `text` without its escapes to `out`, which has room for as many bytes:
// no escape is shorter than what it stands for. Clears `*exact` at an escape
// that JSON does not know; such a one stays as it is.
size_t Unescape(std::string_view text, char* out, bool* exact) {
  size_t size = 0;
  for (size_t i = 0; i < text.size();) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out[size++] = text[i++];
      continue;
    }
    const char c = text[i + 1];
    if (const char simple = SimpleEscape(c); simple != 0) {
      out[size++] = simple;
      i += 2;
      continue;
    }
    int32_t unit = c == 'u' ? HexQuad(text.substr(i + 2)) : -1;
    if (unit < 0) {
      *exact = false;
      out[size++] = text[i++];
      continue;
    }
    i += 6;
    if (unit >= 0xD800 && unit < 0xE000) {
      int32_t low = -1;
      if (unit < 0xDC00 && i + 1 < text.size() && text[i] == '\\' &&
          text[i + 1] == 'u') {
        low = HexQuad(text.substr(i + 2));
      }
      if (low >= 0xDC00 && low < 0xE000) {
        unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
        i += 6;
      } else {
        *exact = false;  // half of a pair
        unit = 0xFFFD;
      }
    }
    size += PutUtf8(static_cast<uint32_t>(unit), out + size);
  }
  return size;
}

}  // namespace

void JsonScanner::Start() {
  unescaped_.Reset();
  nodes_.clear();
  depth_ = 0;
  base_ = nullptr;
  size_ = 0;
  position_ = 0;
  key_ = {};
  state_ = State::kValue;
  exact_ = true;
  shape_ = nullptr;
}

// The bytes have moved: so must the views into them. It happens when a buffer
// grows, so rarely that the cost does not show.
void JsonScanner::Rebase(const char* begin) {
  if (base_ != nullptr && base_ != begin) {
    const auto move = [&](std::string_view* view) {
      const auto distance = reinterpret_cast<uintptr_t>(view->data()) -
                            reinterpret_cast<uintptr_t>(base_);
      if (distance < size_) *view = {begin + distance, view->size()};
    };
    for (JsonNode& node : nodes_) {
      move(&node.key);
      move(&node.text);
    }
    move(&key_);
  }
  base_ = begin;
}

// What a string stands for that has an escape or a byte that is no ASCII.
std::string_view JsonScanner::StringText(std::string_view text) {
  if (has_non_ascii_ && exact_) exact_ = IsValidUtf8(text);
  if (has_escape_) {
    char* const out = unescaped_.Allocate(text.size());
    text = {out, Unescape(text, out, &exact_)};
  }
  return text;
}

bool JsonScanner::AddNode(JsonType type, std::string_view text) {
  if (nodes_.size() == kMaxNodes) return false;
  nodes_.push_back(
      {key_, text, static_cast<uint32_t>(nodes_.size() + 1), type});
  key_ = {};
  state_ = State::kAfterValue;
  return true;
}

bool JsonScanner::Open(JsonType type) {
  if (depth_ == kMaxDepth) return false;
  open_[depth_] = static_cast<uint32_t>(nodes_.size());
  if (!AddNode(type, {})) return false;
  ++depth_;
  in_object_ = type == JsonType::kObject;
  state_ = type == JsonType::kObject ? State::kFirstKey : State::kFirstElement;
  return true;
}

bool JsonScanner::Close(JsonType type) {
  JsonNode& node = nodes_[open_[depth_ - 1]];
  if (node.type != type) return false;
  node.end = static_cast<uint32_t>(nodes_.size());
  --depth_;
  in_object_ =
      depth_ > 0 && nodes_[open_[depth_ - 1]].type == JsonType::kObject;
  state_ = State::kAfterValue;
  return true;
}

// Acts on the first byte of a value. The caller steps over a bracket or a quote
// and stays at the first byte of a number or literal.
bool JsonScanner::StartValue(char c) {
  switch (c) {
    case '"':
      state_ = State::kInString;
      has_escape_ = false;
      has_non_ascii_ = false;
      return true;
    case '{':
      return Open(JsonType::kObject);
    case '[':
      return Open(JsonType::kArray);
    case 't':
    case 'f':
    case 'n':
      state_ = State::kInLiteral;
      return true;
    default:
      state_ = State::kInNumber;
      return IsDigit(c) || c == '-' || c == '+';
  }
}

bool JsonScanner::FinishNumber(std::string_view digits) {
  if (!IsJsonNumber(digits)) {
    if (!IsDigitString(digits)) return false;
    exact_ = false;
  }
  return AddNode(JsonType::kNumber, digits);
}

// Steps over the quote at `*p` that opens a key or a string value.
inline void JsonScanner::EnterString(State state, const char* begin,
                                     const char** p) {
  token_ = static_cast<size_t>(*p - begin);
  state_ = state;
  has_escape_ = false;
  has_non_ascii_ = false;
  ++*p;
}

JsonScanner::Result JsonScanner::Scan(std::string_view bytes) {
  if (position_ == 0) {
    shape_ = shapes_.Match(bytes, &position_);
    if (shape_ != nullptr) return Result::kComplete;
  }
  const Result result = ScanOn(bytes);
  if (result == Result::kComplete && exact_) {
    shapes_.Learn(bytes.substr(0, position_), nodes_);
  }
  return result;
}

JsonScanner::Result JsonScanner::ScanOn(std::string_view bytes) {
  Rebase(bytes.data());
  size_ = bytes.size();
  const char* const begin = bytes.data();
  const char* const end = begin + bytes.size();
  const char* p = begin + position_;
  const auto stop = [&](Result result) {
    position_ = static_cast<size_t>(p - begin);
    return result;
  };

  for (;;) {
    switch (state_) {
      case State::kInKey:
      case State::kInString: {
        StringTraits traits{has_escape_, false, has_non_ascii_};
        p = SkipString(p, end, &traits);
        has_escape_ = traits.escape;
        has_non_ascii_ = traits.non_ascii;
        exact_ = exact_ && !traits.control;
        if (p == end || *p != '"') return stop(Result::kNeedsMore);
        const char* const first = begin + token_ + 1;
        std::string_view text(first, static_cast<size_t>(p - first));
        if (has_escape_ || has_non_ascii_) text = StringText(text);
        ++p;
        if (state_ == State::kInKey) {
          key_ = text;
          state_ = State::kColon;
          if (p != end && *p == ':') {
            state_ = State::kValue;
            ++p;
            if (p != end && *p == '"') EnterString(State::kInString, begin, &p);
          } else if (end - p > 3 && p[0] == ' ' && p[1] == ':' && p[2] == ' ') {
            // As amqsevt has it.
            state_ = State::kValue;
            p += 3;
            if (*p == '"') EnterString(State::kInString, begin, &p);
          }
        } else if (!AddNode(JsonType::kString, text)) {
          return stop(Result::kBroken);
        } else if (in_object_ && p != end && *p == ',') {
          const char* next = p + 1;
          if (next != end && *next != '"') next = SkipSpace(next, end);
          if (next != end && *next == '"') {
            p = next;
            EnterString(State::kInKey, begin, &p);
          }
        }
        continue;
      }
      case State::kInNumber: {
        while (p != end && IsJsonNumberByte(*p)) ++p;
        if (p == end) return stop(Result::kNeedsMore);
        const char* const first = begin + token_;
        if (!FinishNumber({first, static_cast<size_t>(p - first)})) {
          return stop(Result::kBroken);
        }
        continue;
      }
      case State::kInLiteral: {
        const std::string_view word = *p == 't'   ? "true"
                                      : *p == 'f' ? "false"
                                                  : "null";
        const size_t have =
            std::min(word.size(), static_cast<size_t>(end - p));
        if (std::string_view(p, have) != word.substr(0, have)) {
          return stop(Result::kBroken);
        }
        if (have < word.size()) return stop(Result::kNeedsMore);
        p += have;
        if (!AddNode(word[0] == 't'   ? JsonType::kTrue
                     : word[0] == 'f' ? JsonType::kFalse
                                      : JsonType::kNull,
                     {})) {
          return stop(Result::kBroken);
        }
        continue;
      }
      default:
        break;
    }

    if (p != end && IsSpace(*p)) p = SkipSpace(p, end);
    if (p == end) return stop(Result::kNeedsMore);
    const char c = *p;
    token_ = static_cast<size_t>(p - begin);

    switch (state_) {
      case State::kAfterValue: {
        if (depth_ == 0) return stop(Result::kBroken);
        if (c == ',') {
          state_ = in_object_ ? State::kKey : State::kElement;
          ++p;
          continue;
        }
        if (c == '}' || c == ']') break;
        // The comma was left out.
        exact_ = false;
        state_ = in_object_ ? State::kKey : State::kElement;
        if (in_object_ && c != '"') return stop(Result::kBroken);
        continue;
      }
      case State::kFirstKey:
      case State::kKey:
        if (c == '"') {
          state_ = State::kInKey;
          has_escape_ = false;
          has_non_ascii_ = false;
          ++p;
          continue;
        }
        if (c == '}') {
          exact_ = exact_ && state_ == State::kFirstKey;
          break;
        }
        if (c != ',') return stop(Result::kBroken);
        exact_ = false;
        ++p;
        continue;
      case State::kColon:
        if (c != ':') return stop(Result::kBroken);
        state_ = State::kValue;
        ++p;
        continue;
      case State::kFirstElement:
      case State::kElement:
        if (c == ']') {
          exact_ = exact_ && state_ == State::kFirstElement;
          break;
        }
        if (c == ',') {
          exact_ = false;
          ++p;
          continue;
        }
        [[fallthrough]];
      case State::kValue:
        if (!StartValue(c)) return stop(Result::kBroken);
        if (c == '"' || c == '{' || c == '[') ++p;
        continue;
      default:
        MQWARDEN_DCHECK(false, "tokens are read above");
        return stop(Result::kBroken);
    }

    // A closing bracket.
    if (!Close(c == '}' ? JsonType::kObject : JsonType::kArray)) {
      return stop(Result::kBroken);
    }
    ++p;
    if (depth_ == 0) return stop(Result::kComplete);
  }
}

}  // namespace mqwarden
