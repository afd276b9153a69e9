// Metrics come apart as Prometheus takes them, whatever names hold, and the endpoint
// answers well-behaved and other clients.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "mqwarden/base/time.h"
#include "mqwarden/engine/stats.h"
#include "mqwarden/ingest/ingest_stats.h"
#include "mqwarden/pipeline/live/destination.h"
#include "mqwarden/pipeline/live/machine.h"
#include "mqwarden/pipeline/live/metrics_endpoint.h"
#include "mqwarden/pipeline/live/metrics_file.h"
#include "mqwarden/pipeline/live/metrics_text.h"
#include "mqwarden/pipeline/live/socket_address.h"
#include "mqwarden/tests/fault/sim_disk.h"

namespace mqwarden {
namespace {

// A reader of the format that refuses what the format does not allow: sample ->
// value, a label's value unescaped.
std::optional<std::map<std::string, std::string>> Read(std::string_view text) {
  std::map<std::string, std::string> samples;
  std::set<std::string> families;
  std::string family;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (line.starts_with("# HELP ")) {
      line.remove_prefix(7);
      family = line.substr(0, line.find(' '));
      if (!families.insert(family).second) return std::nullopt;  // a family twice
      continue;
    }
    if (line.starts_with("# TYPE " + family + " ")) continue;
    std::string key;
    size_t at = 0;
    bool quoted = false;
    for (; at < line.size() && (quoted || line[at] != ' '); ++at) {
      if (line[at] == '"') quoted = !quoted;
      if (line[at] == '\\' && quoted) {
        if (++at == line.size()) return std::nullopt;
        const char c = line[at];
        if (c != '\\' && c != '"' && c != 'n') return std::nullopt;
        key += c == 'n' ? '\n' : c;
        continue;
      }
      key += line[at];
    }
    if (quoted || at == line.size() || !key.starts_with(family)) return std::nullopt;
    const std::string value(line.substr(at + 1));
    if (value.find_first_not_of("-.0123456789") != std::string::npos ||
        !samples.emplace(key, value).second) {
      return std::nullopt;
    }
  }
  return samples;
}

TEST(MetricsTextTest, CountersOfAllPartsComeApart) {
  EngineStats engine;
  engine.events = 7;
  RuleStats rule;
  rule.rule = "bru\"te\\fo\nrce";
  rule.fired = 3;
  rule.excluded_by_label = {{"probes", 2}};
  RuleStats other;
  other.rule = "other";
  engine.rules = {rule, other};
  ReportStats report;
  report.report = "top";
  report.sent = 1;
  engine.reports = {report};
  IngestStats ingest;
  ingest.records = 5;
  ingest.rejected["no_time"] = 2;
  ingest.passed_over["heading"] = 4;
  DestinationStats destination;
  destination.waiting = 9;
  destination.is_down = true;
  MetricsText text;
  AppendEngineMetrics(engine, &text);
  AppendIngestMetrics({{"qm1", &ingest}}, &text);
  AppendDestinationMetrics({{"syslog:unix:/dev/log", destination}}, &text);
  text.Family("mqwarden_lag_seconds", MetricType::kGauge, "Behind the wall clock.");
  text.SampleSeconds({}, std::chrono::milliseconds(-1500));
  const auto samples = Read(text.text());
  ASSERT_TRUE(samples.has_value()) << text.text();
  EXPECT_EQ(samples->at("mqwarden_events_total"), "7");
  EXPECT_EQ(samples->at("mqwarden_rule_fired_total{rule=\"bru\"te\\fo\nrce\"}"), "3");
  EXPECT_EQ(samples->at("mqwarden_rule_excluded_by_label_total{rule=\"bru\"te\\fo\n"
                        "rce\",label=\"probes\"}"),
            "2");
  EXPECT_EQ(samples->at("mqwarden_rule_fired_total{rule=\"other\"}"), "0");
  EXPECT_EQ(samples->at("mqwarden_report_sent_total{report=\"top\"}"), "1");
  EXPECT_EQ(
      samples->at("mqwarden_source_rejected_total{source=\"qm1\",reason=\"no_time\"}"),
      "2");
  EXPECT_EQ(samples->at("mqwarden_source_passed_over_total{source=\"qm1\",what=\""
                        "heading\"}"),
            "4");
  EXPECT_EQ(
      samples->at("mqwarden_destination_waiting{destination=\"syslog:unix:/dev/log\"}"),
      "9");
  EXPECT_EQ(
      samples->at("mqwarden_destination_down{destination=\"syslog:unix:/dev/log\"}"),
      "1");
  EXPECT_EQ(samples->at("mqwarden_lag_seconds"), "-1.500000000");
}

TEST(MetricsTextTest, NoCounterOfARuleIsLeftOut) {
  // Every number of the structures has a value of its own, and each shows.
  RuleStats rule{"r", 101, 102, 103, {}, 104, 105, 106, 107, 108, 109,
                 110, 111, 112, 113, 114, 115, 116, 117, 118, 119};
  EngineStats engine;
  engine.rules = {rule};
  engine.reports = {{"p", 201, 202, 203, 204, 205, 206, 207}};
  MetricsText text;
  AppendEngineMetrics(engine, &text);
  for (int value = 101; value <= 119; ++value) {
    EXPECT_NE(text.text().find("{rule=\"r\"} " + std::to_string(value) + "\n"),
              std::string::npos)
        << value;
  }
  for (int value = 201; value <= 207; ++value) {
    EXPECT_NE(text.text().find("{report=\"p\"} " + std::to_string(value) + "\n"),
              std::string::npos)
        << value;
  }
}

TEST(MetricsFileTest, ReplacesTheFileAsAWhole) {
  SimDisk disk(1);
  ASSERT_TRUE(WriteMetricsFile(&disk, "m.prom", "a 1\n").ok());
  for (int64_t at = 0; at < 3; ++at) {
    const int64_t start = disk.operations();
    disk.set_plan([=](int64_t number, DiskOperation) {
      return number == start + at ? DiskFault::kShortError : DiskFault::kNone;
    });
    EXPECT_FALSE(WriteMetricsFile(&disk, "m.prom", "a 2\n").ok()) << at;
    EXPECT_EQ(disk.Contents("m.prom"), "a 1\n");
  }
  disk.set_plan({});
  ASSERT_TRUE(WriteMetricsFile(&disk, "m.prom", "a 3\n").ok());
  EXPECT_EQ(disk.Contents("m.prom"), "a 3\n");
}

class Client {
 public:
  explicit Client(int port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    ::sockaddr_in where = {};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    where.sin_port = htons(static_cast<uint16_t>(port));
    EXPECT_EQ(
        ::connect(socket_, reinterpret_cast<::sockaddr*>(&where), sizeof(where)), 0);
  }
  ~Client() { ::close(socket_); }
  void Send(const std::string& bytes) {
    EXPECT_EQ(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  // What came; whether the other side has closed.
  bool Read(std::string* out) {
    char bytes[65536];
    for (;;) {
      const ssize_t got = ::recv(socket_, bytes, sizeof(bytes), MSG_DONTWAIT);
      if (got == 0) return true;
      if (got < 0) return errno != EAGAIN;
      out->append(bytes, static_cast<size_t>(got));
    }
  }

 private:
  const int socket_;
};

std::string Ask(MetricsEndpoint* endpoint, const std::string& request) {
  Client client(endpoint->port());
  client.Send(request);
  std::string answer;
  for (int i = 0; i < 1000 && !client.Read(&answer); ++i) endpoint->Step(Duration());
  return answer;
}

std::unique_ptr<MetricsEndpoint> Listen(const std::string& text,
                                        std::function<std::string()> make) {
  const auto address = ParseSocketAddress(text);
  EXPECT_TRUE(address.ok());
  auto endpoint = MetricsEndpoint::Listen(*address, std::move(make));
  EXPECT_TRUE(endpoint.ok()) << endpoint.status();
  return *std::move(endpoint);
}

TEST(MetricsEndpointTest, AnswersWhatItIsAsked) {
  // Larger than a socket takes at once.
  const std::string body = "a 1\n" + std::string(8 << 20, '#') + "\n";
  const auto endpoint = Listen("tcp:127.0.0.1:0", [&] { return body; });
  const std::string answer =
      Ask(endpoint.get(), "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_NE(answer.find("Content-Type: text/plain; version=0.0.4"), std::string::npos);
  EXPECT_TRUE(answer.ends_with("\r\n\r\n" + body));
  EXPECT_TRUE(Ask(endpoint.get(), "GET /healthz HTTP/1.0\n\n").ends_with("\r\nok\n"));
  EXPECT_TRUE(Ask(endpoint.get(), "HEAD /metrics?x=1 HTTP/1.1\r\n\r\n")
                  .ends_with("close\r\n\r\n"));
  EXPECT_TRUE(
      Ask(endpoint.get(), "GET / HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 404"));
  EXPECT_TRUE(Ask(endpoint.get(), "POST /metrics HTTP/1.1\r\n\r\n")
                  .starts_with("HTTP/1.1 405"));
  EXPECT_TRUE(Ask(endpoint.get(), "rubbish\r\n\r\n").starts_with("HTTP/1.1 400"));
  EXPECT_EQ(endpoint->requests(), 6);
}

TEST(MetricsEndpointTest, SlowAndGreedyClientsAreSentAway) {
  const auto endpoint = Listen("tcp:127.0.0.1:0", [] { return std::string("a 1\n"); });
  Client slow(endpoint->port());
  slow.Send("GET /metr");
  endpoint->Step(Duration());
  ASSERT_TRUE(endpoint->next_step().has_value());
  std::string answer;
  EXPECT_FALSE(slow.Read(&answer));
  endpoint->Step(*endpoint->next_step());
  for (int i = 0; i < 1000 && !slow.Read(&answer); ++i) endpoint->Step(Duration());
  EXPECT_TRUE(slow.Read(&answer));
  EXPECT_EQ(answer, "");
  EXPECT_FALSE(endpoint->next_step().has_value());
  EXPECT_TRUE(Ask(endpoint.get(), std::string(9000, 'a')).starts_with("HTTP/1.1 431"));

  // More than it serves at once: all come to their turn.
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 50; ++i) {
    clients.push_back(std::make_unique<Client>(endpoint->port()));
    // The last of them keep it waiting, all in time.
    if (i < 40) clients.back()->Send("GET /healthz HTTP/1.1\r\n\r\n");
    endpoint->Step(Duration());
  }
  for (size_t i = 40; i < clients.size(); ++i) {
    clients[i]->Send("GET /healthz HTTP/1.1\r\n\r\n");
  }
  std::vector<std::string> answers(clients.size());
  for (int i = 0; i < 1000; ++i) {
    endpoint->Step(Duration());
    size_t done = 0;
    for (size_t k = 0; k < clients.size(); ++k) done += clients[k]->Read(&answers[k]);
    if (done == clients.size()) break;
  }
  for (const std::string& text : answers) EXPECT_TRUE(text.ends_with("ok\n"));
}

TEST(MetricsEndpointTest, OnlyWhereThisMachineReachesIt) {
  const auto status = [](const std::string& text) {
    return MetricsEndpoint::Listen(*ParseSocketAddress(text),
                                   [] { return std::string(); })
        .status()
        .code();
  };
  EXPECT_EQ(status("tcp:0.0.0.0:0"), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status("tcp:192.0.2.1:9090"), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status("udp:127.0.0.1:0"), absl::StatusCode::kInvalidArgument);
}

TEST(MetricsEndpointTest, TakesOverThePathOfAProcessThatHasGone) {
  std::string folder = "/tmp/mqwardenXXXXXX";
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const std::string text = "unix-stream:" + folder + "/metrics";
  const auto make = [] { return std::string(); };
  {
    const auto first = Listen(text, make);
    EXPECT_EQ(MetricsEndpoint::Listen(*ParseSocketAddress(text), make).status().code(),
              absl::StatusCode::kUnavailable);
  }
  EXPECT_NE(::access((folder + "/metrics").c_str(), F_OK), 0);
  // Killed: the path stays, and nobody is behind it.
  const auto address = *ParseSocketAddress(text);
  const int dead = *OpenSocket(address);
  ASSERT_EQ(::bind(dead, reinterpret_cast<const ::sockaddr*>(address.bytes.data()),
                   static_cast<::socklen_t>(address.bytes.size())),
            0);
  ::close(dead);
  Listen(text, make);
  ::rmdir(folder.c_str());
}

}  // namespace
}  // namespace mqwarden
