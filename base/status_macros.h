// Early return on a failed absl::Status or absl::StatusOr, until Abseil has
// macros of its own.
#ifndef MQWARDEN_BASE_STATUS_MACROS_H_
#define MQWARDEN_BASE_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// MQWARDEN_RETURN_IF_ERROR(options.Validate());
#define MQWARDEN_RETURN_IF_ERROR(expression)             \
  do {                                                   \
    ::absl::Status mqwarden_status = (expression);       \
    if (!mqwarden_status.ok()) return mqwarden_status;   \
  } while (false)

// MQWARDEN_ASSIGN_OR_RETURN(Plan plan, LoadPlan(path));
//
// Expands to several statements, so it needs braces under an `if`. A type with
// a comma in it needs an alias first.
#define MQWARDEN_ASSIGN_OR_RETURN(target, expression) \
  MQWARDEN_ASSIGN_OR_RETURN_NAMED_(                   \
      MQWARDEN_STATUS_CONCAT_(mqwarden_statusor_, __LINE__), target, expression)

#define MQWARDEN_ASSIGN_OR_RETURN_NAMED_(name, target, expression) \
  auto name = (expression);                                        \
  if (!name.ok()) return std::move(name).status();                 \
  target = *std::move(name)

#define MQWARDEN_STATUS_CONCAT_(a, b) MQWARDEN_STATUS_CONCAT_EXPANDED_(a, b)
#define MQWARDEN_STATUS_CONCAT_EXPANDED_(a, b) a##b

#endif  // MQWARDEN_BASE_STATUS_MACROS_H_
