#include "mqwarden/pipeline/sorted_merge.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "mqwarden/base/arena.h"
#include "mqwarden/base/check.h"
#include "mqwarden/base/hash128.h"
#include "mqwarden/base/status_macros.h"
#include "mqwarden/base/text.h"
#include "mqwarden/pipeline/spill_file.h"
#include "mqwarden/schema/event_codec.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

constexpr size_t kChunkBytes = size_t{1} << 20;
constexpr size_t kMinReadBytes = size_t{4} << 10;
constexpr size_t kMaxReadBytes = size_t{1} << 20;

// What one collector has in one input. Streams of an input differ in collector.
struct Stream {
  uint32_t input = 0;
  uint32_t collector = 0;
  int64_t first = std::numeric_limits<int64_t>::max();
  int64_t last = std::numeric_limits<int64_t>::min();
  Hash128 digest;  // of its events, in their order
};

struct Entry {
  int64_t time = 0;
  uint64_t position = 0;  // within the input
  const char* bytes = nullptr;
  uint32_t size = 0;
  uint32_t stream = 0;
};

// The fixed part of a spilled entry; its bytes follow.
struct SpilledHeader {
  int64_t time;
  uint64_t position;
  uint32_t size;
  uint32_t stream;
};
static_assert(sizeof(SpilledHeader) == 24);

// Reads one run back, entry by entry.
class RunReader {
 public:
  RunReader(SpillFile* file, int64_t begin, int64_t end, size_t buffer_bytes)
      : file_(file), offset_(begin), end_(end), read_bytes_(buffer_bytes) {}

  // False at the end of the run. `entry().bytes` is good until the next call.
  absl::StatusOr<bool> Next() {
    if (at_ == buffer_.size() && offset_ == end_) return false;
    MQWARDEN_RETURN_IF_ERROR(Need(sizeof(SpilledHeader)));
    SpilledHeader header;
    std::memcpy(&header, buffer_.data() + at_, sizeof(header));
    at_ += sizeof(header);
    MQWARDEN_RETURN_IF_ERROR(Need(header.size));
    entry_ = {header.time, header.position, buffer_.data() + at_, header.size,
              header.stream};
    at_ += header.size;
    return true;
  }

  const Entry& entry() const { return entry_; }

 private:
  absl::Status Need(size_t bytes) {
    const size_t have = buffer_.size() - at_;
    if (have >= bytes) return absl::OkStatus();
    buffer_.erase(0, at_);
    at_ = 0;
    const auto more = static_cast<size_t>(
        std::min(static_cast<int64_t>(std::max(read_bytes_, bytes - have)),
                 end_ - offset_));
    if (have + more < bytes) {
      return absl::DataLossError("a temporary file is damaged");
    }
    buffer_.resize(have + more);
    MQWARDEN_RETURN_IF_ERROR(file_->ReadAt(offset_, more, &buffer_[have]));
    offset_ += static_cast<int64_t>(more);
    return absl::OkStatus();
  }

  SpillFile* const file_;
  int64_t offset_;
  const int64_t end_;
  const size_t read_bytes_;
  std::string buffer_;
  size_t at_ = 0;
  Entry entry_;
};

}  // namespace

class SortedMerge::Impl {
 public:
  explicit Impl(const SortedMergeOptions& options)
      : options_(options), file_(options.temp_folder) {}

  void BeginInput() {
    ++input_;
    position_ = 0;
    streams_of_input_.clear();
  }

  absl::Status Add(const Event& event) {
    MQWARDEN_DCHECK(event.Has(FieldId::kTime), "only events with a time merge");
    scratch_.clear();
    EncodeEvent(event, &scratch_);

    const std::string_view collector = event.Has(FieldId::kCollector)
                                           ? event.Text(FieldId::kCollector)
                                           : std::string_view();
    const uint32_t id = StreamOf(collector);
    Stream& stream = streams_[id];
    const int64_t time = event.Int(FieldId::kTime);
    stream.first = std::min(stream.first, time);
    stream.last = std::max(stream.last, time);
    hasher_.Add(stream.digest);
    hasher_.Add(scratch_);
    stream.digest = hasher_.Finish();

    entries_.push_back({time, position_++, arena_.Copy(scratch_).data(),
                        static_cast<uint32_t>(scratch_.size()), id});
    // A vector that grows holds its entries twice.
    held_bytes_ += scratch_.size() + 2 * sizeof(Entry);
    if (held_bytes_ < options_.memory_bytes) return absl::OkStatus();
    return Spill();
  }

