// Field tables: what a source that is not IBM MQ's own calls its fields, and
// what they become. The decoders read by them, and the manual is written from
// them.
#ifndef MQWARDEN_INGEST_FORMATS_FIELD_TABLE_H_
#define MQWARDEN_INGEST_FORMATS_FIELD_TABLE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {

// A name may have several rows, which stand together. What no row names is
// `attr.NAME`.
struct FieldRow {
  std::string_view name;  // in the source
  FieldId field;          // what it fills
  std::string_view note;  // for people; "" where the value is taken as it is
};

// Finds rows by name, beginning where the search before ended: in a record
// whose fields stand in the order of the table each costs one comparison.
class FieldLookup final {
 public:
  explicit FieldLookup(std::span<const FieldRow> rows);

  // Empty for a name that has no row.
  std::span<const FieldRow> Find(std::string_view name);

 private:
  // A bit per size, first and last character that names of rows have.
  static size_t BitOf(std::string_view name) {
    return (name.size() * 37 + static_cast<unsigned char>(name.front()) * 5 +
            static_cast<unsigned char>(name.back())) %
           (64 * 8);
  }

  std::span<const FieldRow> rows_;
  std::array<uint64_t, 8> may_have_{};
  size_t next_ = 0;  // where the rows of a name begin
};

// Whether what has this name is a password, and not, say, the length of one.
bool NamesPassword(std::string_view name);

// What stands for a password.
inline constexpr std::string_view kMaskedPassword = "***";

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_FORMATS_FIELD_TABLE_H_
