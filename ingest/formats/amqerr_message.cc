#include "mqwarden/ingest/formats/amqerr_message.h"

#include <chrono>
#include <string>

#include "mqwarden/base/hash128.h"
#include "mqwarden/base/text.h"
#include "mqwarden/ingest/connection_name.h"
#include "mqwarden/ingest/formats/field_writer.h"
#include "mqwarden/ingest/formats/message_table.h"
#include "mqwarden/ingest/mq_text.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

constexpr int64_t kConnectAction = EnumCode(EnumType::kAction, "connect");
constexpr int64_t kCommandKind = EnumCode(EnumType::kKind, "command");
constexpr Duration kExplainedWithin = std::chrono::seconds(2);
constexpr size_t kMaxChannelBytes = 20;
constexpr size_t kInsertCount = 5;

constexpr AmqFact kInserts[kInsertCount] = {
    AmqFact::kArithInsert1, AmqFact::kArithInsert2, AmqFact::kCommentInsert1,
    AmqFact::kCommentInsert2, AmqFact::kCommentInsert3};

// `QM1 [qmgr]`.
void TakeObject(std::string_view text, std::string_view from, FieldWriter* out) {
  text = Meaningful(text);
  const size_t open = text.rfind(" [");
  if (open == text.npos || !text.ends_with(']')) {
    return out->Text(FieldId::kObject, text, from);
  }
  const std::string_view type =
      text.substr(open + 2, text.size() - open - 3);
  out->Text(FieldId::kObject, text.substr(0, open), from);
  if (out->event().Has(FieldId::kObject)) {
    out->Int(FieldId::kObjectType, ObjectTypeOfWord(type), from);
  }
}

struct ActiveValue {
  std::string_view key;  // with its parenthesis
  std::optional<FieldId> field;
};
constexpr ActiveValue kActiveValues[] = {
    {"CLNTUSER(", FieldId::kClientUser}, {"MCAUSER(", FieldId::kMcaUser},
    {"SSLPEER(", FieldId::kTlsPeer},     {"QMNAME(", FieldId::kRemoteQmgr},
    {"ADDRESS(", std::nullopt},
};

const ActiveValue* FindActiveValue(std::string_view text) {
  for (const ActiveValue& value : kActiveValues) {
    if (text.starts_with(value.key)) return &value;
  }
  return nullptr;
}

bool IsChannelName(std::string_view text) {
  return text.size() <= kMaxChannelBytes && IsMqName(text);
}

// False where it is neither, and so an attr.
bool TakePeerOrChannel(std::string_view text, std::string_view from,
                       FieldWriter* out) {
  text = Meaningful(text);
  if (AddressOfConnection(text).has_value()) {
    if (out->event().Has(FieldId::kConnection)) return false;
    out->Peer(text, from);
    return true;
  }
  if (!IsChannelName(text) || out->event().Has(FieldId::kChannel)) return false;
  out->Text(FieldId::kChannel, text, from);
  return true;
}

int64_t NumberOf(std::string_view digits) {
  int64_t value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9' || value > 99'999) return 0;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

void TakeActiveValues(std::string_view text, std::string_view from,
                      FieldWriter* out) {
  text = Meaningful(text);
  while (const ActiveValue* const active = FindActiveValue(text)) {
    text.remove_prefix(active->key.size());
    size_t close = text.npos;
    size_t next = text.npos;
    for (size_t at = text.find(')'); at != text.npos;
         at = text.find(')', at + 1)) {
      close = at;
      next = text.find_first_not_of(" ,", at + 1);
      if (next == text.npos || FindActiveValue(text.substr(next)) != nullptr) {
        break;
      }
      next = text.npos;
    }
    const std::string_view value = text.substr(0, close);
    if (active->field.has_value()) {
      out->Text(*active->field, value, from);
    } else {
      out->Attr(active->key.substr(0, active->key.size() - 1), value);
    }
    if (close == text.npos || next == text.npos) return;
    text.remove_prefix(next);
  }
}

uint64_t AmqNormalizer::Fold(std::string_view text) {
  folded_.clear();
  AppendAsciiLower(text, &folded_);
  return HashBytes(folded_);
}

