#include "mqwarden/ingest/event_id.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
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

constexpr FieldType kTypes[] = {
#define MQWARDEN_FIELD(id, name, type, enum_type, flags, ecs, ocsf, meaning) \
  FieldType::type,
#include "mqwarden/schema/fields.def"
#undef MQWARDEN_FIELD
};

constexpr size_t kHexDigits = 32;

// As ToHex(), without a string of its own, and two digits at a time.
constexpr auto kPairs = [] {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<char, 512> pairs{};
  for (size_t byte = 0; byte < 256; ++byte) {
    pairs[2 * byte] = kDigits[byte >> 4];
    pairs[2 * byte + 1] = kDigits[byte & 0xF];
  }
  return pairs;
}();

void WriteHex(const Hash128& hash, char* to) {
  for (const uint64_t half : {hash.hi, hash.lo}) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      std::memcpy(to, &kPairs[2 * (half >> shift & 0xFF)], 2);
      to += 2;
    }
  }
}

// Writes to a buffer that grows where it must. Its place is in a register, and not
// in memory that each value waits for.
class Writer {
 public:
  explicit Writer(std::string* buffer)
      : buffer_(*buffer),
        at_(buffer->data()),
        end_(buffer->data() + buffer->size()) {}

  std::string_view written() const {
    return {buffer_.data(), static_cast<size_t>(at_ - buffer_.data())};
  }
  void Tag(uint32_t tag) { Put(tag); }
  void Number(int64_t number) { Put(static_cast<uint64_t>(number)); }
  void Text(std::string_view text) {
    Put(static_cast<uint32_t>(text.size()));
    Bytes(text.data(), text.size());
  }
  void Bytes(const void* bytes, size_t size) {
    Reserve(size);
    std::memcpy(at_, bytes, size);
    at_ += size;
  }

 private:
  // The least byte first.
  template <typename Unsigned>
  void Put(Unsigned value) {
    Reserve(sizeof(value));
    for (size_t i = 0; i < sizeof(value); ++i) {
      at_[i] = static_cast<char>(value >> (8 * i));
    }
    at_ += sizeof(value);
  }
  void Reserve(size_t size) {
    if (static_cast<size_t>(end_ - at_) < size) Grow(size);
  }
  [[gnu::noinline]] void Grow(size_t size) {
    const auto used = static_cast<size_t>(at_ - buffer_.data());
    buffer_.resize(2 * (used + size));
    at_ = buffer_.data() + used;
    end_ = buffer_.data() + buffer_.size();
  }

  std::string& buffer_;
  char* at_;
  char* end_;
};

}  // namespace

void EventIdentity::Assign(Event* event) {
  if (event->Has(FieldId::kEventId)) return;
  const int64_t time =
      event->Has(FieldId::kTime) ? event->Int(FieldId::kTime) : 0;
  Hash128 id = Digest(*event);
  const int64_t number = SeenAt(time)[id]++;
  if (number > 0) {
    Writer out(&bytes_);
    out.Number(static_cast<int64_t>(id.hi));
    out.Number(static_cast<int64_t>(id.lo));
    out.Number(number);
    id = HashBytes128(out.written());
  }
  char hex[kHexDigits];
  WriteHex(id, hex);
  event->CopyText(FieldId::kEventId, {hex, kHexDigits});
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
  Writer out(&bytes_);
  event.ForEachPresent([&](FieldId id) {
    if (id == FieldId::kReceived || id == FieldId::kRaw) return;
    out.Tag(kTags[static_cast<size_t>(id)]);
    switch (kTypes[static_cast<size_t>(id)]) {
      case FieldType::kStr:
      case FieldType::kKw:
        out.Text(event.Text(id));
        break;
      case FieldType::kIp: {
        const auto& ip = event.Ip(id).bytes;
        out.Bytes(ip.data(), ip.size());
        break;
      }
      case FieldType::kList:
        out.Number(static_cast<int64_t>(event.List(id).size()));
        for (const std::string_view e : event.List(id)) out.Text(e);
        break;
      default:
        out.Number(event.Int(id));
        break;
    }
  });
  for (const Attr& attr : event.attrs()) {
    out.Tag(kAttrTag);
    out.Text(attr.name);
    out.Text(attr.text);
  }
  return HashBytes128(out.written());
}

}  // namespace mqwarden
