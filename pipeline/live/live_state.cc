// The state of a live run as the blocks of a checkpoint, and back.
#include <algorithm>
#include <map>

#include "mqwarden/base/status_macros.h"
#include "mqwarden/base/text.h"
#include "mqwarden/pipeline/live/live_run.h"
#include "mqwarden/schema/event_codec.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

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

constexpr int64_t LiveStats::*kCounts[] = {
    &LiveStats::events,  &LiveStats::without_time, &LiveStats::late,
    &LiveStats::future,  &LiveStats::hurried,      &LiveStats::reloads};

absl::Status Damaged(std::string_view what) {
  return absl::DataLossError(
      ToAbsl("the state is of another form: " + std::string(what)));
}

}  // namespace

void LiveRun::SaveRun(ByteWriter* out) const {
  for (const auto count : kCounts) out->I64(stats_.*count);
  out->I64(sequence_);
  SaveTime(released_, out);
  SaveTime(latest_, out);
  SaveTime(last_processed_, out);
  joins_->Save(out);
  arrival_joins_->Save(out);
  out->Varint(buffer_.size());
  buffer_.ForEach([out](const Waiting& waiting) { out->Text(waiting.event); });
  // Several events may share one arrival.
  std::map<const Arrival*, uint64_t> numbers;
  std::vector<const Arrival*> arrivals;
  for (const auto& [sequence, arrived] : arrived_) {
    if (numbers.emplace(arrived.arrival.get(), arrivals.size()).second) {
      arrivals.push_back(arrived.arrival.get());
    }
  }
  out->Varint(arrivals.size());
  for (const Arrival* const arrival : arrivals) arrival->Save(out);
  out->Varint(arrived_.size());
  for (const auto& [sequence, arrived] : arrived_) {
    out->I64(sequence);
    out->I64(arrived.time.time_since_epoch().count());
    out->Varint(numbers[arrived.arrival.get()]);
  }
  // Rules that wait to take effect are read again by whoever restores; the events
  // that wait for them arrive then.
  out->Varint(not_arrived_.size());
  for (const std::string& event : not_arrived_) out->Text(event);
}

void LiveRun::LoadRun(ByteReader* in) {
  for (const auto count : kCounts) stats_.*count = in->I64();
  sequence_ = in->I64();
  released_ = LoadTime(in);
  latest_ = LoadTime(in);
  last_processed_ = LoadTime(in);
  joins_->Load(in);
  arrival_joins_->Load(in);
  std::vector<Waiting> waiting;
  for (uint64_t size = in->Varint(); size > 0 && in->ok(); --size) {
    Waiting& one = waiting.emplace_back();
    one.event = in->Text();
    if (!DecodeEvent(one.event, &decoded_) || !decoded_.Has(FieldId::kTime)) {
      return in->Fail();
    }
    one.time = decoded_.Int(FieldId::kTime);
    one.sequence = decoded_.sequence();
    if (decoded_.Has(FieldId::kCollector)) {
      one.collector = decoded_.Text(FieldId::kCollector);
    }
  }
  std::sort(waiting.begin(), waiting.end(), ComesFirst());
  for (Waiting& one : waiting) {
    buffer_bytes_ += one.event.size() + sizeof(Waiting);
    buffer_.Push(std::move(one));
  }
  std::vector<std::shared_ptr<Arrival>> arrivals;
  for (uint64_t size = in->Varint(); size > 0 && in->ok(); --size) {
    arrivals.push_back(std::make_shared<Arrival>());
    arrivals.back()->Load(in);
  }
  for (uint64_t size = in->Varint(); size > 0 && in->ok(); --size) {
    const int64_t sequence = in->I64();
    const Time time = Time(Duration(in->I64()));
    const uint64_t number = in->Varint();
    if (number >= arrivals.size()) return in->Fail();
    arrived_.emplace(sequence, Arrived{time, arrivals[number]});
  }
  for (uint64_t size = in->Varint(); size > 0 && in->ok(); --size) {
    not_arrived_.emplace_back(in->Text());
    if (!DecodeEvent(not_arrived_.back(), &decoded_)) return in->Fail();
  }
}

void LiveRun::SaveFeed(const Feed& feed, ByteWriter* out) const {
  out->I64(feed.events);
  feed.lateness.Save(out);
  SaveTime(feed.ahead_at, out);
  out->Text(feed.ahead);
  std::string source;
  ByteWriter writer(&source);
  feed.source->Save(&writer);
  out->Text(source);
}

