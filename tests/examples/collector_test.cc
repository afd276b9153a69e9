// Drives the collector as a shell would: through pipes that stay open.

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mqwarden/examples/estate_log.h"

namespace mqwarden {
namespace {

// Longer than a loaded machine needs; reached only by a collector that hangs.
constexpr int kPatienceMs = 60'000;

class Collector {
 public:
  explicit Collector(std::vector<std::string> arguments) {
    int in[2];
    int out[2];
    int err[2];
    if (pipe(in) != 0 || pipe(out) != 0 || pipe(err) != 0) std::abort();
    child_ = fork();
    if (child_ == 0) {
      dup2(in[0], STDIN_FILENO);
      dup2(out[1], STDOUT_FILENO);
      dup2(err[1], STDERR_FILENO);
      for (const int fd : {in[0], in[1], out[0], out[1], err[0], err[1]}) close(fd);
      std::string program = "examples/collector";
      std::vector<char*> argv = {program.data()};
      for (std::string& argument : arguments) argv.push_back(argument.data());
      argv.push_back(nullptr);
      execv(argv[0], argv.data());
      _exit(127);
    }
    close(in[0]);
    close(out[1]);
    close(err[1]);
    in_ = in[1];
    out_ = out[0];
    err_ = err[0];
  }
  ~Collector() {
    CloseInput();
    CloseOutput();
    close(err_);
    if (!reaped_) {
      kill(child_, SIGKILL);
      waitpid(child_, nullptr, 0);
    }
  }
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;

  void Write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t size = write(in_, bytes.data(), bytes.size());
      ASSERT_GT(size, 0) << "the collector went away";
      bytes.remove_prefix(static_cast<size_t>(size));
    }
  }
  void CloseInput() { Close(&in_); }
  void CloseOutput() { Close(&out_); }
  void Signal(int signal) { kill(child_, signal); }

  // The next line of standard output or error; "" at its end or when nothing
  // comes.
  std::string ReadAlert() { return ReadLine(out_, &out_text_); }
  std::string ReadComplaint() { return ReadLine(err_, &err_text_); }
  std::string ReadComplaints() {
    std::string all;
    for (std::string line; !(line = ReadComplaint()).empty();) all += line + "\n";
    return all;
  }

