#include "mqwarden/ingest/formats/pcf_splitter.h"

#include <algorithm>
#include <array>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace mqwarden {
namespace {

constexpr size_t kShownBytes = 64;
// Room that an MQEPH may have behind its parameters.
constexpr size_t kMaxSlackBytes = 3;
// Less of a message than can be told to be one. As many separators may have been
// taken for some.
constexpr size_t kLookBackBytes = kPcfStructHeadBytes - 1;
// Walking again is free up to here, and up to a structure in kBytesPerStep.
constexpr int64_t kFreeSteps = 4096;
constexpr int64_t kBytesPerStep = 4;
// No header that was written by MQ is outside of these.
constexpr int32_t kLastVersion = 3;
constexpr int32_t kLastCompCode = 3;
constexpr int32_t kMaxParameters = kMaxPcfBytes / kPcfStructHeadBytes;
constexpr size_t kCompCodeAt = 24;

// Zeros that make a little-endian integer a big-endian one.
constexpr size_t kShift = 3;

// What collectors put between two messages.
constexpr std::string_view kSeparators("\0\n\r", 3);

bool IsSeparator(char c) { return kSeparators.find(c) != kSeparators.npos; }

bool IsAllSeparators(std::string_view bytes) {
  return bytes.find_first_not_of(kSeparators) == bytes.npos;
}

// Types of messages, and the first byte of a big-endian one.
constexpr unsigned char kLastTypeByte = 16;

constexpr std::array<bool, 256> BytesThatBegin() {
  std::array<bool, 256> begins{};
  for (const int byte : {0, 1, 2, 7, int{kLastTypeByte}}) begins[byte] = true;
  // In ASCII and in EBCDIC.
  for (const int byte : {int{'M'}, 0xD4, int{'E'}, 0xC5}) begins[byte] = true;
  return begins;
}
constexpr std::array<bool, 256> kBegins = BytesThatBegin();

bool MayBeginWith(char c) { return kBegins[static_cast<unsigned char>(c)]; }

// Whether a message may begin somewhere in `bytes`, which hold its first bytes:
// false is certain. A header has its length, of which one byte is 36; MQMD and MQEPH
// have the first two characters of their eye-catchers, in ASCII or in EBCDIC.
bool MayHoldBeginning(std::string_view bytes) {
  constexpr char kLengthByte = static_cast<char>(kPcfHeaderBytes);
  size_t at = 0;
#if defined(__SSE2__)
  for (; at + 17 <= bytes.size(); at += 16) {
    const auto load = [&](size_t from) {
      return _mm_loadu_si128(
          reinterpret_cast<const __m128i*>(bytes.data() + from));
    };
    const __m128i first = load(at);
    const __m128i second = load(at + 1);
    const auto pair = [&](char a, char b) {
      return _mm_and_si128(_mm_cmpeq_epi8(first, _mm_set1_epi8(a)),
                           _mm_cmpeq_epi8(second, _mm_set1_epi8(b)));
    };
    const __m128i any = _mm_or_si128(
        _mm_cmpeq_epi8(first, _mm_set1_epi8(kLengthByte)),
        _mm_or_si128(_mm_or_si128(pair('M', 'D'), pair('E', 'P')),
                     _mm_or_si128(pair('\xD4', '\xC4'), pair('\xC5', '\xD7'))));
    if (_mm_movemask_epi8(any) != 0) return true;
  }
#endif
  for (; at < bytes.size(); ++at) {
    if (bytes[at] == kLengthByte) return true;
    const std::string_view eye = bytes.substr(at, 2);
    if (eye == "MD" || eye == "EP" || eye == "\xD4\xC4" || eye == "\xC5\xD7") {
      return true;
    }
  }
  return false;
}

// By the first kPcfStructHeadBytes of `bytes`.
bool MayBegin(std::string_view bytes) {
  if (!MayBeginWith(bytes[0])) return false;
  if (static_cast<unsigned char>(bytes[0]) <= kLastTypeByte) {
    const auto order = OrderOfPcfHeader(bytes);
    return order.has_value() &&
           IsPcfMessageType(PcfInt(bytes, kPcfTypeAt, *order));
  }
  const std::string_view eye = bytes.substr(0, kEyeBytes);
  if (IsMqmdEye(eye)) return OrderOfVersion(bytes, kMqmdLastVersion).has_value();
  return IsEphEye(eye) && OrderOfVersion(bytes, 1).has_value();
}

}  // namespace

