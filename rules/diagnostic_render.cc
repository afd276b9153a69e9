// Diagnostics as text for people and as JSON for programs.
//
// Text shows one block a diagnostic: what, where, the line with the span
// underlined, a second place where two disagree, and at most one help. Rule
// text is escaped; the underline counts what is shown, and copies tabs.
#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/base/json_writer.h"
#include "mqwarden/base/terminal_text.h"
#include "mqwarden/base/utf8.h"
#include "mqwarden/rules/diagnostic.h"

namespace mqwarden {
namespace {

// A longer line is shown in part, around the span.
constexpr size_t kMaxLineBytes = 240;
constexpr size_t kBytesBeforeSpan = 80;

std::string_view SeverityWord(DiagnosticSeverity severity) {
  return severity == DiagnosticSeverity::kError ? "error" : "warning";
}

Span Clamp(const RuleText& text, Span span) {
  const auto size = static_cast<uint32_t>(text.text().size());
  const uint32_t begin = std::min(span.begin, size);
  return {begin, std::clamp(span.end, begin, size)};
}

class Renderer {
 public:
  Renderer(const RenderOptions& options, std::string* out)
      : color_(options.color), out_(*out) {}

  void Render(const Diagnostic& diagnostic);
  void RenderMore(std::string_view path, int count, std::string_view what);

 private:
  struct Label {
    const DiagnosticLabel* label;
    char mark;  // '^' for the place itself, '-' for the other one
    int line;
  };

  void Style(std::string_view code) {
    if (color_) {
      out_ += "\x1b[";
      out_ += code;
      out_ += 'm';
    }
  }
  void Bar(std::string_view number) {
    Style("1;34");
    out_.append(gutter_ - number.size(), ' ');
    out_ += number;
    out_ += " |";
    Style("0");
  }
  void Arrow(std::string_view arrow, const DiagnosticLabel& label);
  // The source line of `label`, unless it was shown just before, and its
  // underline.
  void Excerpt(const Label& label, bool show_line);

