// Random records of several formats, and what may stand between and instead of them.
#ifndef MQWARDEN_TESTS_PIPELINE_HISTORY_H_
#define MQWARDEN_TESTS_PIPELINE_HISTORY_H_

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>

#include "gtest/gtest.h"

namespace mqwarden {

inline std::string WriteInput(const std::string& name, const std::string& bytes) {
  const std::string path = ::testing::TempDir() + "/" + name;
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

// Makes the records of one history, each with the end of its line.
class History {
 public:
  explicit History(uint64_t seed) : random_(seed) {}

  uint64_t Below(uint64_t n) { return random_() % n; }

  // NDJSON of a few queue managers at `ms` milliseconds.
  std::string Ndjson(int64_t ms, int qmgrs) {
    std::string text = R"({"time":")" + TimeText(ms) +
                       R"(Z","kind":"authz","outcome":")" +
                       (Below(3) == 0 ? "success" : "failure") +
                       R"(","user":"u)" + std::to_string(Below(3)) + '"';
    if (qmgrs > 0) {
      text += R"(,"qmgr":"QM)" +
              std::to_string(Below(static_cast<uint64_t>(qmgrs))) + '"';
    }
    if (Below(4) == 0) text += R"(,"object":"Q\u00e4)" + std::to_string(Below(9)) + '"';
    return text + "}\n";
  }

  std::string Amqsevt(int64_t ms) {
    return R"({"eventType":{"value":44},"eventReason":{"value":2035},"eventCreation":{"epoch":)" +
           std::to_string(1767603600 + ms / 1000) +
           R"(},"eventData":{"queueMgrName":"QM1","reasonQualifier":"Open Not Authorized","userIdentifier":"u)" +
           std::to_string(Below(2)) + R"(","queueName":"Q"}})" + "\n";
  }

  std::string Amqerr(int64_t ms) {
    return R"({"ibm_messageId":"AMQ8077W","ibm_datetime":")" + TimeText(ms) +
           R"(Z","ibm_serverName":"QM1","host":"h","ibm_commentInsert1":"u)" +
           std::to_string(Below(2)) +
           R"(","ibm_commentInsert2":"Q [queue]","ibm_commentInsert3":"put"})" "\n";
  }

  // The same in many lines, as amqsevt writes it.
  std::string AmqsevtLines(int64_t ms) {
    return "{\n  \"eventType\" : { \"value\" : 44 },\n  \"eventReason\" : {\n"
           "    \"value\" : 2035\n  },\n  \"eventCreation\" : { \"epoch\" : " +
           std::to_string(1767603600 + ms / 1000) +
           " },\n  \"eventData\" : {\n    \"queueMgrName\" : \"QM1\",\n"
           "    \"reasonQualifier\" : \"Open Not Authorized\",\n"
           "    \"userIdentifier\" : \"u" +
           std::to_string(Below(2)) + "\", \"queueName\" : \"Q\"\n  }\n}\n";
  }

  // A line of another format.
  std::string Mqcci(int64_t ms) {
    std::string time = TimeText(ms);
    time[4] = time[7] = '/';
    time[10] = ' ';
    return time + "000, CONN, Tag=TAG" + std::to_string(Below(9)) +
           ", CD_QMgrName=QM1, CD_ChannelName=APP.SVRCONN, "
           "CD_ConnectionName=192.0.2.7,\n";
  }

  // What may stand between records.
  std::string Between() {
    static constexpr std::string_view kBetween[] = {
        "\n", "[\n", "]\n", ",\n", "\xEF\xBB\xBF", " \t\n", "}\n", "\r\n",
        "{}\n", "{\"a\":1}\n", "{\n", "[1,2]\n"};
    return std::string(kBetween[Below(std::size(kBetween))]);
  }

  std::string Damaged() {
    switch (Below(4)) {
      case 0:
        return "{\"kind\":\"authz\",\"user\":\n";
      case 1:
        return "what is this\n";
      case 2:
        return R"({"kind":"authz","user":"no time"})" "\n";
      default:
        return R"({"kind":"nonsense","time":"2026-01-05T09:00:00Z"})" "\n";
    }
  }

 private:
  static std::string TimeText(int64_t ms) {
    char text[64];
    std::snprintf(text, sizeof(text), "2026-01-05T%02d:%02d:%02d.%03d",
                  static_cast<int>(9 + ms / 3'600'000),
                  static_cast<int>(ms / 60'000 % 60),
                  static_cast<int>(ms / 1000 % 60), static_cast<int>(ms % 1000));
    return text;
  }

  std::mt19937_64 random_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_TESTS_PIPELINE_HISTORY_H_
