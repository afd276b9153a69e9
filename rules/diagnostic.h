// What a rule author got wrong, and how he is told.
//
//   error[R0203]: unknown field `usr`
//    --> rules/auth.mqw:7:12
//     |
//   7 |   by       usr, source_ip
//     |            ^^^ not a field of an event
//     = help: did you mean `user`?
//
// Codes, slugs, severities, titles and explanations stand in one row each of
// diagnostic_codes.def. One mistake makes one diagnostic; each has at most one
// help; a list keeps at most kMaxPerFile errors a file and says how many more
// there were. DiagnosticList is thread-compatible.
#ifndef MQWARDEN_RULES_DIAGNOSTIC_H_
#define MQWARDEN_RULES_DIAGNOSTIC_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/rules/rule_text.h"

namespace mqwarden {

enum class DiagnosticCode : uint16_t {
#define MQWARDEN_DIAGNOSTIC(id, code, slug, severity, title, explanation) id,
#include "mqwarden/rules/diagnostic_codes.def"
#undef MQWARDEN_DIAGNOSTIC
};

enum class DiagnosticSeverity : uint8_t { kError, kWarning };

struct DiagnosticCodeInfo {
  DiagnosticCode id;
  std::string_view code;  // "R0203"
  std::string_view slug;  // "unknown-field": what -x switches off for lint
  DiagnosticSeverity severity;
  std::string_view title;
  std::string_view explanation;  // several sentences
};
std::span<const DiagnosticCodeInfo> AllDiagnosticCodes();
const DiagnosticCodeInfo& GetDiagnosticCode(DiagnosticCode code);
const DiagnosticCodeInfo* FindDiagnosticCode(std::string_view code_or_slug);

struct DiagnosticLabel {
  std::shared_ptr<const RuleText> text;
  Span span;
  std::string label;  // what stands under the caret; may be empty
};

// A certain repair: replaces `span` of the first label's text.
struct DiagnosticFix {
  Span span;
  std::string replacement;
};

struct Diagnostic {
  DiagnosticCode code;
  std::string message;              // one sentence, offending text in backticks
  DiagnosticLabel where;            // where.text is null for a whole rule set
  std::optional<DiagnosticLabel> second;  // the other place where two disagree
  std::string help;                 // at most one; may be empty
  std::optional<DiagnosticFix> fix;
};

// `text` in backticks as messages quote it, long texts cut.
std::string Quoted(std::string_view text);

class DiagnosticList final {
 public:
  static constexpr int kMaxPerFile = 20;

  void Add(Diagnostic diagnostic);
  bool has_errors() const { return error_count_ > 0; }
  int error_count() const { return error_count_; }      // also those not kept
  int warning_count() const { return warning_count_; }
  // Sorted by path, then position, then code.
  std::vector<const Diagnostic*> Sorted() const;
  void Merge(DiagnosticList other);

  // How many of a file were kept, and how many more there were.
  struct PerFile {
    int kept_errors = 0;
    int kept_warnings = 0;
    int more_errors = 0;
    int more_warnings = 0;
  };
  // By path, "" for the rule set as a whole.
  const std::map<std::string, PerFile, std::less<>>& files() const {
    return files_;
  }

 private:
  std::vector<Diagnostic> diagnostics_;
  std::map<std::string, PerFile, std::less<>> files_;
  int error_count_ = 0;
  int warning_count_ = 0;
};

struct RenderOptions {
  bool color = false;  // ANSI, for a terminal
};
// The whole text that `check` prints for people, and the same content as one
// JSON array. Rule text is escaped for terminals.
std::string RenderText(const DiagnosticList& list,
                       const RenderOptions& options);
std::string RenderJson(const DiagnosticList& list);

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_DIAGNOSTIC_H_
