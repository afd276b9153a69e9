#include "mqwarden/ingest/json_scanner.h"

#include <simdjson.h>

#include <cstring>
#include <memory>
#include <ostream>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"

namespace mqwarden {
namespace {

using Result = JsonScanner::Result;

// One line a node: depth by indent, key, type, text.
std::string Render(const JsonScanner& scanner) {
  std::string out;
  const auto nodes = scanner.nodes();
  std::vector<uint32_t> ends;
  for (size_t i = 0; i < nodes.size(); ++i) {
    while (!ends.empty() && ends.back() <= i) ends.pop_back();
    out.append(ends.size(), ' ');
    out += nodes[i].key;
    out += ' ';
    out += std::to_string(static_cast<int>(nodes[i].type));
    out += ' ';
    out += nodes[i].text;
    out += '\n';
    ends.push_back(nodes[i].end);
  }
  return out;
}

struct Scanned {
  Result result;
  size_t position;
  bool exact;
  std::string nodes;
  bool operator==(const Scanned&) const = default;
  friend std::ostream& operator<<(std::ostream& out, const Scanned& s) {
    return out << static_cast<int>(s.result) << " at " << s.position << " exact "
               << s.exact << '\n' << s.nodes;
  }
};

Scanned ScanWhole(std::string_view bytes) {
  JsonScanner scanner;
  scanner.Start();
  const Result result = scanner.Scan(bytes);
  return {result, scanner.position(), scanner.exact(), Render(scanner)};
}

// One byte more at each call, and each time at another address.
Scanned ScanByBytes(std::string_view bytes) {
  JsonScanner scanner;
  scanner.Start();
  Result result = Result::kNeedsMore;
  std::unique_ptr<char[]> chunk;
  for (size_t size = 1; size <= bytes.size(); ++size) {
    // The old bytes go away before the scanner sees the new ones.
    auto next = std::make_unique<char[]>(size);
    std::memcpy(next.get(), bytes.data(), size);
    chunk = std::move(next);
    result = scanner.Scan({chunk.get(), size});
    if (result != Result::kNeedsMore) break;
  }
  return {result, scanner.position(), scanner.exact(), Render(scanner)};
}

struct Case {
  const char* name;
  std::string_view input;
  Result result;
  bool exact;
};

class JsonScannerTest : public ::testing::TestWithParam<Case> {};

TEST_P(JsonScannerTest, TakesOrRefuses) {
  const Scanned scanned = ScanWhole(GetParam().input);
  EXPECT_EQ(scanned.result, GetParam().result);
  EXPECT_EQ(scanned.exact, GetParam().exact);
}

TEST_P(JsonScannerTest, ChunksDoNotShow) {
  EXPECT_EQ(ScanByBytes(GetParam().input), ScanWhole(GetParam().input));
}

INSTANTIATE_TEST_SUITE_P(
    Cases, JsonScannerTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"Empty", "{}", Result::kComplete, true},
        {"EmptyWithSpace", "{ \n }", Result::kComplete, true},
        {"Flat", R"({"a":"x","b":-12.5e3,"c":true,"d":false,"e":null})",
         Result::kComplete, true},
        {"Nested", R"({"a":{"b":[1,{"c":[]},"x"]},"d":2})", Result::kComplete,
         true},
        {"Escapes", R"({"a\n\"":"\\\/\b\f\n\r\t\u0041\u00e9\ud83d\ude00"})",
         Result::kComplete, true},
        {"Utf8", "{\"a\":\"\xC3\xA9\"}", Result::kComplete, true},
        {"IgnoresWhatFollows", "{}}}", Result::kComplete, true},
        {"RawControlByte", "{\"a\":\"x\x01y\"}", Result::kComplete, false},
        {"RawNewlineInString", "{\"a\":\"x\ny\"}", Result::kComplete, false},
        {"NoUtf8", "{\"a\":\"\xE9\"}", Result::kComplete, false},
        {"UnknownEscape", R"({"a":"\q"})", Result::kComplete, false},
        {"ShortUnicodeEscape", R"({"a":"\u00"})", Result::kComplete, false},
        {"HalfSurrogate", R"({"a":"\ud83d"})", Result::kComplete, false},
        {"LeadingZeros", R"({"a":0000000000000000000000000000})",
         Result::kComplete, false},
        {"PlusSign", R"({"a":+1})", Result::kComplete, false},
        {"MissingComma", R"({"a":[ ] "b":1})", Result::kComplete, false},
        {"MissingCommaInArray", R"({"a":[1 2 {} {}]})", Result::kComplete, false},
        {"TrailingComma", R"({"a":1,})", Result::kComplete, false},
        {"TrailingCommaInArray", R"({"a":[1,]})", Result::kComplete, false},
        {"TwoCommas", R"({"a":1,,"b":2})", Result::kComplete, false},
        {"LeadingComma", R"({,"a":1})", Result::kComplete, false},
        {"BareWord", R"({"a":x})", Result::kBroken, true},
        {"BareKey", R"({a:1})", Result::kBroken, true},
        {"WrongLiteral", R"({"a":trux})", Result::kBroken, true},
        {"MissingColon", R"({"a" 1})", Result::kBroken, true},
        {"MissingValue", R"({"a":})", Result::kBroken, true},
        {"WrongBracketInObject", R"({"a":1])", Result::kBroken, true},
        {"WrongBracketInArray", R"({"a":[1}})", Result::kBroken, true},
        {"BraceForKey", R"({"a":1,{"b":2}})", Result::kBroken, true},
        {"BraceAfterValue", R"({"a":1 {"b":2}})", Result::kBroken, false},
        {"TwoPoints", R"({"a":1.2.3})", Result::kBroken, true},
        {"OpenObject", R"({"a":1)", Result::kNeedsMore, true},
        {"OpenString", R"({"a":"x)", Result::kNeedsMore, true},
        {"OpenEscape", "{\"a\":\"x\\", Result::kNeedsMore, true},
        {"OpenLiteral", R"({"a":tr)", Result::kNeedsMore, true},
        {"OpenNumber", R"({"a":12)", Result::kNeedsMore, true},
    }),
    [](const auto& info) { return info.param.name; });