  // -1 when it did not exit by itself.
  int ExitCode() {
    int status = 0;
    if (waitpid(child_, &status, 0) != child_) return -1;
    reaped_ = true;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  static void Close(int* fd) {
    if (*fd >= 0) close(*fd);
    *fd = -1;
  }
  static std::string ReadLine(int fd, std::string* text) {
    for (;;) {
      const size_t end = text->find('\n');
      if (end != std::string::npos) {
        std::string line = text->substr(0, end);
        text->erase(0, end + 1);
        return line;
      }
      pollfd waiting = {fd, POLLIN, 0};
      if (poll(&waiting, 1, kPatienceMs) <= 0) return "";
      char buffer[4096];
      const ssize_t size = read(fd, buffer, sizeof buffer);
      if (size <= 0) return "";
      text->append(buffer, static_cast<size_t>(size));
    }
  }

  pid_t child_ = -1;
  bool reaped_ = false;
  int in_ = -1;
  int out_ = -1;
  int err_ = -1;
  std::string out_text_;
  std::string err_text_;
};

LogEvent Login(int64_t second) {
  return {.second = second,
          .report = Report::kConnectAllowed,
          .qmgr = "PRD01",
          .user = "bgadmin1",
          .address = "192.0.2.10",
          .channel = "ADMIN.SVRCONN",
          .app = "runmqsc"};
}

std::string OneLine(const LogEvent& event) {
  std::string text = EventText(event);
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text + "\n";
}

bool IsLogin(const std::string& alert) {
  return alert.starts_with("{\"schema\":\"mqwarden.alert.v1\"") &&
         alert.find("\"rule\":\"breakglass_login\"") != std::string::npos;
}

struct Shape {
  const char* name;
  std::string first;   // an event and all that comes before it
  std::string second;  // another one
  std::string end;
};

class CollectorShapeTest : public testing::TestWithParam<Shape> {};

TEST_P(CollectorShapeTest, AlertsComeWhileTheInputIsOpen) {
  const Shape& shape = GetParam();
  Collector collector({"rules/pack"});
  collector.Write(shape.first);
  EXPECT_TRUE(IsLogin(collector.ReadAlert()));
  collector.Write(shape.second);
  EXPECT_TRUE(IsLogin(collector.ReadAlert()));
  collector.Write(shape.end);
  collector.CloseInput();
  EXPECT_EQ(collector.ReadAlert(), "");
  EXPECT_EQ(collector.ReadComplaints(),
            "collector: 2 events, 0 rejected, 0 late, 2 alerts\n");
  EXPECT_EQ(collector.ExitCode(), 0);
}

TEST_P(CollectorShapeTest, BytesMayComeOneByOne) {
  const Shape& shape = GetParam();
  Collector collector({"rules/pack"});
  for (const char c : shape.first) collector.Write({&c, 1});
  EXPECT_TRUE(IsLogin(collector.ReadAlert()));
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, CollectorShapeTest,
    testing::ValuesIn(std::vector<Shape>{
        {"Pretty", EventText(Login(60)), EventText(Login(61)), ""},
        {"OneEventALine", OneLine(Login(60)), OneLine(Login(61)), ""},
        {"Array", "[\n" + EventText(Login(60)), ",\n" + EventText(Login(61)), "]\n"},
    }),
    [](const auto& info) { return info.param.name; });

TEST(CollectorTest, AThresholdIsReachedAcrossReads) {
  Collector collector({"rules/pack"});
  for (int i = 0; i < 10; ++i) {
    LogEvent refused = Login(295 + i);  // over the five minutes of a clock
    refused.report = Report::kOpenRefused;
    refused.user = "ana";
    refused.object = "PAY.IN";
    collector.Write(EventText(refused));
  }
  // The tenth refusal may fire other rules as well.
  const std::string_view rule = "\"rule\":\"svrconn_brute_force\"";
  std::string alert;
  do {
    alert = collector.ReadAlert();
  } while (!alert.empty() && alert.find(rule) == std::string::npos);
  EXPECT_NE(alert.find(rule), std::string::npos);
  EXPECT_NE(alert.find("\"count\":10"), std::string::npos) << alert;
}

TEST(CollectorTest, DamageIsToldOnceAndSurvived) {
  Collector collector({"rules/pack"});
  collector.Write("MQOPEN of 'SOME.QUEUE' ended with reason code [2042]\n");
  collector.Write("and another line that is no event\n");
  collector.Write("{\"eventData\" : { \"cut off here\n");
  collector.Write(EventText(Login(60)));
  EXPECT_TRUE(IsLogin(collector.ReadAlert()));
  collector.CloseInput();
  const std::string complaints = collector.ReadComplaints();
  EXPECT_EQ(collector.ExitCode(), 0);
  size_t lines = 0;
  for (size_t at = 0; (at = complaints.find("no event: not_json", at)) != std::string::npos; ++at) {
    ++lines;
  }
  EXPECT_EQ(lines, 1u) << complaints;
  EXPECT_NE(complaints.find("collector: 1 events, "), std::string::npos) << complaints;
  EXPECT_EQ(complaints.find(" 0 rejected"), std::string::npos) << complaints;
}

class CollectorSignalTest : public testing::TestWithParam<int> {};

TEST_P(CollectorSignalTest, StopsCleanlyInTheMiddleOfARecord) {
  Collector collector({"rules/pack"});
  collector.Write(EventText(Login(60)) + "{ \"eventSource\" : {");
  EXPECT_TRUE(IsLogin(collector.ReadAlert()));
  collector.Signal(GetParam());
  EXPECT_EQ(collector.ReadComplaints(),
            "collector: 1 events, 0 rejected, 0 late, 1 alerts\n");
  EXPECT_EQ(collector.ExitCode(), 0);
}

INSTANTIATE_TEST_SUITE_P(Signals, CollectorSignalTest, testing::Values(SIGTERM, SIGINT));

TEST(CollectorTest, AReaderThatWentAwayIsAFailedOutput) {
  Collector collector({"rules/pack"});
  collector.CloseOutput();
  collector.Write(EventText(Login(60)));
  EXPECT_NE(collector.ReadComplaints().find("collector: standard output: "),
            std::string::npos);
  EXPECT_EQ(collector.ExitCode(), 3);
}

TEST(CollectorTest, WrongUsageIsOneLine) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{}, {"rules/pack", "rules/pack"}, {"--help"},
        {"no/such/folder"}}) {
    Collector collector(arguments);
    EXPECT_TRUE(collector.ReadComplaint().starts_with("collector: "));
    EXPECT_EQ(collector.ReadComplaint(), "");
    EXPECT_EQ(collector.ExitCode(), 3);
  }
}

TEST(CollectorTest, RulesThatDoNotCompileAreShown) {
  const std::string path = std::string(std::getenv("TEST_TMPDIR")) + "/wrong.mqw";
  std::ofstream(path) << "rule wrong { title \"x\" severity high on authz where usr == \"a\" }\n";
  Collector collector({path});
  EXPECT_EQ(collector.ReadComplaint(), "collector: rules do not compile");
  EXPECT_TRUE(collector.ReadComplaint().starts_with("error[R"));
  collector.ReadComplaints();
  EXPECT_EQ(collector.ExitCode(), 2);
}

}  // namespace
}  // namespace mqwarden
