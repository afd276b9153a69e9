// Objects of oamok.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "mqwarden/base/check.h"
#include "mqwarden/base/utf8.h"
#include "mqwarden/ingest/formats/oamok.h"
#include "mqwarden/ingest/json_scanner.h"
#include "mqwarden/schema/event_json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace mqwarden;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  OamokObjectDecoder decoder;
  JsonScanner scanner;
  for (size_t at = rest.find('{'); at != rest.npos; at = rest.find('{')) {
    rest.remove_prefix(at);
    scanner.Start();
    if (scanner.Scan(rest) != JsonScanner::Result::kComplete) {
      rest.remove_prefix(1);
      continue;
    }
    std::string shown[2];
    for (std::string& json : shown) {
      Event event;
      Provenance provenance;
      Provenance* const asked = &json == shown ? nullptr : &provenance;
      if (decoder.Decode(scanner.nodes(), &event, asked).has_value()) continue;
      Event copy;  // reads every text
      copy.CopyFrom(event);
      AppendEventJson(copy, &json);
    }
    MQWARDEN_CHECK(shown[0] == shown[1], "explaining changes nothing");
    MQWARDEN_CHECK(IsValidUtf8(shown[0]), "events are UTF-8");
    rest.remove_prefix(scanner.position());
  }
  return 0;
}
