#include "mqwarden/ingest/ingest_stats.h"

#include <utility>

namespace mqwarden {

void IngestStats::CountReject(const Reject& reject, int64_t offset,
                              std::string_view bytes) {
  ++records;
  const auto counted = rejected.find(reject.reason);
  if (counted != rejected.end()) {
    ++counted->second;
    return;
  }
  std::string reason(reject.reason);
  rejected[reason] = 1;
  samples[std::move(reason)] = {reject.detail, offset,
                                std::string(bytes.substr(0, kMaxExcerptBytes))};
}

void IngestStats::AddPiece(const IngestStats& piece) {
  for (const auto& [reason, count] : piece.rejected) rejected[reason] += count;
  for (const auto& [reason, sample] : piece.samples) {
    const auto [kept, is_first] = samples.try_emplace(reason, sample);
    if (is_first) kept->second.offset += bytes;
  }
  bytes += piece.bytes;
  records += piece.records;
  events += piece.events;
}

void IngestStats::CountPassedOver(std::string_view what) {
  const auto counted = passed_over.find(what);
  if (counted != passed_over.end()) {
    ++counted->second;
  } else {
    passed_over.emplace(what, 1);
  }
}

}  // namespace mqwarden
