// What an EventStream is made of. Its members stand in three files: the bytes, the
// pieces and the events in event_stream.cc, records of text and objects in
// event_stream_records.cc, messages in event_stream_messages.cc.
#ifndef MQWARDEN_INGEST_EVENT_STREAM_IMPL_H_
#define MQWARDEN_INGEST_EVENT_STREAM_IMPL_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "mqwarden/ingest/detect.h"
#include "mqwarden/ingest/event_stream.h"
#include "mqwarden/ingest/formats/line_decoder.h"
#include "mqwarden/ingest/formats/message_stream.h"
#include "mqwarden/ingest/line_reader.h"
#include "mqwarden/ingest/object_reader.h"
#include "mqwarden/ingest/plain_line.h"
#include "mqwarden/ingest/record_splitter.h"
#include "mqwarden/ingest/reject.h"
#include "mqwarden/ingest/text_front.h"

namespace mqwarden {

class EventStream::Impl final : public LineSink {
 public:
  Impl(IngestOptions options, Callback callback)
      : options_(std::move(options)),
        callback_(std::move(callback)),
        lines_(options_.format, options_.text, this) {
    if (!options_.shape.has_value()) return;
    head_is_checked_ = true;
    splitter_.set_finds_messages(MayFindMessages());
    if (options_.shape->is_messages) {
      reading_ = Reading::kMessages;
      messages_->Start(options_.shape->messages);
    }
    seen_json_ = options_.shape->has_json;
    splitter_.set_in_array(options_.shape->is_array);
  }

  void Feed(std::string_view bytes);
  bool FlushText() {
    if (!lines_.in_text() || !splitter_.is_at_rest()) return false;
    lines_.Flush();
    splitter_.set_in_text(false);
    return true;
  }
  void Finish();
  void BeginPiece();
  EventPiece EndPiece();
  bool MayPass() const;
  EventPieceBase Pass(const EventPiece& piece);
  void set_event(Event* event) { event_ = event; }
  const IngestStats& stats() const { return stats_; }
  int64_t record_offset() const { return record_offset_; }
  const Provenance& filled() const { return provenance_; }
  std::optional<StreamShape> shape() const {
    if (!head_is_checked_ || reading_ == Reading::kNothing || is_translated()) {
      return std::nullopt;
    }
    return StreamShape{reading_ == Reading::kMessages, messages_->format(),
                       seen_json_, splitter_.in_array()};
  }
  bool is_translated() const { return !front_.is_identity(); }

  // Of the decoders of lines.
  Provenance* provenance() override {
    return options_.explain ? &provenance_ : nullptr;
  }
  void OnEvent(InputFormat format, std::string_view record, int64_t offset,
               Event* event) override;
  void OnReject(InputFormat format, std::string_view record, int64_t offset,
                const Reject& reject) override;
  void OnPassedOver(InputFormat format, std::string_view what) override;

 private:
  static constexpr size_t kMaxRawBytes = 8 * 1024;
  // Of a stream, to see what it is.
  static constexpr size_t kHeadBytes =
      std::max(kBinaryHeadBytes, TextFront::kHeadBytes);

  using Item = RecordSplitter::Item;

  enum class Reading : uint8_t {
    kRecords,   // objects and lines, each recognised by itself
    kMessages,  // nothing but messages
    kNothing,   // binary, and of another format than is asked for
  };

  void CheckHead(bool finished);
  // Of what is not known by its head: messages may stand behind text.
  bool MayFindMessages() const {
    return options_.format == InputFormat::kAuto ||
           options_.format == InputFormat::kPcf;
  }
  void TakeBytes(std::string_view bytes);
  void ReadMessagesFrom(int64_t offset, InputFormat format);
  bool IsTextAgain(std::string_view head) const;
  // What fills a field is noted by the other reader.
  bool MayReadPlainLines() const {
    return !options_.explain && (options_.format == InputFormat::kAuto ||
                                 options_.format == InputFormat::kNdjson);
  }
  bool TriesNextLine();
  size_t TakePlainLines(std::string_view bytes);
  void Append(std::string_view bytes);
  void Drain();
  void DrainMessages();
  void TakeObject(const Item& item);
  void TakeText(const Item& item);
  void TakeDamage(const Item& item);
  std::optional<Reject> Decode(const Item& item);
  Reject WrongFormat(std::string_view what) const;
  Reject NotAskedFor() const;
  void Deliver(InputFormat format, int64_t offset, Event* event);
  std::string_view CollectorOf(InputFormat format, std::string_view qmgr);
  void Count(const Reject& reject, int64_t offset, std::string_view bytes) {
    stats_.CountReject(reject, offset, bytes);
  }
  void Count(const Reject& reject, const Item& item) {
    Count(reject, item.offset, item.bytes);
  }

  const IngestOptions options_;
  const Callback callback_;

  IngestStats stats_;
  int64_t record_offset_ = 0;  // of the event being delivered
  TextFront front_;
  RecordSplitter splitter_;
  LineReader lines_;
  Provenance provenance_;  // of the event being made
  ObjectReader objects_;
  PlainLine line_;
  bool reads_plain_lines_ = false;
  int plain_misses_ = 0;  // in a row
  Event own_event_;
  Event* event_ = &own_event_;  // of objects and messages, while it is made

  std::optional<MessageStream> messages_{std::in_place};
  // The stream goes on with the bytes `rest_`, read another way than they were.
  bool is_switched_ = false;
  std::string rest_;
  int64_t text_offset_ = -1;  // where text is read again; -1: nowhere
  bool finished_ = false;
  std::string raw_;  // hexadecimal, of the event being delivered

  // The first bytes, until it is known what the stream is read as.
  std::string head_;
  size_t head_wanted_ = kHeadBytes;
  bool head_is_checked_ = false;
  Reading reading_ = Reading::kRecords;
  bool seen_json_ = false;
  // The stream reads pieces of another one.
  bool is_piece_ = false;
  bool is_independent_ = true;
  // The lines that follow belong to a text record that was recognised.
  bool in_foreign_record_ = false;

  // Collectors made, and of what.
  struct Collector {
    InputFormat format = InputFormat::kAuto;
    std::string qmgr;
    std::string name;
  };
  std::array<Collector, 64> collectors_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_EVENT_STREAM_IMPL_H_
