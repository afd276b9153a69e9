#include "mqwarden/ingest/syslog_framing.h"

#include <cstddef>
#include <string>
#include <string_view>

#include "gtest/gtest.h"

namespace mqwarden {
namespace {

std::string Lines(std::string_view bytes, size_t chunk) {
  SyslogUnframer unframer;
  std::string lines;
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, chunk);
    bytes.remove_prefix(piece.size());
    unframer.Append(piece, &lines);
  }
  unframer.Finish(&lines);
  return lines;
}

struct Case {
  std::string_view bytes;
  std::string_view lines;
};

TEST(SyslogFramingTest, OneMessageALineHoweverItIsFramed) {
  for (const Case& c : {
           Case{"5 <1>ab6 <1>abc", "<1>ab\n<1>abc\n"},
           {"<1>ab\n<1>abc\n", "<1>ab\n<1>abc\n"},
           {"5 <1>ab<1>abc\n5 <1>ab\n5 <1>ab", "<1>ab\n<1>abc\n<1>ab\n<1>ab\n"},
           // A line end within a message, and one that its length counts.
           {"7 <1>a\nb\n5 <1>ab", "<1>a b \n<1>ab\n"},
           {"5 <1>ab\r\n\0", "<1>ab\n"},
           // Cut off.
           {"9 <1>ab", "<1>ab\n"},
           {"12", "12"},
           {"5 ", "5 "},
           // No lengths.
           {"5 ab\n", "5 ab\n"},
           {"0 <1>ab\n", "0 <1>ab\n"},
           {"5<1>ab\n", "5<1>ab\n"},
           {"99999999 <1>ab\n", "99999999 <1>ab\n"},
           {"9999999 <1>ab\n", "9999999 <1>ab\n"},
           {"", ""},
       }) {
    EXPECT_EQ(Lines(c.bytes, c.bytes.size() + 1), c.lines) << c.bytes;
    for (size_t chunk = 1; chunk <= c.bytes.size(); ++chunk) {
      EXPECT_EQ(Lines(c.bytes, chunk), c.lines) << c.bytes << chunk;
    }
  }
}

TEST(SyslogFramingTest, IsKnownByItsBeginning) {
  EXPECT_TRUE(SyslogUnframer::IsFramed("83 <118>Apr"));
  EXPECT_TRUE(SyslogUnframer::IsFramed("1048576 <"));
  EXPECT_FALSE(SyslogUnframer::IsFramed("<118>Apr"));
  EXPECT_FALSE(SyslogUnframer::IsFramed("83 words"));
  EXPECT_FALSE(SyslogUnframer::IsFramed("083 <118>"));
  EXPECT_FALSE(SyslogUnframer::IsFramed("123456789 <"));
  EXPECT_FALSE(SyslogUnframer::IsFramed(""));
}

}  // namespace
}  // namespace mqwarden
