#include "mqwarden/rules/lexer.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/rules/diagnostic.h"
#include "mqwarden/rules/rule_text.h"
#include "mqwarden/rules/token.h"

namespace mqwarden {
namespace {

std::string KindName(TokenKind kind) {
  switch (kind) {
    case TokenKind::kEnd: return "end";
    case TokenKind::kError: return "error";
    case TokenKind::kComment: return "comment";
    case TokenKind::kIdentifier: return "name";
    case TokenKind::kString: return "string";
    case TokenKind::kRawString: return "raw";
    case TokenKind::kInt: return "int";
    case TokenKind::kDecimal: return "decimal";
    case TokenKind::kDuration: return "duration";
    case TokenKind::kTimeOfDay: return "time";
    case TokenKind::kDate: return "date";
    case TokenKind::kInstant: return "instant";
    default: return "sign";
  }
}

struct Lexed {
  std::shared_ptr<const RuleText> text;
  std::vector<Token> tokens;
  DiagnosticList diagnostics;
};

Lexed LexText(std::string_view text) {
  Lexed lexed;
  lexed.text = std::make_shared<const RuleText>("t.mqw", std::string(text));
  lexed.tokens = Lex(lexed.text, &lexed.diagnostics);
  return lexed;
}

// `name:user sign:== int:5=5`, and the codes of what is wrong behind ` ! `.
std::string Show(const Lexed& lexed) {
  std::string shown;
  for (const Token& token : lexed.tokens) {
    if (token.kind == TokenKind::kEnd) break;
    if (!shown.empty()) shown += ' ';
    shown += KindName(token.kind) + ":" +
             std::string(lexed.text->Slice(token.span));
    switch (token.kind) {
      case TokenKind::kInt:
      case TokenKind::kDuration:
      case TokenKind::kTimeOfDay:
      case TokenKind::kInstant:
        shown += "=" + std::to_string(token.value);
        break;
      case TokenKind::kString:
      case TokenKind::kRawString:
        shown += "=" + DecodeString(lexed.text->text(), token).value;
        break;
      default:
        break;
    }
  }
  const char* separator = " ! ";
  for (const Diagnostic* diagnostic : lexed.diagnostics.Sorted()) {
    shown += separator;
    shown += GetDiagnosticCode(diagnostic->code).code;
    separator = " ";
  }
  return shown;
}

struct Case {
  const char* name;
  std::string_view text;
  std::string shown;
};

class LexerTest : public ::testing::TestWithParam<Case> {};

TEST_P(LexerTest, Lexes) {
  EXPECT_EQ(Show(LexText(GetParam().text)), GetParam().shown);
}

std::string Name(const ::testing::TestParamInfo<Case>& info) {
  return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(
    Words, LexerTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"Empty", "", ""},
        {"Spaces", " \t\r\n ", ""},
        {"Names", "a _b C9", "name:a name:_b name:C9"},
        {"NameThatBeginsLikeARawString", "r rx", "name:r name:rx"},
        {"CommentEndsWithTheLine", "a # b \"c\r\nd",
         "name:a comment:# b \"c name:d"},
        {"CommentAtTheEnd", "#", "comment:#"},
        {"SignsWithoutSpaces", "a<=b==c!=d>=e",
         "name:a sign:<= name:b sign:== name:c sign:!= name:d sign:>= name:e"},
        {"LoneSigns", "{}()[],:.?|=<>+-*/",
         "sign:{ sign:} sign:( sign:) sign:[ sign:] sign:, sign:: sign:. sign:? "
         "sign:| sign:= sign:< sign:> sign:+ sign:- sign:* sign:/"},
        {"ByteOrderMarkIsPassedOver", "\xEF\xBB\xBFlist", "name:list"},
    }),
    Name);

