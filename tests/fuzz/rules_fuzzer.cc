// Any bytes as a rule text: lexed, parsed, printed and rendered without a
// crash, with spans inside the text; and what parses is laid out in one step,
// with the same tree.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "mqwarden/base/check.h"
#include "mqwarden/base/utf8.h"
#include "mqwarden/rules/ast.h"
#include "mqwarden/rules/diagnostic.h"
#include "mqwarden/rules/formatter.h"
#include "mqwarden/rules/lexer.h"
#include "mqwarden/rules/parser.h"
#include "mqwarden/rules/rule_text.h"

namespace mqwarden {
namespace {

void CheckSpan(const RuleText& text, Span span) {
  MQWARDEN_CHECK(span.begin <= span.end && span.end <= text.text().size(),
                 "a span lies in its text");
}

void CheckLabel(const DiagnosticLabel& label) {
  MQWARDEN_CHECK(label.text != nullptr, "what the parser says has a place");
  CheckSpan(*label.text, label.span);
}

std::string TreeOf(const std::shared_ptr<const RuleText>& text) {
  DiagnosticList unused;
  return DebugString(Parse(text, &unused, ClauseOrder::kAny));
}

void CheckLayout(const std::shared_ptr<const RuleText>& text) {
  DiagnosticList diagnostics;
  const std::optional<std::string> once = FormatRuleText(text, &diagnostics);
  MQWARDEN_CHECK(once.has_value() != diagnostics.has_errors(),
                 "a text is laid out, or it is told why not");
  if (!once.has_value()) return;
  const auto formatted = std::make_shared<const RuleText>("fuzz.mqw", *once);
  MQWARDEN_CHECK(TreeOf(formatted) == TreeOf(text), "layout means nothing");
  MQWARDEN_CHECK(FormatRuleText(formatted, &diagnostics) == once,
                 "the layout is reached in one step");
}

void Fuzz(std::string bytes) {
  const auto text =
      std::make_shared<const RuleText>("fuzz.mqw", std::move(bytes));
  DiagnosticList lexical;
  uint32_t end = 0;
  for (const Token& token : Lex(text, &lexical)) {
    CheckSpan(*text, token.span);
    MQWARDEN_CHECK(token.span.begin >= end, "tokens do not overlap");
    end = token.span.end;
  }

  DiagnosticList diagnostics;
  const ast::File file = Parse(text, &diagnostics);
  (void)ast::DebugString(file);
  bool any_broken = !file.refused.empty();
  for (const ast::Rule& rule : file.rules) any_broken |= rule.broken;
  MQWARDEN_CHECK(!any_broken || diagnostics.has_errors(),
                 "whatever is broken has been told");
  for (const Diagnostic* diagnostic : diagnostics.Sorted()) {
    CheckLabel(diagnostic->where);
    if (diagnostic->second.has_value()) CheckLabel(*diagnostic->second);
    if (diagnostic->fix.has_value()) CheckSpan(*text, diagnostic->fix->span);
  }
  MQWARDEN_CHECK(IsValidUtf8(RenderText(diagnostics, {})),
                 "what is shown is UTF-8");
  MQWARDEN_CHECK(IsValidUtf8(RenderJson(diagnostics)), "JSON is UTF-8");
  CheckLayout(text);
}

}  // namespace
}  // namespace mqwarden

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  mqwarden::Fuzz(std::string(reinterpret_cast<const char*>(data), size));
  return 0;
}
