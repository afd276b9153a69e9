// The example turns a refusal into an alert, and refuses what is no event.

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

#include "mqwarden/tests/testing/pcf_writer.h"

namespace mqwarden {
namespace {

struct Ran {
  std::string out;
  int code = -1;
};

Ran RunExample(std::string_view body) {
  const std::string path = std::string(std::getenv("TEST_TMPDIR")) + "/body";
  std::ofstream(path, std::ios::binary) << body;
  const std::string command =
      "examples/embed_pcf 20261120 09000125 <'" + path + "' 2>&1";
  Ran ran;
  std::FILE* const pipe = popen(command.c_str(), "r");
  char buffer[4096];
  for (size_t size; (size = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) {
    ran.out.append(buffer, size);
  }
  ran.code = WEXITSTATUS(pclose(pipe));
  return ran;
}

TEST(EmbedPcfTest, ARefusalIsAnAlert) {
  const std::string body = PcfWriter()
                               .String(2015, "QM1", 48)          // MQCA_Q_MGR_NAME
                               .Int(1020, 2)                     // open
                               .String(3025, "svcpay", 12)       // user
                               .String(2016, "PAYROLL.IN", 48)   // MQCA_Q_NAME
                               .Build();
  const Ran ran = RunExample(body);
  EXPECT_EQ(ran.out, "svcpay may not use PAYROLL.IN on QM1\n");
  EXPECT_EQ(ran.code, 0);
}

TEST(EmbedPcfTest, OtherEventsAreNone) {
  PcfHeaderValues started;
  started.reason = 2222;
  const Ran ran = RunExample(PcfWriter(started).String(2015, "QM1", 48).Build());
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.code, 1);
}

TEST(EmbedPcfTest, WhatIsNoEventIsSaidToBe) {
  const Ran ran = RunExample("once upon a time there was a message with some words");
  EXPECT_EQ(ran.out.substr(0, 10), "no event: ");
  EXPECT_EQ(ran.code, 3);
}

}  // namespace
}  // namespace mqwarden
