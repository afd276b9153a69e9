// Messages of syslog that have a form of their own: audit entries of IBM i
// (QAUDJRN), LEEF and CEF. Their keys are rows of a table.
#ifndef MQWARDEN_INGEST_FORMATS_SYSLOG_PAYLOADS_H_
#define MQWARDEN_INGEST_FORMATS_SYSLOG_PAYLOADS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "mqwarden/ingest/formats/field_writer.h"
#include "mqwarden/ingest/provenance.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {

enum class PayloadDialect : uint8_t { kQaudjrn, kLeef, kCef };

// What the value of a key says, where it is more than an attr.
enum class PayloadRole : uint8_t {
  kType,        // `AF-A`
  kMessage,
  kStamp,
  kStampForm,
  kSequence,    // the entry's number in its journal
  kOffender,    // the user that was refused
  kJobUser,     // the user of the job that tried or did it
  kAddress,
  kPort,
  kObject,
  kObjectType,  // `*FILE`
  kGrade,       // 1 to 10
  kHost,
};

struct PayloadKey {
  PayloadDialect dialect;
  std::string_view key;
  PayloadRole role;
};

// Where two keys say the same the one that stands first in the table wins.
std::span<const PayloadKey> PayloadKeys();

// The field that a role fills; nullopt for what only helps to read another one.
std::optional<FieldId> FieldOfRole(PayloadRole role);

// The dialect that `text` begins with; of an audit entry also where its element
// stands among the structured data of RFC 5424.
std::optional<PayloadDialect> DetectPayload(std::string_view text);

// `text` without the backslash before `"`, `]`, `=`, `|` and itself: a view of it,
// or of the event where it has any.
std::string_view Unescape(std::string_view text, Event* event);

// Thread-compatible; reused, it allocates next to nothing.
class PayloadDecoder final {
 public:
  explicit PayloadDecoder(const std::optional<absl::TimeZone>& zone)
      : zone_(zone) {}

  // Fills `*event`, which has been cleared, from a message of that dialect: views
  // of `text` and of the event. `provenance` may be null. False where the message
  // is damaged.
  bool Decode(PayloadDialect dialect, std::string_view text, Event* event,
              Provenance* provenance);

 private:
  struct Pair {
    std::string_view key;
    std::string_view value;
    bool moved = false;  // to a field, so that it is no attr
  };

  bool ReadEntry(std::string_view text);
  bool ReadHead(std::string_view text, FieldWriter* out);
  void Split(std::string_view text, char delimiter);
  void SplitAtKeys(std::string_view text);
  void Fill(FieldWriter* out);
  bool Take(const PayloadKey& key, std::string_view value, FieldWriter* out);
  bool IsIbmi(std::string_view vendor, std::string_view product);

  const std::optional<absl::TimeZone> zone_;
  // Whose product the last message was of, and whether that reads IBM i.
  std::string product_;
  bool is_ibmi_product_ = false;

  // Of the message being decoded.
  PayloadDialect dialect_ = PayloadDialect::kQaudjrn;
  Event* event_ = nullptr;
  std::vector<Pair> pairs_;
  std::string_view type_;  // of a journal entry, or the event's id
  std::string_view type_from_;
  bool is_ibmi_ = false;
};

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_FORMATS_SYSLOG_PAYLOADS_H_
