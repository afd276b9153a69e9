// docs/sources.md says what the reader does; and what the reader says of itself
// hangs together: every field has a source, every constant exists.

#include <gtest/gtest.h>

#include <cstddef>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <string_view>

#include "mqwarden/schema/field_catalog.h"
#include "mqwarden/schema/mq_constants.h"
#include "mqwarden/tests/docs/source_page.h"

namespace mqwarden {
namespace {

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.good()) << path;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(SourcesPageTest, SaysWhatTheReaderDoes) {
  const std::string text = ReadFile("docs/sources.md");
  const SourcePage page = MakeSourcePage(text);
  for (const std::string& error : page.errors) ADD_FAILURE() << error;
  EXPECT_GE(page.samples, 15);
  EXPECT_EQ(page.text, text) << "run: tools/bazel run //tests/docs:write_sources";
}

// What only a host, an inventory or an alert fills.
const std::set<FieldId>& NotOfSources() {
  static const auto* const fields = new std::set<FieldId>{
      FieldId::kReceived, FieldId::kTags, FieldId::kOwner, FieldId::kService,
      FieldId::kRaw};
  return *fields;
}

TEST(SourcesPageTest, EveryFieldIsFilledByASample) {
  const SourcePage page = MakeSourcePage(ReadFile("docs/sources.md"));
  for (const FieldInfo& field : AllFields()) {
    if (field.flags != 0 || NotOfSources().contains(field.id)) continue;
    // The reader does not give ids: that is done in the total order.
    EXPECT_TRUE(page.filled.contains(field.id)) << field.name;
  }
}

TEST(SourcesPageTest, EveryFieldOfADecodersTableIsOne) {
  const SourcePage page = MakeSourcePage(ReadFile("docs/sources.md"));
  EXPECT_GT(page.listed.size(), 20u);
  for (const FieldId field : page.listed) {
    EXPECT_EQ(GetField(field).flags, 0) << GetField(field).name;
  }
}

TEST(SourcesPageTest, NamesEveryFormatAndOption) {
  const std::string text = ReadFile("docs/sources.md");
  for (const char* const word :
       {"amqsevt", "PCF", "dmpmqmsg", "oamok", "oamlog", "MQCCI", "MQAUSX",
        "MQ Auditor", "AMQERR", "RFC 3164", "RFC 5424", "QSYSOPR", "ICH408I",
        "AUTHOREV", "CHLEV", "SSLEV", "CONFIGEV", "CMDEV", "--tz", "--from",
        "--date-order", "--dedupe", "--qsysopr-pattern", "--ebcdic-ccsid",
        "--no-connections"}) {
    EXPECT_NE(text.find(word), text.npos) << word;
  }
}

// Of the constants that IBM MQ's headers define: prefixes of those that are named
// in the reader's code, its comments and the page.
bool IsConstantPrefix(std::string_view prefix) {
  for (const char* const known :
       {"MQRC", "MQRCCF", "MQRQ", "MQCMD", "MQOT", "MQCA", "MQCACF", "MQCACH",
        "MQIA", "MQIACF", "MQIACH", "MQBACF", "MQGACF", "MQEVR", "MQEVO", "MQCHT",
        "MQZAO", "MQAUTH", "MQOO"}) {
    if (prefix == known) return true;
  }
  return false;
}

bool IsNameByte(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

TEST(ConstantsTest, EveryOneThatTheReaderNamesExists) {
  const std::string list = ReadFile("tests/docs/ingest_sources.txt");
  std::istringstream paths(list);
  std::string path;
  int files = 0;
  int names = 0;
  while (paths >> path) {
    ++files;
    const std::string text = ReadFile(path);
    for (size_t at = text.find("MQ"); at != text.npos; at = text.find("MQ", at + 1)) {
      if (at > 0 && IsNameByte(text[at - 1])) continue;
      size_t end = at;
      while (end < text.size() && IsNameByte(text[end])) ++end;
      const std::string_view name = std::string_view(text).substr(at, end - at);
      const size_t underscore = name.find('_');
      if (underscore == name.npos || name.ends_with('_') ||
          !IsConstantPrefix(name.substr(0, underscore))) {
        continue;
      }
      ++names;
      EXPECT_TRUE(FindMqConstant(name).has_value()) << name << " in " << path;
    }
  }
  EXPECT_GT(files, 60);
  EXPECT_GT(names, 10);
}

}  // namespace
}  // namespace mqwarden
