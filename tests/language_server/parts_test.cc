// Frames, positions and URIs, each against the plainest reading of its rule.
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mqwarden/pipeline/language_server/message_framing.h"
#include "mqwarden/pipeline/language_server/text_positions.h"
#include "mqwarden/pipeline/language_server/uri.h"

namespace mqwarden {
namespace {

using ::testing::ElementsAre;

// --- frames

TEST(FramingTest, AnyCutsGiveTheSameMessages) {
  const std::string stream = Framed("{}") + Framed("") + Framed("{\"a\":1}") +
                             "content-length:3\r\nContent-Type: x\r\n\r\nabc";
  for (size_t piece = 1; piece <= stream.size(); ++piece) {
    MessageReader reader;
    std::vector<std::string> messages;
    for (size_t at = 0; at < stream.size(); at += piece) {
      reader.Append(std::string_view(stream).substr(at, piece));
      while (auto message = reader.Next()) messages.push_back(*message);
    }
    EXPECT_THAT(messages, ElementsAre("{}", "", "{\"a\":1}", "abc")) << piece;
    EXPECT_FALSE(reader.is_broken());
  }
}

TEST(FramingTest, HeadersThatCannotBeReadBreakTheStream) {
  for (const std::string header :
       {"Content-Length: x\r\n\r\n", "Content-Type: a\r\n\r\n",
        "Content-Length: -1\r\n\r\n", "Content-Length: 99999999999\r\n\r\n",
        "Content-Length: 1\r\nContent-Length: 1\r\n\r\n", "\r\n\r\n"}) {
    MessageReader reader;
    reader.Append(header + "{}");
    EXPECT_EQ(reader.Next(), std::nullopt) << header;
    EXPECT_TRUE(reader.is_broken()) << header;
  }
  MessageReader reader;
  reader.Append(std::string(MessageReader::kMaxHeaderBytes - 1, 'x'));
  EXPECT_FALSE(reader.is_broken());
  reader.Append("x");
  EXPECT_TRUE(reader.is_broken());
}

// --- positions

// The definition: characters one by one.
TextPosition NaivePosition(const std::vector<std::string>& characters,
                           size_t index, PositionEncoding encoding) {
  TextPosition position;
  for (size_t i = 0; i < index; ++i) {
    const std::string& c = characters[i];
    const bool ends =
        c == "\n" || c == "\r\n" || c == "\r";
    if (ends) {
      ++position.line;
      position.column = 0;
    } else if (encoding == PositionEncoding::kUtf8) {
      position.column += static_cast<int64_t>(c.size());
    } else {
      const bool is_pair =
          encoding == PositionEncoding::kUtf16 && c.size() == 4;
      position.column += is_pair ? 2 : 1;
    }
  }
  return position;
}

TEST(TextPositionsTest, AgreesWithTheDefinition) {
  const std::string kinds[] = {"a", "\n", "\r\n", "é", "€", "\U0001F600"};
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    std::vector<std::string> characters;
    std::string text;
    for (int i = 0; i < 12; ++i) {
      characters.push_back(kinds[random() % 6]);
      text += characters.back();
    }
    const LineIndex lines(text);
    for (const PositionEncoding encoding :
         {PositionEncoding::kUtf8, PositionEncoding::kUtf16,
          PositionEncoding::kUtf32}) {
      size_t offset = 0;
      for (size_t i = 0; i <= characters.size(); ++i) {
        const TextPosition position = lines.PositionOf(offset, encoding);
        const TextPosition naive = NaivePosition(characters, i, encoding);
        EXPECT_EQ(position.line, naive.line);
        EXPECT_EQ(position.column, naive.column);
        EXPECT_EQ(lines.OffsetOf(position, encoding), offset);
        if (i < characters.size()) offset += characters[i].size();
      }
    }
  }
}

TEST(TextPositionsTest, AnyPositionIsGood) {
  const std::string text = "ab\n\U0001F600\n";
  const LineIndex lines(text);
  const auto at = [&](int64_t line, int64_t column) {
    return lines.OffsetOf({line, column}, PositionEncoding::kUtf16);
  };
  EXPECT_EQ(at(0, 99), 2u);
  EXPECT_EQ(at(1, 1), 3u) << "inside a character: its begin";
  EXPECT_EQ(at(1, 2), 7u);
  EXPECT_EQ(at(2, 0), 8u);
  EXPECT_EQ(at(99, 0), 8u);
  const LineIndex bad("a\xFF\xFEz");
  EXPECT_EQ(bad.PositionOf(3, PositionEncoding::kUtf16).column, 3);
}

// --- URIs

TEST(UriTest, ThereAndBack) {
  for (const std::string path :
       {"/a/b.mqw", "/a b/ü.mqw", "/100%/#x?.mqw", "/a+b&c/[d].mqw"}) {
    EXPECT_EQ(PathOfUri(UriOfPath(path)), path);
  }
  EXPECT_EQ(UriOfPath("/a b"), "file:///a%20b");
  EXPECT_EQ(PathOfUri("file:///a/./b/../c"), "/a/c");
  EXPECT_EQ(PathOfUri("file://localhost/a"), "/a");
  EXPECT_EQ(PathOfUri("file:///a%zz"), "/a%zz");
  EXPECT_EQ(PathOfUri("file:///a/"), "/a");
  for (const std::string uri :
       {"untitled:1", "file://host/a", "http://a/b", "", "file://", "file:///%00"}) {
    EXPECT_EQ(PathOfUri(uri), "") << uri;
  }
}

TEST(UriTest, Folders) {
  EXPECT_TRUE(IsBelow("/a/b", "/a"));
  EXPECT_FALSE(IsBelow("/ab", "/a"));
  EXPECT_FALSE(IsBelow("/a", "/a"));
  EXPECT_EQ(JoinedPath("/a", "./b"), "/a/b");
  EXPECT_EQ(JoinedPath("/a", "."), "/a");
  EXPECT_EQ(JoinedPath("/a", "/b"), "/b");
}

}  // namespace
}  // namespace mqwarden
