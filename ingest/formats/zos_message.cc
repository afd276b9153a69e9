// One whole message of z/OS: see zos.h.
#include <algorithm>
#include <cstddef>
#include <span>
#include <string>

#include "mqwarden/base/text.h"
#include "mqwarden/ingest/connection_name.h"
#include "mqwarden/ingest/formats/amqerr_message.h"
#include "mqwarden/ingest/formats/field_writer.h"
#include "mqwarden/ingest/formats/message_table.h"
#include "mqwarden/ingest/formats/zos.h"
#include "mqwarden/ingest/mq_text.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

constexpr std::string_view kRacfId = "ICH408I";
constexpr int64_t kAuthz = EnumCode(EnumType::kKind, "authz");
constexpr int64_t kOsAuth = EnumCode(EnumType::kKind, "os_auth");
constexpr int64_t kLogin = EnumCode(EnumType::kAction, "login");
constexpr int64_t kOpen = EnumCode(EnumType::kAction, "open");
constexpr int64_t kOther = EnumCode(EnumType::kAction, "other");
constexpr int64_t kCommand = EnumCode(EnumType::kAction, "command");
constexpr int64_t kFailure = EnumCode(EnumType::kOutcome, "failure");
constexpr int64_t kOtherType = EnumCode(EnumType::kObjectType, "other");
constexpr int64_t kNotAuthorized = 2035;
constexpr size_t kNameColumns = 20;
constexpr size_t kMaxChannelBytes = 20;

constexpr FieldRow kFields[] = {
    {"id", FieldId::kMessageId, ""},
    {"id", FieldId::kKind, "of a message of the channel initiator"},
    {"id", FieldId::kAction, "of a message of the channel initiator"},
    {"id", FieldId::kOutcome, "of a message of the channel initiator"},
    {"id", FieldId::kReason, "that the message implies"},
    {"time", FieldId::kTime, "of the head of the line"},
    {"system", FieldId::kHost, "of the head of the line"},
    {"USER", FieldId::kUser, ""},
    {"GROUP", FieldId::kGroup, ""},
    {"CL", FieldId::kKind, "by the class of the resource"},
    {"CL", FieldId::kAction, "by the class of the resource"},
    {"CL", FieldId::kObjectType, "by the class of the resource"},
    {"resource", FieldId::kQmgr, "up to the first point"},
    {"resource", FieldId::kObject, "behind the first point"},
    {"resource", FieldId::kCommandName, "of the class MQCMDS"},
    {"ICH408I", FieldId::kReason, "2035, of a class of IBM MQ"},
    {"ACCESS INTENT", FieldId::kAccess, ""},
    {"text", FieldId::kMessage, ""},
    {"ssid", FieldId::kQmgr, "of a message of the channel initiator"},
    {"channel", FieldId::kChannel, ""},
    {"connection", FieldId::kConnection, ""},
    {"connection", FieldId::kSourceIp, ""},
    {"from", FieldId::kConnection, ""},
    {"from", FieldId::kSourceIp, ""},
    {"address", FieldId::kConnection, ""},
    {"address", FieldId::kSourceIp, ""},
    {"detail", FieldId::kClientUser, "CLNTUSER(..)"},
};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

std::string_view TrimLeft(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  return text;
}

