// The plan of the day: ordinary traffic drawn from a seed, and planted stories at
// fixed times. No story depends on the seed, and no ordinary event comes from an
// address that a story uses.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "mqwarden/examples/estate_log.h"

namespace mqwarden {
namespace {

// SplitMix64: the standard distributions differ between libraries.
class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed) {}
  int64_t Below(int64_t n) {
    state_ += 0x9e3779b97f4a7c15;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return static_cast<int64_t>((z ^ (z >> 31)) % static_cast<uint64_t>(n));
  }
  template <typename T, size_t kSize>
  const T& Pick(const T (&of)[kSize]) {
    return of[Below(kSize)];
  }
  // Two of three events fall between 07:00 and 19:00.
  int64_t Second() {
    return Below(3) == 0 ? Below(86400) : 7 * 3600 + Below(12 * 3600);
  }

 private:
  uint64_t state_;
};

constexpr int64_t At(int hour, int minute, int second = 0) {
  return hour * 3600 + minute * 60 + second;
}

struct Application {
  const char* user;
  const char* app;
  const char* channel;
  const char* object;
};
constexpr Application kApplications[] = {
    {"svcpay", "PaymentGateway", "PAY.APP.SVRCONN", "PAY.IN"},
    {"svcpay", "PaymentGateway", "PAY.APP.SVRCONN", "PAY.OUT"},
    {"svcsettle", "SettlementRun", "SET.APP.SVRCONN", "SETTLE.IN"},
    {"svcorders", "OrderIntake", "ORD.APP.SVRCONN", "ORDERS.IN"},
    {"svcreport", "ReportBatch", "ORD.APP.SVRCONN", "ORDERS.AUDIT"},
};
constexpr const char* kProduction[] = {"PRD01", "PRD02", "PRD03"};
constexpr const char* kEveryone[] = {"PRD01", "PRD02", "PRD03",
                                     "DEV01", "LAB01", "LAB02"};
constexpr const char* kPeople[] = {"anovak", "bmarsh", "cdupont", "dsilva",
                                   "efraser", "gmoreau"};
constexpr const char* kMessageChannels[] = {"PROD.PAY.SDR", "PROD.SETTLE.SDR",
                                            "PROD.ORDERS.SDR"};

class DayWriter {
 public:
  explicit DayWriter(uint64_t seed) : dice_(seed) {}

  void Ordinary();
  void LabNoise();
  void Bursts();
  void NearMisses();
  void Escalation();
  void OneUserManyAddresses();
  void PaymentQueuesUnderAttack();
  void NotCounted();
  void BlockedPartners();
  void BreakGlass();

  std::vector<LogEvent> Take() {
    std::stable_sort(events_.begin(), events_.end(),
                     [](const LogEvent& a, const LogEvent& b) {
                       return a.second < b.second;
                     });
    return std::move(events_);
  }

 private:
  void Add(LogEvent event) { events_.push_back(std::move(event)); }
  // `n` refused opens from `address`, `every` seconds apart.
  void Refusals(int64_t from, int n, int64_t every, const LogEvent& like) {
    for (int i = 0; i < n; ++i) {
      LogEvent event = like;
      event.second = from + i * every;
      Add(std::move(event));
    }
  }
  // The `second` is for the caller to set.
  static LogEvent Refused(const char* qmgr, const char* user,
                          const char* address, const char* channel,
                          const char* object) {
    return {.report = Report::kOpenRefused,
            .qmgr = qmgr,
            .user = user,
            .address = address,
            .channel = channel,
            .object = object,
            .app = "amqsputc"};
  }
  std::string OrdinaryAddress(int network) {
    return "10.20." + std::to_string(network) + "." +
           std::to_string(10 + dice_.Below(60));
  }
  void OrdinaryApplications();
  void OrdinaryQueueManagers();
  void OrdinaryAdministration();

  Dice dice_;
  std::vector<LogEvent> events_;
};

