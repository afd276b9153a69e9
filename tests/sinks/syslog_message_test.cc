// What a receiver of RFC 5424 reads from our messages is what was in the alert,
// whatever bytes its texts hold.
#include "mqwarden/sinks/syslog_message.h"

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "mqwarden/base/hash128.h"
#include "mqwarden/base/terminal_text.h"
#include "mqwarden/base/time.h"
#include "mqwarden/schema/alert.h"
#include "mqwarden/schema/report.h"
#include "mqwarden/tests/sinks/syslog_parser.h"

namespace mqwarden {
namespace {

AlertValue TextValue(std::string text) {
  AlertValue value;
  value.text = std::move(text);
  return value;
}

Alert MakeAlert() {
  Alert alert;
  alert.id = {1, 2};
  alert.rule = "burst";
  alert.version = "0123456789abcdef";
  alert.severity = Severity::kHigh;
  alert.title = "Ten refusals";
  alert.summary = "10 refusals from 192.0.2.1";
  alert.time = *ParseTime("2026-01-05T09:05:10.120Z");
  alert.first = *ParseTime("2026-01-05T09:04:30Z");
  alert.last = alert.time;
  alert.count = 10;
  alert.group = {{"source_ip", TextValue("192.0.2.1")}};
  return alert;
}

std::string Message(const Alert& alert, const SyslogMessageOptions& options = {}) {
  std::string out;
  AppendSyslogMessage(alert, options, &out);
  return out;
}

ParsedSyslog Parse(const std::string& message) {
  std::string why;
  const auto parsed = ParseSyslog(message, &why);
  EXPECT_TRUE(parsed.has_value()) << why << "\n" << message;
  return parsed.value_or(ParsedSyslog{});
}

TEST(SyslogMessageTest, IsOneLineOfRfc5424) {
  SyslogMessageOptions options;
  options.hostname = "mq1.example";
  EXPECT_EQ(Message(MakeAlert(), options),
            "<131>1 2026-01-05T09:05:10.12Z mq1.example mqwarden - open "
            "[mqwarden@32473 id=\"00000000000000010000000000000002\" "
            "rule=\"burst\" version=\"0123456789abcdef\" state=\"open\" "
            "severity=\"high\" count=\"10\" "
            "first=\"2026-01-05T09:04:30.000000000Z\" "
            "last=\"2026-01-05T09:05:10.120000000Z\"]"
            "[group@32473 source_ip=\"192.0.2.1\"] "
            "Ten refusals: 10 refusals from 192.0.2.1");
}

TEST(SyslogMessageTest, TellsStateHeldMutedAndEvicted) {
  Alert alert = MakeAlert();
  alert.state = AlertState::kResolved;
  alert.held = 3;
  alert.muted = "during change";
  alert.state_evicted = true;
  const ParsedSyslog parsed = Parse(Message(alert));
  EXPECT_EQ(parsed.message_id, "resolved");
  EXPECT_EQ(parsed.elements[0].Value("held"), "3");
  EXPECT_EQ(parsed.elements[0].Value("muted"), "during change");
  EXPECT_EQ(parsed.elements[0].Value("state_evicted"), "true");
}

TEST(SyslogMessageTest, EachSeverityHasAPriority) {
  const std::pair<Severity, int> cases[] = {{Severity::kInfo, 134},
                                            {Severity::kLow, 133},
                                            {Severity::kMedium, 132},
                                            {Severity::kHigh, 131},
                                            {Severity::kCritical, 130}};
  for (const auto& [severity, priority] : cases) {
    Alert alert = MakeAlert();
    alert.severity = severity;
    EXPECT_EQ(Parse(Message(alert)).priority, priority);
  }
}

TEST(SyslogMessageTest, JsonBodyIsAsciiWhateverItSays) {
  Alert alert = MakeAlert();
  alert.summary = "Gr\u00f6\u00dfe \U0001F512 \u202e\x7f\x1b";
  SyslogMessageOptions options;
  options.body = SyslogMessageOptions::Body::kJson;
  const ParsedSyslog parsed = Parse(Message(alert, options));
  EXPECT_FALSE(parsed.byte_order_mark);
  EXPECT_TRUE(parsed.body.starts_with("{\"schema\":\"mqwarden.alert.v1\""));
  EXPECT_NE(parsed.body.find("Gr\\u00f6\\u00dfe \\ud83d\\udd12 \\u202e\\u007f"),
            std::string::npos)
      << parsed.body;
}

TEST(SyslogMessageTest, WordsOutsideAsciiAreMarked) {
  Alert alert = MakeAlert();
  alert.summary = "Gr\u00f6\u00dfe";
  const ParsedSyslog parsed = Parse(Message(alert));
  EXPECT_TRUE(parsed.byte_order_mark);
  EXPECT_EQ(parsed.body, "Ten refusals: Gr\u00f6\u00dfe");
}

TEST(SyslogMessageTest, AReportSaysItsNameAndTotal) {
  ReportRecord report;
  report.report = "top";
  report.title = "Refused objects";
  report.time = *ParseTime("2026-01-12T00:00:00Z");
  report.total = 40;
  std::string out;
  AppendSyslogMessage(report, {}, &out);
  const ParsedSyslog parsed = Parse(out);
  EXPECT_EQ(parsed.message_id, "report");
  EXPECT_EQ(parsed.elements[0].Value("report"), "top");
  EXPECT_EQ(parsed.elements[0].Value("total"), "40");
  EXPECT_EQ(parsed.body, "Refused objects");
}

TEST(SyslogMessageTest, OptionsOutOfBoundsAreNamed) {
  const auto refused = [](auto change) {
    SyslogMessageOptions options;
    change(&options);
    return std::string(CheckSyslogMessageOptions(options).message());
  };
  using Options = SyslogMessageOptions;
  EXPECT_TRUE(CheckSyslogMessageOptions({}).ok());
  EXPECT_EQ(refused([](Options* o) { o->facility = 24; }),
            "facility is 24, not 0 to 23");
  EXPECT_EQ(refused([](Options* o) { o->max_bytes = 480; }),
            "max_bytes is 480, not 2048 to 1048576");
  EXPECT_NE(refused([](Options* o) { o->hostname = "a b"; }), "");
  EXPECT_NE(refused([](Options* o) { o->app_name = std::string(49, 'a'); }), "");
  EXPECT_NE(refused([](Options* o) { o->enterprise = "a"; }), "");
}

// Any bytes, among them those that end something.
std::string Hostile(std::mt19937_64* random, size_t most) {
  static constexpr std::string_view kBytes =
      "\"\\]=[ \n\r\0\x1b\x7f\x80\xc3\xa9\xe2\x80\xae\xff" "ab1";
  std::string text;
  for (size_t left = (*random)() % (most + 1); left != 0; --left) {
    text += kBytes[(*random)() % kBytes.size()];
  }
  return text;
}

Alert HostileAlert(std::mt19937_64* random, size_t most) {
  Alert alert = MakeAlert();
  alert.rule = Hostile(random, most);
  alert.version = Hostile(random, most);
  alert.title = Hostile(random, most);
  alert.summary = Hostile(random, most);
  alert.muted = Hostile(random, most);
  alert.group.clear();
  for (size_t i = (*random)() % 12; i != 0; --i) {
    alert.group.push_back({Hostile(random, 40), TextValue(Hostile(random, most))});
  }
  return alert;
}

TEST(SyslogMessageTest, HostileTextComesApartAsItWas) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 1'000; ++i) {
    const Alert alert = HostileAlert(&random, 24);
    const ParsedSyslog parsed = Parse(Message(alert));
    ASSERT_EQ(parsed.elements.size(), alert.group.empty() ? 1u : 2u);
    EXPECT_EQ(parsed.elements[0].Value("rule"), EscapeForTerminal(alert.rule));
    EXPECT_EQ(parsed.elements[0].Value("muted"), EscapeForTerminal(alert.muted));
    EXPECT_EQ(parsed.elements[0].Value("cut"), "");
    if (!alert.group.empty()) {
      ASSERT_EQ(parsed.elements[1].params.size(), alert.group.size());
      for (size_t k = 0; k < alert.group.size(); ++k) {
        EXPECT_EQ(parsed.elements[1].params[k].second,
                  EscapeForTerminal(alert.group[k].value.text));
      }
    }
    std::string words = EscapeForTerminal(alert.title);
    if (!alert.title.empty() && !alert.summary.empty()) words += ": ";
    EXPECT_EQ(parsed.body, words + EscapeForTerminal(alert.summary));
  }
}

