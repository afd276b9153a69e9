#include "mqwarden/ingest/event_id.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>
#include <utility>

#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

// A stable number for each field, so that a field added to the catalogue leaves
// the ids of events without it as they are.
consteval uint32_t TagOf(std::string_view name) {
  uint32_t hash = 2166136261u;  // FNV-1a
  for (const char c : name) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  }
  return hash;
}

constexpr uint32_t kTags[] = {
#define MQWARDEN_FIELD(id, name, type, enum_type, flags, ecs, ocsf, meaning) \
  TagOf(name),
#include "mqwarden/schema/fields.def"
#undef MQWARDEN_FIELD
};

constexpr uint32_t kAttrTag = TagOf("attr.");

}  // namespace

void EventIdentity::Assign(Event* event) {
  if (event->Has(FieldId::kEventId)) return;
  const int64_t time =
      event->Has(FieldId::kTime) ? event->Int(FieldId::kTime) : 0;
  Hash128 id = Digest(*event);
  const int64_t number = SeenAt(time)[id]++;
  if (number > 0) {
    bytes_.clear();
    PutNumber(static_cast<int64_t>(id.hi));
    PutNumber(static_cast<int64_t>(id.lo));
    PutNumber(number);
    id = HashBytes128(bytes_);
  }
  event->CopyText(FieldId::kEventId, ToHex(id));
}

EventIdentity::Seen& EventIdentity::SeenAt(int64_t time) {
  if (time == time_) return seen_;
  if (disorder_ > Duration::zero()) {
    if (!seen_.empty()) others_[time_].swap(seen_);
    int64_t newest = std::max(time, time_);
    if (!others_.empty()) newest = std::max(newest, others_.rbegin()->first);
    others_.erase(others_.begin(), others_.lower_bound(SaturatingSub(
                                       newest, disorder_.count())));
  }
  seen_.clear();
  time_ = time;
  if (const auto found = others_.find(time); found != others_.end()) {
    seen_ = std::move(found->second);
    others_.erase(found);
  }
  return seen_;
}

void EventIdentity::Save(ByteWriter* out) const {
  out->I64(time_);
  std::map<int64_t, const Seen*> all;
  for (const auto& [time, seen] : others_) all.emplace(time, &seen);
  all.emplace(time_, &seen_);
  out->Varint(all.size());
  for (const auto& [time, seen] : all) {
    out->I64(time);
    const std::map<Hash128, int64_t> sorted(seen->begin(), seen->end());
    out->Varint(sorted.size());
    for (const auto& [digest, count] : sorted) {
      out->U64(digest.hi);
      out->U64(digest.lo);
      out->I64(count);
    }
  }
}

void EventIdentity::Load(ByteReader* in) {
  time_ = in->I64();
  seen_.clear();
  others_.clear();
  for (uint64_t times = in->Varint(); times > 0 && in->ok(); --times) {
    const int64_t time = in->I64();
    Seen& seen = time == time_ ? seen_ : others_[time];
    for (uint64_t size = in->Varint(); size > 0 && in->ok(); --size) {
      Hash128 digest;
      digest.hi = in->U64();
      digest.lo = in->U64();
      seen[digest] = in->I64();
    }
  }
}

// Covers the collector too, which keeps those of different collectors apart. The
// order of attrs counts: it is that of the record.
//
// Every field is its tag and its value, every text its size and its bytes, so
// that different events never give the same bytes.
Hash128 EventIdentity::Digest(const Event& event) {
  bytes_.clear();
  for (const FieldInfo& field : AllFields()) {
    if (!event.Has(field.id) || field.id == FieldId::kReceived ||
        field.id == FieldId::kRaw) {
      continue;
    }
    PutTag(kTags[static_cast<size_t>(field.id)]);
    switch (field.type) {
      case FieldType::kStr:
      case FieldType::kKw:
        PutText(event.Text(field.id));
        break;
      case FieldType::kIp: {
        const auto& ip = event.Ip(field.id).bytes;
        bytes_.append(reinterpret_cast<const char*>(ip.data()), ip.size());
        break;
      }
      case FieldType::kList:
        PutNumber(static_cast<int64_t>(event.List(field.id).size()));
        for (const std::string_view e : event.List(field.id)) PutText(e);
        break;
      default:
        PutNumber(event.Int(field.id));
        break;
    }
  }
  for (const Attr& attr : event.attrs()) {
    PutTag(kAttrTag);
    PutText(attr.name);
    PutText(attr.text);
  }
  return HashBytes128(bytes_);
}

void EventIdentity::PutTag(uint32_t tag) {
  char bytes[4];
  for (size_t i = 0; i < sizeof(bytes); ++i) {
    bytes[i] = static_cast<char>(tag >> (8 * i));
  }
  bytes_.append(bytes, sizeof(bytes));
}

void EventIdentity::PutNumber(int64_t number) {
  char bytes[8];
  for (size_t i = 0; i < sizeof(bytes); ++i) {
    bytes[i] = static_cast<char>(static_cast<uint64_t>(number) >> (8 * i));
  }
  bytes_.append(bytes, sizeof(bytes));
}

void EventIdentity::PutText(std::string_view text) {
  PutTag(static_cast<uint32_t>(text.size()));
  bytes_.append(text);
}

}  // namespace mqwarden
