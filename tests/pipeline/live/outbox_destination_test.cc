// Alerts reach a peer that comes late, goes away, answers badly or dies: each at least
// once, in order. Real sockets and programs, time by hand.
#include "mqwarden/pipeline/live/outbox_destination.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "mqwarden/base/time.h"
#include "mqwarden/pipeline/live/destination.h"
#include "mqwarden/pipeline/live/machine.h"
#include "mqwarden/pipeline/live/outbox.h"
#include "mqwarden/pipeline/live/program_transport.h"
#include "mqwarden/pipeline/live/socket_address.h"
#include "mqwarden/pipeline/live/socket_transport.h"
#include "mqwarden/schema/alert.h"
#include "mqwarden/sinks/syslog_message.h"
#include "mqwarden/tests/fault/sim_disk.h"

namespace mqwarden {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

RecordFormat Titles() {
  return {.alert = [](const Alert& alert, std::string* out) { *out += alert.title; },
          .report = nullptr};
}

// A destination over a simulated disk, and the steady clock that drives it.
class Desk {
 public:
  explicit Desk(std::function<std::unique_ptr<Transport>()> make)
      : make_(std::move(make)) {
    Start(std::nullopt);
  }

  void Start(const std::optional<std::string>& state) {
    destination_.reset();
    auto transport = make_();
    transport_ = transport.get();
    destination_ = std::make_unique<OutboxDestination>(
        "test", Titles(),
        std::make_unique<Outbox>(&disk_, "box", OutboxOptions()),
        std::move(transport));
    const absl::Status status = destination_->Recover(
        state ? std::optional<std::string_view>(*state) : std::nullopt);
    EXPECT_TRUE(status.ok()) << status;
  }

  void Send(int from, int to) {
    for (int i = from; i < to; ++i) {
      Alert alert;
      alert.title = "alert " + std::to_string(i);
      destination_->OnAlert(alert);
    }
  }

  std::string Checkpoint() {
    std::string state;
    EXPECT_TRUE(destination_->Checkpoint(&state).ok());
    EXPECT_TRUE(destination_->Sync().ok());
    destination_->Committed();
    return state;
  }

  // Steps until `done`, waiting for the descriptors that the destination names and
  // letting its deadlines pass; false when that takes too long.
  template <typename Done>
  bool Run(const Done& done) {
    for (int i = 0; i < 3000; ++i) {
      destination_->Step(now_);
      EXPECT_TRUE(destination_->status().ok()) << destination_->status();
      if (done()) return true;
      std::vector<Interest> interests;
      destination_->AddInterests(&interests);
      std::vector<::pollfd> polls;
      for (const Interest& interest : interests) {
        polls.push_back({.fd = interest.descriptor,
                         .events = static_cast<short>(
                             (interest.readable ? POLLIN : 0) |
                             (interest.writable ? POLLOUT : 0)),
                         .revents = 0});
      }
      ::poll(polls.data(), polls.size(), 5);
      now_ += milliseconds(5);
      if (polls.empty() && destination_->next_step().has_value()) {
        now_ = std::max(now_, *destination_->next_step());
      }
    }
    return false;
  }
  bool RunUntilAllArrived() {
    return Run([this] { return destination_->stats().waiting == 0; });
  }

  void Pass(Duration duration) { now_ += duration; }
  DestinationStats stats() const { return destination_->stats(); }
  OutboxDestination* destination() { return destination_.get(); }
  template <typename T>
  T* transport() {
    return static_cast<T*>(transport_);
  }

 private:
  std::function<std::unique_ptr<Transport>()> make_;
  SimDisk disk_{1};
  Transport* transport_ = nullptr;
  std::unique_ptr<OutboxDestination> destination_;
  Duration now_ = seconds(1000);
};

std::string Folder() {
  std::string folder = std::string(std::getenv("TEST_TMPDIR")) + "/dXXXXXX";
  // A path of a socket has at most 107 bytes.
  if (folder.size() > 60) folder = "/tmp/mqwardenXXXXXX";
  return ::mkdtemp(folder.data());
}

// A peer with a listening socket on a free port of the loopback.
class TcpPeer {
 public:
  TcpPeer() { Listen(0); }
  ~TcpPeer() {
    Close();
    ::close(listener_);
  }
  void Listen(int port) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    const int on = 1;
    ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    ::sockaddr_in where = {};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    where.sin_port = htons(static_cast<uint16_t>(port));
    ASSERT_EQ(::bind(listener_, reinterpret_cast<::sockaddr*>(&where), sizeof(where)),
              0);
    ::socklen_t size = sizeof(where);
    ::getsockname(listener_, reinterpret_cast<::sockaddr*>(&where), &size);
    port_ = ntohs(where.sin_port);
    ASSERT_EQ(::listen(listener_, 8), 0);
  }
  void StopListening() {
    ::close(listener_);
    listener_ = -1;
  }
  void Close() {
    if (connection_ >= 0) ::close(connection_);
    connection_ = -1;
  }
  // Takes what there is.
  void Read() {
    if (connection_ < 0) {
      connection_ = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
    }
    if (connection_ < 0) return;
    char bytes[65536];
    for (;;) {
      const ssize_t got = ::recv(connection_, bytes, sizeof(bytes), MSG_DONTWAIT);
      if (got <= 0) return;
      received_.append(bytes, static_cast<size_t>(got));
    }
  }
  int port() const { return port_; }
  const std::string& received() const { return received_; }

