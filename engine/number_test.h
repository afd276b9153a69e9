// `field == number`: the cheapest question there is about an event, which reads
// one number that the event itself holds. The index of rules asks it before anything
// else.
#ifndef MQWARDEN_ENGINE_NUMBER_TEST_H_
#define MQWARDEN_ENGINE_NUMBER_TEST_H_

#include <cstdint>
#include <optional>

#include "mqwarden/engine/plan.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {

struct NumberTest {
  FieldId field;
  int64_t number;

  bool Holds(const Event& event) const {
    return event.Has(field) && event.Int(field) == number;
  }
};

// Whether Event::Int() has the field's value.
bool IsStoredIntegral(const FieldInfo& field);
// Whether Constant::number has the constant's value.
bool IsIntegral(ValueType type);

// The field and the number that a comparison compares, in this order; nullopt
// where it compares anything else.
std::optional<NumberTest> ComparedWithNumber(const PlanPool& pool,
                                             const Expr& comparison);

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_NUMBER_TEST_H_
