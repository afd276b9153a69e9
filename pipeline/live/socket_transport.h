// A receiver of syslog at a socket.
//
// What is known to have arrived depends on the socket. Of a TCP stream: what the
// peer's system has acknowledged, so that a connection that breaks loses nothing that
// was on its way, and a peer that dies may lose what it had not read. Of a stream to
// a path: what the peer has read. Of datagrams: what this system has taken; nobody
// tells more.
//
// A peer that is down, or that closes, is tried again (Backoff). A host name was
// looked up when its address was made.
#ifndef MQWARDEN_PIPELINE_LIVE_SOCKET_TRANSPORT_H_
#define MQWARDEN_PIPELINE_LIVE_SOCKET_TRANSPORT_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mqwarden/base/time.h"
#include "mqwarden/pipeline/live/machine.h"
#include "mqwarden/pipeline/live/socket_address.h"
#include "mqwarden/pipeline/live/transport.h"
#include "mqwarden/sinks/syslog_message.h"

namespace mqwarden {

class SocketTransport final : public Transport {
 public:
  // `framing` is of a stream; a datagram has none.
  SocketTransport(SocketAddress address, SyslogFraming framing)
      : address_(std::move(address)),
        framing_(address_.is_stream() ? framing : SyslogFraming::kDatagram) {}
  ~SocketTransport() override;
  SocketTransport(const SocketTransport&) = delete;
  SocketTransport& operator=(const SocketTransport&) = delete;

  void Step(Duration now) override;
  bool can_take() const override;
  void Take(std::string_view record, int64_t next, Duration now) override;
  int64_t acknowledged() const override { return acknowledged_; }
  int64_t resets() const override { return resets_; }
  int64_t failures() const override { return failures_; }
  bool is_down() const override { return state_ != State::kConnected; }
  std::optional<Duration> next_step() const override;
  void AddInterests(std::vector<Interest>* interests) const override;

 private:
  enum class State : uint8_t { kClosed, kConnecting, kConnected };
  // A record that was given and is not known to have arrived.
  struct Sent {
    int64_t end = 0;   // of its bytes in the stream
    int64_t next = 0;  // as Take() has it
  };

  void Connect(Duration now);
  void FinishConnecting(Duration now);
  void Fail(Duration now);
  bool ReadAnswers();
  void Write(Duration now);
  void NoteArrivals();

  const SocketAddress address_;
  const SyslogFraming framing_;

  State state_ = State::kClosed;
  int socket_ = -1;
  Backoff backoff_;
  Duration connecting_since_{};
  Duration stepped_{};
  std::string out_;      // not written yet
  int64_t written_ = 0;  // bytes of this connection
  int64_t given_ = 0;    // likewise, `out_` included
  std::deque<Sent> sent_;
  int64_t acknowledged_ = 0;
  int64_t resets_ = 0;
  int64_t failures_ = 0;
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LIVE_SOCKET_TRANSPORT_H_
