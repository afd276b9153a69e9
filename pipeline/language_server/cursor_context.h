// What stands around a place in a rule text that is being written: which block,
// which clause of it, and what the clause has so far. Read from the tokens before
// the place alone, so that what is half written, or wrong further down, does not
// matter.
#ifndef MQWARDEN_PIPELINE_LANGUAGE_SERVER_CURSOR_CONTEXT_H_
#define MQWARDEN_PIPELINE_LANGUAGE_SERVER_CURSOR_CONTEXT_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "mqwarden/pipeline/language_server/source_file.h"
#include "mqwarden/rules/rule_text.h"
#include "mqwarden/rules/token.h"

namespace mqwarden {

enum class BlockKind : uint8_t {
  kFile,
  kRule, kAlert, kTest, kSequence, kPatterns, kCalendar, kPolicy, kAmend,
  kRecent, kReport,
  kEvent,     // at 0s authz { … }
  kExpected,  // expect 1 alert { … }
  kUnknown,
};

struct CursorContext {
  // Nothing is completed in comments, nor in strings but in their {…}.
  enum class Place : uint8_t { kCode, kEmbedded, kString, kComment };
  Place place = Place::kCode;
  Span word;  // the part of a word before the cursor; empty where there is none

  BlockKind block = BlockKind::kFile;
  BlockKind parent = BlockKind::kFile;  // of the block around
  // The clause or definition in which the cursor stands: its first word; "" where
  // one may begin and none has.
  std::string_view clause;
  // Its tokens up to the cursor's word, the first word included.
  std::vector<Token> statement;
  // Whether the next clause may begin at the cursor.
  bool may_begin = false;
  // The clauses that the block has before the cursor.
  std::vector<std::string_view> clauses_before;
  // The name before the innermost open bracket of the statement, as `count` in
  // `count(…`; "" for none, and for a bracket that calls nothing.
  std::string_view call;
  // Of kEvent: the kind of the event. Of kEvent and kExpected: the names that
  // are given already.
  std::string_view event_kind;
  std::vector<std::string_view> names_before;
  // Steps of the sequence of the rule around, before the cursor.
  std::vector<std::string_view> steps;
};

CursorContext ContextAt(const SourceFile& file, size_t offset);

// Whether a value may end with it.
bool EndsOperand(const SourceFile& file, const Token& token);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LANGUAGE_SERVER_CURSOR_CONTEXT_H_