std::string_view Trim(std::string_view text) {
  text = TrimLeft(text);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view NextWord(std::string_view* rest) {
  *rest = TrimLeft(*rest);
  size_t end = 0;
  while (end < rest->size() && !IsBlank((*rest)[end])) ++end;
  const std::string_view word = rest->substr(0, end);
  rest->remove_prefix(end);
  return word;
}

// The console's number of a message.
bool IsConsoleNumber(std::string_view word) {
  return (word.size() == 2 || word.size() == 3) &&
         word.find_first_not_of("0123456789") == word.npos;
}

// The value behind `KEY(`, and in `*end` what follows its parenthesis.
std::optional<std::string_view> ValueOf(std::string_view text,
                                        std::string_view key, size_t columns,
                                        size_t* end) {
  const size_t at = text.find(key);
  if (at == text.npos) return std::nullopt;
  const size_t begin = at + key.size();
  size_t close = text.find(')', begin);
  // A name may hold a parenthesis; its columns are fixed.
  if (columns > 0 && text.size() > begin + columns &&
      text[begin + columns] == ')') {
    close = begin + columns;
  }
  if (close == text.npos) return std::nullopt;
  *end = close + 1;
  return text.substr(begin, close - begin);
}

// Where the class of a resource is stated.
size_t FindClass(std::string_view text) {
  size_t at = text.find("CL(");
  while (at != text.npos && (at == 0 || !IsBlank(text[at - 1]))) {
    at = text.find("CL(", at + 1);
  }
  return at;
}

std::string_view Placeholder(std::string_view group) {
  group = Trim(group);
  return group.find_first_not_of('0') == group.npos ? std::string_view() : group;
}

// In one line, with one blank where columns have many.
std::string_view InOneLine(std::string_view text, Event* event) {
  text = Trim(text);
  if (text.find('\n') == text.npos && text.find("  ") == text.npos) return text;
  std::string line;
  while (!text.empty()) {
    const std::string_view word = NextWord(&text);
    if (word.empty()) break;
    if (!line.empty()) line += ' ';
    line += word;
  }
  return event->Keep(line);
}

// `ALTER.QMGR` of the profile of a command: what was to be done, and to what.
void TakeCommand(std::string_view what, FieldWriter* out) {
  const size_t dot = what.find('.');
  if (dot == what.npos) return out->Text(FieldId::kCommandName, what, "resource");
  std::string name(what.substr(0, dot));
  name += ' ';
  name += what.substr(dot + 1);
  out->Text(FieldId::kCommandName, out->event().Keep(name), "resource");
}

// Behind `USER() GROUP() NAME()`.
bool TakeResource(std::string_view text, FieldWriter* out) {
  Event& event = out->event();
  const size_t class_at = FindClass(text);
  size_t end = 0;
  const std::string_view class_name =
      Trim(*ValueOf(text.substr(class_at), "CL(", 0, &end));
  std::string_view resource = Trim(text.substr(0, class_at));
  resource = Trim(resource.substr(resource.rfind('\n') + 1));
  if (resource.empty() || class_name.empty()) return false;
  std::string_view rest = text.substr(class_at + end);
  if (const auto volume = ValueOf(rest, "VOL(", 0, &end)) {
    out->Attr("VOL", *volume);
    rest = rest.substr(end);
  }

  const ResourceClass* const mq = FindResourceClass(class_name);
  event.SetInt(FieldId::kOutcome, kFailure);
  out->Int(FieldId::kKind, mq != nullptr ? kAuthz : kOsAuth, "CL");
  out->Int(FieldId::kAction, mq != nullptr ? mq->action : kOpen, "CL");
  out->Attr("CL", class_name);
  if (mq != nullptr) {
    out->Reason(kNotAuthorized, kRacfId);
    const size_t dot = resource.find('.');
    if (dot != resource.npos) {
      out->Text(FieldId::kQmgr, resource.substr(0, dot), "resource");
      resource.remove_prefix(dot + 1);
    }
    if (mq->action == kCommand) TakeCommand(resource, out);
  }
  out->Text(FieldId::kObject, resource, "resource");
  out->Int(FieldId::kObjectType, mq != nullptr ? mq->object_type : kOtherType,
           "CL");

  const size_t intent_at = rest.find("ACCESS INTENT(");
  std::string_view text_of_it = rest.substr(0, intent_at);
  // The generic profile that decided.
  for (size_t from = text_of_it.find("FROM "); from != text_of_it.npos;
       from = text_of_it.find("FROM ", from + 1)) {
    if (from > 0 && !IsBlank(text_of_it[from - 1])) continue;
    std::string_view behind = text_of_it.substr(from + 5);
    out->Attr("FROM", NextWord(&behind));
    text_of_it = text_of_it.substr(0, from);
    break;
  }
  out->Text(FieldId::kMessage, InOneLine(text_of_it, &event), "text");
  if (const auto intent = ValueOf(rest, "ACCESS INTENT(", 0, &end)) {
    const std::string lower = ToAsciiLower(Trim(*intent));
    const std::string_view word = event.Keep(lower);
    out->List(FieldId::kAccess, std::span(&word, 1), "ACCESS INTENT");
  }
  if (const auto allowed = ValueOf(rest, "ACCESS ALLOWED(", 0, &end)) {
    out->Attr("ACCESS_ALLOWED", *allowed);
  }
  return true;
}

bool DecodeRacf(std::string_view text, FieldWriter* out) {
  text.remove_prefix(kRacfId.size());
  size_t end = 0;
  const auto user = ValueOf(text, "USER(", 0, &end);
  if (!user.has_value()) return false;
  text = text.substr(end);
  out->User(*user, "USER");
  // In this order on the first line, each perhaps missing.
  constexpr std::string_view kGroup = "GROUP(";
  constexpr std::string_view kName = "NAME(";
  for (const std::string_view key :
       {kGroup, kName, std::string_view("SUBMITTER(")}) {
    // What follows the resource may hold the same words.
    const std::string_view before = text.substr(0, FindClass(text));
    const auto value =
        ValueOf(before, key, key == kName ? kNameColumns : 0, &end);
    if (!value.has_value()) continue;
    if (key == kGroup) {
      out->Text(FieldId::kGroup, Placeholder(*value), "GROUP");
    } else {
      out->Attr(key.substr(0, key.size() - 1), *value);
    }
    text = text.substr(end);
  }
  text = TrimLeft(text);
  std::string_view behind = text;
  if (IsConsoleNumber(NextWord(&behind))) text = TrimLeft(behind);
  if (text.empty()) return false;

  const size_t cl = FindClass(text);
  if (cl != text.npos) {
    return text.find(')', cl) != text.npos && TakeResource(text, out);
  }
  const bool is_login = text.find("LOGON") != text.npos ||
                        text.find("JOB INITIATION") != text.npos;
  Event& event = out->event();
  event.SetInt(FieldId::kKind, kOsAuth);
  event.SetInt(FieldId::kAction, is_login ? kLogin : kOther);
  event.SetInt(FieldId::kOutcome, kFailure);
  out->Text(FieldId::kMessage, InOneLine(text, &event), "text");
  return true;
}

// `CSQX777E QM1 CSQXRESP Channel APP.SVRCONN ... connection 192.0.2.7`.
void DecodeChannelMessage(std::string_view id, std::string_view text,
                          FieldWriter* out) {
  Event& event = out->event();
  event.set_infers_channel_type(true);
  std::string_view rest = text;
  std::string_view word = NextWord(&rest);
  if (!word.starts_with("CSQ") && word.size() <= 4 && IsMqName(word)) {
    out->Text(FieldId::kQmgr, word, "ssid");
    text = rest;
    word = NextWord(&rest);
  }
  if (word.starts_with("CSQ")) {
    out->Attr("csect", word);
    text = rest;
  }
  out->Meaning(MeaningOfMessage(id), "id");

  // The number of the console ends the first line.
  const size_t line_end = text.find('\n');
  std::string_view first = Trim(text.substr(0, line_end));
  const size_t blank = first.rfind(' ');
  if (line_end != text.npos && blank != first.npos &&
      IsConsoleNumber(first.substr(blank + 1))) {
    std::string whole(first.substr(0, blank));
    whole += text.substr(line_end);
    text = event.Keep(whole);
  }
  out->Text(FieldId::kMessage, InOneLine(text, &event), "text");

  rest = text;
  for (word = NextWord(&rest); !word.empty(); word = NextWord(&rest)) {
    std::string_view ahead = rest;
    if (EqualsIgnoreAsciiCase(word, "channel")) {
      const std::string_view name = NextWord(&ahead);
      if (name.size() <= kMaxChannelBytes && IsMqName(name)) {
        out->Text(FieldId::kChannel, name, "channel");
      }
    } else if (EqualsIgnoreAsciiCase(word, "connection") ||
               EqualsIgnoreAsciiCase(word, "from") ||
               EqualsIgnoreAsciiCase(word, "address")) {
      std::string_view peer = NextWord(&ahead);
      while (peer.ends_with(',') || peer.ends_with('.')) peer.remove_suffix(1);
      if (peer.size() > 2 && peer.front() == '\'' && peer.back() == '\'') {
        peer = peer.substr(1, peer.size() - 2);
      }
      if (AddressOfConnection(peer).has_value()) out->Peer(peer, word);
    }
  }
  const size_t detail =
      std::min({text.find("CLNTUSER("), text.find("MCAUSER("),
                text.find("SSLPEER(")});
  if (detail != text.npos) {
    std::string_view values = text.substr(detail);
    values = values.substr(0, values.find('\n'));
    TakeActiveValues(values, "detail", out);
  }
  out->FinishUser();
}

// `CSQX511I`, `IRR012I`.
size_t MessageIdSize(std::string_view text) {
  size_t end = 0;
  while (end < text.size() && end < 8 &&
         ((text[end] >= 'A' && text[end] <= 'Z') || IsDigit(text[end]))) {
    ++end;
  }
  return end;
}

std::string_view WithoutPlus(std::string_view text) {
  text = TrimLeft(text);
  if (text.starts_with('+')) text.remove_prefix(1);
  return text;
}

}  // namespace

