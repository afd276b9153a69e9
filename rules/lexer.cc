// One pass over the bytes, one token or diagnostic at a time. Numbers and the
// literals of time, which all begin with a digit, stand in lexer_number.cc, the
// escapes of strings in lexer_escape.cc.
#include "mqwarden/rules/lexer.h"

#include <string>
#include <utility>

#include "mqwarden/base/check.h"
#include "mqwarden/base/utf8.h"
#include "mqwarden/rules/lexer_escape.h"
#include "mqwarden/rules/lexer_number.h"

namespace mqwarden {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsWordStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool IsWord(char c) { return IsWordStart(c) || IsDigit(c); }
bool IsSpace(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// What people write who know another language, and what is meant.
struct ForeignSign {
  std::string_view sign;
  std::string_view help;
  std::string_view replacement;  // where it is certain
  std::string_view closing;      // of a quote: the one that ends the string
};
constexpr ForeignSign kForeignSigns[] = {
    {"&&", "write `and`", "and", ""},
    {"||", "write `or`", "or", ""},
    {"!", "write `not`", "", ""},
    {"&", "write `and`", "", ""},
    {";", "nothing stands between clauses or definitions", "", ""},
    {"“", "write straight quotes, `\"`", "", "”"},
    {"”", "write straight quotes, `\"`", "", "”"},
    {"„", "write straight quotes, `\"`", "", "“"},
    {"«", "write straight quotes, `\"`", "", "»"},
    {"‘", "strings stand in double quotes, `\"`", "", "’"},
    {"’", "strings stand in double quotes, `\"`", "", "’"},
    {"'", "strings stand in double quotes, `\"`", "", "'"},
    {"≥", "write `>=`", ">=", ""},
    {"≤", "write `<=`", "<=", ""},
    {"≠", "write `!=`", "!=", ""},
    {"–", "write `-`", "-", ""},
    {"−", "write `-`", "-", ""},
    {"\u00A0", "this is a no-break space; write a plain one", " ", ""},
};

class Lexer {
 public:
  // `offsets` maps bytes of `bytes` to the rule text; null where they are it.
  Lexer(const std::shared_ptr<const RuleText>& text, std::string_view bytes,
        const std::vector<uint32_t>* offsets, DiagnosticList* diagnostics)
      : text_(text),
        bytes_(bytes),
        offsets_(offsets),
        diagnostics_(*diagnostics) {}

  // Up to the end, or up to the `}` without a `{`, whose place is returned.
  size_t Run(size_t begin, bool stop_at_brace);
  std::vector<Token> TakeTokens() { return std::move(tokens_); }

 private:
  void SkipSpace();
  void LexString(size_t quote);
  void LexNumber();
  void LexSign();
  void LexForeign();

  bool StartsWith(std::string_view sign) const {
    return bytes_.substr(at_).starts_with(sign);
  }
  Span MapSpan(size_t begin, size_t end) const {
    if (offsets_ == nullptr) {
      return {static_cast<uint32_t>(begin), static_cast<uint32_t>(end)};
    }
    return {(*offsets_)[begin], (*offsets_)[end]};
  }
  void Emit(TokenKind kind, size_t size, int64_t value = 0);
  void Error(DiagnosticCode code, size_t begin, size_t end, std::string message,
             std::string help = "", std::string_view replacement = "");

  const std::shared_ptr<const RuleText>& text_;
  const std::string_view bytes_;
  const std::vector<uint32_t>* const offsets_;
  DiagnosticList& diagnostics_;

  size_t at_ = 0;
  bool first_on_line_ = true;
  std::vector<Token> tokens_;
};

void Lexer::Emit(TokenKind kind, size_t size, int64_t value) {
  const Span span = MapSpan(at_, at_ + size);
  const bool is_string =
      kind == TokenKind::kString || kind == TokenKind::kRawString;
  if (is_string) value = static_cast<int64_t>(at_);
  if (offsets_ != nullptr && !is_string && kind != TokenKind::kError &&
      span.end - span.begin != size) {
    // Later stages read a token's text from the rule text.
    Error(DiagnosticCode::kBadTemplate, at_, at_ + size,
          "an escape inside `{…}` stands outside a string");
    kind = TokenKind::kError;
  }
  tokens_.push_back({kind, first_on_line_, span, value});
  first_on_line_ = false;
  at_ += size;
}

void Lexer::Error(DiagnosticCode code, size_t begin, size_t end,
                  std::string message, std::string help,
                  std::string_view replacement) {
  Diagnostic diagnostic = {.code = code,
                           .message = std::move(message),
                           .where = {text_, MapSpan(begin, end), ""},
                           .second = std::nullopt,
                           .help = std::move(help),
                           .fix = std::nullopt};
  if (!replacement.empty()) {
    diagnostic.fix = {MapSpan(begin, end), std::string(replacement)};
  }
  diagnostics_.Add(std::move(diagnostic));
}

size_t Lexer::Run(size_t begin, bool stop_at_brace) {
  at_ = begin;
  int open_braces = 0;
  while (true) {
    SkipSpace();
    if (at_ >= bytes_.size()) break;
    const char c = bytes_[at_];
    if (c == '{') ++open_braces;
    if (c == '}' && --open_braces < 0 && stop_at_brace) break;
    if (c == '#' && offsets_ == nullptr) {
      size_t end = bytes_.find('\n', at_);
      if (end == std::string_view::npos) end = bytes_.size();
      if (bytes_[end - 1] == '\r') --end;
      const bool first_on_line = first_on_line_;
      Emit(TokenKind::kComment, end - at_);
      first_on_line_ = first_on_line;
    } else if (c == '"') {
      LexString(at_);
    } else if (c == 'r' && StartsWith("r\"")) {
      LexString(at_ + 1);
    } else if (IsWordStart(c)) {
      size_t end = at_;
      while (end < bytes_.size() && IsWord(bytes_[end])) ++end;
      Emit(TokenKind::kIdentifier, end - at_);
    } else if (IsDigit(c)) {
      LexNumber();
    } else {
      LexSign();
    }
  }
  const size_t end = at_;
  Emit(TokenKind::kEnd, 0);
  return end;
}

void Lexer::SkipSpace() {
  while (at_ < bytes_.size() && IsSpace(bytes_[at_])) {
    if (bytes_[at_] == '\n') first_on_line_ = true;
    ++at_;
  }
}

void Lexer::LexString(size_t quote) {
  const bool raw = quote != at_;
  bool valid = true;
  size_t i = quote + 1;
  while (i < bytes_.size() && bytes_[i] != '"' && bytes_[i] != '\n') {
    if (bytes_[i] != '\\' || raw) {
      const Utf8Char c = DecodeUtf8(bytes_.substr(i));
      valid = valid && c.valid;  // Lex has said so
      i += c.size;
      continue;
    }
    if (i + 1 == bytes_.size() || bytes_[i + 1] == '\n') {
      ++i;
      continue;
    }
    const Escape escape = ReadEscape(bytes_.substr(i));
    if (!escape.valid && valid) {
      Error(DiagnosticCode::kBadEscape, i, i + escape.size,
            Quoted(bytes_.substr(i, escape.size)) + " is no escape",
            bytes_[i + 1] == 'u'
                ? "write the code point in hexadecimal: `\\u{e9}`"
                : "write `\\\\` for a backslash, or use a raw string, r\"…\"");
      valid = false;
    }
    i += escape.size;
  }
  if (i < bytes_.size() && bytes_[i] == '"') {
    Emit(!valid ? TokenKind::kError
         : raw  ? TokenKind::kRawString
                : TokenKind::kString,
         i + 1 - at_);
    return;
  }
  if (valid) {
    size_t end = i;
    while (end > quote + 1 && IsSpace(bytes_[end - 1])) --end;
    Error(DiagnosticCode::kUnterminatedString, at_, end,
          "this string has no closing quote");
  }
  Emit(TokenKind::kError, i - at_);
}

void Lexer::LexNumber() {
  const NumberWord word = ReadNumber(bytes_.substr(at_));
  if (word.kind == TokenKind::kError) {
    Error(word.error, at_, at_ + word.size, word.message, word.help,
          word.replacement);
  }
  Emit(word.kind, word.size, word.value);
}

void Lexer::LexSign() {
  struct Sign {
    std::string_view text;
    TokenKind kind;
  };
  // Longer ones first.
  static constexpr Sign kSigns[] = {
      {"==", TokenKind::kEq},           {"!=", TokenKind::kNe},
      {"<=", TokenKind::kLe},           {">=", TokenKind::kGe},
      {"<", TokenKind::kLt},            {">", TokenKind::kGt},
      {"=", TokenKind::kAssign},        {"{", TokenKind::kLeftBrace},
      {"}", TokenKind::kRightBrace},    {"(", TokenKind::kLeftParen},
      {")", TokenKind::kRightParen},    {"[", TokenKind::kLeftBracket},
      {"]", TokenKind::kRightBracket},  {",", TokenKind::kComma},
      {":", TokenKind::kColon},         {".", TokenKind::kDot},
      {"?", TokenKind::kQuestion},      {"+", TokenKind::kPlus},
      {"-", TokenKind::kMinus},         {"*", TokenKind::kStar},
      {"/", TokenKind::kSlash},
  };
  if (StartsWith("|") && !StartsWith("||")) {
    Emit(TokenKind::kPipe, 1);
    return;
  }
  for (const Sign& sign : kSigns) {
    if (StartsWith(sign.text)) {
      Emit(sign.kind, sign.text.size());
      return;
    }
  }
  LexForeign();
}

void Lexer::LexForeign() {
  for (const ForeignSign& foreign : kForeignSigns) {
    if (!StartsWith(foreign.sign)) continue;
    size_t size = foreign.sign.size();
    if (!foreign.closing.empty()) {
      // A whole string in the wrong quotes is one mistake. It is looked for
      // only so far, or a line of opening quotes would take quadratic time.
      constexpr size_t kMaxQuoted = 512;
      std::string_view line = bytes_.substr(at_, kMaxQuoted);
      line = line.substr(0, line.find('\n'));
      const size_t end = line.find(foreign.closing, size);
      if (end != std::string_view::npos) size = end + foreign.closing.size();
    }
    Error(DiagnosticCode::kUnexpectedCharacter, at_, at_ + size,
          "unexpected character " + Quoted(foreign.sign),
          std::string(foreign.help), foreign.replacement);
    Emit(TokenKind::kError, size);
    return;
  }
  const Utf8Char c = DecodeUtf8(bytes_.substr(at_));
  if (!c.valid) {
    Emit(TokenKind::kError, 1);  // Lex has said so
    return;
  }
  // A run of such characters, like a word in another script, is one mistake.
  size_t end = at_ + c.size;
  while (end < bytes_.size()) {
    const Utf8Char next = DecodeUtf8(bytes_.substr(end));
    if (!next.valid || (next.code_point >= 0x20 && next.code_point < 0x7F) ||
        IsSpace(bytes_[end])) {
      break;
    }
    end += next.size;
  }
  Error(DiagnosticCode::kUnexpectedCharacter, at_, end,
        "unexpected character " + Quoted(bytes_.substr(at_, c.size)),
        c.code_point >= 0x80
            ? "names are made of the letters a to z, digits and `_`; other "
              "text stands in a string"
            : "");
  Emit(TokenKind::kError, end - at_);
}

// One diagnostic for the first byte that is no UTF-8: a file in another
// encoding has one mistake, not thousands.
void CheckUtf8(const std::shared_ptr<const RuleText>& text,
               DiagnosticList* diagnostics) {
  const std::string_view bytes = text->text();
  for (size_t i = 0; i < bytes.size();) {
    if (static_cast<unsigned char>(bytes[i]) < 0x80) {
      ++i;
      continue;
    }
    const Utf8Char c = DecodeUtf8(bytes.substr(i));
    if (!c.valid) {
      const auto at = static_cast<uint32_t>(i);
      diagnostics->Add({.code = DiagnosticCode::kInvalidUtf8,
                        .message = "the file is not UTF-8",
                        .where = {text, {at, at + 1}, "this byte"},
                        .second = std::nullopt,
                        .help = "save the file as UTF-8",
                        .fix = std::nullopt});
      return;
    }
    i += c.size;
  }
}

}  // namespace

std::vector<Token> Lex(const std::shared_ptr<const RuleText>& text,
                       DiagnosticList* diagnostics) {
  MQWARDEN_DCHECK(text != nullptr, "a rule text is given");
  const std::string_view bytes = text->text();
  if (bytes.size() > RuleText::kMaxBytes) {
    diagnostics->Add({.code = DiagnosticCode::kFileTooLarge,
                      .message = "the file has " +
                                 std::to_string(bytes.size()) +
                                 " bytes, above 1,048,576",
                      .where = {text, {0, 0}, ""},
                      .second = std::nullopt,
                      .help = "long lists go into a file of their own: "
                              "`list N from \"file.txt\"`",
                      .fix = std::nullopt});
    return {Token{}};
  }
  CheckUtf8(text, diagnostics);
  Lexer lexer(text, bytes, nullptr, diagnostics);
  // A byte order mark, as some editors write it, is passed over.
  lexer.Run(bytes.starts_with("\xEF\xBB\xBF") ? 3 : 0, false);
  return lexer.TakeTokens();
}

std::vector<Token> LexEmbedded(const std::shared_ptr<const RuleText>& text,
                               const DecodedString& decoded, size_t begin,
                               size_t* end, DiagnosticList* diagnostics) {
  Lexer lexer(text, decoded.value, &decoded.offsets, diagnostics);
  *end = lexer.Run(begin, true);
  return lexer.TakeTokens();
}

}  // namespace mqwarden
