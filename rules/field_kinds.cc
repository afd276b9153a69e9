// Which kinds of events have a field, for the fields that not all have. What is
// not in the table is in every kind but `alert`; an event of kind `alert` has
// the fields of the event that fired, so any.
#include "mqwarden/rules/lint_rule.h"

namespace mqwarden {
namespace {

constexpr uint32_t Bit(Kind kind) { return 1u << static_cast<int>(kind); }

constexpr uint32_t kAny = (1u << kKindCount) - 1;
constexpr uint32_t kAlerts = Bit(Kind::kAlert);
// Who comes in, and by what.
constexpr uint32_t kConnections = Bit(Kind::kAuthn) | Bit(Kind::kAuthz) |
                                  Bit(Kind::kChannel) | Bit(Kind::kSession) |
                                  Bit(Kind::kDiag) | Bit(Kind::kOsAuth);
// What an administrator did.
constexpr uint32_t kChanges =
    Bit(Kind::kConfig) | Bit(Kind::kCommand) | Bit(Kind::kDiag);

struct Row {
  FieldId field;
  uint32_t kinds;
};
constexpr Row kRows[] = {
    {FieldId::kDuration, Bit(Kind::kSession)},
    {FieldId::kObjectState, Bit(Kind::kConfig)},
    {FieldId::kOrigin, kChanges},
    {FieldId::kCommand, kChanges | Bit(Kind::kAuthz)},
    {FieldId::kCommandName, kChanges | Bit(Kind::kAuthz)},
    {FieldId::kCommandText, kChanges},
    {FieldId::kTargetUser, kChanges},
    {FieldId::kGranted, kChanges},
    {FieldId::kRevoked, kChanges},
    {FieldId::kChanges, kChanges},
    {FieldId::kOriginQmgr, kChanges},
    {FieldId::kCspUser, kConnections},
    {FieldId::kMcaUser, kConnections | kChanges},
    {FieldId::kCertUser, kConnections},
    {FieldId::kAuthMethod, kConnections},
    {FieldId::kTlsPeer, kConnections | kChanges},
    {FieldId::kTlsIssuer, kConnections | kChanges},
    {FieldId::kTlsCipher, kConnections | kChanges},
    {FieldId::kRule, 0},
    {FieldId::kRuleTags, 0},
    {FieldId::kAlertId, 0},
    {FieldId::kSeverity, 0},
    {FieldId::kState, 0},
    {FieldId::kAlertCount, 0},
    {FieldId::kMuted, 0},
    {FieldId::kHeld, 0},
};

}  // namespace

uint32_t KindsWithField(FieldId field) {
  for (const Row& row : kRows) {
    if (row.field == field) return row.kinds | kAlerts;
  }
  return kAny;
}

}  // namespace mqwarden
