#include "mqwarden/ingest/lateness.h"

#include <algorithm>

namespace mqwarden {
namespace {

// A source whose latest event is no farther from the wall clock is live, and the wall
// clock is one to go by.
constexpr Duration kNear = std::chrono::hours(24);

void SaveTime(const std::optional<Time>& time, ByteWriter* out) {
  out->U8(time.has_value() ? 1 : 0);
  if (time) out->I64(time->time_since_epoch().count());
}

std::optional<Time> LoadTime(ByteReader* in) {
  const uint8_t has = in->U8();
  if (has > 1) in->Fail();
  if (has != 1) return std::nullopt;
  return Time(Duration(in->I64()));
}

}  // namespace

Lateness::Place Lateness::PlaceOf(Time time, Time wall) const {
  const std::optional<Time> from = watermark();
  if (from && time < *from) return Place::kLate;
  const bool is_future = time > SaturatingAdd(wall, options_.future);
  if (!latest_) return is_future ? Place::kAhead : Place::kOnTime;
  if (is_future && *latest_ > SaturatingSub(wall, kNear) &&
      *latest_ <= SaturatingAdd(wall, options_.future)) {
    return Place::kFuture;
  }
  if (time > SaturatingAdd(*latest_, options_.jump)) return Place::kAhead;
  return Place::kOnTime;
}

std::optional<Time> Lateness::watermark() const {
  if (!latest_) return floor_;
  const Time behind = SaturatingSub(*latest_, options_.lateness);
  return floor_ ? std::max(behind, *floor_) : behind;
}

void Lateness::Save(ByteWriter* out) const {
  SaveTime(latest_, out);
  SaveTime(floor_, out);
}

void Lateness::Load(ByteReader* in) {
  latest_ = LoadTime(in);
  floor_ = LoadTime(in);
}

}  // namespace mqwarden
