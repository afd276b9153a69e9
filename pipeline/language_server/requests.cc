#include "mqwarden/pipeline/language_server/requests.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "mqwarden/pipeline/language_server/completion.h"
#include "mqwarden/pipeline/language_server/hover.h"
#include "mqwarden/pipeline/language_server/outline.h"
#include "mqwarden/pipeline/language_server/problems.h"
#include "mqwarden/pipeline/language_server/protocol_json.h"
#include "mqwarden/pipeline/language_server/set_names.h"
#include "mqwarden/rules/diagnostic.h"
#include "mqwarden/rules/formatter.h"
#include "mqwarden/schema/field_catalog.h"
#include "mqwarden/schema/mq_constants.h"

namespace mqwarden {
namespace {

using Result = std::optional<RequestError>;

constexpr size_t kMaxSymbols = 500;
constexpr size_t kMaxNewNameBytes = 128;
constexpr int kInsertSnippet = 2;

Result Done() { return std::nullopt; }

// The file that a request names, and the set to which it belongs.
struct Document {
  SourceFilePtr file;
  RuleSet* set = nullptr;
};

Result FindDocument(const RequestContext& context, Document* document) {
  const std::string_view uri = context.params["textDocument"]["uri"].text();
  document->file = context.workspace->OpenFile(uri);
  if (document->file == nullptr) {
    return RequestError{kInvalidParams, "no open document of that URI"};
  }
  document->set = context.workspace->SetOf(*document->file);
  if (document->set == nullptr) {
    return RequestError{kInvalidParams, "the document belongs to no rule set"};
  }
  return Done();
}

// The same with a position.
struct Spot {
  Document document;
  size_t offset = 0;
};

Result FindSpot(const RequestContext& context, Spot* spot) {
  if (Result error = FindDocument(context, &spot->document)) return error;
  const auto position = ReadPosition(context.params["position"]);
  if (!position.has_value()) return RequestError{kInvalidParams, "no position"};
  spot->offset = spot->document.file->lines().OffsetOf(
      *position, context.client->encoding);
  return Done();
}

void WriteLocations(const std::vector<DefinitionPlace>& places,
                    PositionEncoding encoding, JsonWriter* out) {
  out->BeginArray();
  for (const DefinitionPlace& place : places) {
    WriteLocation(*place.file, place.occurrence->span, encoding, out);
  }
  out->EndArray();
}

// --- completion
std::string SortText(const CompletionItem& item) {
  return std::to_string(item.rank) + item.label;
}

Result Completion(const RequestContext& context, JsonWriter* out) {
  Spot spot;
  if (Result error = FindSpot(context, &spot)) return error;
  const SourceFile& file = *spot.document.file;
  const Completions completions =
      Complete(*spot.document.set, file, spot.offset);
  out->BeginObject();
  out->Key("isIncomplete");
  out->Bool(completions.incomplete);
  out->Key("items");
  out->BeginArray();
  for (const CompletionItem& item : completions.items) {
    const bool as_snippet =
        context.client->takes_snippets && !item.snippet.empty();
    out->BeginObject();
    out->Key("label");
    out->String(item.label);
    out->Key("kind");
    out->Int(static_cast<int>(item.kind));
    if (!item.detail.empty()) {
      out->Key("detail");
      out->String(item.detail);
    }
    if (!item.docs.empty()) {
      out->Key("documentation");
      WriteMarkdown(item.docs, out);
    }
    out->Key("sortText");
    out->String(SortText(item));
    if (as_snippet) {
      out->Key("insertTextFormat");
      out->Int(kInsertSnippet);
    }
    out->Key("textEdit");
    WriteEdit(file.lines(), completions.replaced,
              as_snippet             ? item.snippet
              : item.insert.empty() ? item.label
                                    : item.insert,
              context.client->encoding, out);
    out->EndObject();
  }
  out->EndArray();
  out->EndObject();
  return Done();
}

Result Hover(const RequestContext& context, JsonWriter* out) {
  Spot spot;
  if (Result error = FindSpot(context, &spot)) return error;
  const SourceFile& file = *spot.document.file;
  const std::optional<HoverText> hover =
      HoverAt(*context.workspace, *spot.document.set, file, spot.offset);
  if (!hover.has_value()) {
    out->Null();
    return Done();
  }
  out->BeginObject();
  out->Key("contents");
  WriteMarkdown(hover->markdown, out);
  out->Key("range");
  WriteRange(file.lines(), hover->span, context.client->encoding, out);
  out->EndObject();
  return Done();
}

// --- names
Result Definition(const RequestContext& context, JsonWriter* out) {
  Spot spot;
  if (Result error = FindSpot(context, &spot)) return error;
  const SourceFile& file = *spot.document.file;
  const Occurrence* const name = file.OccurrenceAt(spot.offset);
  WriteLocations(name == nullptr
                     ? std::vector<DefinitionPlace>()
                     : context.workspace->DefinitionsOf(*spot.document.set,
                                                        file, *name),
                 context.client->encoding, out);
  return Done();
}

Result References(const RequestContext& context, JsonWriter* out) {
  Spot spot;
  if (Result error = FindSpot(context, &spot)) return error;
  const SourceFile& file = *spot.document.file;
  const Occurrence* const name = file.OccurrenceAt(spot.offset);
  std::vector<DefinitionPlace> places;
  if (name != nullptr) {
    places = context.workspace->ReferencesOf(*spot.document.set, file, *name);
  }
  if (!context.params["context"]["includeDeclaration"].is_true()) {
    std::erase_if(places, [](const DefinitionPlace& place) {
      return place.occurrence->role == NameRole::kDefines;
    });
  }
  WriteLocations(places, context.client->encoding, out);
  return Done();
}

Result Highlight(const RequestContext& context, JsonWriter* out) {
  constexpr int kRead = 2;
  constexpr int kWrite = 3;
  Spot spot;
  if (Result error = FindSpot(context, &spot)) return error;
  const SourceFile& file = *spot.document.file;
  const Occurrence* const name = file.OccurrenceAt(spot.offset);
  out->BeginArray();
  for (const Occurrence& other : file.occurrences()) {
    if (name == nullptr || other.space != name->space ||
        other.name != name->name) {
      continue;
    }
    const bool of_rule =
        name->space == NameSpace::kStep || name->space == NameSpace::kKey;
    if (of_rule && other.rule != name->rule) continue;
    out->BeginObject();
    out->Key("range");
    WriteRange(file.lines(), other.span, context.client->encoding, out);
    out->Key("kind");
    out->Int(other.role == NameRole::kUses ? kRead : kWrite);
    out->EndObject();
  }
  out->EndArray();
  return Done();
}

// What can be renamed: a name that the set defines, except keys, which tests and
// other rules name too, in places that the tree does not tell from fields.
const Occurrence* Renamable(const Workspace& workspace, const Spot& spot,
                            std::string* why_not) {
  const Occurrence* const name = spot.document.file->OccurrenceAt(spot.offset);
  if (name == nullptr) {
    *why_not = "only names that the rule set defines can be renamed";
  } else if (name->space == NameSpace::kKey) {
    *why_not = "keys cannot be renamed: alerts show them";
  } else if (workspace
                 .DefinitionsOf(*spot.document.set, *spot.document.file, *name)
                 .empty()) {
    *why_not = "nothing defines " + Quoted(name->name);
  } else {
    return name;
  }
  return nullptr;
}

Result PrepareRename(const RequestContext& context, JsonWriter* out) {
  Spot spot;
  if (Result error = FindSpot(context, &spot)) return error;
  std::string why_not;
  const Occurrence* const name =
      Renamable(*context.workspace, spot, &why_not);
  if (name == nullptr) return RequestError{kRequestFailed, why_not};
  out->BeginObject();
  out->Key("range");
  WriteRange(spot.document.file->lines(), name->span, context.client->encoding,
             out);
  out->Key("placeholder");
  out->String(name->name);
  out->EndObject();
  return Done();
}

bool IsIdentifier(std::string_view text) {
  if (text.empty() || text.size() > kMaxNewNameBytes ||
      (text[0] >= '0' && text[0] <= '9')) {
    return false;
  }
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9');
  });
}

