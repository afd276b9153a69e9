// Streams written by hand: one event a line, in order.
//
//   0s authn user=a outcome=failure
//   1s500ms authz source_ip=192.0.2.1 tags=lab,prod attr.zone=eu
//   until 10s
//
// Times are since StreamStart(). `until` sets the watermark, which is the time
// of the last event where it is left out.
#ifndef MQWARDEN_TESTS_ORACLE_STREAM_TEXT_H_
#define MQWARDEN_TESTS_ORACLE_STREAM_TEXT_H_

#include <string>

#include "mqwarden/tests/oracle/random_rules.h"

namespace mqwarden::oracle {

// Aborts on a text that is not of this form.
Stream ParseStream(const std::string& text);

}  // namespace mqwarden::oracle

#endif  // MQWARDEN_TESTS_ORACLE_STREAM_TEXT_H_
