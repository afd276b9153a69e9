// The events of the day as text: layout, keys and words of `amqsevt -o json`.

#include "mqwarden/examples/estate_log.h"

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <string_view>

namespace mqwarden {
namespace {

// What the header of an event of each report says.
struct Heading {
  const char* queue;
  const char* type;
  int type_value;
  const char* reason;
  int reason_value;
  const char* qualifier;  // "" where there is none
};

Heading HeadingOf(Report report) {
  constexpr auto kAuthority = [](const char* reason, int value, const char* qualifier) {
    return Heading{"SYSTEM.ADMIN.QMGR.EVENT", "Queue Mgr Event", 44, reason, value,
                   qualifier};
  };
  constexpr auto kChannel = [](const char* reason, int value, const char* qualifier) {
    return Heading{"SYSTEM.ADMIN.CHANNEL.EVENT", "Channel Event", 46, reason, value,
                   qualifier};
  };
  constexpr auto kPerformance = [](const char* reason, int value) {
    return Heading{"SYSTEM.ADMIN.PERFM.EVENT", "Perfm Event", 45, reason, value, ""};
  };
  switch (report) {
    case Report::kConnectRefused:
      return kAuthority("Not Authorized", 2035, "Conn Not Authorized");
    case Report::kOpenRefused:
      return kAuthority("Not Authorized", 2035, "Open Not Authorized");
    case Report::kPasswordRefused:
      return kAuthority("Not Authorized", 2035, "CSP Not Authorized");
    case Report::kCommandRefused:
      return kAuthority("Not Authorized", 2035, "Cmd Not Authorized");
    case Report::kConnectAllowed:
      return kAuthority("Authorized", 3391, "Conn Authorized");
    case Report::kOpenAllowed:
      return kAuthority("Authorized", 3391, "Open Authorized");
    case Report::kBlockedNoAccess:
      return kChannel("Channel Blocked", 2577, "Channel Blocked Noaccess");
    case Report::kBlockedUser:
      return kChannel("Channel Blocked", 2577, "Channel Blocked Userid");
    case Report::kBlockedAddress:
      return kChannel("Channel Blocked", 2577, "Channel Blocked Address");
    case Report::kBlockWarning:
      return kChannel("Channel Blocked Warning", 2578, "Channel Blocked Noaccess");
    case Report::kChannelStarted:
      return kChannel("Channel Started", 2282, "");
    case Report::kChannelStopped:
      return kChannel("Channel Stopped", 2283, "Channel Stopped Ok");
    case Report::kChannelRetrying:
      return kChannel("Channel Stopped", 2283, "Channel Stopped Retry");
    case Report::kTlsError:
      return kChannel("Channel SSL Error", 2371, "SSL Handshake Error");
    case Report::kDepthHigh:
      return kPerformance("Queue Depth High", 2224);
    case Report::kDepthLow:
      return kPerformance("Queue Depth Low", 2225);
    case Report::kQueueFull:
      return kPerformance("Queue Full", 2053);
    case Report::kUnknownObject:
      return kAuthority("Unknown Object Name", 2085, "");
    case Report::kChangeBefore:
    case Report::kChangeAfter:
      return {"SYSTEM.ADMIN.CONFIG.EVENT", "Config Event", 43,
              "Config Change Object", 2368, ""};
    case Report::kCommand:
      return {"SYSTEM.ADMIN.COMMAND.EVENT", "Command Event", 99, "Command MQSC",
              2412, ""};
    case Report::kQueueManagerActive:
      return kAuthority("Queue Mgr Active", 2222, "Failover Not Permitted");
  }
  return {};
}

// Objects and members, one a line, two blanks a level.
class PrettyObject {
 public:
  explicit PrettyObject(std::string* out) : out_(out) { Open(); }
  ~PrettyObject() { *out_ += "\n}\n"; }

  void Text(std::string_view key, std::string_view value) {
    Raw(key, '"' + std::string(value) + '"');  // no character here needs escaping
  }
  void TextIfAny(std::string_view key, std::string_view value) {
    if (!value.empty()) Text(key, value);
  }
  void Number(std::string_view key, int64_t value) {
    Raw(key, std::to_string(value));
  }
  void Raw(std::string_view key, std::string_view json) {
    Key(key);
    *out_ += json;
  }
  void Begin(std::string_view key) {
    Key(key);
    Open();
  }
  void End() {
    --depth_;
    *out_ += '\n';
    out_->append(2 * depth_, ' ');
    *out_ += '}';
    first_ = false;
  }

