// Records of IBM MQ's error logs in text: AMQERRnn.LOG, and the lines that a
// container writes to its console.
//
//   02/26/20 10:04:57 - Process(740.36) User(mqm) Program(amqrmppa)
//                       Host(h) Installation(Installation1)
//                       VRMF(9.1.0.3) QMgr(QM1)
//                       Time(2020-02-26T10:04:57.271Z)
//                       CommentInsert1(APP.SVRCONN)
//
//   AMQ9777E: text
//   ...
//   ----- amqrmrsa.c : 945 ---------------------------------------------------
//
//   2020-02-26T10:04:57.271Z AMQ9777E: text [CommentInsert1(APP.SVRCONN), ...]
//
// A record ends at its line of dashes, or where the next begins; it may also be
// folded to one line. Headings and text may be in any language. The date that
// leads a record is written as the locale of the process has it; it is used only
// where there is no Time(), see local_time.h.
//
// Inserts are text of whoever connects. What stands within one never passes for
// a later one that has a line of its own.
#ifndef MQWARDEN_INGEST_FORMATS_AMQERR_TEXT_H_
#define MQWARDEN_INGEST_FORMATS_AMQERR_TEXT_H_

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "mqwarden/ingest/formats/amqerr_message.h"
#include "mqwarden/ingest/formats/field_table.h"
#include "mqwarden/ingest/formats/line_decoder.h"
#include "mqwarden/ingest/provenance.h"
#include "mqwarden/ingest/text_options.h"
#include "mqwarden/schema/event.h"

namespace mqwarden {

// What a record says beside its inserts; those follow from its message's row in
// MessageMeanings().
std::span<const FieldRow> AmqerrTextFields();

std::unique_ptr<LineDecoder> MakeAmqerrTextDecoder(const TextOptions& options);

// Decodes one whole record that other software has wrapped: in one line or more.
// The event's texts are views of `record` and of the parser.
class AmqerrTextParser final {
 public:
  explicit AmqerrTextParser(const TextOptions& options) : options_(options) {}

  // Whether `line` is the first one of a record of the log; a line of a console;
  // the dashes at the end of a record.
  static bool IsHeader(std::string_view line);
  static bool IsConsole(std::string_view line);
  static bool IsTrailer(std::string_view line);
  // Whether the lines so far hold the message's id.
  static bool HasId(std::string_view record);

  // False where there is no id. `outer` says what the wrapping knows, for a
  // record that does not say it itself.
  bool Parse(std::string_view record, const AmqRecord& outer, Event* event,
             Provenance* provenance);

 private:
  void ParseHeader(std::string_view header);
  std::string_view ParseMessage(std::string_view rest);
  bool ParseConsole(std::string_view line);
  void TakeLabels(std::string_view line, uint32_t lines_with);

  const TextOptions options_;
  AmqRecord record_;
  AmqNormalizer normalizer_;
  Event* event_ = nullptr;
  std::string message_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_FORMATS_AMQERR_TEXT_H_
