#include "mqwarden/base/json_writer.h"

#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/base/utf8.h"

namespace mqwarden {
namespace {

std::string Quoted(std::string_view text) {
  std::string out;
  AppendJsonString(text, &out);
  return out;
}

TEST(JsonWriterTest, TextsAreEscaped) {
  struct Case {
    std::string_view text;
    std::string_view json;
  };
  const std::vector<Case> cases = {
      {"", R"("")"},
      {"PAYROLL.IN", R"("PAYROLL.IN")"},
      {"a\"b\\c/d", R"("a\"b\\c/d")"},
      {"\n\r\t\b\x1B", R"("\n\r\t\u0008\u001b")"},
      {std::string_view("\0x", 2), R"("\u0000x")"},
      {"\x7F\xE2\x80\xA8", "\"\x7F\xE2\x80\xA8\""},
      {"\xF0\x9F\x98\x80", "\"\xF0\x9F\x98\x80\""},
      {"a\xFFz", "\"a\xEF\xBF\xBDz\""},
      {"\xC3", "\"\xEF\xBF\xBD\""},
      {"\xE2\x82\"", "\"\xEF\xBF\xBD\xEF\xBF\xBD\\\"\""},
  };
  for (const Case& c : cases) EXPECT_EQ(Quoted(c.text), c.json);
}

// Reads one JSON string by the letter of RFC 8259; false if `json` is none.
bool ReadString(std::string_view json, std::string* text) {
  if (json.size() < 2 || json.front() != '"' || json.back() != '"') {
    return false;
  }
  json = json.substr(1, json.size() - 2);
  for (size_t i = 0; i < json.size(); ++i) {
    const unsigned char c = static_cast<unsigned char>(json[i]);
    if (c < 0x20 || c == '"') return false;
    if (c != '\\') {
      text->push_back(json[i]);
      continue;
    }
    if (++i == json.size()) return false;
    switch (json[i]) {
      case '"':
      case '\\':
        text->push_back(json[i]);
        break;
      case 'n':
        text->push_back('\n');
        break;
      case 'r':
        text->push_back('\r');
        break;
      case 't':
        text->push_back('\t');
        break;
      case 'u':
        if (json.size() - i < 5) return false;
        AppendUtf8(static_cast<char32_t>(
                       std::stoul(std::string(json.substr(i + 1, 4)), nullptr,
                                  16)),
                   text);
        i += 4;
        break;
      default:
        return false;
    }
  }
  return IsValidUtf8(*text);
}

TEST(JsonWriterTest, AnyBytesGiveAValidStringThatReadsBack) {
  constexpr std::string_view kBytes =
      "ab\"\\/\n\x01\x1F\x7F\x80\xBF\xC3\xA9\xE2\x82\xAC\xED\xA0\xF0\x9F\x98";
  std::mt19937 random(1);
  int valid = 0;
  for (int i = 0; i < 50000; ++i) {
    std::string text;
    std::string expected;
    for (size_t n = random() % 6; n > 0; --n) {
      text.push_back(kBytes[random() % kBytes.size()]);
    }
    valid += IsValidUtf8(text);
    for (std::string_view left = text; !left.empty();) {
      const Utf8Char c = DecodeUtf8(left);
      expected += c.valid ? left.substr(0, c.size) : "\xEF\xBF\xBD";
      left.remove_prefix(c.size);
    }
    std::string read;
    ASSERT_TRUE(ReadString(Quoted(text), &read)) << Quoted(text);
    ASSERT_EQ(read, expected);
  }
  EXPECT_GT(valid, 5000);
  EXPECT_LT(valid, 45000);
}

TEST(JsonWriterTest, CommasStandBetweenMembersAndNowhereElse) {
  std::string out = "> ";
  JsonWriter json(&out);
  json.BeginObject();
  json.Key("empty");
  json.BeginObject();
  json.EndObject();
  json.Key("list");
  json.BeginArray();
  json.Int(std::numeric_limits<int64_t>::min());
  json.UInt(std::numeric_limits<uint64_t>::max());
  json.BeginArray();
  json.EndArray();
  json.BeginObject();
  json.Key("a\"b");
  json.Null();
  json.EndObject();
  json.String("x");
  json.EndArray();
  json.Key("on");
  json.Bool(true);
  json.Key("off");
  json.Bool(false);
  json.Key("real");
  json.Raw("12.5");
  json.EndObject();
  EXPECT_EQ(out,
            R"(> {"empty":{},"list":[-9223372036854775808,)"
            R"(18446744073709551615,[],{"a\"b":null},"x"],"on":true,)"
            R"("off":false,"real":12.5})");
}

}  // namespace
}  // namespace mqwarden
