#include "mqwarden/ingest/formats/pcf.h"

#include <array>
#include <charconv>
#include <cinttypes>
#include <cstdio>
#include <utility>

#include "mqwarden/ingest/mapping.h"
#include "mqwarden/ingest/mq_text.h"
#include "mqwarden/schema/field_catalog.h"
#include "mqwarden/schema/mq_constants.h"

namespace mqwarden {
namespace {

constexpr int64_t kPcfSource = EnumCode(EnumType::kSource, "pcf");
constexpr int64_t kReceiptQuality = EnumCode(EnumType::kTimeQuality, "receipt");
constexpr int64_t kBefore = EnumCode(EnumType::kObjectState, "before");
constexpr int64_t kAfter = EnumCode(EnumType::kObjectState, "after");

constexpr int32_t kControlNotLast = 0;  // MQCFC_NOT_LAST

// Parameters that amqsevt prints in a way of their own.
constexpr int32_t kErrorId = 1013;         // MQIACF_ERROR_ID
constexpr int32_t kConnectOptions = 1108;  // MQIACF_CONNECT_OPTIONS
constexpr int32_t kCompCode = 1242;        // MQIACF_COMP_CODE
constexpr int32_t kEncoding = 1243;        // MQIACF_ENCODING
constexpr int32_t kReasonCode = 1254;      // MQIACF_REASON_CODE
constexpr int32_t kGetOptions = 1367;      // MQIACF_GET_OPTIONS
constexpr int32_t kPutOptions = 1373;      // MQIACF_PUT_OPTIONS
constexpr int64_t kAllAttributes = 1009;   // MQIACF_ALL
constexpr int32_t kCommandData = 8002;     // MQGACF_COMMAND_DATA

// Encoding: the order of integers is in its lowest four bits.
constexpr int32_t kEncodingIntegerMask = 0xF;
constexpr int32_t kEncodingIntegerNormal = 1;
constexpr int32_t kEncodingIntegerReversed = 2;

// Text of MQMD and MQEPH themselves is in the set of their eye-catcher.
constexpr int32_t kAsciiSet = 819;
constexpr int32_t kEbcdicSet = 37;

constexpr int32_t kNoApplicationType = 0;  // MQAT_NO_CONTEXT
constexpr int32_t kQmgrApplicationType = 7;  // MQAT_QMGR
// PutApplName holds no more of a name.
constexpr size_t kPutApplicationBytes = 28;
constexpr size_t kPutDateBytes = 8;
constexpr size_t kPutTimeBytes = 8;

bool IsZero(std::string_view bytes) {
  return bytes.find_first_not_of('\0') == bytes.npos;
}

constexpr std::string_view kLowerHex = "0123456789abcdef";
constexpr std::string_view kUpperHex = "0123456789ABCDEF";

Reject CutOff(std::string_view where) {
  std::string detail = "the message ends inside of ";
  detail += where;
  return {kTruncated, std::move(detail)};
}

Reject BadLength(std::string_view what, int64_t value) {
  std::string detail(what);
  detail += " is ";
  detail += std::to_string(value);
  return {kBadLength, std::move(detail)};
}

Reject TooManyValues() {
  return {kTooLong, "a message of more than 16384 values"};
}

std::string TypeName(int32_t type) {
  const std::string_view name = MqConstantName(MqKind::kPcfType, type);
  return name.empty() ? "type " + std::to_string(type) : std::string(name);
}

}  // namespace

std::optional<Reject> PcfDecoder::Decode(std::string_view message,
                                         const MessageFacts& facts,
                                         Event* event,
                                         Provenance* provenance) {
  MessageFacts all = facts;
  if (auto reject = Read(message, &all, &decoded_)) return reject;
  normalizer_.Normalize(decoded_, event, provenance, kPcfNames);
  if (!IsZero(all.message_id)) {
    event->SetText(FieldId::kEventId, Hex(all.message_id, kLowerHex));
    if (provenance != nullptr) provenance->Note("MQMD.MsgId", FieldId::kEventId);
  }
  if (all.receipt.has_value()) {
    const int64_t receipt = all.receipt->time_since_epoch().count();
    event->SetInt(FieldId::kReceived, receipt);
    if (!event->Has(FieldId::kTime)) {
      event->SetTime(*all.receipt);
      event->SetInt(FieldId::kTimeQuality, kReceiptQuality);
    }
  }
  return std::nullopt;
}

std::optional<Reject> PcfDecoder::Read(std::string_view message,
                                       MessageFacts* facts, MqRecord* record) {
  if (message.size() > kMaxPcfBytes) {
    return Reject{kTooLong, "a message of more than 1 MiB"};
  }
  rest_ = message;
  record_ = record;
  record_->Clear();
  record_->source = kPcfSource;
  text_.Start();
  values_ = 0;
  in_command_ = false;
  if (auto reject = ReadFront(facts)) return reject;
  ccsid_ = facts->ccsid;
  int32_t parameter_count = 0;
  if (auto reject = ReadHeader(*facts, &parameter_count)) return reject;
  if (auto reject = ReadParameters(parameter_count)) return reject;
  SetContext(*facts);
  return std::nullopt;
}

// MQMD and MQEPH, where they are.
std::optional<Reject> PcfDecoder::ReadFront(MessageFacts* facts) {
  if (IsMqmdEye(rest_.substr(0, kEyeBytes))) {
    if (auto reject = ReadMqmd(facts)) return reject;
  }
  if (!IsEphEye(rest_.substr(0, kEyeBytes))) return std::nullopt;
  if (rest_.size() < kEphFixedBytes) return CutOff("MQEPH");
  const auto order = OrderOfVersion(rest_, /*last=*/1);
  if (!order.has_value()) return Reject{kBadValue, "MQEPH of no known version"};
  const int32_t size = PcfInt(rest_, kEphLengthAt, *order);
  if (size < static_cast<int32_t>(kEphFixedBytes)) {
    return BadLength("MQEPH.StrucLength", size);
  }
  if (static_cast<size_t>(size) > rest_.size()) return CutOff("MQEPH");
  rest_ = rest_.substr(kEphHeaderAt, static_cast<size_t>(size) - kEphHeaderAt);
  return std::nullopt;
}

std::optional<Reject> PcfDecoder::ReadMqmd(MessageFacts* facts) {
  if (rest_.size() < kMqmdHeadBytes) return CutOff("MQMD");
  const auto order = OrderOfVersion(rest_, kMqmdLastVersion);
  if (!order.has_value()) return Reject{kBadValue, "MQMD of no known version"};
  const bool is_first = PcfInt(rest_, kEyeBytes, *order) == 1;
  const size_t size = is_first ? kMqmd1Bytes : kMqmd2Bytes;
  if (rest_.size() < size) return CutOff("MQMD");
  const int32_t set = rest_[0] == 'M' ? kAsciiSet : kEbcdicSet;
  const auto text = [&](size_t at, size_t bytes) {
    return text_.Decode(rest_.substr(at, bytes), set);
  };
  if (facts->encoding == 0) facts->encoding = PcfInt(rest_, 24, *order);
  if (facts->ccsid <= 0) facts->ccsid = PcfInt(rest_, 28, *order);
  if (facts->message_id.empty()) facts->message_id = rest_.substr(48, 24);
  if (facts->correlation_id.empty()) {
    facts->correlation_id = rest_.substr(72, 24);
  }
  if (facts->put_application.empty()) {
    facts->put_application_type = PcfInt(rest_, 272, *order);
    facts->put_application = text(276, kPutApplicationBytes);
  }
  if (facts->put_date.empty()) {
    facts->put_date = text(304, kPutDateBytes);
    facts->put_time = text(312, kPutTimeBytes);
  }
  rest_.remove_prefix(size);
  return std::nullopt;
}

std::optional<Reject> PcfDecoder::ReadHeader(const MessageFacts& facts,
                                             int32_t* parameter_count) {
  if (rest_.size() < kPcfHeaderBytes) return CutOff("MQCFH");
  auto order = OrderOfPcfHeader(rest_);
  // A header longer than any there is: only the MQMD tells its byte order.
  const int32_t integers = facts.encoding & kEncodingIntegerMask;
  if (!order.has_value() && integers == kEncodingIntegerNormal) {
    order = PcfOrder::kBig;
  } else if (!order.has_value() && integers == kEncodingIntegerReversed) {
    order = PcfOrder::kLittle;
  }
  if (!order.has_value()) {
    return Reject{kBadLength, "MQCFH.StrucLength is 36 in neither byte order"};
  }
  order_ = *order;
  const int32_t size = Int(rest_, kPcfLengthAt);
  if (size < static_cast<int32_t>(kPcfHeaderBytes)) {
    return BadLength("MQCFH.StrucLength", size);
  }
  if (static_cast<size_t>(size) > rest_.size()) return CutOff("MQCFH");
  const PcfHeader header = ReadPcfHeader(rest_, order_);
  if (!IsPcfMessageType(header.type)) {
    return Reject{kBadValue, "a message of " + TypeName(header.type)};
  }
  if (header.parameter_count < 0) {
    return BadLength("MQCFH.ParameterCount", header.parameter_count);
  }
  rest_.remove_prefix(static_cast<size_t>(size));
  record_->event_class = header.command;
  record_->reason = header.reason;
  if (header.reason == kReasonConfigChange) {
    record_->object_state =
        header.control == kControlNotLast ? kBefore : kAfter;
  }
  if (header.type != kPcfEvent) {
    MqParameter& p = record_->Add("msgType", {});
    p.text = MqWord(MqKind::kPcfType, header.type);
    p.number = header.type;
    p.has_number = true;
  }
  *parameter_count = header.parameter_count;
  return std::nullopt;
}

// Members of groups follow their group, and only the group counts them: `left`
// has the structures to come, of the message and of each group that is open.
std::optional<Reject> PcfDecoder::ReadParameters(int32_t count) {
  std::array<int32_t, kMaxGroupDepth + 1> left;
  left[0] = count;
  size_t depth = 0;
  size_t command_depth = 0;  // of the group of the command itself; 0: none
  while (true) {
    while (left[depth] == 0) {
      if (depth == 0) return std::nullopt;
      if (depth == command_depth) command_depth = 0;
      --depth;
    }
    --left[depth];
    in_command_ = command_depth != 0;

    if (rest_.size() < kPcfStructHeadBytes) return CutOff("its parameters");
    const int32_t type = Int(rest_, kPcfTypeAt);
    const int32_t size = Int(rest_, kPcfLengthAt);
    if (size < static_cast<int32_t>(PcfFixedBytes(type)) ||
        size > static_cast<int32_t>(kMaxPcfBytes)) {
      return BadLength("StrucLength of " + TypeName(type), size);
    }
    if (static_cast<size_t>(size) > rest_.size()) return CutOff(TypeName(type));
    if (++values_ > kMaxValues) return TooManyValues();
    const std::string_view bytes = rest_.substr(0, static_cast<size_t>(size));
    rest_.remove_prefix(bytes.size());
    if (type != kPcfGroup) {
      if (auto reject = ReadStruct(type, bytes)) return reject;
      continue;
    }
    const int32_t members = Int(bytes, kPcfGroupCountAt);
    if (members < 0) return BadLength("MQCFGR.ParameterCount", members);
    if (depth == kMaxGroupDepth) {
      return Reject{kBadValue, "groups nested deeper than 8"};
    }
    left[++depth] = members;
    if (command_depth == 0 && Int(bytes, kPcfParameterAt) == kCommandData) {
      command_depth = depth;
    }
  }
}

// `bytes` has at least the fixed size of `type`.
std::optional<Reject> PcfDecoder::ReadStruct(int32_t type,
                                             std::string_view bytes) {
  // The text or byte string behind the length at `at`.
  std::string_view value;
  const auto take = [&](size_t at) {
    const int32_t size = Int(bytes, at);
    const bool fits =
        size >= 0 && static_cast<size_t>(size) <= bytes.size() - (at + 4);
    if (fits) value = bytes.substr(at + 4, static_cast<size_t>(size));
    return fits;
  };
  const int32_t number = Int(bytes, kPcfParameterAt);
  switch (type) {
    case kPcfInteger:
      SetNumber(Int(bytes, 12), &Add(number));
      return std::nullopt;
    case kPcfInteger64:
      SetNumber(PcfInt64(bytes, 16, order_), &Add(number));
      return std::nullopt;
    case kPcfString:
      if (!take(16)) return BadLength("StringLength", Int(bytes, 16));
      Add(number).text = Text(value, Int(bytes, 12));
      return std::nullopt;
    case kPcfByteString:
      if (!take(12)) return BadLength("StringLength", Int(bytes, 12));
      Add(number).text = Hex(value, kUpperHex);
      return std::nullopt;
    case kPcfIntegerFilter:
      AddFilter(number, Int(bytes, 12), Digits(Int(bytes, 16)));
      return std::nullopt;
    case kPcfStringFilter:
      if (!take(20)) return BadLength("FilterValueLength", Int(bytes, 20));
      AddFilter(number, Int(bytes, 12), Text(value, Int(bytes, 16)));
      return std::nullopt;
    case kPcfByteStringFilter:
      if (!take(16)) return BadLength("FilterValueLength", Int(bytes, 16));
      AddFilter(number, Int(bytes, 12), Hex(value, kUpperHex));
      return std::nullopt;
    case kPcfIntegerList:
    case kPcfInteger64List:
      return ReadNumbers(number, type == kPcfIntegerList ? 4 : 8, bytes);
    case kPcfStringList:
      return ReadTexts(number, bytes);
    default:
      return std::nullopt;
  }
}

std::optional<Reject> PcfDecoder::ReadNumbers(int32_t number, size_t size,
                                              std::string_view bytes) {
  const int32_t count = Int(bytes, 12);
  constexpr size_t kFirst = 16;
  if (count < 0 ||
      static_cast<size_t>(count) > (bytes.size() - kFirst) / size) {
    return BadLength("Count", count);
  }
  values_ += static_cast<size_t>(count);
  if (values_ > kMaxValues) return TooManyValues();
  MqParameter& p = Add(number);
  p.is_list = true;
  p.element_count = static_cast<uint32_t>(count);
  record_->elements.resize(p.first_element + p.element_count);
  const bool names = p.parameter != nullptr &&
                     p.parameter->name.ends_with("_ATTRS");
  MqParameter element;
  element.parameter = p.parameter;
  for (size_t i = static_cast<size_t>(count); i-- > 0;) {
    const size_t at = kFirst + i * size;
    const int64_t value =
        size == 4 ? Int(bytes, at) : PcfInt64(bytes, at, order_);
    if (names) {
      element.text = AttributeName(value);
    } else {
      SetNumber(value, &element);
    }
    record_->elements[p.first_element + i] = element.text;
  }
  // The first one, which came last.
  p.text = element.text;
  p.number = element.number;
  p.has_number = element.has_number;
  return std::nullopt;
}

std::optional<Reject> PcfDecoder::ReadTexts(int32_t number,
                                            std::string_view bytes) {
  const int32_t count = Int(bytes, 16);
  const int32_t size = Int(bytes, 20);
  constexpr size_t kFirst = 24;
  if (count < 0) return BadLength("Count", count);
  if (size < 0) return BadLength("StringLength", size);
  // Neither factor is above 2^31.
  if (int64_t{count} * size > static_cast<int64_t>(bytes.size() - kFirst)) {
    return BadLength("Count * StringLength", int64_t{count} * size);
  }
  values_ += static_cast<size_t>(count);
  if (values_ > kMaxValues) return TooManyValues();
  MqParameter& p = Add(number);
  p.is_list = true;
  p.element_count = static_cast<uint32_t>(count);
  record_->elements.resize(p.first_element + p.element_count);
  const int32_t set = Int(bytes, 12);
  for (size_t i = 0; i < static_cast<size_t>(count); ++i) {
    const size_t length = static_cast<size_t>(size);
    record_->elements[p.first_element + i] =
        Text(bytes.substr(kFirst + i * length, length), set);
  }
  if (count > 0) p.text = record_->elements[p.first_element];
  return std::nullopt;
}

// `WHERE 'currentQueueDepth' Greater '0'`.
void PcfDecoder::AddFilter(int32_t number, int32_t operation,
                           std::string_view value) {
  const std::string_view attribute = AttributeName(number);
  const std::string_view operator_word = Word(MqKind::kPcfFilterOp, operation);
  scratch_ = "WHERE '";
  scratch_ += attribute;
  scratch_ += "' ";
  scratch_ += operator_word;
  scratch_ += " '";
  scratch_ += value;
  scratch_ += '\'';
  MqParameter& p = record_->Add("filter", text_.arena().Copy(scratch_));
  p.in_command = in_command_;
}

// What the MQMD says, where the parameters leave it to it.
void PcfDecoder::SetContext(const MessageFacts& facts) {
  record_->time = facts.time.has_value()
                      ? facts.time
                      : ParsePutTime(facts.put_date, facts.put_time);
  // CorrelId joins a command with its changes. Of other events the tag of the
  // connection says more.
  const MqParameter* event_qmgr = nullptr;
  bool has_tag = false;
  for (const MqParameter& p : record_->parameters) {
    if (p.role == Role::kEventQmgr && event_qmgr == nullptr) event_qmgr = &p;
    if (p.role == Role::kConnTag) {
      has_tag |= p.text.find_first_not_of('0') != p.text.npos;
    }
  }
  const bool is_definition = record_->event_class == kConfigEventClass ||
                             record_->event_class == kCommandEventClass;
  if (!IsZero(facts.correlation_id) && (is_definition || !has_tag)) {
    record_->correlation = Hex(facts.correlation_id, kLowerHex);
  }
  if (!facts.queue.empty()) record_->Add("eventSource", facts.queue);

  const bool by_qmgr = facts.put_application_type == kQmgrApplicationType ||
                       facts.put_application_type == kNoApplicationType;
  const std::string_view name = TrimPadding(facts.put_application);
  if (!by_qmgr || !IsMqName(name)) return;
  if (name.size() < kPutApplicationBytes) {
    record_->qmgr = name;
  } else if (event_qmgr != nullptr && event_qmgr->text.starts_with(name)) {
    record_->qmgr = event_qmgr->text;  // of which PutApplName is the head
  }
}

MqParameter& PcfDecoder::Add(int32_t number) {
  Known& known = KnownOf(number);
  if (known.number != number || number < 0) {
    const MqConstant* const parameter = ParameterByNumber(number);
    if (parameter == nullptr) {
      scratch_ = "parameter";
      scratch_ += std::to_string(number);
      MqParameter& p = record_->AddKnown(text_.arena().Copy(scratch_), nullptr);
      p.in_command = in_command_;
      return p;
    }
    known.parameter = record_->AddKnown(parameter->json_key, parameter);
    known.number = number;
    known.has_word = false;
    record_->parameters.pop_back();
  }
  MqParameter& p = record_->parameters.emplace_back(known.parameter);
  p.first_element = static_cast<uint32_t>(record_->elements.size());
  p.in_command = in_command_;
  return p;
}

// Gives `p` the number, with the text that amqsevt prints for it.
void PcfDecoder::SetNumber(int64_t number, MqParameter* p) {
  p->number = number;
  p->has_number = true;
  MqKind kind = MqKind::kNone;
  if (p->parameter != nullptr) {
    kind = p->parameter->values_kind;
    switch (p->parameter->value) {
      case kErrorId:
      case kConnectOptions:
      case kEncoding:
      case kGetOptions:
      case kPutOptions: {
        char digits[16];
        const auto bits = static_cast<uint32_t>(number);
        const int size =
            std::snprintf(digits, sizeof(digits), "0x%08" PRIX32, bits);
        p->number = bits;
        p->text = text_.arena().Copy({digits, static_cast<size_t>(size)});
        return;
      }
      case kCompCode:
        kind = MqKind::kCompCode;
        break;
      case kReasonCode:
        kind = MqKind::kReason;
        break;
      default:
        break;
    }
  }
  if (kind == MqKind::kNone) {
    p->text = Digits(number);
    return;
  }
  Known& known = KnownOf(static_cast<int32_t>(p->parameter->value));
  if (known.has_word && known.value == number &&
      known.parameter.parameter == p->parameter) {
    p->text = known.word;
    return;
  }
  p->text = MqWord(kind, number);
  if (p->text.empty()) {
    p->text = Word(kind, number);
  } else if (known.parameter.parameter == p->parameter) {
    known.has_word = true;
    known.value = number;
    known.word = p->text;
  }
}

std::string_view PcfDecoder::Word(MqKind kind, int64_t number) {
  const std::string_view word = MqWord(kind, number);
  if (!word.empty()) return word;
  scratch_ = "Unknown [";
  scratch_ += std::to_string(number);
  scratch_ += ']';
  return text_.arena().Copy(scratch_);
}

// The name of a parameter where it is the value: in filters, and in lists of
// what a command asks for.
std::string_view PcfDecoder::AttributeName(int64_t number) {
  if (number == kAllAttributes) return "All";
  const MqConstant* const parameter = ParameterByNumber(number);
  return parameter == nullptr ? Digits(number) : parameter->json_key;
}

std::string_view PcfDecoder::Digits(int64_t number) {
  char digits[24];
  const char* const end =
      std::to_chars(digits, digits + sizeof(digits), number).ptr;
  return text_.arena().Copy({digits, static_cast<size_t>(end - digits)});
}

std::string_view PcfDecoder::Hex(std::string_view bytes,
                                 std::string_view digits) {
  char* const hex = text_.arena().Allocate(2 * bytes.size());
  for (size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    hex[2 * i] = digits[byte >> 4];
    hex[2 * i + 1] = digits[byte & 0xF];
  }
  return {hex, 2 * bytes.size()};
}

}  // namespace mqwarden
