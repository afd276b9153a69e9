#include "mqwarden/pipeline/in_order_events.h"

#include <algorithm>
#include <bit>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/container/node_hash_map.h"
#include "mqwarden/base/status_macros.h"
#include "mqwarden/base/text.h"
#include "mqwarden/pipeline/crew.h"
#include "mqwarden/pipeline/input_lane.h"
#include "mqwarden/pipeline/ordered_events.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

// Of a lane where there are several: what its events wait in grows with it.
constexpr size_t kSmallPieceBytes = size_t{64} << 10;

// What one collector has in one input.
struct Stream {
  std::string_view collector;
  uint32_t lane = 0;
  int64_t first = 0;  // time of its first event
  int64_t* next_sequence = nullptr;  // of the collector
};

// Events of a lane that are not given yet, in its order.
class Waiting {
 public:
  bool empty() const { return begin_ == end_; }
  Event& front() { return events_[begin_]; }
  void Push(const Event& event) {
    if (end_ == events_.size()) events_.emplace_back();
    events_[end_++].CopyFrom(event);
  }
  void Pop() {
    if (++begin_ == end_) begin_ = end_ = 0;
  }

 private:
  std::deque<Event> events_;  // reused
  size_t begin_ = 0;
  size_t end_ = 0;
};

struct Lane {
  const InputFile* file = nullptr;
  std::unique_ptr<InputLane> input;  // null: not open
  bool ended = false;
  Waiting waiting;
  absl::node_hash_map<std::string, Stream, TextHash, TextEq> streams;
  Stream* last_stream = nullptr;
  // Of its first event, where the lane was looked into and closed again.
  std::optional<int64_t> begins;
  InputReport report;  // when it has ended
  int64_t done_bytes = 0;
};

}  // namespace

class InOrderEvents::Impl {
 public:
  Impl(std::span<const InputFile> files, const InputOptions& input,
       const EventJoinsOptions& joins)
      : input_(input), joins_options_(joins), lanes_(files.size()) {
    for (size_t i = 0; i < files.size(); ++i) lanes_[i].file = &files[i];
    progress_.total_bytes = TotalBytes(files);
    if (input.threads > 1) crew_.emplace(input.threads - 1);
  }

  absl::StatusOr<OrderFound> Give(
      OrderAssumptions* assumptions,
      const std::function<void(const Event&)>& before,
      const EventJoins::Sink& take,
      const std::function<void(const InputProgress&)>& on_progress) {
    assumptions_ = assumptions;
    before_ = &before;
    on_progress_ = &on_progress;
    EventJoinsOptions options = joins_options_;
    // One source or none: then nothing waits.
    if (assumptions->one_source) options.same_facts.sources = 0;
    EventJoins joins(options, take);
    joins_ = &joins;
    MQWARDEN_RETURN_IF_ERROR(Begin());
    if (found_ == OrderFound::kHolds) {
      MQWARDEN_RETURN_IF_ERROR(assumptions->ties_in_order ? Merge()
                                                          : MergeInstants());
    }
    if (found_ != OrderFound::kHolds) return found_;
    // The file that made this a joining of sources has changed.
    if (!assumptions->one_source && !has_sources_to_join()) {
      return OrderFound::kNone;
    }
    joins.Finish();
    stats_ = joins.stats();
    return found_;
  }

  const EventJoinsStats& stats() const { return stats_; }

  InputSummary TakeSummary() {
    InputSummary summary;
    for (Lane& lane : lanes_) summary.files.push_back(std::move(lane.report));
    summary.interrupted = stopped();
    return summary;
  }

 private:
  bool stopped() const {
    return input_.stop != nullptr &&
           input_.stop->load(std::memory_order_relaxed);
  }

  bool has_sources_to_join() const {
    return std::popcount(joins_options_.same_facts.sources & sources_) > 1;
  }

  void Fail(bool* assumption) {
    if (found_ != OrderFound::kHolds) return;
    *assumption = false;
    found_ = OrderFound::kOneFailed;
  }
  void NeedSort() { found_ = OrderFound::kNone; }

  // --- Lanes.

  absl::Status Open(Lane* lane) {
    if (open_.size() == kMaxOpen) {
      NeedSort();
      return absl::OkStatus();
    }
    const size_t piece = lanes_.size() == 1
                             ? input_.piece_bytes
                             : std::min(input_.piece_bytes, kSmallPieceBytes);
    lane->input = std::make_unique<InputLane>(
        input_, lane->file->path,
        [this, lane](Event* event) { return Arrive(event, lane); }, nullptr,
        crew_ ? &*crew_ : nullptr, piece);
    open_.push_back(lane);
    return lane->input->Open();
  }

