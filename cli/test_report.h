// The results of rule tests as text, JSON and JUnit XML.
#ifndef MQWARDEN_CLI_TEST_REPORT_H_
#define MQWARDEN_CLI_TEST_REPORT_H_

#include <span>
#include <string>

#include "mqwarden/base/time.h"
#include "mqwarden/pipeline/rule_test.h"
#include "mqwarden/rules/test_block.h"

namespace mqwarden {

struct TestOutcome {
  const RuleTest* test = nullptr;
  RuleTestResult result;
  Duration took{};
};

std::string TestsAsText(std::span<const TestOutcome> outcomes, bool color);
std::string TestsAsJson(std::span<const TestOutcome> outcomes);
std::string TestsAsJunit(std::span<const TestOutcome> outcomes);

}  // namespace mqwarden

#endif  // MQWARDEN_CLI_TEST_REPORT_H_
