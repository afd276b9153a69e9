// What is read with several threads is what one thread reads, event for event, and
// pieces that stand alone are known.
#include "mqwarden/pipeline/pieces.h"

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "gtest/gtest.h"
#include "mqwarden/pipeline/input_reader.h"
#include "mqwarden/pipeline/piece_decoder.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/schema/event_json.h"
#include "mqwarden/schema/field_catalog.h"
#include "mqwarden/tests/pipeline/history.h"

namespace mqwarden {
namespace {

EventPiece Decode(std::string bytes) {
  PieceDecoder decoder({});
  Piece piece;
  piece.size = bytes.size();
  piece.buffer = std::move(bytes);
  decoder.Decode(&piece);
  return piece.held;
}

TEST(PieceDecoderTest, KnowsWhatStandsAlone) {
  History history(1);
  const std::string a = history.Ndjson(1000, 2);
  const std::string b = history.AmqsevtLines(1000);
  for (const std::string& bytes :
       {a, a + a, b, a + b + a, a + "\n" + a, std::string("{\"kind\":1}\n") + a}) {
    const EventPiece piece = Decode(bytes);
    EXPECT_TRUE(piece.is_independent) << bytes;
    EXPECT_EQ(piece.stats.bytes, static_cast<int64_t>(bytes.size()));
  }
  // Cut off, text, brackets, damage, and messages that explain others.
  for (const std::string& bytes :
       {a.substr(0, a.size() - 5), a + "{", a + "what\n" + a, a + "[\n" + a,
        a + "}\n" + a, a + "{\"a\":\n" + a, history.Amqerr(5),
        a + history.Mqcci(5), a.substr(0, a.size() - 1)}) {
    EXPECT_FALSE(Decode(bytes).is_independent) << bytes;
  }
}

struct Read {
  std::string text;  // events and reports
  int64_t events = 0;
  bool interrupted = false;
};

Read ReadAll(const InputOptions& options, int stop_after = 0) {
  std::atomic<bool> stop{false};
  InputOptions own = options;
  own.stop = &stop;
  Read read;
  InputHandler handler;
  handler.begin_file = [&] { read.text += "file\n"; };
  handler.on_event = [&](Event* event) -> absl::StatusOr<std::string_view> {
    AppendEventJson(*event, &read.text);
    read.text += ' ' + std::to_string(event->sequence()) +
                 (event->infers_channel_type() ? "i\n" : "\n");
    if (++read.events == stop_after) stop = true;
    if (!event->Has(FieldId::kTime)) return std::string_view("no_time");
    return std::string_view();
  };
  const auto summary = ReadInputs(own, handler);
  EXPECT_TRUE(summary.ok()) << summary.status();
  if (!summary.ok()) return read;
  read.interrupted = summary->interrupted;
  for (const InputReport& file : summary->files) {
    read.text += file.path + ' ' + file.damage + ' ' +
                 std::to_string(file.bytes) + ' ' + std::to_string(file.read) +
                 ' ' + std::to_string(file.normalized) + '\n';
    for (const auto& [reason, reject] : file.rejected) {
      read.text += reason + ' ' + std::to_string(reject.count) + ' ' +
                   std::to_string(reject.first_offset) + ' ' +
                   reject.first_detail + ' ' + reject.first_excerpt + '\n';
    }
  }
  return read;
}

TEST(PiecesTest, ThreadsReadWhatOneReads) {
  int64_t events = 0;
  for (uint64_t round = 0; round < 60; ++round) {
    History history(round + 1000);
    const uint64_t damage = 2 + history.Below(80);
    const uint64_t formats = history.Below(3) == 0 ? 6 : 1 + history.Below(3);
    std::string text;
    for (int i = 0; i < 250; ++i) {
      const int64_t ms = i * 100;
      switch (history.Below(formats)) {
        case 0:
          text += history.Ndjson(ms, 2);
          break;
        case 1:
          text += history.Amqsevt(ms);
          break;
        case 2:
          text += history.AmqsevtLines(ms);
          break;
        case 3:
          text += history.Amqerr(ms);
          break;
        case 4:
          text += history.Mqcci(ms);
          break;
        default:
          text += history.Between();
          break;
      }
      if (history.Below(damage) != 0) continue;
      text += history.Below(2) == 0 ? history.Damaged() : history.Between();
      if (history.Below(3) == 0) text.resize(text.size() - history.Below(20));
    }
    InputOptions options;
    options.inputs = {WriteInput("p", text)};
    const Read one = ReadAll(options);
    events += one.events;
    for (const int threads : {2, 3, 5}) {
      options.threads = threads;
      options.piece_bytes = 100 + history.Below(9000);
      ASSERT_EQ(ReadAll(options).text, one.text)
          << "round " << round << ", " << threads << " threads, pieces of "
          << options.piece_bytes;
    }
  }
  EXPECT_GT(events, 8000);
}

TEST(PiecesTest, AnInterruptEndsThemInOrder) {
  History history(1);
  std::string text;
  for (int64_t i = 0; i < 2000; ++i) text += history.Ndjson(i * 100, 1);
  InputOptions options;
  options.inputs = {WriteInput("p", text)};
  const std::string whole = ReadAll(options).text;
  for (int stop_after = 1; stop_after < 200; stop_after += 13) {
    options.threads = 3;
    options.piece_bytes = 1000;
    const Read read = ReadAll(options, stop_after);
    EXPECT_TRUE(read.interrupted);
    EXPECT_GE(read.events, stop_after);
    EXPECT_LT(read.events, 2000);
    // Up to its report it is the beginning of the whole.
    const std::string events = read.text.substr(0, read.text.rfind("}"));
    EXPECT_EQ(events, whole.substr(0, events.size()));
  }
}

}  // namespace
}  // namespace mqwarden