  void Close(Lane* lane) {
    lane->input.reset();
    Forget(lane);
  }

  // Unless there are more events to come of it, or some that wait.
  void Forget(Lane* lane) {
    if (lane->input == nullptr && lane->waiting.empty()) std::erase(open_, lane);
  }

  absl::Status Pump(Lane* lane) {
    MQWARDEN_ASSIGN_OR_RETURN(const bool more, lane->input->Pump());
    const int64_t done = lane->input->done_bytes();
    progress_.done_bytes += done - lane->done_bytes;
    lane->done_bytes = done;
    if (more) {
      if (*on_progress_) (*on_progress_)(progress_);
      return absl::OkStatus();
    }
    lane->ended = true;
    lane->report = lane->input->report();
    Close(lane);
    return absl::OkStatus();
  }

  // Until the lane has a head or is at its end.
  absl::Status PumpToHead(Lane* lane) {
    while (found_ == OrderFound::kHolds && !lane->ended &&
           lane->waiting.empty()) {
      MQWARDEN_RETURN_IF_ERROR(Pump(lane));
    }
    return absl::OkStatus();
  }

  // Opens all lanes, or where they are too many looks into each.
  absl::Status Begin() {
    // A lane alone needs no head to compare.
    if (lanes_.size() == 1) return Open(&lanes_.front());
    const bool all_open = lanes_.size() <= kMaxOpen;
    for (Lane& lane : lanes_) {
      MQWARDEN_RETURN_IF_ERROR(Open(&lane));
      MQWARDEN_RETURN_IF_ERROR(PumpToHead(&lane));
      if (all_open || lane.ended) continue;
      lane.begins = lane.waiting.front().Int(FieldId::kTime);
      lane.waiting = Waiting();
      lane.streams.clear();
      lane.last_stream = nullptr;
      progress_.done_bytes -= lane.done_bytes;
      lane.done_bytes = 0;
      Close(&lane);
      closed_.push_back(&lane);
    }
    std::stable_sort(closed_.begin(), closed_.end(),
                     [](const Lane* a, const Lane* b) {
                       return *a->begins > *b->begins;
                     });
    return absl::OkStatus();
  }

  // Opens what begins at or before `time`.
  absl::Status OpenUpTo(int64_t time) {
    while (!closed_.empty() && *closed_.back()->begins <= time) {
      Lane* const lane = closed_.back();
      closed_.pop_back();
      MQWARDEN_RETURN_IF_ERROR(Open(lane));
      if (found_ != OrderFound::kHolds) return absl::OkStatus();
      MQWARDEN_RETURN_IF_ERROR(PumpToHead(lane));
    }
    return absl::OkStatus();
  }

  // The time of the first event to come; none at the end.
  std::optional<int64_t> NextTime() {
    std::optional<int64_t> next;
    if (!closed_.empty()) next = closed_.back()->begins;
    for (Lane* const lane : open_) {
      if (lane->waiting.empty()) continue;
      const int64_t time = lane->waiting.front().Int(FieldId::kTime);
      if (!next || time < *next) next = time;
    }
    return next;
  }

  Stream* StreamOf(const Event& event, Lane* lane) {
    const std::string_view collector = event.Has(FieldId::kCollector)
                                           ? event.Text(FieldId::kCollector)
                                           : std::string_view();
    if (lane->last_stream != nullptr &&
        lane->last_stream->collector == collector) {
      return lane->last_stream;
    }
    auto it = lane->streams.find(collector);
    if (it == lane->streams.end()) {
      it = lane->streams.emplace(std::string(collector), Stream()).first;
      it->second = {it->first, static_cast<uint32_t>(lane - lanes_.data()),
                    event.Int(FieldId::kTime),
                    &sequences_[std::string(collector)]};
    }
    return lane->last_stream = &it->second;
  }

  // --- Order.

  enum class Order : uint8_t { kBefore, kSame, kAfter, kUnknown };

  // Of two events; kSame where they are of one stream and instant.
  static Order Compare(int64_t time, const Stream& stream, int64_t other_time,
                       const Stream& other) {
    if (time != other_time) {
      return time < other_time ? Order::kBefore : Order::kAfter;
    }
    if (&stream == &other) return Order::kSame;
    const int collectors = stream.collector.compare(other.collector);
    if (collectors != 0) return collectors < 0 ? Order::kBefore : Order::kAfter;
    if (stream.first == other.first) return Order::kUnknown;
    return stream.first < other.first ? Order::kBefore : Order::kAfter;
  }

