// The tokens of a text, laid out again along the blocks that the parser found.
//
// An item is a definition, a clause, a step or a row. Comments before an item
// and on its last line belong to it and move with it. Inside an item, lines end
// where the author ended them, except behind its first word and before a block.
#include "mqwarden/rules/formatter.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "mqwarden/rules/ast.h"
#include "mqwarden/rules/layout.h"
#include "mqwarden/rules/lexer.h"
#include "mqwarden/rules/parser.h"
#include "mqwarden/rules/token.h"
#include "mqwarden/rules/token_spacing.h"

namespace mqwarden {
namespace {

using Kind = ast::Block::Kind;

constexpr size_t kIndent = 2;
// The column of arguments in a rule and in `alert`: `severity`, `escalate` and
// `evidence` have eight letters.
constexpr size_t kClauseWidth = 9;
// What stands between two items on one line.
constexpr std::string_view kInlineGap = "  ";

bool IsComment(const Token& token) {
  return token.kind == TokenKind::kComment;
}

class Formatter {
 public:
  Formatter(const RuleText& text, const std::vector<Token>& tokens,
            const std::vector<ast::Block>& blocks)
      : text_(text), tokens_(tokens) {
    for (const ast::Block& block : blocks) {
      if (block.kind != Kind::kFile) blocks_[block.span.begin] = &block;
    }
    blank_before_.resize(tokens.size());
    for (size_t i = 1; i < tokens.size(); ++i) {
      const std::string_view between =
          text.Slice({tokens[i - 1].span.end, tokens[i].span.begin});
      blank_before_[i] = std::count(between.begin(), between.end(), '\n') > 1;
    }
  }

  std::string Format(const ast::Block& file) {
    Items(file, Pieces(file, 0, tokens_.size() - 1), 0);
    return layout_.Take();
  }

 private:
  // Indexes of tokens: the comments before an item, the item, the comment on its
  // last line.
  struct Piece {
    size_t lead = 0;
    size_t begin = 0;
    size_t end = 0;  // behind the item
    size_t tail = 0;  // behind the comment on its last line
    uint8_t rank = 0;
  };

  size_t TokenAt(uint32_t offset) const {
    return static_cast<size_t>(
        std::lower_bound(tokens_.begin(), tokens_.end(), offset,
                         [](const Token& token, uint32_t at) {
                           return token.span.begin < at;
                         }) -
        tokens_.begin());
  }
  std::string_view TextOf(size_t i) const {
    std::string_view text = text_.Slice(tokens_[i].span);
    if (IsComment(tokens_[i])) {
      while (!text.empty() && (text.back() == ' ' || text.back() == '\t' ||
                               text.back() == '\r')) {
        text.remove_suffix(1);
      }
    }
    return text;
  }
  const ast::Block* BlockAt(size_t i) const {
    if (tokens_[i].kind != TokenKind::kLeftBrace) return nullptr;
    const auto found = blocks_.find(tokens_[i].span.begin);
    return found == blocks_.end() ? nullptr : found->second;
  }

  // The items between the tokens `begin` and `end`, and what belongs to each;
  // in a last piece without an item, the comments behind them all.
  std::vector<Piece> Pieces(const ast::Block& block, size_t begin,
                            size_t end) const {
    std::vector<Piece> pieces;
    size_t at = begin;
    for (const ast::Block::Item& item : block.items) {
      Piece piece;
      piece.rank = item.rank;
      piece.lead = at;
      piece.begin = TokenAt(item.span.begin);
      piece.end = TokenAt(item.span.end);
      // A comma between rows belongs to none.
      if (piece.end < end && tokens_[piece.end].kind == TokenKind::kComma) {
        at = piece.end + 1;
      } else {
        at = piece.end;
      }
      piece.tail = at;
      if (GoesOnWith(block, pieces, piece)) {
        piece.lead = pieces.back().lead;
        piece.begin = pieces.back().begin;
        piece.rank = pieces.back().rank;
        pieces.pop_back();
      }
      if (at < end && IsComment(tokens_[at]) && !tokens_[at].first_on_line) {
        piece.tail = ++at;
      }
      pieces.push_back(piece);
    }
    // In the order of clauses; equal ones as they stand.
    if (block.kind == Kind::kRule || block.kind == Kind::kAlert ||
        block.kind == Kind::kRecent || block.kind == Kind::kReport) {
      std::stable_sort(
          pieces.begin(), pieces.end(),
          [](const Piece& a, const Piece& b) { return a.rank < b.rank; });
    }
    if (at < end) pieces.push_back({at, end, end, end, 0});
    return pieces;
  }

