// The constants of the IBM MQ interface, by name, by number, and by the words
// and keys that amqsevt prints for them. The rows stand in mq_constants.def.
//
// All tables are constant; every function is thread-safe, and none but
// SearchMqConstants() allocates.
#ifndef MQWARDEN_SCHEMA_MQ_CONSTANTS_H_
#define MQWARDEN_SCHEMA_MQ_CONSTANTS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace mqwarden {

// A set of constants that belong together: the values of one enumeration, or the
// parameters of one type. A number has a name only within a kind.
enum class MqKind : uint8_t {
  kNone,
#define MQWARDEN_MQ_KIND(id, name) id,
#include "mqwarden/schema/mq_kinds.def"
#undef MQWARDEN_MQ_KIND
};

struct MqConstant {
  std::string_view name;  // "MQRC_NOT_AUTHORIZED"
  int64_t value;
  MqKind kind;
  bool canonical;             // the name to show for this value of its kind
  bool core;                  // one that events and rules speak of
  std::string_view json_key;  // of a parameter: amqsevt's key; else ""
  std::string_view go_key;    // amqsevtg's key where it differs; else ""
  std::string_view word;      // of a value: what amqsevt prints; else ""
  MqKind values_kind;         // of an enumerated parameter; else kNone
};

std::span<const MqConstant> AllMqConstants();
std::string_view MqKindName(MqKind kind);  // "reason_qualifier"

// Exact, upper-case names: "MQRC_NOT_AUTHORIZED" is 2035.
std::optional<int64_t> FindMqConstant(std::string_view name);
// The same with all that is known of it; nullptr for no constant.
const MqConstant* FindMqConstantRow(std::string_view name);

// The canonical name of `value` in `kind`; "" where there is none.
//   MqConstantName(MqKind::kReason, 2035) == "MQRC_NOT_AUTHORIZED"
std::string_view MqConstantName(MqKind kind, int64_t value);

// The word that amqsevt prints for `value`, in its spelling; "" where there is
// none (amqsevt then prints `Unknown [N]`).
//   MqWord(MqKind::kEventRule, 1) == "Enabled"
std::string_view MqWord(MqKind kind, int64_t value);

// Back from a word to its number, without regard to ASCII case. `Unknown [N]` is
// N; the name of a constant of the kind (amqsevt -d) is its value.
//   MqValueOfWord(MqKind::kEventRule, "Enabled") == 1
std::optional<int64_t> MqValueOfWord(MqKind kind, std::string_view word);

// The parameter that a key of event data stands for, exactly as amqsevt spells
// it (`queueMgrName`), as amqsevtg does (`qMgrName`), or by its raw name
// (`MQCA_Q_MGR_NAME`, amqsevt -d); nullptr for any other key. The row's
// `json_key` is the spelling to normalize to, `values_kind` the kind of its
// values. A few keys stand for two parameters, all of them without values_kind;
// the one that events use comes back.
const MqConstant* ParameterByJsonKey(std::string_view key);

// The parameter of that number in PCF, as the row that its key comes back to, so
// that one event is the same in PCF and in JSON; nullptr for an unknown number.
const MqConstant* ParameterByNumber(int64_t number);

// What a person may mean by `query`: a whole number (decimal or 0x…) finds every
// constant of that value, other text every constant with it in its name or word,
// without regard to case. Reasons come first, then the core constants.
std::vector<const MqConstant*> SearchMqConstants(std::string_view query);

}  // namespace mqwarden

#endif  // MQWARDEN_SCHEMA_MQ_CONSTANTS_H_
