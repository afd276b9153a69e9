#include "mqwarden/schema/event.h"

#include <cstring>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "mqwarden/base/check.h"
#include "mqwarden/base/text.h"

namespace mqwarden {
namespace {

// A character of UTF-8 has at most three bytes after its first.
constexpr int kMaxContinuationBytes = 3;

bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// `text`, or its head of at most `limit` bytes that ends with a character. Where
// the bytes are no UTF-8 the head has `limit` bytes.
std::string_view CutAtCharacter(std::string_view text, size_t limit) {
  if (text.size() <= limit) return text;
  size_t end = limit;
  for (int i = 0; i < kMaxContinuationBytes && end > 0; ++i) {
    if (!IsContinuation(text[end])) break;
    --end;
  }
  if (IsContinuation(text[end])) end = limit;
  return text.substr(0, end);
}

bool StartsWithFolded(std::string_view text, std::string_view head) {
  return text.size() >= head.size() &&
         EqualsIgnoreAsciiCase(text.substr(0, head.size()), head);
}

template <size_t kCount>
bool IsOneOfFolded(std::string_view text,
                   const std::string_view (&names)[kCount]) {
  for (const std::string_view name : names) {
    if (EqualsIgnoreAsciiCase(text, name)) return true;
  }
  return false;
}

constexpr std::string_view kAdminUsers[] = {
    "mqm", "musr_mqadmin", "qmqm", "qsecofr", "system", "root",
    "administrator"};

constexpr std::string_view kReplyModels[] = {
    "SYSTEM.DEFAULT.MODEL.QUEUE", "SYSTEM.MQEXPLORER.REPLY.MODEL",
    "SYSTEM.JMS.MODEL.QUEUE", "SYSTEM.COMMAND.REPLY.MODEL"};

}  // namespace

Event::Event(Event&& other) noexcept
    : present_(other.present_),
      slots_(other.slots_),
      attrs_(std::move(other.attrs_)),
      attrs_dropped_(other.attrs_dropped_),
      sequence_(other.sequence_),
      infers_channel_type_(other.infers_channel_type_),
      arena_(std::move(other.arena_)) {
  other.Clear();
}

Event& Event::operator=(Event&& other) noexcept {
  if (this == &other) return *this;
  present_ = other.present_;
  slots_ = other.slots_;
  attrs_ = std::move(other.attrs_);
  attrs_dropped_ = other.attrs_dropped_;
  sequence_ = other.sequence_;
  infers_channel_type_ = other.infers_channel_type_;
  arena_ = std::move(other.arena_);
  other.Clear();
  return *this;
}

void Event::Clear() {
  present_.fill(0);
  attrs_.clear();
  attrs_dropped_ = 0;
  sequence_ = 0;
  infers_channel_type_ = false;
  arena_.Reset();
}

void Event::CopyFrom(const Event& other) {
  MQWARDEN_DCHECK(this != &other, "an event is copied from another one");
  Clear();
  present_ = other.present_;
  slots_ = other.slots_;
  attrs_ = other.attrs_;
  attrs_dropped_ = other.attrs_dropped_;
  sequence_ = other.sequence_;
  infers_channel_type_ = other.infers_channel_type_;

  // First the size of all that the views point to, then one block: the arrays of
  // the lists, which need alignment, and after them the bytes of the texts.
  size_t text_bytes = 0;
  size_t list_elements = 0;
  ForEachPresent([&](FieldId f) {
    const FieldType type = GetField(f).type;
    if (type == FieldType::kStr || type == FieldType::kKw) {
      text_bytes += Text(f).size();
    } else if (type == FieldType::kList) {
      list_elements += List(f).size();
      for (const std::string_view e : List(f)) text_bytes += e.size();
    }
  });
  for (const Attr& attr : attrs_) {
    text_bytes += attr.name.size() + attr.text.size();
  }
  const size_t list_bytes = list_elements * sizeof(std::string_view);
  if (text_bytes + list_bytes == 0) return;
  char* const block =
      arena_.Allocate(list_bytes + text_bytes, alignof(std::string_view));
  auto* next_element = reinterpret_cast<std::string_view*>(block);
  char* next_byte = block + list_bytes;
  const auto own = [&next_byte](std::string_view text) {
    if (!text.empty()) std::memcpy(next_byte, text.data(), text.size());
    const std::string_view copy(next_byte, text.size());
    next_byte += text.size();
    return copy;
  };

  ForEachPresent([&](FieldId f) {
    const FieldType type = GetField(f).type;
    if (type == FieldType::kStr || type == FieldType::kKw) {
      SetText(f, own(Text(f)));
    } else if (type == FieldType::kList) {
      std::string_view* const elements = next_element;
      for (const std::string_view e : List(f)) {
        new (next_element++) std::string_view(own(e));
      }
      PutList(f, {elements, next_element});
    }
  });
  for (Attr& attr : attrs_) {
    attr.name = own(attr.name);
    attr.text = own(attr.text);
  }
}

const Attr* Event::FindAttr(std::string_view name) const {
  for (const Attr& attr : attrs_) {
    if (attr.name == name) return &attr;
  }
  return nullptr;
}

bool Event::ComputedBool(FieldId f) const {
  switch (f) {
    case FieldId::kIsAdminUser:
      return Has(FieldId::kUser) &&
             IsOneOfFolded(Text(FieldId::kUser), kAdminUsers);
    case FieldId::kIsSystemObject:
      return Has(FieldId::kObject) &&
             StartsWithFolded(Text(FieldId::kObject), "SYSTEM.") &&
             !StartsWithFolded(Text(FieldId::kObject), "SYSTEM.DEFAULT.");
    case FieldId::kIsReplyModel:
      return Has(FieldId::kObject) &&
             IsOneOfFolded(Text(FieldId::kObject), kReplyModels);
    default:
      MQWARDEN_CHECK(false, "only computed fields are computed");
      return false;
  }
}

std::span<std::string_view> Event::Deduplicate(
    std::span<const std::string_view> elements) {
  // Comparing each with each is best for the lists that events have, and bounded
  // by the hash set for those of a hostile source.
  constexpr size_t kCompareAll = 16;
  auto* const kept = reinterpret_cast<std::string_view*>(arena_.Allocate(
      elements.size() * sizeof(std::string_view), alignof(std::string_view)));
  size_t size = 0;
  absl::flat_hash_set<std::string_view, FoldedHash, FoldedEq> seen;
  for (const std::string_view element : elements) {
    if (element.empty()) continue;
    bool repeated = false;
    if (elements.size() > kCompareAll) {
      repeated = !seen.insert(element).second;
    } else {
      for (size_t i = 0; i < size && !repeated; ++i) {
        repeated = EqualsIgnoreAsciiCase(kept[i], element);
      }
    }
    if (!repeated) new (&kept[size++]) std::string_view(element);
  }
  return {kept, size};
}

void Event::PutList(FieldId f, std::span<const std::string_view> kept) {
  if (kept.empty()) return Unset(f);
  present_[Word(f)] |= Bit(f);
  slots_[static_cast<size_t>(f)].list = {kept.data(), kept.size()};
}

void Event::SetList(FieldId f, std::span<const std::string_view> elements) {
  PutList(f, Deduplicate(elements));
}

void Event::CopyList(FieldId f, std::span<const std::string_view> elements) {
  const std::span<std::string_view> kept = Deduplicate(elements);
  for (std::string_view& element : kept) element = Keep(element);
  PutList(f, kept);
}

bool Event::PutAttr(const Attr& attr, bool copy) {
  if (attr.name.empty() || attr.name.size() > kMaxAttrBytes) {
    ++attrs_dropped_;
    return false;
  }
  if (FindAttr(attr.name) != nullptr) return false;
  if (attrs_.size() == kMaxAttrs) {
    ++attrs_dropped_;
    return false;
  }
  Attr& put = attrs_.emplace_back(attr);
  put.text = CutAtCharacter(attr.text, kMaxAttrBytes);
  if (copy) {
    put.name = Keep(put.name);
    put.text = Keep(put.text);
  }
  return true;
}

bool Event::AddAttr(const Attr& attr) { return PutAttr(attr, /*copy=*/false); }

bool Event::CopyAttr(const Attr& attr) { return PutAttr(attr, /*copy=*/true); }

bool ComesBefore(const Event& a, const Event& b) {
  const int64_t time_a = a.Int(FieldId::kTime);
  const int64_t time_b = b.Int(FieldId::kTime);
  if (time_a != time_b) return time_a < time_b;
  const auto collector = [](const Event& e) {
    return e.Has(FieldId::kCollector) ? e.Text(FieldId::kCollector)
                                      : std::string_view();
  };
  const int order = collector(a).compare(collector(b));
  if (order != 0) return order < 0;
  return a.sequence() < b.sequence();
}

}  // namespace mqwarden
