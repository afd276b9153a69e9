#include "mqwarden/ingest/mq_event.h"

#include "mqwarden/base/text.h"
#include "mqwarden/ingest/mq_event_facts.h"
#include "mqwarden/ingest/mq_text.h"
#include "mqwarden/ingest/redact.h"

namespace mqwarden {
namespace {

consteval int64_t KindCode(std::string_view name) {
  return EnumCode(EnumType::kKind, name);
}
constexpr int64_t kConfigKind = KindCode("config");
constexpr int64_t kCommandKind = KindCode("command");
constexpr int64_t kPerfKind = KindCode("perf");

consteval int64_t ObjectCode(std::string_view name) {
  return EnumCode(EnumType::kObjectType, name);
}

// Whether a digit of hexadecimal is in upper case.
bool HasUpperHex(std::string_view text) {
  for (const char c : text) {
    if (c >= 'A' && c <= 'F') return true;
  }
  return false;
}

}  // namespace

void MqNormalizer::NoteAlso(FieldId from, FieldId to) {
  if (provenance_ == nullptr) return;
  for (size_t i = 0; i < provenance_->filled.size(); ++i) {
    if (provenance_->filled[i].second != from) continue;
    return provenance_->Note(std::string(provenance_->filled[i].first), to);
  }
}

void MqNormalizer::NoteHeader(const MqHeaderNames& names, const Facts& facts) {
  const auto note = [this](std::string_view from, FieldId field) {
    if (event_->Has(field)) Note(from, field);
  };
  note(names.time, FieldId::kTime);
  note(names.reason, FieldId::kReason);
  note(names.reason, FieldId::kReasonName);
  note(names.event_class, FieldId::kEventClass);
  note(names.object_state, FieldId::kObjectState);
  note(names.correlation, FieldId::kCorrelation);
  std::string decided(record_->reason != 0 ? names.reason : names.event_class);
  if (facts.qualifier != 0) decided += ", reasonQualifier";
  for (const FieldId field :
       {FieldId::kKind, FieldId::kAction, FieldId::kOutcome}) {
    note(decided, field);
  }
}

void MqNormalizer::Normalize(const MqRecord& record, Event* event,
                             Provenance* provenance,
                             const MqHeaderNames& names) {
  record_ = &record;
  event_ = event;
  provenance_ = provenance;
  moved_.assign(record.parameters.size(), false);
  joined_count_ = 0;

  Facts facts;
  for (const MqParameter& p : record.parameters) {
    if (p.in_command) continue;
    if (p.role == Role::kQualifier && p.has_number && facts.qualifier == 0) {
      facts.qualifier = p.number;
    } else if (p.role == Role::kCommand && p.has_number &&
               !facts.command.has_value()) {
      facts.command = p.number;
    } else if (p.role == Role::kObjectType && facts.object_type == nullptr) {
      facts.object_type = &p;
    }
  }
  const Derivation meaning =
      Derive(record.event_class, record.reason, facts.qualifier);
  facts.kind = meaning.kind;
  facts.action = meaning.action;
  facts.is_definition =
      meaning.kind == kConfigKind || meaning.kind == kCommandKind;
  if (meaning.kind == kConfigKind && facts.object_type != nullptr &&
      facts.object_type->has_number) {
    facts.object = ObjectKindOfType(facts.object_type->number);
  } else if (meaning.kind == kCommandKind && facts.command.has_value()) {
    facts.object = ObjectKindOfCommand(*facts.command);
  }

  event->SetInt(FieldId::kSource, record.source);
  if (record.time.has_value()) {
    event->SetTime(*record.time);
    event->SetInt(FieldId::kTimeQuality,
                  EnumCode(EnumType::kTimeQuality, "exact"));
  }
  event->SetInt(FieldId::kKind, meaning.kind);
  event->SetInt(FieldId::kAction, meaning.action);
  event->SetInt(FieldId::kOutcome, meaning.outcome);
  if (record.reason != 0) {
    event->SetInt(FieldId::kReason, record.reason);
    event->SetText(FieldId::kReasonName,
                   MqConstantName(MqKind::kReason, record.reason));
  }
  if (record.event_class != 0) {
    event->SetInt(FieldId::kEventClass, record.event_class);
  }
  SetEnum(FieldId::kObjectState, record.object_state);
  if (!IsZeroToken(record.correlation)) {
    event->SetText(FieldId::kCorrelation, record.correlation);
  }

  if (provenance_ != nullptr) NoteHeader(names, facts);

  for (const MqParameter& p : record.parameters) TakeParameter(p, &facts);
  NameQmgr(facts);
  if (event->Has(FieldId::kQmgr) && !record.qmgr.empty() &&
      event->Text(FieldId::kQmgr).data() == record.qmgr.data()) {
    // It stands in no parameter, and what does is not taken.
    if (provenance_ != nullptr) {
      std::erase_if(provenance_->filled, [](const auto& note) {
        return note.second == FieldId::kQmgr;
      });
    }
    Note(names.qmgr, FieldId::kQmgr);
  }
  NameObject(&facts);
  SetPeer(facts);
  SetUser(facts);
  SetChanges(facts);
  AddAttrs(facts);
  if (event->Has(FieldId::kCorrelation)) {
    // The case of hex digits differs between programs and means nothing.
    const std::string_view hex = event->Text(FieldId::kCorrelation);
    if (HasUpperHex(hex)) {
      scratch_.clear();
      AppendAsciiLower(hex, &scratch_);
      event->CopyText(FieldId::kCorrelation, scratch_);
    }
  }
  event->set_infers_channel_type(true);
}

void MqNormalizer::TakeParameter(const MqParameter& p, Facts* facts) {
  // What means the same in every event.
  switch (p.role) {
    case Role::kEventQmgr:
      if (Move(p, FieldId::kOriginQmgr)) facts->event_qmgr = &p;
      return;
    case Role::kEventUser:
      Move(p, FieldId::kEventUser);
      return;
    case Role::kEventAppName:
      Move(p, FieldId::kApp);
      return;
    case Role::kEventAppType:
      Move(p, FieldId::kAppType);
      return;
    case Role::kOrigin:
      if (Move(p, FieldId::kOrigin)) {
        event_->SetInt(FieldId::kOrigin, OriginOf(p.has_number ? p.number : 0));
      }
      return;
    case Role::kCommand:
      if (!p.in_command && Move(p, FieldId::kCommandName) && p.has_number) {
        event_->SetInt(FieldId::kCommand, p.number);
        Note(p.key, FieldId::kCommand);
      }
      return;
    case Role::kCommandText:
      if (Move(p, FieldId::kCommandText) && MayHoldPassword(p.text)) {
        event_->CopyText(FieldId::kCommandText, RedactPasswords(p.text));
      }
      return;
    case Role::kChannelType:
      if (p.has_number && !event_->Has(FieldId::kChannelType)) {
        SetEnum(FieldId::kChannelType, ChannelTypeOf(p.number));
        if (event_->Has(FieldId::kChannelType)) {
          Note(p.key, FieldId::kChannelType);
        }
        if (event_->Has(FieldId::kChannelType) && !facts->is_definition) {
          moved_[IndexOf(p)] = true;
        }
      }
      return;
    case Role::kQmgr:
      if (facts->qmgr != nullptr) return;
      facts->qmgr = &p;
      if (!facts->is_definition) Move(p, FieldId::kQmgr);
      return;
    default:
      break;
  }

  if (facts->is_definition) {
    switch (p.role) {
      case Role::kTlsCipher:
        event_->SetText(FieldId::kTlsCipher, p.text);
        if (!p.text.empty()) Note(p.key, FieldId::kTlsCipher);
        return;
      case Role::kAuthorities:
      case Role::kAddedAuthorities:
        return AppendAuthorities(p, FieldId::kGranted);
      case Role::kRemovedAuthorities:
        return AppendAuthorities(p, FieldId::kRevoked);
      default:
        return;
    }
  }

  // The first of equal parameters holds.
  const auto first = [&p](const MqParameter** fact) {
    if (*fact == nullptr) *fact = &p;
  };
  switch (p.role) {
    case Role::kQualifier:
      if (!Move(p, FieldId::kReasonQualifierName) || !p.has_number) return;
      event_->SetInt(FieldId::kReasonQualifier, p.number);
      Note(p.key, FieldId::kReasonQualifier);
      event_->SetText(FieldId::kReasonQualifierName,
                      MqConstantName(MqKind::kReasonQualifier, p.number));
      return;
    case Role::kConnTag:
      if (IsZeroToken(p.text)) {
        moved_[IndexOf(p)] = true;
      } else {
        Move(p, FieldId::kCorrelation);
      }
      return;
    case Role::kConnection:
      if (Move(p, FieldId::kConnection)) facts->connection = &p;
      return;
    case Role::kOpenOptions:
      if (p.has_number) first(&facts->options);
      return;
    case Role::kCheckedUser:
      return first(&facts->checked_user);
    case Role::kQueue:
      return first(&facts->queue);
    case Role::kTopic:
      return first(&facts->topic);
    case Role::kProcess:
      return first(&facts->process);
    case Role::kNamelist:
      return first(&facts->namelist);
    case Role::kSubscription:
      return first(&facts->subscription);
    case Role::kBaseObject:
      return first(&facts->base_object);
    case Role::kObjectName:
      return first(&facts->object_name);
    default:
      if (const auto field = PlainField(p.role)) Move(p, *field);
      return;
  }
}

// The name in the event data is the queue manager that raised the event; the one
// of the message is where it was read, which a remote queue can make another.
// Logger events have been seen with garbage behind the name.
void MqNormalizer::NameQmgr(const Facts& facts) {
  const std::string_view stated =
      facts.qmgr == nullptr ? std::string_view() : facts.qmgr->text;
  const std::string_view entered =
      facts.event_qmgr == nullptr ? std::string_view() : facts.event_qmgr->text;
  std::string_view qmgr = facts.is_definition ? std::string_view() : stated;
  if (!IsMqName(qmgr) && !record_->qmgr.empty()) qmgr = record_->qmgr;
  if (qmgr.empty()) qmgr = entered;
  if (qmgr.empty()) qmgr = stated;
  if (!IsMqName(qmgr) && !LeadingName(qmgr).empty()) qmgr = LeadingName(qmgr);
  event_->SetText(FieldId::kQmgr, qmgr);
  if (facts.event_qmgr != nullptr && !qmgr.empty() &&
      qmgr.data() == entered.data()) {
    Note(facts.event_qmgr->key, FieldId::kQmgr);
  } else if (facts.qmgr != nullptr && facts.is_definition && !qmgr.empty() &&
             qmgr.data() == stated.data()) {
    Note(facts.qmgr->key, FieldId::kQmgr);
  }
  if (!EqualsIgnoreAsciiCase(qmgr, entered)) return;
  event_->Unset(FieldId::kOriginQmgr);
  if (provenance_ != nullptr) {
    std::erase_if(provenance_->filled, [](const auto& note) {
      return note.second == FieldId::kOriginQmgr;
    });
  }
}

void MqNormalizer::NameObject(Facts* facts) {
  if (facts->is_definition) {
    if (facts->kind == kConfigKind && facts->object_type != nullptr &&
        facts->object.has_value()) {
      moved_[IndexOf(*facts->object_type)] = true;
    }
    if (!facts->object.has_value()) return;
    const int64_t type = facts->object->object_type;
    event_->SetInt(FieldId::kObjectType, type);
    Note(facts->kind == kConfigKind ? "objectType" : "command",
         FieldId::kObjectType);
    for (const MqParameter& p : record_->parameters) {
      if (p.key == facts->object->name_key) {
        Move(p, FieldId::kObject);
        break;
      }
    }
    if (!event_->Has(FieldId::kObject)) {
      if (type == ObjectCode("qmgr") && event_->Has(FieldId::kQmgr)) {
        event_->SetText(FieldId::kObject, event_->Text(FieldId::kQmgr));
        NoteAlso(FieldId::kQmgr, FieldId::kObject);
      } else if (event_->Has(FieldId::kCommandText)) {
        event_->SetText(FieldId::kObject,
                        NameInMqsc(event_->Text(FieldId::kCommandText)));
        NoteAlso(FieldId::kCommandText, FieldId::kObject);
      }
    }
    if (type == ObjectCode("channel") && event_->Has(FieldId::kObject) &&
        IsMqName(event_->Text(FieldId::kObject))) {
      event_->SetText(FieldId::kChannel, event_->Text(FieldId::kObject));
      NoteAlso(FieldId::kObject, FieldId::kChannel);
    }
    return;
  }

  const auto take = [&](const MqParameter* p, int64_t type) {
    if (p == nullptr || p->text.empty() || event_->Has(FieldId::kObject)) return;
    Move(*p, FieldId::kObject);
    event_->SetInt(FieldId::kObjectType, type);
    Note(p->key, FieldId::kObjectType);
  };
  if (facts->kind == kPerfKind) take(facts->base_object, ObjectCode("queue"));
  take(facts->queue, ObjectCode("queue"));
  take(facts->topic, ObjectCode("topic"));
  take(facts->process, ObjectCode("process"));
  take(facts->namelist, ObjectCode("namelist"));
  take(facts->subscription, ObjectCode("subscription"));
  take(facts->object_name, ObjectCode("other"));
  if (facts->object_type != nullptr && facts->object_type->has_number) {
    if (const auto kind = ObjectKindOfType(facts->object_type->number)) {
      moved_[IndexOf(*facts->object_type)] = true;
      event_->SetInt(FieldId::kObjectType, kind->object_type);
    }
  }
}

}  // namespace mqwarden
