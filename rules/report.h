// How the checker states a diagnostic: built up in one expression, added to the
// list at its end.
//
//   Report(list, DiagnosticCode::kUnknownField, text, span)
//       .Message("unknown field " + Quoted(name))
//       .Label("not a field of an event")
//       .Help(DidYouMean(list, name, candidates));
#ifndef MQWARDEN_RULES_REPORT_H_
#define MQWARDEN_RULES_REPORT_H_

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "mqwarden/base/edit_distance.h"
#include "mqwarden/rules/diagnostic.h"
#include "mqwarden/rules/rule_text.h"

namespace mqwarden {

using RuleTextPtr = std::shared_ptr<const RuleText>;

class Report final {
 public:
  Report(DiagnosticList* list, DiagnosticCode code, RuleTextPtr text, Span span)
      : list_(list) {
    diagnostic_.code = code;
    diagnostic_.where.text = std::move(text);
    diagnostic_.where.span = span;
  }
  Report(const Report&) = delete;
  Report& operator=(const Report&) = delete;
  ~Report() { list_->Add(std::move(diagnostic_)); }

  Report& Message(std::string message) {
    diagnostic_.message = std::move(message);
    return *this;
  }
  Report& Label(std::string label) {
    diagnostic_.where.label = std::move(label);
    return *this;
  }
  Report& Second(RuleTextPtr text, Span span, std::string label) {
    diagnostic_.second =
        DiagnosticLabel{std::move(text), span, std::move(label)};
    return *this;
  }
  // An empty help is none.
  Report& Help(std::string help) {
    diagnostic_.help = std::move(help);
    return *this;
  }
  Report& Fix(Span span, std::string replacement) {
    diagnostic_.fix = DiagnosticFix{span, std::move(replacement)};
    return *this;
  }

 private:
  DiagnosticList* const list_;
  Diagnostic diagnostic_;
};

// Beyond this many errors nobody reads suggestions, and they would be the
// dearest part of refusing a hostile text.
inline constexpr int kMaxSuggestingErrors = 200;

// "did you mean `user`?", or "" where no candidate is near.
inline std::string DidYouMean(const DiagnosticList& list, std::string_view name,
                              std::span<const std::string_view> candidates) {
  if (list.error_count() > kMaxSuggestingErrors) return "";
  const std::optional<std::string> nearest = Nearest(name, candidates);
  return nearest.has_value() ? "did you mean `" + *nearest + "`?" : "";
}

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_REPORT_H_
