// The layout of messages in Programmable Command Format: where in the bytes of
// MQMD, MQEPH, MQCFH and the parameter structures their members stand.
//
// Shared by the splitter, which finds the end of a message, and the decoder,
// which reads it. Nothing here trusts a length: callers check what they read.
#ifndef MQWARDEN_INGEST_FORMATS_PCF_LAYOUT_H_
#define MQWARDEN_INGEST_FORMATS_PCF_LAYOUT_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

namespace mqwarden {

// A message has at most this size.
inline constexpr size_t kMaxPcfBytes = size_t{1} << 20;

enum class PcfOrder : uint8_t { kLittle, kBig };

// The integers at `at`, which `bytes` reaches beyond.
inline int32_t PcfInt(std::string_view bytes, size_t at, PcfOrder order) {
  uint32_t value;
  std::memcpy(&value, bytes.data() + at, sizeof(value));
  const bool native = (std::endian::native == std::endian::big) ==
                      (order == PcfOrder::kBig);
  return static_cast<int32_t>(native ? value : __builtin_bswap32(value));
}

inline int64_t PcfInt64(std::string_view bytes, size_t at, PcfOrder order) {
  uint64_t value;
  std::memcpy(&value, bytes.data() + at, sizeof(value));
  const bool native = (std::endian::native == std::endian::big) ==
                      (order == PcfOrder::kBig);
  return static_cast<int64_t>(native ? value : __builtin_bswap64(value));
}

// MQCFT: types of structures.
enum PcfType : int32_t {
  kPcfCommand = 1,
  kPcfResponse = 2,
  kPcfInteger = 3,
  kPcfString = 4,
  kPcfIntegerList = 5,
  kPcfStringList = 6,
  kPcfEvent = 7,
  kPcfByteString = 9,
  kPcfIntegerFilter = 13,
  kPcfStringFilter = 14,
  kPcfByteStringFilter = 15,
  kPcfCommandXr = 16,
  kPcfGroup = 20,
  kPcfInteger64 = 23,
  kPcfInteger64List = 25,
};

// Of any structure.
inline constexpr size_t kPcfStructHeadBytes = 8;
inline constexpr size_t kPcfTypeAt = 0;
inline constexpr size_t kPcfLengthAt = 4;
inline constexpr size_t kPcfParameterAt = 8;
inline constexpr size_t kPcfGroupCountAt = 12;

// The size of a structure of `type` without what it says the length of itself.
inline size_t PcfFixedBytes(int32_t type) {
  switch (type) {
    case kPcfInteger:
    case kPcfIntegerList:
    case kPcfByteString:
    case kPcfGroup:
    case kPcfInteger64List:
      return 16;
    case kPcfString:
    case kPcfIntegerFilter:
    case kPcfByteStringFilter:
      return 20;
    case kPcfStringList:
    case kPcfStringFilter:
    case kPcfInteger64:
      return 24;
    default:
      return kPcfStructHeadBytes;  // of a type unknown here, to be skipped
  }
}

// Whether the decoder reads a structure of that type as a parameter.
inline bool IsPcfParameterType(int32_t type) {
  return PcfFixedBytes(type) != kPcfStructHeadBytes;
}

// MQCFH.
inline constexpr size_t kPcfHeaderBytes = 36;

inline bool IsPcfMessageType(int32_t type) {
  return type == kPcfEvent || type == kPcfCommand || type == kPcfResponse ||
         type == kPcfCommandXr;
}

struct PcfHeader {
  PcfOrder order;
  int32_t type;
  int32_t version;
  int32_t command;
  int32_t control;
  int32_t reason;
  int32_t parameter_count;
};

inline PcfHeader ReadPcfHeader(std::string_view bytes, PcfOrder order) {
  return {order,
          PcfInt(bytes, 0, order),
          PcfInt(bytes, 8, order),
          PcfInt(bytes, 12, order),
          PcfInt(bytes, 20, order),
          PcfInt(bytes, 28, order),
          PcfInt(bytes, 32, order)};
}

// By the length of the header, which is 36 in every version there is.
inline std::optional<PcfOrder> OrderOfPcfHeader(std::string_view bytes) {
  for (const PcfOrder order : {PcfOrder::kLittle, PcfOrder::kBig}) {
    if (PcfInt(bytes, kPcfLengthAt, order) ==
        static_cast<int32_t>(kPcfHeaderBytes)) {
      return order;
    }
  }
  return std::nullopt;
}

// MQMD and MQEPH begin with an eye-catcher of four characters, in ASCII or in
// EBCDIC, and a version.
inline constexpr size_t kEyeBytes = 4;
inline bool IsMqmdEye(std::string_view eye) {
  return eye == "MD  " || eye == "\xD4\xC4\x40\x40";
}
inline bool IsEphEye(std::string_view eye) {
  return eye == "EPH " || eye == "\xC5\xD7\xC8\x40";
}

// By a version of 1 to `last`, at offset 4.
inline std::optional<PcfOrder> OrderOfVersion(std::string_view bytes,
                                              int32_t last) {
  for (const PcfOrder order : {PcfOrder::kLittle, PcfOrder::kBig}) {
    const int32_t version = PcfInt(bytes, kEyeBytes, order);
    if (version >= 1 && version <= last) return order;
  }
  return std::nullopt;
}

// MQMD.
inline constexpr size_t kMqmdHeadBytes = 8;
inline constexpr int32_t kMqmdLastVersion = 2;
inline constexpr size_t kMqmd1Bytes = 324;
inline constexpr size_t kMqmd2Bytes = 364;

// MQEPH, with the MQCFH that ends it.
inline constexpr size_t kEphFixedBytes = 68;
inline constexpr size_t kEphHeaderAt = 32;
inline constexpr size_t kEphLengthAt = 8;
inline constexpr size_t kEphHeadBytes = 12;

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_FORMATS_PCF_LAYOUT_H_
