#include "mqwarden/pipeline/language_server/cursor_context.h"

#include <algorithm>
#include <span>
#include <utility>

#include "mqwarden/rules/language_words.h"

namespace mqwarden {
namespace {

bool IsIn(std::span<const std::string_view> words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool IsWordByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '_';
}

std::span<const std::string_view> ClausesOf(BlockKind block) {
  switch (block) {
    case BlockKind::kFile: return kDefinitionWords;
    case BlockKind::kRule: return kRuleClauses;
    case BlockKind::kAlert: return kAlertClauses;
    case BlockKind::kTest: return kTestSteps;
    case BlockKind::kPolicy:
      return std::span(kSilenceClauses).first(3);
    case BlockKind::kAmend: return kSilenceClauses;
    case BlockKind::kRecent: return kRecentClauses;
    case BlockKind::kReport: return kReportClauses;
    default: return {};
  }
}

// Words of a clause that are clauses themselves elsewhere in the same block.
bool BelongsTo(std::string_view clause, std::string_view word) {
  if (word == "rule") return clause == "amend" || clause == "disable";
  if (clause == "override" || clause == "with") {
    return IsIn(kReplaceableWords, word);
  }
  if (word == "when") return clause == "severity" || clause == "escalate";
  if (word == "where") return clause == "mute" || clause == "when";
  if (word == "by") return clause == "limit" || clause == "top";
  if (word == "every") return clause == "refire" || clause == "at";
  if (word == "at") return clause == "expect";
  if (word == "alert") return clause == "expect" || clause == "on";
  if (word == "severity") {
    return clause == "limit" || clause == "mute" || clause == "fields";
  }
  return false;
}

// Blocks that are often written on one line. In the others a word in the middle
// of a line rather goes on with its clause.
bool HasClausesOnOneLine(BlockKind block) {
  return block == BlockKind::kAlert || block == BlockKind::kRecent ||
         block == BlockKind::kPolicy || block == BlockKind::kAmend;
}

struct Frame {
  BlockKind block = BlockKind::kFile;
  std::string_view clause;
  std::vector<Token> statement;
  std::vector<std::string_view> clauses;
  std::vector<size_t> brackets;  // indices in `statement`
  std::string_view event_kind;
  std::vector<std::string_view> names;
};

class Reader {
 public:
  explicit Reader(const SourceFile& file) : file_(file) { stack_.emplace_back(); }

  void Read(const Token& token) {
    Frame* frame = &stack_.back();
    if (token.kind == TokenKind::kIdentifier && token.first_on_line &&
        BeginsDefinition(token)) {
      // Whatever was left open before it was left open by mistake.
      stack_.resize(1);
      steps_.clear();
      frame = &stack_.back();
      Begin(frame, token);
      return;
    }
    switch (token.kind) {
      case TokenKind::kLeftBrace:
        stack_.push_back(Inner(*frame));
        last_ = token;
        return;
      case TokenKind::kRightBrace:
        if (stack_.size() > 1) stack_.pop_back();
        if (stack_.size() == 1) {
          stack_.back().statement.clear();
          stack_.back().clause = "";
          steps_.clear();
        }
        break;
      case TokenKind::kIdentifier:
        if (Starts(*frame, token)) {
          Begin(frame, token);
          return;
        }
        break;
      case TokenKind::kColon:
        NoteName(frame);
        break;
      case TokenKind::kLeftParen:
      case TokenKind::kLeftBracket:
        frame->brackets.push_back(frame->statement.size());
        break;
      case TokenKind::kRightParen:
      case TokenKind::kRightBracket:
        if (!frame->brackets.empty()) frame->brackets.pop_back();
        break;
      default:
        break;
    }
    stack_.back().statement.push_back(token);
    last_ = token;
  }

  void Finish(bool first_on_line, CursorContext* context) {
    Frame& frame = stack_.back();
    context->block = frame.block;
    if (stack_.size() > 1) context->parent = stack_[stack_.size() - 2].block;
    context->clause = frame.clause;
    context->statement = frame.statement;
    context->clauses_before = frame.clauses;
    context->event_kind = frame.event_kind;
    context->names_before = frame.names;
    context->steps = steps_;
    const bool fresh = frame.statement.empty() ||
                       last_.kind == TokenKind::kLeftBrace;
    context->may_begin =
        frame.brackets.empty() &&
        (fresh || (EndsOperand(file_, last_) &&
                   (first_on_line || HasClausesOnOneLine(frame.block))) ||
         (last_.kind == TokenKind::kRightBrace &&
          frame.block != BlockKind::kFile));
    if (!frame.brackets.empty()) {
      const size_t at = frame.brackets.back();
      if (at > 0 && at < frame.statement.size() &&
          frame.statement[at - 1].kind == TokenKind::kIdentifier) {
        context->call = Text(frame.statement[at - 1]);
      }
    }
  }

 private:
  std::string_view Text(const Token& token) const {
    return file_.Slice(token.span);
  }

  bool BeginsDefinition(const Token& token) const {
    const bool at_margin =
        token.span.begin == 0 || file_.text()[token.span.begin - 1] == '\n';
    return at_margin && IsIn(kDefinitionWords, Text(token));
  }

  bool Starts(const Frame& frame, const Token& token) const {
    if (!frame.brackets.empty()) return false;
    const std::string_view word = Text(token);
    if (frame.block == BlockKind::kSequence) {
      return token.first_on_line && !IsIn(kOperatorWords, word) &&
             EndsOperand(file_, last_) && word != "where";
    }
    if (!IsIn(ClausesOf(frame.block), word)) return false;
    if (last_.kind == TokenKind::kLeftBrace || frame.statement.empty()) {
      return true;
    }
    if (BelongsTo(frame.clause, word) && !token.first_on_line) return false;
    return EndsOperand(file_, last_);
  }