TEST(JsonScannerShapesTest, AnObjectLikeOneBeforeIsKnown) {
  JsonScanner scanner;
  const auto shape_of = [&](std::string_view object) {
    scanner.Start();
    EXPECT_EQ(scanner.Scan(object), Result::kComplete);
    EXPECT_EQ(scanner.position(), object.size());
    return scanner.shape();
  };
  EXPECT_EQ(shape_of(R"({"a":"x","b":[1,{}]})"), 0u);
  const uint32_t shape = shape_of(R"({"a":"","b":[-27,{}]})");
  EXPECT_NE(shape, 0u);
  EXPECT_EQ(Render(scanner), " 5 \n a 0 \n b 6 \n   1 -27\n   5 \n");
  EXPECT_EQ(shape_of(R"({"a":"yy","b":[0,{}]})"), shape);
  // A value that has to be looked at is left to the scanner, and so is what only
  // begins like the shape.
  for (const std::string_view other :
       {R"({"a":"\n","b":[1,{}]})", "{\"a\":\"\xC3\xA9\",\"b\":[1,{}]}",
        R"({"a":"x","b":[1.5,{}]})", R"({"a":"x","b":["1",{}]})",
        R"({"a":"x","b":[1,{ }]})"}) {
    EXPECT_EQ(shape_of(other), 0u) << other;
  }
  EXPECT_EQ(shape_of(R"({"a":"x","b":[2,{ }]})"), shape_of(R"({"a":"","b":[3,{ }]})"));
  scanner.Start();
  EXPECT_EQ(scanner.Scan(R"({"a":"yy","b":[0,{})"), Result::kNeedsMore);
  EXPECT_EQ(scanner.Scan(R"({"a":"yy","b":[0,{}]})"), Result::kComplete);
}

