#include "mqwarden/pipeline/language_server/completion.h"

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <utility>

#include "mqwarden/ingest/input_format.h"
#include "mqwarden/pipeline/language_server/cursor_context.h"
#include "mqwarden/pipeline/language_server/field_values.h"
#include "mqwarden/pipeline/language_server/set_names.h"
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
constexpr std::string_view kAggregates[] = {"count", "distinct", "sum",
                                            "avg",   "min",      "max",
                                            "percentile", "set"};

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
      : set_(set), file_(file), context_(ContextAt(file, offset)) {
    result_.replaced = context_.word;
    prefix_ = file.Slice(context_.word);
  }

  Completions Run() {
    if (context_.place == Place::kComment || context_.place == Place::kString) {
      return std::move(result_);
    }
    if (Members()) return std::move(result_);
    if (context_.place == Place::kEmbedded) {
      Values(/*aggregates=*/true);
      return std::move(result_);
    }
    switch (context_.block) {
      case BlockKind::kEvent:
      case BlockKind::kExpected:
        EventFields();
        return std::move(result_);
      case BlockKind::kCalendar:
        Words({"tz", "except", "from", "to"});
        for (const std::string_view day : kWeekdayWords) Word(day);
        return std::move(result_);
      case BlockKind::kPatterns:
      case BlockKind::kUnknown:
        return std::move(result_);
      case BlockKind::kSequence:
        SequenceStep();
        return std::move(result_);
      default:
        break;
    }
    if (context_.may_begin) Clauses();
    if (!context_.clause.empty()) InClause();
    return std::move(result_);
  }

 private:
  // --- what stands before the cursor
  std::string_view Text(const Token& token) const {
    return file_.Slice(token.span);
  }
  const Token* Last(size_t back = 0) const {
    const auto& tokens = context_.statement;
    return back < tokens.size() ? &tokens[tokens.size() - 1 - back] : nullptr;
  }
  bool LastIs(std::string_view word) const {
    return Last() != nullptr && Last()->kind == TokenKind::kIdentifier &&
           Text(*Last()) == word;
  }
  bool LastIs(TokenKind kind) const {
    return Last() != nullptr && Last()->kind == kind;
  }
  bool Has(std::string_view word) const {
    return std::any_of(context_.statement.begin(), context_.statement.end(),
                       [&](const Token& token) {
                         return token.kind == TokenKind::kIdentifier &&
                                Text(token) == word;
                       });
  }

  // --- items
  void Add(CompletionItem item) {
    if (!taken_.insert(item.label).second) return;
    result_.items.push_back(std::move(item));
  }
  void Word(std::string_view word, int rank = 2) {
    CompletionItem item;
    item.label = word;
    item.rank = rank;
    const WordDoc* doc = FindWordDoc(WordPlace::kInner, word);
    if (doc == nullptr) doc = FindWordDoc(WordPlace::kOperator, word);
    if (doc != nullptr) {
      item.detail = doc->form;
      item.docs = WordDocMarkdown(*doc);
      item.snippet = doc->snippet;
    }
    Add(std::move(item));
  }
  void Words(std::initializer_list<std::string_view> words) {
    for (const std::string_view word : words) Word(word);
  }
  void DocWord(const WordDoc& doc, CompletionKind kind, int rank) {
    CompletionItem item;
    item.label = doc.word;
    item.kind = kind;
    item.detail = doc.form;
    item.docs = WordDocMarkdown(doc);
    item.snippet = doc.snippet;
    item.rank = rank;
    Add(std::move(item));
  }
  void Functions(bool aggregates) {
    for (const std::string_view word : kFunctionWords) {
      if (!aggregates && IsIn(kAggregates, word)) continue;
      if (const WordDoc* doc = FindWordDoc(WordPlace::kFunction, word)) {
        DocWord(*doc, CompletionKind::kFunction, 2);
      }
    }
  }
  void Field(const FieldInfo& field, std::string_view suffix) {
    CompletionItem item;
    item.label = field.name;
    item.kind = CompletionKind::kField;
    item.detail = FieldTypeName(field.type);
    item.docs = field.meaning;
    if (!suffix.empty()) item.insert = item.label + std::string(suffix);
    Add(std::move(item));
  }
  void Fields(std::string_view suffix = "") {
    const bool alerts = ReadsAlerts();
    for (const FieldInfo& field : AllFields()) {
      if ((field.flags & kFieldAlertOnly) != 0 && !alerts) continue;
      Field(field, suffix);
    }
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
    for (const ast::Rule& rule : file_.tree().rules) {
      if (rule.span.begin > context_.word.begin ||
          rule.span.end < context_.word.begin) {
        continue;
      }
      return std::any_of(rule.on.begin(), rule.on.end(),
                         [](const ast::Name& kind) {
                           return kind.text == "alert";
                         });
    }
    return false;
  }
  void Enum(EnumType type, CompletionKind kind = CompletionKind::kEnumMember) {
    for (const EnumValueInfo& value : EnumValues(type)) {
      CompletionItem item;
      item.label = value.name;
      item.kind = kind;
      item.detail = EnumTypeName(type);
      item.docs = value.meaning;
      item.rank = 0;
      Add(std::move(item));
    }
  }
  void Kinds() {
    Enum(EnumType::kKind, CompletionKind::kEvent);
    Word("any");
  }
  void Defined(std::initializer_list<std::string_view> sorts, int rank = 1) {
    for (const SetName& name : NamesOf(set_)) {
      if (std::find(sorts.begin(), sorts.end(), name.sort) == sorts.end()) {
        continue;
      }
      CompletionItem item;
      item.label = name.name;
      item.kind = name.sort == "rule" ? CompletionKind::kClass
                                      : CompletionKind::kVariable;
      item.detail = name.sort;
      item.rank = rank;
      if (name.sort == "table" || name.sort == "recent") {
        item.snippet = item.label + "[$1]";
      }
      Add(std::move(item));
    }
  }
  void Constant(const MqConstant& constant, int rank) {
    CompletionItem item;
    item.label = constant.name;
    item.kind = CompletionKind::kConstant;
    item.detail = std::to_string(constant.value) + "  " +
                  std::string(MqKindName(constant.kind));
    item.rank = rank;
    Add(std::move(item));
  }
  void Constants(MqKind kind) {
    size_t count = 0;
    for (const MqConstant& constant : AllMqConstants()) {
      if (constant.kind != kind || !constant.name.starts_with(prefix_)) {
        continue;
      }
      if (++count > Completions::kMaxConstants) {
        result_.incomplete = true;
        return;
      }
      Constant(constant, constant.core ? 0 : 1);
    }
  }
  // Of any kind, once the word looks like one.
  void ConstantsByPrefix() {
    if (!prefix_.starts_with("MQ")) {
      // They come when the word begins like one.
      result_.incomplete = true;
      return;
    }
    size_t count = 0;
    for (const MqConstant& constant : AllMqConstants()) {
      if (!constant.name.starts_with(prefix_)) continue;
      if (++count > Completions::kMaxConstants) {
        result_.incomplete = true;
        return;
      }
      Constant(constant, constant.core ? 2 : 3);
    }
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
      Attrs();
      return true;
    }
    if (name.empty() || (name[0] >= '0' && name[0] <= '9')) {
      if (context_.block == BlockKind::kCalendar) return false;
      return true;
    }
    Fields();
    CompletionItem count;
    count.label = "count()";
    count.kind = CompletionKind::kFunction;
    count.detail = "how many events the step matched";
    Add(std::move(count));
    return true;
  }
  void Attrs() {
    size_t count = 0;
    for (const MqConstant& constant : AllMqConstants()) {
      if (constant.json_key.empty() ||
          !constant.json_key.starts_with(prefix_)) {
        continue;
      }
      if (++count > Completions::kMaxConstants) {
        result_.incomplete = true;
        return;
      }
      CompletionItem item;
      item.label = constant.json_key;
      item.kind = CompletionKind::kField;
      item.detail = constant.name;
      item.rank = constant.core ? 0 : 1;
      Add(std::move(item));
    }
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
      DocWord(*doc, CompletionKind::kKeyword, i < reached ? 3 : 0);
    }
  }

  void EventFields() {
    if (LastIs(TokenKind::kColon)) {
      if (!context_.names_before.empty()) {
        ValuesOf(context_.names_before.back());
      }
      return;
    }
    if (Last() != nullptr && !LastIs(TokenKind::kComma)) return;
    if (context_.block == BlockKind::kExpected) {
      for (const std::string_view name : kAlertNames) {
        CompletionItem item;
        item.label = name;
        item.kind = CompletionKind::kField;
        item.insert = item.label + ": ";
        item.detail = "of the alert";
        item.rank = 0;
        if (!IsIn(context_.names_before, name)) Add(std::move(item));
      }
    }
    const bool alerts = ReadsAlerts();
    for (const FieldInfo& field : AllFields()) {
      if ((field.flags & kFieldAlertOnly) != 0 && !alerts) continue;
      if ((field.flags & kFieldComputed) != 0 || field.name == "kind" ||
          field.name == "time" || IsIn(context_.names_before, field.name)) {
        continue;
      }
      Field(field, ": ");
    }
  }

  void SequenceStep() {
    if (Has("where")) {
      Condition(/*aggregates=*/false);
    } else if (LastIs(TokenKind::kColon) || LastIs(TokenKind::kComma) ||
               LastIs("x")) {
      Kinds();
    } else if (context_.may_begin) {
      Word("missing");
      Kinds();
    }
    if (!context_.may_begin && Last() != nullptr && !Has("where") &&
        EndsOperand(file_, *Last())) {
      Word("where");
    }
    if (context_.may_begin && Has("where")) Word("missing");
  }

  void InClause() {
    const std::string_view clause = context_.clause;
    const bool first = context_.statement.size() == 1;
    if (context_.block == BlockKind::kFile) {
      InDefinition();
    } else if (clause == "on") {
      if (first || LastIs(TokenKind::kComma)) {
        Kinds();
      } else if (context_.block == BlockKind::kReport) {
        Word("where");
      }
    } else if (clause == "severity" || clause == "escalate") {
      if (first) {
        Enum(EnumType::kSeverity);
      } else if (Has("when")) {
        Condition(true);
      } else {
        Word("when");
      }
    } else if (clause == "where" || clause == "exclude") {
      Condition(false);
    } else if (clause == "mute") {
      if (first) {
        Words({"where", "during", "until"});
      } else if (Has("where")) {
        Condition(false);
      } else if (Has("during")) {
        Defined({"calendar"});
      }
    } else if (clause == "by") {
      Keys();
    } else if (clause == "when") {
      InWhen();
    } else if (clause == "refire") {
      if (first) Words({"rise", "each", "every", "reset"});
      if (LastIs("rise")) Word("below");
    } else if (clause == "limit") {
      InLimit();
    } else if (clause == "fields" || clause == "show" || clause == "top") {
      if (clause == "top" && !Has("by")) {
        Word("by");
        return;
      }
      if (clause == "top") Word("order");
      Values(true);
    } else if (clause == "evidence") {
      Words({"first", "last"});
    } else if (clause == "every") {
      Words({"hour", "day", "week", "tz", "from"});
    } else if (clause == "compare") {
      Word("previous");
    } else if (clause == "of") {
      Word("statistics");
    } else if (context_.block == BlockKind::kTest) {
      InTestStep();
    }
  }

  void InTestStep() {
    const std::string_view clause = context_.clause;
    if (clause == "at") {
      if (LastIs(TokenKind::kDuration) && !Has("every")) {
        Kinds();
      } else if (LastIs(TokenKind::kRightBrace)) {
        Word("x");
      } else if (LastIs(TokenKind::kInt)) {
        Word("every");
      }
    } else if (clause == "expect") {
      Words({"no", "alert", "alerts", "of"});
    } else if (clause == "input") {
      if (!Has("as")) {
        Word("as");
        return;
      }
      for (int i = 0; i <= static_cast<int>(InputFormat::kNdjson); ++i) {
        Word(InputFormatName(static_cast<InputFormat>(i)));
      }
    } else if (clause == "with") {
      Replaced();
    }
  }

  // Behind `override` or `with`.
  void Replaced() {
    if (context_.statement.size() == 1) {
      for (const std::string_view word : kReplaceableWords) Word(word);
    } else if (context_.statement.size() == 2) {
      const std::string_view sort = Text(*Last());
      for (const std::string_view word : kReplaceableWords) {
        if (word == sort) Defined({word});
      }
    }
  }

  void InDefinition() {
    const std::string_view clause = context_.clause;
    const bool has_equals =
        std::any_of(context_.statement.begin(), context_.statement.end(),
                    [](const Token& token) {
                      return token.kind == TokenKind::kAssign;
                    });
    if (clause == "amend" || clause == "disable") {
      if (context_.statement.size() == 1) Word("rule");
      if (LastIs("rule")) Defined({"rule"});
    } else if (clause == "override") {
      Replaced();
    } else if (clause == "macro" && has_equals) {
      Condition(false);
    } else if (clause == "param" && LastIs(TokenKind::kAssign)) {
      ConstantsByPrefix();
      Enum(EnumType::kSeverity);
    } else if (clause == "list") {
      if (has_equals) {
        ConstantsByPrefix();
        Defined({"param"});
      } else if (context_.statement.size() == 2) {
        Word("from");
      }
    } else if ((clause == "table" || clause == "calendar") &&
               context_.statement.size() >= 2) {
      Words({"from", "key"});
    } else if (clause == "inventory") {
      Word("from");
    }
  }

  void InWhen() {
    const bool first = context_.statement.size() == 1;
    if (first) Words({"new", "rare", "absent", "sequence"});
    if (LastIs(TokenKind::kDuration) || Has("in")) {
      if (LastIs(TokenKind::kDuration)) {
        Words({"tumbling", "session", "learn"});
        return;
      }
    }
    if (context_.call == "new" || context_.call == "rare") {
      Fields();
      return;
    }
    Condition(true);
  }

  void InLimit() {
    if (Has("unless")) {
      Condition(false);
      Word("then");
      return;
    }
    if (LastIs("then")) {
      Word("digest");
    } else if (Has("by")) {
      if (LastIs("by")) Word("all", 0);
      Words({"unless", "then"});
      Keys();
    } else if (LastIs(TokenKind::kInt)) {
      Word("per");
    } else if (LastIs(TokenKind::kDuration)) {
      Word("by");
    }
  }

  void Keys() {
    Word("each");
    if (LastIs("from")) {
      Defined({"list"});
      return;
    }
    Fields();
    Functions(false);
    Defined({"table"});
    Words({"from"});
    OwnKeys();
  }

  // Keys and steps of the rule around.
  void OwnKeys() {
    for (const ast::Rule& rule : file_.tree().rules) {
      if (rule.span.begin > context_.word.begin ||
          rule.span.end < context_.word.begin) {
        continue;
      }
      for (const ast::KeyPart& part : rule.by) {
        if (!part.name.has_value()) continue;
        CompletionItem item;
        item.label = part.name->text;
        item.kind = CompletionKind::kVariable;
        item.detail = "key of this rule";
        item.rank = 0;
        Add(std::move(item));
      }
      if (!rule.when.has_value()) continue;
      for (const ast::SequenceStep& step : rule.when->steps) {
        if (step.label.has_value()) Step(step.label->text);
      }
    }
    for (const std::string_view step : context_.steps) Step(step);
  }
  void Step(std::string_view label) {
    CompletionItem item;
    item.label = label;
    item.kind = CompletionKind::kStruct;
    item.detail = "step of this sequence";
    item.rank = 0;
    Add(std::move(item));
  }

  // --- conditions
  void Values(bool aggregates) {
    Fields();
    OwnKeys();
    Functions(aggregates);
    Defined({"param", "table", "macro"});
    ConstantsByPrefix();
  }

  void Condition(bool aggregates) {
    const Token* const last = Last();
    if (last != nullptr) {
      if (last->kind >= TokenKind::kAssign && last->kind <= TokenKind::kGe) {
        ValuesOf(FieldBefore(context_.statement.size() - 1));
        Values(aggregates);
        return;
      }
      if (LastIs("in") || LastIs("like") || LastIs("matches") ||
          LastIs("has")) {
        Defined({"list"}, 0);
        return;
      }
      if (LastIs("during")) {
        Defined({"calendar"}, 0);
        return;
      }
      if (const auto open = ListBegin(); open.has_value()) {
        // The word before the bracket is the operator.
        if (*open >= 1) ValuesOf(FieldBefore(*open - 1));
        Defined({"param"});
        ConstantsByPrefix();
        return;
      }
      const bool at_operand = context_.statement.size() == 1 ||
                              !EndsOperand(file_, *last) || LastIs("where") ||
                              LastIs("when") || LastIs("unless");
      if (!at_operand) {
        for (const std::string_view word : kOperatorWords) {
          if (const WordDoc* doc = FindWordDoc(WordPlace::kOperator, word)) {
            DocWord(*doc, CompletionKind::kOperator, 1);
          }
        }
        if (context_.clause == "limit") Word("then");
        return;
      }
    }
    if (context_.call == "pattern" && LastIs(TokenKind::kComma)) {
      Defined({"patterns"}, 0);
      return;
    }
    Values(aggregates);
    Defined({"recent"});
    Word("not");
    Words({"true", "false"});
  }

  // Where the list begins in which the cursor stands: `in [ a, |`.
  std::optional<size_t> ListBegin() const {
    int depth = 0;
    for (size_t i = context_.statement.size(); i-- > 0;) {
      const TokenKind kind = context_.statement[i].kind;
      if (kind == TokenKind::kRightBracket || kind == TokenKind::kRightParen) {
        ++depth;
      } else if (kind == TokenKind::kLeftParen) {
        if (depth-- == 0) return std::nullopt;
      } else if (kind == TokenKind::kLeftBracket) {
        if (depth-- > 0) continue;
        const bool is_list =
            i >= 1 && context_.statement[i - 1].kind == TokenKind::kIdentifier &&
            IsIn(kOperatorWords, Text(context_.statement[i - 1]));
        return is_list ? std::optional(i) : std::nullopt;
      }
    }
    return std::nullopt;
  }

  // The name that the operator at `index` of the statement compares; for
  // `attr.N`, `attr.N` whole.
  std::string FieldBefore(size_t index) const {
    const auto& tokens = context_.statement;
    if (index > 0 && tokens[index - 1].kind == TokenKind::kIdentifier &&
        Text(tokens[index - 1]) == "not") {
      --index;
    }
    if (index == 0 || tokens[index - 1].kind != TokenKind::kIdentifier) {
      return "";
    }
    const std::string name(Text(tokens[index - 1]));
    if (index >= 3 && tokens[index - 2].kind == TokenKind::kDot &&
        Text(tokens[index - 3]) == "attr") {
      return "attr." + name;
    }
    return name;
  }

  void ValuesOf(std::string_view name) {
    const FieldValues values = ValuesOfField(name);
    if (values.enum_type != EnumType::kNone) Enum(values.enum_type);
    if (values.constants != MqKind::kNone) Constants(values.constants);
    if (values.is_bool) Words({"true", "false"});
    if (!values.is_rule) return;
    for (const SetName& rule : NamesOf(set_)) {
      if (rule.sort != "rule") continue;
      CompletionItem item;
      item.label = "\"" + std::string(rule.name) + "\"";
      item.kind = CompletionKind::kClass;
      item.detail = "rule";
      item.rank = 0;
      Add(std::move(item));
    }
  }

  const RuleSet& set_;
  const SourceFile& file_;
  const CursorContext context_;
  std::string_view prefix_;
  std::set<std::string> taken_;
  Completions result_;
};

}  // namespace

Completions Complete(const RuleSet& set, const SourceFile& file,
                     size_t offset) {
  return Completer(set, file, offset).Run();
}

}  // namespace mqwarden