bool LiveRun::LoadFeed(ByteReader* in, Feed* feed, std::string* source) {
  feed->events = in->I64();
  feed->lateness.Load(in);
  feed->ahead_at = LoadTime(in);
  feed->ahead = in->Text();
  *source = in->Text();
  return in->done() &&
         (!feed->ahead_at || DecodeEvent(feed->ahead, &decoded_));
}

Checkpoint LiveRun::MakeCheckpoint() const {
  using Kind = CheckpointBlock::Kind;
  Checkpoint checkpoint;
  checkpoint.header.generation = generation_ + 1;
  checkpoint.header.rule_set = plan_->fingerprint();
  checkpoint.header.hash_seed = engine_options_.hash_seed;
  checkpoint.header.key_groups =
      static_cast<uint32_t>(engine_options_.key_groups);
  const auto add = [&](Kind kind, std::string_view name) {
    checkpoint.blocks.push_back({kind, std::string(name), {}});
    return &checkpoint.blocks.back().bytes;
  };
  engine_->Checkpoint(add(Kind::kEngine, ""));
  {
    ByteWriter out(add(Kind::kRun, ""));
    SaveRun(&out);
  }
  for (const auto& feed : feeds_) {
    ByteWriter out(add(Kind::kSource, feed->source->name()));
    SaveFeed(*feed, &out);
  }
  for (size_t i = 0; i < destinations_.size(); ++i) {
    *add(Kind::kDestination, destinations_[i]->name()) = destination_states_[i];
  }
  if (late_events_ != nullptr) *add(Kind::kLateEvents, "") = late_state_;
  return checkpoint;
}

absl::Status LiveRun::Restore(const Checkpoint& checkpoint, Restored* restored) {
  using Kind = CheckpointBlock::Kind;
  generation_ = checkpoint.header.generation;
  restored->is_other_rule_set =
      checkpoint.header.rule_set != plan_->fingerprint();
  const std::string* const engine = checkpoint.Find(Kind::kEngine, "");
  const std::string* const run = checkpoint.Find(Kind::kRun, "");
  if (engine == nullptr || run == nullptr) return Damaged("a block is missing");
  MQWARDEN_ASSIGN_OR_RETURN(restored->rules, engine_->Restore(*engine));
  ByteReader in(*run);
  LoadRun(&in);
  return in.done() ? absl::OkStatus() : Damaged("what waits");
}

absl::Status LiveRun::OpenAll(const Checkpoint* checkpoint) {
  using Kind = CheckpointBlock::Kind;
  const auto state_of = [&](Kind kind, std::string_view name) {
    const std::string* const bytes =
        checkpoint == nullptr ? nullptr : checkpoint->Find(kind, name);
    return bytes == nullptr ? std::nullopt
                            : std::optional<std::string_view>(*bytes);
  };
  // First what may refuse without having changed anything.
  std::vector<FloorLog::Entry> floors;
  if (floor_log_ != nullptr) MQWARDEN_RETURN_IF_ERROR(floor_log_->Open(&floors));
  for (const auto& feed : feeds_) {
    const std::string_view name = feed->source->name();
    std::optional<std::string_view> state = state_of(Kind::kSource, name);
    std::string source;
    if (state) {
      ByteReader in(*state);
      if (!LoadFeed(&in, feed.get(), &source)) {
        return Damaged("source " + std::string(name));
      }
      state = source;
    }
    for (const FloorLog::Entry& entry : floors) {
      if (checkpoint != nullptr && entry.source == name &&
          entry.event > feed->events) {
        feed->floors.push_back(entry);
      }
    }
    Feed* const owner = feed.get();
    MQWARDEN_RETURN_IF_ERROR(feed->source->Open(
        state, [this, owner](Event& event) { Take(event, owner); }));
  }
  for (const auto& destination : destinations_) {
    MQWARDEN_RETURN_IF_ERROR(destination->Recover(
        state_of(Kind::kDestination, destination->name())));
  }
  if (late_events_ != nullptr) {
    MQWARDEN_RETURN_IF_ERROR(
        late_events_->Recover(state_of(Kind::kLateEvents, "")));
  }
  return absl::OkStatus();
}

}  // namespace mqwarden
