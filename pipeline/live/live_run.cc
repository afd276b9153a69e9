// The events of a live run, from their arrival to their turn.
#include "mqwarden/pipeline/live/live_run.h"

#include <algorithm>
#include <limits>

#include "mqwarden/base/check.h"
#include "mqwarden/base/status_macros.h"
#include "mqwarden/schema/event_codec.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

// How long files that do not tell when they grow are left alone.
constexpr Duration kAskFiles = std::chrono::milliseconds(100);
// What is said on arrival is kept so long after its turn should have come.
constexpr Duration kKeepArrivals = std::chrono::seconds(30);
// What stage 0 holds back at most: half a change, and then its twin.
constexpr Duration kHeldAtMost = std::chrono::seconds(10);
// Beyond lateness, how long all have to be quiet for no twin to be waited for.
constexpr Duration kTwinDelay = std::chrono::seconds(1);
// Before the watermark, of what arrives out of order.
constexpr Duration kArrivalDisorder = std::chrono::seconds(60);
constexpr Duration kTick = Duration(1);

EventJoinsOptions OnArrival(EventJoinsOptions options) {
  options.disorder = kArrivalDisorder;
  return options;
}

}  // namespace

LiveRun::LiveRun(const LiveOptions& options, Machine* machine, FileSystem* disk)
    : options_(options),
      machine_(machine),
      disk_(disk),
      engine_options_(options.engine),
      joins_(std::make_unique<EventJoins>(
          options.joins, [this](Event* event) { Deliver(event); })),
      arrival_joins_(std::make_unique<EventJoins>(OnArrival(options.joins),
                                                  [](Event*) {})) {}

absl::StatusOr<bool> LiveRun::Step() {
  MQWARDEN_RETURN_IF_ERROR(status_);
  const auto fail = [this](absl::Status status) {
    status_ = status;
    return status;
  };
  const absl::StatusOr<bool> has_read = ReadSources();
  if (!has_read.ok()) return fail(has_read.status());
  DecideQuiet();
  const Duration now = machine_->Steady();
  for (const auto& destination : destinations_) destination->Step(now);
  if (late_events_ != nullptr && !*has_read) {
    if (const auto status = late_events_->Flush(); !status.ok()) {
      return fail(status);
    }
  }
  if (const auto status = DestinationStatus(); !status.ok()) return fail(status);
  if (const auto status = StepCheckpoint(); !status.ok()) return fail(status);
  MQWARDEN_RETURN_IF_ERROR(status_);
  return *has_read;
}

void LiveRun::Wait(Duration most, std::vector<Interest> interests) {
  const Duration now = machine_->Steady();
  bool is_blocked = false;
  for (const auto& destination : destinations_) {
    destination->AddInterests(&interests);
    if (!destination->has_room()) is_blocked = true;
    if (const auto next = destination->next_step()) {
      most = std::min(most, SaturatingSub(*next, now));
    }
  }
  for (const auto& feed : feeds_) {
    if (feed->has_ended || is_blocked) continue;
    feed->source->AddInterests(&interests);
    if (feed->source->must_be_asked()) most = std::min(most, kAskFiles);
    // Something is decided when it has been quiet for long enough.
    if (feed->nothing_since) most = std::min(most, kAskFiles);
  }
  if (writer_ >= 0) {
    interests.push_back({.descriptor = writer_says_, .readable = true});
  }
  machine_->Wait(interests, std::max(most, Duration::zero()));
}

bool LiveRun::has_ended() const {
  return std::all_of(feeds_.begin(), feeds_.end(),
                     [](const auto& feed) { return feed->has_ended; });
}

absl::Status LiveRun::DestinationStatus() const {
  for (const auto& destination : destinations_) {
    MQWARDEN_RETURN_IF_ERROR(destination->status());
  }
  return late_events_ == nullptr ? absl::OkStatus() : late_events_->status();
}