// One scanner that reads many objects, and a new one for each, of which none knows
// another object.
TEST(JsonScannerShapesTest, WhatWasReadBeforeDoesNotShow) {
  std::mt19937 random(20261201);
  const auto below = [&](size_t n) { return random() % n; };
  const std::string_view values[] = {
      "\"\"",       "\"x\"",     "\"queue 1\"", "\"a\\\"b\"", "\"\xC3\xA9\"",
      "\"\xE9\"",   "\"\x01\"",  "0",         "-7",        "12345678901234567890",
      "007",        "1.5e3",     "+1",        "true",      "null",
      "[]",         "{}",        "[1,2]",     "[\"p\"]",   "{\"k\":\"v\"}",
      "\"a longer text, of more than sixteen bytes\"",     "x"};
  const std::string_view keys[] = {"a", "b", "reasonQualifier", "a\\n", ""};
  const auto object = [&] {
    std::string out = "{";
    // Mostly alike.
    const bool is_usual = below(4) > 0;
    for (size_t i = below(4); i > 0; --i) {
      out += is_usual || below(2) == 0 ? "\n \"" : "\"";
      out += keys[is_usual ? i % 2 : below(5)];
      out += is_usual || below(2) == 0 ? "\":" : "\" : ";
      out += values[is_usual ? below(3) : below(std::size(values))];
      if (i > 1) out += ',';
    }
    return out + (below(50) == 0 ? "" : "}");
  };
  int64_t matched = 0;
  JsonScanner reused;
  for (int round = 0; round < 25'000; ++round) {
    std::string bytes = object();
    if (below(8) == 0) bytes[below(bytes.size())] = "\"{}[],:\\1 x"[below(11)];
    bytes += below(3) == 0 ? "" : "\n{\"a\":1}";
    reused.Start();
    Result result = Result::kNeedsMore;
    if (below(4) == 0) {
      result = reused.Scan(std::string_view(bytes).substr(0, 1 + below(bytes.size())));
    }
    if (result == Result::kNeedsMore) result = reused.Scan(bytes);
    const Scanned now = {result, reused.position(), reused.exact(), Render(reused)};
    ASSERT_EQ(now, ScanWhole(bytes)) << bytes;
    matched += reused.shape() != 0;
  }
  EXPECT_GT(matched, 5'000);
}

TEST(JsonScannerShapesTest, KeysThatAreValuesFillNoMemory) {
  JsonScanner scanner;
  const auto read = [&](const std::string& object) {
    scanner.Start();
    ASSERT_EQ(scanner.Scan(object), Result::kComplete);
  };
  for (int i = 0; i < 100'000; ++i) {
    read("{\"k" + std::to_string(i % 70'000) + "\":\"v\",\"x" +
         std::to_string(i % 7) + "\":1}");
  }
  // And what repeats is found again behind them.
  for (int i = 0; i < 1'000; ++i) read(R"({"again":"and again"})");
  EXPECT_NE(scanner.shape(), 0u);
}

TEST(JsonScannerTextTest, EscapesAreUndone) {
  JsonScanner scanner;
  scanner.Start();
  const std::string_view input =
      R"({"k\u0065y":"a\"b\\c\/d\b\f\n\r\t\u0041\u00e9\u20ac\ud83d\ude00"})";
  ASSERT_EQ(scanner.Scan(input), Result::kComplete);
  EXPECT_EQ(scanner.nodes()[1].key, "key");
  EXPECT_EQ(scanner.nodes()[1].text,
            "a\"b\\c/d\b\f\n\r\tA\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
}

TEST(JsonScannerTextTest, WhatIsNoEscapeStaysAsItIs) {
  JsonScanner scanner;
  scanner.Start();
  const std::string_view input = R"({"a":"\q \u12 \ud800x"})";
  ASSERT_EQ(scanner.Scan(input), Result::kComplete);
  EXPECT_EQ(scanner.nodes()[1].text, "\\q \\u12 \xEF\xBF\xBDx");
}

TEST(JsonScannerBoundsTest, NestsUpToTheLimitAndNoDeeper) {
  const auto nested = [](int depth) {
    std::string text = R"({"a":)";
    for (int i = 1; i < depth; ++i) text += '[';
    for (int i = 1; i < depth; ++i) text += ']';
    if (depth == 1) text += '1';
    return text + '}';
  };
  EXPECT_EQ(ScanWhole(nested(JsonScanner::kMaxDepth)).result, Result::kComplete);
  EXPECT_EQ(ScanWhole(nested(JsonScanner::kMaxDepth + 1)).result,
            Result::kBroken);
}

TEST(JsonScannerBoundsTest, TakesSoManyNodesAndNoMore) {
  const auto wide = [](size_t nodes) {  // the object and the array are two
    std::string text = R"({"a":[)";
    for (size_t i = 2; i < nodes; ++i) text += "1,";
    text.back() = ']';
    return text + '}';
  };
  EXPECT_EQ(ScanWhole(wide(JsonScanner::kMaxNodes)).result, Result::kComplete);
  EXPECT_EQ(ScanWhole(wide(JsonScanner::kMaxNodes + 1)).result, Result::kBroken);
}

// simdjson is the oracle: the same texts in the same places, and `exact` exactly
// where it takes the object.
void RenderDom(simdjson::dom::element element, std::string_view key, int depth,
               std::string* out) {
  const auto line = [&](JsonType type, std::string_view text) {
    out->append(static_cast<size_t>(depth), ' ');
    *out += key;
    *out += ' ';
    *out += std::to_string(static_cast<int>(type));
    *out += ' ';
    *out += text;
    *out += '\n';
  };
  switch (element.type()) {
    case simdjson::dom::element_type::OBJECT:
      line(JsonType::kObject, {});
      for (const auto field : simdjson::dom::object(element)) {
        RenderDom(field.value, field.key, depth + 1, out);
      }
      break;
    case simdjson::dom::element_type::ARRAY:
      line(JsonType::kArray, {});
      for (const auto e : simdjson::dom::array(element)) {
        RenderDom(e, {}, depth + 1, out);
      }
      break;
    case simdjson::dom::element_type::STRING:
      line(JsonType::kString, std::string_view(element));
      break;
    case simdjson::dom::element_type::BOOL:
      line(bool(element) ? JsonType::kTrue : JsonType::kFalse, {});
      break;
    case simdjson::dom::element_type::NULL_VALUE:
      line(JsonType::kNull, {});
      break;
    default:
      line(JsonType::kNumber, std::to_string(int64_t(element)));
      break;
  }
}

class RandomJson {
 public:
  explicit RandomJson(uint64_t seed) : random_(seed) {}

  std::string Object(int depth = 0) {
    std::string out = "{" + Space();
    const int members = Below(4);
    for (int i = 0; i < members; ++i) {
      if (i > 0) out += "," + Space();
      out += String() + Space() + ":" + Space() + Value(depth) + Space();
    }
    return out + "}";
  }

  // One byte removed, doubled or replaced.
  std::string Damage(std::string text) {
    const size_t at = static_cast<size_t>(Below(static_cast<int>(text.size())));
    constexpr std::string_view kBytes = "{}[]\",:\\0-+e.t\n \x01\x7F\xC3\xE9";
    switch (Below(3)) {
      case 0:
        text.erase(at, 1);
        break;
      case 1:
        text.insert(at, 1, text[at]);
        break;
      default:
        text[at] = kBytes[static_cast<size_t>(
            Below(static_cast<int>(kBytes.size())))];
        break;
    }
    return text;
  }

  int Below(int bound) {
    return static_cast<int>(random_() % static_cast<uint64_t>(bound));
  }

 private:
  std::string Space() { return Below(4) == 0 ? " \n\t" : ""; }

  std::string String() {
    static constexpr const char* kPieces[] = {
        "a", "eventData", "\\n", "\\\"", "\\u00e9", "\\ud83d\\ude00", "\xC3\xA9",
        "{", "}", ",", "0123456789abcdef", " "};
    std::string out = "\"";
    for (int i = Below(5); i > 0; --i) out += kPieces[Below(12)];
    return out + "\"";
  }

  std::string Value(int depth) {
    switch (Below(depth < 5 ? 7 : 5)) {
      case 0:
        return String();
      case 1:
        return std::to_string(Below(100000) - 50000);
      case 2:
        return "true";
      case 3:
        return "false";
      case 4:
        return "null";
      case 5:
        return Object(depth + 1);
      default: {
        std::string out = "[" + Space();
        const int elements = Below(4);
        for (int i = 0; i < elements; ++i) {
          if (i > 0) out += ",";
          out += Value(depth + 1);
        }
        return out + "]";
      }
    }
  }

  std::mt19937_64 random_;
};

TEST(JsonScannerOracleTest, AgreesWithSimdjsonOnValidObjects) {
  simdjson::dom::parser parser;
  RandomJson random(1);
  for (int i = 0; i < 5000; ++i) {
    const std::string text = random.Object();
    simdjson::dom::element element;
    ASSERT_EQ(parser.parse(text).get(element), simdjson::SUCCESS) << text;
    std::string expected;
    RenderDom(element, {}, 0, &expected);
    const Scanned scanned = ScanWhole(text);
    ASSERT_EQ(scanned.result, Result::kComplete) << text;
    EXPECT_TRUE(scanned.exact) << text;
    EXPECT_EQ(scanned.nodes, expected) << text;
  }
}

TEST(JsonScannerOracleTest, IsExactWhereSimdjsonTakesTheObject) {
  simdjson::dom::parser parser;
  RandomJson random(2);
  int exact = 0;
  int tolerated = 0;
  int refused = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string text = random.Damage(random.Object());
    if (random.Below(2) == 0 && !text.empty()) text = random.Damage(text);
    if (!text.starts_with('{')) continue;
    const Scanned scanned = ScanWhole(text);
    ASSERT_EQ(ScanByBytes(text), scanned) << text;
    if (scanned.result != Result::kComplete) {
      // Nothing that simdjson takes is refused.
      EXPECT_NE(parser.parse(text).error(), simdjson::SUCCESS) << text;
      ++refused;
      continue;
    }
    const std::string object = text.substr(0, scanned.position);
    const auto error = parser.parse(object).error();
    if (error == simdjson::NUMBER_ERROR && scanned.exact) continue;  // 1e999
    EXPECT_EQ(error == simdjson::SUCCESS, scanned.exact) << text;
    ++(scanned.exact ? exact : tolerated);
  }
  EXPECT_GT(exact, 1000);
  EXPECT_GT(tolerated, 1000);
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace mqwarden
