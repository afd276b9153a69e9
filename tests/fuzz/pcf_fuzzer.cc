// Messages of queues, from any bytes: the decoder reads nothing that is not
// there and says the same twice, what it says is UTF-8, and where a stream is cut
// does not show.
//
// The first byte of the input says how: its lowest bits choose what is run, the
// rest the size of the chunks or the set of the text.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "mqwarden/base/check.h"
#include "mqwarden/base/utf8.h"
#include "mqwarden/ingest/event_stream.h"
#include "mqwarden/ingest/formats/message_facts.h"
#include "mqwarden/ingest/formats/pcf.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/schema/event_json.h"

namespace mqwarden {
namespace {

std::string Decode(PcfDecoder* decoder, std::string_view message,
                   int32_t ccsid) {
  MessageFacts facts;
  facts.ccsid = ccsid;
  Event event;
  if (const auto reject = decoder->Decode(message, facts, &event)) {
    return std::string(reject->reason) + ": " + reject->detail;
  }
  Event copy;  // reads every text
  copy.CopyFrom(event);
  std::string json;
  AppendEventJson(copy, &json);
  MQWARDEN_CHECK(IsValidUtf8(json), "events are UTF-8");
  return json;
}

void CheckDecoder(std::string_view message, uint8_t how) {
  constexpr int32_t kSets[] = {0, 819, 1208, 1252, 37, 500, 1047, 1140,
                               850, 930, 954, 1200, 5026, 99999};
  const int32_t set = kSets[how % (sizeof(kSets) / sizeof(kSets[0]))];
  PcfDecoder decoder;
  const std::string once = Decode(&decoder, message, set);
  const std::string again = Decode(&decoder, message, set);
  MQWARDEN_CHECK(once == again, "a decoder forgets the message before");
}

std::string Read(std::string_view bytes, InputFormat format, size_t chunk) {
  std::string out;
  IngestOptions options;
  options.format = format;
  options.keep_raw = true;
  EventStream stream(options, [&](Event& event) {
    AppendEventJson(event, &out);
    out += '\n';
  });
  while (!bytes.empty()) {
    const std::string piece(bytes.substr(0, chunk));
    bytes.remove_prefix(piece.size());
    stream.Feed(piece);
  }
  stream.Finish();
  const IngestStats& stats = stream.stats();
  int64_t rejected = 0;
  for (const auto& [reason, count] : stats.rejected) {
    const RejectSample& sample = stats.samples.at(reason);
    rejected += count;
    out += reason + ' ' + std::to_string(count) + ' ' +
           std::to_string(sample.offset) + ' ' + sample.detail + ' ' +
           sample.excerpt + '\n';
  }
  MQWARDEN_CHECK(stats.records == stats.events + rejected,
                 "every record is an event or rejected");
  return out;
}

}  // namespace
}  // namespace mqwarden

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using mqwarden::InputFormat;
  if (size == 0) return 0;
  const uint8_t how = data[0];
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  if ((how & 3) == 3) {
    mqwarden::CheckDecoder(bytes, static_cast<uint8_t>(how >> 2));
    return 0;
  }
  constexpr InputFormat kFormats[] = {InputFormat::kAuto, InputFormat::kPcf,
                                      InputFormat::kDmpmqmsg};
  const InputFormat format = kFormats[how & 3];
  const size_t chunk = 1 + (how >> 2);
  MQWARDEN_CHECK(mqwarden::Read(bytes, format, chunk) ==
                     mqwarden::Read(bytes, format, size),
                 "chunks do not show");
  return 0;
}