// A stream may hold the messages of many hosts, some without a queue manager.
uint64_t AmqNormalizer::PlaceOf(const AmqRecord& record) {
  folded_.clear();
  AppendAsciiLower(Meaningful(record[AmqFact::kQmgr]), &folded_);
  folded_ += '\n';
  AppendAsciiLower(Meaningful(record[AmqFact::kHost]), &folded_);
  return HashBytes(folded_);
}

void AmqNormalizer::Remember(const AmqRecord& record, const Event& event) {
  if (!event.Has(FieldId::kTime)) return;
  if (refusals_.size() == kMaxRefusals) refusals_.pop_front();
  Refusal refusal;
  refusal.time = event.time();
  refusal.has_user = event.Has(FieldId::kUser);
  refusal.place = PlaceOf(record);
  if (refusal.has_user) refusal.user = Fold(event.Text(FieldId::kUser));
  refusals_.push_back(refusal);
}

// Whether a refusal of the same queue manager and user stands at most two seconds
// before. It then explains no further message: two refusals have two.
bool AmqNormalizer::Explained(const AmqRecord& record, std::string_view user,
                              std::string_view csp_user) {
  if (!record.time.has_value()) return false;
  while (!refusals_.empty() &&
         SaturatingSub(*record.time, refusals_.front().time) >
             kExplainedWithin) {
    refusals_.pop_front();
  }
  const uint64_t place = PlaceOf(record);
  const uint64_t first = Fold(user);
  const uint64_t second = Fold(csp_user);
  auto found = refusals_.end();
  for (auto it = refusals_.begin(); it != refusals_.end(); ++it) {
    const Duration apart = SaturatingSub(*record.time, it->time);
    if (it->place != place || apart < Duration(0) || apart > kExplainedWithin) {
      continue;
    }
    if (it->has_user) {
      const bool same = (!user.empty() && it->user == first) ||
                        (!csp_user.empty() && it->user == second);
      if (!same) continue;
      found = it;
      break;
    }
    // One without a user serves if none has the right one.
    if (found == refusals_.end()) found = it;
  }
  if (found == refusals_.end()) return false;
  refusals_.erase(found);
  return true;
}

