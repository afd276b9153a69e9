#include "mqwarden/ingest/formats/syslog_payloads.h"

#include <array>
#include <cstddef>
#include <iterator>
#include <string>

#include "mqwarden/base/ip_address.h"
#include "mqwarden/base/text.h"
#include "mqwarden/ingest/formats/field_writer.h"
#include "mqwarden/ingest/formats/local_time.h"
#include "mqwarden/ingest/formats/message_table.h"
#include "mqwarden/ingest/formats/syslog_header.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

using enum PayloadDialect;
using enum PayloadRole;

constexpr PayloadKey kKeys[] = {
    {kQaudjrn, "actual_type", kType},
    {kQaudjrn, "event", kMessage},
    {kQaudjrn, "timestamp", kStamp},
    {kQaudjrn, "jrn_seq", kSequence},
    {kQaudjrn, "err_user", kOffender},
    {kQaudjrn, "user_name", kJobUser},
    {kQaudjrn, "ip_addr", kAddress},
    {kQaudjrn, "port", kPort},
    {kQaudjrn, "object", kObject},
    {kQaudjrn, "object_type", kObjectType},
    {kLeef, "jMsgTxt", kMessage},
    {kLeef, "devTime", kStamp},
    {kLeef, "devTimeFormat", kStampForm},
    {kLeef, "jUser", kOffender},
    {kLeef, "usrName", kJobUser},
    {kLeef, "src", kAddress},
    {kLeef, "jrmtIP", kAddress},
    {kLeef, "source", kAddress},
    {kLeef, "srcPort", kPort},
    {kLeef, "jrmtPort", kPort},
    {kLeef, "sev", kGrade},
    {kCef, "msg", kMessage},
    {kCef, "rt", kStamp},
    {kCef, "suser", kOffender},
    {kCef, "duser", kJobUser},
    {kCef, "src", kAddress},
    {kCef, "spt", kPort},
    {kCef, "fname", kObject},
    {kCef, "dvchost", kHost},
};

constexpr size_t kMaxPairs = 512;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsWord(char c) {
  return IsDigit(c) || c == '_' || c == '-' || c == '.' ||
         (AsciiLower(c) >= 'a' && AsciiLower(c) <= 'z');
}

// Whether `text` begins with a key and `=`; `*size` becomes that of the key.
bool BeginsWithKey(std::string_view text, size_t* size) {
  constexpr size_t kMaxKeyBytes = 64;
  size_t end = 0;
  while (end < text.size() && end < kMaxKeyBytes && IsWord(text[end])) ++end;
  if (end == 0 || end >= text.size() || text[end] != '=') return false;
  *size = end;
  return true;
}

void TakeStamp(std::string_view text, std::string_view key,
               const std::optional<absl::TimeZone>& zone, FieldWriter* out) {
  const auto stamp = ParseStamp(Meaningful(text), zone);
  if (stamp.has_value()) return out->At(stamp->time, stamp->quality, key);
  out->Attr(key, text);
}

// The grades of LEEF and CEF.
int64_t LevelOfGrade(int64_t grade) {
  if (grade <= 3) return EnumCode(EnumType::kLevel, "info");
  if (grade <= 6) return EnumCode(EnumType::kLevel, "warning");
  if (grade <= 8) return EnumCode(EnumType::kLevel, "error");
  return EnumCode(EnumType::kLevel, "severe");
}

bool TakeGrade(std::string_view text, std::string_view from, FieldWriter* out) {
  text = Meaningful(text);
  if (text.empty() || text.size() > 2 ||
      text.find_first_not_of("0123456789") != text.npos) {
    return false;
  }
  int64_t grade = 0;
  for (const char c : text) grade = grade * 10 + (c - '0');
  out->Int(FieldId::kLevel, LevelOfGrade(grade), from);
  return true;
}

// `PW_U` and `AF-A` name a journal entry; other ids are left as they are.
std::string_view MessageIdOf(std::string_view id, Event* event) {
  if (id.size() == 4 && IsUpper(id[0]) && IsUpper(id[1]) && id[2] == '_') {
    const char entry[] = {id[0], id[1], '-', id[3]};
    return event->Keep({entry, sizeof(entry)});
  }
  return id;
}

