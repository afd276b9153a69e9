#include "mqwarden/pipeline/language_server/problems.h"

#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "mqwarden/pipeline/language_server/protocol_json.h"
#include "mqwarden/pipeline/language_server/uri.h"
#include "mqwarden/rules/diagnostic.h"

namespace mqwarden {
namespace {

constexpr int kSeverityError = 1;
constexpr int kSeverityWarning = 2;
constexpr int kTagUnnecessary = 1;

std::string UriOf(const RuleSet& set, const std::string& path) {
  const auto found = set.files.find(path);
  if (found != set.files.end()) return found->second->uri();
  return path.starts_with('/') ? UriOfPath(path) : path;
}

std::string MessageOf(const Diagnostic& diagnostic) {
  std::string message = diagnostic.message;
  if (!diagnostic.where.label.empty()) {
    message += " (" + diagnostic.where.label + ")";
  }
  if (!diagnostic.help.empty()) message += "\nhelp: " + diagnostic.help;
  return message;
}

void WriteProblem(const RuleSet& set, const Diagnostic& diagnostic,
                  const LineIndex& lines, PositionEncoding encoding,
                  JsonWriter* out) {
  const DiagnosticCodeInfo& info = GetDiagnosticCode(diagnostic.code);
  out->BeginObject();
  out->Key("range");
  WriteRange(lines, diagnostic.where.span, encoding, out);
  out->Key("severity");
  out->Int(info.severity == DiagnosticSeverity::kError ? kSeverityError
                                                       : kSeverityWarning);
  out->Key("code");
  out->String(info.code);
  out->Key("source");
  out->String("mqwarden");
  out->Key("message");
  out->String(MessageOf(diagnostic));
  // Grey in editors: what nothing uses.
  if (info.slug.starts_with("unused")) {
    out->Key("tags");
    out->BeginArray();
    out->Int(kTagUnnecessary);
    out->EndArray();
  }
  if (diagnostic.second.has_value() && diagnostic.second->text != nullptr) {
    const RuleText& text = *diagnostic.second->text;
    out->Key("relatedInformation");
    out->BeginArray();
    out->BeginObject();
    out->Key("location");
    out->BeginObject();
    out->Key("uri");
    out->String(UriOf(set, text.path()));
    out->Key("range");
    WriteRange(LineIndex(text.text()), diagnostic.second->span, encoding, out);
    out->EndObject();
    out->Key("message");
    out->String(diagnostic.second->label);
    out->EndObject();
    out->EndArray();
  }
  out->EndObject();
}

void WriteFailedTest(const FailedTest& failed, const LineIndex& lines,
                     PositionEncoding encoding, JsonWriter* out) {
  out->BeginObject();
  out->Key("range");
  WriteRange(lines, failed.span, encoding, out);
  out->Key("severity");
  out->Int(kSeverityError);
  out->Key("source");
  out->String("mqwarden test");
  out->Key("message");
  out->String(failed.message);
  out->EndObject();
}

// The name in "did you mean `name`?"; "" for another help.
std::string_view MeantName(std::string_view help) {
  constexpr std::string_view kBegin = "did you mean `";
  constexpr std::string_view kEnd = "`?";
  if (!help.starts_with(kBegin) || !help.ends_with(kEnd)) return "";
  help.remove_prefix(kBegin.size());
  help.remove_suffix(kEnd.size());
  return help.find('`') == std::string_view::npos ? help : std::string_view();
}

void WriteAction(const RuleSet& set, const SourceFile& file,
                 const Diagnostic& diagnostic, const std::string& title,
                 const DiagnosticFix& fix, bool certain,
                 PositionEncoding encoding, JsonWriter* out) {
  out->BeginObject();
  out->Key("title");
  out->String(title);
  out->Key("kind");
  out->String("quickfix");
  out->Key("isPreferred");
  out->Bool(certain);
  out->Key("diagnostics");
  out->BeginArray();
  WriteProblem(set, diagnostic, file.lines(), encoding, out);
  out->EndArray();
  out->Key("edit");
  out->BeginObject();
  out->Key("changes");
  out->BeginObject();
  out->Key(file.uri());
  out->BeginArray();
  WriteEdit(file.lines(), fix.span, fix.replacement, encoding, out);
  out->EndArray();
  out->EndObject();
  out->EndObject();
  out->EndObject();
}

}  // namespace

std::map<std::string, FileProblems> ProblemsOf(const RuleSet& set,
                                               PositionEncoding encoding) {
  struct Draft {
    std::string uri;
    std::string json;
    JsonWriter writer{&json};
    std::optional<LineIndex> own_lines;  // of a data file
    const LineIndex* lines = nullptr;
  };
  std::map<std::string, std::unique_ptr<Draft>> drafts;
  const auto draft_of = [&](const std::string& path,
                            std::string_view text) -> Draft& {
    std::unique_ptr<Draft>& draft = drafts[path];
    if (draft != nullptr) return *draft;
    draft = std::make_unique<Draft>();
    draft->uri = UriOf(set, path);
    const auto found = set.files.find(path);
    if (found != set.files.end()) {
      draft->lines = &found->second->lines();
    } else {
      draft->lines = &draft->own_lines.emplace(text);
    }
    draft->writer.BeginArray();
    return *draft;
  };
  for (const auto& [path, file] : set.files) draft_of(path, "");
  for (const Diagnostic* const diagnostic :
       set.checked.diagnostics.Sorted()) {
    // What is said of the set as a whole has no place in a file.
    if (diagnostic->where.text == nullptr) continue;
    const RuleText& text = *diagnostic->where.text;
    Draft& draft = draft_of(text.path(), text.text());
    WriteProblem(set, *diagnostic, *draft.lines, encoding, &draft.writer);
  }
  for (const FailedTest& failed : set.failed_tests) {
    Draft& draft = draft_of(failed.path, "");
    WriteFailedTest(failed, *draft.lines, encoding, &draft.writer);
  }
  std::map<std::string, FileProblems> problems;
  for (auto& [path, draft] : drafts) {
    draft->writer.EndArray();
    problems[path] = {std::move(draft->uri), std::move(draft->json)};
  }
  return problems;
}

void WriteCodeActions(const RuleSet& set, const SourceFile& file, Span range,
                      PositionEncoding encoding, JsonWriter* out) {
  out->BeginArray();
  for (const Diagnostic* const diagnostic :
       set.checked.diagnostics.Sorted()) {
    const DiagnosticLabel& where = diagnostic->where;
    // The same text: a check of another has other places.
    if (where.text == nullptr || where.text != file.tree().text) continue;
    if (where.span.end < range.begin || where.span.begin > range.end) continue;
    if (diagnostic->fix.has_value()) {
      const DiagnosticFix& fix = *diagnostic->fix;
      const std::string title =
          fix.replacement.empty()
              ? "Remove " + Quoted(file.Slice(fix.span))
              : "Replace by " + Quoted(fix.replacement);
      WriteAction(set, file, *diagnostic, title, fix, true, encoding, out);
      continue;
    }
    const std::string_view meant = MeantName(diagnostic->help);
    if (meant.empty()) continue;
    WriteAction(set, file, *diagnostic, "Change to " + Quoted(meant),
                {where.span, std::string(meant)}, false, encoding, out);
  }
  out->EndArray();
}

}  // namespace mqwarden