  void Begin(Frame* frame, const Token& token) {
    frame->clause = Text(token);
    frame->clauses.push_back(frame->clause);
    frame->statement = {token};
    frame->brackets.clear();
    last_ = token;
  }

  // label: in a sequence, name: in an event.
  void NoteName(Frame* frame) {
    if (frame->statement.empty()) return;
    if (last_.kind != TokenKind::kIdentifier) return;
    if (frame->block == BlockKind::kSequence) steps_.push_back(Text(last_));
    if (frame->block == BlockKind::kEvent ||
        frame->block == BlockKind::kExpected) {
      frame->names.push_back(Text(last_));
    }
  }

  // The block that a brace opens behind the frame's statement.
  Frame Inner(const Frame& frame) const {
    Frame inner;
    inner.block = BlockKind::kUnknown;
    std::string_view word = frame.clause;
    const auto word_at = [&](size_t i) {
      return i < frame.statement.size() ? Text(frame.statement[i])
                                        : std::string_view();
    };
    if (word == "override" || word == "with") word = word_at(1);
    switch (frame.block) {
      case BlockKind::kFile:
        if (word == "rule") inner.block = BlockKind::kRule;
        if (word == "test") inner.block = BlockKind::kTest;
        if (word == "policy") inner.block = BlockKind::kPolicy;
        if (word == "amend") inner.block = BlockKind::kAmend;
        if (word == "recent") inner.block = BlockKind::kRecent;
        if (word == "report") inner.block = BlockKind::kReport;
        break;
      case BlockKind::kRule:
        if (word == "alert") inner.block = BlockKind::kAlert;
        if (word == "test") inner.block = BlockKind::kTest;
        if (word == "when") inner.block = BlockKind::kSequence;
        break;
      case BlockKind::kTest:
        if (word == "expect") inner.block = BlockKind::kExpected;
        if (word == "at") {
          inner.block = BlockKind::kEvent;
          if (last_.kind == TokenKind::kIdentifier) {
            inner.event_kind = Text(last_);
          }
        }
        break;
      default:
        break;
    }
    if (word == "patterns") inner.block = BlockKind::kPatterns;
    if (word == "calendar") inner.block = BlockKind::kCalendar;
    return inner;
  }

  const SourceFile& file_;
  std::vector<Frame> stack_;
  std::vector<std::string_view> steps_;
  Token last_;
};

// The begin of an open `{` of a string before the cursor; npos for none. `{{` is
// a brace of the text.
size_t EmbeddedBegin(std::string_view before) {
  size_t open = std::string_view::npos;
  for (size_t i = 0; i < before.size(); ++i) {
    if (before[i] == '{') {
      if (i + 1 < before.size() && before[i + 1] == '{') {
        ++i;
        continue;
      }
      open = i;
    } else if (before[i] == '}') {
      open = std::string_view::npos;
    }
  }
  return open;
}

}  // namespace

bool EndsOperand(const SourceFile& file, const Token& token) {
  switch (token.kind) {
    case TokenKind::kIdentifier: {
      const std::string_view word = file.Slice(token.span);
      return !IsIn(kOperatorWords, word);
    }
    case TokenKind::kComma:
    case TokenKind::kColon:
    case TokenKind::kDot:
    case TokenKind::kPipe:
    case TokenKind::kLeftBrace:
    case TokenKind::kLeftParen:
    case TokenKind::kLeftBracket:
      return false;
    default:
      // All from kAssign on are operators.
      return token.kind < TokenKind::kAssign && token.kind != TokenKind::kEnd;
  }
}

CursorContext ContextAt(const SourceFile& file, size_t offset) {
  CursorContext context;
  const std::string_view text = file.text();
  offset = std::min(offset, text.size());
  size_t begin = offset;
  while (begin > 0 && IsWordByte(text[begin - 1])) --begin;
  context.word = {static_cast<uint32_t>(begin), static_cast<uint32_t>(offset)};

  Reader reader(file);
  for (const Token& token : file.tokens()) {
    const bool is_string = token.kind == TokenKind::kString ||
                           token.kind == TokenKind::kRawString ||
                           token.kind == TokenKind::kError;
    if (token.kind == TokenKind::kEnd || token.span.begin >= offset) break;
    if (token.kind == TokenKind::kComment) {
      const std::string_view comment = file.Slice(token.span);
      const auto end = token.span.end;
      if (offset <= end && !comment.empty()) {
        context.place = CursorContext::Place::kComment;
      }
      continue;
    }
    if (is_string && (offset < token.span.end ||
                      (offset == token.span.end &&
                       token.kind == TokenKind::kError))) {
      const std::string_view before =
          text.substr(token.span.begin, offset - token.span.begin);
      context.place = EmbeddedBegin(before) == std::string_view::npos
                          ? CursorContext::Place::kString
                          : CursorContext::Place::kEmbedded;
      break;
    }
    if (token.span.begin >= begin) break;  // the cursor's own word
    reader.Read(token);
  }
  const size_t line_begin =
      begin == 0 ? 0 : text.rfind('\n', begin - 1) + 1;  // npos + 1 is 0
  const bool first_on_line =
      text.substr(line_begin, begin - line_begin).find_first_not_of(" \t") ==
      std::string_view::npos;
  reader.Finish(first_on_line, &context);
  return context;
}

}  // namespace mqwarden
