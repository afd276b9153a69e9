// How much memory the state of a rule may take, from its plan alone: the live
// keys it may have times what one key may hold, and the same for its limits.
// Figures for people who plan a host; the engine enforces the numbers of keys,
// tuples and entries that they are made of.
#ifndef MQWARDEN_PIPELINE_MEMORY_BOUND_H_
#define MQWARDEN_PIPELINE_MEMORY_BOUND_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "mqwarden/engine/options.h"
#include "mqwarden/engine/plan.h"

namespace mqwarden {

// `plan` is one that the compiler made. One line a rule, in order of names, then
// a line that says what the figures leave out.
std::string DescribeMemoryBounds(const Plan& plan,
                                 const EngineOptions& options);

// The same of one rule, without its name and the end of the line; "" where the
// plan has none of that name.
std::string DescribeMemoryBound(const Plan& plan, std::string_view rule,
                                const EngineOptions& options);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_MEMORY_BOUND_H_
