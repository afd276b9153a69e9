#include "mqwarden/pipeline/language_server/word_docs.h"

namespace mqwarden {

static constexpr WordDoc kWordDocs[] = {
#define MQWARDEN_WORD(place, word, form, snippet, meaning) \
  {WordPlace::place, word, form, snippet, meaning},
#include "mqwarden/pipeline/language_server/word_docs.def"
#undef MQWARDEN_WORD
};

std::span<const WordDoc> AllWordDocs() { return kWordDocs; }

const WordDoc* FindWordDoc(WordPlace place, std::string_view word) {
  for (const WordDoc& doc : kWordDocs) {
    if (doc.place == place && doc.word == word) return &doc;
  }
  return nullptr;
}

const WordDoc* FindWordDoc(std::string_view word) {
  for (const WordDoc& doc : kWordDocs) {
    if (doc.word == word) return &doc;
  }
  return nullptr;
}

std::string WordDocMarkdown(const WordDoc& doc) {
  std::string text = "```mqwarden\n";
  text.append(doc.form).append("\n```\n").append(doc.meaning);
  return text;
}

}  // namespace mqwarden
