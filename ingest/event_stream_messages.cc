// The messages of a stream, and how it goes from text to them and back.
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "mqwarden/ingest/event_stream_impl.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

// Of binary records.
void AppendHex(std::string_view bytes, std::string* out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (const char c : bytes) {
    out->push_back(kDigits[static_cast<unsigned char>(c) >> 4]);
    out->push_back(kDigits[static_cast<unsigned char>(c) & 0xF]);
  }
}

}  // namespace

// A stream may hold text and messages by turns. What of the bytes belongs to the
// other side is given to it in small slices, so that little is moved twice however
// often they change.
void EventStream::Impl::Append(std::string_view bytes) {
  TakeBytes(bytes);
  if (!is_switched_) return;
  constexpr size_t kSwitchSliceBytes = 4096;
  std::string work;
  size_t at = 0;  // bytes of it that have been given
  bool is_ended = false;
  for (;;) {
    if (std::exchange(is_switched_, false)) {
      is_ended = false;
      // They are the last ones of those given, but the first time.
      if (rest_.size() <= at) {
        at -= rest_.size();
      } else {
        work.replace(0, at, rest_);
        at = 0;
      }
    } else if (at == work.size()) {
      if (!finished_ || is_ended) return;
      is_ended = true;
      splitter_.Finish();
      messages_->Finish();
    }
    const std::string_view slice =
        std::string_view(work).substr(at, kSwitchSliceBytes);
    at += slice.size();
    TakeBytes(slice);
  }
}

void EventStream::Impl::TakeBytes(std::string_view bytes) {
  switch (reading_) {
    case Reading::kRecords:
      splitter_.Append(front_.Convert(bytes));
      return Drain();
    case Reading::kMessages:
      messages_->Append(bytes);
      return DrainMessages();
    case Reading::kNothing:
      return;
  }
}

// The record splitter has come to messages.
void EventStream::Impl::ReadMessagesFrom(int64_t offset, InputFormat format) {
  lines_.Flush();
  splitter_.set_in_text(false);
  in_foreign_record_ = false;
  rest_ = splitter_.TakeRest(offset);
  is_switched_ = true;
  reading_ = Reading::kMessages;
  messages_.emplace();
  messages_->Start(format, offset);
}

// Whether a record of text begins where no message does.
bool EventStream::Impl::IsTextAgain(std::string_view head) const {
  if (options_.format != InputFormat::kAuto) return false;
  const size_t first = head.find_first_not_of(" \t");
  if (first == head.npos) return false;
  head = head.substr(0, head.find('\n'));
  if (head.ends_with('\r')) head.remove_suffix(1);
  if (head.size() > first && head[first] == '{') {
    const size_t key = head.find_first_not_of(" \t", first + 1);
    return key == head.npos || head[key] == '"';
  }
  return lines_.FormatOf(head).has_value();
}

void EventStream::Impl::DrainMessages() {
  MessageStream::Item item;
  for (;;) {
    provenance_.filled.clear();
    if (!messages_->Next(&item, event_, provenance())) break;
    if (item.reject.has_value()) {
      if (item.reject->reason == kUnrecognised && IsTextAgain(item.head)) {
        text_offset_ = item.offset;
        rest_ = messages_->TakeRest();
        continue;
      }
      const bool fits = item.reject->reason != kUnrecognised ||
                        options_.format == InputFormat::kAuto ||
                        stats_.events > 0;
      Count(fits ? *item.reject : NotAskedFor(), item.offset, item.head);
      continue;
    }
    if (options_.keep_raw) {
      raw_.clear();
      AppendHex(item.body.substr(0, kMaxRawBytes / 2), &raw_);
      event_->SetText(FieldId::kRaw, raw_);
    }
    Deliver(messages_->format(), item.offset, event_);
  }
  if (text_offset_ < 0) return;
  splitter_.RestartAt(std::exchange(text_offset_, -1));
  reading_ = Reading::kRecords;
  is_switched_ = true;
}

}  // namespace mqwarden
