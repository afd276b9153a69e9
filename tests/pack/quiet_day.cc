// Prints a quiet estate as normalized events, one JSON object a line, ordered by
// time: a week of the same connections in brief, then one full working day. Nothing
// in it deserves an alert, yet it is full of what comes near one: mistyped
// passwords one below every threshold, probes of MQ Explorer, a lab in uproar,
// health checks that never shake hands, our own scanner, a nightly deployment.
//
// The week comes first because the rule about combinations never seen learns for
// seven days: on the full day it judges, and knows every user, address and channel.
// Equal runs print equal bytes; the program reads nothing.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

constexpr int64_t kMinute = 60;
constexpr int64_t kHour = 60 * kMinute;
constexpr int64_t kDay = 24 * kHour;
// Monday; London keeps UTC in February.
constexpr int64_t kStart = 1769990400;  // 2026-02-02T00:00:00Z
// The full day is the Tuesday after a week and a day.
constexpr int64_t kFullDay = kStart + 8 * kDay;

class Stream {
 public:
  void At(int64_t time, std::string_view kind, std::string_view fields) {
    std::string line = "\",\"kind\":\"";
    line += kind;
    line += "\",";
    line += fields;
    line += "}";
    events_.emplace_back(time, std::move(line));
  }

  // `count` events, the first at `time`, one every `step` seconds.
  void Repeat(int64_t time, int count, int64_t step, std::string_view kind,
              std::string_view fields) {
    for (int i = 0; i < count; ++i) At(time + i * step, kind, fields);
  }