// Products that read the journals and queues of IBM i, as parts of their names.
constexpr std::string_view kIbmiProducts[] = {
    "isecurity", "sift-it", "ibm i", "logagent", "as/400", "iseries", "qaudjrn",
};

bool IsJournalEntry(std::string_view id) {
  return id.size() == 4 && IsUpper(id[0]) && IsUpper(id[1]) && id[2] == '-';
}

}  // namespace

std::string_view Unescape(std::string_view text, Event* event) {
  if (text.find('\\') == text.npos) return text;
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      const char next = text[i + 1];
      const bool is_line_end = next == 'n' || next == 'r';
      if (is_line_end || next == '"' || next == ']' || next == '=' ||
          next == '|' || next == '\\') {
        out += is_line_end ? ' ' : next;
        ++i;
        continue;
      }
    }
    out += text[i];
  }
  return event->Keep(out);
}

bool PayloadDecoder::Decode(PayloadDialect dialect, std::string_view text,
                            Event* event, Provenance* provenance) {
  dialect_ = dialect;
  event_ = event;
  pairs_.clear();
  type_ = {};
  FieldWriter out(event, provenance);
  const bool whole =
      dialect == kQaudjrn ? ReadEntry(text) : ReadHead(text, &out);
  if (whole) Fill(&out);
  return whole;
}

// `key=value` between blanks: a value holds blanks up to the next key.
void PayloadDecoder::SplitAtKeys(std::string_view text) {
  size_t key = 0;
  while (text.starts_with(' ')) text.remove_prefix(1);
  if (!BeginsWithKey(text, &key)) return;
  while (pairs_.size() < kMaxPairs) {
    const std::string_view name = text.substr(0, key);
    text.remove_prefix(key + 1);
    size_t end = text.find(' ');
    while (end != text.npos && !BeginsWithKey(text.substr(end + 1), &key)) {
      end = text.find(' ', end + 1);
    }
    pairs_.push_back({name, text.substr(0, end)});
    if (end == text.npos) return;
    text.remove_prefix(end + 1);
  }
}

void PayloadDecoder::Split(std::string_view text, char delimiter) {
  while (!text.empty() && pairs_.size() < kMaxPairs) {
    const size_t end = text.find(delimiter);
    const std::string_view field = text.substr(0, end);
    const size_t equals = field.find('=');
    if (equals != field.npos && equals > 0) {
      pairs_.push_back({field.substr(0, equals), field.substr(equals + 1)});
    }
    if (end == text.npos) return;
    text.remove_prefix(end + 1);
  }
}

bool PayloadDecoder::IsIbmi(std::string_view vendor, std::string_view product) {
  constexpr size_t kMaxNameBytes = 64;
  vendor = vendor.substr(0, kMaxNameBytes);
  product = product.substr(0, kMaxNameBytes);
  const bool same = product_.size() == vendor.size() + 1 + product.size() &&
                    product_.starts_with(vendor) && product_.ends_with(product);
  if (same) return is_ibmi_product_;
  product_ = vendor;
  product_ += '|';
  product_ += product;
  const std::string lower = ToAsciiLower(product_);
  is_ibmi_product_ = false;
  for (const std::string_view part : kIbmiProducts) {
    if (lower.find(part) != lower.npos) is_ibmi_product_ = true;
  }
  return is_ibmi_product_;
}

// `[AF@0 event="..." ...]`.
bool PayloadDecoder::ReadEntry(std::string_view text) {
  is_ibmi_ = true;
  const std::string_view element_id = text.substr(1, 2);
  const size_t blank = text.find(' ');
  if (blank == text.npos) return false;
  std::string_view rest = text.substr(blank);
  Pair pair;
  while (pairs_.size() < kMaxPairs &&
         NextStructuredParameter(&rest, &pair.key, &pair.value)) {
    pairs_.push_back(pair);
  }
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  if (!rest.starts_with(']')) return false;
  std::string_view violation;
  for (const Pair& p : pairs_) {
    if (type_.empty() && p.key == "actual_type") {
      type_ = Meaningful(p.value);
      type_from_ = p.key;
    } else if (violation.empty() && p.key == "violation") {
      violation = p.value;
    }
  }
  if (type_.empty()) {
    std::string entry(element_id);
    if (violation.size() > 1 && violation[1] == '-') {
      (entry += '-') += violation[0];
    }
    type_ = event_->Keep(entry);
    type_from_ = "violation";
  }
  return true;
}