// The source that the order waits for is read first, and others only as far as what
// they bring will soon have its turn: so a long history in several files needs no
// more room than a short one.
absl::StatusOr<bool> LiveRun::ReadSources() {
  for (const auto& destination : destinations_) {
    if (destination->has_room()) continue;
    // What is not read is not quiet.
    for (const auto& feed : feeds_) feed->nothing_since.reset();
    return false;
  }
  std::vector<Feed*> order;
  for (const auto& feed : feeds_) {
    if (!feed->has_ended) order.push_back(feed.get());
  }
  const Time kNever = Time::min();
  const auto latest = [kNever](const Feed* feed) {
    return feed->lateness.latest().value_or(kNever);
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](const Feed* a, const Feed* b) {
                     return latest(a) < latest(b);
                   });
  bool has_read = false;
  std::optional<Time> least;  // of what was read and may have more
  for (Feed* const feed : order) {
    if (least && latest(feed) > SaturatingAdd(*least, options_.lateness.lateness)) {
      break;
    }
    if (buffer_bytes_ >= options_.buffer_bytes && has_read) break;
    MQWARDEN_ASSIGN_OR_RETURN(const Source::Progress progress,
                              feed->source->Read());
    MQWARDEN_RETURN_IF_ERROR(status_);
    switch (progress) {
      case Source::Progress::kRead:
        has_read = true;
        is_dirty_ = true;
        feed->nothing_since.reset();
        feed->is_flushed = false;
        if (!least) least = latest(feed);
        break;
      case Source::Progress::kNothing:
        if (!feed->nothing_since) feed->nothing_since = machine_->Steady();
        break;
      case Source::Progress::kEnded:
        feed->has_ended = true;
        has_read = true;
        is_dirty_ = true;
        SettleAhead(feed, /*is_believed=*/true, Time());
        break;
    }
  }
  Advance();
  RelieveBuffer();
  return has_read;
}

void LiveRun::Take(Event& event, Feed* feed) {
  feed->nothing_since.reset();
  ++feed->events;
  ++stats_.events;
  event.set_sequence(++sequence_);
  while (!feed->floors.empty() && feed->floors.front().event <= feed->events) {
    feed->lateness.RaiseFloor(feed->floors.front().floor);
    feed->floors.pop_front();
  }
  if (!event.Has(FieldId::kTime)) {
    ++stats_.without_time;
    return;
  }
  const Time time = event.time();
  if (feed->ahead_at) {
    SettleAhead(feed, feed->lateness.Confirms(time, *feed->ahead_at), time);
  }
  Arrive(event);
  switch (feed->lateness.PlaceOf(time, machine_->Wall())) {
    case Lateness::Place::kLate:
      return TakeLate(&event, feed);
    case Lateness::Place::kAhead:
      return TakeAhead(event, feed);
    case Lateness::Place::kFuture:
      copy_.CopyFrom(event);
      return SettleAhead(feed, /*is_believed=*/false,
                         *feed->lateness.latest());
    case Lateness::Place::kOnTime:
      break;
  }
  if (released_ && time < *released_) {
    // Not by its own source: it was not waited for.
    feed->lateness.RaiseFloor(*released_);
    if (floor_log_ != nullptr) {
      const absl::Status status = floor_log_->Add(
          {std::string(feed->source->name()), feed->events, *released_});
      if (!status.ok()) status_ = status;
    }
    return TakeLate(&event, feed);
  }
  feed->lateness.Take(time);
  if (!latest_ || time > *latest_) latest_ = time;
  Buffer(event);
  Advance();
}

// Rules without `when`, once for each fact.
void LiveRun::Arrive(const Event& event) {
  if (!engine_->has_arrival_rules() && next_plan_ == nullptr) return;
  if (next_plan_ != nullptr && event.time() > switch_at_) {
    scratch_.clear();
    EncodeEvent(event, &scratch_);
    not_arrived_.push_back(scratch_);
    return;
  }
  ArriveNow(event);
}

void LiveRun::ArriveNow(const Event& event) {
  copy_.CopyFrom(event);
  arrival_joins_->Process(&copy_);
  if (arrival_joins_->is_joined()) {
    const auto first = arrived_.find(arrival_joins_->joined_to());
    if (first != arrived_.end()) {
      arrived_.insert_or_assign(event.sequence(), first->second);
    }
    return;
  }
  auto arrival = std::make_shared<Arrival>();
  engine_->Arrive(&copy_, arrival.get());
  if (arrival->empty()) return;
  arrived_.insert_or_assign(event.sequence(),
                            Arrived{event.time(), std::move(arrival)});
}