  const bool color_;
  std::string& out_;
  size_t gutter_ = 1;
};

void Renderer::Arrow(std::string_view arrow, const DiagnosticLabel& label) {
  const RuleText::Position at =
      label.text->PositionOf(Clamp(*label.text, label.span).begin);
  Style("1;34");
  out_.append(gutter_, ' ');
  out_ += arrow;
  Style("0");
  out_ += ' ';
  AppendEscapedForTerminal(label.text->path(), &out_);
  out_ += ':' + std::to_string(at.line) + ':' + std::to_string(at.column);
  out_ += '\n';
}

void Renderer::Excerpt(const Label& label, bool show_line) {
  const RuleText& text = *label.label->text;
  const Span span = Clamp(text, label.label->span);
  uint32_t line_begin = 0;
  const std::string_view line = text.Line(label.line, &line_begin);
  // Of a span over several lines, the part on the first is underlined.
  const size_t begin = std::min<size_t>(span.begin - line_begin, line.size());
  const size_t end = std::min<size_t>(span.end - line_begin, line.size());

  size_t from = 0;
  size_t to = line.size();
  if (line.size() > kMaxLineBytes) {
    from = begin > kBytesBeforeSpan ? begin - kBytesBeforeSpan : 0;
    to = std::min(line.size(), from + kMaxLineBytes);
    const auto inside_char = [&](size_t at) {
      return at > 0 && at < line.size() && (line[at] & 0xC0) == 0x80;
    };
    for (int i = 0; i < 3 && inside_char(from); ++i) --from;
    for (int i = 0; i < 3 && inside_char(to); ++i) --to;
  }

  std::string shown;
  std::string underline;
  if (from > 0) {
    shown = "…";
    underline = " ";
  }
  for (size_t i = from; i < to;) {
    const size_t size = Utf8CharSize(line.substr(i));
    const bool marked = i >= begin && i < end;
    if (line[i] == '\t') {
      shown += '\t';
      if (i < end || begin == end) underline += marked ? label.mark : '\t';
    } else {
      const std::string escaped = EscapeForTerminal(line.substr(i, size));
      shown += escaped;
      const size_t width = CountUtf8Chars(escaped);
      if (marked || i < begin) {
        underline.append(width, marked ? label.mark : ' ');
      }
    }
    i += size;
  }
  if (to < line.size()) shown += "…";
  // An empty span, such as the end of the file, gets one mark.
  if (begin >= end) underline += label.mark;

  if (show_line) {
    Bar(std::to_string(label.line));
    if (!shown.empty()) out_ += ' ' + shown;
    out_ += '\n';
  }
  Bar("");
  out_ += ' ';
  const size_t mark_at = underline.find(label.mark);
  out_ += underline.substr(0, mark_at);
  Style(label.mark == '^' ? "1;31" : "1;34");
  out_ += underline.substr(mark_at);
  if (!label.label->label.empty()) {
    out_ += ' ';
    AppendEscapedForTerminal(label.label->label, &out_);
  }
  Style("0");
  out_ += '\n';
}

void Renderer::Render(const Diagnostic& diagnostic) {
  const DiagnosticCodeInfo& info = GetDiagnosticCode(diagnostic.code);
  Style(info.severity == DiagnosticSeverity::kError ? "1;31" : "1;33");
  out_ += SeverityWord(info.severity);
  out_ += '[';
  out_ += info.code;
  out_ += ']';
  Style("0");
  Style("1");
  out_ += ": ";
  AppendEscapedForTerminal(diagnostic.message, &out_);
  Style("0");
  out_ += '\n';

  std::vector<Label> same_text;
  const DiagnosticLabel* elsewhere = nullptr;
  int largest_line = 1;
  const auto line_of = [&](const DiagnosticLabel& label) {
    const int line =
        label.text->PositionOf(Clamp(*label.text, label.span).begin).line;
    largest_line = std::max(largest_line, line);
    return line;
  };
  if (diagnostic.where.text != nullptr) {
    same_text.push_back({&diagnostic.where, '^', line_of(diagnostic.where)});
  }
  if (diagnostic.second.has_value() && diagnostic.second->text != nullptr) {
    const Label second = {&*diagnostic.second, '-',
                          line_of(*diagnostic.second)};
    if (diagnostic.second->text == diagnostic.where.text) {
      same_text.push_back(second);
    } else {
      elsewhere = second.label;
    }
  }
  std::stable_sort(
      same_text.begin(), same_text.end(),
      [](const Label& a, const Label& b) { return a.line < b.line; });
  gutter_ = std::to_string(largest_line).size();

  if (!same_text.empty()) {
    Arrow("-->", diagnostic.where);
    Bar("");
    out_ += '\n';
  }
  int last_line = 0;
  for (const Label& label : same_text) {
    if (last_line != 0 && label.line > last_line + 1) out_ += "...\n";
    Excerpt(label, label.line != last_line);
    last_line = label.line;
  }
  if (elsewhere != nullptr) {
    Arrow(":::", *elsewhere);
    Bar("");
    out_ += '\n';
    Excerpt({elsewhere, '-', line_of(*elsewhere)}, true);
  }
  if (!diagnostic.help.empty()) {
    Style("1;34");
    out_.append(gutter_ + 1, ' ');
    out_ += "= ";
    Style("0");
    out_ += "help: ";
    AppendEscapedForTerminal(diagnostic.help, &out_);
    out_ += '\n';
  }
}

void Renderer::RenderMore(std::string_view path, int count,
                          std::string_view what) {
  if (count == 0) return;
  out_ += '\n';
  out_ += std::to_string(count) + " more " + std::string(what) +
          (count == 1 ? "" : "s");
  if (!path.empty()) {
    out_ += " in ";
    AppendEscapedForTerminal(path, &out_);
  }
  out_ += '\n';
}

void WritePlace(const DiagnosticLabel& label, JsonWriter* json) {
  if (label.text != nullptr) {
    const Span span = Clamp(*label.text, label.span);
    const RuleText::Position begin = label.text->PositionOf(span.begin);
    const RuleText::Position end = label.text->PositionOf(span.end);
    json->Key("file");
    json->String(label.text->path());
    json->Key("line");
    json->Int(begin.line);
    json->Key("column");
    json->Int(begin.column);
    json->Key("end_line");
    json->Int(end.line);
    json->Key("end_column");
    json->Int(end.column);
  }
  if (!label.label.empty()) {
    json->Key("label");
    json->String(label.label);
  }
}

void WriteDiagnostic(const Diagnostic& diagnostic, JsonWriter* json) {
  const DiagnosticCodeInfo& info = GetDiagnosticCode(diagnostic.code);
  json->BeginObject();
  json->Key("severity");
  json->String(SeverityWord(info.severity));
  json->Key("code");
  json->String(info.code);
  json->Key("slug");
  json->String(info.slug);
  json->Key("message");
  json->String(diagnostic.message);
  WritePlace(diagnostic.where, json);
  if (diagnostic.second.has_value()) {
    json->Key("second");
    json->BeginObject();
    WritePlace(*diagnostic.second, json);
    json->EndObject();
  }
  if (!diagnostic.help.empty()) {
    json->Key("help");
    json->String(diagnostic.help);
  }
  if (diagnostic.fix.has_value()) {
    json->Key("fix");
    json->BeginObject();
    WritePlace({diagnostic.where.text, diagnostic.fix->span, ""}, json);
    json->Key("replacement");
    json->String(diagnostic.fix->replacement);
    json->EndObject();
  }
  json->EndObject();
}

void WriteMore(std::string_view path, int count, std::string_view severity,
               JsonWriter* json) {
  if (count == 0) return;
  json->BeginObject();
  json->Key("severity");
  json->String(severity);
  json->Key("more");
  json->Int(count);
  json->Key("file");
  json->String(path);
  json->EndObject();
}

}  // namespace

std::string RenderText(const DiagnosticList& list,
                       const RenderOptions& options) {
  std::string out;
  Renderer renderer(options, &out);
  for (const Diagnostic* diagnostic : list.Sorted()) {
    if (!out.empty()) out += '\n';
    renderer.Render(*diagnostic);
  }
  for (const auto& [path, file] : list.files()) {
    renderer.RenderMore(path, file.more_errors, "error");
    renderer.RenderMore(path, file.more_warnings, "warning");
  }
  return out;
}

std::string RenderJson(const DiagnosticList& list) {
  std::string out;
  JsonWriter json(&out);
  json.BeginArray();
  for (const Diagnostic* diagnostic : list.Sorted()) {
    WriteDiagnostic(*diagnostic, &json);
  }
  for (const auto& [path, file] : list.files()) {
    WriteMore(path, file.more_errors, "error", &json);
    WriteMore(path, file.more_warnings, "warning", &json);
  }
  json.EndArray();
  return out;
}

}  // namespace mqwarden