void AmqNormalizer::Normalize(const AmqRecord& record, const AmqFactNames& names,
                              Event* event, Provenance* provenance) {
  const auto name = [&names](AmqFact fact) {
    return names[static_cast<size_t>(fact)];
  };
  FieldWriter out(event, provenance);
  const auto text = [&](FieldId field, AmqFact fact) {
    out.Text(field, record[fact], name(fact));
  };
  const auto attr = [&](AmqFact fact) { out.Attr(name(fact), record[fact]); };

  event->SetInt(FieldId::kSource, record.source);
  event->set_infers_channel_type(true);
  std::string_view id = record[AmqFact::kId];
  char letter = 0;
  if (const auto size = LeadingAmqId(id, &letter)) {
    if (letter != 0) {
      out.Int(FieldId::kLevel, *LevelOfLetter(letter), name(AmqFact::kId));
    }
    id = id.substr(0, *size - (letter != 0 ? 1 : 0));
  }
  out.Text(FieldId::kMessageId, id, name(AmqFact::kId));
  const MessageMeaning& meaning = MeaningOfMessage(id);

  if (record.time.has_value()) {
    out.At(*record.time, record.time_quality, name(AmqFact::kTime));
  }
  text(FieldId::kQmgr, AmqFact::kQmgr);
  text(FieldId::kHost, AmqFact::kHost);
  text(FieldId::kMqVersion, AmqFact::kVersion);
  attr(AmqFact::kInstallation);
  attr(AmqFact::kProcess);

  const bool is_command = meaning.kind == kCommandKind;
  if (is_command) {
    text(FieldId::kApp, AmqFact::kProgram);
    text(FieldId::kEventUser, AmqFact::kUser);
    const std::string_view process = record[AmqFact::kProcess];
    out.Number(FieldId::kPid, process.substr(0, process.find('.')),
               name(AmqFact::kProcess));
    // The text repeats the command.
    out.RedactedText(FieldId::kMessage, record[AmqFact::kMessage],
                     name(AmqFact::kMessage));
  } else {
    attr(AmqFact::kProgram);
    attr(AmqFact::kUser);
    text(FieldId::kMessage, AmqFact::kMessage);
  }

  // What the system saw of the partner is surer than an insert.
  const std::string_view remote = Meaningful(record[AmqFact::kRemoteHost]);
  if (!remote.empty()) {
    if (const auto ip = AddressOfConnection(remote)) {
      out.Ip(FieldId::kSourceIp, *ip, name(AmqFact::kRemoteHost));
    }
  }

  bool connects = meaning.action == kConnectAction;
  int64_t reason = meaning.reason;
  // The third first: where the place is open, most have the channel there.
  constexpr size_t kOrder[kInsertCount] = {0, 1, 4, 2, 3};
  bool taken[kInsertCount] = {};
  for (const size_t i : kOrder) {
    const std::string_view value = Meaningful(record[kInserts[i]]);
    const std::string_view from = name(kInserts[i]);
    if (value.empty()) continue;
    taken[i] = true;
    switch (meaning.inserts[i]) {
      case Insert::kAttr:
        taken[i] = false;
        break;
      case Insert::kUser:
        out.User(value, from);
        break;
      case Insert::kCspUser:
        out.Text(FieldId::kCspUser, value, from);
        break;
      case Insert::kChannel:
        out.Text(FieldId::kChannel, value, from);
        break;
      case Insert::kPeer:
        out.Peer(value, from);
        break;
      case Insert::kPeerOrChannel:
        taken[i] = TakePeerOrChannel(value, from, &out);
        break;
      case Insert::kActiveValues:
        TakeActiveValues(value, from, &out);
        break;
      case Insert::kObject:
        TakeObject(value, from, &out);
        break;
      case Insert::kAccess: {
        words_.clear();
        for (std::string_view rest = value; !rest.empty();) {
          const size_t slash = rest.find('/');
          const std::string_view word = Meaningful(rest.substr(0, slash));
          if (!word.empty() && words_.size() < 64) words_.push_back(word);
          if (word == "connect") connects = true;
          if (slash == rest.npos) break;
          rest.remove_prefix(slash + 1);
        }
        out.List(FieldId::kAccess, words_, from);
        break;
      }
      case Insert::kReason:
        taken[i] = NumberOf(value) != 0;
        if (taken[i]) reason = NumberOf(value);
        break;
      case Insert::kCommandName:
        out.Text(FieldId::kCommandName, value, from);
        break;
      case Insert::kCommandText:
        out.RedactedText(FieldId::kCommandText, value, from);
        break;
    }
  }
  out.Text(FieldId::kConnection, remote, name(AmqFact::kRemoteHost));

  const std::string_view checked =
      event->Has(FieldId::kUser) ? event->Text(FieldId::kUser) : "";
  const std::string_view csp =
      event->Has(FieldId::kCspUser) ? event->Text(FieldId::kCspUser) : "";
  constexpr int64_t kNotAuthorized = 2035;
  if (meaning.companion == Companion::kExplained && reason == kNotAuthorized &&
      Explained(record, checked, csp)) {
    out.Meaning(DiagnosticMeaning(), name(AmqFact::kId));
    taken[1] = false;
  } else {
    out.Meaning(meaning, name(AmqFact::kId));
    if (connects) event->SetInt(FieldId::kAction, kConnectAction);
    if (reason != meaning.reason) {
      out.Reason(reason, name(AmqFact::kArithInsert2));
    }
  }
  out.FinishUser();
  for (size_t i = 0; i < kInsertCount; ++i) {
    // The user that another one has taken the place of.
    if (meaning.inserts[i] == Insert::kUser && event->Has(FieldId::kUser) &&
        event->Text(FieldId::kUser) != Meaningful(record[kInserts[i]])) {
      taken[i] = false;
    }
    if (!taken[i]) out.RedactedAttr(name(kInserts[i]), record[kInserts[i]]);
  }
  if (meaning.companion == Companion::kExplains) Remember(record, *event);
}

}  // namespace mqwarden
