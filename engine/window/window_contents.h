// What an alert shows of the events of a window besides numbers.
#ifndef MQWARDEN_ENGINE_WINDOW_WINDOW_CONTENTS_H_
#define MQWARDEN_ENGINE_WINDOW_WINDOW_CONTENTS_H_

#include <memory>
#include <string>
#include <vector>

#include "mqwarden/schema/alert.h"

namespace mqwarden {

class WindowContents {
 public:
  // The rule's value sets, each the first different values in order.
  virtual std::vector<AlertValue> ValueSets() const = 0;
  // Encoded events: the first and last ones, in order, without repeats.
  virtual std::vector<std::shared_ptr<const std::string>> Evidence() const = 0;

 protected:
  ~WindowContents() = default;
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_WINDOW_WINDOW_CONTENTS_H_
