#include "mqwarden/pipeline/language_server/completion.h"

#include <algorithm>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "mqwarden/ingest/input_format.h"
#include "mqwarden/pipeline/language_server/completion_items.h"
#include "mqwarden/pipeline/language_server/cursor_context.h"
#include "mqwarden/pipeline/language_server/field_values.h"
#include "mqwarden/pipeline/language_server/statement_before.h"
#include "mqwarden/pipeline/language_server/word_docs.h"
#include "mqwarden/rules/language_words.h"
#include "mqwarden/schema/field_catalog.h"
#include "mqwarden/schema/mq_constants.h"

namespace mqwarden {
namespace {

using Place = CursorContext::Place;

// What an expectation may name besides fields.
constexpr std::string_view kAlertNames[] = {
    "at",    "count", "first", "held",    "last",  "muted", "rule",
    "severity", "state", "summary", "time", "title"};
// Clauses that may stand more than once in a rule.
constexpr std::string_view kRepeatable[] = {"severity", "exclude",  "mute",
                                            "limit",    "escalate", "test"};

bool IsIn(std::span<const std::string_view> words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

WordPlace PlaceOf(BlockKind block) {
  switch (block) {
    case BlockKind::kFile: return WordPlace::kDefinition;
    case BlockKind::kAlert: return WordPlace::kAlert;
    case BlockKind::kReport: return WordPlace::kReport;
    case BlockKind::kRecent: return WordPlace::kRecent;
    case BlockKind::kTest: return WordPlace::kTest;
    default: return WordPlace::kRule;
  }
}

class Completer {
 public:
  Completer(const RuleSet& set, const SourceFile& file, size_t offset)
      : file_(file),
        context_(ContextAt(file, offset)),
        before_(file, context_.statement),
        items_(set, file.Slice(context_.word)) {
    items_.set_replaced(context_.word);
  }

  Completions Run() {
    if (context_.place != Place::kComment && context_.place != Place::kString &&
        !Members()) {
      Offer();
    }
    return items_.Take();
  }

 private:
  void Offer() {
    if (context_.place == Place::kEmbedded) return Values(/*aggregates=*/true);
    switch (context_.block) {
      case BlockKind::kEvent:
      case BlockKind::kExpected:
        return EventFields();
      case BlockKind::kCalendar:
        items_.Words({"tz", "except", "from", "to"});
        for (const std::string_view day : kWeekdayWords) items_.Word(day);
        return;
      case BlockKind::kPatterns:
      case BlockKind::kUnknown:
        return;
      case BlockKind::kSequence:
        return SequenceStep();
      default:
        break;
    }
    if (context_.may_begin) Clauses();
    if (!context_.clause.empty()) InClause();
  }

  // Fields of alerts are known to policies, limits, expectations and rules on
  // alerts.
  bool ReadsAlerts() const {
    return context_.block == BlockKind::kPolicy ||
           context_.block == BlockKind::kAmend ||
           context_.block == BlockKind::kExpected ||
           context_.event_kind == "alert" || context_.clause == "limit" ||
           context_.clause == "mute" || RuleIsOnAlerts();
  }
  bool RuleIsOnAlerts() const {
    const ast::Rule* const rule = RuleAround();
    return rule != nullptr &&
           std::any_of(
               rule->on.begin(), rule->on.end(),
               [](const ast::Name& kind) { return kind.text == "alert"; });
  }
  // Null outside any.
  const ast::Rule* RuleAround() const {
    for (const ast::Rule& rule : file_.tree().rules) {
      if (rule.span.begin <= context_.word.begin &&
          context_.word.begin <= rule.span.end) {
        return &rule;
      }
    }
    return nullptr;
  }
  // --- NAME.
  bool Members() {
    const size_t begin = context_.word.begin;
    const std::string_view text = file_.text();
    if (begin == 0 || text[begin - 1] != '.') return false;
    size_t name_begin = begin - 1;
    const auto is_word = [](char c) {
      return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
             (c >= '0' && c <= '9');
    };
    while (name_begin > 0 && is_word(text[name_begin - 1])) --name_begin;
    const std::string_view name =
        text.substr(name_begin, begin - 1 - name_begin);
    // A range such as `mon..fri`, a decimal or a look-up in a table.
    if (name == "attr") {
      items_.Attrs();
      return true;
    }
    if (name.empty() || (name[0] >= '0' && name[0] <= '9')) {
      if (context_.block == BlockKind::kCalendar) return false;
      return true;
    }
    items_.Fields(ReadsAlerts());
    items_.Named("count()", CompletionKind::kFunction,
                 "how many events the step matched", 1);
    return true;
  }
  // --- blocks
  void Clauses() {
    const WordPlace place = PlaceOf(context_.block);
    // In a rule what comes later in the order of clauses comes first.
    size_t reached = 0;
    if (context_.block == BlockKind::kRule) {
      for (const std::string_view clause : context_.clauses_before) {
        const auto at = std::find(std::begin(kRuleClauses),
                                  std::end(kRuleClauses), clause);
        reached = std::max(
            reached, static_cast<size_t>(at - std::begin(kRuleClauses)));
      }
    }
    std::span<const std::string_view> words = kRuleClauses;
    switch (context_.block) {
      case BlockKind::kFile: words = kDefinitionWords; break;
      case BlockKind::kAlert: words = kAlertClauses; break;
      case BlockKind::kPolicy:
        words = std::span(kSilenceClauses).first(3);
        break;
      case BlockKind::kAmend: words = kSilenceClauses; break;
      case BlockKind::kRecent: words = kRecentClauses; break;
      case BlockKind::kReport: words = kReportClauses; break;
      case BlockKind::kTest: words = kTestSteps; break;
      default: break;
    }
    const bool many = context_.block == BlockKind::kFile ||
                      context_.block == BlockKind::kTest ||
                      context_.block == BlockKind::kPolicy ||
                      context_.block == BlockKind::kAmend;
    for (size_t i = 0; i < words.size(); ++i) {
      const bool used = std::find(context_.clauses_before.begin(),
                                  context_.clauses_before.end(),
                                  words[i]) != context_.clauses_before.end();
      if (used && !many && !IsIn(kRepeatable, words[i])) continue;
      const WordDoc* const doc = FindWordDoc(place, words[i]);
      if (doc == nullptr) continue;
      items_.DocWord(*doc, CompletionKind::kKeyword, i < reached ? 3 : 0);
    }
  }

  void EventFields() {
    if (before_.LastIs(TokenKind::kColon)) {
      if (!context_.names_before.empty()) {
        ValuesOf(context_.names_before.back());
      }
      return;
    }
    if (before_.Last() != nullptr && !before_.LastIs(TokenKind::kComma)) return;
    if (context_.block == BlockKind::kExpected) {
      for (const std::string_view name : kAlertNames) {
        CompletionItem item;
        item.label = name;
        item.kind = CompletionKind::kField;
        item.insert = item.label + ": ";
        item.detail = "of the alert";
        item.rank = 0;
        if (!IsIn(context_.names_before, name)) items_.Add(std::move(item));
      }
    }
    const bool alerts = ReadsAlerts();
    for (const FieldInfo& field : AllFields()) {
      if ((field.flags & kFieldAlertOnly) != 0 && !alerts) continue;
      if ((field.flags & kFieldComputed) != 0 || field.name == "kind" ||
          field.name == "time" || IsIn(context_.names_before, field.name)) {
        continue;
      }
      items_.Field(field, ": ");
    }
  }

  void SequenceStep() {
    if (before_.Has("where")) {
      Condition(/*aggregates=*/false);
    } else if (before_.LastIs(TokenKind::kColon) || before_.LastIs(TokenKind::kComma) ||
               before_.LastIs("x")) {
      items_.Kinds();
    } else if (context_.may_begin) {
      items_.Word("missing");
      items_.Kinds();
    }
    if (!context_.may_begin && before_.Last() != nullptr && !before_.Has("where") &&
        EndsOperand(file_, *before_.Last())) {
      items_.Word("where");
    }
    if (context_.may_begin && before_.Has("where")) items_.Word("missing");
  }

  void InClause() {
    const std::string_view clause = context_.clause;
    const bool first = before_.size() == 1;
    if (context_.block == BlockKind::kFile) {
      InDefinition();
    } else if (clause == "on") {
      if (first || before_.LastIs(TokenKind::kComma)) {
        items_.Kinds();
      } else if (context_.block == BlockKind::kReport) {
        items_.Word("where");
      }
    } else if (clause == "severity" || clause == "escalate") {
      if (first) {
        items_.Enum(EnumType::kSeverity);
      } else if (before_.Has("when")) {
        Condition(true);
      } else {
        items_.Word("when");
      }
    } else if (clause == "where" || clause == "exclude") {
      Condition(false);
    } else if (clause == "mute") {
      if (first) {
        items_.Words({"where", "during", "until"});
      } else if (before_.Has("where")) {
        Condition(false);
      } else if (before_.Has("during")) {
        items_.Defined({"calendar"});
      }
    } else if (clause == "by") {
      Keys();
    } else if (clause == "when") {
      InWhen();
    } else if (clause == "refire") {
      if (first) items_.Words({"rise", "each", "every", "reset"});
      if (before_.LastIs("rise")) items_.Word("below");
    } else if (clause == "limit") {
      InLimit();
    } else if (clause == "fields" || clause == "show" || clause == "top") {
      if (clause == "top" && !before_.Has("by")) {
        items_.Word("by");
        return;
      }
      if (clause == "top") items_.Word("order");
      Values(true);
    } else if (clause == "evidence") {
      items_.Words({"first", "last"});
    } else if (clause == "every") {
      items_.Words({"hour", "day", "week", "tz", "from"});
    } else if (clause == "compare") {
      items_.Word("previous");
    } else if (clause == "of") {
      items_.Word("statistics");
    } else if (context_.block == BlockKind::kTest) {
      InTestStep();
    }
  }

  void InTestStep() {
    const std::string_view clause = context_.clause;
    if (clause == "at") {
      if (before_.LastIs(TokenKind::kDuration) && !before_.Has("every")) {
        items_.Kinds();
      } else if (before_.LastIs(TokenKind::kRightBrace)) {
        items_.Word("x");
      } else if (before_.LastIs(TokenKind::kInt)) {
        items_.Word("every");
      }
    } else if (clause == "expect") {
      items_.Words({"no", "alert", "alerts", "of"});
    } else if (clause == "input") {
      if (!before_.Has("as")) {
        items_.Word("as");
        return;
      }
      for (int i = 0; i <= static_cast<int>(InputFormat::kNdjson); ++i) {
        items_.Word(InputFormatName(static_cast<InputFormat>(i)));
      }
    } else if (clause == "with") {
      Replaced();
    }
  }

  // Behind `override` or `with`.
  void Replaced() {
    if (before_.size() == 1) {
      for (const std::string_view word : kReplaceableWords) items_.Word(word);
    } else if (before_.size() == 2) {
      const std::string_view sort = before_.Text(*before_.Last());
      for (const std::string_view word : kReplaceableWords) {
        if (word == sort) items_.Defined({word});
      }
    }
  }

  void InDefinition() {
    const std::string_view clause = context_.clause;
    const bool has_equals = before_.Has(TokenKind::kAssign);
    if (clause == "amend" || clause == "disable") {
      if (before_.size() == 1) items_.Word("rule");
      if (before_.LastIs("rule")) items_.Defined({"rule"});
    } else if (clause == "override") {
      Replaced();
    } else if (clause == "macro" && has_equals) {
      Condition(false);
    } else if (clause == "param" && before_.LastIs(TokenKind::kAssign)) {
      items_.ConstantsByPrefix();
      items_.Enum(EnumType::kSeverity);
    } else if (clause == "list") {
      if (has_equals) {
        items_.ConstantsByPrefix();
        items_.Defined({"param"});
      } else if (before_.size() == 2) {
        items_.Word("from");
      }
    } else if ((clause == "table" || clause == "calendar") &&
               before_.size() >= 2) {
      items_.Words({"from", "key"});
    } else if (clause == "inventory") {
      items_.Word("from");
    }
  }

  void InWhen() {
    const bool first = before_.size() == 1;
    if (first) items_.Words({"new", "rare", "absent", "sequence"});
    if (before_.LastIs(TokenKind::kDuration) || before_.Has("in")) {
      if (before_.LastIs(TokenKind::kDuration)) {
        items_.Words({"tumbling", "session", "learn"});
        return;
      }
    }
    if (context_.call == "new" || context_.call == "rare") {
      items_.Fields(ReadsAlerts());
      return;
    }
    Condition(true);
  }

  void InLimit() {
    if (before_.Has("unless")) {
      Condition(false);
      items_.Word("then");
      return;
    }
    if (before_.LastIs("then")) {
      items_.Word("digest");
    } else if (before_.Has("by")) {
      if (before_.LastIs("by")) items_.Word("all", 0);
      items_.Words({"unless", "then"});
      Keys();
    } else if (before_.LastIs(TokenKind::kInt)) {
      items_.Word("per");
    } else if (before_.LastIs(TokenKind::kDuration)) {
      items_.Word("by");
    }
  }

  void Keys() {
    items_.Word("each");
    if (before_.LastIs("from")) {
      items_.Defined({"list"});
      return;
    }
    items_.Fields(ReadsAlerts());
    items_.Functions(false);
    items_.Defined({"table"});
    items_.Words({"from"});
    OwnKeys();
  }

  // Keys and steps of the rule around.
  void OwnKeys() {
    if (const ast::Rule* const rule = RuleAround()) {
      for (const ast::KeyPart& part : rule->by) {
        if (!part.name.has_value()) continue;
        items_.Named(part.name->text, CompletionKind::kVariable,
                     "key of this rule");
      }
      if (rule->when.has_value()) {
        for (const ast::SequenceStep& step : rule->when->steps) {
          if (step.label.has_value()) Step(step.label->text);
        }
      }
    }
    for (const std::string_view step : context_.steps) Step(step);
  }
  void Step(std::string_view label) {
    items_.Named(label, CompletionKind::kStruct, "step of this sequence");
  }

  // --- conditions
  void Values(bool aggregates) {
    items_.Fields(ReadsAlerts());
    OwnKeys();
    items_.Functions(aggregates);
    items_.Defined({"param", "table", "macro"});
    items_.ConstantsByPrefix();
  }

  void Condition(bool aggregates) {
    const Token* const last = before_.Last();
    if (last != nullptr) {
      if (last->kind >= TokenKind::kAssign && last->kind <= TokenKind::kGe) {
        ValuesOf(before_.FieldBefore(before_.size() - 1));
        Values(aggregates);
        return;
      }
      if (before_.LastIs("in") || before_.LastIs("like") || before_.LastIs("matches") ||
          before_.LastIs("has")) {
        items_.Defined({"list"}, 0);
        return;
      }
      if (before_.LastIs("during")) {
        items_.Defined({"calendar"}, 0);
        return;
      }
      if (const auto open = before_.ListBegin(); open.has_value()) {
        // The word before the bracket is the operator.
        if (*open >= 1) ValuesOf(before_.FieldBefore(*open - 1));
        items_.Defined({"param"});
        items_.ConstantsByPrefix();
        return;
      }
      const bool at_operand = before_.size() == 1 ||
                              !EndsOperand(file_, *last) || before_.LastIs("where") ||
                              before_.LastIs("when") || before_.LastIs("unless");
      if (!at_operand) {
        for (const std::string_view word : kOperatorWords) {
          if (const WordDoc* doc = FindWordDoc(WordPlace::kOperator, word)) {
            items_.DocWord(*doc, CompletionKind::kOperator, 1);
          }
        }
        if (context_.clause == "limit") items_.Word("then");
        return;
      }
    }
    if (context_.call == "pattern" && before_.LastIs(TokenKind::kComma)) {
      items_.Defined({"patterns"}, 0);
      return;
    }
    Values(aggregates);
    items_.Defined({"recent"});
    items_.Word("not");
    items_.Words({"true", "false"});
  }

  void ValuesOf(std::string_view name) {
    const FieldValues values = ValuesOfField(name);
    if (values.enum_type != EnumType::kNone) items_.Enum(values.enum_type);
    if (values.constants != MqKind::kNone) items_.Constants(values.constants);
    if (values.is_bool) items_.Words({"true", "false"});
    if (values.is_rule) items_.RuleNamesInQuotes();
  }

  const SourceFile& file_;
  const CursorContext context_;
  const StatementBefore before_;  // of the context
  CompletionItems items_;
};

}  // namespace

Completions Complete(const RuleSet& set, const SourceFile& file,
                     size_t offset) {
  return Completer(set, file, offset).Run();
}

}  // namespace mqwarden
