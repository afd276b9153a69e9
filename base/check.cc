#include "mqwarden/base/check.h"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace mqwarden {

void FailCheck(const char* file, int line, const char* condition,
               const char* invariant) {
  std::string text(file);
  text += ':';
  text += std::to_string(line);
  text += ": check failed: ";
  text += invariant;
  text += " (";
  text += condition;
  text += ")\n";
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::abort();
}

}  // namespace mqwarden