// Why `to` cannot be the name; "" where it can.
std::string RefuseName(const RequestContext& context, const Spot& spot,
                       const Occurrence& name, std::string_view to) {
  if (!IsIdentifier(to)) return Quoted(to) + " is no name";
  if (name.space == NameSpace::kDefinition || name.space == NameSpace::kStep) {
    if (FindField(to) != nullptr || to == "attr" || to == "true" ||
        to == "false" || FindMqConstant(to).has_value()) {
      return Quoted(to) + " is taken";
    }
  }
  if (name.space == NameSpace::kStep &&
      FindEnumValue(EnumType::kKind, to).has_value()) {
    return Quoted(to) + " is a kind of event";
  }
  Occurrence wanted = name;
  wanted.name = to;
  if (to != name.name &&
      !context.workspace
           ->DefinitionsOf(*spot.document.set, *spot.document.file, wanted)
           .empty()) {
    return Quoted(to) + " is defined already";
  }
  return "";
}

Result Rename(const RequestContext& context, JsonWriter* out) {
  Spot spot;
  if (Result error = FindSpot(context, &spot)) return error;
  std::string why_not;
  const Occurrence* const name =
      Renamable(*context.workspace, spot, &why_not);
  if (name == nullptr) return RequestError{kRequestFailed, why_not};
  const std::string_view to = context.params["newName"].text();
  why_not = RefuseName(context, spot, *name, to);
  if (!why_not.empty()) return RequestError{kInvalidParams, why_not};
  std::map<std::string_view, std::vector<DefinitionPlace>> by_uri;
  for (DefinitionPlace& place : context.workspace->ReferencesOf(
           *spot.document.set, *spot.document.file, *name)) {
    const std::string_view uri = place.file->uri();
    by_uri[uri].push_back(std::move(place));
  }
  out->BeginObject();
  out->Key("changes");
  out->BeginObject();
  for (const auto& [uri, places] : by_uri) {
    out->Key(uri);
    out->BeginArray();
    for (const DefinitionPlace& place : places) {
      WriteEdit(place.file->lines(), place.occurrence->span, to,
                context.client->encoding, out);
    }
    out->EndArray();
  }
  out->EndObject();
  out->EndObject();
  return Done();
}

