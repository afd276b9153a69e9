// Alerts and reports as bytes, to put them aside and have them back equal: event
// for event, with the trigger the same object as the piece of evidence that it
// was.
//
// As with events (schema/event_codec.h) the form belongs to this build of the
// program, for bytes that one process writes and reads again.
#ifndef MQWARDEN_PIPELINE_ALERT_CODEC_H_
#define MQWARDEN_PIPELINE_ALERT_CODEC_H_

#include <string>
#include <string_view>

#include "mqwarden/schema/alert.h"
#include "mqwarden/schema/report.h"

namespace mqwarden {

// Append to `*out`.
void EncodeAlert(const Alert& alert, std::string* out);
void EncodeReport(const ReportRecord& report, std::string* out);

// All of `bytes`. False, with a part of it filled, where they are not what was
// written above. `*alert` and `*report` are as made.
bool DecodeAlert(std::string_view bytes, Alert* alert);
bool DecodeReport(std::string_view bytes, ReportRecord* report);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_ALERT_CODEC_H_
