// Every kernel of the processor against the definition, on lines of bytes that
// mean something, with their ends and their quotes everywhere in a block.
#include "mqwarden/ingest/plain_line.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"

namespace mqwarden {
namespace {

struct Expected {
  size_t size = 0;
  size_t size_with_end = 0;
  bool has_non_ascii = false;
  std::vector<uint32_t> quotes;
};

// The definition; nullopt for a line that is not plain.
std::optional<Expected> Oracle(std::string_view bytes) {
  Expected line;
  for (size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if (byte == '"') line.quotes.push_back(static_cast<uint32_t>(i));
    if (byte >= 0x80) line.has_non_ascii = true;
    if (byte == '\\') return std::nullopt;
    if (byte >= 0x20) continue;
    line.size = i;
    line.size_with_end = i + 1;
    if (byte == '\n') return line;
    if (byte != '\r' || i + 1 == bytes.size() || bytes[i + 1] != '\n') {
      return std::nullopt;
    }
    line.size_with_end = i + 2;
    return line;
  }
  return std::nullopt;
}

// `bytes` has room of its own, so that a sanitizer sees what is read behind it.
void Check(std::string_view bytes, PlainLine* line) {
  const auto expected = Oracle(bytes);
  const std::unique_ptr<char[]> copy(new char[bytes.size() + 1]);
  bytes.copy(copy.get(), bytes.size());
  for (int kernel = 0; kernel < PlainLine::KernelCount(); ++kernel) {
    SCOPED_TRACE(kernel);
    const bool is_plain = line->ReadWith(kernel, {copy.get(), bytes.size()});
    if (!expected.has_value() || expected->quotes.size() + 64 > PlainLine::kMaxQuotes) {
      if (!expected.has_value()) {
        EXPECT_FALSE(is_plain) << bytes;
      }
      continue;
    }
    ASSERT_TRUE(is_plain) << bytes;
    EXPECT_EQ(line->size(), expected->size);
    EXPECT_EQ(line->size_with_end(), expected->size_with_end);
    EXPECT_EQ(line->has_non_ascii(), expected->has_non_ascii);
    EXPECT_EQ(std::string_view(line->data(), line->size()),
              bytes.substr(0, expected->size));
    ASSERT_EQ(line->quote_count(), expected->quotes.size());
    for (size_t i = 0; i < expected->quotes.size(); ++i) {
      EXPECT_EQ(line->quote(i), expected->quotes[i]);
    }
    EXPECT_EQ(line->quote(expected->quotes.size()), PlainLine::kNoQuote);
    EXPECT_EQ(line->quote(expected->quotes.size() + 1), PlainLine::kNoQuote);
  }
}

TEST(PlainLineTest, EveryPlaceOfAQuoteAndOfAnEndIsSeen) {
  PlainLine line;
  for (size_t end = 0; end < 150; ++end) {
    for (const std::string_view tail : {"\n", "\r\n", "\r", "", "\n\"x", "\t\n"}) {
      std::string bytes(end, '.');
      Check(bytes + std::string(tail), &line);
      for (size_t quote = end % 7; quote < end; quote += 7) {
        bytes[quote] = '"';
        Check(bytes + std::string(tail) + std::string(end % 70, 'z'), &line);
      }
    }
  }
}

TEST(PlainLineTest, EveryByteIsJudgedAlike) {
  PlainLine line;
  for (int byte = 0; byte < 256; ++byte) {
    for (const size_t at : {0, 1, 7, 8, 31, 32, 63, 64, 65, 100}) {
      std::string bytes(at, 'a');
      bytes += static_cast<char>(byte);
      bytes += "\"b\"\n";
      Check(bytes, &line);
    }
  }
}

TEST(PlainLineTest, RandomLinesAgreeWithTheDefinition) {
  std::mt19937_64 random(7);
  constexpr std::string_view kBytes = "\"\"\"\"::,ab09{}[]. \xC3\xA9\\\n\r\t";
  PlainLine line;
  for (int round = 0; round < 8'000; ++round) {
    std::string bytes;
    const size_t size = random() % 300;
    // Mostly of the first bytes, so that lines become long.
    const size_t kinds = random() % 8 == 0 ? kBytes.size() : 15 + random() % 3;
    for (size_t i = 0; i < size; ++i) bytes += kBytes[random() % kinds];
    bytes += '\n';
    Check(bytes, &line);
  }
}

TEST(PlainLineTest, TooManyQuotesAndTooManyBytesAreNotPlain) {
  PlainLine line;
  EXPECT_FALSE(line.Read(std::string(PlainLine::kMaxQuotes + 1, '"') + '\n'));
  EXPECT_FALSE(line.Read(std::string(PlainLine::kMaxBytes, 'x') + '\n'));
  EXPECT_TRUE(line.Read(std::string(PlainLine::kMaxBytes - 1, 'x') + '\n'));
}

}  // namespace
}  // namespace mqwarden
