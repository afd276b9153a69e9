#include "mqwarden/sinks/digest_sink.h"

#include "mqwarden/schema/alert_json.h"

namespace mqwarden {

void DigestSink::OnAlert(const Alert& alert) {
  line_.clear();
  AppendAlertJson(alert, &line_);
  hasher_.Add(digest_);
  hasher_.Add(line_);
  digest_ = hasher_.Finish();
  ++alerts_;
}

}  // namespace mqwarden
