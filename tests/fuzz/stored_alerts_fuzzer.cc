// Any bytes as a file of stored alerts: it is read to its end, and what is found has
// the id that was asked for.
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "mqwarden/base/check.h"
#include "mqwarden/pipeline/stored_alerts.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace mqwarden;
  static const int file = ::memfd_create("alerts", MFD_CLOEXEC);
  MQWARDEN_CHECK(file >= 0, "there is a file in memory");
  MQWARDEN_CHECK(::ftruncate(file, 0) == 0 &&
                     ::pwrite(file, data, size, 0) == static_cast<ssize_t>(size),
                 "it takes the input");
  const std::vector<std::string> inputs = {"/proc/self/fd/" + std::to_string(file)};
  const std::string id = "00000000000000010000000000000002";
  const auto found = FindStoredAlerts(inputs, id);
  if (!found.ok()) return 0;
  for (const StoredAlert& alert : *found) {
    MQWARDEN_CHECK(alert.Get("id") == id, "it is the alert that was asked for");
  }
  return 0;
}
