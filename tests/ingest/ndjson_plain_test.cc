// Plain lines of NDJSON are read by a way of their own, which has to give what the
// scanner gives. A stream that explains itself is read by the scanner alone, so
// each input here is read both ways.
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "mqwarden/ingest/formats/ndjson.h"
#include "mqwarden/ingest/plain_line.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/schema/event_json.h"
#include "mqwarden/schema/field_catalog.h"
#include "mqwarden/tests/ingest/ingest_testing.h"

namespace mqwarden {
namespace {

// What the head of a stream is judged by is read by the scanner: a line before.
constexpr std::string_view kFirst =
    R"({"time":"2026-03-10T08:59:59Z","kind":"session","user":"head"})" "\n";

void CheckBothWays(const std::string& lines) {
  for (const bool asked : {false, true}) {
    IngestOptions options;
    if (asked) options.format = InputFormat::kNdjson;
    IngestOptions slow = options;
    slow.explain = true;
    const std::string bytes = std::string(kFirst) + lines;
    const std::string expected = ReadAll(bytes, slow).Dump();
    ASSERT_EQ(ReadAll(bytes, options).Dump(), expected) << lines;
    ASSERT_EQ(ReadAll(bytes, options, 97).Dump(), expected) << lines;
  }
}

// The event of a line that is read the plain way, as JSON; "" where it is not.
std::string Plain(std::string line) {
  line += '\n';
  PlainLine plain;
  NdjsonDecoder decoder;
  Event event;
  if (!plain.Read(line) || !decoder.DecodePlain(plain, &event)) return "";
  std::string out;
  AppendEventJson(event, &out);
  return out;
}

const std::vector<std::string>& Lines() {
  static const std::vector<std::string> lines = {
      R"({"time":"2026-03-10T09:00:00.120Z","source":"amqsevt","tags":["prod","unix"],"kind":"authz","action":"connect","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","qmgr":"PRDQM001","user":"svc0000017","source_ip":"10.4.200.17","channel":"APP01.SVRCONN","channel_type":"svrconn","app":"com.example.payments.Gateway","object":"PAYMENTS.Q1","object_type":"queue"})",
      R"({"kind":"config","time":"2026-03-10T09:00:01Z","attr":{"maxDepth":5000,"descr":"","putEnabled":"Allowed","x":true,"y":null}})",
      R"({"kind": "authn", "time": 1773133200000000000, "reason": "MQRC_NOT_AUTHORIZED", "user_truncated": true, "duration": 12})",
      R"({"time":"2026-03-10T09:00:02.5Z","kind":"channel","source_ip":"not an address","unknown":"u","attr.zone":"dmz","rule":"r"})",
      R"({"time":"2026-03-10T23:59:60Z","kind":"diag","tags":[],"message":"caf)" "\xC3\xA9" R"("})",
      R"({"time":"2026-03-10T09:00:03Z","kind":"authz","user":"","action":"","source_ip":"","tags":["A","a","b"],"access":[]})",
      R"({"time":null,"kind":"authz","kind":"authn","user":"a","user":null})",
      R"({"connCorrel":"1.2","kind":"authz"})",
      R"({"kind":"alert","time":"2026-03-10T09:00:04Z"})",
      R"({"time":"2026-03-10T09:00:05.123456789Z","kind":"perf","source_ip":"2001:db8::1","target_ip":"255.255.255.255"})",
      R"({"eventSource":"x","kind":"authz"})",
      R"({"ibm_messageId":"AMQ9557E","kind":"diag"})",
      R"({"action":"authorise","kind":"authz"})",
      R"({"kind":"command","attr":{"a":"1","a":"2","n":-3},"attr":{"b":"c"}})",
      R"({"kind":"command","attr":"x"})",
      R"({"kind":null})",
      R"({"kind":"qmgr","reason":-1,"pid":0,"source_port":01})",
      R"({"kind":"qmgr","duration":1.25,"reason":1e3})",
      R"({"kind":"qmgr","duration":-2})",
      R"({"kind":"session","time":"2026-03-10T09:00:05+01:00"})",
      R"({"kind":"session","time":"1969-12-31T23:59:58.5Z"})",
      R"({"kind":"session","a":[1,2],"b":{"c":{"d":1}}})",
      R"({"kind":"session","a":"q\"uote"})",
      R"({})",
      R"({"kind":"session"} {"kind":"session"})",
      R"([{"kind":"session"},)",
      R"(some text)",
      R"({"kind":"session","user":"bad )" "\xFF" R"("})",
  };
  return lines;
}

