#include "mqwarden/ingest/formats/amqerr_json.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "mqwarden/base/text.h"
#include "mqwarden/base/time.h"
#include "mqwarden/ingest/civil_time.h"
#include "mqwarden/ingest/formats/field_writer.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

constexpr AmqFactNames kNames = {
    "ibm_messageId",      "message",          "ibm_processId",
    "ibm_userName",       "ibm_processName",  "host",
    "ibm_installationName", "ibm_version",    "ibm_serverName",
    "ibm_datetime",       "ibm_remoteHost",   "ibm_arithInsert1",
    "ibm_arithInsert2",   "ibm_commentInsert1", "ibm_commentInsert2",
    "ibm_commentInsert3"};

constexpr FieldRow kFields[] = {
    {"ibm_messageId", FieldId::kMessageId, "without the letter of its severity"},
    {"ibm_messageId", FieldId::kLevel, "by that letter"},
    {"ibm_messageId", FieldId::kKind, "by the message"},
    {"ibm_messageId", FieldId::kAction, "by the message"},
    {"ibm_messageId", FieldId::kOutcome, "by the message"},
    {"ibm_messageId", FieldId::kReason, "that the message implies"},
    {"message", FieldId::kMessage, ""},
    {"ibm_datetime", FieldId::kTime, ""},
    {"host", FieldId::kHost, ""},
    {"ibm_version", FieldId::kMqVersion, ""},
    {"ibm_serverName", FieldId::kQmgr, ""},
    {"ibm_remoteHost", FieldId::kConnection, ""},
    {"ibm_remoteHost", FieldId::kSourceIp, ""},
    {"ibm_userName", FieldId::kEventUser, "of AMQ6206 alone"},
    {"ibm_processName", FieldId::kApp, "of AMQ6206 alone"},
    {"ibm_processId", FieldId::kPid, "of AMQ6206 alone"},
    {"ibm_sequence", FieldId::kEventId, ""},
    {"loglevel", FieldId::kLevel, "where the id has no letter"},
};

std::optional<AmqFact> FactOf(std::string_view key) {
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == key) return static_cast<AmqFact>(i);
  }
  return std::nullopt;
}

std::string_view TextOf(const JsonNode& node) {
  switch (node.type) {
    case JsonType::kTrue:
      return "true";
    case JsonType::kFalse:
      return "false";
    default:
      return node.text;
  }
}

// Of messages whose ids have no letter.
struct LevelWord {
  std::string_view word;
  int64_t level;
};
constexpr LevelWord kLevels[] = {
    {"INFO", EnumCode(EnumType::kLevel, "info")},
    {"AUDIT", EnumCode(EnumType::kLevel, "info")},
    {"WARNING", EnumCode(EnumType::kLevel, "warning")},
    {"ERROR", EnumCode(EnumType::kLevel, "error")},
    {"SEVERE", EnumCode(EnumType::kLevel, "severe")},
    {"FATAL", EnumCode(EnumType::kLevel, "severe")},
    {"STOP", EnumCode(EnumType::kLevel, "severe")},
};

// RFC 3339; the web server writes its zone without a colon.
std::optional<Time> TimeOf(std::string_view text) {
  if (const auto time = ParseTime(text)) return time;
  CivilScanner scanner(text);
  CivilTime civil;
  scanner.YearMonthDay(&civil);
  scanner.Expect('T');
  scanner.TimeOfDay(&civil);
  const auto offset = scanner.Offset();
  if (!scanner.ok() || !offset.has_value() || !scanner.rest().empty()) {
    return std::nullopt;
  }
  return ComposeTime(civil, *offset);
}

}  // namespace

std::span<const FieldRow> AmqerrJsonFields() { return kFields; }

std::optional<Reject> AmqerrJsonDecoder::Decode(std::span<const JsonNode> nodes,
                                                Event* event,
                                                Provenance* provenance) {
  AmqRecord record;
  record.source = EnumCode(EnumType::kSource, "amqerr_json");
  record.time_quality = EnumCode(EnumType::kTimeQuality, "exact");
  std::string_view level;
  std::string_view sequence;
  unmapped_.clear();
  for (size_t i = 1; i < nodes.size(); i = nodes[i].end) {
    const JsonNode& node = nodes[i];
    if (node.is_container()) {
      for (size_t j = i + 1; j < node.end; ++j) {
        if (!nodes[j].is_container()) unmapped_.push_back(&nodes[j]);
      }
      continue;
    }
    if (node.type == JsonType::kNull) continue;
    const auto fact = FactOf(node.key);
    if (fact.has_value() && record[*fact].empty()) {
      record[*fact] = TextOf(node);
    } else if (node.key == "loglevel" && level.empty()) {
      level = node.text;
    } else if (node.key == "ibm_sequence" && sequence.empty()) {
      sequence = node.text;
    } else if (!fact.has_value()) {
      unmapped_.push_back(&node);
    }
  }
  if (Meaningful(record[AmqFact::kId]).empty()) {
    return Reject{kBadValue, "no message id"};
  }
  // The text repeats the id: `AMQ9777E: Channel was blocked`.
  std::string_view& message = record[AmqFact::kMessage];
  const std::string_view id = record[AmqFact::kId];
  if (message.starts_with(id) && message.substr(id.size()).starts_with(": ")) {
    message.remove_prefix(id.size() + 2);
  }
  record.time = TimeOf(Meaningful(record[AmqFact::kTime]));
  normalizer_.Normalize(record, kNames, event, provenance);

  FieldWriter out(event, provenance);
  out.Text(FieldId::kEventId, sequence, "ibm_sequence");
  for (const LevelWord& row : kLevels) {
    if (EqualsIgnoreAsciiCase(row.word, level)) {
      out.Int(FieldId::kLevel, row.level, "loglevel");
    }
  }
  if (!event->Has(FieldId::kLevel)) out.Attr("loglevel", level);
  for (const JsonNode* const node : unmapped_) {
    out.RedactedAttr(node->key, TextOf(*node));
  }
  return std::nullopt;
}

}  // namespace mqwarden
