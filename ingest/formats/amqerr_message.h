// A message of IBM MQ's error logs, whatever it is wrapped in (the text file, the
// JSON file, the console of a container, syslog), and the event that it becomes.
//
// Meaning comes from the message id and the inserts alone. The explanation and
// the action that follow a message in the text file are the same for every
// message of an id, and are left out.
#ifndef MQWARDEN_INGEST_FORMATS_AMQERR_MESSAGE_H_
#define MQWARDEN_INGEST_FORMATS_AMQERR_MESSAGE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/base/hash128.h"
#include "mqwarden/base/time.h"
#include "mqwarden/ingest/formats/field_writer.h"
#include "mqwarden/ingest/provenance.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

// What an error log says beside the inserts.
enum class AmqFact : uint8_t {
  kId,           // with the letter of its severity, if it has one
  kMessage,      // text of the message
  kProcess,
  kUser,         // that the process runs as, not the offender
  kProgram,
  kHost,
  kInstallation,
  kVersion,
  kQmgr,
  kTime,
  kRemoteHost,
  kArithInsert1,
  kArithInsert2,
  kCommentInsert1,
  kCommentInsert2,
  kCommentInsert3,
};
inline constexpr size_t kAmqFactCount = 16;

// How one wrapping names the facts, in their order.
using AmqFactNames = std::array<std::string_view, kAmqFactCount>;

struct AmqRecord {
  std::array<std::string_view, kAmqFactCount> facts;
  std::optional<Time> time;
  int64_t time_quality = 0;  // value of the enum
  int64_t source = 0;        // value of the enum

  std::string_view& operator[](AmqFact fact) {
    return facts[static_cast<size_t>(fact)];
  }
  std::string_view operator[](AmqFact fact) const {
    return facts[static_cast<size_t>(fact)];
  }
};

// Fills fields from `CLNTUSER(x) SSLPEER(CN="a (b)")`, the values of a channel
// that a message about it shows. A value ends where the next known key follows
// its parenthesis, or at the last one.
void TakeActiveValues(std::string_view text, std::string_view from,
                      FieldWriter* out);

// Makes events of the messages of one log, in their order. An AMQ9557 that only
// repeats a refusal before it is told from one that is the only sign of it:
// see Explained(). Thread-compatible.
class AmqNormalizer final {
 public:
  // `*event` has been cleared or has only attrs; its texts are views of those of
  // `record`. `provenance` may be null.
  void Normalize(const AmqRecord& record, const AmqFactNames& names,
                 Event* event, Provenance* provenance);

 private:
  // A refusal that an AMQ9557 may follow.
  struct Refusal {
    Time time;
    uint64_t place = 0;  // queue manager and host
    uint64_t user = 0;
    bool has_user = false;
  };
  static constexpr size_t kMaxRefusals = 256;

  uint64_t Fold(std::string_view text);
  uint64_t PlaceOf(const AmqRecord& record);
  void Remember(const AmqRecord& record, const Event& event);
  bool Explained(const AmqRecord& record, std::string_view user,
                 std::string_view csp_user);

  std::deque<Refusal> refusals_;  // oldest first
  std::string folded_;
  std::vector<std::string_view> words_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_FORMATS_AMQERR_MESSAGE_H_