  absl::Status Finish(const std::function<bool(Event*)>& take) {
    RankStreams();
    next_sequence_.assign(collectors_.size(), 0);
    if (runs_.empty()) {
      Sort(entries_.begin(), entries_.end());
      for (const Entry& entry : entries_) {
        MQWARDEN_ASSIGN_OR_RETURN(const bool more, Give(entry, take));
        if (!more) break;
      }
      return absl::OkStatus();
    }
    // The memory now serves to read the runs.
    MQWARDEN_RETURN_IF_ERROR(Spill());
    arena_ = Arena(kChunkBytes);
    entries_ = {};
    return MergeRuns(take);
  }

  int64_t spilled_bytes() const { return file_.size(); }

 private:
  struct Run {
    int64_t begin;
    int64_t end;
  };

  uint32_t StreamOf(std::string_view collector) {
    // Most inputs have one collector, and its events come in a row.
    if (!streams_of_input_.empty()) {
      const Stream& stream = streams_[last_stream_];
      if (collectors_[stream.collector] == collector) return last_stream_;
    }
    auto known = collector_ids_.find(collector);
    if (known == collector_ids_.end()) {
      known = collector_ids_
                  .emplace(std::string(collector),
                           static_cast<uint32_t>(collectors_.size()))
                  .first;
      collectors_.emplace_back(collector);
    }
    const auto [it, is_new] = streams_of_input_.try_emplace(
        known->second, static_cast<uint32_t>(streams_.size()));
    if (is_new) {
      Stream stream;
      stream.input = input_;
      stream.collector = known->second;
      streams_.push_back(stream);
    }
    last_stream_ = it->second;
    return last_stream_;
  }

  // `order_` of a stream: its place by collector, first time, last time, digest.
  // Streams equal in all of these have the same events.
  void RankStreams() {
    std::vector<uint32_t> ids(streams_.size());
    for (uint32_t i = 0; i < ids.size(); ++i) ids[i] = i;
    std::sort(ids.begin(), ids.end(), [this](uint32_t a, uint32_t b) {
      const Stream& x = streams_[a];
      const Stream& y = streams_[b];
      if (x.collector != y.collector) {
        return collectors_[x.collector] < collectors_[y.collector];
      }
      return std::tie(x.first, x.last, x.digest) <
             std::tie(y.first, y.last, y.digest);
    });
    order_.assign(ids.size(), 0);
    for (uint32_t i = 0; i < ids.size(); ++i) order_[ids[i]] = i;
  }

  // Between streams of one input the order is that of their collectors, so it
  // does not change when streams get their final rank.
  bool Before(const Entry& a, const Entry& b) const {
    if (a.time != b.time) return a.time < b.time;
    if (a.stream != b.stream) return order_[a.stream] < order_[b.stream];
    return a.position < b.position;
  }

  // Most logs are in order already.
  void Sort(std::vector<Entry>::iterator begin,
            std::vector<Entry>::iterator end) const {
    const auto before = [this](const Entry& a, const Entry& b) {
      return Before(a, b);
    };
    if (!std::is_sorted(begin, end, before)) std::sort(begin, end, before);
  }

