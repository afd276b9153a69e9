// What a site says about rules that are not its own: `policy`, `override`,
// `amend` and `disable`.
#include <optional>
#include <string>
#include <utility>

#include "mqwarden/base/edit_distance.h"
#include "mqwarden/rules/language_words.h"
#include "mqwarden/rules/rule_parser.h"

namespace mqwarden {
namespace {

enum Silence : size_t { kExclude, kMute, kLimit, kNotify };
constexpr BlockShape kPolicyShape = {
    std::span<const std::string_view>(kSilenceClauses, 3), 0b111,
    ast::Block::Kind::kPolicy, "`policy`", "clause of a policy"};
constexpr BlockShape kAmendShape = {kSilenceClauses, 0b111,
                                    ast::Block::Kind::kAmend, "`amend`",
                                    "clause of `amend`"};

}  // namespace

// policy { exclude … mute … limit … }
bool RuleParser::ParsePolicy(ast::File* file) {
  const uint32_t begin = Next().span.begin;
  if (!At(TokenKind::kLeftBrace)) return Expected({"`{`"});
  ast::Policy policy;
  // What ended it without a brace is a definition, or the end.
  ParseBlock(kPolicyShape, &RuleParser::ParsePolicyClause, &policy);
  policy.span = SpanFrom(begin);
  policy.broken = broken_;
  file->policies.push_back(std::move(policy));
  return true;
}

template <typename T>
bool RuleParser::ParseSilence(size_t word, T* of) {
  return word == kExclude ? ParseExclude(&of->excludes)
         : word == kMute  ? ParseMute(&of->mutes)
                          : ParseLimit(&of->limits);
}

bool RuleParser::ParsePolicyClause(size_t word, ast::Policy* policy) {
  return ParseSilence(word, policy);
}

bool RuleParser::ParseAmendClause(size_t word, ast::Amendment* amendment) {
  if (word == kNotify) {
    return ParseStrings("a route in quotes", &amendment->notify);
  }
  return ParseSilence(word, amendment);
}

// amend rule N { exclude … mute … limit … notify … }
bool RuleParser::ParseAmend(ast::File* file) {
  const uint32_t begin = Next().span.begin;
  if (!TakeWord("rule")) return Expected({"`rule` and its name"});
  ast::Amendment amendment;
  if (!ParseName("the name of a rule", &amendment.rule)) return false;
  if (!At(TokenKind::kLeftBrace)) return Expected({"`{`"});
  ParseBlock(kAmendShape, &RuleParser::ParseAmendClause, &amendment);
  amendment.span = SpanFrom(begin);
  amendment.broken = broken_;
  file->amendments.push_back(std::move(amendment));
  return true;
}

// disable rule N
bool RuleParser::ParseDisable(ast::File* file) {
  const uint32_t begin = Next().span.begin;
  if (!TakeWord("rule")) return Expected({"`rule` and its name"});
  ast::Disabling disabling;
  if (!ParseName("the name of a rule", &disabling.rule)) return false;
  disabling.span = SpanFrom(begin);
  file->disablings.push_back(std::move(disabling));
  return true;
}

// override DEFINITION
bool RuleParser::ParseOverride(ast::File* file) {
  ast::Replacement replacement;
  const bool parsed = ParseReplacement(&replacement);
  if (parsed) file->overrides.push_back(std::move(replacement));
  return parsed;
}

// The word `override` or `with`, and a definition.
bool RuleParser::ParseReplacement(ast::Replacement* out) {
  const Token word = Next();
  const bool broken_before = broken_;
  bool parsed = false;
  const auto parse = [&](auto definition, auto method) {
    parsed = (this->*method)(&definition);
    out->definition = std::move(definition);
  };
  if (AtWord("param")) {
    parse(ast::ParamDef(), &RuleParser::ParseParam);
  } else if (AtWord("list")) {
    parse(ast::ListDef(), &RuleParser::ParseList);
  } else if (AtWord("table")) {
    parse(ast::TableDef(), &RuleParser::ParseTable);
  } else if (AtWord("inventory")) {
    parse(ast::InventoryDef(), &RuleParser::ParseInventory);
  } else if (AtWord("patterns")) {
    parse(ast::PatternsDef(), &RuleParser::ParsePatterns);
  } else if (AtWord("calendar")) {
    parse(ast::CalendarDef(), &RuleParser::ParseCalendar);
  } else if (At(TokenKind::kIdentifier)) {
    const Token sort = Next();
    const std::optional<std::string> nearest =
        Nearest(Text(sort), kReplaceableWords);
    return Error(DiagnosticCode::kUnknownDefinition, sort.span,
                 Quoted(Text(word)) + " replaces no " + Quoted(Text(sort)), "",
                 nearest.has_value()
                     ? "did you mean `" + *nearest + "`?"
                     : "it replaces a param, a list, a table, the inventory, "
                       "patterns or a calendar");
  } else {
    return Expected({"a definition such as `list`"});
  }
  out->span = SpanFrom(word.span.begin);
  return parsed && broken_ == broken_before;
}

}  // namespace mqwarden
