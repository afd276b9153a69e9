// What one `limit … then digest` has held, by period and tuple.
//
// Periods are [kD, (k + 1)D) from the Unix epoch. An alert of a late event whose
// period is decided already counts in the first one that is not.
// At `max_tuples` in a period a new tuple is no longer noted; that its alerts
// were held is still in the statistics. Thread-compatible.
#ifndef MQWARDEN_ENGINE_DIGEST_BOOK_H_
#define MQWARDEN_ENGINE_DIGEST_BOOK_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "mqwarden/base/bytes.h"
#include "mqwarden/base/text.h"
#include "mqwarden/base/time.h"
#include "mqwarden/schema/alert.h"

namespace mqwarden {

// The alerts held for one tuple in one period. What is shown is taken from the
// last of them.
struct HeldAlerts {
  int64_t count = 0;
  Time first;
  Time last;
  std::vector<AlertField> group;
  std::string sort_key;
  std::string title;
  std::string runbook;
};

class DigestBook {
 public:
  using Period =
      absl::flat_hash_map<std::string, HeldAlerts, TextHash, TextEq>;

  DigestBook(int64_t per, size_t max_tuples)
      : per_(per), max_tuples_(max_tuples) {}

  // The entry to note an alert of time `t` in; null at the bound. `*end` is the
  // end of its period, after `decided`; `*is_new` says that nothing was held in
  // that period before.
  HeldAlerts* Find(std::string_view tuple, int64_t t, int64_t decided,
                   int64_t* end, bool* is_new);
  // Takes the period that ends at `end` out of the book.
  Period Take(int64_t end);
  // The ends of the periods in the book.
  std::vector<int64_t> Ends() const;

  // In the order of periods and tuples. Load() is false, and the book empty,
  // where the bytes are of no book.
  void Save(ByteWriter* out) const;
  bool Load(ByteReader* in);

 private:
  int64_t EndOf(int64_t t) const;

  const int64_t per_;
  const size_t max_tuples_;

  std::map<int64_t, Period> periods_;  // by end; seldom more than two
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_DIGEST_BOOK_H_
