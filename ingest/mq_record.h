// What a decoder has read of one IBM MQ event, before it means anything: the
// header and a flat list of parameters. Every wrapping of an event (amqsevt's
// JSON, PCF) comes down to this.
#ifndef MQWARDEN_INGEST_MQ_RECORD_H_
#define MQWARDEN_INGEST_MQ_RECORD_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "mqwarden/base/time.h"
#include "mqwarden/ingest/mapping.h"
#include "mqwarden/schema/mq_constants.h"

namespace mqwarden {

// One parameter of event data, groups flattened away. Of the size of a cache line:
// an event has some twenty.
struct MqParameter {
  std::string_view key;   // as amqsevt spells it; an unknown one as it came
  const MqConstant* parameter = nullptr;  // null for an unknown key
  std::string_view text;  // word or text without the blanks that pad it
  int64_t number = 0;     // with has_number: the value, or what the word means
  // In MqRecord::elements: of a list, whose first element then is the value
  // above too; or the tokens of options whose bits are not stated.
  uint32_t first_element = 0;
  uint32_t element_count = 0;
  Role role = Role::kAttr;
  bool has_number = false;
  bool in_command = false;  // of the command itself, not of its context
  bool is_list = false;
  bool is_bytes = false;
  bool is_secret = false;
};
static_assert(sizeof(void*) != 8 || sizeof(MqParameter) == 64);

// What every wrapping of an event gives. Reused for many records.
struct MqRecord {
  int64_t source = 0;       // value of the enum
  int64_t event_class = 0;  // MQCMD; 0: not stated
  int64_t reason = 0;       // MQRC; 0: not stated
  std::optional<Time> time;
  std::optional<int64_t> object_state;  // value of the enum
  std::string_view correlation;  // hex, any case
  std::string_view qmgr;         // where the event message was read
  std::vector<MqParameter> parameters;
  std::vector<std::string_view> elements;

  void Clear();
  // Adds a parameter with its key, constant and role; `text` is trimmed. The
  // reference holds until the next call.
  MqParameter& Add(std::string_view key, std::string_view text);
  // The same of a key that was looked up before, without a text.
  MqParameter& AddKnown(std::string_view key, const MqConstant* parameter);
  std::span<const std::string_view> ElementsOf(const MqParameter& p) const {
    return std::span(elements).subspan(p.first_element, p.element_count);
  }
};

// Without the blanks and NULs that MQ pads its strings with.
inline std::string_view TrimPadding(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\0')) {
    text.remove_suffix(1);
  }
  return text;
}

// Makes `parameter` a number, and its text the word of it where it has one.
void SetParameterNumber(int64_t number, std::string_view digits,
                        MqParameter* parameter);
// Makes `parameter` a word or text, and finds the number that it stands for.
void SetParameterText(std::string_view text, MqParameter* parameter);

// Whether the texts of a parameter may stand for numbers.
bool MayBeNumber(const MqConstant& parameter);

// The whole of `text` as a decimal integer.
std::optional<int64_t> ParseInteger(std::string_view text);

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_MQ_RECORD_H_
