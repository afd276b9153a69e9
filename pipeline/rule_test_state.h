// What a failed expectation of a test found in the windows of its rule: for the
// author, who asks why nothing fired, or why something did.
//
// Worked out anew from the events given so far, so that the engine need not be
// asked: the events that pass the rule's conditions, by key.
#ifndef MQWARDEN_PIPELINE_RULE_TEST_STATE_H_
#define MQWARDEN_PIPELINE_RULE_TEST_STATE_H_

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "mqwarden/engine/plan.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

// Lines with an indent, each ended, escaped for terminals; "" where the plan has
// no rule of that name. `events` in the order in which they were given.
std::string DescribeWindows(
    const std::shared_ptr<const Plan>& plan, std::string_view rule,
    std::span<const std::shared_ptr<const Event>> events);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_RULE_TEST_STATE_H_
