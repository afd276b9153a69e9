// Alerts of any text as messages of syslog: a receiver takes each apart, finds what
// was in the alert, and finds the messages of a stream whichever way it is framed.
//
// The first byte says the options; then texts, each with a byte before it that says
// how long it is.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/base/check.h"
#include "mqwarden/base/hash128.h"
#include "mqwarden/base/terminal_text.h"
#include "mqwarden/schema/alert.h"
#include "mqwarden/sinks/syslog_message.h"
#include "mqwarden/tests/sinks/syslog_parser.h"

namespace mqwarden {
namespace {

class Texts {
 public:
  explicit Texts(std::string_view bytes) : bytes_(bytes) {}
  bool done() const { return bytes_.empty(); }
  std::string Next() {
    if (bytes_.empty()) return "";
    const auto size = static_cast<unsigned char>(bytes_[0]);
    bytes_.remove_prefix(1);
    const std::string text(bytes_.substr(0, size));
    bytes_.remove_prefix(text.size());
    return text;
  }

 private:
  std::string_view bytes_;
};

std::string Shown(const AlertValue& value) { return EscapeForTerminal(value.text); }

void Fuzz(uint8_t how, std::string_view bytes) {
  Texts texts(bytes);
  Alert alert;
  alert.id = HashBytes128(bytes);
  alert.severity = static_cast<Severity>(how % 5);
  alert.state = static_cast<AlertState>(how >> 2 & 3);
  alert.rule = texts.Next();
  alert.version = texts.Next();
  alert.title = texts.Next();
  alert.summary = texts.Next();
  alert.muted = texts.Next();
  alert.count = static_cast<int64_t>(bytes.size());
  while (!texts.done()) {
    AlertField field;
    field.name = texts.Next();
    field.value.text = texts.Next();
    alert.group.push_back(std::move(field));
  }
  SyslogMessageOptions options;
  options.max_bytes = (how & 16) != 0 ? 2048 : 1 << 20;
  if ((how & 32) != 0) options.body = SyslogMessageOptions::Body::kJson;
  MQWARDEN_CHECK(CheckSyslogMessageOptions(options).ok(), "they are in bounds");

  std::string message;
  AppendSyslogMessage(alert, options, &message);
  MQWARDEN_CHECK(message.size() <= options.max_bytes, "no message is too long");
  std::string why;
  const auto parsed = ParseSyslog(message, &why);
  MQWARDEN_CHECK(parsed.has_value(), "a receiver reads it");
  const ParsedSyslog::Element& main = parsed->elements[0];
  MQWARDEN_CHECK(main.Value("id") == ToHex(alert.id), "the id is whole");
  if (main.Value("cut").empty()) {
    MQWARDEN_CHECK(main.Value("rule") == EscapeForTerminal(alert.rule) &&
                       main.Value("muted") == EscapeForTerminal(alert.muted),
                   "values come apart as they were");
    MQWARDEN_CHECK(parsed->elements.size() == (alert.group.empty() ? 1u : 2u),
                   "no text makes an element");
    for (size_t i = 0; i < alert.group.size(); ++i) {
      MQWARDEN_CHECK(
          parsed->elements[1].params[i].second == Shown(alert.group[i].value),
          "values of the group come apart as they were");
    }
  }
  std::string counted;
  std::string lines;
  for (int i = 0; i < 2; ++i) {
    AppendSyslogFrame(message, SyslogFraming::kOctetCounted, &counted);
    AppendSyslogFrame(message, SyslogFraming::kNewline, &lines);
  }
  const std::vector<std::string> both = {message, message};
  MQWARDEN_CHECK(UnframeCounted(counted) == both && UnframeLines(lines) == both,
                 "a stream has the messages that were put on it");
}

}  // namespace
}  // namespace mqwarden

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  mqwarden::Fuzz(data[0],
                 std::string_view(reinterpret_cast<const char*>(data + 1), size - 1));
  return 0;
}
