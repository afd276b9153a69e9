// The results of rule tests as text, JSON and JUnit XML.
#ifndef MQWARDEN_CLI_TEST_REPORT_H_
#define MQWARDEN_CLI_TEST_REPORT_H_

#include <span>
#include <string>

#include "mqwarden/pipeline/rule_test_set.h"

namespace mqwarden {

std::string TestsAsText(std::span<const RuleTestOutcome> outcomes, bool color);
std::string TestsAsJson(std::span<const RuleTestOutcome> outcomes);
std::string TestsAsJunit(std::span<const RuleTestOutcome> outcomes);

}  // namespace mqwarden

#endif  // MQWARDEN_CLI_TEST_REPORT_H_
