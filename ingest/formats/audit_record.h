// The record that MQCCI and MQ Auditor write, one a line:
//
//   2026/11/20 09:00:01.654884, CONN, Tag=..., CD_QMgrName=QM1, , CD_X=...,
//
// Values are not quoted and may hold the separator, `, `: a value ends only
// where a key follows, or the line ends. The first `=` of a field ends its key.
#ifndef MQWARDEN_INGEST_FORMATS_AUDIT_RECORD_H_
#define MQWARDEN_INGEST_FORMATS_AUDIT_RECORD_H_

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/ingest/civil_time.h"
#include "mqwarden/ingest/formats/field_writer.h"

namespace mqwarden {

struct AuditField {
  std::string_view key;
  std::string_view value;  // without blanks at its ends
};

struct AuditRecord {
  static constexpr size_t kMaxFields = 512;

  CivilTime time;
  std::string_view verb;
  // Those beyond kMaxFields are part of the last value.
  std::vector<AuditField> fields;

  // Of records before, with their `=`, by the last character of the verb: a program
  // writes the same keys again, and to compare one is sooner done than to read it.
  std::array<std::vector<std::string>, 2> known_keys;
};

// The verb of a line that begins with a time as these programs write it;
// nullopt for any other line. Looks at its first bytes only.
std::optional<std::string_view> AuditVerbOf(std::string_view line);

// Whether `key`, which is followed by `=` in the line, begins a field.
using IsAuditKey = bool (*)(std::string_view key);

// Reads a line that has a verb; false for any other. The views are of `line`.
// `is_key` is the same for all that `record` is used for.
bool ReadAuditRecord(std::string_view line, IsAuditKey is_key,
                     AuditRecord* record);

// A key that stands twice may be forged: someone chose a name that holds the
// separator. The values of all such keys become `attr.KEY_list`.
void AddRepeatedKeys(const std::vector<AuditField>& fields,
                     FieldWriter* writer);

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_FORMATS_AUDIT_RECORD_H_
