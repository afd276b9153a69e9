#include "mqwarden/pipeline/live/destinations.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "gtest/gtest.h"
#include "mqwarden/tests/fault/sim_disk.h"

namespace mqwarden {
namespace {

absl::Status StatusOf(const std::string& text) {
  SimDisk disk(1);
  const auto made = MakeDestination(text, {.outbox_folder = "state", .outbox = {}},
                                    &disk);
  EXPECT_EQ(disk.operations(), 0);
  if (made.ok()) {
    EXPECT_EQ((*made)->name(), text);
  }
  return made.status();
}

TEST(DestinationsTest, AreMadeAsTheyAreWritten) {
  for (const std::string text :
       {"jsonl:/var/log/alerts.jsonl", "jsonl:a.jsonl,rotate=100MB,keep=7",
        "syslog:unix:/dev/log", "syslog:udp:192.0.2.1:514,body=json,bytes=60000",
        "syslog:tcp:[2001:db8::1]:601,framing=newline,facility=10,hostname=mq1,"
        "app=audit,enterprise=1.2.3",
        "program:/usr/local/bin/page --team \"on call, nights\""}) {
    EXPECT_TRUE(StatusOf(text).ok()) << text << " " << StatusOf(text);
  }
}

TEST(DestinationsTest, WhatIsWrongIsNamed) {
  const std::pair<std::string, std::string> cases[] = {
      {"alerts.jsonl", "begins with none of jsonl: syslog: program:"},
      {"jsonl:", "has no path"},
      {"jsonl:a,rotate=1", "rotate is no size of at least 4096 bytes, such as 100MB"},
      {"jsonl:a,keep=3", "keep is of no use without rotate"},
      {"jsonl:a,rotate=1MB,keep=x", "keep is not a number of 0 to 999999"},
      {"jsonl:a,rotate", "option rotate is not NAME=VALUE"},
      {"syslog:unix:/dev/log,facility=24", "facility is not a number of 0 to 23"},
      {"syslog:unix:/dev/log,facility=1,facility=2", "option facility stands twice"},
      {"syslog:unix:/dev/log,body=xml", "body is not summary or json"},
      {"syslog:unix:/dev/log,colour=red", "there is no option colour"},
      {"syslog:unix:/dev/log,bytes=100",
       "max_bytes is 100, not 2048 to 1048576"},
      {"syslog:udp:192.0.2.1:514,bytes=70000",
       "bytes is above 65000, which no datagram holds"},
  };
  for (const auto& [text, why] : cases) {
    const absl::Status status = StatusOf(text);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_EQ(std::string(status.message()), "destination " + text + ": " + why);
  }
  EXPECT_FALSE(StatusOf("syslog:http://a").ok());
  EXPECT_FALSE(StatusOf("program:").ok());
}

TEST(ParseByteSizeTest, HasUnits) {
  EXPECT_EQ(*ParseByteSize("512"), 512);
  EXPECT_EQ(*ParseByteSize("100kB"), 100'000);
  EXPECT_EQ(*ParseByteSize("64MiB"), 64 << 20);
  EXPECT_EQ(*ParseByteSize("2GB"), 2'000'000'000);
  for (const std::string text : {"", "MB", "1mb", "1 MB", "-1", "9999999999"}) {
    EXPECT_FALSE(ParseByteSize(text).ok()) << text;
  }
}

}  // namespace
}  // namespace mqwarden