 private:
  int listener_ = -1;
  int connection_ = -1;
  int port_ = 0;
  std::string received_;
};

SocketAddress Address(const std::string& text) {
  auto address = ParseSocketAddress(text);
  EXPECT_TRUE(address.ok()) << address.status();
  return *address;
}

std::string Lines(int from, int to) {
  std::string lines;
  for (int i = from; i < to; ++i) lines += "alert " + std::to_string(i) + "\n";
  return lines;
}

TEST(SocketAddressTest, IsReadAndJudged) {
  EXPECT_TRUE(Address("tcp:127.0.0.1:514").is_local());
  EXPECT_TRUE(Address("tcp:[::1]:514").is_local());
  EXPECT_FALSE(Address("udp:192.0.2.1:514").is_local());
  EXPECT_TRUE(Address("unix:/dev/log").is_local());
  for (const std::string text :
       {"tcp:127.0.0.1", "tcp::514", "tcp:::1:514", "udp:127.0.0.1:65536",
        "udp:127.0.0.1:x", "http://a", "unix:", ""}) {
    EXPECT_EQ(ParseSocketAddress(text).status().code(),
              absl::StatusCode::kInvalidArgument)
        << text;
  }
  EXPECT_FALSE(ParseSocketAddress("unix:" + std::string(200, 'a')).ok());
}

TEST(OutboxDestinationTest, TcpPeerThatComesLateGetsEverything) {
  TcpPeer peer;
  peer.StopListening();
  Desk desk([&] {
    return std::make_unique<SocketTransport>(
        Address("tcp:127.0.0.1:" + std::to_string(peer.port())),
        SyslogFraming::kNewline);
  });
  desk.Send(0, 500);
  EXPECT_TRUE(desk.Run([&] { return desk.stats().failures >= 5; }));
  EXPECT_TRUE(desk.stats().is_down);
  EXPECT_EQ(desk.stats().waiting, 500);
  peer.Listen(peer.port());
  EXPECT_TRUE(desk.Run([&] {
    peer.Read();
    return desk.stats().waiting == 0;
  }));
  peer.Read();
  EXPECT_EQ(peer.received(), Lines(0, 500));
  EXPECT_EQ(desk.stats().acknowledged, 500);
}

TEST(OutboxDestinationTest, TcpPeerThatGoesAwayGetsTheRestAgain) {
  TcpPeer peer;
  Desk desk([&] {
    return std::make_unique<SocketTransport>(
        Address("tcp:127.0.0.1:" + std::to_string(peer.port())),
        SyslogFraming::kOctetCounted);
  });
  desk.Send(0, 10);
  ASSERT_TRUE(desk.Run([&] {
    peer.Read();
    return desk.stats().waiting == 0;
  }));
  for (int round = 1; round < 5; ++round) {
    peer.Close();
    desk.Send(round * 10, round * 10 + 10);
    ASSERT_TRUE(desk.Run([&] {
      peer.Read();
      return desk.stats().waiting == 0;
    })) << round;
  }
  peer.Read();
  std::string expected;
  for (int i = 0; i < 50; ++i) {
    const std::string text = "alert " + std::to_string(i);
    EXPECT_NE(peer.received().find(std::to_string(text.size()) + " " + text),
              std::string::npos)
        << text;
  }
  EXPECT_GE(desk.stats().failures, 1);
}

