// The workload W1: normalized events of one day, in order, from a seed.
//
// Ordinary traffic of an estate of 40 queue managers: client connections and opens
// that were let in, channels, performance, commands, and some 8 in 100 refusals
// (reason 2035) from addresses that rarely come twice. Planted into it are
// attackers (ten and more refusals within five minutes), blocks of production
// sender channels and logins of break-glass users; a tenth of the queue managers
// is tagged `lab`.
//
// An event is kept as 40 bytes of numbers and written out as an Event or as one
// line of NDJSON when it is wanted, so that millions fit in memory. Addresses of
// ordinary traffic follow a zipf law. Equal options give equal events on every
// platform: integers only.
#ifndef MQWARDEN_BENCHMARKS_CORPUS_H_
#define MQWARDEN_BENCHMARKS_CORPUS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/schema/event.h"

namespace mqwarden::benchmarks {

struct CorpusOptions {
  int64_t events = 1'000'000;
  int64_t seconds = 86'400;  // over which they are spread
  uint64_t seed = 1;
  uint32_t addresses = 100'000;
  uint32_t users = 20'000;
  uint32_t queues = 5'000;
  int attackers = 115;
  // Every event is a refusal over SVRCONN: the worst case for the windows. The
  // first events come from every address once, the others from any of them.
  bool only_refusals = false;
};

// One event of the workload. Numbers of enumerations are those of the catalogue.
struct CompactEvent {
  int64_t time = 0;      // nanoseconds since the epoch
  uint32_t address = 0;  // IPv4, in host order
  uint32_t user = 0;     // index in users()
  uint32_t queue = 0;    // index in queues(); kNoQueue without one
  uint16_t qmgr = 0;     // index in qmgrs()
  uint16_t channel = 0;  // index in channels()
  uint16_t reason = 0;   // 0 without one
  uint8_t kind = 0;
  uint8_t action = 0;
  uint8_t outcome = 0;
  uint8_t channel_type = 0;
  uint8_t lab = 0;
  uint8_t padding[5] = {};

  static constexpr uint32_t kNoQueue = 0xffffffff;
};
static_assert(sizeof(CompactEvent) == 40);

class Corpus {
 public:
  explicit Corpus(const CorpusOptions& options);

  const std::vector<CompactEvent>& events() const { return events_; }
  const std::vector<std::string>& users() const { return users_; }
  const std::vector<std::string>& queues() const { return queues_; }
  const std::vector<std::string>& qmgrs() const { return qmgrs_; }
  const std::vector<std::string>& channels() const { return channels_; }

  // The event as a decoder would give it; its texts are views into the corpus.
  // `event` is cleared first.
  void Fill(const CompactEvent& from, Event* event) const;

  // Appends the lines of events [first, last).
  void AppendNdjson(size_t first, size_t last, std::string* out) const;

 private:
  std::vector<std::string> users_;
  std::vector<std::string> queues_;
  std::vector<std::string> qmgrs_;
  std::vector<std::string> channels_;
  std::vector<CompactEvent> events_;
};

// The five users that only an emergency may use; the first of users().
inline constexpr int kBreakGlassUsers = 5;

}  // namespace mqwarden::benchmarks

#endif  // MQWARDEN_BENCHMARKS_CORPUS_H_
