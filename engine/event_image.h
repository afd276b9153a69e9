// The bytes of the event in hand, encoded at most once and shared by all windows
// that keep it as evidence.
#ifndef MQWARDEN_ENGINE_EVENT_IMAGE_H_
#define MQWARDEN_ENGINE_EVENT_IMAGE_H_

#include <memory>
#include <string>
#include <utility>

#include "mqwarden/schema/event.h"
#include "mqwarden/schema/event_codec.h"

namespace mqwarden {

class EventImage {
 public:
  // `event` stays as it is until the next call.
  void Start(const Event* event) {
    event_ = event;
    bytes_.reset();
  }

  const std::shared_ptr<const std::string>& bytes() {
    if (bytes_ == nullptr) {
      std::string encoded;
      EncodeEvent(*event_, &encoded);
      encoded.shrink_to_fit();
      bytes_ = std::make_shared<const std::string>(std::move(encoded));
    }
    return bytes_;
  }

 private:
  const Event* event_ = nullptr;
  std::shared_ptr<const std::string> bytes_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_EVENT_IMAGE_H_
