// Alerts read back from the NDJSON that a sink has written (schema/alert_json.h),
// for people: names and texts, not an Alert.
//
// What is read is taken for hostile: a line that is no alert is passed over, one
// longer than kMaxStoredAlertBytes too.
#ifndef MQWARDEN_PIPELINE_STORED_ALERTS_H_
#define MQWARDEN_PIPELINE_STORED_ALERTS_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace mqwarden {

inline constexpr size_t kMaxStoredAlertBytes = size_t{16} << 20;

struct StoredAlert {
  // Key and text of all but evidence, in the order of the line; of an object and
  // a list its parts, joined. Not escaped.
  std::vector<std::pair<std::string, std::string>> facts;
  std::vector<std::string> evidence;  // an event each, "time …, kind …"

  // "" where there is none.
  std::string_view Get(std::string_view key) const;
};

// Every record with this id, in the order of the files: `update` and `resolved`
// carry the id of their `open`. Files, folders and "-"; compressed ones too.
// Returns the failure of a file that cannot be read, naming it.
absl::StatusOr<std::vector<StoredAlert>> FindStoredAlerts(
    std::span<const std::string> inputs, std::string_view id);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_STORED_ALERTS_H_
