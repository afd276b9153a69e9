#include "mqwarden/ingest/formats/syslog.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mqwarden/base/time.h"
#include "mqwarden/ingest/civil_time.h"
#include "mqwarden/ingest/formats/amqerr_json.h"
#include "mqwarden/ingest/formats/amqerr_message.h"
#include "mqwarden/ingest/formats/amqerr_text.h"
#include "mqwarden/ingest/formats/field_writer.h"
#include "mqwarden/ingest/formats/message_table.h"
#include "mqwarden/ingest/formats/qsysopr.h"
#include "mqwarden/ingest/formats/syslog_header.h"
#include "mqwarden/ingest/formats/syslog_payloads.h"
#include "mqwarden/ingest/formats/zos.h"
#include "mqwarden/ingest/input_format.h"
#include "mqwarden/ingest/json_scanner.h"
#include "mqwarden/ingest/reject.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

constexpr int64_t kIbmi = EnumCode(EnumType::kSource, "ibmi");

constexpr FieldRow kFields[] = {
    {"header", FieldId::kTime, "where the message states none with its year"},
    {"host", FieldId::kHost, ""},
    {"PRI", FieldId::kLevel, "its severity"},
    {"message", FieldId::kMessage, "of a message of no known form"},
    {"message", FieldId::kKind, "diag, of a message of no known form"},
    {"message", FieldId::kAction, ""},
    {"message", FieldId::kOutcome, ""},
    {"message id", FieldId::kMessageId, "of QSYSOPR"},
    {"message id", FieldId::kKind, "by the message"},
    {"message id", FieldId::kAction, "by the message"},
    {"message id", FieldId::kOutcome, "by the message"},
    {"message id", FieldId::kReason, "that a message of IBM MQ implies"},
    {"severity", FieldId::kLevel, "of QSYSOPR"},
    {"text", FieldId::kMessage, "of QSYSOPR"},
    {"time", FieldId::kTime, "of the header"},
};

// Of messages of IBM i's operator queue that are IBM MQ's.
constexpr AmqFactNames kQsysoprNames = {
    "message id", "text", "", "", "", "host", "", "", "", "time",
    "",           "",     "", "", "", ""};

// The severities of syslog.
int64_t LevelOfSeverity(int severity) {
  if (severity <= 2) return EnumCode(EnumType::kLevel, "severe");
  if (severity == 3) return EnumCode(EnumType::kLevel, "error");
  if (severity == 4) return EnumCode(EnumType::kLevel, "warning");
  return EnumCode(EnumType::kLevel, "info");
}

// Those of messages of IBM i, in two digits.
int64_t LevelOfIbmiSeverity(std::string_view digits) {
  switch (digits.front()) {
    case '0':
      return EnumCode(EnumType::kLevel, "info");
    case '1':
      return EnumCode(EnumType::kLevel, "warning");
    case '2':
      return EnumCode(EnumType::kLevel, "error");
    default:
      return EnumCode(EnumType::kLevel, "severe");
  }
}

class SyslogDecoder final : public LineDecoder {
 public:
  SyslogDecoder(const TextOptions& options, SyslogPayloads* payloads)
      : options_(options),
        payloads_(payloads),
        qsysopr_(options.qsysopr_pattern),
        years_(options.from, options.zone),
        payload_(options.zone),
        amqerr_(options) {}

  InputFormat format() const override { return InputFormat::kSyslog; }
  bool MayBeginWith(char first) const override {
    return first == '<' || IsFirstDigit(first) || IsFirstLetter(first);
  }
  bool Begins(std::string_view line) const override {
    return BeginsSyslog(line);
  }
  bool Continues(std::string_view) const override { return false; }
  void Flush(LineSink*) override {}

