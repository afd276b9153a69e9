// Decodes what amqsevt prints as text: a line that begins with `**** Message
// #`, then one line for each parameter, and a blank line.
//
//   **** Message #7 (236 Bytes) on Queue SYSTEM.ADMIN.QMGR.EVENT ****
//   Event Type                       : Queue Mgr Event [44]
//   Reason                           : Not Authorized [2035]
//   Event created                    : 2026/11/20 09:00:01.58 GMT
//     Queue Mgr Name                 : QM1
//     ...
//
// A label without blanks is the key of the JSON form; a line without a label
// goes on with a list, one without a value begins a group. So an event is the
// same event in text, in JSON and in PCF, but for what text does not say: the
// queue manager of a remote event queue, and what is longer than its lines.
// With -d labels and words are the raw MQI names.
#ifndef MQWARDEN_INGEST_FORMATS_AMQSEVT_TEXT_H_
#define MQWARDEN_INGEST_FORMATS_AMQSEVT_TEXT_H_

#include <memory>

#include "mqwarden/ingest/formats/line_decoder.h"

namespace mqwarden {

std::unique_ptr<LineDecoder> MakeAmqsevtTextDecoder(const TextOptions& options);

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_FORMATS_AMQSEVT_TEXT_H_
