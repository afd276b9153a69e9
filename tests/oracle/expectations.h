// Cases of the expectations: a rule, a stream and the alerts that the language
// asks for, held against the oracle and against the engine.
//
// Each case quotes the sentence that it is about in its name.
#ifndef MQWARDEN_TESTS_ORACLE_EXPECTATIONS_H_
#define MQWARDEN_TESTS_ORACLE_EXPECTATIONS_H_

#include <map>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace mqwarden::oracle {

struct Case {
  std::string name;
  // Whole rules, or the clauses after `on any` of a rule `r` with the title `t`
  // and the severity `high`; `on any` is left out where there is a sequence.
  std::string rules;
  std::string events;  // see stream_text.h
  std::vector<std::string> alerts;
  std::string counters = "";  // of the last rule by name; "" to leave it out
};

std::string WholeRules(const std::string& rules);
// The files that rules of the cases may name.
const std::map<std::string, std::string>& ExpectationTexts();
std::string CaseName(const ::testing::TestParamInfo<Case>& info);

// Fails the test that is running where oracle or engine says otherwise.
void CheckCase(const Case& c);

class ExpectationsTest : public ::testing::TestWithParam<Case> {};

}  // namespace mqwarden::oracle

#endif  // MQWARDEN_TESTS_ORACLE_EXPECTATIONS_H_