  void Print() {
    std::stable_sort(
        events_.begin(), events_.end(),
        [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [time, rest] : events_) {
      const std::time_t seconds = static_cast<std::time_t>(time);
      std::tm utc = {};
      gmtime_r(&seconds, &utc);
      char stamp[32];
      std::strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", &utc);
      std::printf("{\"time\":\"%s%s\n", stamp, rest.c_str());
    }
  }

 private:
  std::vector<std::pair<int64_t, std::string>> events_;
};

// "name":"value", with a comma before all but the first.
std::string Text(std::initializer_list<std::pair<const char*, std::string>> fields) {
  std::string out;
  for (const auto& [name, value] : fields) {
    if (!out.empty()) out += ",";
    out += "\"";
    out += name;
    out += "\":\"" + value + "\"";
  }
  return out;
}

std::string Number(int value) { return std::to_string(value); }

// Who connects from where, over what.
struct Client {
  const char* user;
  const char* qmgr;
  const char* channel;
  const char* address;
  const char* app;
};

constexpr Client kServices[] = {
    {"svcpay", "PRD01", "PAY.SVRCONN", "192.0.2.101", "pay.jar"},
    {"svcpay", "PRD02", "PAY.SVRCONN", "192.0.2.102", "pay.jar"},
    {"svcorder", "PRD01", "ORD.SVRCONN", "192.0.2.103", "order.jar"},
    {"svcorder", "PRD02", "ORD.SVRCONN", "192.0.2.104", "order.jar"},
    {"svcsettle", "PRD02", "SET.SVRCONN", "192.0.2.105", "settle.jar"},
};
constexpr Client kMonitor = {"monmq01", "PRD01", "MON.SVRCONN", "192.0.2.110",
                             "monitor"};
constexpr Client kPeople[] = {
    {"midadm1", "PRD01", "ADM.SVRCONN", "192.0.2.121", "MQ Explorer"},
    {"midadm2", "PRD02", "ADM.SVRCONN", "192.0.2.122", "MQ Explorer"},
    {"mqadmin1", "PRD01", "ADM.SVRCONN", "192.0.2.123", "runmqsc"},
    {"jharris", "DEV01", "DEV.SVRCONN", "192.0.2.131", "MQ Explorer"},
    {"lmeyer", "DEV01", "DEV.SVRCONN", "192.0.2.132", "ide"},
    {"pnowak", "DEV02", "DEV.SVRCONN", "192.0.2.133", "ide"},
};
// May come at any hour.
constexpr Client kAtNight[] = {
    {"deploy01", "PRD01", "DEP.SVRCONN", "192.0.2.140", "deploy"},
    {"mqcollect", "PRD01", "MON.SVRCONN", "192.0.2.111", "amqsevt"},
    {"oncall01", "DEV01", "DEV.SVRCONN", "192.0.2.134", "MQ Explorer"},
};

std::string Of(const Client& client) {
  return Text({{"qmgr", client.qmgr},
               {"user", client.user},
               {"channel", client.channel},
               {"source_ip", client.address},
               {"app", client.app}});
}

std::string Connected(const Client& client) {
  return Of(client) +
         ",\"action\":\"connect\",\"outcome\":\"success\",\"reason\":3391";
}

std::string Open(const Client& client, const std::string& queue,
                 const char* access, bool granted) {
  return Of(client) + "," + Text({{"object", queue}, {"object_type", "queue"}}) +
         ",\"action\":\"open\",\"access\":[\"" + access + "\"]," +
         (granted ? "\"outcome\":\"success\",\"reason\":3391"
                  : "\"outcome\":\"failure\",\"reason\":2035");
}

std::string WrongPassword(const Client& client) {
  return Of(client) +
         ",\"action\":\"connect\",\"outcome\":\"failure\",\"reason\":2035,"
         "\"reason_qualifier\":\"MQRQ_CSP_NOT_AUTHORIZED\"";
}

std::string UnknownName(const char* qmgr, const char* app,
                        const std::string& object) {
  return Text({{"qmgr", qmgr}, {"app", app}, {"object", object}}) +
         ",\"action\":\"open\",\"outcome\":\"failure\",\"reason\":2085";
}

std::string Command(const char* qmgr, const char* user, const char* command,
                    const char* object, const char* type,
                    const std::string& more) {
  return Text({{"qmgr", qmgr},
               {"user", user},
               {"event_user", user},
               {"command", command},
               {"object", object},
               {"object_type", type},
               {"origin", "console"}}) +
         ",\"action\":\"command\",\"outcome\":\"success\"" + more;
}

std::string Config(const char* qmgr, const char* user, const char* action,
                   const char* object, const char* type,
                   const std::string& more) {
  return Text({{"qmgr", qmgr},
               {"user", user},
               {"event_user", user},
               {"action", action},
               {"object", object},
               {"object_type", type}}) +
         ",\"outcome\":\"success\"" + more;
}

std::string Channel(const char* qmgr, const std::string& channel,
                    const char* address, const char* action, int reason,
                    const char* qualifier) {
  return Text({{"qmgr", qmgr},
               {"channel", channel},
               {"source_ip", address},
               {"action", action},
               {"reason_qualifier", qualifier}}) +
         ",\"outcome\":\"failure\",\"reason\":" + Number(reason);
}

// What the week before holds: every combination of the full day once a day, and a
// sign of life of the queue managers that are waited for.
void BriefDay(int64_t day, Stream& out) {
  for (const char* qmgr : {"PRD01", "PRD02"}) {
    out.Repeat(day, 4, 6 * kHour, "perf",
               Text({{"qmgr", qmgr}}) +
                   ",\"action\":\"other\",\"outcome\":\"unknown\"");
  }
  for (const Client& client : kServices) {
    out.At(day + kHour, "authz", Connected(client));
  }
  out.At(day + kHour, "authz", Connected(kMonitor));
  for (const Client& client : kAtNight) {
    out.At(day + 2 * kHour, "authz", Connected(client));
  }
  const bool weekend = day == kStart + 5 * kDay || day == kStart + 6 * kDay;
  if (weekend) return;
  for (const Client& client : kPeople) {
    out.At(day + 9 * kHour, "authz", Connected(client));
  }
}

// Programs work around the clock: they connect, open their queues, disconnect.
void Programs(int64_t day, Stream& out) {
  int number = 0;
  for (const Client& client : kServices) {
    const std::string prefix = std::string(client.user) == "svcpay"     ? "PAY."
                               : std::string(client.user) == "svcorder" ? "ORDERS."
                                                                        : "SETTLE.";
    const int64_t offset = 7 * number++;
    out.Repeat(day + offset, 1440, kMinute, "authz", Connected(client));
    out.Repeat(day + offset + 1, 4320, 20, "authz",
               Open(client, prefix + "IN", "get", true));
    out.Repeat(day + offset + 2, 4320, 20, "authz",
               Open(client, prefix + "OUT", "put", true));
    // Under two seconds each, and one a minute: short is not churn.
    out.Repeat(day + offset + 3, 1440, kMinute, "session",
               Of(client) +
                   ",\"action\":\"disconnect\",\"outcome\":\"unknown\",\"duration\":1.5");
  }
  // A monitor connects all the time and is refused at the command server.
  out.Repeat(day, 2880, 30, "authz", Connected(kMonitor));
  out.Repeat(day + 4, 1440, kMinute, "authz",
             Open(kMonitor, "SYSTEM.ADMIN.COMMAND.QUEUE", "put", false));
  // The collector takes its events.
  out.Repeat(day + 5, 288, 5 * kMinute, "authz",
             Open(kAtNight[1], "SYSTEM.ADMIN.QMGR.EVENT", "get", true));
  for (const char* qmgr : {"PRD01", "PRD02"}) {
    out.Repeat(day, 288, 5 * kMinute, "perf",
               Text({{"qmgr", qmgr}}) +
                   ",\"action\":\"other\",\"outcome\":\"unknown\"");
  }
}

// Nightly jobs: settlement walks many queues that it may open, a deployment asks
// for queues before it creates them, a restart makes everybody come back at once.
void Night(int64_t day, Stream& out) {
  const Client& settle = kServices[4];
  for (int i = 0; i < 2000; ++i) {
    out.At(day + 2 * kHour + i / 2, "authz",
           Open(settle, "SETTLE.BATCH." + Number(i), "get", true));
  }
  const Client& deploy = kAtNight[0];
  out.At(day + 3 * kHour, "authz", Connected(deploy));
  for (int i = 0; i < 15; ++i) {
    const std::string queue = "RELEASE.Q" + Number(i);
    // Local, so that no address is known.
    out.At(day + 3 * kHour + 10 + i, "authz",
           Text({{"qmgr", "PRD01"},
                 {"user", "deploy01"},
                 {"app", "deploy"},
                 {"object", queue},
                 {"object_type", "queue"}}) +
               ",\"action\":\"open\",\"access\":[\"put\"],\"outcome\":\"failure\","
               "\"reason\":2035");
    out.At(day + 3 * kHour + 60 + i, "config",
           Config("PRD01", "deploy01", "create", queue.c_str(), "queue", ""));
  }
  for (int i = 0; i < 15; ++i) {
    out.At(day + 3 * kHour + 120 + i, "qmgr",
           UnknownName("PRD01", "deploy", "RELEASE.OLD" + Number(i)));
  }
  out.At(day + 4 * kHour, "qmgr",
         Text({{"qmgr", "PRD02"}, {"action", "stop"}, {"outcome", "success"}}));
  out.At(day + 4 * kHour + 90, "qmgr",
         Text({{"qmgr", "PRD02"}, {"action", "start"}, {"outcome", "success"}}));
  out.Repeat(day + 4 * kHour + 91, 50, 5, "channel",
             Channel("PRD02", "PAY.SVRCONN", "192.0.2.102", "connect", 2537,
                     "MQRQ_SVRCONN_INST_LIMIT"));
  out.At(day + 4 * kHour + 95, "command",
         Command("PRD02", "mqm", "MQCMD_START_SERVICE", "SYSTEM.AMQP.SERVICE",
                 "service", ""));
  out.At(day + 4 * kHour + 95, "command",
         Command("PRD02", "mqm", "MQCMD_START_SERVICE", "LOG.ROTATE.SERVICE",
                 "service", ""));
  out.At(day + 5 * kHour, "authz", Connected(kAtNight[2]));
}

// People: they mistype, one time less than any rule counts; they look around with
// MQ Explorer; the middleware team changes what weakens nothing.
void People(int64_t day, Stream& out) {
  int number = 0;
  for (const Client& client : kPeople) {
    const int64_t arrival = day + 8 * kHour + number++ * 13 * kMinute;
    out.Repeat(arrival, 4, 20, "authn", WrongPassword(client));
    out.At(arrival + 100, "authz", Connected(client));
    for (int round = 0; round < 6; ++round) {
      const int64_t at = arrival + kHour + round * 80 * kMinute;
      out.Repeat(at, 25, 1, "authz",
                 Open(client, "SYSTEM.MQEXPLORER.REPLY.MODEL", "get", false));
      out.At(at + 60, "authz", Connected(client));
    }
    // Two system queues and four others in ten minutes, nothing browsed.
    out.Repeat(arrival + 3 * kHour, 2, kMinute, "authz",
               Open(client, "SYSTEM.CLUSTER.TRANSMIT.QUEUE", "inq", false));
    for (int i = 0; i < 4; ++i) {
      out.At(arrival + 3 * kHour + 150 + i, "authz",
             Open(client, "ORDERS.REVIEW." + Number(i), "browse", false));
    }
  }
  // Mistakes of many people behind one jump host, each of their own.
  for (int i = 0; i < 90; ++i) {
    out.At(day + 8 * kHour + 3 * i, "authn",
           WrongPassword({("user" + Number(i)).c_str(), "PRD01", "ADM.SVRCONN",
                          "198.51.100.201", "MQ Explorer"}));
  }
  // A service whose new password arrives a little late.
  out.Repeat(day + 11 * kHour, 4, kMinute, "authn", WrongPassword(kServices[2]));
  // Nine refusals in a minute on a queue, and an hour later nine again.
  for (int hour : {12, 13}) {
    out.Repeat(day + hour * kHour, 9, 6, "authz",
               Open(kServices[2], "ORDERS.NEW", "put", false));
  }
  // Nine names that nobody defined.
  for (int i = 0; i < 9; ++i) {
    out.At(day + 14 * kHour + i, "qmgr",
           UnknownName("PRD02", "report", "OLD.Q" + Number(i)));
  }

  for (int i = 0; i < 40; ++i) {
    const int64_t at = day + 9 * kHour + i * 12 * kMinute;
    const char* qmgr = i % 2 == 0 ? "PRD01" : "PRD02";
    out.At(at, "command",
           Command(qmgr, "midadm1", "MQCMD_INQUIRE_Q", "*", "queue", ""));
    out.At(at + 20, "command",
           Command(qmgr, "midadm1", "MQCMD_CHANGE_Q", "PAY.IN", "queue",
                   ",\"changes\":[\"maxQueueDepth\"]"));
    out.At(at + 20, "config",
           Config(qmgr, "midadm1", "change", "PAY.IN", "queue",
                  ",\"changes\":[\"maxQueueDepth\"]"));
  }
  out.At(day + 10 * kHour, "command",
         Command("PRD01", "midadm1", "MQCMD_SET_AUTH_REC", "PAY.IN", "queue",
                 ",\"target_user\":[\"svcpay\"],\"granted\":[\"put\",\"get\"]"));
  out.At(day + 10 * kHour + 60, "command",
         Command("PRD01", "midadm1", "MQCMD_REFRESH_SECURITY", "PRD01", "qmgr", ""));
  out.At(day + 10 * kHour + 120, "command",
         Command("PRD01", "midadm1", "MQCMD_CHANGE_Q_MGR", "PRD01", "qmgr",
                 ",\"changes\":[\"authorityEvent\"],"
                 "\"attr\":{\"authorityEvent\":\"Enabled\"}"));
  out.At(day + 10 * kHour + 180, "config",
         Config("PRD01", "midadm1", "change", "SITE.IDPW", "authinfo",
                ",\"changes\":[\"checkClientBinding\"],"
                "\"attr\":{\"checkClientBinding\":\"Required\","
                "\"old_checkClientBinding\":\"Optional\"}"));
  out.At(day + 10 * kHour + 240, "config",
         Config("PRD01", "midadm1", "change", "LOG.ROTATE.SERVICE", "service",
                ",\"changes\":[\"serviceDesc\"]"));
  // Two blocks of a client, a rule for it, and two that were on their way.
  for (int minute : {0, 1, 6, 7}) {
    out.At(day + 15 * kHour + minute * kMinute, "channel",
           Channel("PRD01", "ORD.SVRCONN", "192.0.2.106", "block", 2577,
                   "MQRQ_CHANNEL_BLOCKED_NOACCESS") +
               "," + Text({{"client_user", "order"}, {"user", "order"}}));
  }
  out.At(day + 15 * kHour + 5 * kMinute, "command",
         Command("PRD01", "midadm1", "MQCMD_SET_CHLAUTH_REC", "ORD.*", "chlauth",
                 ",\"target_user\":[\"svcorder\"],"
                 "\"attr\":{\"action\":\"Add\",\"warning\":\"No\"}"));
}

// The network around: health checks, our own scanner, a partner with an expired
// certificate, another with a typo, limits touched twice, IBM i.
void Surroundings(int64_t day, Stream& out) {
  out.Repeat(day + 3, 8640, 10, "channel",
             Channel("PRD01", "PAY.SVRCONN", "198.51.100.200", "tls", 2371,
                     "MQRQ_SSL_HANDSHAKE_ERROR"));
  out.Repeat(day + 9, 96, 15 * kMinute, "channel",
             Channel("PRD02", "PROD.BANK.RCVR", "192.0.2.150", "tls", 2371,
                     "MQRQ_SSL_CLIENT_AUTH_ERROR"));
  out.Repeat(day + kHour, 4, 2 * kMinute, "channel",
             Channel("PRD02", "PROD.BANK.RCVR", "192.0.2.151", "tls", 2371,
                     "MQRQ_SSL_HANDSHAKE_ERROR"));
  out.Repeat(day + 11, 48, 30 * kMinute, "channel",
             Text({{"qmgr", "PRD01"},
                   {"channel", "TO.PRD1"},
                   {"source_ip", "192.0.2.152"},
                   {"action", "connect"},
                   {"outcome", "failure"},
                   {"message_id", "AMQ9519"}}));
  out.Repeat(day + 16 * kHour, 2, kMinute, "channel",
             Channel("PRD01", "ORD.SVRCONN", "192.0.2.103", "connect", 2537,
                     "MQRQ_CLIENT_INST_LIMIT"));
  const char* scanner = "203.0.113.241";
  for (int i = 0; i < 400; ++i) {
    const int64_t at = day + 22 * kHour + i;
    const std::string word = "probe" + Number(i);
    out.At(at, "channel",
           Channel("PRD01", "SYSTEM.DEF.SVRCONN", scanner, "block", 2577,
                   "MQRQ_CHANNEL_BLOCKED_ADDRESS") +
               "," + Text({{"client_user", word}, {"user", word}}));
    out.At(at, "channel",
           Text({{"qmgr", "PRD01"},
                 {"channel", "TRY." + Number(i)},
                 {"source_ip", scanner},
                 {"action", "connect"},
                 {"outcome", "failure"},
                 {"message_id", "AMQ9519"}}));
    out.At(at, "authz",
           Text({{"qmgr", "PRD01"},
                 {"user", "scan"},
                 {"source_ip", scanner},
                 {"object", "Q." + Number(i)},
                 {"action", "open"},
                 {"outcome", "failure"}}) +
               ",\"reason\":2035,\"access\":[\"put\"]");
  }
  const std::string ibmi = Text({{"host", "IBMI1"},
                                 {"platform", "ibmi"},
                                 {"outcome", "failure"},
                                 {"action", "login"}});
  out.Repeat(day + 7 * kHour, 200, 5, "os_auth",
             Text({{"user", "QUSER"}, {"message_id", "AF-A"}}) + "," + ibmi);
  out.Repeat(day + 8 * kHour, 4, kMinute, "os_auth",
             Text({{"user", "CLERK7"}, {"message_id", "PW-P"}}) + "," + ibmi);
}

// In the lab anything goes: passwords are guessed, auditing is switched off, a
// break-glass drill is held.
void Lab(int64_t day, Stream& out) {
  const Client student = {"student", "LAB07", "LAB.SVRCONN", "192.0.2.190", "lab"};
  const Client glass = {"bgadmin1", "GAMMALAB", "LAB.SVRCONN", "192.0.2.191", "lab"};
  out.Repeat(day + 3 * kHour, 2000, 5, "authn", WrongPassword(student));
  out.At(day + 6 * kHour, "authz", Connected(student));
  for (int i = 0; i < 500; ++i) {
    out.At(day + 13 * kHour + i, "authz",
           Open(student, "LAB.Q" + Number(i), "browse", false));
  }
  out.At(day + 14 * kHour, "authz", Connected(glass));
  for (const char* event : {"authorityEvent", "channelEvent", "sslEvent"}) {
    out.At(day + 14 * kHour + 60, "command",
           Command("GAMMALAB", "bgadmin1", "MQCMD_CHANGE_Q_MGR", "GAMMALAB", "qmgr",
                   std::string(",\"changes\":[\"") + event + "\"],\"attr\":{\"" +
                       event + "\":\"Disabled\"}"));
  }
  out.At(day + 14 * kHour + 90, "command",
         Command("LAB07", "student", "MQCMD_CREATE_SERVICE", "SHELL", "service", ""));
}

}  // namespace

int main() {
  Stream out;
  for (int64_t day = kStart; day < kFullDay; day += kDay) BriefDay(day, out);
  Programs(kFullDay, out);
  Night(kFullDay, out);
  People(kFullDay, out);
  Surroundings(kFullDay, out);
  Lab(kFullDay, out);
  out.Print();
  return std::ferror(stdout) == 0 ? 0 : 1;
}