INSTANTIATE_TEST_SUITE_P(
    Strings, LexerTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"Plain", R"("PAY.*")", R"(string:"PAY.*"=PAY.*)"},
        {"Escapes", R"("\"\\\n\r\t")", "string:\"\\\"\\\\\\n\\r\\t\"=\"\\\n\r\t"},
        {"CodePoints", R"("\u{e9}\u{1F600}\u{0}")",
         std::string(R"(string:"\u{e9}\u{1F600}\u{0}"=)") + "é😀" + '\0'},
        {"RawKeepsBackslashes", R"(r"^\d+\.")", R"(raw:r"^\d+\."=^\d+\.)"},
        {"RawEndsAtTheQuote", R"(r"\" x)", R"(raw:r"\"=\ name:x)"},
        {"UnicodeStands", "\"é\"", "string:\"é\"=é"},
        {"UnknownEscape", R"("\d" x)", R"(error:"\d" name:x ! R0003)"},
        {"OneErrorAString", R"("\d\e\f")", R"(error:"\d\e\f" ! R0003)"},
        {"SurrogateIsNoCharacter", R"("\u{D800}")", R"(error:"\u{D800}" ! R0003)"},
        {"CodePointTooLarge", R"("\u{110000}")", R"(error:"\u{110000}" ! R0003)"},
        {"SevenDigits", R"("\u{0000041}")", R"(error:"\u{0000041}" ! R0003)"},
        {"NoDigits", R"("\u{}")", R"(error:"\u{}" ! R0003)"},
        {"NoBraces", R"("\u41")", R"(error:"\u41" ! R0003)"},
        {"BraceNotClosed", R"("\u{41")", R"(error:"\u{41" ! R0003)"},
        {"MissingQuoteEndsWithTheLine", "\"ab \nc", "error:\"ab  name:c ! R0002"},
        {"MissingQuoteAtTheEnd", "\"", "error:\" ! R0002"},
        {"BackslashAtTheEnd", "\"\\", "error:\"\\ ! R0002"},
        {"BackslashAtTheLineEnd", "\"\\\nx", "error:\"\\ name:x ! R0002"},
        {"RawWithoutQuote", "r\"", "error:r\" ! R0002"},
    }),
    Name);

INSTANTIATE_TEST_SUITE_P(
    Numbers, LexerTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"Int", "2035", "int:2035=2035"},
        {"LargestInt", "9223372036854775807",
         "int:9223372036854775807=9223372036854775807"},
        {"AboveTheLargest", "9223372036854775808",
         "error:9223372036854775808 ! R0005"},
        {"Decimal", "0.123456789", "decimal:0.123456789"},
        {"TenPlaces", "0.1234567891", "error:0.1234567891 ! R0005"},
        {"PointWithoutPlaces", "1.x", "int:1=1 sign:. name:x"},
        {"Range", "1..2", "int:1=1 sign:. sign:. int:2=2"},
        {"Address", "192.0.2.7", "error:192.0.2.7 ! R0005"},
        {"Hexadecimal", "0x1F", "error:0x1F ! R0005"},
        {"Separators", "10_000", "error:10_000 ! R0005"},
        {"Durations", "250ms 4m30s 2w 0s",
         "duration:250ms=250000000 duration:4m30s=270000000000 "
         "duration:2w=1209600000000000 duration:0s=0"},
        {"UnknownUnit", "5min", "error:5min ! R0006"},
        {"UnitsDescend", "30s4m", "error:30s4m ! R0006"},
        {"UnitTwice", "1m1m", "error:1m1m ! R0006"},
        {"WithoutLastUnit", "4m30", "error:4m30 ! R0006"},
        {"FractionOfAUnit", "1.5h", "error:1.5h ! R0006"},
        {"DurationTooLong", "99999999999w", "error:99999999999w ! R0006"},
        {"UpperCaseUnit", "5M", "error:5M ! R0006"},
        {"TimeOfDay", "08:00 23:59 24:00", "time:08:00=480 time:23:59=1439 "
                                           "time:24:00=1440"},
        {"TimeRange", "22:00-06:00", "time:22:00=1320 sign:- time:06:00=360"},
        {"NoSuchTime", "25:00", "error:25:00 ! R0007"},
        {"NoSuchMinute", "08:60", "error:08:60 ! R0007"},
        {"TimeWithSeconds", "08:00:00", "error:08:00:00 ! R0007"},
        {"FieldBehindAColonIsNoTime", "{a:12,b:3}",
         "sign:{ name:a sign:: int:12=12 sign:, name:b sign:: int:3=3 sign:}"},
    }),
    Name);

INSTANTIATE_TEST_SUITE_P(
    Instants, LexerTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"Utc", "1970-01-01T00:00:01Z",
         "instant:1970-01-01T00:00:01Z=1000000000"},
        {"Offset", "1970-01-01T01:00:01.5+01:00",
         "instant:1970-01-01T01:00:01.5+01:00=1500000000"},
        {"NegativeOffset", "1969-12-31T23:00:00-01:00",
         "instant:1969-12-31T23:00:00-01:00=0"},
        {"Date", "2026-11-20", "date:2026-11-20"},
        {"WithoutZone", "2026-11-20T22:00:00",
         "error:2026-11-20T22:00:00 ! R0008"},
        {"NoSuchDate", "2026-02-29", "error:2026-02-29 ! R0007"},
        {"NoSuchInstant", "2026-11-20T25:00:00Z",
         "error:2026-11-20T25:00:00Z ! R0007"},
        {"WithoutSeconds", "2026-11-20T22:00Z",
         "error:2026-11-20T22:00Z ! R0007"},
        {"ZoneByName", "2026-11-20T22:00:00CET",
         "error:2026-11-20T22:00:00CET ! R0007"},
        {"OutsideTheRange", "9999-01-01T00:00:00Z",
         "error:9999-01-01T00:00:00Z ! R0007"},
    }),
    Name);