  // `on authz where …` may stand on one line of a report or a recent.
  bool GoesOnWith(const ast::Block& block, const std::vector<Piece>& pieces,
                  const Piece& piece) const {
    return (block.kind == Kind::kReport || block.kind == Kind::kRecent) &&
           !pieces.empty() && pieces.back().tail == piece.begin &&
           !tokens_[piece.begin].first_on_line &&
           TextOf(piece.begin) == "where" &&
           TextOf(pieces.back().begin) == "on";
  }

  bool IsPadded(const Piece& piece) const {
    if (piece.end - piece.begin < 2) return false;
    for (size_t i = piece.begin; i < piece.end; ++i) {
      if (BlockAt(i) != nullptr) return false;
    }
    return true;
  }

  // How wide the first words are, with the blank behind them; 0 where they stand
  // in no column.
  size_t WordWidth(Kind kind, const std::vector<Piece>& pieces) const {
    switch (kind) {
      case Kind::kRule:
      case Kind::kAlert: return kClauseWidth;
      case Kind::kPolicy:
      case Kind::kAmend:
      case Kind::kRecent:
      case Kind::kReport: break;
      default: return 0;
    }
    size_t width = 0;
    for (const Piece& piece : pieces) {
      if (piece.begin < piece.end) {
        width = std::max(width, TextOf(piece.begin).size() + 1);
      }
    }
    return width;
  }

  // What stands in a column before the rest of a row: `LABEL:` of patterns and
  // sequences, the time of `at` in a test. `first` and `last` are the tokens of
  // it; both are the item's end where there is none.
  struct Label {
    size_t first = 0;
    size_t last = 0;
  };
  Label LabelOf(Kind kind, const Piece& piece) const {
    const Label none = {piece.end, piece.end};
    if (kind == Kind::kTest) {
      const size_t time = piece.begin + 1;
      return time + 1 < piece.end && TextOf(piece.begin) == "at" &&
                     !IsComment(tokens_[time])
                 ? Label{time, time}
                 : none;
    }
    if (kind != Kind::kPatterns && kind != Kind::kSequence) return none;
    for (const size_t name : {piece.begin, piece.begin + 1}) {
      if (name + 1 < piece.end &&
          tokens_[name + 1].kind == TokenKind::kColon) {
        return {name, name + 1};
      }
    }
    return none;
  }
  // Of the widest, with a blank behind it; 0 where there is none.
  size_t LabelWidth(Kind kind, const std::vector<Piece>& pieces) const {
    size_t width = 0;
    for (const Piece& piece : pieces) {
      const Label label = LabelOf(kind, piece);
      if (label.first == piece.end) continue;
      const size_t colon = label.last - label.first;  // one letter, or none
      width = std::max(width, TextOf(label.first).size() + colon + 1);
    }
    return width;
  }

  void Comments(size_t begin, size_t end, size_t indent, bool first) {
    for (size_t i = begin; i < end; ++i) {
      if (!IsComment(tokens_[i])) continue;  // a comma between rows
      if (blank_before_[i] && !first) layout_.BlankLine();
      layout_.EndLine();
      layout_.Indent(indent);
      layout_.Comment(TextOf(i));
      first = false;
    }
  }