  // An event of `lane`, in the order of the file.
  absl::StatusOr<std::string_view> Arrive(Event* event, Lane* lane) {
    if (!event->Has(FieldId::kTime)) return kRejectNoTime;
    if (found_ != OrderFound::kHolds) return std::string_view();
    Stream* const stream = StreamOf(*event, lane);
    if (lane == direct_ && lane->waiting.empty() &&
        IsNext(event->Int(FieldId::kTime), *stream)) {
      Deliver(event, stream);
    } else {
      lane->waiting.Push(*event);
    }
    return std::string_view();
  }

  // Whether an event of direct_ comes before the heads of the others.
  bool IsNext(int64_t time, const Stream& stream) {
    if (!limit_time_) return true;
    if (time < *limit_time_) return true;
    if (time > *limit_time_ || limit_ == nullptr) return false;
    switch (Compare(time, stream, *limit_time_, *limit_)) {
      case Order::kBefore:
        return true;
      case Order::kUnknown:
        NeedSort();
        return false;
      default:
        return false;
    }
  }

  // Gives the event, the next of all, and checks that it is.
  void Deliver(Event* event, Stream* stream) {
    const int64_t time = event->Int(FieldId::kTime);
    if (last_stream_ != nullptr) {
      switch (Compare(last_time_, *last_stream_, time, *stream)) {
        case Order::kBefore:
        case Order::kSame:
          break;
        case Order::kAfter:
          if (time == last_time_ && assumptions_->ties_in_order) {
            return Fail(&assumptions_->ties_in_order);
          }
          return NeedSort();
        case Order::kUnknown:
          return NeedSort();
      }
    }
    last_time_ = time;
    last_stream_ = stream;
    if (event->infers_channel_type() && event->Has(FieldId::kSource)) {
      sources_ |= uint32_t{1} << event->Int(FieldId::kSource);
      if (assumptions_->one_source && has_sources_to_join()) {
        return Fail(&assumptions_->one_source);
      }
    }
    event->set_sequence((*stream->next_sequence)++);
    (*before_)(*event);
    joins_->Process(event);
  }

  // Gives events while they are read. The lane with the least head goes on as far
  // as the least head of the others; what it reads beyond waits.
  absl::Status Merge() {
    if (lanes_.size() == 1) {
      Lane* const lane = direct_ = &lanes_.front();
      while (found_ == OrderFound::kHolds && !lane->ended) {
        MQWARDEN_RETURN_IF_ERROR(Pump(lane));
      }
      return absl::OkStatus();
    }
    while (found_ == OrderFound::kHolds) {
      const std::optional<int64_t> next = NextTime();
      if (!next) return absl::OkStatus();
      MQWARDEN_RETURN_IF_ERROR(OpenUpTo(*next));
      if (found_ != OrderFound::kHolds) return absl::OkStatus();
      Lane* const lane = LeastLane();
      if (lane == nullptr) continue;
      SetLimit(lane);
      while (found_ == OrderFound::kHolds && !lane->waiting.empty()) {
        Event* const event = &lane->waiting.front();
        Stream* const stream = StreamOf(*event, lane);
        if (!IsNext(event->Int(FieldId::kTime), *stream)) break;
        Deliver(event, stream);
        lane->waiting.Pop();
      }
      direct_ = lane;
      while (found_ == OrderFound::kHolds && lane->waiting.empty() &&
             !lane->ended) {
        MQWARDEN_RETURN_IF_ERROR(Pump(lane));
      }
      direct_ = nullptr;
      Forget(lane);
    }
    return absl::OkStatus();
  }

  // The open lane whose head is the least. Every open lane has a head.
  Lane* LeastLane() {
    Lane* least = nullptr;
    for (Lane* const lane : open_) {
      if (lane->waiting.empty()) continue;
      if (least == nullptr || HeadIsBefore(lane, least)) least = lane;
    }
    return least;
  }

  bool HeadIsBefore(Lane* a, Lane* b) {
    const Event& x = a->waiting.front();
    const Event& y = b->waiting.front();
    switch (Compare(x.Int(FieldId::kTime), *StreamOf(x, a),
                    y.Int(FieldId::kTime), *StreamOf(y, b))) {
      case Order::kBefore:
        return true;
      case Order::kUnknown:
        NeedSort();
        return false;
      default:
        return false;
    }
  }

