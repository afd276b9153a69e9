#include "mqwarden/pipeline/language_server/uri.h"

#include <cstddef>
#include <filesystem>

namespace mqwarden {
namespace {

constexpr std::string_view kScheme = "file://";
constexpr std::string_view kUnescaped = "-._~/";
constexpr std::string_view kHexDigits = "0123456789ABCDEF";

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool IsPlain(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
         (c >= 'A' && c <= 'Z') || kUnescaped.find(c) != std::string_view::npos;
}

std::string Plain(const std::filesystem::path& path) {
  std::string plain = path.lexically_normal().string();
  while (plain.size() > 1 && plain.ends_with('/')) plain.pop_back();
  return plain;
}

}  // namespace

std::string PathOfUri(std::string_view uri) {
  if (!uri.starts_with(kScheme)) return "";
  uri.remove_prefix(kScheme.size());
  if (uri.starts_with("localhost/")) uri.remove_prefix(9);
  if (!uri.starts_with('/')) return "";
  std::string path;
  for (size_t i = 0; i < uri.size(); ++i) {
    const bool escape = uri[i] == '%' && i + 2 < uri.size() &&
                        HexValue(uri[i + 1]) >= 0 && HexValue(uri[i + 2]) >= 0;
    if (escape) {
      path.push_back(
          static_cast<char>(HexValue(uri[i + 1]) * 16 + HexValue(uri[i + 2])));
      i += 2;
    } else if (uri[i] == '?' || uri[i] == '#') {
      break;
    } else {
      path.push_back(uri[i]);
    }
  }
  // A path with a zero byte names nothing.
  if (path.find('\0') != std::string::npos) return "";
  return Plain(path);
}

std::string UriOfPath(std::string_view path) {
  std::string uri(kScheme);
  for (const char c : path) {
    if (IsPlain(c)) {
      uri.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    uri.push_back('%');
    uri.push_back(kHexDigits[byte >> 4]);
    uri.push_back(kHexDigits[byte & 15]);
  }
  return uri;
}

std::string JoinedPath(std::string_view folder, std::string_view path) {
  return Plain(std::filesystem::path(folder) / std::filesystem::path(path));
}

bool IsBelow(std::string_view path, std::string_view folder) {
  if (folder == "/") return path.starts_with('/');
  return path.size() > folder.size() && path.starts_with(folder) &&
         path[folder.size()] == '/';
}

}  // namespace mqwarden
