// A receiver of syslog for tests: takes a message apart as the grammar of RFC 5424
// has it, and refuses whatever that grammar does not admit.
#ifndef MQWARDEN_TESTS_SINKS_SYSLOG_PARSER_H_
#define MQWARDEN_TESTS_SINKS_SYSLOG_PARSER_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mqwarden {

struct ParsedSyslog {
  struct Element {
    std::string id;
    std::vector<std::pair<std::string, std::string>> params;  // unescaped
    // The value of the first parameter of that name; "" without one.
    std::string Value(std::string_view name) const;
  };
  int priority = 0;
  std::string time;
  std::string hostname;
  std::string app_name;
  std::string process;
  std::string message_id;
  std::vector<Element> elements;
  bool byte_order_mark = false;
  std::string body;  // without the mark
};

// Nullopt, with the reason in `*why`, for anything but one message.
std::optional<ParsedSyslog> ParseSyslog(std::string_view message, std::string* why);

// The messages of a stream framed by lengths, or by newlines; nullopt where a frame
// is broken.
std::optional<std::vector<std::string>> UnframeCounted(std::string_view stream);
std::optional<std::vector<std::string>> UnframeLines(std::string_view stream);

}  // namespace mqwarden

#endif  // MQWARDEN_TESTS_SINKS_SYSLOG_PARSER_H_
