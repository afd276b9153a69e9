#include "mqwarden/tests/oracle/expectations.h"

#include "gmock/gmock.h"
#include "mqwarden/tests/oracle/comparison.h"
#include "mqwarden/tests/oracle/stream_text.h"

namespace mqwarden::oracle {

std::string WholeRules(const std::string& rules) {
  if (rules.find("rule ") != std::string::npos ||
      rules.find("report ") != std::string::npos) {
    return rules;
  }
  const bool sequence = rules.find("sequence in") != std::string::npos;
  return "rule r { title \"t\" severity high " +
         std::string(sequence ? "" : "on any ") + rules + " }";
}

const std::map<std::string, std::string>& ExpectationTexts() {
  static const auto& texts = *new std::map<std::string, std::string>{
      {"people.txt", "# staff\nANA\nbob\n"},
      {"owners.csv", "object,owner,team\nPAY.IN,ops,\nother,dev,t2\n"},
      {"pairs.csv", "user,qmgr,team\nana,QM1,red\nana,QM2,blue\n"},
      {"inventory.csv",
       "qmgr,host,channel,tags,owner,platform\n"
       "QM1,h1,,prod,,unix\n"
       "QM*,,,lab;prod,dev,windows\n"
       ",,TO.*,pci,,\n"},
      {"changes.csv",
       "from,to,qmgr\n"
       "2026-01-05T09:00:02Z,2026-01-05T09:00:04Z,QM1\n"
       "2026-01-05T09:00:06Z,2026-01-05T09:00:08Z,PAY*\n"
       "2026-01-05T09:00:10Z,2026-01-05T09:00:12Z,\n"},
      {"freeze.csv",
       "from,to\n2026-01-05T09:00:01Z,2026-01-05T09:00:03Z\n"},
  };
  return texts;
}

std::string CaseName(const ::testing::TestParamInfo<Case>& info) {
  return info.param.name;
}

namespace {

// The alerts' lines, and the last counters.
void Check(const std::vector<std::string>& lines, size_t rules, const Case& c,
           const char* who) {
  SCOPED_TRACE(who);
  ASSERT_GE(lines.size(), rules);
  const std::vector<std::string> alerts(
      lines.begin(), lines.end() - static_cast<ptrdiff_t>(rules));
  EXPECT_THAT(alerts, ::testing::ElementsAreArray(c.alerts));
  if (!c.counters.empty()) {
    EXPECT_THAT(lines.back(), ::testing::HasSubstr(c.counters));
  }
}

}  // namespace

void CheckCase(const Case& c) {
  const Compiled compiled = CompileText(WholeRules(c.rules), ExpectationTexts());
  ASSERT_NE(compiled.plan, nullptr) << compiled.diagnostics;
  const size_t rules = compiled.plan->rules().size();
  const Stream stream = ParseStream(c.events);
  Check(OracleLines(compiled.files, ExpectationTexts(), stream), rules, c,
        "oracle");
  std::string bytes;
  Check(EngineLines(compiled, stream, {}, &bytes), rules, c, "engine");
}

}  // namespace mqwarden::oracle