void DayWriter::OrdinaryApplications() {
  for (int i = 0; i < 1300; ++i) {
    const Application& of = dice_.Pick(kApplications);
    LogEvent event{.second = dice_.Second(),
                   .report = Report::kConnectAllowed,
                   .qmgr = dice_.Pick(kProduction),
                   .user = of.user,
                   .address = OrdinaryAddress(1),
                   .channel = of.channel,
                   .app = of.app};
    if (i % 5 < 2) {
      event.report = Report::kOpenAllowed;
      event.object = of.object;
    }
    Add(std::move(event));
  }
  // People who mistype a queue, a password or a command now and then.
  for (int i = 0; i < 260; ++i) {
    // Braces, unlike a call, evaluate from left to right.
    LogEvent event{.second = dice_.Second(),
                   .report = Report::kOpenRefused,
                   .qmgr = dice_.Pick(kEveryone),
                   .user = dice_.Pick(kPeople),
                   .address = OrdinaryAddress(2),
                   .channel = "ADMIN.SVRCONN",
                   .object = dice_.Pick(kApplications).object,
                   .app = "amqsputc"};
    switch (i % 6) {
      case 0:
        event.report = Report::kConnectRefused;
        event.object.clear();
        break;
      case 1:
        event.report = Report::kPasswordRefused;
        event.csp_user = event.user;
        event.user = "mqapp";
        event.object.clear();
        break;
      case 2:
        event.report = Report::kCommandRefused;
        event.address.clear();
        event.channel.clear();
        event.object.clear();
        break;
      case 3:  // an application on the machine itself
        event.address.clear();
        event.channel.clear();
        break;
      default:
        break;
    }
    Add(std::move(event));
  }
}

void DayWriter::OrdinaryQueueManagers() {
  constexpr Report kDepths[] = {Report::kDepthHigh, Report::kDepthLow,
                                Report::kDepthHigh, Report::kDepthLow,
                                Report::kQueueFull};
  for (int i = 0; i < 450; ++i) {
    Add({.second = dice_.Second(),
         .report = kDepths[i % 5],
         .qmgr = dice_.Pick(kEveryone),
         .object = dice_.Pick(kApplications).object});
  }
  for (int i = 0; i < 300; ++i) {
    Add({.second = dice_.Second(),
         .report = i % 2 == 0 ? Report::kChannelStarted : Report::kChannelStopped,
         .qmgr = dice_.Pick(kProduction),
         .address = "10.20.8." + std::to_string(11 + dice_.Below(3)),
         .channel = dice_.Pick(kMessageChannels)});
  }
  for (int i = 0; i < 90; ++i) {
    Add({.second = dice_.Second(),
         .report = Report::kUnknownObject,
         .qmgr = dice_.Pick(kEveryone),
         .object = "ORDERS.OLD",
         .app = "OrderIntake"});
  }
  for (int i = 0; i < 30; ++i) {
    Add({.second = dice_.Second(),
         .report = Report::kTlsError,
         .qmgr = dice_.Pick(kProduction),
         .address = OrdinaryAddress(3),
         .channel = "PAY.APP.SVRCONN"});
  }
  for (const char* const qmgr : kEveryone) {
    Add({.second = At(2, 0, 30), .report = Report::kQueueManagerActive, .qmgr = qmgr});
  }
}

void DayWriter::OrdinaryAdministration() {
  for (int i = 0; i < 320; ++i) {
    Add({.second = dice_.Second(),
         .report = Report::kCommand,
         .qmgr = dice_.Pick(kEveryone),
         .user = dice_.Pick(kPeople),
         .object = dice_.Pick(kApplications).object});
  }
  for (int i = 0; i < 60; ++i) {
    LogEvent change{.second = dice_.Second(),
                    .report = Report::kChangeBefore,
                    .qmgr = dice_.Pick(kEveryone),
                    .user = dice_.Pick(kPeople),
                    .object = dice_.Pick(kApplications).object};
    Add(change);
    change.report = Report::kChangeAfter;
    Add(change);
  }
  // Blocks that are nobody's emergency: clients, refused addresses, warnings.
  constexpr Report kBlocks[] = {Report::kBlockedNoAccess, Report::kBlockedUser,
                                Report::kBlockedAddress, Report::kBlockWarning};
  for (int i = 0; i < 100; ++i) {
    const Report report = kBlocks[i % 4];
    LogEvent event{.second = dice_.Second(),
                   .report = report,
                   .qmgr = dice_.Pick(kProduction),
                   .user = dice_.Pick(kPeople),
                   .address = OrdinaryAddress(4),
                   .channel = "PAY.APP.SVRCONN",
                   .app = "amqsputc"};
    if (report == Report::kBlockedAddress) {
      event.user.clear();
      event.channel.clear();
      event.app.clear();
    }
    Add(std::move(event));
  }
}

void DayWriter::Ordinary() {
  OrdinaryApplications();
  OrdinaryQueueManagers();
  OrdinaryAdministration();
}

// Load tests with the wrong account: hundreds of refusals that mean nothing.
void DayWriter::LabNoise() {
  for (int i = 0; i < 24; ++i) {
    const std::string address = "10.90.0." + std::to_string(5 + i % 6);
    Refusals(At(1 + i % 22, 17, i), 20 + i % 7, 3,
             Refused(i % 2 == 0 ? "LAB01" : "LAB02", "labrunner",
                     address.c_str(), "LAB.SVRCONN", "PAY.IN"));
  }
}

