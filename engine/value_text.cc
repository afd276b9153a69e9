#include "mqwarden/engine/value_text.h"

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/numeric/int128.h"
#include "mqwarden/base/bytes.h"
#include "mqwarden/base/ip_address.h"
#include "mqwarden/base/text.h"
#include "mqwarden/base/time.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {
namespace {

// The first byte of an identity. Types that never meet in one key may share it.
constexpr char kMissingMark = 0;
constexpr char kNumberMark = 1;
constexpr char kRealMark = 2;
constexpr char kTextMark = 3;
constexpr char kIpMark = 4;
constexpr char kListMark = 5;

void AppendText(std::string_view text, bool fold, std::string* out) {
  ByteWriter writer(out);
  writer.Varint(text.size());
  if (fold) {
    AppendAsciiLower(text, out);
  } else {
    out->append(text);
  }
}

void AppendIdentityBytes(const Value& value, bool exact, std::string* out) {
  ByteWriter writer(out);
  switch (value.form) {
    case Value::Form::kMissing:
      out->push_back(kMissingMark);
      break;
    case Value::Form::kNumber:
      out->push_back(kNumberMark);
      writer.I64(value.number);
      break;
    case Value::Form::kReal: {
      out->push_back(kRealMark);
      const absl::int128 billionths = value.real.billionths();
      writer.U64(absl::Int128Low64(billionths));
      writer.I64(absl::Int128High64(billionths));
      break;
    }
    case Value::Form::kRatio:
      AppendIdentityBytes(Rounded(value), exact, out);
      break;
    case Value::Form::kText:
      out->push_back(kTextMark);
      AppendText(value.text, !exact && value.type == ValueType::kFolded, out);
      break;
    case Value::Form::kIp:
      out->push_back(kIpMark);
      out->append(reinterpret_cast<const char*>(value.ip.bytes.data()),
                  value.ip.bytes.size());
      break;
    case Value::Form::kList:
      out->push_back(kListMark);
      writer.Varint(value.list.size());
      for (const std::string_view element : value.list) {
        AppendText(element, !exact, out);
      }
      break;
  }
}

void AppendInt(int64_t number, std::string* out) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof(digits), number).ptr;
  out->append(digits, end);
}

void AppendNumber(const Value& value, std::string* out) {
  switch (value.type) {
    case ValueType::kBool:
      out->append(value.number != 0 ? "true" : "false");
      break;
    case ValueType::kEnum:
      out->append(EnumValueName(value.enum_type, value.number));
      break;
    case ValueType::kTs:
      out->append(FormatTimeShort(Time(Duration(value.number))));
      break;
    case ValueType::kDuration:
      out->append(FormatDuration(Duration(value.number)));
      break;
    default:
      AppendInt(value.number, out);
      break;
  }
}

}  // namespace

void AppendIdentity(const Value& value, std::string* out) {
  AppendIdentityBytes(value, /*exact=*/false, out);
}

void AppendExactIdentity(const Value& value, std::string* out) {
  AppendIdentityBytes(value, /*exact=*/true, out);
}

void AppendShown(const Value& value, std::string* out) {
  switch (value.form) {
    case Value::Form::kMissing:
      out->push_back('-');
      break;
    case Value::Form::kNumber:
      AppendNumber(value, out);
      break;
    case Value::Form::kReal:
      out->append(value.real.ToString());
      break;
    case Value::Form::kRatio:
      AppendShown(Rounded(value), out);
      break;
    case Value::Form::kText:
      out->append(value.text);
      break;
    case Value::Form::kIp:
      out->append(FormatIp(value.ip));
      break;
    case Value::Form::kList: {
      bool first = true;
      for (const std::string_view element : value.list) {
        if (!first) out->append(", ");
        first = false;
        out->append(element);
      }
      break;
    }
  }
}

void AppendShown(const AlertValue& value, std::string* out) {
  switch (value.form) {
    case AlertValue::Form::kText:
    case AlertValue::Form::kNumber:
      out->append(value.text);
      break;
    case AlertValue::Form::kBool:
      out->append(value.boolean ? "true" : "false");
      break;
    case AlertValue::Form::kList: {
      bool first = true;
      for (const AlertValue& element : value.list) {
        if (!first) out->append(", ");
        first = false;
        // An element is never a list, so this goes one level down.
        AppendShown(element, out);
      }
      break;
    }
  }
}

AlertValue ToAlertValue(const Value& value) {
  AlertValue shown;
  if (value.form == Value::Form::kList) {
    shown.form = AlertValue::Form::kList;
    for (const std::string_view element : value.list) {
      shown.list.emplace_back().text = element;
    }
    return shown;
  }
  if (value.form == Value::Form::kNumber && value.type == ValueType::kBool) {
    shown.form = AlertValue::Form::kBool;
    shown.boolean = value.number != 0;
    return shown;
  }
  if (value.type == ValueType::kInt || value.type == ValueType::kReal) {
    shown.form = AlertValue::Form::kNumber;
  }
  AppendShown(value, &shown.text);
  return shown;
}

void AppendSortKey(const Value& value, std::string* out) {
  if (value.missing()) {
    out->push_back(0);
    return;
  }
  out->push_back(1);
  std::string shown;
  AppendShown(value, &shown);
  const bool fold = value.type == ValueType::kFolded ||
                    value.type == ValueType::kList;
  // A zero byte is written as 0 2 and the end as 0 1, so that a value that
  // begins another one stands before it.
  for (const char c : shown) {
    out->push_back(fold ? AsciiLower(c) : c);
    if (c == 0) out->push_back(2);
  }
  out->push_back(0);
  out->push_back(1);
}

}  // namespace mqwarden