// What was on its way when the process died is sent by the next one.
TEST(OutboxDestinationTest, ARestartSendsAgainWhatTheCheckpointDidNotKnow) {
  TcpPeer peer;
  Desk desk([&] {
    return std::make_unique<SocketTransport>(
        Address("tcp:127.0.0.1:" + std::to_string(peer.port())),
        SyslogFraming::kNewline);
  });
  desk.Send(0, 3);
  ASSERT_TRUE(desk.Run([&] {
    peer.Read();
    return desk.stats().waiting == 0;
  }));
  const std::string state = desk.Checkpoint();
  desk.Send(3, 6);
  ASSERT_TRUE(desk.Run([&] {
    peer.Read();
    return desk.stats().waiting == 0;
  }));
  peer.Close();
  desk.Start(state);
  EXPECT_EQ(desk.stats().waiting, 0);
  desk.Send(3, 8);  // the run makes the same alerts once more, and goes on
  ASSERT_TRUE(desk.Run([&] {
    peer.Read();
    return desk.stats().waiting == 0;
  }));
  peer.Read();
  EXPECT_EQ(peer.received(), Lines(0, 6) + Lines(3, 8));
  std::string damaged = state;
  damaged[3] = '\x7f';
  OutboxDestination other("test", Titles(), nullptr, nullptr);
  EXPECT_EQ(other.Recover(std::string_view(damaged).substr(1)).code(),
            absl::StatusCode::kDataLoss);
}

// A receiver of datagrams at a path or a port.
class DatagramPeer {
 public:
  explicit DatagramPeer(std::string path) : path_(std::move(path)) {}
  ~DatagramPeer() { Close(); }
  void Open() {
    socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    const SocketAddress where = Address("unix:" + path_);
    ASSERT_EQ(::bind(socket_, reinterpret_cast<const ::sockaddr*>(where.bytes.data()),
                     static_cast<::socklen_t>(where.bytes.size())),
              0)
        << std::strerror(errno);
  }
  void Close() {
    if (socket_ < 0) return;
    ::close(socket_);
    ::unlink(path_.c_str());
    socket_ = -1;
  }
  void Read() {
    char bytes[65536];
    for (;;) {
      const ssize_t got = ::recv(socket_, bytes, sizeof(bytes), MSG_DONTWAIT);
      if (got < 0) return;
      received_ += std::string(bytes, static_cast<size_t>(got)) + "\n";
    }
  }
  const std::string& received() const { return received_; }

 private:
  const std::string path_;
  int socket_ = -1;
  std::string received_;
};

TEST(OutboxDestinationTest, PathThatIsNotThereYetAndComesBackGetsEverything) {
  const std::string folder = Folder();
  DatagramPeer peer(folder + "/log");
  Desk desk([&] {
    return std::make_unique<SocketTransport>(Address("unix:" + folder + "/log"),
                                             SyslogFraming::kNewline);
  });
  desk.Send(0, 100);
  EXPECT_TRUE(desk.Run([&] { return desk.stats().failures >= 3; }));
  EXPECT_EQ(desk.stats().waiting, 100);
  peer.Open();
  // More than the queue of the path holds, so that it is full at times.
  ASSERT_TRUE(desk.Run([&] {
    peer.Read();
    return desk.stats().waiting == 0;
  }));
  peer.Read();
  peer.Close();
  desk.Send(100, 200);
  EXPECT_TRUE(desk.Run([&] { return desk.stats().is_down; }));
  peer.Open();
  ASSERT_TRUE(desk.Run([&] {
    peer.Read();
    return desk.stats().waiting == 0;
  }));
  peer.Read();
  EXPECT_EQ(peer.received(), Lines(0, 200));
}

TEST(OutboxDestinationTest, UdpSendsWhatThereIs) {
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  ::sockaddr_in where = {};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(socket, reinterpret_cast<::sockaddr*>(&where), sizeof(where)), 0);
  ::socklen_t size = sizeof(where);
  ::getsockname(socket, reinterpret_cast<::sockaddr*>(&where), &size);
  Desk desk([&] {
    return std::make_unique<SocketTransport>(
        Address("udp:127.0.0.1:" + std::to_string(ntohs(where.sin_port))),
        SyslogFraming::kNewline);
  });
  desk.Send(0, 20);
  EXPECT_TRUE(desk.RunUntilAllArrived());
  char bytes[100];
  EXPECT_EQ(::recv(socket, bytes, sizeof(bytes), 0), 7);
  EXPECT_EQ(std::string(bytes, 7), "alert 0");
  ::close(socket);
}

