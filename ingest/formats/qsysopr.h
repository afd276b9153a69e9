// Messages of IBM i's operator queue as loggers send them: `CPF1107 40 text`.
#ifndef MQWARDEN_INGEST_FORMATS_QSYSOPR_H_
#define MQWARDEN_INGEST_FORMATS_QSYSOPR_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mqwarden {

struct QsysoprMessage {
  std::string_view id;
  std::string_view severity;  // two digits; empty where it is not stated
  std::string_view text;
};

// Finds messages by a pattern, see CheckQsysoprPattern() in syslog.h. Immutable.
class QsysoprPattern final {
 public:
  // An empty pattern is the default: `[A-Z]{3}[0-9A-F]{4}` at the beginning, or a
  // few words behind it where the tag says that it is one.
  explicit QsysoprPattern(std::string_view pattern);
  ~QsysoprPattern();

  std::optional<QsysoprMessage> Find(std::string_view tag,
                                     std::string_view text) const;

 private:
  struct Compiled;
  std::unique_ptr<Compiled> compiled_;  // null for the default
};

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_FORMATS_QSYSOPR_H_
