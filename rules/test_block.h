// The checked form of a `test` block: events to feed and alerts to expect, with
// every name and value resolved. The pipeline runs it on the real engine.
#ifndef MQWARDEN_RULES_TEST_BLOCK_H_
#define MQWARDEN_RULES_TEST_BLOCK_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mqwarden/base/time.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/rules/rule_text.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

// One `field: value` of an expectation. The name is looked up in the alert, its
// group, its fields and its triggering event, in this order.
struct ExpectedField {
  Span span;
  std::string name;
  std::string value;   // as the alert shows it; numbers in decimal
  bool ignore_case = false;  // texts compare like kw unless the field is a str
  std::optional<Time> at;    // names `at`, `time`, `first` and `last`
};

struct RuleTestStep {
  enum class Kind : uint8_t { kEvents, kAdvance, kExpect, kRestart, kInput };
  Kind kind = Kind::kEvents;
  Span span;
  // kEvents: in order of time, each complete with time, kind and fields; `{n}`
  // has been replaced.
  std::vector<std::shared_ptr<const Event>> events;
  Time advance_to{};  // kAdvance
  // kExpect: `count` alerts, or `count` among exactly `of`.
  int64_t count = 0;
  std::optional<int64_t> of;
  std::vector<ExpectedField> fields;
  // kInput: the contents of a file, and the format in which it is read.
  std::string file;  // as the test names it
  std::string bytes;
  std::string format;
};

struct RuleTest {
  std::shared_ptr<const RuleText> text;
  Span span;         // of the test's name
  std::string name;
  std::string rule;  // "" for a test of the whole set
  // What the test runs on where it is not the plan of the set: definitions are
  // replaced for it, or it belongs to a rule, and a site has changed the set.
  std::shared_ptr<const Plan> plan;
  Time start{};
  std::vector<RuleTestStep> steps;
};

}  // namespace mqwarden

#endif  // MQWARDEN_RULES_TEST_BLOCK_H_
