#include "mqwarden/pipeline/language_server/outline.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mqwarden/pipeline/language_server/protocol_json.h"
#include "mqwarden/rules/occurrences.h"
#include "mqwarden/schema/field_catalog.h"
#include "mqwarden/schema/mq_constants.h"

namespace mqwarden {
namespace {

// Numbers of the protocol.
enum SymbolKind : int {
  kSymbolNamespace = 3, kSymbolClass = 5, kSymbolMethod = 6, kSymbolEnum = 10,
  kSymbolFunction = 12, kSymbolVariable = 13, kSymbolConstant = 14,
  kSymbolArray = 18, kSymbolObject = 19, kSymbolKey = 20, kSymbolEvent = 24,
};

struct Symbol {
  std::string name;
  std::string detail;
  int kind = kSymbolVariable;
  Span span;
  Span name_span;
  std::vector<Symbol> children;
};

Symbol SymbolOfTest(const ast::Test& test) {
  return {test.name.value.empty() ? "test" : test.name.value, "test",
          kSymbolMethod, test.span, test.name.span, {}};
}

std::vector<Symbol> SymbolsOf(const ast::File& tree) {
  std::vector<Symbol> symbols;
  const auto add = [&](const auto& defs, const char* detail, int kind) {
    for (const auto& def : defs) {
      symbols.push_back(
          {def.name.text, detail, kind, def.span, def.name.span, {}});
    }
  };
  add(tree.params, "param", kSymbolConstant);
  add(tree.lists, "list", kSymbolArray);
  add(tree.recents, "recent", kSymbolEvent);
  add(tree.tables, "table", kSymbolObject);
  add(tree.patterns, "patterns", kSymbolEnum);
  add(tree.calendars, "calendar", kSymbolObject);
  add(tree.macros, "macro", kSymbolFunction);
  add(tree.reports, "report", kSymbolNamespace);
  for (const ast::InventoryDef& def : tree.inventories) {
    symbols.push_back(
        {"inventory", def.from.value, kSymbolObject, def.span, def.span, {}});
  }
  for (const ast::Policy& policy : tree.policies) {
    symbols.push_back({"policy", "", kSymbolNamespace, policy.span,
                       {policy.span.begin, policy.span.begin + 6}, {}});
  }
  for (const ast::Amendment& amendment : tree.amendments) {
    symbols.push_back({"amend " + amendment.rule.text, "", kSymbolClass,
                       amendment.span, amendment.rule.span, {}});
  }
  for (const ast::Disabling& disabling : tree.disablings) {
    symbols.push_back({"disable " + disabling.rule.text, "", kSymbolClass,
                       disabling.span, disabling.rule.span, {}});
  }
  for (const ast::Rule& rule : tree.rules) {
    Symbol symbol{rule.name.text, rule.title ? rule.title->value : "",
                  kSymbolClass, rule.span, rule.name.span, {}};
    if (rule.when.has_value()) {
      for (const ast::SequenceStep& step : rule.when->steps) {
        if (!step.label.has_value()) continue;
        symbol.children.push_back({step.label->text, "step", kSymbolKey,
                                   step.span, step.label->span, {}});
      }
    }
    for (const ast::Test& test : rule.tests) {
      symbol.children.push_back(SymbolOfTest(test));
    }
    symbols.push_back(std::move(symbol));
  }
  for (const ast::Test& test : tree.tests) symbols.push_back(SymbolOfTest(test));
  std::stable_sort(symbols.begin(), symbols.end(),
                   [](const Symbol& a, const Symbol& b) {
                     return a.span.begin < b.span.begin;
                   });
  return symbols;
}

void WriteSymbols(const std::vector<Symbol>& symbols, const LineIndex& lines,
                  PositionEncoding encoding, JsonWriter* out) {
  out->BeginArray();
  for (const Symbol& symbol : symbols) {
    // The protocol wants a name, inside of the whole.
    if (symbol.name.empty()) continue;
    const Span name = {std::max(symbol.name_span.begin, symbol.span.begin),
                       std::min(symbol.name_span.end, symbol.span.end)};
    if (name.begin > name.end) continue;
    out->BeginObject();
    out->Key("name");
    out->String(symbol.name);
    out->Key("detail");
    out->String(symbol.detail);
    out->Key("kind");
    out->Int(symbol.kind);
    out->Key("range");
    WriteRange(lines, symbol.span, encoding, out);
    out->Key("selectionRange");
    WriteRange(lines, name, encoding, out);
    if (!symbol.children.empty()) {
      out->Key("children");
      WriteSymbols(symbol.children, lines, encoding, out);
    }
    out->EndObject();
  }
  out->EndArray();
}

void WriteFold(size_t begin_line, size_t end_line, const char* kind,
               JsonWriter* out) {
  if (end_line <= begin_line) return;
  out->BeginObject();
  out->Key("startLine");
  out->UInt(begin_line);
  out->Key("endLine");
  out->UInt(end_line);
  out->Key("kind");
  out->String(kind);
  out->EndObject();
}

void WriteLens(const SourceFile& file, const ast::Test& test,
               std::string_view rule, PositionEncoding encoding,
               JsonWriter* out) {
  out->BeginObject();
  out->Key("range");
  WriteRange(file.lines(), test.name.span, encoding, out);
  out->Key("command");
  out->BeginObject();
  out->Key("title");
  out->String("run test");
  out->Key("command");
  out->String(kRunTestCommand);
  out->Key("arguments");
  out->BeginArray();
  out->String(file.uri());
  out->String(test.name.value);
  out->String(rule);
  out->EndArray();
  out->EndObject();
  out->EndObject();
}

enum TokenSort : int { kProperty, kEnumMember, kVariable, kFunction, kClass };
constexpr const char* kTokenSorts[] = {"property", "enumMember", "variable",
                                       "function", "class"};

struct SortedWord {
  Span span;
  int sort;
};

// Names of the set, and of what is left fields and constants. Words of the
// language, strings and numbers are the grammar's.
std::vector<SortedWord> WordsOf(const SourceFile& file) {
  std::vector<SortedWord> words;
  for (const Occurrence& occurrence : file.occurrences()) {
    int sort = kVariable;
    if (occurrence.space == NameSpace::kRule) sort = kClass;
    if (occurrence.space == NameSpace::kReport) sort = kClass;
    words.push_back({occurrence.span, sort});
  }
  const size_t names = words.size();
  size_t next = 0;
  for (const Token& token : file.tokens()) {
    if (token.kind != TokenKind::kIdentifier || token.first_on_line) continue;
    while (next < names && words[next].span.end <= token.span.begin) ++next;
    if (next < names && words[next].span.begin < token.span.end) continue;
    const std::string_view word = file.Slice(token.span);
    if (FindMqConstant(word).has_value()) {
      words.push_back({token.span, kEnumMember});
    } else if (FindField(word) != nullptr) {
      words.push_back({token.span, kProperty});
    }
  }
  std::sort(words.begin(), words.end(),
            [](const SortedWord& a, const SortedWord& b) {
              return a.span.begin < b.span.begin;
            });
  return words;
}

}  // namespace

void WriteDocumentSymbols(const SourceFile& file, PositionEncoding encoding,
                          JsonWriter* out) {
  WriteSymbols(SymbolsOf(file.tree()), file.lines(), encoding, out);
}

void WriteFoldingRanges(const SourceFile& file, JsonWriter* out) {
  const LineIndex& lines = file.lines();
  out->BeginArray();
  for (const ast::Block& block : file.tree().blocks) {
    if (block.kind == ast::Block::Kind::kFile) continue;
    const size_t begin = lines.LineOf(block.span.begin);
    const size_t end = lines.LineOf(block.span.end);
    // The closing brace stays in sight.
    WriteFold(begin, end == 0 ? 0 : end - 1, "region", out);
  }
  // Comments of several lines.
  std::optional<size_t> first;
  size_t last = 0;
  for (const Token& token : file.tokens()) {
    const bool is_comment =
        token.kind == TokenKind::kComment && token.first_on_line;
    const size_t line = lines.LineOf(token.span.begin);
    if (first.has_value() && (!is_comment || line != last + 1)) {
      WriteFold(*first, last, "comment", out);
      first.reset();
    }
    if (!is_comment) continue;
    if (!first.has_value()) first = line;
    last = line;
  }
  out->EndArray();
}

void WriteCodeLenses(const SourceFile& file, PositionEncoding encoding,
                     JsonWriter* out) {
  out->BeginArray();
  for (const ast::Rule& rule : file.tree().rules) {
    for (const ast::Test& test : rule.tests) {
      WriteLens(file, test, rule.name.text, encoding, out);
    }
  }
  for (const ast::Test& test : file.tree().tests) {
    WriteLens(file, test, "", encoding, out);
  }
  out->EndArray();
}

void WriteSemanticTokenLegend(JsonWriter* out) {
  out->BeginObject();
  out->Key("tokenTypes");
  out->BeginArray();
  for (const char* const sort : kTokenSorts) out->String(sort);
  out->EndArray();
  out->Key("tokenModifiers");
  out->BeginArray();
  out->EndArray();
  out->EndObject();
}

void WriteSemanticTokens(const SourceFile& file, PositionEncoding encoding,
                         JsonWriter* out) {
  out->BeginObject();
  out->Key("data");
  out->BeginArray();
  TextPosition before;
  for (const SortedWord& word : WordsOf(file)) {
    const TextPosition begin =
        file.lines().PositionOf(word.span.begin, encoding);
    const bool same_line = begin.line == before.line;
    out->Int(begin.line - before.line);
    out->Int(same_line ? begin.column - before.column : begin.column);
    out->Int(word.span.end - word.span.begin);  // words are ASCII
    out->Int(word.sort);
    out->Int(0);
    before = begin;
  }
  out->EndArray();
  out->EndObject();
}

}  // namespace mqwarden
