// Times as a clock on a wall shows them: a date and a time of day without a
// zone, perhaps without a year. Read here, and made instants of here, for every
// source of text whose records are stamped so.
//
// Nothing here reads a clock, a locale or an environment variable. Thread-safe,
// but for YearTracker, which is thread-compatible.
#ifndef MQWARDEN_INGEST_CIVIL_TIME_H_
#define MQWARDEN_INGEST_CIVIL_TIME_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/time/time.h"
#include "mqwarden/base/time.h"

namespace mqwarden {

struct CivilTime {
  std::optional<int> year;
  int month = 0;  // 1 to 12
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;     // 60, of a leap second, is the second after 59
  int64_t nanos = 0;  // below a second
};

// Reads a text from the left, piece by piece. After a step that fails ok() is
// false for good and what the steps return means nothing.
class CivilScanner final {
 public:
  explicit CivilScanner(std::string_view text) : rest_(text) {}

  bool ok() const { return ok_; }
  std::string_view rest() const { return rest_; }

  // As many decimal digits as there are, from `min_digits` to `max_digits`,
  // which is at most 9.
  int Number(size_t min_digits, size_t max_digits);
  int Number(size_t digits) { return Number(digits, digits); }
  bool Accept(char c);
  void Expect(char c);
  // Skips blanks; Blanks() needs at least one.
  void SkipBlanks();
  void Blanks();
  // `Jan` to `Dec`, without regard to case: 1 to 12.
  int MonthName();
  // Three letters of a day's name, which says nothing that the date does not.
  void WeekdayName();
  // `YYYY-MM-DD`, with any of `/`, `-` and `.` between, the same twice.
  void YearMonthDay(CivilTime* out);
  // `hh:mm:ss`, the hour with one or two digits, and a fraction behind a point
  // or comma if there is one; what is finer than nanoseconds is cut off.
  void TimeOfDay(CivilTime* out);
  // ` AM` or ` PM` if it stands there, with or without the blank; an hour that
  // has none on a clock of twelve hours then is a failure.
  void Meridian(CivilTime* out);
  // `Z`, `+hh:mm`, `-hhmm`, `+hh` if one stands there: minutes east of UTC.
  std::optional<int> Offset();

 private:
  std::string_view rest_;
  bool ok_ = true;
};

// The instant at which a clock in `zone` (UTC without one) shows `civil`; of
// two, the first; of none, when clocks go forward, what they would have shown
// without that. Nullopt without a year, for a date or time that does not exist,
// and for instants outside the 64-bit range.
std::optional<Time> ComposeTime(const CivilTime& civil,
                                const std::optional<absl::TimeZone>& zone);
// The same with minutes east of UTC.
std::optional<Time> ComposeTime(const CivilTime& civil, int offset_minutes);

// Value of the enum for a time that states its year and no zone: `exact` where
// the user gave the zone.
int64_t TimeQualityOf(const std::optional<absl::TimeZone>& zone);

// Gives years to the dates of one file that have none.
//
// The first date takes the first year in which it is not before `from`. From
// then on a date that falls back by more than six months begins the next year;
// a line that is up to a day late then is still of the year before.
class YearTracker final {
 public:
  // Without `from` no date has a year.
  YearTracker(const std::optional<Time>& from,
              const std::optional<absl::TimeZone>& zone)
      : from_(from), zone_(zone) {}

  // The instant of `civil`, whose own year, if any, is not looked at. Nullopt
  // also where the date exists in no year near enough.
  std::optional<Time> Resolve(CivilTime civil);

 private:
  std::optional<Time> from_;
  std::optional<absl::TimeZone> zone_;
  std::optional<Time> last_;
  int year_ = 0;  // of last_
};

}  // namespace mqwarden

#endif  // MQWARDEN_INGEST_CIVIL_TIME_H_
