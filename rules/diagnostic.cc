// The list of diagnostics and the table of their codes. The renderers stand in
// diagnostic_render.cc.
#include "mqwarden/rules/diagnostic.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <tuple>
#include <utility>

#include "mqwarden/base/utf8.h"

namespace mqwarden {
namespace {

constexpr DiagnosticCodeInfo kCodes[] = {
#define MQWARDEN_DIAGNOSTIC(id, code, slug, severity, title, explanation) \
  {DiagnosticCode::id, code, slug, DiagnosticSeverity::severity, title,   \
   explanation},
#include "mqwarden/rules/diagnostic_codes.def"
#undef MQWARDEN_DIAGNOSTIC
};

std::string_view PathOf(const Diagnostic& diagnostic) {
  return diagnostic.where.text == nullptr
             ? std::string_view()
             : std::string_view(diagnostic.where.text->path());
}

}  // namespace

std::span<const DiagnosticCodeInfo> AllDiagnosticCodes() { return kCodes; }

const DiagnosticCodeInfo& GetDiagnosticCode(DiagnosticCode code) {
  return kCodes[static_cast<size_t>(code)];
}

const DiagnosticCodeInfo* FindDiagnosticCode(std::string_view code_or_slug) {
  for (const DiagnosticCodeInfo& info : kCodes) {
    if (info.code == code_or_slug || info.slug == code_or_slug) return &info;
  }
  return nullptr;
}

std::string Quoted(std::string_view text) {
  constexpr size_t kMaxBytes = 60;
  std::string out = "`";
  size_t size = 0;
  while (size < text.size()) {
    const size_t next = size + Utf8CharSize(text.substr(size));
    if (next > kMaxBytes) break;
    size = next;
  }
  out += text.substr(0, size);
  if (size < text.size()) out += "…";
  out += '`';
  return out;
}

void DiagnosticList::Add(Diagnostic diagnostic) {
  const std::string_view path = PathOf(diagnostic);
  auto file = files_.find(path);
  if (file == files_.end()) {
    file = files_.emplace(std::string(path), PerFile()).first;
  }
  const bool is_error = GetDiagnosticCode(diagnostic.code).severity ==
                        DiagnosticSeverity::kError;
  ++(is_error ? error_count_ : warning_count_);
  int& kept = is_error ? file->second.kept_errors : file->second.kept_warnings;
  if (kept == kMaxPerFile) {
    ++(is_error ? file->second.more_errors : file->second.more_warnings);
    return;
  }
  ++kept;
  diagnostics_.push_back(std::move(diagnostic));
}

std::vector<const Diagnostic*> DiagnosticList::Sorted() const {
  std::vector<const Diagnostic*> sorted;
  sorted.reserve(diagnostics_.size());
  for (const Diagnostic& diagnostic : diagnostics_) {
    sorted.push_back(&diagnostic);
  }
  std::stable_sort(
      sorted.begin(), sorted.end(),
      [](const Diagnostic* a, const Diagnostic* b) {
        const auto key = [](const Diagnostic& d) {
          return std::tuple(PathOf(d), d.where.span.begin, d.where.span.end,
                            d.code);
        };
        return key(*a) < key(*b);
      });
  return sorted;
}

void DiagnosticList::Merge(DiagnosticList other) {
  for (Diagnostic& diagnostic : other.diagnostics_) Add(std::move(diagnostic));
  for (const auto& [path, theirs] : other.files_) {
    PerFile& ours = files_[path];
    ours.more_errors += theirs.more_errors;
    ours.more_warnings += theirs.more_warnings;
    error_count_ += theirs.more_errors;
    warning_count_ += theirs.more_warnings;
  }
}

}  // namespace mqwarden
