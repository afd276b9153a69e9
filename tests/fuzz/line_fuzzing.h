// What every fuzz target of a decoder of lines checks.
#ifndef MQWARDEN_TESTS_FUZZ_LINE_FUZZING_H_
#define MQWARDEN_TESTS_FUZZ_LINE_FUZZING_H_

#include <functional>
#include <memory>
#include <string_view>

#include "mqwarden/ingest/formats/line_decoder.h"
#include "mqwarden/ingest/text_options.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/schema/event_json.h"

namespace mqwarden {

// Gives the lines of `bytes` to decoders: only those that begin or continue a
// record, and all of them, as where the format is forced. A decoder reads
// nothing that is not there, says the same twice and when it is asked to
// explain, gives records that stand where it says, and texts that become UTF-8.
void FuzzLines(const std::function<std::unique_ptr<LineDecoder>()>& make,
               std::string_view bytes);

}  // namespace mqwarden

#endif  // MQWARDEN_TESTS_FUZZ_LINE_FUZZING_H_