  // The least that a lane other than `lane` has.
  void SetLimit(Lane* lane) {
    Lane* least = nullptr;
    limit_time_.reset();
    limit_ = nullptr;
    for (Lane* const other : open_) {
      if (other == lane || other->waiting.empty()) continue;
      if (least == nullptr || HeadIsBefore(other, least)) least = other;
    }
    if (least != nullptr) {
      const Event& head = least->waiting.front();
      limit_time_ = head.Int(FieldId::kTime);
      limit_ = StreamOf(head, least);
    }
    // A closed lane is opened when its time comes.
    if (closed_.empty()) return;
    const int64_t begins = *closed_.back()->begins;
    if (limit_time_ && begins > *limit_time_) return;
    limit_time_ = begins;
    limit_ = nullptr;
  }

  // Gathers the events of an instant from all lanes, then gives them.
  absl::Status MergeInstants() {
    struct Gathered {
      Event event;
      Stream* stream = nullptr;
    };
    std::deque<Gathered> events;  // reused
    std::vector<Gathered*> order;
    if (lanes_.size() == 1) {
      MQWARDEN_RETURN_IF_ERROR(PumpToHead(&lanes_.front()));
    }
    while (found_ == OrderFound::kHolds) {
      const std::optional<int64_t> next = NextTime();
      if (!next) return absl::OkStatus();
      MQWARDEN_RETURN_IF_ERROR(OpenUpTo(*next));
      order.clear();
      // A copy, since a lane leaves where it has ended.
      const std::vector<Lane*> open = open_;
      for (Lane* const lane : open) {
        while (found_ == OrderFound::kHolds && !lane->waiting.empty() &&
               lane->waiting.front().Int(FieldId::kTime) == *next) {
          if (order.size() == events.size()) events.emplace_back();
          Gathered& gathered = events[order.size()];
          std::swap(gathered.event, lane->waiting.front());
          gathered.stream = StreamOf(gathered.event, lane);
          order.push_back(&gathered);
          lane->waiting.Pop();
          MQWARDEN_RETURN_IF_ERROR(PumpToHead(lane));
          Forget(lane);
        }
      }
      // Stable: events of one stream stay in its order.
      std::stable_sort(order.begin(), order.end(),
                       [](const Gathered* a, const Gathered* b) {
                         const Stream& x = *a->stream;
                         const Stream& y = *b->stream;
                         const int collectors = x.collector.compare(y.collector);
                         if (collectors != 0) return collectors < 0;
                         if (x.first != y.first) return x.first < y.first;
                         return x.lane < y.lane;
                       });
      for (Gathered* const gathered : order) {
        if (found_ != OrderFound::kHolds) break;
        Deliver(&gathered->event, gathered->stream);
      }
    }
    return absl::OkStatus();
  }

  const InputOptions& input_;
  const EventJoinsOptions joins_options_;
  OrderAssumptions* assumptions_ = nullptr;
  const std::function<void(const Event&)>* before_ = nullptr;
  const std::function<void(const InputProgress&)>* on_progress_ = nullptr;
  EventJoins* joins_ = nullptr;
  EventJoinsStats stats_;
  InputProgress progress_;
  OrderFound found_ = OrderFound::kHolds;

  std::optional<Crew> crew_;  // outlives the lanes
  std::vector<Lane> lanes_;
  std::vector<Lane*> open_;    // or ended, with events that wait
  std::vector<Lane*> closed_;  // looked into; the first to come at the back
  absl::node_hash_map<std::string, int64_t> sequences_;  // by collector
  uint32_t sources_ = 0;  // of the events that were not normalized before

  // The lane whose events may be given as they arrive, and how far: to before
  // limit_time_, and at it to before what limit_ has.
  Lane* direct_ = nullptr;
  std::optional<int64_t> limit_time_;
  const Stream* limit_ = nullptr;

  // Of the event given last.
  int64_t last_time_ = 0;
  const Stream* last_stream_ = nullptr;
};

InOrderEvents::InOrderEvents(std::span<const InputFile> files,
                             const InputOptions& input,
                             const EventJoinsOptions& joins)
    : impl_(std::make_unique<Impl>(files, input, joins)) {}
InOrderEvents::~InOrderEvents() = default;

absl::StatusOr<OrderFound> InOrderEvents::Give(
    OrderAssumptions* assumptions,
    const std::function<void(const Event&)>& before,
    const EventJoins::Sink& take,
    const std::function<void(const InputProgress&)>& on_progress) {
  return impl_->Give(assumptions, before, take, on_progress);
}

const EventJoinsStats& InOrderEvents::stats() const { return impl_->stats(); }

InputSummary InOrderEvents::TakeSummary() { return impl_->TakeSummary(); }

}  // namespace mqwarden