  void Items(const ast::Block& block, const std::vector<Piece>& pieces,
             size_t indent) {
    const size_t word_width = WordWidth(block.kind, pieces);
    const size_t label_width = LabelWidth(block.kind, pieces);
    bool first = true;
    bool was_tall = false;
    for (const Piece& piece : pieces) {
      const bool has_item = piece.begin < piece.end;
      // Between definitions of which one takes several lines stands a blank one.
      const bool tall = block.kind == Kind::kFile && has_item && IsTall(piece);
      if (!first && has_item && (tall || was_tall)) layout_.BlankLine();
      Comments(piece.lead, piece.begin, indent, first);
      if (!has_item) return;
      const bool blank = blank_before_[piece.begin];
      if (blank && (!first || piece.lead < piece.begin)) layout_.BlankLine();
      layout_.EndLine();
      layout_.Indent(indent);
      Item(piece, indent, word_width, LabelOf(block.kind, piece), label_width);
      if (piece.tail > piece.end && IsComment(tokens_[piece.tail - 1])) {
        layout_.Comment(TextOf(piece.tail - 1));
      }
      layout_.EndLine();
      first = false;
      was_tall = tall;
    }
  }

  bool IsTall(const Piece& piece) const {
    for (size_t i = piece.begin + 1; i < piece.end; ++i) {
      if (const ast::Block* const block = BlockAt(i)) {
        if (!IsInline(*block)) return true;
        i = TokenAt(block->span.end) - 1;
        continue;
      }
      const bool joined = i == piece.begin + 1 && !IsComment(tokens_[i]);
      if (tokens_[i].first_on_line && !joined) return true;
    }
    return false;
  }

  // Whether a block stays on one line: it was written so, and it is short by its
  // nature.
  bool IsInline(const ast::Block& block) const {
    if (block.items.empty()) return NoCommentIn(block);
    if (block.kind == Kind::kRule || block.kind == Kind::kTest ||
        block.kind == Kind::kSequence ||
        (block.kind == Kind::kAlert && block.items.size() > 1)) {
      return false;
    }
    const size_t end = TokenAt(block.span.end);
    for (size_t i = TokenAt(block.span.begin) + 1; i < end; ++i) {
      if (tokens_[i].first_on_line || IsComment(tokens_[i])) return false;
    }
    return true;
  }
  bool NoCommentIn(const ast::Block& block) const {
    const size_t begin = TokenAt(block.span.begin);
    return tokens_[begin + 1].kind == TokenKind::kRightBrace;
  }

  void Item(const Piece& piece, size_t indent, size_t word_width, Label label,
            size_t label_width) {
    continuation_ = indent + kIndent;
    opened_.clear();
    layout_.Text(TextOf(piece.begin));
    const bool padded = word_width > 0 && IsPadded(piece);
    if (padded) continuation_ = indent + word_width;
    for (size_t i = piece.begin + 1; i < piece.end; ++i) {
      if (const ast::Block* const block = BlockAt(i)) {
        i = NestedBlock(*block, i, indent);
        continue;
      }
      const bool behind_word = i == piece.begin + 1;
      if (behind_word && padded && !IsComment(tokens_[i])) {
        layout_.PadTo(indent + word_width);
      } else if (i == label.last + 1 && !IsComment(tokens_[i])) {
        const bool behind_first = label.first > piece.begin;  // `missing`, `at`
        const size_t before =
            behind_first ? TextOf(piece.begin).size() + 1 : 0;
        layout_.PadTo(indent + before + label_width);
        if (label.last > label.first) continuation_ = layout_.column();
      } else if (!Word(i, behind_word)) {
        continue;
      }
      Bracket(i);
      layout_.Text(TextOf(i));
    }
  }

  // What comes before the token `i` of an item: a blank, a line, or nothing.
  // False for a comment, which is then written.
  bool Word(size_t i, bool behind_word) {
    const Token& token = tokens_[i];
    if (IsComment(token)) {
      if (token.first_on_line) {
        layout_.EndLine();
        layout_.Indent(LineIndent(i));
      }
      layout_.Comment(TextOf(i));
      return false;
    }
    const bool new_line =
        layout_.at_line_start() || (token.first_on_line && !behind_word);
    if (new_line) {
      layout_.EndLine();
      layout_.Indent(LineIndent(i));
    } else if (NeedsBlank(text_, tokens_, i)) {
      layout_.Text(" ");
    }
    return true;
  }

