#include "mqwarden/pipeline/piece_decoder.h"

#include <functional>
#include <utility>

#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

bool IsIn(std::string_view text, std::string_view bytes) {
  const std::less_equal<const char*> not_after;
  return not_after(bytes.data(), text.data()) &&
         not_after(text.data() + text.size(), bytes.data() + bytes.size());
}

// Makes the event own those of its texts that are not in `bytes`.
void KeepTexts(std::string_view bytes, Event* event, Event* spare) {
  for (const Attr& attr : event->attrs()) {
    if (IsIn(attr.name, bytes) && IsIn(attr.text, bytes)) continue;
    spare->CopyFrom(*event);
    std::swap(*spare, *event);
    return;
  }
  event->ForEachPresent([&](FieldId field) {
    switch (GetField(field).type) {
      case FieldType::kStr:
      case FieldType::kKw:
        if (!IsIn(event->Text(field), bytes)) {
          event->CopyText(field, event->Text(field));
        }
        break;
      case FieldType::kList:
        for (const std::string_view element : event->List(field)) {
          if (IsIn(element, bytes)) continue;
          event->CopyList(field, event->List(field));
          break;
        }
        break;
      default:
        break;
    }
  });
}

}  // namespace

PieceDecoder::PieceDecoder(const IngestOptions& options)
    : stream_(options, [this](Event& event) { Take(&event); }) {}

void PieceDecoder::Decode(Piece* piece) {
  piece_ = piece;
  piece->offsets.clear();
  if (piece->events.empty()) piece->events.emplace_back();
  stream_.set_event(&piece->events.front());
  stream_.BeginPiece();
  stream_.Feed(piece->bytes());
  piece->held = stream_.EndPiece();
  stream_.set_event(&spare_);
}

void PieceDecoder::Take(Event* event) {
  KeepTexts(piece_->bytes(), event, &spare_);
  piece_->offsets.push_back(stream_.record_offset());
  const size_t count = piece_->offsets.size();
  if (piece_->events.size() == count) piece_->events.emplace_back();
  stream_.set_event(&piece_->events[count]);
}

}  // namespace mqwarden
