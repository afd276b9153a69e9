// Stage 0: gives records of a connection what only the record that opened it
// says: who it is, from where and through what.
//
// Records of one connection have the same qmgr and correlation. The one that
// opens it is of kind session, authn or authz with action connect; what it knows
// of source_ip, connection, channel, client_user, csp_user, app and user, the
// later records take where they lack it, until the connection ends.
//
// Correlations are used again: a record that opens begins a new connection. Only
// the oamok module writes two for one, authenticate and then authorise; the second
// belongs to the connection of the first when nothing stands between them, the
// user is the same and kOpening has not gone by.
//
// Order.  Events come in the total order. Events that came normalized are left
//         as they are.
// Memory. At most `max_connections`, each for at most `max_age` of event time; the
//         oldest is given up first, and counted.
// Threads. Thread-compatible. What becomes of a queue manager's events depends on
//         its own events alone, but for max_connections.
#ifndef MQWARDEN_INGEST_CONNECTIONS_H_
#define MQWARDEN_INGEST_CONNECTIONS_H_

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "mqwarden/base/bytes.h"
#include "mqwarden/base/ip_address.h"
#include "mqwarden/base/text.h"
#include "mqwarden/base/time.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {

struct ConnectionsOptions {
  // Behaviour.
  bool enabled = true;
  // Limits. One below 1 counts as 1.
  size_t max_connections = 100'000;
  Duration max_age = std::chrono::hours(24);
};

struct ConnectionsStats {
  int64_t opened = 0;
  int64_t completed = 0;  // events that took something
  int64_t given_up = 0;   // connections, because of max_connections
};

class Connections final {
 public:
  static constexpr Duration kOpening = std::chrono::seconds(10);

  explicit Connections(const ConnectionsOptions& options);
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  // Completes an event, which has a time.
  void Process(Event* event);

  // The state as bytes, and back. Load() fails the reader where it cannot be.
  void Save(ByteWriter* out) const;
  void Load(ByteReader* in);

  size_t open() const { return connections_.size(); }
  const ConnectionsStats& stats() const { return stats_; }

 private:
  static constexpr std::array<FieldId, 6> kTexts = {
      FieldId::kConnection, FieldId::kChannel, FieldId::kClientUser,
      FieldId::kCspUser,    FieldId::kApp,     FieldId::kUser};

  struct Connection {
    Time opened;
    int64_t number = 0;          // its key in ages_
    bool is_opening = false;     // nothing came after an authenticate
    bool user_truncated = false;
    bool has_ip = false;
    IpAddress ip;
    std::array<std::string, kTexts.size()> texts;
  };

  bool SetKey(const Event& event);
  void Forget(Time now);
  void Learn(const Event& event, Connection* connection);
  void Complete(const Connection& connection, Event* event);

  const ConnectionsOptions options_;
  absl::flat_hash_map<std::string, Connection, TextHash, TextEq> connections_;
  std::map<int64_t, std::string> ages_;  // keys by number, the oldest first
  int64_t next_number_ = 0;
  std::string key_;
  ConnectionsStats stats_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_CONNECTIONS_H_
