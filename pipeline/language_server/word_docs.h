// What the words of the language mean: the rows of word_docs.def.
#ifndef MQWARDEN_PIPELINE_LANGUAGE_SERVER_WORD_DOCS_H_
#define MQWARDEN_PIPELINE_LANGUAGE_SERVER_WORD_DOCS_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace mqwarden {

enum class WordPlace : uint8_t {
  kDefinition, kRule, kAlert, kReport, kRecent, kTest, kOperator, kFunction,
  kInner,
};

struct WordDoc {
  WordPlace place;
  std::string_view word;
  std::string_view form;
  std::string_view snippet;
  std::string_view meaning;
};

std::span<const WordDoc> AllWordDocs();
// Null for none.
const WordDoc* FindWordDoc(WordPlace place, std::string_view word);
// The same in any place.
const WordDoc* FindWordDoc(std::string_view word);

// As Markdown: the form as code, the meaning below it.
std::string WordDocMarkdown(const WordDoc& doc);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LANGUAGE_SERVER_WORD_DOCS_H_
