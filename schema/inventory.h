// The inventory: what a site knows about its queue managers, hosts and channels,
// and the look-up that adds it to an event.
//
// A row fits an event when each of its non-empty columns qmgr, host and channel
// fits (globs, ASCII case ignored); an event without a host fits a row whose
// qmgr fits. An event gets the union of the tags of the rows that fit, and
// owner, service, platform, channel_type and host from the first row that fits
// where it lacks them, even where that row's cell is empty. A host written as a
// glob is not taken; a glob, even `*`, does not fit a missing channel.
//
// Immutable after construction; Apply() may be called from many threads. The
// texts it sets are views into the inventory, which must outlive the event.
#ifndef MQWARDEN_SCHEMA_INVENTORY_H_
#define MQWARDEN_SCHEMA_INVENTORY_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/schema/event.h"

namespace mqwarden {

struct InventoryRow {
  std::string qmgr{};     // glob or empty
  std::string host{};     // glob or empty
  std::string channel{};  // glob or empty
  std::vector<std::string> tags{};
  std::string platform{};      // a value of the enum, or empty
  std::string owner{};
  std::string service{};
  std::string channel_type{};  // a value of the enum, or empty
};

class Inventory final {
 public:
  // Rows must name a qmgr, host or channel, and platform and channel_type must
  // be values of their enums or empty: the caller has checked that.
  explicit Inventory(std::vector<InventoryRow> rows);
  ~Inventory();
  Inventory(const Inventory&) = delete;
  Inventory& operator=(const Inventory&) = delete;

  // Adds what the rows that fit say. Costs one hash look-up per known
  // (qmgr, host, channel) text combination that has no glob, plus the globs.
  void Apply(Event* event) const;

  const std::vector<InventoryRow>& rows() const { return rows_; }

 private:
  struct Index;
  std::vector<InventoryRow> rows_;
  std::unique_ptr<const Index> index_;
};

// Fills channel_type where the event lacks it and its other fields prove it:
// reason 2035 or 3391 with a channel (client connections only), a block of a
// client user. Called after Apply(), so that the inventory goes first.
void InferChannelType(Event* event);

}  // namespace mqwarden

#endif  // MQWARDEN_SCHEMA_INVENTORY_H_
