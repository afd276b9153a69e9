#include "mqwarden/ingest/formats/pcf_splitter.h"

#include <algorithm>

namespace mqwarden {
namespace {

constexpr size_t kShownBytes = 64;
// Room that an MQEPH may have behind its parameters.
constexpr size_t kMaxSlackBytes = 3;
// Walking again is free up to here, and up to a structure in kBytesPerStep.
constexpr int64_t kFreeSteps = 4096;
constexpr int64_t kBytesPerStep = 4;
// No header that was written by MQ is outside of these.
constexpr int32_t kLastVersion = 3;
constexpr int32_t kLastCompCode = 3;
constexpr size_t kCompCodeAt = 24;

// What collectors put between two messages.
constexpr std::string_view kSeparators("\0\n\r", 3);

bool IsSeparator(char c) { return kSeparators.find(c) != kSeparators.npos; }

bool IsAllSeparators(std::string_view bytes) {
  return bytes.find_first_not_of(kSeparators) == bytes.npos;
}

}  // namespace

// What was dealt with is dropped when it is as much as the rest, so that a byte
// is moved once.
void PcfSplitter::Append(std::string_view bytes) {
  if (next_ >= buffer_.size() - next_) {
    buffer_.erase(0, next_);
    dropped_ += static_cast<int64_t>(next_);
    next_ = 0;
  }
  buffer_ += bytes;
}

bool PcfSplitter::Next(Item* item) {
  while (true) {
    switch (state_) {
      case State::kBetween: {
        if (next_ == buffer_.size()) return false;
        const Start start = BeginsMessage(next_);
        if (start == Start::kNeedsMore && !finished_) return false;
        if (start == Start::kNeedsMore && IsAllSeparators(Rest(next_))) {
          next_ = buffer_.size();
        } else if (start != Start::kNo) {
          BeginMessage();
        } else if (IsSeparator(buffer_[next_])) {
          ++next_;
        } else {
          return Leave(ItemType::kNoMessage, item);
        }
        break;
      }
      case State::kMessage: {
        const Walked walked = Walk();
        if (walked == Walked::kNeedsMore && !finished_) return false;
        if (walked == Walked::kAll) {
          *item = {ItemType::kMessage, dropped_ + static_cast<int64_t>(next_),
                   Rest(next_).substr(0, walked_)};
          next_ += walked_;
          state_ = State::kBetween;
          return true;
        }
        return Leave(walked == Walked::kBroken ? broken_as_
                                               : ItemType::kTruncated,
                     item);
      }
      case State::kSearch:
        if (!Search()) return false;
        state_ = State::kBetween;
        break;
    }
  }
}

void PcfSplitter::BeginMessage() {
  state_ = State::kMessage;
  part_ = Part::kMqmd;
  walked_ = 0;
  pending_ = 0;
  eph_end_ = 0;
}

// Shows what begins at next_ as damage; the search goes on behind its first
// byte, or behind the break. False while there is less than is shown.
bool PcfSplitter::Leave(ItemType type, Item* item) {
  if (!finished_ && buffer_.size() - next_ < kShownBytes) return false;
  *item = {type, dropped_ + static_cast<int64_t>(next_),
           Rest(next_).substr(0, kShownBytes)};
  const size_t there = std::min(walked_, buffer_.size() - next_);
  const int64_t broken_at = dropped_ + static_cast<int64_t>(next_ + there);
  const bool again = steps_ <= kFreeSteps + broken_at / kBytesPerStep;
  next_ += state_ == State::kBetween || again ? 1 : std::max<size_t>(there, 1);
  state_ = State::kSearch;
  return true;
}

// Goes to the next place where a message may begin; false where there is none
// yet.
bool PcfSplitter::Search() {
  for (; next_ < buffer_.size(); ++next_) {
    const Start start = BeginsMessage(next_);
    if (start == Start::kYes) return true;
    if (start == Start::kNeedsMore && !finished_) return false;
  }
  return false;
}

PcfSplitter::Start PcfSplitter::BeginsMessage(size_t at) const {
  const std::string_view bytes = Rest(at);
  // Most bytes are none that a message begins with.
  switch (static_cast<unsigned char>(bytes[0])) {
    case 'M': case 0xD4:
    case 'E': case 0xC5: {
      if (bytes.size() < kMqmdHeadBytes) return Start::kNeedsMore;
      const std::string_view eye = bytes.substr(0, kEyeBytes);
      if (IsMqmdEye(eye) && OrderOfVersion(bytes, kMqmdLastVersion)) {
        return Start::kYes;
      }
      return IsEphEye(eye) && OrderOfVersion(bytes, 1) ? Start::kYes
                                                       : Start::kNo;
    }
    case 0: case 1: case 2: case 7: case 16:
      return BeginsHeader(at);
    default:
      return Start::kNo;
  }
}

PcfSplitter::Start PcfSplitter::BeginsHeader(size_t at) const {
  const std::string_view bytes = Rest(at);
  if (bytes.size() < kPcfStructHeadBytes) return Start::kNeedsMore;
  const auto order = OrderOfPcfHeader(bytes);
  if (!order.has_value() ||
      !IsPcfMessageType(PcfInt(bytes, kPcfTypeAt, *order))) {
    return Start::kNo;
  }
  if (bytes.size() < kPcfHeaderBytes) return Start::kNeedsMore;
  const PcfHeader header = ReadPcfHeader(bytes, *order);
  const int32_t comp_code = PcfInt(bytes, kCompCodeAt, *order);
  const bool plausible = header.version >= 1 &&
                         header.version <= kLastVersion && comp_code >= 0 &&
                         comp_code <= kLastCompCode && header.command >= 0;
  return plausible ? Start::kYes : Start::kNo;
}

PcfSplitter::Walked PcfSplitter::Walk() {
  if (part_ != Part::kParameters) {
    const Walked front = WalkFront();
    if (front != Walked::kAll) return front;
  }
  const Walked parameters = WalkParameters();
  if (parameters != Walked::kAll) return parameters;
  if (!Has(0)) return Walked::kNeedsMore;
  if (eph_end_ != 0) {
    if (walked_ > eph_end_ || eph_end_ - walked_ > kMaxSlackBytes) {
      return Break(ItemType::kBadLength);
    }
    walked_ = eph_end_;
  }
  return Has(0) ? Walked::kAll : Walked::kNeedsMore;
}

// MQMD and MQEPH, where they are, and MQCFH.
PcfSplitter::Walked PcfSplitter::WalkFront() {
  if (part_ == Part::kMqmd) {
    if (!Has(kMqmdHeadBytes)) return Walked::kNeedsMore;
    const std::string_view bytes = Rest(next_);
    if (IsMqmdEye(bytes.substr(0, kEyeBytes))) {
      const auto order = OrderOfVersion(bytes, kMqmdLastVersion);
      if (!order.has_value()) return Break(ItemType::kNoMessage);
      walked_ = PcfInt(bytes, kEyeBytes, *order) == 1 ? kMqmd1Bytes
                                                      : kMqmd2Bytes;
    }
    part_ = Part::kEph;
  }
  if (part_ == Part::kEph) {
    if (!Has(kEphHeadBytes)) return Walked::kNeedsMore;
    const std::string_view bytes = Rest(next_ + walked_);
    if (IsEphEye(bytes.substr(0, kEyeBytes))) {
      const auto order = OrderOfVersion(bytes, 1);
      if (!order.has_value()) return Break(ItemType::kNoMessage);
      const int32_t size = PcfInt(bytes, kEphLengthAt, *order);
      if (size < static_cast<int32_t>(kEphFixedBytes) ||
          size > static_cast<int32_t>(kMaxPcfBytes - walked_)) {
        return Break(ItemType::kBadLength);
      }
      eph_end_ = walked_ + static_cast<size_t>(size);
      walked_ += kEphHeaderAt;
    }
    part_ = Part::kHeader;
  }
  if (!Has(kPcfHeaderBytes)) return Walked::kNeedsMore;
  if (BeginsHeader(next_ + walked_) != Start::kYes) {
    return Break(ItemType::kNoMessage);
  }
  const std::string_view bytes = Rest(next_ + walked_);
  order_ = *OrderOfPcfHeader(bytes);
  const int32_t count = ReadPcfHeader(bytes, order_).parameter_count;
  if (count < 0) return Break(ItemType::kBadLength);
  pending_ = static_cast<uint64_t>(count);
  walked_ += kPcfHeaderBytes;
  part_ = Part::kParameters;
  return Walked::kAll;
}

PcfSplitter::Walked PcfSplitter::WalkParameters() {
  while (pending_ > 0) {
    if (!Has(kPcfStructHeadBytes)) return Walked::kNeedsMore;
    const size_t at = next_ + walked_;
    const std::string_view bytes = Rest(at);
    const int32_t type = PcfInt(bytes, kPcfTypeAt, order_);
    const int32_t size = PcfInt(bytes, kPcfLengthAt, order_);
    if (!IsPcfParameterType(type)) {
      // Where the next message begins this one is cut off.
      const Start start = BeginsMessage(at);
      if (start == Start::kNeedsMore) return Walked::kNeedsMore;
      if (start == Start::kYes) return Break(ItemType::kTruncated);
    }
    if (size < static_cast<int32_t>(PcfFixedBytes(type)) ||
        size > static_cast<int32_t>(kMaxPcfBytes)) {
      return Break(ItemType::kBadLength);
    }
    const size_t end = walked_ + static_cast<size_t>(size);
    if (end > kMaxPcfBytes) return Break(ItemType::kTooLong);
    uint64_t members = 0;
    if (type == kPcfGroup) {
      if (!Has(PcfFixedBytes(type))) return Walked::kNeedsMore;
      const int32_t count = PcfInt(bytes, kPcfGroupCountAt, order_);
      if (count < 0) return Break(ItemType::kBadLength);
      members = static_cast<uint64_t>(count);
    }
    // No structure is shorter than its head, so they cannot all be there.
    const uint64_t pending = pending_ + members - 1;
    if (pending > (kMaxPcfBytes - end) / kPcfStructHeadBytes) {
      return Break(ItemType::kBadLength);
    }
    pending_ = pending;
    walked_ = end;
    ++steps_;
  }
  return Walked::kAll;
}

}  // namespace mqwarden
