// A value as the bytes that identify it and as what people are shown.
#ifndef MQWARDEN_ENGINE_VALUE_TEXT_H_
#define MQWARDEN_ENGINE_VALUE_TEXT_H_

#include <string>
#include <string_view>

#include "mqwarden/engine/value.h"
#include "mqwarden/schema/alert.h"

namespace mqwarden {

// Appends bytes that are equal exactly when the values are the same to a rule:
// kFolded texts and lists without ASCII case, missing as a value of its own. No
// sequence of them is the beginning of another, so tuples are appended one value
// after the other. The same on every platform.
void AppendIdentity(const Value& value, std::string* out);
// The same with every text as it stands.
void AppendExactIdentity(const Value& value, std::string* out);

// Appends the value as texts show it: a number in decimal, a time in RFC 3339, a
// duration as `5m`, an enum by its name, a list joined by ", ", a missing value
// as `-`.
void AppendShown(const Value& value, std::string* out);
void AppendShown(const AlertValue& value, std::string* out);

// The value as alerts carry it. It is not missing.
AlertValue ToAlertValue(const Value& value);

// Appends bytes whose order is that of keys among alerts: missing first, then by
// the value as shown, byte by byte, folded where the value is.
void AppendSortKey(const Value& value, std::string* out);

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_VALUE_TEXT_H_
