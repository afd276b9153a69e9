// The partial matches of a key to bytes and back. What shares a prefix shares it
// again afterwards: a lane writes a match once as long as it stays the same.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mqwarden/base/bytes.h"
#include "mqwarden/engine/sequence_key.h"
#include "mqwarden/engine/state_codec.h"

namespace mqwarden {
namespace {

// How the match of an entry is written.
constexpr uint8_t kNone = 0;
constexpr uint8_t kSame = 1;  // as the one before it in the lane
constexpr uint8_t kNew = 2;

// By content, since copies of one match may have been loaded.
bool IsSame(const SequenceMatchPtr& a, const SequenceMatchPtr& b) {
  return a == b || (b != nullptr && a->first_ordinal == b->first_ordinal &&
                    a->ends == b->ends);
}

void SaveMatch(const SequenceMatchPtr& match, SequenceMatchPtr* before,
               ByteWriter* out) {
  if (match == nullptr) {
    out->U8(kNone);
  } else if (IsSame(match, *before)) {
    out->U8(kSame);
  } else {
    out->U8(kNew);
    match->Save(out);
    *before = match;
  }
}

bool LoadMatch(size_t positions, size_t captures, ByteReader* in,
               SequenceMatchPtr* before, SequenceMatchPtr* match) {
  match->reset();
  switch (in->U8()) {
    case kNone:
      return in->ok();
    case kSame:
      *match = *before;
      break;
    case kNew: {
      auto loaded = std::make_shared<SequenceMatch>();
      if (!loaded->Load(positions, captures, in)) return false;
      *before = *match = std::move(loaded);
      break;
    }
    default:
      break;
  }
  if (*match == nullptr) in->Fail();
  return in->ok();
}

}  // namespace

void SequenceKey::Save(ByteWriter* out) const {
  out->U64(newest_);
  for (const Level& level : levels_) {
    std::vector<std::string_view> keys;
    keys.reserve(level.lanes.size());
    for (const auto& [key, lane] : level.lanes) keys.push_back(key);
    std::sort(keys.begin(), keys.end());
    out->Varint(keys.size());
    for (const std::string_view key : keys) {
      out->Text(key);
      SaveLane(level.lanes.find(key)->second, out);
    }
  }
}

bool SequenceKey::Load(ByteReader* in) {
  newest_ = in->U64();
  for (size_t p = 0; p < levels_.size(); ++p) {
    Level level;
    const size_t size = LoadCount(in);
    for (size_t i = 0; i < size && in->ok(); ++i) {
      const std::string key(in->Text());
      Lane lane;
      if (!LoadLane(p, in, &lane)) return false;
      if (!level.lanes.emplace(key, std::move(lane)).second) in->Fail();
    }
    level.sweep_at = std::max<size_t>(16, 2 * level.lanes.size());
    levels_[p] = std::move(level);
  }
  return in->ok();
}

void SequenceKey::SaveLane(const Lane& lane, ByteWriter* out) {
  SequenceMatchPtr before;
  SaveMatch(lane.waiting, &before, out);
  const auto save_entry = [&](const Entry& entry) {
    SaveEvent(entry.event, out);
    out->U8(entry.starts ? 1 : 0);
    SaveMatch(entry.prefix, &before, out);
  };
  out->U8(lane.anchor.has_value() ? 1 : 0);
  if (lane.anchor.has_value()) save_entry(*lane.anchor);
  out->Varint(lane.newest.size());
  for (size_t i = 0; i < lane.newest.size(); ++i) save_entry(lane.newest[i]);
}

bool SequenceKey::LoadLane(size_t p, ByteReader* in, Lane* lane) const {
  const SequenceShape& shape = *context_.shape;
  SequenceMatchPtr before;
  if (!LoadMatch(p, shape.captures, in, &before, &lane->waiting)) return false;
  const auto load_entry = [&](Entry* entry) {
    if (!LoadEvent(in, &entry->event)) return false;
    entry->starts = in->U8() != 0;
    if (!LoadMatch(p, shape.captures, in, &before, &entry->prefix)) {
      return false;
    }
    const bool has_prefix = entry->prefix != nullptr;
    if (has_prefix != (entry->starts && p > 0)) in->Fail();
    return in->ok();
  };
  if (in->U8() != 0) {
    Entry anchor;
    if (!load_entry(&anchor) || !anchor.starts) in->Fail();
    lane->anchor = std::move(anchor);
  }
  const size_t size = LoadCount(in);
  if (size >= static_cast<size_t>(shape.positions[p].count)) in->Fail();
  for (size_t i = 0; i < size && in->ok(); ++i) {
    Entry entry;
    if (!load_entry(&entry)) return false;
    lane->newest.push_back(std::move(entry));
  }
  // What a lane keeps begins with something that starts a match.
  if (in->ok() && (lane->empty() || (p == 0 && lane->waiting != nullptr) ||
                   (!lane->anchor.has_value() && !lane->newest.empty() &&
                    !lane->newest.front().starts))) {
    in->Fail();
  }
  return in->ok();
}

}  // namespace mqwarden