TEST(NdjsonPlainTest, UsualLinesAreReadThePlainWay) {
  for (const size_t i : {0, 1, 2, 3, 4, 5, 6, 9, 13, 18, 19, 20}) {
    EXPECT_NE(Plain(Lines()[i]), "") << Lines()[i];
  }
}

TEST(NdjsonPlainTest, WhatMayBeAnotherFormatOrIsRefusedIsNot) {
  for (const size_t i : {7, 8, 10, 11, 12, 14, 15, 16, 17, 21, 22, 23, 24, 25, 26, 27}) {
    EXPECT_EQ(Plain(Lines()[i]), "") << Lines()[i];
  }
}

TEST(NdjsonPlainTest, EachLineGivesTheSameBothWays) {
  std::string all;
  for (const std::string& line : Lines()) {
    CheckBothWays(line + "\n");
    CheckBothWays(line + "\r\n" + line);
    all += line + '\n';
  }
  CheckBothWays(all);
  CheckBothWays(all + all);
}

TEST(NdjsonPlainTest, TimesAreThoseOfTheOtherReader) {
  std::string lines;
  std::mt19937_64 random(3);
  const auto two = [](uint64_t n) {
    std::string text = std::to_string(n);
    return text.size() < 2 ? "0" + text : text;
  };
  for (int i = 0; i < 2000; ++i) {
    std::string time = std::to_string(random() % 4 == 0 ? 1600 + random() % 800 : 2026) +
                       "-03-" + two(9 + random() % 2) + "T" + two(8 + random() % 2) +
                       ":" + two(random() % 2) + ":" + two(random() % 64);
    const size_t digits = random() % 12;
    if (digits > 0) time += '.';
    for (size_t d = 1; d < digits; ++d) time += static_cast<char>('0' + random() % 10);
    time += random() % 8 == 0 ? "z" : "Z";
    lines += R"({"kind":"session","time":")" + time + "\"}\n";
  }
  // What no clock shows, before a minute was seen and after.
  lines = std::string(R"({"kind":"session","time":"????????????????:00Z"})") + "\n" + lines;
  CheckBothWays(lines);
}

// Bytes changed, put in, taken out and doubled, in lines among others.
TEST(NdjsonPlainTest, DamagedLinesGiveTheSameBothWays) {
  std::mt19937_64 random(11);
  constexpr std::string_view kBytes = "\"\\{}[],: \n\r\t0a-.\xC3\x01tfn";
  for (int round = 0; round < 800; ++round) {
    std::string lines;
    for (int i = 0; i < 6; ++i) {
      std::string line = Lines()[random() % Lines().size()];
      for (uint64_t n = random() % 3; n > 0; --n) {
        const size_t at = random() % line.size();
        const char byte = kBytes[random() % kBytes.size()];
        switch (random() % 4) {
          case 0: line[at] = byte; break;
          case 1: line.insert(at, 1, byte); break;
          case 2: line.erase(at, 1 + random() % 4); break;
          default: line.insert(at, line.substr(at, random() % 30)); break;
        }
        if (line.empty()) line = "{";
      }
      lines += line + (random() % 16 == 0 ? "" : "\n");
    }
    CheckBothWays(lines);
  }
}

// Every field of the catalogue with values of every type.
TEST(NdjsonPlainTest, EveryFieldTakesAndRefusesTheSameBothWays) {
  for (const FieldInfo& field : AllFields()) {
    std::string lines;
    for (const std::string_view value :
         {R"("text")", R"("")", "17", "-4", "0", "true", "false", "null", R"(["a","b"])",
          "[]", R"([1])", R"({"a":1})", R"("10.1.2.3")", R"("10.1.2.300")",
          R"("2026-03-10T09:00:00Z")", "1.5", R"("queue")", R"("amqsevt")",
          "123456789012345678", "1234567890123456789", R"("MQRC_NOT_AUTHORIZED")"}) {
      lines += "{\"kind\":\"authz\",\"" + std::string(field.name) + "\":" +
               std::string(value) + "}\n{\"" + std::string(field.name) +
               "\":" + std::string(value) + ",\"kind\":\"authz\"}\n";
    }
    CheckBothWays(lines);
  }
}

}  // namespace
}  // namespace mqwarden