// `LEEF:1.0|vendor|product|version|id|...`, `CEF:0|vendor|product|version|id|
// name|grade|...`.
bool PayloadDecoder::ReadHead(std::string_view text, FieldWriter* out) {
  constexpr std::string_view kNames[] = {"", "vendor", "product", "version", "",
                                         "name", ""};
  std::array<std::string_view, 7> head;
  const bool is_leef = dialect_ == kLeef;
  const size_t count = is_leef ? 5 : 7;
  for (size_t i = 0; i < count; ++i) {
    size_t end = text.find('|');
    while (end != text.npos && end > 0 && text[end - 1] == '\\') {
      end = text.find('|', end + 1);
    }
    if (end == text.npos) return false;
    head[i] = Unescape(text.substr(0, end), event_);
    text.remove_prefix(end + 1);
    if (!kNames[i].empty()) out->Attr(kNames[i], head[i]);
  }
  type_ = MessageIdOf(Meaningful(head[4]), event_);
  type_from_ = is_leef ? "event id" : "signature id";
  is_ibmi_ = IsIbmi(head[1], head[2]) || IsJournalEntry(type_);

  if (!is_leef) {
    if (!TakeGrade(head[6], "severity", out)) out->Attr("severity", head[6]);
    SplitAtKeys(text);
    return true;
  }
  char delimiter = '\t';
  if (head[0].ends_with("2.0")) {
    // `^|`, `x09|`: the delimiter of the attributes.
    const size_t end = text.find('|');
    if (end == 1) delimiter = text[0];
    if (end <= 5 && end > 1 && text.find('x') < end) {
      int code = 0;
      for (const char c : text.substr(text.find('x') + 1, 2)) {
        const char lower = AsciiLower(c);
        if (IsDigit(c)) code = code * 16 + (c - '0');
        if (lower >= 'a' && lower <= 'f') code = code * 16 + (lower - 'a' + 10);
      }
      if (code != 0) delimiter = static_cast<char>(code);
    }
    if (end <= 5) text.remove_prefix(end + 1);
  }
  if (text.find(delimiter) != text.npos) {
    Split(text, delimiter);
  } else {
    SplitAtKeys(text);  // printed with blanks
  }
  return true;
}

void PayloadDecoder::Fill(FieldWriter* out) {
  event_->SetInt(FieldId::kSource, EnumCode(EnumType::kSource, "syslog"));
  if (is_ibmi_) {
    event_->SetInt(FieldId::kSource, EnumCode(EnumType::kSource, "ibmi"));
    event_->SetInt(FieldId::kPlatform, EnumCode(EnumType::kPlatform, "ibmi"));
  }
  // An entry whose letter is not stated is still one of its type.
  const char entry[] = {type_.empty() ? ' ' : type_[0],
                        type_.size() < 2 ? ' ' : type_[1], '-'};
  const bool lacks_letter = dialect_ == kQaudjrn && type_.size() == 2;
  const MessageMeaning& meaning = MeaningOfMessage(
      lacks_letter ? std::string_view(entry, sizeof(entry)) : type_);
  out->Text(FieldId::kMessageId, type_, type_from_);
  out->Meaning(meaning, type_from_);
  if (meaning.id.starts_with("PW-")) {
    out->Int(FieldId::kAuthMethod, EnumCode(EnumType::kAuthMethod, "password"),
             type_from_);
  }

  // In the order of the table, not of the message.
  std::array<int32_t, std::size(kKeys)> places;
  places.fill(-1);
  for (size_t i = 0; i < pairs_.size(); ++i) {
    for (size_t k = 0; k < std::size(kKeys); ++k) {
      if (kKeys[k].dialect == dialect_ && kKeys[k].key == pairs_[i].key &&
          places[k] < 0) {
        places[k] = static_cast<int32_t>(i);
        break;
      }
    }
  }
  for (size_t k = 0; k < std::size(kKeys); ++k) {
    if (places[k] < 0) continue;
    Pair& pair = pairs_[static_cast<size_t>(places[k])];
    pair.moved = Take(kKeys[k], Meaningful(Unescape(pair.value, event_)), out);
  }
  out->FinishUser();
  for (const Pair& pair : pairs_) {
    if (!pair.moved) {
      out->RedactedAttr(pair.key, Unescape(pair.value, event_));
    }
  }
}