// A late event has no turn: it is only counted, kept aside, and seen by rules that need
// no order.
void LiveRun::TakeLate(Event* event, Feed* /*feed*/) {
  ++stats_.late;
  if (late_events_ != nullptr) late_events_->Take(*event);
  const auto found = arrived_.find(event->sequence());
  copy_.CopyFrom(*event);
  engine_->ProcessLate(&copy_, found == arrived_.end()
                                   ? nullptr
                                   : found->second.arrival.get());
  if (found != arrived_.end()) arrived_.erase(found);
}

void LiveRun::TakeAhead(const Event& event, Feed* feed) {
  feed->ahead.clear();
  EncodeEvent(event, &feed->ahead);
  feed->ahead_at = event.time();
}

// What becomes of an event that is dated ahead: of feed->ahead, or, where there is
// none, of copy_. One that is not believed is dated back to `clamp`, and says so.
void LiveRun::SettleAhead(Feed* feed, bool is_believed, Time clamp) {
  Event event;
  std::string bytes;
  if (feed->ahead_at) {
    bytes = std::exchange(feed->ahead, {});
    feed->ahead_at.reset();
    const bool is_good = DecodeEvent(bytes, &event);
    MQWARDEN_CHECK(is_good, "an event that waits can be read");
  } else if (is_believed) {
    return;
  } else {
    event.CopyFrom(copy_);
  }
  if (!is_believed) {
    ++stats_.future;
    const std::string was = FormatTimeShort(event.time());
    event.CopyAttr({.name = "time_ahead", .text = was});
    event.SetTime(feed->lateness.latest().value_or(clamp));
  }
  const Time time = event.time();
  if (is_believed) feed->lateness.Take(time);
  if (is_believed && (!latest_ || time > *latest_)) latest_ = time;
  if (released_ && time < *released_) return TakeLate(&event, feed);
  Buffer(event);
}

void LiveRun::Buffer(const Event& event) {
  Waiting waiting;
  waiting.time = event.Int(FieldId::kTime);
  waiting.sequence = event.sequence();
  if (event.Has(FieldId::kCollector)) {
    waiting.collector = event.Text(FieldId::kCollector);
  }
  EncodeEvent(event, &waiting.event);
  buffer_bytes_ += waiting.event.size() + sizeof(Waiting);
  buffer_.Push(std::move(waiting));
}

// An event's turn, behind stage 0.
void LiveRun::Deliver(Event* event) {
  if (next_plan_ != nullptr && event->time() > switch_at_) SwitchRules();
  last_processed_ = event->time();
  Arrival* arrival = nullptr;
  const auto found = arrived_.find(event->sequence());
  if (found != arrived_.end()) arrival = found->second.arrival.get();
  engine_->Process(event, arrival);
  if (arrival != nullptr) {
    arrival->fired.clear();
    arrived_.erase(found);
  }
}

// Gives what has its turn, as far as the sources that are waited for have come.
void LiveRun::Advance() {
  std::optional<Time> least;
  bool waits = false;
  for (const auto& feed : feeds_) {
    if (feed->has_ended) continue;
    const bool is_idle =
        feed->nothing_since &&
        SaturatingSub(machine_->Steady(), *feed->nothing_since) >= options_.idle;
    if (is_idle) continue;
    std::optional<Time> watermark = feed->lateness.watermark();
    const bool is_quiet =
        feed->nothing_since && SaturatingSub(machine_->Steady(),
                                             *feed->nothing_since) >=
                                   options_.lateness.lateness;
    if (is_quiet && feed->lateness.latest()) {
      watermark = SaturatingAdd(*feed->lateness.latest(), kTick);
    }
    if (!watermark) return;  // nothing is known of it yet
    if (!least || *watermark < *least) least = watermark;
    waits = true;
  }
  if (!waits) {
    // All are idle, or have ended: up to the last event, and in the end the clock.
    if (!latest_) return;
    least = SaturatingAdd(*latest_, kTick);
    std::optional<Duration> since;
    for (const auto& feed : feeds_) {
      if (feed->has_ended) continue;
      const Duration quiet =
          SaturatingSub(machine_->Steady(), *feed->nothing_since);
      if (!since || quiet < *since) since = quiet;
    }
    if (since && *since > options_.max_delay) {
      least = SaturatingAdd(*least, *since - options_.max_delay);
    }
  }
  if (least && (!released_ || *least > *released_)) Release(*least);
}

