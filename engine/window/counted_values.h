// The different values among the events of one window, each with the number of
// its events: `distinct` is how many there are. A value is known by the bytes
// that identify it and has a small id while an event of it is in the window.
#ifndef MQWARDEN_ENGINE_WINDOW_COUNTED_VALUES_H_
#define MQWARDEN_ENGINE_WINDOW_COUNTED_VALUES_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "mqwarden/base/text.h"

namespace mqwarden {

class CountedValues {
 public:
  static constexpr uint32_t kNone = 0xffffffff;  // of an event without a value

  // Counts one more event of the value; its id, below the largest number of
  // values that there ever were at once.
  uint32_t Add(std::string_view identity);
  // One event of it less. kNone is ignored.
  void Remove(uint32_t id);
  size_t size() const { return ids_.size(); }
  // Of an id in use.
  std::string_view identity(uint32_t id) const { return entries_[id]->identity; }

 private:
  struct Entry {
    std::string identity;
    uint32_t events = 0;
  };

  // Keys are views of the entries' texts, which stay where they are.
  absl::flat_hash_map<std::string_view, uint32_t, TextHash, TextEq> ids_;
  std::vector<std::unique_ptr<Entry>> entries_;
  std::vector<uint32_t> free_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_WINDOW_COUNTED_VALUES_H_