INSTANTIATE_TEST_SUITE_P(
    Characters, LexerTest,
    ::testing::ValuesIn(std::vector<Case>{
        {"Ampersands", "a && b", "name:a error:&& name:b ! R0001"},
        {"Bars", "a || b", "name:a error:|| name:b ! R0001"},
        {"Exclamation", "!a", "error:! name:a ! R0001"},
        {"TypographicString", "“a b” c", "error:“a b” name:c ! R0001"},
        {"ARunIsOneMistake", "日本語 x", "error:日本語 name:x ! R0001"},
        {"Nul", std::string_view("a\0b", 3),
         std::string("name:a error:") + '\0' + " name:b ! R0001"},
        {"InvalidUtf8IsToldOnce", "# \xE9\n\"\xE9\" \xE9 \"ok\"",
         "comment:# \xE9 error:\"\xE9\" error:\xE9 string:\"ok\"=ok ! R0004"},
    }),
    Name);

TEST(LexerTest, EveryTextEndsWithEnd) {
  for (const std::string_view text : {"", " ", "a", "\"", "#", "\xFF", "{"}) {
    const Lexed lexed = LexText(text);
    ASSERT_FALSE(lexed.tokens.empty()) << text;
    EXPECT_EQ(lexed.tokens.back().kind, TokenKind::kEnd) << text;
  }
}

TEST(LexerTest, FirstOnLineIgnoresComments) {
  const Lexed lexed = LexText("a b\n  c # d\n# e\nf");
  std::string first;
  for (const Token& token : lexed.tokens) {
    if (token.first_on_line && token.kind == TokenKind::kIdentifier) {
      first += lexed.text->Slice(token.span);
    }
  }
  EXPECT_EQ(first, "acf");
}

TEST(LexerTest, AFileOfTheLargestSizeIsRead) {
  const Lexed largest = LexText(std::string(RuleText::kMaxBytes, ' '));
  EXPECT_FALSE(largest.diagnostics.has_errors());
  const Lexed larger = LexText("a" + std::string(RuleText::kMaxBytes, ' '));
  EXPECT_EQ(Show(larger), " ! R0501");
}

TEST(LexerTest, OffsetsOfAStringPointIntoTheText) {
  const std::string text = R"(x "a\u{e9}\n{")";
  const Lexed lexed = LexText(text);
  ASSERT_EQ(lexed.tokens[1].kind, TokenKind::kString);
  const DecodedString decoded = DecodeString(text, lexed.tokens[1]);
  EXPECT_EQ(decoded.value, "aé\n{");
  EXPECT_EQ(decoded.offsets,
            (std::vector<uint32_t>{3, 4, 4, 10, 12, 13}));
}

TEST(LexerTest, EmbeddedTokensEndAtTheirBrace) {
  const std::string text = R"("a {f(\"}\")} b")";
  const Lexed lexed = LexText(text);
  const DecodedString decoded = DecodeString(text, lexed.tokens[0]);
  ASSERT_EQ(decoded.value, "a {f(\"}\")} b");
  DiagnosticList diagnostics;
  size_t end = 0;
  const std::vector<Token> tokens =
      LexEmbedded(lexed.text, decoded, 3, &end, &diagnostics);
  EXPECT_EQ(end, decoded.value.find("} b"));
  ASSERT_EQ(tokens.size(), 5u);  // f ( "}" ) and the end
  EXPECT_EQ(lexed.text->Slice(tokens[2].span), R"(\"}\")");
  EXPECT_FALSE(diagnostics.has_errors());
}

TEST(LexerTest, AnEscapeInsideBracesIsRefused) {
  const std::string text = R"("{us\u{65}r}")";
  const Lexed lexed = LexText(text);
  const DecodedString decoded = DecodeString(text, lexed.tokens[0]);
  DiagnosticList diagnostics;
  size_t end = 0;
  LexEmbedded(lexed.text, decoded, 1, &end, &diagnostics);
  ASSERT_EQ(diagnostics.error_count(), 1);
  EXPECT_EQ(diagnostics.Sorted()[0]->code, DiagnosticCode::kBadTemplate);
}

}  // namespace
}  // namespace mqwarden