  void Take(std::string_view line, int64_t offset, LineSink* sink) override {
    if (line.size() > kMaxRecordBytes) {
      return sink->OnReject(format(), line.substr(0, kMaxRecordBytes), offset,
                            {kTooLong, {}});
    }
    if (!ParseSyslogHeader(line, &header_)) {
      return sink->OnReject(format(), line, offset, {kUnrecognised, {}});
    }
    event_.Clear();
    ResolveTime();
    if (!DecodeMessage(sink->provenance())) {
      return sink->OnReject(format(), line, offset,
                            {kTruncated, "a damaged message"});
    }
    AddHeader(sink->provenance());
    if (!event_.Has(FieldId::kTime) && lacks_year_) {
      return sink->OnReject(format(), line, offset,
                            {kNoYear, "nothing says which year it is"});
    }
    sink->OnEvent(format(), line, offset, &event_);
  }

 private:
  void ResolveTime();
  bool DecodeMessage(Provenance* provenance);
  bool DecodeJson(std::string_view text, Provenance* provenance);
  bool DecodeQsysopr(std::string_view text, Provenance* provenance);
  void DecodeUnknown(Provenance* provenance);
  void AddHeader(Provenance* provenance);

  const TextOptions options_;
  SyslogPayloads* const payloads_;
  const QsysoprPattern qsysopr_;

  YearTracker years_;
  PayloadDecoder payload_;
  AmqerrTextParser amqerr_;
  AmqerrJsonDecoder amqerr_json_;
  AmqNormalizer operator_messages_;
  JsonScanner json_;
  Event event_;

  // Of the line being taken.
  SyslogHeader header_;
  std::optional<Time> time_;
  int64_t time_quality_ = 0;
  bool lacks_year_ = false;
  bool shows_structured_ = false;  // structured data that no field has taken
};

void SyslogDecoder::ResolveTime() {
  time_ = header_.time;
  time_quality_ = EnumCode(EnumType::kTimeQuality, "exact");
  lacks_year_ = false;
  shows_structured_ = true;
  if (time_.has_value() || !header_.civil.has_value()) return;
  if (header_.civil->year.has_value()) {
    time_ = ComposeTime(*header_.civil, options_.zone);
    time_quality_ = TimeQualityOf(options_.zone);
    return;
  }
  lacks_year_ = true;
  time_ = years_.Resolve(*header_.civil);
  time_quality_ = EnumCode(EnumType::kTimeQuality, "no_year");
}

// False for a message that begins like one of a form and is damaged.
bool SyslogDecoder::DecodeMessage(Provenance* provenance) {
  const std::string_view text = Meaningful(header_.message);
  if (const auto dialect = DetectPayload(header_.structured)) {
    shows_structured_ = false;
    return payload_.Decode(*dialect, header_.structured, &event_, provenance);
  }
  if (const auto dialect = DetectPayload(text)) {
    return payload_.Decode(*dialect, text, &event_, provenance);
  }
  if (text.starts_with('{')) {
    if (DecodeJson(text, provenance)) return true;
    if (text.starts_with("{\"ibm_")) return false;
  }
  if (AmqerrTextParser::IsConsole(text) || AmqerrTextParser::IsHeader(text)) {
    AmqRecord outer;
    outer.time = time_;
    outer.time_quality = time_quality_;
    outer[AmqFact::kHost] = header_.host;
    if (amqerr_.Parse(text, outer, &event_, provenance)) return true;
    event_.Clear();
  }
  if (BeginsZosMessage(text)) {
    const ZosOrigin origin{time_, time_quality_, header_.host};
    return DecodeZosMessage(text, origin, &event_, provenance);
  }
  if (payloads_ != nullptr) {
    const size_t noted = provenance == nullptr ? 0 : provenance->filled.size();
    if (payloads_->Decode(text, &event_, provenance)) return true;
    event_.Clear();
    if (provenance != nullptr) provenance->filled.resize(noted);
  }
  if (!DecodeQsysopr(text, provenance)) DecodeUnknown(provenance);
  return true;
}