TEST(SyslogMessageTest, NoMessageIsLongerThanItsBound) {
  std::mt19937_64 random(8);
  SyslogMessageOptions options;
  options.hostname = std::string(255, 'h');
  options.app_name = std::string(48, 'a');
  options.enterprise = std::string(20, '9');
  int cut = 0;
  for (int i = 0; i < 300; ++i) {
    options.max_bytes = 2048 + random() % 2000;
    options.body = i % 2 == 0 ? SyslogMessageOptions::Body::kSummary
                              : SyslogMessageOptions::Body::kJson;
    const Alert alert = HostileAlert(&random, i % 3 == 0 ? 2500 : 100);
    const std::string message = Message(alert, options);
    ASSERT_LE(message.size(), options.max_bytes);
    const ParsedSyslog parsed = Parse(message);
    ASSERT_EQ(parsed.elements[0].Value("id"), ToHex(alert.id));
    cut += parsed.elements[0].Value("cut") == "true";
  }
  EXPECT_GT(cut, 100);
}

TEST(SyslogFrameTest, StreamsComeApartByEitherFraming) {
  std::mt19937_64 random(9);
  std::string counted;
  std::string lines;
  std::vector<std::string> messages;
  for (int i = 0; i < 200; ++i) {
    messages.push_back(Message(HostileAlert(&random, 30)));
    AppendSyslogFrame(messages.back(), SyslogFraming::kOctetCounted, &counted);
    AppendSyslogFrame(messages.back(), SyslogFraming::kNewline, &lines);
  }
  EXPECT_EQ(UnframeCounted(counted), messages);
  EXPECT_EQ(UnframeLines(lines), messages);
  std::string datagram;
  AppendSyslogFrame(messages[0], SyslogFraming::kDatagram, &datagram);
  EXPECT_EQ(datagram, messages[0]);
}

}  // namespace
}  // namespace mqwarden
