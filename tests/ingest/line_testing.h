// Lines into a decoder of text, and what it makes of them as comparable text.
#ifndef MQWARDEN_TESTS_INGEST_LINE_TESTING_H_
#define MQWARDEN_TESTS_INGEST_LINE_TESTING_H_

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "mqwarden/ingest/formats/field_table.h"
#include "mqwarden/ingest/formats/line_decoder.h"
#include "mqwarden/ingest/text_options.h"

namespace mqwarden {

// Gives the lines of `text` to `decoder`, those that begin a record or may go
// on with one, and flushes it. One line for each thing that comes out:
//
//   {"time":...}                 an event
//   rejected REASON at OFFSET    with `: DETAIL` where there is one
//   passed over WHAT
//   unasked LINE                 a line that neither begins nor continues
//
// Of an event with a provenance asked for, `explained` has `FIELD<-SOURCE`, one
// a line.
struct LineReading {
  std::string shown;
  std::string explained;
};
LineReading ReadLines(LineDecoder* decoder, std::string_view text);

// The single event that `line` is, without the braces; what else comes out as
// it is.
std::string ReadOne(LineDecoder* decoder, std::string_view line);

using MakeLineDecoder =
    std::function<std::unique_ptr<LineDecoder>(const TextOptions& options)>;

// Reads every head of `text`, and `text` with each of its bytes changed:
// nothing may go wrong, and a second decoder must read the same.
void ExpectDamageIsSafe(const MakeLineDecoder& make, std::string_view text,
                        const TextOptions& options = {});

// Gives `read` each of `parts`, repeated to a line nearly as long as one may be,
// behind each of `heads` and before `tail`: what takes a time that is not linear
// does not end.
void ReadHostileLines(std::span<const std::string_view> heads,
                      std::span<const std::string_view> parts,
                      std::string_view tail,
                      const std::function<void(const std::string& text)>& read);

// Whether each row of a field table has filled its field in `explained`.
void ExpectRowsAreUsed(std::span<const FieldRow> rows,
                       std::string_view explained);

}  // namespace mqwarden

#endif  // MQWARDEN_TESTS_INGEST_LINE_TESTING_H_
