#include "mqwarden/schema/report.h"

#include <cstdint>
#include <string>

namespace mqwarden {

std::string ShareText(int64_t share) {
  const std::string places = std::to_string(share % 10'000);
  return std::to_string(share / 10'000) + "." +
         std::string(4 - places.size(), '0') + places;
}

}  // namespace mqwarden
