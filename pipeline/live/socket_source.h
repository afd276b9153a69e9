// A socket that others send syslog, or lines of any other format, to.
//
// Of datagrams each is a message. Of streams (TCP, unix-stream) a connection frames
// its messages by lengths or by line ends (RFC 6587), which is found out for each
// message; messages of different connections never mix. All go to one reader, one a
// line, so that a record of several lines cannot come this way.
//
// Bounds. kMaxConnections connections, further ones wait in the system; a message of
//         kMaxFrameBytes. Nothing is read while the run does not ask: then TCP slows
//         its senders down, and of datagrams the system throws away what it has no
//         room for, which lost() tells where the system does.
#ifndef MQWARDEN_PIPELINE_LIVE_SOCKET_SOURCE_H_
#define MQWARDEN_PIPELINE_LIVE_SOCKET_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mqwarden/ingest/event_stream.h"
#include "mqwarden/ingest/syslog_framing.h"
#include "mqwarden/pipeline/live/resumable_stream.h"
#include "mqwarden/pipeline/live/socket_address.h"
#include "mqwarden/pipeline/live/source.h"

namespace mqwarden {

class SocketSource final : public Source {
 public:
  static constexpr size_t kMaxConnections = 1024;

  SocketSource(std::string name, SocketAddress address, IngestOptions options)
      : name_(std::move(name)),
        address_(std::move(address)),
        options_(std::move(options)) {}
  ~SocketSource() override;
  SocketSource(const SocketSource&) = delete;
  SocketSource& operator=(const SocketSource&) = delete;

  std::string_view name() const override { return name_; }
  absl::Status Open(std::optional<std::string_view> state,
                    EventStream::Callback take) override;
  absl::StatusOr<Progress> Read() override;
  void Quiet() override { stream_->FlushText(); }
  void Finish() override;
  void Save(ByteWriter* out) const override;
  void AddInterests(std::vector<Interest>* interests) const override;
  IngestStats stats() const override { return stream_->stats(); }
  int64_t lost() const override { return lost_; }

  // Where the address left it to the system.
  int port() const;

 private:
  struct Connection {
    int socket = -1;
    SyslogUnframer unframer;
    std::string line;  // the beginning of one
  };

  void Accept();
  bool ReadDatagrams();
  // Whether it read something; closes what has ended.
  bool ReadConnection(Connection* connection);
  // Gives the whole lines of a connection to the reader.
  void FeedLines(Connection* connection, std::string_view text);
  void Close(Connection* connection);

  const std::string name_;
  const SocketAddress address_;
  const IngestOptions options_;

  std::unique_ptr<ResumableStream> stream_;
  int socket_ = -1;
  std::string path_;  // bound, and removed at the end
  std::list<Connection> connections_;
  std::string buffer_;
  std::string lines_;
  uint32_t dropped_ = 0;  // as the system counts them
  int64_t lost_ = 0;
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LIVE_SOCKET_SOURCE_H_