  // Where a line inside an item begins: behind the bracket that is open; where
  // the line ended with that bracket, one step in.
  size_t LineIndent(size_t i) const {
    const TokenKind kind = tokens_[i].kind;
    const bool closes = kind == TokenKind::kRightParen ||
                        kind == TokenKind::kRightBracket ||
                        kind == TokenKind::kRightBrace;
    if (opened_.empty()) return continuation_;
    return closes ? opened_.back().closing : opened_.back().inside;
  }
  void Bracket(size_t i) {
    switch (tokens_[i].kind) {
      case TokenKind::kLeftParen:
      case TokenKind::kLeftBracket:
      case TokenKind::kLeftBrace: {
        const bool ends_line = tokens_[i + 1].first_on_line ||
                               IsComment(tokens_[i + 1]);
        const size_t blank = tokens_[i].kind == TokenKind::kLeftBrace ? 2 : 1;
        if (ends_line) {
          opened_.push_back({layout_.indent() + kIndent, layout_.indent()});
        } else {
          opened_.push_back({layout_.column() + blank, layout_.column()});
        }
        break;
      }
      case TokenKind::kRightParen:
      case TokenKind::kRightBracket:
      case TokenKind::kRightBrace:
        if (!opened_.empty()) opened_.pop_back();
        break;
      default: break;
    }
  }

  // The block that opens with the token `open`; returns its last token.
  size_t NestedBlock(const ast::Block& block, size_t open, size_t indent) {
    const size_t close = TokenAt(block.span.end) - 1;
    if (layout_.at_line_start()) layout_.Indent(indent);
    layout_.Text(layout_.at_line_start() ? "{" : " {");
    if (IsInline(block)) {
      InlineItems(block, Pieces(block, open + 1, close), indent);
      layout_.Text("}");
      return close;
    }
    size_t at = open + 1;
    if (IsComment(tokens_[at]) && !tokens_[at].first_on_line) {
      layout_.Comment(TextOf(at++));
    }
    layout_.EndLine();
    Items(block, Pieces(block, at, close), indent + kIndent);
    layout_.EndLine();
    layout_.Indent(indent);
    layout_.Text("}");
    return close;
  }

  void InlineItems(const ast::Block& block, const std::vector<Piece>& pieces,
                   size_t indent) {
    bool first = true;
    for (const Piece& piece : pieces) {
      if (piece.begin == piece.end) continue;
      layout_.Text(first ? " " : kInlineGap);
      Item(piece, indent, 0, {piece.end, piece.end}, 0);
      first = false;
    }
    if (!block.items.empty()) layout_.Text(" ");
  }

  struct Opened {
    size_t inside;
    size_t closing;
  };

  const RuleText& text_;
  const std::vector<Token>& tokens_;
  absl::flat_hash_map<uint32_t, const ast::Block*> blocks_;
  std::vector<bool> blank_before_;
  Layout layout_;
  size_t continuation_ = 0;
  std::vector<Opened> opened_;
};

}  // namespace

std::optional<std::string> FormatRuleText(
    const std::shared_ptr<const RuleText>& text, DiagnosticList* diagnostics) {
  DiagnosticList found;
  const ast::File file = Parse(text, &found, ClauseOrder::kAny);
  const bool readable = !found.has_errors();
  diagnostics->Merge(std::move(found));
  if (!readable) return std::nullopt;
  DiagnosticList unused;
  const std::vector<Token> tokens = Lex(text, &unused);
  return FormatParsed(file, tokens);
}

std::string FormatParsed(const ast::File& file,
                         const std::vector<Token>& tokens) {
  return Formatter(*file.text, tokens, file.blocks)
      .Format(file.blocks.back());
}

}  // namespace mqwarden
