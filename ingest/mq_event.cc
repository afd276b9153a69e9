#include "mqwarden/ingest/mq_event.h"

#include "mqwarden/base/text.h"
#include "mqwarden/ingest/connection_name.h"
#include "mqwarden/ingest/mq_text.h"
#include "mqwarden/ingest/redact.h"

namespace mqwarden {
namespace {

constexpr int64_t kQualifierCsp = 29;      // MQRQ_CSP_NOT_AUTHORIZED
constexpr size_t kTruncatedUserBytes = 12;
constexpr std::string_view kMasked = "***";

consteval int64_t KindCode(std::string_view name) {
  return EnumCode(EnumType::kKind, name);
}
constexpr int64_t kConfigKind = KindCode("config");
constexpr int64_t kCommandKind = KindCode("command");
constexpr int64_t kChannelKind = KindCode("channel");
constexpr int64_t kPerfKind = KindCode("perf");
constexpr int64_t kBlockAction = EnumCode(EnumType::kAction, "block");

consteval int64_t ObjectCode(std::string_view name) {
  return EnumCode(EnumType::kObjectType, name);
}

bool IsByteString(const MqParameter& p) {
  return p.parameter != nullptr && p.parameter->name.starts_with("MQBA");
}

bool IsSecret(std::string_view key) {
  return key.find("assword") != key.npos;
}

// Appends to a list of values, no further than an attr shows.
void AppendValue(std::string_view text, std::string* all) {
  if (all->size() > Event::kMaxAttrBytes) return;
  if (!all->empty()) *all += ',';
  *all += text.substr(0, Event::kMaxAttrBytes);
}

}  // namespace

// What the parameters said, before it is known what all of it means together.
struct MqNormalizer::Facts {
  bool is_definition = false;  // a configuration or command event
  int64_t kind = 0;
  int64_t action = 0;
  int64_t qualifier = 0;
  std::optional<int64_t> command;
  std::optional<ObjectKind> object;  // of a definition
  const MqParameter* object_type = nullptr;
  const MqParameter* qmgr = nullptr;
  const MqParameter* event_qmgr = nullptr;
  const MqParameter* checked_user = nullptr;
  const MqParameter* connection = nullptr;
  const MqParameter* options = nullptr;
  const MqParameter* queue = nullptr;
  const MqParameter* topic = nullptr;
  const MqParameter* process = nullptr;
  const MqParameter* namelist = nullptr;
  const MqParameter* subscription = nullptr;
  const MqParameter* base_object = nullptr;
  const MqParameter* object_name = nullptr;
};

bool MqNormalizer::Move(const MqParameter& p, FieldId field) {
  if (event_->Has(field)) return false;
  moved_[IndexOf(p)] = true;
  event_->SetText(field, p.text);
  if (event_->Has(field)) Note(p.key, field);
  return true;
}

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
    if (hex.find_first_of("ABCDEF") != hex.npos) {
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
      if (Move(p, FieldId::kCommandText)) {
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

void MqNormalizer::SetPeer(const Facts& facts) {
  if (facts.options != nullptr) {
    Move(*facts.options, FieldId::kAccess);
    const int64_t bits = facts.options->number;
    event_->SetInt(FieldId::kAccessMask, bits);
    Note(facts.options->key, FieldId::kAccessMask);
    const bool topic =
        event_->Has(FieldId::kObjectType) &&
        event_->Int(FieldId::kObjectType) == ObjectCode("topic");
    std::string_view words[kMaxAccessWords];
    const int count = AccessOfOpenOptions(bits, topic, words);
    event_->SetList(FieldId::kAccess, {words, static_cast<size_t>(count)});
  }
  if (facts.connection == nullptr) return;
  const auto address = AddressOfConnection(facts.connection->text);
  if (!address.has_value()) return;
  const bool outbound = event_->Has(FieldId::kXmitq) ||
                        (event_->Has(FieldId::kChannelType) &&
                         IsOutbound(event_->Int(FieldId::kChannelType)));
  const FieldId field = outbound ? FieldId::kTargetIp : FieldId::kSourceIp;
  event_->SetIp(field, *address);
  Note(facts.connection->key, field);
}

void MqNormalizer::SetUser(const Facts& facts) {
  const bool block =
      facts.kind == kChannelKind && facts.action == kBlockAction;
  const bool has_csp = event_->Has(FieldId::kCspUser);
  if (facts.checked_user != nullptr) {
    if (has_csp) {
      Move(*facts.checked_user, FieldId::kMcaUser);
    } else if (!(block && event_->Has(FieldId::kClientUser))) {
      Move(*facts.checked_user, FieldId::kUser);
    }
  }
  const auto offer = [&](FieldId field) {
    if (!event_->Has(FieldId::kUser) && event_->Has(field)) {
      event_->SetText(FieldId::kUser, event_->Text(field));
      NoteAlso(field, FieldId::kUser);
    }
  };
  offer(FieldId::kCspUser);
  if (block) offer(FieldId::kClientUser);
  if (facts.is_definition) offer(FieldId::kEventUser);
  offer(FieldId::kClientUser);
  offer(FieldId::kMcaUser);

  if (facts.qualifier == kQualifierCsp) {
    event_->SetInt(FieldId::kAuthMethod,
                   EnumCode(EnumType::kAuthMethod, "password"));
  }
  if (!event_->Has(FieldId::kUser)) return;
  const std::string_view user = event_->Text(FieldId::kUser);
  if (user.size() == kTruncatedUserBytes) {
    event_->SetInt(FieldId::kUserTruncated, 1);
  }
  const size_t at = user.find('@');
  if (at != user.npos && at > 0) {
    event_->SetText(FieldId::kUserDomain, user.substr(at + 1));
  }
}

void MqNormalizer::SetChanges(const Facts& facts) {
  if (!facts.is_definition) return;
  words_.clear();
  const bool chlauth = facts.object.has_value() &&
                       facts.object->object_type == ObjectCode("chlauth");
  for (const MqParameter& p : record_->parameters) {
    if (p.role != Role::kTargetUser && !(p.role == Role::kMcaUser && chlauth)) {
      continue;
    }
    if (!p.text.empty()) Note(p.key, FieldId::kTargetUser);
    if (p.element_count == 0) words_.push_back(p.text);
    for (const std::string_view e : record_->ElementsOf(p)) words_.push_back(e);
  }
  event_->SetList(FieldId::kTargetUser, words_);

  if (facts.kind != kCommandKind || !facts.command.has_value() ||
      !ChangesAttributes(*facts.command)) {
    return;
  }
  words_.clear();
  const std::string_view name_key =
      facts.object.has_value() ? facts.object->name_key : std::string_view();
  for (const MqParameter& p : record_->parameters) {
    if (p.in_command && !NamesObject(p.key, name_key) &&
        p.role != Role::kCommandText) {
      words_.push_back(p.key);
    }
  }
  event_->SetList(FieldId::kChanges, words_);
  if (!words_.empty()) Note("commandData", FieldId::kChanges);
}

// Adds the authorities of `p` to a list that may have some already.
void MqNormalizer::AppendAuthorities(const MqParameter& p, FieldId field) {
  words_.clear();
  if (event_->Has(field)) {
    const auto had = event_->List(field);
    words_.assign(had.begin(), had.end());
  }
  const auto add = [&](std::string_view text) {
    std::optional<int64_t> number = MqValueOfWord(MqKind::kAuthrecAuthority, text);
    if (!number.has_value()) number = ParseInteger(text);
    const std::string_view word =
        number.has_value() ? WordOfAuthority(*number) : std::string_view();
    words_.push_back(word.empty() ? text : word);
  };
  if (p.element_count == 0) add(p.text);
  for (const std::string_view element : record_->ElementsOf(p)) add(element);
  event_->SetList(field, words_);
  if (event_->Has(field)) Note(p.key, field);
}

void MqNormalizer::AddAttrs(const Facts& facts) {
  for (const MqParameter& p : record_->parameters) {
    if (moved_[IndexOf(p)]) continue;
    if (IsByteString(p) && !p.text.empty() && IsZeroToken(p.text)) continue;
    const std::span<const std::string_view> elements = record_->ElementsOf(p);
    Attr attr{p.key, p.text, p.number, p.has_number};
    // Blank is a fact only where an object is defined.
    const bool blank = attr.text.empty() && !attr.has_number;
    if (blank && !facts.is_definition) continue;
    if (IsSecret(p.key) && !blank) attr = {p.key, kMasked};

    const bool repeated = !event_->AddAttr(attr);
    const Attr* const first = repeated ? event_->FindAttr(p.key) : nullptr;
    if (repeated && first == nullptr) continue;  // there are too many attrs
    if (repeated) AppendValue(attr.text, ListOf(p.key, first->text));
    // The tokens of options stand beside their number; the first element of a
    // list is the attr itself.
    for (size_t i = p.is_list ? 1 : 0; i < elements.size(); ++i) {
      AppendValue(elements[i],
                  ListOf(p.key, p.is_list ? attr.text : std::string_view()));
    }
  }
  for (size_t i = 0; i < joined_count_; ++i) {
    scratch_ = joined_[i].name;
    scratch_ += "_list";
    event_->CopyAttr({scratch_, joined_[i].text});
  }
}

// The values of `name` joined so far; a new list begins with `first`.
std::string* MqNormalizer::ListOf(std::string_view name, std::string_view first) {
  for (size_t i = 0; i < joined_count_; ++i) {
    if (joined_[i].name == name) return &joined_[i].text;
  }
  if (joined_count_ == joined_.size()) joined_.emplace_back();
  Joined& joined = joined_[joined_count_++];
  joined.name = name;
  joined.text = first;
  return &joined.text;
}

}  // namespace mqwarden
