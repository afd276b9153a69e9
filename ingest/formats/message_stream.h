// Reads a stream that holds messages of a queue: PCF bodies back to back, or the
// file that dmpmqmsg unloads a queue to. Bytes in, events and rejects out.
//
// Invariant: what comes out depends on the bytes alone, never on how they were
// cut. Thread-compatible.
#ifndef MQWARDEN_INGEST_FORMATS_MESSAGE_STREAM_H_
#define MQWARDEN_INGEST_FORMATS_MESSAGE_STREAM_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mqwarden/ingest/formats/dmpmqmsg.h"
#include "mqwarden/ingest/formats/pcf.h"
#include "mqwarden/ingest/formats/pcf_splitter.h"
#include "mqwarden/ingest/input_format.h"
#include "mqwarden/ingest/provenance.h"
#include "mqwarden/ingest/reject.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

class MessageStream final {
 public:
  struct Item {
    std::optional<Reject> reject;  // without one there is an event
    int64_t offset = 0;            // of its first byte in the stream
    std::string_view head;         // what it looks like, for people
    std::string_view body;         // of the message that became an event
  };

  // kPcf or kDmpmqmsg. `offset`: of what is appended first, in the stream.
  void Start(InputFormat format, int64_t offset = 0) {
    format_ = format;
    offset_ = offset;
  }
  InputFormat format() const { return format_; }

  // Views of items before are no longer valid.
  void Append(std::string_view bytes);
  // Promises that nothing more will be appended.
  void Finish();
  // Puts the next item into `*item`, and its event into `*event`, and returns
  // true; or returns false when it needs more bytes, or there are none. Views
  // are good until the next call.
  // `provenance` may be null.
  bool Next(Item* item, Event* event, Provenance* provenance = nullptr);
  // With an item that is no message: gives up the bytes from its offset on, to be
  // read another way. A message that is open may still follow.
  std::string TakeRest();

 private:
  void TakePcf(const PcfSplitter::Item& in, Item* item, Event* event,
               Provenance* provenance);
  void TakeDmpmqmsg(const DmpmqmsgReader::Item& in, Item* item, Event* event,
                    Provenance* provenance);

  InputFormat format_ = InputFormat::kPcf;
  int64_t offset_ = 0;
  PcfSplitter splitter_;
  DmpmqmsgReader reader_;
  PcfDecoder decoder_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_FORMATS_MESSAGE_STREAM_H_