// A program in a file, which writes what it gets into another.
class Program {
 public:
  explicit Program(const std::string& body) : folder_(Folder()) {
    std::ofstream file(folder_ + "/program");
    file << "#!/bin/bash\nout=" << folder_ << "/out\n" << body;
    file.close();
    ::chmod((folder_ + "/program").c_str(), 0700);
  }
  std::vector<std::string> command() const { return {folder_ + "/program"}; }
  std::string received() const {
    std::ifstream file(folder_ + "/out");
    return std::string(std::istreambuf_iterator<char>(file), {});
  }

 private:
  const std::string folder_;
};

Desk ProgramDesk(const Program& program) {
  return Desk([&program] {
    return std::make_unique<ProgramTransport>(program.command(), ProgramOptions());
  });
}

TEST(ProgramTransportTest, EachRecordIsAnsweredBeforeTheNext) {
  const Program program(
      "echo OK\nwhile read -r line; do echo \"$line\" >>$out; echo OK; done\n");
  Desk desk = ProgramDesk(program);
  desk.Send(0, 50);
  EXPECT_TRUE(desk.RunUntilAllArrived());
  EXPECT_EQ(program.received(), Lines(0, 50));
  EXPECT_EQ(desk.stats().failures, 0);
}

TEST(ProgramTransportTest, OneThatRefusesOrDiesGetsTheRecordAgain) {
  // Refuses the third record once, and dies before it answers the sixth.
  const Program program(R"(
n=$(cat $out.n 2>/dev/null || echo 0)
echo OK
while read -r line; do
  n=$((n + 1)); echo $n >$out.n
  if ((n == 3)); then echo "Error: busy"; continue; fi
  echo "$line" >>$out
  if ((n == 6)); then exit 1; fi
  echo OK
done
)");
  Desk desk = ProgramDesk(program);
  desk.Send(0, 8);
  EXPECT_TRUE(desk.RunUntilAllArrived());
  EXPECT_EQ(program.received(), Lines(0, 5) + Lines(4, 8));
  EXPECT_EQ(desk.stats().failures, 2);
}

TEST(ProgramTransportTest, OneThatDoesNotAnswerIsKilledAndStartedAgain) {
  const Program program(R"(
echo OK
read -r line
if [[ ! -e $out.hung ]]; then touch $out.hung; sleep 1000; fi
echo "$line" >>$out; echo OK
read -r line
)");
  Desk desk = ProgramDesk(program);
  desk.Send(0, 1);
  ASSERT_TRUE(desk.Run([&] {
    return ::access((program.command()[0].substr(
                         0, program.command()[0].rfind('/')) +
                     "/out.hung")
                        .c_str(),
                    F_OK) == 0;
  }));
  const ::pid_t hung = desk.transport<ProgramTransport>()->pid();
  desk.Pass(seconds(11));
  EXPECT_TRUE(desk.RunUntilAllArrived());
  EXPECT_EQ(program.received(), Lines(0, 1));
  EXPECT_EQ(desk.stats().failures, 1);
  EXPECT_TRUE(desk.Run([&] { return ::kill(hung, 0) != 0; }));
}

TEST(ProgramTransportTest, OneThatDoesNotExistIsTriedLessAndLessOften) {
  Desk desk([] {
    return std::make_unique<ProgramTransport>(
        std::vector<std::string>{"/nowhere/at/all"}, ProgramOptions());
  });
  desk.Send(0, 1);
  EXPECT_TRUE(desk.Run([&] { return desk.stats().failures >= 12; }));
  EXPECT_EQ(desk.stats().waiting, 1);
  EXPECT_TRUE(desk.stats().is_down);
}

TEST(ProgramTransportTest, CommandLinesHaveQuotes) {
  EXPECT_EQ(*ParseCommandLine("  /bin/a  --team \"on call\" x\"y\\\"z\" "),
            (std::vector<std::string>{"/bin/a", "--team", "on call", "xy\"z"}));
  EXPECT_FALSE(ParseCommandLine("  ").ok());
  EXPECT_FALSE(ParseCommandLine("a \"b").ok());
}

TEST(BackoffTest, DoublesUpToHalfAMinuteAndStartsAnew) {
  Backoff backoff;
  Duration now = seconds(10);
  EXPECT_FALSE(backoff.waits(now));
  std::vector<Duration> waits;
  for (int i = 0; i < 11; ++i) {
    backoff.Fail(now);
    waits.push_back(backoff.until() - now);
  }
  EXPECT_EQ(waits[0], milliseconds(100));
  EXPECT_EQ(waits[1], milliseconds(200));
  EXPECT_EQ(waits[10], seconds(30));
  backoff.Succeed();
  backoff.Fail(now);
  EXPECT_EQ(backoff.until() - now, milliseconds(100));
}

}  // namespace
}  // namespace mqwarden