std::span<const FieldRow> ZosFields() { return kFields; }

bool BeginsZosMessage(std::string_view text) {
  text = WithoutPlus(text);
  if (text.size() < 8) return false;
  if (text.front() == 'I') {
    return text.starts_with(kRacfId) && IsBlank(text[kRacfId.size()]);
  }
  return text.starts_with("CSQ") && text[3] >= 'A' && text[3] <= 'Z' &&
         IsDigit(text[4]) && IsDigit(text[5]) && IsDigit(text[6]);
}

bool DecodeZosMessage(std::string_view message, const ZosOrigin& origin,
                      Event* event, Provenance* provenance) {
  if (!BeginsZosMessage(message)) return false;
  FieldWriter out(event, provenance);
  const std::string_view text = WithoutPlus(message);
  const std::string_view id = text.substr(0, MessageIdSize(text));
  event->SetInt(FieldId::kSource, EnumCode(EnumType::kSource, "zos"));
  event->SetInt(FieldId::kPlatform, EnumCode(EnumType::kPlatform, "zos"));
  out.Text(FieldId::kMessageId, id, "id");
  out.Text(FieldId::kHost, origin.system, "system");
  if (origin.time.has_value()) {
    out.At(*origin.time, origin.time_quality, "time");
  }
  if (id == kRacfId) {
    if (!DecodeRacf(text, &out)) return false;
    out.FinishUser();
    return true;
  }
  DecodeChannelMessage(id, text.substr(id.size()), &out);
  return true;
}

}  // namespace mqwarden
