// Error logs of IBM MQ in text and JSON. The first byte says what the user has
// said of dates.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "mqwarden/ingest/formats/amqerr_json.h"
#include "mqwarden/ingest/formats/amqerr_text.h"
#include "mqwarden/ingest/json_scanner.h"
#include "mqwarden/tests/fuzz/line_fuzzing.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace mqwarden;
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  TextOptions options;
  if ((data[0] & 3) != 0) options.date_order = static_cast<DateOrder>((data[0] & 3) - 1);
  FuzzLines([&] { return MakeAmqerrTextDecoder(options); }, bytes);

  AmqerrJsonDecoder decoder;
  JsonScanner scanner;
  std::string_view rest = bytes;
  while (!rest.empty() && rest.front() == '{') {
    scanner.Start();
    if (scanner.Scan(rest) != JsonScanner::Result::kComplete) break;
    Event event;
    if (!decoder.Decode(scanner.nodes(), &event, nullptr).has_value()) {
      std::string shown;
      AppendEventJson(event, &shown);
    }
    rest.remove_prefix(scanner.position());
    while (rest.starts_with('\n')) rest.remove_prefix(1);
  }
  return 0;
}
