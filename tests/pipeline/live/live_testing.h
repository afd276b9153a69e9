// What the tests of a live run stand on: a clock that is moved by hand, rules from
// text, a folder of their own.
#ifndef MQWARDEN_TESTS_PIPELINE_LIVE_LIVE_TESTING_H_
#define MQWARDEN_TESTS_PIPELINE_LIVE_LIVE_TESTING_H_

#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/base/time.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/pipeline/live/machine.h"
#include "mqwarden/pipeline/rule_files.h"
#include "mqwarden/rules/compile.h"
#include "mqwarden/rules/diagnostic.h"

namespace mqwarden {

class ManualMachine final : public Machine {
 public:
  Time Wall() override { return wall; }
  Duration Steady() override { return steady; }
  void Wait(std::span<const Interest>, Duration most) override { Pass(most); }
  void Pass(Duration time) {
    steady += time;
    wall += time;
  }

  Time wall = *ParseTime("2026-11-20T12:00:00Z");
  Duration steady{};
};

inline std::shared_ptr<const Plan> PlanOf(std::string_view text) {
  DiskFileReader files;
  const std::vector<RuleSource> sources = {{"rules.mqw", std::string(text)}};
  CompileOptions options;
  options.build_tests = false;
  CompileResult result = CompileRules(sources, &files, options);
  EXPECT_NE(result.plan, nullptr) << RenderText(result.diagnostics, {});
  return result.plan;
}

// A fresh folder of this test.
inline std::string TestFolder() {
  const char* const root = std::getenv("TEST_TMPDIR");
  std::string folder = std::string(root == nullptr ? "/tmp" : root) + "/XXXXXX";
  EXPECT_NE(::mkdtemp(folder.data()), nullptr);
  return folder;
}

inline std::string Contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

inline void WriteTo(const std::string& path, std::string_view text,
                    bool append = true) {
  std::ofstream file(path, std::ios::binary |
                               (append ? std::ios::app : std::ios::trunc));
  file << text;
}

}  // namespace mqwarden

#endif  // MQWARDEN_TESTS_PIPELINE_LIVE_LIVE_TESTING_H_