  // Writes what is held, one run for each input.
  absl::Status Spill() {
    RankStreams();
    auto begin = entries_.begin();
    while (begin != entries_.end()) {
      const uint32_t input = streams_[begin->stream].input;
      const auto end =
          std::find_if(begin, entries_.end(), [&](const Entry& entry) {
            return streams_[entry.stream].input != input;
          });
      Sort(begin, end);
      const int64_t run_begin = file_.size();
      std::string block;
      for (; begin != end; ++begin) {
        const SpilledHeader header = {begin->time, begin->position, begin->size,
                                      begin->stream};
        block.append(reinterpret_cast<const char*>(&header), sizeof(header));
        block.append(begin->bytes, begin->size);
        if (block.size() < kChunkBytes) continue;
        MQWARDEN_RETURN_IF_ERROR(file_.Append(block));
        block.clear();
      }
      MQWARDEN_RETURN_IF_ERROR(file_.Append(block));
      runs_.push_back({run_begin, file_.size()});
    }
    entries_.clear();
    arena_.Reset();
    held_bytes_ = 0;
    return absl::OkStatus();
  }

  absl::Status MergeRuns(const std::function<bool(Event*)>& take) {
    const size_t read_bytes = std::clamp(
        options_.memory_bytes / runs_.size(), kMinReadBytes, kMaxReadBytes);
    std::vector<RunReader> readers;
    readers.reserve(runs_.size());
    for (const Run& run : runs_) {
      readers.emplace_back(&file_, run.begin, run.end, read_bytes);
    }
    // The reader with the least entry is at the front.
    std::vector<RunReader*> heap;
    const auto after = [this](const RunReader* a, const RunReader* b) {
      return Before(b->entry(), a->entry());
    };
    for (RunReader& reader : readers) {
      MQWARDEN_ASSIGN_OR_RETURN(const bool has, reader.Next());
      if (has) heap.push_back(&reader);
    }
    std::make_heap(heap.begin(), heap.end(), after);
    while (!heap.empty()) {
      std::pop_heap(heap.begin(), heap.end(), after);
      MQWARDEN_ASSIGN_OR_RETURN(const bool more,
                                Give(heap.back()->entry(), take));
      if (!more) break;
      MQWARDEN_ASSIGN_OR_RETURN(const bool has, heap.back()->Next());
      if (has) {
        std::push_heap(heap.begin(), heap.end(), after);
      } else {
        heap.pop_back();
      }
    }
    return absl::OkStatus();
  }

  absl::StatusOr<bool> Give(const Entry& entry,
                            const std::function<bool(Event*)>& take) {
    if (!DecodeEvent(std::string_view(entry.bytes, entry.size), &event_)) {
      return absl::DataLossError("a temporary file is damaged");
    }
    event_.set_sequence(next_sequence_[streams_[entry.stream].collector]++);
    return take(&event_);
  }

  const SortedMergeOptions options_;

  // Inputs, collectors and streams.
  uint32_t input_ = 0;
  uint64_t position_ = 0;
  std::vector<std::string> collectors_;
  absl::flat_hash_map<std::string, uint32_t, TextHash, TextEq> collector_ids_;
  std::vector<Stream> streams_;
  absl::flat_hash_map<uint32_t, uint32_t> streams_of_input_;  // by collector
  uint32_t last_stream_ = 0;  // of this input, if it has any
  std::vector<uint32_t> order_;
  std::vector<int64_t> next_sequence_;  // by collector

  // Events held; those of one input stand together.
  Arena arena_{kChunkBytes};
  std::vector<Entry> entries_;
  size_t held_bytes_ = 0;

  SpillFile file_;
  std::vector<Run> runs_;

  // Reused.
  std::string scratch_;
  Hasher128 hasher_;
  Event event_;
};

SortedMerge::SortedMerge(const SortedMergeOptions& options)
    : impl_(std::make_unique<Impl>(options)) {}
SortedMerge::~SortedMerge() = default;

void SortedMerge::BeginInput() { impl_->BeginInput(); }

absl::Status SortedMerge::Add(const Event& event) {
  ++events_;
  return impl_->Add(event);
}

absl::Status SortedMerge::Finish(
    const std::function<bool(Event* event)>& take) {
  return impl_->Finish(take);
}

int64_t SortedMerge::spilled_bytes() const { return impl_->spilled_bytes(); }

}  // namespace mqwarden