// What was dealt with is dropped when it is as much as the rest, so that a byte
// is moved once.
void PcfSplitter::Append(std::string_view bytes) {
  if (next_ >= buffer_.size() - next_) {
    const size_t kept = std::min(next_, 2 * kLookBackBytes);
    buffer_.erase(0, next_ - kept);
    dropped_ += static_cast<int64_t>(next_ - kept);
    next_ = kept;
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
        } else if (!finished_ && buffer_.size() - next_ < kShownBytes) {
          return false;
        } else if (HasBadHeader(next_)) {
          return Leave(ItemType::kBadLength, item);
        } else if (IsSeparator(buffer_[next_])) {
          ++next_;
        } else {
          return Leave(ItemType::kNoMessage, item);
        }
        break;
      }
      case State::kMessage: {
        Walked walked = Walk();
        if (walked == Walked::kAll) walked = DoubtLastStruct();
        if (walked == Walked::kNeedsMore && !finished_) return false;
        if (walked == Walked::kAll) {
          *item = {ItemType::kMessage, dropped_ + static_cast<int64_t>(next_),
                   Rest(next_).substr(0, walked_)};
          next_ += walked_;
          state_ = State::kBetween;
          message_end_ = dropped_ + static_cast<int64_t>(next_);
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

std::string PcfSplitter::TakeRest() {
  const auto at = static_cast<size_t>(item_offset_ - dropped_);
  std::string rest = buffer_.substr(at);
  buffer_.resize(at);
  next_ = buffer_.size();
  state_ = State::kBetween;
  finished_ = true;
  return rest;
}

void PcfSplitter::BeginMessage() {
  state_ = State::kMessage;
  part_ = Part::kMqmd;
  walked_ = 0;
  pending_ = 0;
  eph_end_ = 0;
  is_eph_broken_ = false;
}

// Shows what begins at next_ as damage. False while there is less than is shown.
bool PcfSplitter::Leave(ItemType type, Item* item) {
  if (!finished_ && buffer_.size() - next_ < kShownBytes) return false;
  const int64_t begin = dropped_ + static_cast<int64_t>(next_);
  *item = {type, begin, Rest(next_).substr(0, kShownBytes)};
  item_offset_ = begin;
  broken_eph_ = broken_header_ = -1;
  if (state_ == State::kBetween) {
    // The message before may have taken the first bytes of this one.
    const auto behind = static_cast<size_t>(begin - message_end_);
    if (message_end_ >= 0 && behind <= kLookBackBytes) {
      next_ -= std::min(next_, behind + kLookBackBytes);
    } else {
      ++next_;
    }
    message_end_ = -1;
  } else {
    const size_t there = std::min(walked_, buffer_.size() - next_);
    const bool is_cheap =
        steps_ <= kFreeSteps +
                      (begin + static_cast<int64_t>(there)) / kBytesPerStep;
    if (part_ == Part::kParameters && !is_eph_broken_) {
      broken_header_ = begin + static_cast<int64_t>(header_at_);
      if (eph_end_ != 0) {
        broken_eph_ = broken_header_ - static_cast<int64_t>(kEphHeaderAt);
      }
    }
    next_ += is_cheap ? 1 : std::max<size_t>(there, 1);
  }
  state_ = State::kSearch;
  return true;
}

// Goes to the next place where a message may begin, but for those that belong to
// the broken one; false where there is none yet.
bool PcfSplitter::Search() {
  for (; next_ < buffer_.size(); ++next_) {
    const int64_t offset = dropped_ + static_cast<int64_t>(next_);
    if (offset == broken_eph_ || offset == broken_header_) continue;
    const Start start = BeginsMessage(next_);
    if (start == Start::kYes) return true;
    if (start == Start::kNeedsMore && !finished_) return false;
  }
  return false;
}

PcfSplitter::Start PcfSplitter::BeginsMessage(size_t at) const {
  const std::string_view bytes = Rest(at);
  // Most bytes are none that a message begins with.
  if (!MayBeginWith(bytes[0])) return Start::kNo;
  if (bytes.size() < kPcfStructHeadBytes) return Start::kNeedsMore;
  if (!MayBegin(bytes)) return Start::kNo;
  return static_cast<unsigned char>(bytes[0]) > kLastTypeByte
             ? Start::kYes
             : BeginsHeader(at);
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
  const bool plausible =
      header.version >= 1 && header.version <= kLastVersion && comp_code >= 0 &&
      comp_code <= kLastCompCode && header.command >= 0 &&
      header.parameter_count >= 0 && header.parameter_count <= kMaxParameters;
  return plausible ? Start::kYes : Start::kNo;
}

// Whether a header would begin at `at`, but for its count. Behind three zeros a
// little-endian one looks big-endian too, and is what it is.
bool PcfSplitter::HasBadHeader(size_t at) const {
  const std::string_view bytes = Rest(at);
  if (bytes.size() < kPcfHeaderBytes) return false;
  const auto order = OrderOfPcfHeader(bytes);
  if (!order.has_value()) return false;
  const PcfHeader header = ReadPcfHeader(bytes, *order);
  return IsPcfMessageType(header.type) && header.version >= 1 &&
         header.version <= kLastVersion &&
         BeginsHeader(at + kShift) != Start::kYes;
}

// The end of a message that is cut off inside of its last structure takes
// bytes of the next message. Then a message begins in the structure, and none
// behind it.
PcfSplitter::Walked PcfSplitter::DoubtLastStruct() {
  const size_t end = next_ + walked_;
  const size_t last = next_ + last_struct_at_;
  if (!MayHoldBeginning(Rest(last).substr(0, end - last))) return Walked::kAll;
  bool has_message = false;
  for (size_t at = last;
       at + kPcfStructHeadBytes <= end && !has_message; ++at) {
    has_message = MayBeginWith(buffer_[at]) && MayBegin(Rest(at));
  }
  if (!has_message) return Walked::kAll;
  for (size_t at = end; at < buffer_.size(); ++at) {
    const Start start = BeginsMessage(at);
    if (start == Start::kYes) return Walked::kAll;
    if (start == Start::kNeedsMore && !finished_) return Walked::kNeedsMore;
    if (!IsSeparator(buffer_[at])) return Break(ItemType::kTruncated);
    if (at - end == kShownBytes) return Walked::kAll;
  }
  return finished_ ? Walked::kAll : Walked::kNeedsMore;
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
      is_eph_broken_ = true;
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
  const size_t header = next_ + walked_;
  if (BeginsHeader(header) != Start::kYes) {
    if (!Has(kPcfHeaderBytes + kShift) && !finished_) return Walked::kNeedsMore;
    return Break(HasBadHeader(header) ? ItemType::kBadLength
                                      : ItemType::kNoMessage);
  }
  const std::string_view bytes = Rest(header);
  order_ = *OrderOfPcfHeader(bytes);
  pending_ =
      static_cast<uint64_t>(ReadPcfHeader(bytes, order_).parameter_count);
  header_at_ = walked_;
  walked_ += kPcfHeaderBytes;
  last_struct_at_ = walked_;
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
    last_struct_at_ = walked_;
    walked_ = end;
    ++steps_;
  }
  return Walked::kAll;
}

}  // namespace mqwarden
