// What a stream held: every record is an event or a counted rejection.
#ifndef MQWARDEN_INGEST_INGEST_STATS_H_
#define MQWARDEN_INGEST_INGEST_STATS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "mqwarden/ingest/byte_source.h"
#include "mqwarden/ingest/reject.h"

namespace mqwarden {

// One rejected record, to be shown. The excerpt is hostile text.
struct RejectSample {
  std::string detail;  // what is wrong, where more is known than the reason
  // Of the record in the decompressed stream; where that is EBCDIC or syslog that
  // is framed by lengths, in the text that it stands for.
  int64_t offset = 0;
  std::string excerpt;  // its first bytes, at most kMaxExcerptBytes
};

struct IngestStats {
  static constexpr size_t kMaxExcerptBytes = 120;

  int64_t bytes = 0;
  int64_t records = 0;  // events and rejected
  int64_t events = 0;
  std::map<std::string, int64_t, std::less<>> rejected;  // by reason
  std::map<std::string, RejectSample, std::less<>> samples;  // by reason
  // Records that are understood and carry no event of their own (headings, the
  // message that explains another one), by what they are; not in `records`.
  std::map<std::string, int64_t, std::less<>> passed_over;
  // Of a compressed file that could be read only in part.
  std::optional<InputDamage> damage;

  int64_t rejected_total() const { return records - events; }
  // Counts a rejected record that begins with `bytes` at `offset`.
  void CountReject(const Reject& reject, int64_t offset, std::string_view bytes);
  void CountPassedOver(std::string_view what);
  // Adds those of a piece of the stream that begins where these end. It passed
  // over nothing.
  void AddPiece(const IngestStats& piece);
};

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_INGEST_STATS_H_
