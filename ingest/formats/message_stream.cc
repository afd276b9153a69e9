#include "mqwarden/ingest/formats/message_stream.h"

#include <string>

namespace mqwarden {
namespace {

// Formats of messages that PCF comes in; "" is one that nobody states.
constexpr std::string_view kPcfFormats[] = {"", "MQEVENT", "MQADMIN", "MQPCF",
                                            "MQHEPCF"};

bool IsPcfFormat(std::string_view format) {
  for (const std::string_view known : kPcfFormats) {
    if (format == known) return true;
  }
  return false;
}

Reject TooLong() { return {kTooLong, "a message of more than 1 MiB"}; }

}  // namespace

void MessageStream::Append(std::string_view bytes) {
  if (format_ == InputFormat::kPcf) {
    splitter_.Append(bytes);
  } else {
    reader_.Append(bytes);
  }
}

void MessageStream::Finish() {
  splitter_.Finish();
  reader_.Finish();
}

bool MessageStream::Next(Item* item, Event* event, Provenance* provenance) {
  event->Clear();
  *item = {};
  if (format_ == InputFormat::kPcf) {
    PcfSplitter::Item in;
    if (!splitter_.Next(&in)) return false;
    TakePcf(in, item, event, provenance);
  } else {
    DmpmqmsgReader::Item in;
    if (!reader_.Next(&in)) return false;
    TakeDmpmqmsg(in, item, event, provenance);
  }
  item->offset += offset_;
  return true;
}

std::string MessageStream::TakeRest() {
  return format_ == InputFormat::kPcf ? splitter_.TakeRest()
                                      : reader_.TakeRest();
}

void MessageStream::TakePcf(const PcfSplitter::Item& in, Item* item,
                            Event* event, Provenance* provenance) {
  item->offset = in.offset;
  item->head = in.bytes;
  item->body = in.bytes;
  switch (in.type) {
    case PcfSplitter::ItemType::kMessage:
      item->reject = decoder_.Decode(in.bytes, {}, event, provenance);
      break;
    case PcfSplitter::ItemType::kNoMessage:
      item->reject = Reject{kUnrecognised, "no message begins here"};
      break;
    case PcfSplitter::ItemType::kBadLength:
      item->reject = Reject{kBadLength, "a message with a length or count that "
                                        "cannot be"};
      break;
    case PcfSplitter::ItemType::kTooLong:
      item->reject = TooLong();
      break;
    case PcfSplitter::ItemType::kTruncated:
      item->reject =
          Reject{kTruncated, "a message that ends before its parameters do"};
      break;
  }
}

void MessageStream::TakeDmpmqmsg(const DmpmqmsgReader::Item& in, Item* item,
                                 Event* event, Provenance* provenance) {
  item->offset = in.offset;
  item->head = in.head;
  item->body = in.body;
  switch (in.type) {
    case DmpmqmsgReader::ItemType::kMessage:
      if (IsPcfFormat(in.format)) {
        item->reject = decoder_.Decode(in.body, in.facts, event, provenance);
      } else {
        item->reject = Reject{kUnrecognised, "a message of format "};
        item->reject->detail += in.format;
      }
      break;
    case DmpmqmsgReader::ItemType::kNoMessage:
      item->reject = Reject{kUnrecognised, "no line of dmpmqmsg"};
      break;
    case DmpmqmsgReader::ItemType::kBadHex:
      item->reject = Reject{kBadValue, "data that are no hexadecimal digits"};
      break;
    case DmpmqmsgReader::ItemType::kTooLong:
      item->reject = TooLong();
      break;
  }
}

}  // namespace mqwarden
