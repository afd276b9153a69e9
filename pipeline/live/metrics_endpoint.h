// A small HTTP server for the metrics of a run, on a path or an address of the
// loopback: `GET /metrics`, and `GET /healthz` for a prober, which answers 200 while
// the run lives.
//
// One request a connection. A request has at most 8 KiB and five seconds, answer
// included; at most 32 connections are open, further ones wait in the system. No call
// waits. Thread-compatible.
#ifndef MQWARDEN_PIPELINE_LIVE_METRICS_ENDPOINT_H_
#define MQWARDEN_PIPELINE_LIVE_METRICS_ENDPOINT_H_

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "mqwarden/base/time.h"
#include "mqwarden/pipeline/live/machine.h"
#include "mqwarden/pipeline/live/socket_address.h"

namespace mqwarden {

class MetricsEndpoint final {
 public:
  // Listens. `make` gives the text of /metrics, inside Step(). A path that is the
  // socket of a process that has gone is taken over. kInvalidArgument for an address
  // that other machines reach, or of datagrams; kUnavailable when it is in use.
  static absl::StatusOr<std::unique_ptr<MetricsEndpoint>> Listen(
      const SocketAddress& address, std::function<std::string()> make);
  ~MetricsEndpoint();
  MetricsEndpoint(const MetricsEndpoint&) = delete;
  MetricsEndpoint& operator=(const MetricsEndpoint&) = delete;

  void Step(Duration now);
  std::optional<Duration> next_step() const;
  void AddInterests(std::vector<Interest>* interests) const;

  // Of the loopback, where the address left it to the system; 0 of a path.
  int port() const;
  int64_t requests() const { return requests_; }

 private:
  struct Connection {
    int socket = -1;
    Duration deadline{};
    std::string request;
    std::string answer;  // empty until the request is there
    size_t sent = 0;
  };

  MetricsEndpoint(int listener, std::function<std::string()> make)
      : listener_(listener), make_(std::move(make)) {}

  void Accept(Duration now);
  // Whether the connection is done with.
  bool Serve(Connection* connection);
  std::string Answer(const std::string& request);

  const int listener_;
  const std::function<std::string()> make_;
  std::string path_;  // bound, and removed at the end; "" of the loopback
  std::list<Connection> connections_;
  int64_t requests_ = 0;
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LIVE_METRICS_ENDPOINT_H_
