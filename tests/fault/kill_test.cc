// kill -9 at random points of a live run: the alert file is, byte for byte, that of a
// run that nobody disturbed; nothing is lost, doubled or in another order.
//
// The real program follows a file that grows while it runs, in pieces that end
// anywhere. Each round has one to four kills. MQWARDEN_KILL_ROUNDS and
// MQWARDEN_FIRST_SEED choose how many rounds, and which. The first argument is the
// program; MQWARDEN_RUN_FLAGS are further flags of its `run`.
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/tests/fault/fault_stream.h"

extern char** environ;

namespace mqwarden {
namespace {

namespace fs = std::filesystem;

std::string program;  // NOLINT: set once, by main()

int64_t FromEnvironment(const char* name, int64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoll(text, nullptr, 10);
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

void Pause(std::chrono::microseconds time) {
  const struct ::timespec left = {time.count() / 1'000'000,
                                  time.count() % 1'000'000 * 1000};
  ::nanosleep(&left, nullptr);
}

// One folder with rules, input, state and alerts, and the program over it.
class Site {
 public:
  explicit Site(const std::string& name)
      : folder_(std::string(std::getenv("TEST_TMPDIR")) + "/" + name) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    std::ofstream(folder_ + "/rules.mqw") << FaultRules();
    std::ofstream(folder_ + "/events.ndjson");
  }
  ~Site() {
    if (pid_ > 0) Kill();
    if (!::testing::Test::HasFailure()) fs::remove_all(folder_);
  }

  void Append(std::string_view bytes) {
    std::ofstream(folder_ + "/events.ndjson", std::ios::app | std::ios::binary)
        << bytes;
  }

  void Start() {
    std::vector<std::string> command = {
        program, "run", "-r", folder_ + "/rules.mqw", "--state", folder_ + "/state",
        "--out", "jsonl:" + folder_ + "/alerts.jsonl"};
    if (const char* const flags = std::getenv("MQWARDEN_RUN_FLAGS")) {
      std::string flag;
      for (const char* c = flags;; ++c) {
        if (*c != ' ' && *c != '\0') {
          flag += *c;
          continue;
        }
        if (!flag.empty()) command.push_back(flag);
        flag.clear();
        if (*c == '\0') break;
      }
    }
    command.push_back(folder_ + "/events.ndjson");
    std::vector<char*> arguments;
    for (std::string& part : command) arguments.push_back(part.data());
    arguments.push_back(nullptr);
    ::posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    const std::string log = folder_ + "/stderr";
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log.c_str(),
                                       O_WRONLY | O_CREAT | O_APPEND, 0600);
    ASSERT_EQ(::posix_spawn(&pid_, program.c_str(), &actions, nullptr,
                            arguments.data(), environ),
              0);
    ::posix_spawn_file_actions_destroy(&actions);
  }

  void Kill() {
    ::kill(pid_, SIGKILL);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    // Dead before it was killed: that is a fault of its own.
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
        << "exit " << status << "\n" << ReadFile(folder_ + "/stderr");
    pid_ = -1;
  }

  // SIGTERM, and the end within a second.
  void Stop() {
    ::kill(pid_, SIGTERM);
    for (int i = 0; i < 2000; ++i) {
      int status = 0;
      if (::waitpid(pid_, &status, WNOHANG) == pid_) {
        pid_ = -1;
        EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0)
            << "exit " << status << "\n" << ReadFile(folder_ + "/stderr");
        EXPECT_LT(i, 1000) << "it took more than a second";
        return;
      }
      Pause(std::chrono::milliseconds(1));
    }
    ADD_FAILURE() << "it does not end\n" << ReadFile(folder_ + "/stderr");
    Kill();
  }

  bool WaitForTheEnd() {
    for (int i = 0; i < 4000; ++i) {
      if (alerts().find("\"rule\":\"the_end\"") != std::string::npos) return true;
      if (int status = 0; ::waitpid(pid_, &status, WNOHANG) == pid_) {
        pid_ = -1;
        break;
      }
      Pause(std::chrono::milliseconds(5));
    }
    ADD_FAILURE() << "the end never came\n" << ReadFile(folder_ + "/stderr");
    return false;
  }

  std::string alerts() const { return ReadFile(folder_ + "/alerts.jsonl"); }

 private:
  const std::string folder_;
  ::pid_t pid_ = -1;
};

std::string Undisturbed(const std::string& input) {
  Site site("undisturbed");
  site.Append(input);
  site.Start();
  if (site.WaitForTheEnd()) site.Stop();
  return site.alerts();
}

TEST(KillTest, TheAlertFileIsThatOfARunThatNobodyDisturbed) {
  const int64_t rounds = FromEnvironment("MQWARDEN_KILL_ROUNDS", 25);
  const int64_t first = FromEnvironment("MQWARDEN_FIRST_SEED", 1);
  constexpr int64_t kRoundsPerStream = 25;
  std::string input;
  std::string expected;
  int64_t kills = 0;
  for (int64_t round = 0; round < rounds; ++round) {
    if (round % kRoundsPerStream == 0) {
      input.clear();
      for (const std::string& line :
           FaultEvents(static_cast<uint64_t>(first + round), 2000)) {
        input += line;
      }
      expected = Undisturbed(input);
      ASSERT_GT(expected.size(), 50'000u);
    }
    std::mt19937_64 random(static_cast<uint64_t>(first + round));
    Site site("round");
    // Where in the input the kills are, and how the rest comes.
    std::vector<size_t> marks;
    for (uint64_t i = 1 + random() % 4; i != 0; --i) {
      marks.push_back(random() % input.size());
    }
    std::sort(marks.begin(), marks.end());
    site.Start();
    size_t written = 0;
    for (const size_t mark : marks) {
      while (written < mark) {
        const size_t size = std::min<size_t>(1 + random() % 40'000, mark - written);
        site.Append(std::string_view(input).substr(written, size));
        written += size;
        Pause(std::chrono::microseconds(random() % 4000));
      }
      // Right at the write, while it reads, or a while later.
      Pause(std::chrono::microseconds(random() % 3 * (random() % 40'000)));
      site.Kill();
      ++kills;
      site.Start();
    }
    site.Append(std::string_view(input).substr(written));
    if (site.WaitForTheEnd()) site.Stop();
    ASSERT_EQ(site.alerts() == expected, true)
        << "round " << round << ", first seed " << first << ": " << site.alerts().size()
        << " bytes, not " << expected.size();
    if (::testing::Test::HasFailure()) return;
  }
  RecordProperty("kills", static_cast<int>(kills));
  std::printf("%lld rounds, %lld kills\n", static_cast<long long>(rounds),
              static_cast<long long>(kills));
}

}  // namespace
}  // namespace mqwarden

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  if (argc != 2) return 1;
  mqwarden::program = argv[1];
  return RUN_ALL_TESTS();
}
