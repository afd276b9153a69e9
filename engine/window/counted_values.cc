#include "mqwarden/engine/window/counted_values.h"

#include <cstdint>
#include <memory>
#include <string_view>

namespace mqwarden {

uint32_t CountedValues::Add(std::string_view identity) {
  const auto known = ids_.find(identity);
  if (known != ids_.end()) {
    ++entries_[known->second]->events;
    return known->second;
  }
  uint32_t id = 0;
  if (free_.empty()) {
    id = static_cast<uint32_t>(entries_.size());
    entries_.push_back(std::make_unique<Entry>());
  } else {
    id = free_.back();
    free_.pop_back();
  }
  Entry& entry = *entries_[id];
  entry.identity = identity;
  entry.events = 1;
  ids_.emplace(std::string_view(entry.identity), id);
  return id;
}

void CountedValues::Remove(uint32_t id) {
  if (id == kNone) return;
  Entry& entry = *entries_[id];
  if (--entry.events > 0) return;
  ids_.erase(std::string_view(entry.identity));
  free_.push_back(id);
}

}  // namespace mqwarden