// Every event before `before` has its turn.
void LiveRun::Release(Time before) {
  while (!buffer_.empty() &&
         buffer_.front().time < before.time_since_epoch().count()) {
    const Waiting waiting = buffer_.Pop();
    buffer_bytes_ -= waiting.event.size() + sizeof(Waiting);
    const bool is_good = DecodeEvent(waiting.event, &decoded_);
    MQWARDEN_CHECK(is_good, "an event that waits can be read");
    joins_->Process(&decoded_);
  }
  released_ = before;
  is_dirty_ = true;
  Time decided = SaturatingSub(before, kTick);
  joins_->AdvanceTo(decided);
  if (const auto held = joins_->oldest_held()) {
    decided = std::min(decided, SaturatingSub(*held, kTick));
  }
  if (next_plan_ != nullptr && decided >= switch_at_) SwitchRules();
  engine_->AdvanceWatermark(decided);
  stats_.watermark = decided;
}

bool LiveRun::all_idle_for(Duration quiet) const {
  const Duration now = machine_->Steady();
  return std::all_of(feeds_.begin(), feeds_.end(), [&](const auto& feed) {
    return feed->has_ended ||
           (feed->nothing_since &&
            SaturatingSub(now, *feed->nothing_since) >= quiet);
  });
}

// What is decided because nothing comes.
void LiveRun::DecideQuiet() {
  const Duration now = machine_->Steady();
  for (const auto& feed : feeds_) {
    if (feed->has_ended || !feed->nothing_since || feed->is_flushed ||
        SaturatingSub(now, *feed->nothing_since) < options_.lateness.lateness) {
      continue;
    }
    feed->is_flushed = true;
    const int64_t before = sequence_;
    feed->source->Quiet();
    if (sequence_ != before) is_dirty_ = true;
    // Nothing speaks against a date that has come.
    if (feed->ahead_at && *feed->ahead_at <= machine_->Wall()) {
      SettleAhead(feed.get(), /*is_believed=*/true, Time());
    }
  }
  Advance();
  if (!all_idle_for(options_.lateness.lateness + kTwinDelay)) return;
  // No twin and no other half will come any more.
  if (released_ && joins_->oldest_held()) {
    joins_->AdvanceTo(SaturatingAdd(*released_, kHeldAtMost));
    if (!joins_->oldest_held()) {
      const Time decided = SaturatingSub(*released_, kTick);
      if (next_plan_ != nullptr && decided >= switch_at_) SwitchRules();
      engine_->AdvanceWatermark(decided);
      stats_.watermark = decided;
    }
  }
  ForgetArrivals();
}

// The oldest go on before their time, so that memory is bounded whatever comes.
void LiveRun::RelieveBuffer() {
  ForgetArrivals();
  if (buffer_bytes_ < 2 * options_.buffer_bytes) return;
  while (buffer_bytes_ >= options_.buffer_bytes && !buffer_.empty()) {
    const size_t before = buffer_.size();
    Release(Time(Duration(SaturatingAdd(buffer_.front().time, 1))));
    stats_.hurried += static_cast<int64_t>(before - buffer_.size());
  }
}

// Those whose events were absorbed by others have no turn.
void LiveRun::ForgetArrivals() {
  if (!released_) return;
  const Time before = SaturatingSub(*released_, kKeepArrivals);
  while (!arrived_.empty() && arrived_.begin()->second.time < before) {
    arrived_.erase(arrived_.begin());
  }
}

