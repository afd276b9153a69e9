// Command lines and MQSC text without the passwords in them.
#ifndef MQWARDEN_INGEST_REDACT_H_
#define MQWARDEN_INGEST_REDACT_H_

#include <string>
#include <string_view>

namespace mqwarden {

// `text` with `***` for the value of every MQSC attribute whose name ends in
// PASSWORD, PASSWD or PWD (`LDAPPWD('x')` becomes `LDAPPWD(***)`), and for the
// word that follows `-p`. Without regard to case.
std::string RedactPasswords(std::string_view text);

// Whether RedactPasswords() may change `text`: cheap, and never wrong about no.
bool MayHoldPassword(std::string_view text);

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_REDACT_H_
