#include "mqwarden/tests/ingest/line_testing.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "gtest/gtest.h"
#include "mqwarden/ingest/input_format.h"
#include "mqwarden/schema/event_json.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

class ShowingSink final : public LineSink {
 public:
  ShowingSink(const LineDecoder& decoder, std::string_view text,
              LineReading* out)
      : decoder_(decoder), text_(text), out_(out) {}

  Provenance* provenance() override { return &provenance_; }
  void OnEvent(InputFormat format, std::string_view record, int64_t offset,
               Event* event) override {
    EXPECT_EQ(format, decoder_.format());
    ExpectAt(record, offset);
    Event copy;  // reads every text
    copy.CopyFrom(*event);
    AppendEventJson(copy, &out_->shown);
    out_->shown += '\n';
    for (const auto& [source, field] : provenance_.filled) {
      if (!event->Has(field)) continue;  // it was given up again
      out_->explained += GetField(field).name;
      out_->explained += "<-" + source + '\n';
    }
    provenance_.filled.clear();
  }
  void OnReject(InputFormat format, std::string_view record, int64_t offset,
                const Reject& reject) override {
    EXPECT_EQ(format, decoder_.format());
    ExpectAt(record, offset);
    out_->shown += "rejected ";
    out_->shown += reject.reason;
    out_->shown += " at " + std::to_string(offset);
    if (!reject.detail.empty()) out_->shown += ": " + reject.detail;
    out_->shown += '\n';
    provenance_.filled.clear();
  }
  void OnPassedOver(InputFormat format, std::string_view what) override {
    EXPECT_EQ(format, decoder_.format());
    out_->shown += "passed over ";
    out_->shown += what;
    out_->shown += '\n';
  }

 private:
  void ExpectAt(std::string_view record, int64_t offset) {
    const std::string_view head = record.substr(0, 8);
    EXPECT_FALSE(head.empty());
    EXPECT_EQ(text_.substr(static_cast<size_t>(offset), head.size()), head);
  }

  const LineDecoder& decoder_;
  const std::string_view text_;
  LineReading* const out_;
  Provenance provenance_;
};

}  // namespace

LineReading ReadLines(LineDecoder* decoder, std::string_view text) {
  LineReading out;
  ShowingSink sink(*decoder, text, &out);
  size_t at = 0;
  while (at < text.size()) {
    const size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (decoder->Begins(line)) {
      EXPECT_FALSE(line.empty());
      EXPECT_TRUE(decoder->MayBeginWith(line.front())) << line;
    }
    if (decoder->Begins(line) || decoder->Continues(line)) {
      // A buffer of its own, so that a view that is kept too long shows.
      const std::string own(line);
      decoder->Take(own, static_cast<int64_t>(at), &sink);
    } else if (!line.empty()) {
      out.shown += "unasked ";
      out.shown += line;
      out.shown += '\n';
    }
    at = end + 1;
  }
  decoder->Flush(&sink);
  return out;
}

std::string ReadOne(LineDecoder* decoder, std::string_view line) {
  std::string shown = ReadLines(decoder, line).shown;
  if (shown.ends_with('\n')) shown.pop_back();
  if (shown.starts_with('{') && shown.find('\n') == shown.npos) {
    return shown.substr(1, shown.size() - 2);
  }
  return shown;
}

void ExpectDamageIsSafe(const MakeLineDecoder& make, std::string_view text,
                        const TextOptions& options) {
  const auto read = [&](std::string_view bytes) {
    return ReadLines(make(options).get(), bytes).shown;
  };
  for (size_t size = 0; size <= text.size(); ++size) {
    const std::string_view head = text.substr(0, size);
    ASSERT_EQ(read(head), read(head)) << size;
  }
  constexpr std::string_view kBytes("\0\n\"',:={}[ ~\xFF", 14);
  std::string damaged(text);
  for (size_t i = 0; i < damaged.size(); ++i) {
    damaged[i] = kBytes[i % kBytes.size()];
    ASSERT_EQ(read(damaged), read(damaged)) << i;
    damaged[i] = text[i];
  }
}

void ReadHostileLines(
    std::span<const std::string_view> heads,
    std::span<const std::string_view> parts, std::string_view tail,
    const std::function<void(const std::string& text)>& read) {
  constexpr size_t kLineBytes = 60'000;
  for (const std::string_view part : parts) {
    std::string text;
    while (text.size() < kLineBytes) text += part;
    for (const std::string_view head : heads) {
      read(std::string(head) + text + std::string(tail));
    }
  }
}

void ExpectRowsAreUsed(std::span<const FieldRow> rows,
                       std::string_view explained) {
  for (const FieldRow& row : rows) {
    std::string line(GetField(row.field).name);
    line += "<-";
    line += row.name;
    line += '\n';
    EXPECT_NE(explained.find(line), explained.npos) << line;
  }
}

}  // namespace mqwarden