// Ten and more within five minutes, none of them within five minutes of a clock.
void DayWriter::Bursts() {
  // Four before 09:05 and eight after it.
  Refusals(At(9, 3, 20), 12, 25,
           Refused("PRD01", "tquill", "198.51.100.23", "PAY.APP.SVRCONN", "PAY.IN"));
  // The first and the tenth are 4 min 59 s apart, the longest that still counts.
  Refusals(At(10, 30, 1), 1, 1,
           Refused("PRD02", "rbasso", "192.0.2.61", "SET.APP.SVRCONN", "SETTLE.IN"));
  Refusals(At(10, 31), 8, 25,
           Refused("PRD02", "rbasso", "192.0.2.61", "SET.APP.SVRCONN", "SETTLE.IN"));
  Refusals(At(10, 35), 1, 1,
           Refused("PRD02", "rbasso", "192.0.2.61", "SET.APP.SVRCONN", "SETTLE.IN"));
  // One address at three queue managers, with a password the third time.
  Refusals(At(12, 58, 40), 4, 15,
           Refused("PRD01", "lkamin", "192.0.2.130", "ORD.APP.SVRCONN", "ORDERS.IN"));
  Refusals(At(12, 59, 45), 4, 15,
           Refused("PRD02", "lkamin", "192.0.2.130", "ORD.APP.SVRCONN", "ORDERS.IN"));
  LogEvent password = Refused("PRD03", "mqapp", "192.0.2.130", "ORD.APP.SVRCONN", "");
  password.report = Report::kPasswordRefused;
  password.csp_user = "lkamin";
  Refusals(At(13, 1, 5), 4, 15, password);
  // Development is not the lab: it counts.
  Refusals(At(16, 28, 10), 11, 20,
           Refused("DEV01", "jpereira", "10.30.4.17", "DEV.APP.SVRCONN", "ORDERS.IN"));
  // Twice, with a quiet half hour between: two detections, the second one held.
  Refusals(At(17, 14, 5), 10, 12,
           Refused("PRD03", "osvens", "198.51.100.77", "PAY.APP.SVRCONN", "PAY.OUT"));
  Refusals(At(17, 44, 5), 10, 12,
           Refused("PRD03", "osvens", "198.51.100.77", "PAY.APP.SVRCONN", "PAY.OUT"));
}

void DayWriter::NearMisses() {
  // Nine in two minutes.
  Refusals(At(8, 4, 10), 9, 15,
           Refused("PRD01", "hweiss", "192.0.2.77", "PAY.APP.SVRCONN", "PAY.IN"));
  // Ten over exactly five minutes: the first has left when the tenth comes.
  Refusals(At(11, 0), 9, 30,
           Refused("PRD02", "hweiss", "192.0.2.78", "PAY.APP.SVRCONN", "PAY.IN"));
  Refusals(At(11, 5), 1, 1,
           Refused("PRD02", "hweiss", "192.0.2.78", "PAY.APP.SVRCONN", "PAY.IN"));
  // A slow one: every 34 seconds for an hour, nine in any five minutes.
  Refusals(At(14, 10), 100, 34,
           Refused("PRD03", "hweiss", "192.0.2.79", "ORD.APP.SVRCONN", "ORDERS.IN"));
  // Two neighbours of eight each.
  Refusals(At(15, 20), 8, 10,
           Refused("PRD01", "hweiss", "192.0.2.80", "ORD.APP.SVRCONN", "ORDERS.IN"));
  Refusals(At(15, 20), 8, 10,
           Refused("PRD01", "hweiss", "192.0.2.81", "ORD.APP.SVRCONN", "ORDERS.IN"));
}

// Loud enough to become critical.
void DayWriter::Escalation() {
  Refusals(At(13, 58, 10), 130, 2,
           Refused("PRD02", "scanbot", "203.0.113.50", "SET.APP.SVRCONN", "SETTLE.IN"));
}

// One account tried from several addresses: one alert an hour, then the rest.
void DayWriter::OneUserManyAddresses() {
  const char* const addresses[] = {"198.51.100.40", "198.51.100.41",
                                   "198.51.100.42", "198.51.100.43"};
  const int64_t starts[] = {At(11, 2, 30), At(11, 20), At(11, 41, 15), At(12, 33)};
  for (int i = 0; i < 4; ++i) {
    Refusals(starts[i], 11, 20,
             Refused("PRD01", "mhale", addresses[i], "ADMIN.SVRCONN", "ORDERS.IN"));
  }
}

