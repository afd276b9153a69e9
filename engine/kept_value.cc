#include "mqwarden/engine/kept_value.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/numeric/int128.h"
#include "mqwarden/base/decimal.h"
#include "mqwarden/base/ip_address.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

constexpr int kEnumTypes = 1  // kNone
#define MQWARDEN_ENUM(id, name) +1
#define MQWARDEN_ENUM_VALUE(type, value_name, meaning)
#include "mqwarden/schema/enums.def"
#undef MQWARDEN_ENUM
#undef MQWARDEN_ENUM_VALUE
    ;

}  // namespace

KeptValue::KeptValue(const Value& value) : value_(Rounded(value)) { Own(); }

KeptValue::KeptValue(const KeptValue& other) : value_(other.value_) { Own(); }

KeptValue& KeptValue::operator=(const KeptValue& other) {
  if (this == &other) return *this;
  value_ = other.value_;
  Own();
  return *this;
}

// Copies the bytes that value_ is a view of.
void KeptValue::Own() {
  if (value_.form == Value::Form::kText) {
    text_.assign(value_.text);
    value_.text = text_;
  } else if (value_.form == Value::Form::kList) {
    size_t size = 0;
    for (const std::string_view element : value_.list) size += element.size();
    text_.clear();
    text_.reserve(size);  // so that the views below stay good
    list_.clear();
    for (const std::string_view element : value_.list) {
      const size_t begin = text_.size();
      text_.append(element);
      list_.push_back(std::string_view(text_).substr(begin));
    }
    value_.list = list_;
  }
}

void KeptValue::Save(ByteWriter* out) const {
  out->U8(static_cast<uint8_t>(value_.form));
  out->U8(static_cast<uint8_t>(value_.type));
  out->U8(static_cast<uint8_t>(value_.enum_type));
  switch (value_.form) {
    case Value::Form::kMissing:
    case Value::Form::kRatio:  // none: it is rounded when it is kept
      break;
    case Value::Form::kNumber:
      out->I64(value_.number);
      break;
    case Value::Form::kReal:
      out->I64(absl::Int128High64(value_.real.billionths()));
      out->U64(absl::Int128Low64(value_.real.billionths()));
      break;
    case Value::Form::kText:
      out->Text(value_.text);
      break;
    case Value::Form::kIp:
      for (const uint8_t byte : value_.ip.bytes) out->U8(byte);
      break;
    case Value::Form::kList:
      out->Varint(value_.list.size());
      for (const std::string_view element : value_.list) out->Text(element);
      break;
  }
}

bool KeptValue::Load(ByteReader* in) {
  *this = KeptValue();
  const uint8_t form = in->U8();
  const uint8_t type = in->U8();
  const uint8_t enum_type = in->U8();
  if (form > static_cast<uint8_t>(Value::Form::kList) ||
      form == static_cast<uint8_t>(Value::Form::kRatio) ||
      type > static_cast<uint8_t>(ValueType::kList) ||
      enum_type >= kEnumTypes) {
    in->Fail();
    return false;
  }
  Value value;
  value.form = static_cast<Value::Form>(form);
  value.type = static_cast<ValueType>(type);
  value.enum_type = static_cast<EnumType>(enum_type);
  std::vector<std::string_view> elements;
  switch (value.form) {
    case Value::Form::kMissing:
    case Value::Form::kRatio:
      break;
    case Value::Form::kNumber:
      value.number = in->I64();
      break;
    case Value::Form::kReal: {
      const int64_t high = in->I64();
      const uint64_t low = in->U64();
      value.real = Decimal::FromBillionths(absl::MakeInt128(high, low));
      break;
    }
    case Value::Form::kText:
      value.text = in->Text();
      break;
    case Value::Form::kIp: {
      value.ip = IpAddress();
      const std::string_view bytes = in->Raw(value.ip.bytes.size());
      std::copy(bytes.begin(), bytes.end(), value.ip.bytes.begin());
      break;
    }
    case Value::Form::kList: {
      const uint64_t size = in->Varint();
      if (size > in->remaining()) in->Fail();
      for (uint64_t i = 0; i < size && in->ok(); ++i) {
        elements.push_back(in->Text());
      }
      value.list = elements;
      break;
    }
  }
  if (!in->ok()) return false;
  *this = KeptValue(value);
  return true;
}

}  // namespace mqwarden
