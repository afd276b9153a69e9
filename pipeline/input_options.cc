#include "mqwarden/pipeline/input_options.h"

namespace mqwarden {

int64_t InputReport::rejected_count() const {
  int64_t count = 0;
  for (const auto& [reason, report] : rejected) count += report.count;
  return count;
}

}  // namespace mqwarden