 private:
  void Open() {
    *out_ += '{';
    ++depth_;
    first_ = true;
  }
  void Key(std::string_view key) {
    *out_ += first_ ? "\n" : ",\n";
    first_ = false;
    out_->append(2 * depth_, ' ');
    *out_ += '"';
    *out_ += key;
    *out_ += "\" : ";
  }

  std::string* const out_;
  size_t depth_ = 0;
  bool first_ = true;
};

std::string TimeStamp(int64_t second) {
  const std::chrono::year_month_day day{
      std::chrono::sys_days(std::chrono::days((kEstateDay + second) / 86400))};
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ",
                static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                static_cast<unsigned>(day.day()), static_cast<int>(second / 3600 % 24),
                static_cast<int>(second / 60 % 60), static_cast<int>(second % 60));
  return text;
}

// 48 hexadecimal digits that the events of one action share.
std::string CorrelationId(const LogEvent& event) {
  char text[64];
  std::snprintf(text, sizeof text, "414D5120%s20202020202020202020%016llX",
                event.qmgr == "PRD01" ? "505244303120" : "444556303120",
                static_cast<unsigned long long>(kEstateDay + event.second));
  std::string id = text;
  id.resize(48, '0');
  return id;
}

bool IsClient(const LogEvent& event) { return !event.channel.empty(); }

// The connection name of a client, with and without a host name before it, as the
// reverse look-up of the queue manager found one or not.
std::string ClientConnection(const LogEvent& event) {
  const bool named = event.address.starts_with("10.");
  return named ? "client" + event.address.substr(event.address.rfind('.') + 1) +
                     ".estate.example (" + event.address + ")"
               : event.address;
}

void PrintAuthority(const LogEvent& event, PrettyObject* out) {
  out->Text("userIdentifier", event.user);
  if (event.report == Report::kCommandRefused) {
    out->Text("command", "Change Queue");
    return;
  }
  out->Text("applType", event.app.starts_with("amqs") ? "Unix" : "Java");
  out->TextIfAny("applName", event.app);
  if (!event.object.empty()) {
    const bool put = event.object.ends_with(".OUT");
    out->Begin("openOptions");
    out->Number("options", put ? 8208 : 8226);
    out->Raw("optionsString", put ? "[ \"out\", \"fiq\" ]"
                                  : "[ \"inq\", \"in_shared\", \"fiq\" ]");
    out->End();
    out->Text("queueName", event.object);
  }
  if (IsClient(event)) {
    out->Text("connectionName", ClientConnection(event));
    out->Text("channelName", event.channel);
  }
  out->TextIfAny("cspUserIdentifier", event.csp_user);
}

void PrintBlocked(const LogEvent& event, PrettyObject* out) {
  out->Text("connectionName", event.user.empty() ? event.address
                                                 : ClientConnection(event));
  out->TextIfAny("channelName", event.channel);
  if (event.report == Report::kBlockedUser) out->Text("userIdentifier", event.user);
  out->TextIfAny("clientUserId", event.user);
  if (event.app.empty()) {
    if (IsClient(event)) out->Text("remoteQueueMgrName", "PARTNER1");
    return;
  }
  out->Text("applName", event.app);
  out->Text("applType", "Unix");
}

void PrintChannel(const LogEvent& event, PrettyObject* out) {
  out->Text("channelName", event.channel);
  if (event.report == Report::kTlsError) {
    out->Text("connectionName", event.address);
    out->Text("sslHandshakeStage", "gsk_secure_soc_init");
    out->Number("sslReturnCode", 407);
    return;
  }
  out->Text("xmitQueueName", "XMIT." + event.channel.substr(0, event.channel.rfind('.')));
  out->Text("connectionName", event.address + "(1414)");
  if (event.report == Report::kChannelStarted) return;
  out->Text("errorId", event.report == Report::kChannelRetrying ? "0x10009999"
                                                                : "0x10009528");
  out->Number("auxErrorDataInt1", 0);
  out->Number("auxErrorDataInt2", 0);
  out->Text("auxErrorDataStr1", event.channel);
  out->Text("auxErrorDataStr2", event.address + "(1414)");
  out->Text("auxErrorDataStr3", "");
}

void PrintPerformance(const LogEvent& event, PrettyObject* out) {
  const bool low = event.report == Report::kDepthLow;
  out->Text("baseObjectName", event.object);
  out->Number("timeSinceReset", 600 + event.second % 300);
  out->Number("highQueueDepth", event.report == Report::kQueueFull ? 5000 : 4000);
  out->Number("msgEnqCount", low ? 120 : 3900);
  out->Number("msgDeqCount", low ? 3800 : 15);
}

void PrintChange(const LogEvent& event, PrettyObject* out) {
  out->Text("eventUserId", event.user);
  out->Text("eventOrigin", "Console");
  out->Text("eventQueueMgr", event.qmgr);
  out->Text("objectType", "Queue");
  out->Text("queueName", event.object);
  out->Text("queueDesc", "");
  out->Number("maxQueueDepth", event.report == Report::kChangeAfter ? 10000 : 5000);
  out->Number("maxMsgLength", 4194304);
  out->Text("inhibitPut", "Put Allowed");
  out->Text("queueType", "Local");
}

void PrintCommand(const LogEvent& event, PrettyObject* out) {
  out->Begin("commandContext");
  out->Text("eventUserId", event.user);
  out->Text("eventOrigin", "Console");
  out->Text("eventQueueMgr", event.qmgr);
  out->Text("command", event.second % 3 == 0 ? "Change Queue" : "Inquire Queue");
  out->End();
  out->Begin("commandData");
  out->Text("queueName", event.object);
  out->Text("queueType", "Local");
  out->End();
}

void PrintData(const LogEvent& event, PrettyObject* out) {
  switch (event.report) {
    case Report::kConnectRefused:
    case Report::kOpenRefused:
    case Report::kPasswordRefused:
    case Report::kCommandRefused:
    case Report::kConnectAllowed:
    case Report::kOpenAllowed:
      return PrintAuthority(event, out);
    case Report::kBlockedNoAccess:
    case Report::kBlockedUser:
    case Report::kBlockedAddress:
    case Report::kBlockWarning:
      return PrintBlocked(event, out);
    case Report::kChannelStarted:
    case Report::kChannelStopped:
    case Report::kChannelRetrying:
    case Report::kTlsError:
      return PrintChannel(event, out);
    case Report::kDepthHigh:
    case Report::kDepthLow:
    case Report::kQueueFull:
      return PrintPerformance(event, out);
    case Report::kUnknownObject:
      out->Text("applType", "Java");
      out->Text("applName", event.app);
      out->Text("queueName", event.object);
      return;
    case Report::kChangeBefore:
    case Report::kChangeAfter:
      return PrintChange(event, out);
    case Report::kCommand:
      return PrintCommand(event, out);
    case Report::kQueueManagerActive:
      out->Text("hostName", "mq-" + event.qmgr);
      return;
  }
}

void PrintEvent(const LogEvent& event, std::string* text) {
  const Heading heading = HeadingOf(event.report);
  const bool change = event.report == Report::kChangeBefore ||
                      event.report == Report::kChangeAfter;
  const bool command = event.report == Report::kCommand;
  PrettyObject out(text);
  out.Begin("eventSource");
  out.Text("objectName", heading.queue);
  out.Text("objectType", "Queue");
  out.Text("queueMgr", event.qmgr);
  out.End();
  out.Begin("eventType");
  out.Text("name", heading.type);
  out.Number("value", heading.type_value);
  out.End();
  out.Begin("eventReason");
  out.Text("name", heading.reason);
  out.Number("value", heading.reason_value);
  out.End();
  out.Begin("eventCreation");
  out.Text("timeStamp", TimeStamp(event.second));
  out.Number("epoch", kEstateDay + event.second);
  out.End();
  if (change) {
    out.Text("objectState", event.report == Report::kChangeAfter ? "After Change"
                                                                 : "Before Change");
  }
  if (change || command) out.Text("correlationID", CorrelationId(event));
  out.Begin("eventData");
  if (!change && !command) out.Text("queueMgrName", event.qmgr);
  if (heading.qualifier[0] != '\0') out.Text("reasonQualifier", heading.qualifier);
  PrintData(event, &out);
  out.End();
}

}  // namespace

std::string EventText(const LogEvent& event) {
  std::string text;
  PrintEvent(event, &text);
  return text;
}

std::string EstateLogText(const std::vector<LogEvent>& events) {
  std::string text;
  int strays = 0;
  for (size_t i = 0; i < events.size(); ++i) {
    // Somebody else had the queue open for a moment, twice.
    if (strays < kEstateStrayLines &&
        i == (strays + 1) * events.size() / (kEstateStrayLines + 1)) {
      ++strays;
      text +=
          "MQOPEN of 'SYSTEM.ADMIN.COMMAND.EVENT' ended with reason code "
          "MQRC_OBJECT_IN_USE [2042]\n";
    }
    PrintEvent(events[i], &text);
  }
  return text;
}

}  // namespace mqwarden
