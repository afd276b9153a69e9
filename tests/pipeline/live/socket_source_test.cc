// Sockets that others send to: each kind, each framing, cut anywhere.
#include "mqwarden/pipeline/live/socket_source.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/tests/pipeline/live/live_testing.h"

namespace mqwarden {
namespace {

using ::testing::ElementsAre;

// A path of a socket has room for 107 bytes, which the folders of tests may exceed.
std::string ShortFolder() {
  std::string folder = "/tmp/mqw.XXXXXX";
  EXPECT_NE(::mkdtemp(folder.data()), nullptr);
  return folder;
}

class SocketSourceTest : public ::testing::Test {
 protected:
  static std::string Json(const std::string& user) {
    return "{\"time\":\"2026-11-20T09:00:00Z\",\"kind\":\"authn\",\"user\":\"" +
           user + "\"}";
  }
  void Listen(const std::string& address) {
    auto parsed = ParseSocketAddress(address);
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    source_ = std::make_unique<SocketSource>("s", *parsed, IngestOptions());
    const absl::Status status =
        source_->Open(std::nullopt, [this](Event& event) {
          const bool has_user = event.Has(FieldId::kUser);
          users_.emplace_back(has_user ? event.Text(FieldId::kUser) : "");
        });
    ASSERT_TRUE(status.ok()) << status;
  }
  // A client of the source.
  int Connect(int family, int type, const std::string& path) {
    const int client = ::socket(family, type, 0);
    sockaddr_storage storage = {};
    socklen_t size = sizeof(sockaddr_in);
    if (family == AF_UNIX) {
      auto* const to = reinterpret_cast<sockaddr_un*>(&storage);
      to->sun_family = AF_UNIX;
      std::strncpy(to->sun_path, path.c_str(), sizeof(to->sun_path) - 1);
      size = sizeof(sockaddr_un);
    } else {
      auto* const to = reinterpret_cast<sockaddr_in*>(&storage);
      to->sin_family = AF_INET;
      to->sin_port = htons(static_cast<uint16_t>(source_->port()));
      to->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    }
    EXPECT_EQ(::connect(client, reinterpret_cast<sockaddr*>(&storage), size), 0);
    return client;
  }
  static void Send(int client, const std::string& bytes) {
    EXPECT_EQ(::send(client, bytes.data(), bytes.size(), 0),
              static_cast<ssize_t>(bytes.size()));
  }
  // Until so many events came.
  std::vector<std::string> Read(size_t events) {
    const auto machine = MakePosixMachine();
    for (int i = 0; i < 500 && users_.size() < events; ++i) {
      const auto progress = source_->Read();
      EXPECT_TRUE(progress.ok()) << progress.status();
      std::vector<Interest> interests;
      source_->AddInterests(&interests);
      if (*progress == Source::Progress::kNothing) {
        machine->Wait(interests, std::chrono::milliseconds(20));
      }
    }
    return std::exchange(users_, {});
  }

  std::unique_ptr<SocketSource> source_;
  std::vector<std::string> users_;
};

TEST_F(SocketSourceTest, DatagramsAreMessages) {
  Listen("udp:127.0.0.1:0");
  const int client = Connect(AF_INET, SOCK_DGRAM, "");
  Send(client, Json("a"));
  Send(client, Json("b") + "\n");
  EXPECT_THAT(Read(2), ElementsAre("a", "b"));
  ::close(client);
}

TEST_F(SocketSourceTest, PathsAreTakenOverFromTheDead) {
  const std::string path = ShortFolder() + "/s";
  {
    // A process that was killed leaves its path behind.
    const int dead = ::socket(AF_UNIX, SOCK_DGRAM, 0);
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
    ASSERT_EQ(::bind(dead, reinterpret_cast<sockaddr*>(&address),
                     sizeof(address)),
              0);
    ::close(dead);
  }
  Listen("unix:" + path);
  const int client = Connect(AF_UNIX, SOCK_DGRAM, path);
  Send(client, Json("a"));
  EXPECT_THAT(Read(1), ElementsAre("a"));
  ::close(client);
}

TEST_F(SocketSourceTest, BothFramingsOfAStreamCutAnywhere) {
  Listen("tcp:127.0.0.1:0");
  const auto syslog = [](const std::string& user) {
    return "<86>1 2026-11-20T09:00:00Z h app - - - " + Json(user);
  };
  const std::string counted = syslog("a");
  const int first = Connect(AF_INET, SOCK_STREAM, "");
  const int second = Connect(AF_INET, SOCK_STREAM, "");
  const std::string framed = std::to_string(counted.size()) + " " + counted;
  Send(first, framed.substr(0, 40));
  Send(second, Json("b").substr(0, 20));
  Read(0);
  Send(second, Json("b").substr(20) + "\n" + Json("c") + "\n");
  Send(first, framed.substr(40));
  Read(0);
  ::close(first);
  Send(second, Json("d"));
  ::close(second);  // the last line has no end
  std::vector<std::string> users = Read(4);
  // What syslog carries may be an event or not; those of lines are.
  EXPECT_THAT(users, ::testing::IsSupersetOf({"b", "c", "d"}));
  EXPECT_EQ(source_->stats().records, 4);
}

TEST_F(SocketSourceTest, AddressInUseIsAnError) {
  const std::string path = ShortFolder() + "/s";
  Listen("unix-stream:" + path);
  SocketSource other("t", *ParseSocketAddress("unix-stream:" + path), {});
  EXPECT_EQ(other.Open(std::nullopt, [](Event&) {}).code(),
            absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace mqwarden