bool SyslogDecoder::DecodeJson(std::string_view text, Provenance* provenance) {
  json_.Start();
  if (json_.Scan(text) != JsonScanner::Result::kComplete) return false;
  for (size_t i = 1; i < json_.nodes().size(); i = json_.nodes()[i].end) {
    if (json_.nodes()[i].key != "ibm_messageId") continue;
    if (!amqerr_json_.Decode(json_.nodes(), &event_, provenance).has_value()) {
      return true;
    }
    event_.Clear();
    return false;
  }
  return false;
}

bool SyslogDecoder::DecodeQsysopr(std::string_view text, Provenance* provenance) {
  const auto message = qsysopr_.Find(header_.app, text);
  if (!message.has_value()) return false;
  FieldWriter out(&event_, provenance);
  if (!message->severity.empty() && message->severity.front() >= '0' &&
      message->severity.front() <= '9') {
    out.Int(FieldId::kLevel, LevelOfIbmiSeverity(message->severity), "severity");
    out.Attr("severity", message->severity);
  }
  if (message->id.starts_with("AMQ")) {
    AmqRecord record;
    record.time = time_;
    record.time_quality = time_quality_;
    record.source = kIbmi;
    record[AmqFact::kId] = message->id;
    record[AmqFact::kMessage] = message->text;
    record[AmqFact::kHost] = header_.host;
    operator_messages_.Normalize(record, kQsysoprNames, &event_, provenance);
  } else {
    event_.SetInt(FieldId::kSource, kIbmi);
    out.Text(FieldId::kMessageId, message->id, "message id");
    out.Meaning(MeaningOfMessage(message->id), "message id");
    out.RedactedText(FieldId::kMessage, message->text, "text");
  }
  event_.SetInt(FieldId::kPlatform, EnumCode(EnumType::kPlatform, "ibmi"));
  return true;
}

void SyslogDecoder::DecodeUnknown(Provenance* provenance) {
  FieldWriter out(&event_, provenance);
  event_.SetInt(FieldId::kSource, EnumCode(EnumType::kSource, "syslog"));
  out.Meaning(DiagnosticMeaning(), "message");
  out.RedactedText(FieldId::kMessage, header_.message, "message");
}

// What the message has not said itself.
void SyslogDecoder::AddHeader(Provenance* provenance) {
  FieldWriter out(&event_, provenance);
  if (time_.has_value()) out.At(*time_, time_quality_, "header");
  out.Text(FieldId::kHost, header_.host, "host");
  if (header_.priority.has_value()) {
    out.Int(FieldId::kLevel, LevelOfSeverity(header_.severity()), "PRI");
    const int facility = header_.facility();
    event_.AddAttr(
        {"facility", event_.Keep(std::to_string(facility)), facility, true});
  }
  out.Attr("app_name", header_.app);
  out.Attr("procid", header_.process);
  out.Attr("msgid", header_.message_type);
  if (!shows_structured_) {
    if (!event_.Has(FieldId::kMessage)) {
      out.RedactedText(FieldId::kMessage, header_.message, "message");
    }
    return;
  }
  std::string_view rest = header_.structured;
  while (rest.starts_with('[')) {
    const size_t id = rest.find_first_of(" ]");
    if (id == rest.npos) return;
    rest.remove_prefix(id);
    std::string_view name;
    std::string_view value;
    while (NextStructuredParameter(&rest, &name, &value)) {
      out.RedactedAttr(name, Unescape(value, &event_));
    }
    const size_t close = rest.find(']');
    if (close == rest.npos) return;
    rest.remove_prefix(close + 1);
  }
}

}  // namespace

std::span<const FieldRow> SyslogFields() { return kFields; }

std::unique_ptr<LineDecoder> MakeSyslogDecoder(const TextOptions& options,
                                               SyslogPayloads* payloads) {
  return std::make_unique<SyslogDecoder>(options, payloads);
}

}  // namespace mqwarden