// --- whole files
// An answer that `write` makes of the whole file.
template <typename Write>
Result OfFile(const RequestContext& context, JsonWriter* out,
              const Write& write) {
  Document document;
  if (Result error = FindDocument(context, &document)) return error;
  write(*document.file, context.client->encoding, out);
  return Done();
}

Result DocumentSymbols(const RequestContext& context, JsonWriter* out) {
  return OfFile(context, out, WriteDocumentSymbols);
}

Result FoldingRanges(const RequestContext& context, JsonWriter* out) {
  // Whole lines, whatever the encoding of a column.
  return OfFile(context, out,
                [](const SourceFile& file, PositionEncoding, JsonWriter* to) {
                  WriteFoldingRanges(file, to);
                });
}

Result CodeLenses(const RequestContext& context, JsonWriter* out) {
  return OfFile(context, out, WriteCodeLenses);
}

Result SemanticTokens(const RequestContext& context, JsonWriter* out) {
  return OfFile(context, out, WriteSemanticTokens);
}

Result WorkspaceSymbols(const RequestContext& context, JsonWriter* out) {
  constexpr int kClass = 5;
  constexpr int kVariable = 13;
  const std::string_view query = context.params["query"].text();
  size_t count = 0;
  out->BeginArray();
  for (const RuleSet* const set : context.workspace->Sets()) {
    for (const SetName& name : NamesOf(*set)) {
      if (name.name.find(query) == std::string_view::npos) continue;
      if (++count > kMaxSymbols) break;
      out->BeginObject();
      out->Key("name");
      out->String(name.name);
      out->Key("containerName");
      out->String(name.sort);
      out->Key("kind");
      out->Int(name.sort == "rule" ? kClass : kVariable);
      out->Key("location");
      WriteLocation(*name.file, name.span, context.client->encoding, out);
      out->EndObject();
    }
  }
  out->EndArray();
  return Done();
}

