#include "mqwarden/pipeline/example_text.h"

#include <algorithm>
#include <cstddef>

namespace mqwarden {
namespace {

// Repeats and nesting beyond these make no better example.
constexpr int kMaxRepeats = 100;
constexpr int kMaxDepth = 50;
constexpr size_t kMaxText = 4096;

class RegexReader {
 public:
  explicit RegexReader(std::string_view regex) : regex_(regex) {}

  std::string Read() { return Alternatives(0); }

 private:
  bool done() const { return at_ >= regex_.size(); }
  char peek() const { return regex_[at_]; }

  // Up to the `)` that ends the group, which stays.
  std::string Alternatives(int depth) {
    std::string first = Concatenation(depth);
    while (!done() && peek() == '|') {
      ++at_;
      Concatenation(depth);
    }
    return first;
  }

  std::string Concatenation(int depth) {
    std::string text;
    while (!done() && peek() != '|' && peek() != ')') {
      const std::string one = Atom(depth);
      const int times = Repeats();
      for (int i = 0; i < times && text.size() < kMaxText; ++i) text += one;
    }
    return text;
  }

  // How often at least, of the quantifier that stands here, if any.
  int Repeats() {
    int times = 1;
    if (done()) return times;
    const char c = peek();
    if (c == '*' || c == '?') {
      times = 0;
      ++at_;
    } else if (c == '+') {
      ++at_;
    } else if (c == '{' && at_ + 1 < regex_.size() && IsDigit(regex_[at_ + 1])) {
      times = 0;
      for (++at_; !done() && IsDigit(peek()); ++at_) {
        times = std::min(kMaxRepeats, times * 10 + (peek() - '0'));
      }
      while (!done() && peek() != '}') ++at_;
      if (!done()) ++at_;
    } else {
      return times;
    }
    if (!done() && peek() == '?') ++at_;  // reluctant
    return times;
  }

  std::string Atom(int depth) {
    const char c = regex_[at_++];
    switch (c) {
      case '(':
        return Group(depth);
      case '[':
        return Class();
      case '\\':
        return Escape();
      case '^':
      case '$':
        return "";
      case '.':
        return "x";
      default:
        return std::string(1, c);
    }
  }

  std::string Group(int depth) {
    if (!done() && peek() == '?') {
      // (?:…), (?P<name>…), or flags: (?i) or (?i:…)
      while (!done() && peek() != ':' && peek() != '>' && peek() != ')') ++at_;
      if (!done() && peek() != ')') ++at_;
    }
    if (depth >= kMaxDepth) {
      at_ = regex_.size();
      return "";
    }
    std::string text = Alternatives(depth + 1);
    if (!done()) ++at_;
    return text;
  }

  std::string Escape() {
    if (done()) return "";
    const char c = regex_[at_++];
    switch (c) {
      case 'd':
        return "1";
      case 'w':
        return "a";
      case 's':
        return " ";
      case 'D':
      case 'S':
        return "x";
      case 'W':
        return "-";
      case 'n':
        return "\n";
      case 't':
        return "\t";
      case 'b':
      case 'B':
      case 'A':
      case 'z':
        return "";
      default:
        return std::string(1, c);
    }
  }

  // The first member; of a class that excludes, the first of some that it does
  // not name.
  std::string Class() {
    const bool excludes = !done() && peek() == '^';
    if (excludes) ++at_;
    std::string members;
    bool is_first = true;
    while (!done() && (peek() != ']' || is_first)) {
      is_first = false;
      const char c = regex_[at_++];
      if (c == '\\') {
        members += Escape();
      } else if (c == '-' && !members.empty() && !done() && peek() != ']') {
        const char end = regex_[at_++];
        for (int m = members.back() + 1; m <= end; ++m) {
          members += static_cast<char>(m);
        }
      } else {
        members += c;
      }
    }
    if (!done()) ++at_;
    if (!excludes) return members.substr(0, 1);
    for (const char c : std::string_view("xaA10-_ .")) {
      if (members.find(c) == std::string::npos) return std::string(1, c);
    }
    return "";
  }

  static bool IsDigit(char c) { return c >= '0' && c <= '9'; }

  const std::string_view regex_;
  size_t at_ = 0;
};

}  // namespace

std::string TextOfGlob(std::string_view glob, std::string_view filler) {
  std::string text;
  for (const char c : glob) {
    if (c == '*') {
      text.append(filler);
    } else {
      text.push_back(c == '?' ? 'x' : c);
    }
  }
  return text;
}

std::string TextOfRegex(std::string_view regex) {
  return RegexReader(regex).Read();
}

}  // namespace mqwarden