// False for what is left to the attrs.
bool PayloadDecoder::Take(const PayloadKey& key, std::string_view value,
                          FieldWriter* out) {
  if (value.empty()) return true;
  const auto text = [&](FieldId field) {
    if (event_->Has(field)) return false;
    out->RedactedText(field, value, key.key);
    return true;
  };
  switch (key.role) {
    case PayloadRole::kType:
      return true;
    case PayloadRole::kMessage:
      return text(FieldId::kMessage);
    case PayloadRole::kStamp:
      TakeStamp(value, key.key, zone_, out);
      return true;
    case PayloadRole::kStampForm:
      return false;
    case PayloadRole::kSequence:
      return text(FieldId::kEventId);
    case PayloadRole::kOffender:
      return text(FieldId::kUser);
    case PayloadRole::kJobUser: {
      constexpr int64_t kConfig = EnumCode(EnumType::kKind, "config");
      constexpr int64_t kLogin = EnumCode(EnumType::kAction, "login");
      if (event_->Int(FieldId::kKind) == kConfig) {
        return text(FieldId::kEventUser);
      }
      // Whoever failed to sign on is not the user of the job that tells of it.
      if (dialect_ == kQaudjrn && event_->Int(FieldId::kAction) == kLogin) {
        return false;
      }
      return text(FieldId::kUser);
    }
    case PayloadRole::kAddress: {
      const auto ip = ParseIp(value);
      if (!ip.has_value()) return false;
      if (event_->Has(FieldId::kSourceIp)) {
        return event_->Ip(FieldId::kSourceIp) == *ip;  // said twice
      }
      out->Ip(FieldId::kSourceIp, *ip, key.key);
      return true;
    }
    case PayloadRole::kPort:
      return !event_->Has(FieldId::kSourcePort) &&
             out->Number(FieldId::kSourcePort, value, key.key);
    case PayloadRole::kObject:
      return text(FieldId::kObject);
    case PayloadRole::kObjectType: {
      const int64_t type = ObjectTypeOfWord(value);
      out->Int(FieldId::kObjectType, type, key.key);
      return type != EnumCode(EnumType::kObjectType, "other");
    }
    case PayloadRole::kGrade:
      return TakeGrade(value, key.key, out);
    case PayloadRole::kHost:
      return text(FieldId::kHost);
  }
  return false;
}

std::span<const PayloadKey> PayloadKeys() { return kKeys; }

std::optional<FieldId> FieldOfRole(PayloadRole role) {
  switch (role) {
    case PayloadRole::kType:
      return FieldId::kMessageId;
    case PayloadRole::kMessage:
      return FieldId::kMessage;
    case PayloadRole::kStamp:
      return FieldId::kTime;
    case PayloadRole::kStampForm:
      return std::nullopt;
    case PayloadRole::kSequence:
      return FieldId::kEventId;
    case PayloadRole::kOffender:
    case PayloadRole::kJobUser:
      return FieldId::kUser;
    case PayloadRole::kAddress:
      return FieldId::kSourceIp;
    case PayloadRole::kPort:
      return FieldId::kSourcePort;
    case PayloadRole::kObject:
      return FieldId::kObject;
    case PayloadRole::kObjectType:
      return FieldId::kObjectType;
    case PayloadRole::kGrade:
      return FieldId::kLevel;
    case PayloadRole::kHost:
      return FieldId::kHost;
  }
  return std::nullopt;
}

std::optional<PayloadDialect> DetectPayload(std::string_view text) {
  if (text.starts_with("LEEF:")) return kLeef;
  if (text.starts_with("CEF:")) return kCef;
  if (text.size() > 5 && text[0] == '[' && IsUpper(text[1]) &&
      IsUpper(text[2]) && text[3] == '@') {
    return kQaudjrn;
  }
  return std::nullopt;
}

}  // namespace mqwarden