// One edit of the lines that differ, so that the cursor and the folds of an
// editor stay where they are.
Result Formatting(const RequestContext& context, JsonWriter* out) {
  Document document;
  if (Result error = FindDocument(context, &document)) return error;
  const SourceFile& file = *document.file;
  std::optional<std::string> formatted;
  if (!file.parsed().diagnostics.has_errors()) {
    formatted = FormatParsed(file.tree(), file.tokens());
  } else {
    // Clauses out of order, which it repairs, or what is told already.
    DiagnosticList ignored;
    formatted = FormatRuleText(file.tree().text, &ignored);
  }
  if (!formatted.has_value() || *formatted == file.text()) {
    out->BeginArray();
    out->EndArray();
    return Done();
  }
  const std::string_view before = file.text();
  const std::string_view after = *formatted;
  size_t begin = 0;
  const size_t shorter = std::min(before.size(), after.size());
  while (begin < shorter && before[begin] == after[begin]) ++begin;
  // Back to the begin of the line, so that no character is cut.
  while (begin > 0 && before[begin - 1] != '\n') --begin;
  size_t tail = 0;
  while (tail < shorter - begin &&
         before[before.size() - 1 - tail] == after[after.size() - 1 - tail]) {
    ++tail;
  }
  // Forward to the end of a line.
  while (tail > 0 && before[before.size() - tail - 1] != '\n') --tail;
  out->BeginArray();
  WriteEdit(file.lines(),
            {static_cast<uint32_t>(begin),
             static_cast<uint32_t>(before.size() - tail)},
            after.substr(begin, after.size() - tail - begin),
            context.client->encoding, out);
  out->EndArray();
  return Done();
}

Result CodeActions(const RequestContext& context, JsonWriter* out) {
  Document document;
  if (Result error = FindDocument(context, &document)) return error;
  const JsonValue range = context.params["range"];
  const auto begin = ReadPosition(range["start"]);
  const auto end = ReadPosition(range["end"]);
  if (!begin.has_value() || !end.has_value()) {
    return RequestError{kInvalidParams, "no range"};
  }
  // Repairs belong to the text as it is.
  context.workspace->Check(document.set);
  const LineIndex& lines = document.file->lines();
  WriteCodeActions(
      *document.set, *document.file,
      {static_cast<uint32_t>(lines.OffsetOf(*begin, context.client->encoding)),
       static_cast<uint32_t>(lines.OffsetOf(*end, context.client->encoding))},
      context.client->encoding, out);
  return Done();
}

struct Row {
  std::string_view method;
  RequestHandler* handler;
};
constexpr Row kRows[] = {
    {"textDocument/completion", Completion},
    {"textDocument/hover", Hover},
    {"textDocument/definition", Definition},
    {"textDocument/references", References},
    {"textDocument/documentHighlight", Highlight},
    {"textDocument/prepareRename", PrepareRename},
    {"textDocument/rename", Rename},
    {"textDocument/documentSymbol", DocumentSymbols},
    {"textDocument/foldingRange", FoldingRanges},
    {"textDocument/formatting", Formatting},
    {"textDocument/codeAction", CodeActions},
    {"textDocument/codeLens", CodeLenses},
    {"textDocument/semanticTokens/full", SemanticTokens},
    {"workspace/symbol", WorkspaceSymbols},
};

}  // namespace

RequestHandler* FindRequest(std::string_view method) {
  for (const Row& row : kRows) {
    if (row.method == method) return row.handler;
  }
  return nullptr;
}

}  // namespace mqwarden
