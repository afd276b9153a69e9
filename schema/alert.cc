#include "mqwarden/schema/alert.h"

#include <cstdint>
#include <string_view>

#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {

// The enums stand in enums.def, too, where rules read them.
static_assert(EnumCode(EnumType::kAlertState, "open") ==
              static_cast<int64_t>(AlertState::kOpen));
static_assert(EnumCode(EnumType::kAlertState, "update") ==
              static_cast<int64_t>(AlertState::kUpdate));
static_assert(EnumCode(EnumType::kAlertState, "resolved") ==
              static_cast<int64_t>(AlertState::kResolved));
static_assert(EnumCode(EnumType::kAlertState, "digest") ==
              static_cast<int64_t>(AlertState::kDigest));

std::string_view AlertStateName(AlertState state) {
  return EnumValueName(EnumType::kAlertState, static_cast<int64_t>(state));
}

std::string_view SeverityName(Severity severity) {
  return EnumValueName(EnumType::kSeverity, static_cast<int64_t>(severity));
}

}  // namespace mqwarden
