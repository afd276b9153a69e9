// What the parameters of an event mean together: whose it is, from where, what it
// changes; and the attrs, which are all the rest.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "mqwarden/ingest/connection_name.h"
#include "mqwarden/ingest/mapping.h"
#include "mqwarden/ingest/mq_event.h"
#include "mqwarden/ingest/mq_event_facts.h"
#include "mqwarden/ingest/mq_text.h"
#include "mqwarden/schema/field_catalog.h"
#include "mqwarden/schema/mq_constants.h"

namespace mqwarden {
namespace {

constexpr int64_t kQualifierCsp = 29;      // MQRQ_CSP_NOT_AUTHORIZED
constexpr size_t kTruncatedUserBytes = 12;
constexpr std::string_view kMasked = "***";
constexpr int64_t kCommandKind = EnumCode(EnumType::kKind, "command");
constexpr int64_t kChannelKind = EnumCode(EnumType::kKind, "channel");
constexpr int64_t kBlockAction = EnumCode(EnumType::kAction, "block");

consteval int64_t ObjectCode(std::string_view name) {
  return EnumCode(EnumType::kObjectType, name);
}

// Appends to a list of values, no further than an attr shows.
void AppendValue(std::string_view text, std::string* all) {
  if (all->size() > Event::kMaxAttrBytes) return;
  if (!all->empty()) *all += ',';
  *all += text.substr(0, Event::kMaxAttrBytes);
}

}  // namespace

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
    if (p.has_number && text.data() == p.text.data()) {
      if (const auto word = WordOfAuthority(p.number); !word.empty()) {
        return words_.push_back(word);
      }
    }
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
    if (p.is_bytes && !p.text.empty() && IsZeroToken(p.text)) continue;
    const std::span<const std::string_view> elements = record_->ElementsOf(p);
    Attr attr{p.key, p.text, p.number, p.has_number};
    // Blank is a fact only where an object is defined.
    const bool blank = attr.text.empty() && !attr.has_number;
    if (blank && !facts.is_definition) continue;
    if (p.is_secret && !blank) attr = {p.key, kMasked};

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
