// A day in the life of an invented IBM MQ estate, as events and as the text that
// `amqsevt -o json` prints for them.
//
// The estate is six queue managers: PRD01 to PRD03 in production, DEV01, LAB01
// and LAB02. Most of the day is ordinary: connections let in, channels that start
// and stop, queues that fill, commands, changes, a refusal here and there. Into it
// are planted the things that the rule pack is for, and their near misses; the
// plan stands in estate_day.cc, one function a story.
//
// Deterministic: equal seeds give equal bytes on every platform. Names, users and
// addresses are invented; addresses are of the documentation networks or 10/8.
#ifndef MQWARDEN_EXAMPLES_ESTATE_LOG_H_
#define MQWARDEN_EXAMPLES_ESTATE_LOG_H_

#include <cstdint>
#include <string>
#include <vector>

namespace mqwarden {
// What a queue manager reported, by the reason code and its qualifier.
enum class Report {
  kConnectRefused,      // 2035
  kOpenRefused,
  kPasswordRefused,
  kCommandRefused,
  kConnectAllowed,      // 3391
  kOpenAllowed,
  kBlockedNoAccess,     // 2577
  kBlockedUser,
  kBlockedAddress,
  kBlockWarning,        // 2578
  kChannelStarted,      // 2282
  kChannelStopped,      // 2283
  kChannelRetrying,     // 2283
  kTlsError,            // 2371
  kDepthHigh,           // 2224
  kDepthLow,            // 2225
  kQueueFull,           // 2053
  kUnknownObject,       // 2085
  kChangeBefore,        // 2368
  kChangeAfter,         // 2368
  kCommand,             // 2412
  kQueueManagerActive,  // 2222
};

// Texts are "" where the report has no such thing.
struct LogEvent {
  int64_t second = 0;  // since the day began
  Report report = Report::kConnectAllowed;
  std::string qmgr = "";
  std::string user = "";      // checked, or asserted by a blocked client
  std::string csp_user = "";  // kPasswordRefused: the one typed
  std::string address = "";   // of a client or partner
  std::string channel = "";
  std::string object = "";
  std::string app = "";
};

// 2026-03-10T00:00:00Z, when the day begins.
inline constexpr int64_t kEstateDay = 1773100800;

// The events of the day in order of time; those of one second in no order that
// matters.
std::vector<LogEvent> EstateDay(uint64_t seed);

// One event as `amqsevt -o json` prints it, with a line end.
std::string EventText(const LogEvent& event);

// The text of the day as a collecting script leaves it: one object after another,
// and between some of them a line that amqsevt wrote to standard error.
std::string EstateLogText(const std::vector<LogEvent>& events);
// The lines of it that are no JSON.
inline constexpr int kEstateStrayLines = 2;

}  // namespace mqwarden

#endif  // MQWARDEN_EXAMPLES_ESTATE_LOG_H_
