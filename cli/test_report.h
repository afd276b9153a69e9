// The results of rule tests as text, JSON and JUnit XML.
#ifndef MQWARDEN_CLI_TEST_REPORT_H_
#define MQWARDEN_CLI_TEST_REPORT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mqwarden/pipeline/boundary.h"
#include "mqwarden/pipeline/coverage.h"
#include "mqwarden/pipeline/rule_test_set.h"

namespace mqwarden {

struct TestReport {
  std::vector<RuleTestOutcome> tests;
  std::optional<std::vector<BoundaryReport>> boundary;  // nullopt: not asked for
  std::optional<CoverageSummary> coverage;

  // Tests, and boundary cases that do not hold.
  int64_t failed() const;
};

std::string TestsAsText(const TestReport& report, bool color);
std::string TestsAsJson(const TestReport& report);
// A boundary case that does not hold is a failure, one that was not derived is
// skipped. Coverage has no place in it.
std::string TestsAsJunit(const TestReport& report);

}  // namespace mqwarden

#endif  // MQWARDEN_CLI_TEST_REPORT_H_