void LiveRun::Reload(std::shared_ptr<const Plan> plan) {
  // What waits for its arrival goes on waiting, for the newer rules.
  if (next_plan_ == nullptr) {
    // What comes before released_ is late, and of the old rules as well.
    switch_at_ = latest_.value_or(Time::min());
    if (released_) {
      switch_at_ = std::max(switch_at_, SaturatingSub(*released_, kTick));
    }
  }
  next_plan_ = std::move(plan);
  if (!latest_ || (stats_.watermark && *stats_.watermark >= switch_at_)) {
    SwitchRules();
  }
  is_dirty_ = true;
}

// The state of the old rules becomes that of the new ones, where they mean the same.
void LiveRun::SwitchRules() {
  std::string state;
  engine_->Checkpoint(&state);
  auto engine = Engine::Create(next_plan_, engine_options_, sinks_.get());
  if (engine.ok()) {
    const auto restored = (*engine)->Restore(state);
    if (!restored.ok()) engine = restored.status();
  }
  // Both are checked when a plan is compiled, so that this is a disk or a bug.
  if (!engine.ok()) {
    status_ = engine.status();
  } else {
    engine_ = *std::move(engine);
    plan_ = next_plan_;
    ++stats_.reloads;
  }
  next_plan_.reset();
  std::deque<std::string> events = std::exchange(not_arrived_, {});
  Event event;
  for (const std::string& bytes : events) {
    if (engine_->has_arrival_rules() && DecodeEvent(bytes, &event)) {
      ArriveNow(event);
    }
  }
}

// As at the end of a replay: all is decided up to the last event.
void LiveRun::Drain() {
  for (const auto& feed : feeds_) {
    if (!feed->has_ended) feed->source->Finish();
    SettleAhead(feed.get(), /*is_believed=*/true, Time());
  }
  while (!buffer_.empty()) {
    const Waiting waiting = buffer_.Pop();
    buffer_bytes_ -= waiting.event.size() + sizeof(Waiting);
    if (DecodeEvent(waiting.event, &decoded_)) joins_->Process(&decoded_);
  }
  joins_->Finish();
  if (next_plan_ != nullptr) SwitchRules();
  if (last_processed_) {
    engine_->AdvanceWatermark(*last_processed_);
    stats_.watermark = last_processed_;
    if (!released_ || *released_ <= *last_processed_) {
      released_ = SaturatingAdd(*last_processed_, kTick);
    }
  }
  engine_->Flush();
}

absl::Status LiveRun::Finish() {
  MQWARDEN_RETURN_IF_ERROR(status_);
  MQWARDEN_RETURN_IF_ERROR(CollectFork(/*wait=*/true).status());
  if (store_ == nullptr || has_ended()) Drain();
  MQWARDEN_RETURN_IF_ERROR(status_);
  const Duration now = machine_->Steady();
  for (const auto& destination : destinations_) destination->Step(now);
  MQWARDEN_RETURN_IF_ERROR(DestinationStatus());
  if (late_events_ != nullptr) MQWARDEN_RETURN_IF_ERROR(late_events_->Flush());
  MQWARDEN_RETURN_IF_ERROR(CheckpointNow());
  for (const auto& destination : destinations_) {
    MQWARDEN_RETURN_IF_ERROR(destination->Close());
  }
  return absl::OkStatus();
}

LiveStats LiveRun::stats() const {
  LiveStats stats = stats_;
  stats.waiting = static_cast<int64_t>(buffer_.size());
  stats.waiting_bytes = static_cast<int64_t>(buffer_bytes_);
  return stats;
}

std::vector<std::pair<std::string, IngestStats>> LiveRun::source_stats() const {
  std::vector<std::pair<std::string, IngestStats>> stats;
  for (const auto& feed : feeds_) {
    stats.emplace_back(feed->source->name(), feed->source->stats());
  }
  return stats;
}

int64_t LiveRun::lost() const {
  int64_t lost = 0;
  for (const auto& feed : feeds_) lost += feed->source->lost();
  return lost;
}

}  // namespace mqwarden
