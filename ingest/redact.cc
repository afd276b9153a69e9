#include "mqwarden/ingest/redact.h"

#include <cstddef>

#include "mqwarden/base/text.h"

namespace mqwarden {
namespace {

constexpr std::string_view kMask = "***";
constexpr std::string_view kSecrets[] = {"PASSWORD", "PASSWD", "PWD"};

bool IsSpace(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool EndsWithSecret(std::string_view text) {
  for (const std::string_view secret : kSecrets) {
    if (text.size() >= secret.size() &&
        EqualsIgnoreAsciiCase(text.substr(text.size() - secret.size()),
                              secret)) {
      return true;
    }
  }
  return false;
}

// Index of the parenthesis that closes the one at `open`, or the size of `text`.
// One between quotes is part of the value.
size_t CloseOf(std::string_view text, size_t open) {
  bool quoted = false;
  for (size_t i = open + 1; i < text.size(); ++i) {
    if (text[i] == '\'') quoted = !quoted;
    if (text[i] == ')' && !quoted) return i;
  }
  return text.size();
}

}  // namespace

std::string RedactPasswords(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    if (text[i] == '(') {
      std::string_view before = text.substr(0, i);
      while (!before.empty() && IsSpace(before.back())) before.remove_suffix(1);
      out += text[i];
      if (EndsWithSecret(before)) {
        out += kMask;
        i = CloseOf(text, i);
      } else {
        ++i;
      }
      continue;
    }
    const bool word_start = i == 0 || IsSpace(text[i - 1]);
    if (word_start && text.size() - i > 2 && text[i] == '-' &&
        AsciiLower(text[i + 1]) == 'p' && IsSpace(text[i + 2])) {
      out += text.substr(i, 2);
      i += 2;
      while (i < text.size() && IsSpace(text[i])) out += text[i++];
      if (i < text.size()) out += kMask;
      while (i < text.size() && !IsSpace(text[i])) ++i;
      continue;
    }
    out += text[i++];
  }
  return out;
}

bool MayHoldPassword(std::string_view text) {
  for (size_t i = 0; i + 2 < text.size(); ++i) {
    if ((text[i] | 0x20) != 'p') continue;
    const char next = AsciiLower(text[i + 1]);
    const char third = AsciiLower(text[i + 2]);
    if ((next == 'a' && third == 's') || (next == 'w' && third == 'd') ||
        (i > 0 && text[i - 1] == '-')) {
      return true;
    }
  }
  return false;
}

}  // namespace mqwarden
