// The keys of one event under a `by` with `each`: one per element of the list,
// or per combination where there are several lists.
//
// A list that is missing gives no complete key, or with `each f?` one key in
// which it is missing. Keys come in the order in which alerts name them.
// Thread-compatible.
#ifndef MQWARDEN_ENGINE_EACH_KEYS_H_
#define MQWARDEN_ENGINE_EACH_KEYS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/engine/evaluator.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/value.h"

namespace mqwarden {

class EachKeys {
 public:
  struct Key {
    std::string bytes;  // identity of the values
    std::string sort_key;
    std::vector<Value> values;  // as `by`
  };

  // Outlives the object.
  explicit EachKeys(Evaluator* evaluator) : evaluator_(evaluator) {}

  static bool HasEach(const std::vector<KeyPart>& by);

  // Of the event that the evaluator stands on; none where a required part is
  // missing: of a rule without `when`, where keys only shape groups, a list.
  // Good until the next call or event.
  std::span<const Key> Of(const std::vector<KeyPart>& by,
                          bool only_shapes = false);

  // Makes the values of the key with these bytes the ones that expressions read.
  void Select(const std::vector<KeyPart>& by, std::string_view bytes);

 private:
  Evaluator* const evaluator_;
  std::vector<Key> keys_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_EACH_KEYS_H_
