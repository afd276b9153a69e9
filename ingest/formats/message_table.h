// What the messages of IBM MQ's error logs, of IBM i and of z/OS mean, by their
// ids: rows of a table, from which the decoders take kind, action, outcome and
// reason, and which of a message's inserts says what. The words of a message play
// no part: they are translated.
//
// All tables are constant; every function is thread-safe.
#ifndef MQWARDEN_INGEST_FORMATS_MESSAGE_TABLE_H_
#define MQWARDEN_INGEST_FORMATS_MESSAGE_TABLE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {

// What an insert of an AMQ message says, where it is more than an attr.
enum class Insert : uint8_t {
  kAttr,
  kUser,
  kCspUser,
  kChannel,
  kPeer,           // connection name of the partner
  kPeerOrChannel,  // whichever its form says
  kActiveValues,   // `CLNTUSER(x) MCAUSER(y) ...`
  kObject,         // `NAME [type]`
  kAccess,         // access words between slashes
  kReason,         // MQRC number
  kCommandName,
  kCommandText,
};

// How an AMQ9557 stands to the message.
enum class Companion : uint8_t {
  kNone,
  kExplains,   // an AMQ9557 of the same user after it says nothing new
  kExplained,  // it is that AMQ9557
};

struct MessageMeaning {
  std::string_view id;  // without the letter of its severity
  int64_t kind;         // values of the enums
  int64_t action;
  int64_t outcome;
  int64_t reason;  // MQRC that it implies; 0: none
  std::string_view about;  // for the manual
  Companion companion = Companion::kNone;
  // ArithInsert1 and 2, CommentInsert1 to 3.
  std::array<Insert, 5> inserts{};
};

// In the order of the ids, each once. Ids of a whole type of journal entries end
// in `-*`: `PW-*`.
std::span<const MessageMeaning> MessageMeanings();
// Of `AMQ9777`, `CPF1107`, `AF-A`, `CSQX777E`, in any case. Every id that has no
// row is DiagnosticMeaning(): a message that says nothing about security.
const MessageMeaning& MeaningOfMessage(std::string_view id);
const MessageMeaning& DiagnosticMeaning();

// The fields that an insert may fill; of kAttr none.
std::span<const FieldId> FieldsOfInsert(Insert insert);

// What a refusal of RACF is about, by the class of the resource.
struct ResourceClass {
  std::string_view name;  // "MQQUEUE"
  int64_t action;         // value of the enum
  int64_t object_type;
};
std::span<const ResourceClass> ResourceClasses();
// Nullptr for a class that is not IBM MQ's.
const ResourceClass* FindResourceClass(std::string_view name);

// `object_type` of the word in `QM1 [qmgr]`, and of `*FILE`.
int64_t ObjectTypeOfWord(std::string_view word);

// Whether `text` begins with the id of an AMQ message: the bytes that it takes
// with the letter of its severity, which `*letter` becomes (0: it has none).
std::optional<size_t> LeadingAmqId(std::string_view text, char* letter);
// `level` of the letter; nullopt for none that is known.
std::optional<int64_t> LevelOfLetter(char letter);

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_FORMATS_MESSAGE_TABLE_H_
