#include "mqwarden/ingest/formats/field_writer.h"

#include <cstddef>
#include <string>

#include "mqwarden/base/text.h"
#include "mqwarden/ingest/connection_name.h"
#include "mqwarden/ingest/formats/field_table.h"
#include "mqwarden/ingest/redact.h"
#include "mqwarden/schema/mq_constants.h"

namespace mqwarden {
namespace {

constexpr int64_t kConfigKind = EnumCode(EnumType::kKind, "config");
constexpr int64_t kCommandKind = EnumCode(EnumType::kKind, "command");
constexpr int64_t kBlockAction = EnumCode(EnumType::kAction, "block");

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == 0; }

}  // namespace

std::string_view Meaningful(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  if (text == "N/A" || text == "*N") return {};
  if (!text.empty() && text.front() == '?' &&
      text.find_first_not_of('?') == text.npos) {
    return {};
  }
  return text;
}

void FieldWriter::Text(FieldId field, std::string_view text,
                       std::string_view from) {
  text = Meaningful(text);
  if (text.empty() || event_.Has(field)) return;
  event_.SetText(field, text);
  Note(field, from);
}

void FieldWriter::Int(FieldId field, int64_t value, std::string_view from) {
  if (event_.Has(field)) return;
  event_.SetInt(field, value);
  Note(field, from);
}

void FieldWriter::Ip(FieldId field, const IpAddress& ip,
                     std::string_view from) {
  if (event_.Has(field)) return;
  event_.SetIp(field, ip);
  Note(field, from);
}

void FieldWriter::List(FieldId field,
                       std::span<const std::string_view> elements,
                       std::string_view from) {
  if (event_.Has(field)) return;
  event_.SetList(field, elements);
  if (event_.Has(field)) Note(field, from);
}

void FieldWriter::At(Time time, int64_t quality, std::string_view from) {
  if (event_.Has(FieldId::kTime)) return;
  event_.SetTime(time);
  event_.SetInt(FieldId::kTimeQuality, quality);
  Note(FieldId::kTime, from);
}

bool FieldWriter::Number(FieldId field, std::string_view digits,
                         std::string_view from) {
  constexpr size_t kMaxDigits = 18;
  if (digits.empty() || digits.size() > kMaxDigits) return false;
  int64_t value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return false;
    value = value * 10 + (c - '0');
  }
  Int(field, value, from);
  return true;
}

void FieldWriter::Peer(std::string_view connection, std::string_view from) {
  connection = Meaningful(connection);
  if (connection.empty()) return;
  Text(FieldId::kConnection, connection, from);
  if (event_.Has(FieldId::kSourceIp)) return;
  if (const auto ip = AddressOfConnection(connection)) {
    Ip(FieldId::kSourceIp, *ip, from);
  }
}

void FieldWriter::User(std::string_view user, std::string_view from) {
  Text(FieldId::kUser, user, from);
}

void FieldWriter::Attr(std::string_view name, std::string_view text) {
  text = Meaningful(text);
  if (!text.empty()) event_.AddAttr({name, text});
}

void FieldWriter::RedactedAttr(std::string_view name, std::string_view text) {
  text = Meaningful(text);
  if (text.empty()) return;
  if (NamesPassword(name)) text = kMaskedPassword;
  if (!MayHoldPassword(text)) {
    event_.AddAttr({name, text});
    return;
  }
  event_.AddAttr({name, event_.Keep(RedactPasswords(text))});
}

void FieldWriter::RedactedText(FieldId field, std::string_view text,
                               std::string_view from) {
  if (event_.Has(field)) return;
  if (!MayHoldPassword(text)) return Text(field, text, from);
  Text(field, event_.Keep(RedactPasswords(text)), from);
}

void FieldWriter::Meaning(const MessageMeaning& meaning,
                          std::string_view from) {
  event_.SetInt(FieldId::kKind, meaning.kind);
  event_.SetInt(FieldId::kAction, meaning.action);
  event_.SetInt(FieldId::kOutcome, meaning.outcome);
  Note(FieldId::kKind, from);
  Note(FieldId::kAction, from);
  Note(FieldId::kOutcome, from);
  if (meaning.reason != 0) Reason(meaning.reason, from);
}

void FieldWriter::Reason(int64_t reason, std::string_view from) {
  event_.SetInt(FieldId::kReason, reason);
  event_.SetText(FieldId::kReasonName,
                 MqConstantName(MqKind::kReason, reason));
  Note(FieldId::kReason, from);
}

void FieldWriter::FinishUser() {
  const auto is = [this](FieldId field, int64_t value) {
    return event_.Has(field) && event_.Int(field) == value;
  };
  const auto prefer = [this](FieldId field) {
    if (event_.Has(field)) {
      event_.SetText(FieldId::kUser, event_.Text(field));
      return true;
    }
    return false;
  };
  const bool block = is(FieldId::kAction, kBlockAction);
  const bool is_definition =
      is(FieldId::kKind, kConfigKind) || is(FieldId::kKind, kCommandKind);
  if (!prefer(FieldId::kCspUser) &&
      !(block && prefer(FieldId::kClientUser)) &&
      !event_.Has(FieldId::kUser)) {
    if (!(is_definition && prefer(FieldId::kEventUser)) &&
        !prefer(FieldId::kClientUser)) {
      prefer(FieldId::kMcaUser);
    }
  }
  if (!event_.Has(FieldId::kUser)) return;
  const std::string_view user = event_.Text(FieldId::kUser);
  const size_t at = user.find('@');
  if (at != user.npos && at > 0 && at + 1 < user.size()) {
    event_.SetText(FieldId::kUserDomain, user.substr(at + 1));
  }
}

}  // namespace mqwarden
