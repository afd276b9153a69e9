// A value that outlives its event: what a sequence keeps of its steps.
#ifndef MQWARDEN_ENGINE_KEPT_VALUE_H_
#define MQWARDEN_ENGINE_KEPT_VALUE_H_

#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/base/bytes.h"
#include "mqwarden/engine/value.h"

namespace mqwarden {

class KeptValue {
 public:
  KeptValue() = default;  // missing
  explicit KeptValue(const Value& value);
  KeptValue(const KeptValue& other);
  KeptValue& operator=(const KeptValue& other);

  // A view, for as long as this object stands unchanged. Never a kRatio.
  const Value& value() const { return value_; }

  void Save(ByteWriter* out) const;
  // False, and missing, where the bytes are of no value.
  bool Load(ByteReader* in);

 private:
  void Own();

  Value value_;
  std::string text_;                    // behind a text or a list
  std::vector<std::string_view> list_;  // views into text_
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_KEPT_VALUE_H_
