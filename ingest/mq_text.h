// Small grammars of IBM MQ's texts.
#ifndef MQWARDEN_INGEST_MQ_TEXT_H_
#define MQWARDEN_INGEST_MQ_TEXT_H_

#include <string_view>

namespace mqwarden {

// Whether `text` has the characters and the length of an object's name.
bool IsMqName(std::string_view text);
// The longest name that `text` begins with; may be empty.
std::string_view LeadingName(std::string_view text);

// The name in `ALTER QLOCAL('A.QUEUE') ...`: the value of the first keyword that
// has one. Empty where there is none.
std::string_view NameInMqsc(std::string_view command);

// A byte string of zeros is one that was not set. True of "" too.
bool IsZeroToken(std::string_view hex);

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_MQ_TEXT_H_
