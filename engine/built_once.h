// A part of a plan that is made when it is first asked for, once however many
// engines share the plan and on whatever threads they run. Thread-safe.
#ifndef MQWARDEN_ENGINE_BUILT_ONCE_H_
#define MQWARDEN_ENGINE_BUILT_ONCE_H_

#include <memory>

#include "absl/base/call_once.h"

namespace mqwarden {

template <typename T>
class BuiltOnce {
 public:
  // `make` returns a std::shared_ptr<const T>, not null.
  template <typename Make>
  const std::shared_ptr<const T>& Get(const Make& make) {
    absl::call_once(once_, [&] { value_ = make(); });
    return value_;
  }

 private:
  absl::once_flag once_;
  std::shared_ptr<const T> value_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_BUILT_ONCE_H_
