#include "mqwarden/schema/field_docs.h"

#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

std::string Docs(std::string_view query) {
  std::string out;
  EXPECT_TRUE(AppendFieldDocs(query, &out)) << query;
  return out;
}

TEST(FieldDocsTest, ReadmeIsUpToDate) {
  std::ifstream file("schema/README.md", std::ios::binary);
  ASSERT_TRUE(file.good());
  std::stringstream readme;
  readme << file.rdbuf();
  EXPECT_EQ(readme.str(), FieldDocsMarkdown())
      << "run: tools/bazel run //schema:write_readme";
}

TEST(FieldDocsTest, TheOverviewNamesEveryKindAndField) {
  const std::string docs = Docs("");
  for (const FieldInfo& field : AllFields()) {
    EXPECT_NE(docs.find("\n  " + std::string(field.name) + " "),
              std::string::npos)
        << field.name;
  }
  for (const EnumValueInfo& kind : EnumValues(EnumType::kKind)) {
    EXPECT_NE(docs.find("\n  " + std::string(kind.name) + " "),
              std::string::npos)
        << kind.name;
  }
}

TEST(FieldDocsTest, ANumberFindsTheConstants) {
  EXPECT_EQ(Docs("2035"),
            "IBM MQ constants\n"
            "  MQRC_NOT_AUTHORIZED                 2035        reason"
            "              \"Not Authorized\"\n"
            "  MQCA_REPOSITORY_NAME                2035        param_string"
            "        attr.repositoryName\n");
}

TEST(FieldDocsTest, AConstantIsFoundWithoutRegardToCase) {
  EXPECT_EQ(Docs("mqrc_not_AUTHORIZED"),
            "IBM MQ constants\n"
            "  MQRC_NOT_AUTHORIZED                 2035        reason"
            "              \"Not Authorized\"\n");
}

TEST(FieldDocsTest, AFieldIsShownWhole) {
  EXPECT_EQ(Docs("Outcome"),
            "outcome                  enum\n"
            "  how it ended\n"
            "  enum: one of a closed set of names, bare in rules\n"
            "  ECS: event.outcome\n"
            "  OCSF: status_id\n"
            "  values:\n"
            "    success              it was allowed or done\n"
            "    failure              it was refused or failed\n"
            "    warned               flagged, but let in\n"
            "    unknown              the source does not say\n");
}

TEST(FieldDocsTest, APartOfANameFindsFields) {
  EXPECT_TRUE(Docs("source_").starts_with(
      "Fields\n"
      "  source_ip              ip        the address of the peer that "
      "connected\n"
      "  source_port            int       the port of the client\n"
      "\n"
      "IBM MQ constants\n"));
}

TEST(FieldDocsTest, AnEnumValueFindsItsField) {
  EXPECT_EQ(Docs("SVRCONN"),
            "Values\n"
            "  channel_type == svrconn          server connection\n");
}

TEST(FieldDocsTest, AnEnumeratedAttrShowsItsConstants) {
  const std::string docs = Docs("attr.authorityEvent");
  EXPECT_NE(docs.find("  MQIA_AUTHORITY_EVENT "), std::string::npos) << docs;
  EXPECT_NE(docs.find("  MQEVR_DISABLED "), std::string::npos) << docs;
  EXPECT_EQ(docs.find("  MQRC_"), std::string::npos) << docs;
}

TEST(FieldDocsTest, LongFindsAreCut) {
  const std::string docs = Docs("MQRC_");
  EXPECT_NE(docs.find("\n  and "), std::string::npos) << docs;
  EXPECT_TRUE(docs.ends_with(" more\n"));
}

TEST(FieldDocsTest, NothingFoundAppendsNothing) {
  std::string out = "before";
  EXPECT_FALSE(AppendFieldDocs("no such thing", &out));
  EXPECT_EQ(out, "before");
}

}  // namespace
}  // namespace mqwarden