// Eight accounts from eight addresses within the hour, all at the payment queues:
// five alerts, and a digest of what was held.
void DayWriter::PaymentQueuesUnderAttack() {
  for (int i = 0; i < 8; ++i) {
    const std::string user = "payuser" + std::to_string(i + 1);
    const std::string address = "203.0.113." + std::to_string(101 + i);
    Refusals(At(20, 3 + 6 * i, 40 + i), 12, 10,
             Refused(i % 2 == 0 ? "PRD01" : "PRD03", user.c_str(),
                     address.c_str(), "PAY.APP.SVRCONN",
                     i % 3 == 0 ? "PAY.OUT" : "PAY.IN"));
  }
}

// What looks like an attack to whoever only counts.
void DayWriter::NotCounted() {
  // Tools that open reply queues they may not open.
  Refusals(At(9, 40), 30, 4,
           Refused("PRD01", "bmarsh", "10.20.2.200", "ADMIN.SVRCONN",
                   "SYSTEM.MQEXPLORER.REPLY.MODEL"));
  // The site's own vulnerability scanner.
  Refusals(At(4, 2, 10), 40, 2,
           Refused("PRD02", "vulnscan", "203.0.113.245", "PAY.APP.SVRCONN", "PAY.IN"));
  // A batch run on the machine itself: no client, no address.
  Refusals(At(5, 30), 25, 5, Refused("PRD03", "rbatch", "", "", "SETTLE.IN"));
}

void DayWriter::BlockedPartners() {
  // A partner moved: blocked every minute for three quarters of an hour, while the
  // sending side keeps trying.
  for (int i = 0; i < 45; ++i) {
    Add({.second = At(6, 12, 4) + i * 60,
         .report = Report::kBlockedNoAccess,
         .qmgr = "PRD02",
         .address = "10.20.9.31",
         .channel = "PROD.PAY.SDR"});
    Add({.second = At(6, 12, 5) + i * 60,
         .report = Report::kChannelRetrying,
         .qmgr = "PRD01",
         .address = "10.20.8.12",
         .channel = "PROD.PAY.SDR"});
  }
  for (int i = 0; i < 3; ++i) {
    Add({.second = At(15, 40, 50) + i * 20,
         .report = Report::kBlockedNoAccess,
         .qmgr = "PRD03",
         .address = "10.20.9.40",
         .channel = "PROD.SETTLE.SDR"});
  }
  // Let in with a warning, and blocked in the lab.
  for (int i = 0; i < 6; ++i) {
    Add({.second = At(7, 50, 9) + i * 60,
         .report = Report::kBlockWarning,
         .qmgr = "PRD01",
         .address = "10.20.9.55",
         .channel = "PROD.ORDERS.SDR"});
    Add({.second = At(18, 20, 30) + i * 60,
         .report = Report::kBlockedNoAccess,
         .qmgr = "LAB01",
         .address = "10.90.0.31",
         .channel = "PROD.PAY.SDR"});
  }
}

void DayWriter::BreakGlass() {
  const auto login = [this](int64_t second, Report report, const char* qmgr,
                            const char* user) {
    Add({.second = second,
         .report = report,
         .qmgr = qmgr,
         .user = user,
         .address = "10.20.7.5",
         .channel = "ADMIN.SVRCONN",
         .object = report == Report::kOpenAllowed ? "PAY.IN" : "",
         .app = "runmqsc"});
  };
  login(At(3, 14, 15), Report::kConnectAllowed, "PRD01", "bgadmin1");
  login(At(3, 14, 16), Report::kOpenAllowed, "PRD01", "bgadmin1");
  login(At(3, 31, 2), Report::kConnectAllowed, "PRD02", "BGADMIN1");
  for (int i = 0; i < 6; ++i) {  // more than the policy's limit in an hour
    login(At(3, 40, 10) + i * 90, Report::kConnectAllowed, "PRD01", "bgadmin1");
  }
  login(At(19, 47, 33), Report::kConnectAllowed, "PRD03", "bgoper2");
  for (int i = 0; i < 4; ++i) {
    login(At(22, 5, 1) + i * 30, Report::kConnectRefused, "PRD02", "bgadmin2");
  }
  login(At(10, 0, 30), Report::kConnectAllowed, "LAB01", "bgadmin3");  // a drill
}

}  // namespace

std::vector<LogEvent> EstateDay(uint64_t seed) {
  DayWriter day(seed);
  day.Ordinary();
  day.LabNoise();
  day.Bursts();
  day.NearMisses();
  day.Escalation();
  day.OneUserManyAddresses();
  day.PaymentQueuesUnderAttack();
  day.NotCounted();
  day.BlockedPartners();
  day.BreakGlass();
  return day.Take();
}

}  // namespace mqwarden
