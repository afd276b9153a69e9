// Shows that a host compiles against mqwarden's public headers and links with
// it while the host's own base/time.h and schema/event.proto keep their meaning.
#include <chrono>

#include "base/time.h"
#include "mqwarden/base/time.h"
#include "schema/event.pb.h"

int main() {
  host::Event event;
  event.set_text("started");
  const host::Time host_time{.seconds = 1};
  const mqwarden::Time time{std::chrono::seconds(1)};
  const bool same_instant = time.time_since_epoch() ==
                            std::chrono::duration<double>(host_time.seconds);
  return same_instant && event.text() == "started" ? 0 : 1;
}
