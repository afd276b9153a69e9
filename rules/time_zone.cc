#include "mqwarden/rules/time_zone.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string_view>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "mqwarden/rules/zone_names.h"

namespace mqwarden {
namespace {

constexpr int kLastYear = 2200;
constexpr size_t kMaxZoneBytes = 64;

// Zone names are looked up as files, so nothing that leads elsewhere is asked
// for, nor the zone of this machine.
bool LooksLikeZone(std::string_view name) {
  if (name.empty() || name.size() > kMaxZoneBytes || name == "localtime" ||
      name.front() == '/' || name.find("//") != std::string_view::npos) {
    return false;
  }
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '+' ||
           c == '/';
  });
}

}  // namespace

bool ReadTimeZone(const RuleTextPtr& text, const std::string& name, Span span,
                  std::vector<CalendarPlan::Offset>* offsets,
                  DiagnosticList* diagnostics) {
  absl::TimeZone zone;
  if (!LooksLikeZone(name) || !absl::LoadTimeZone(name, &zone)) {
    Report(diagnostics, DiagnosticCode::kUnknownZone, text, span)
        .Message("unknown time zone " + Quoted(name))
        .Label("not in the IANA database")
        .Help(DidYouMean(*diagnostics, name, kZoneNames));
    return false;
  }
  absl::Time at = absl::UnixEpoch();
  const absl::Time end =
      absl::FromCivil(absl::CivilYear(kLastYear), absl::UTCTimeZone());
  offsets->push_back(
      {std::numeric_limits<int64_t>::min(), zone.At(at).offset});
  absl::TimeZone::CivilTransition transition;
  while (at < end && zone.NextTransition(at, &transition)) {
    const absl::Time next = zone.At(transition.to).trans;
    if (next <= at) break;
    at = next;
    const int32_t seconds = zone.At(at).offset;
    if (seconds != offsets->back().seconds) {
      offsets->push_back({absl::ToUnixNanos(at), seconds});
    }
  }
  return true;
}

}  // namespace mqwarden
