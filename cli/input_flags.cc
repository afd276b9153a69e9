#include "mqwarden/cli/input_flags.h"

#include <charconv>
#include <string_view>
#include <system_error>

#include "absl/numeric/int128.h"
#include "absl/status/status.h"
#include "mqwarden/base/decimal.h"
#include "mqwarden/base/text.h"
#include "mqwarden/ingest/formats/syslog.h"

namespace mqwarden {
namespace {

// Each returns "" for a good value, else why it is none.

std::string CheckInstant(const std::string& text) {
  return ParseTime(text)
             ? ""
             : "not an instant such as 2026-11-20T09:00:00Z: " + text;
}

std::string CheckDuration(const std::string& text) {
  const bool zero = text == "0";
  const std::optional<Duration> duration = ParseDuration(text);
  return zero || (duration && duration->count() >= 0)
             ? ""
             : "not a duration such as 2s: " + text;
}

std::string CheckFormat(const std::string& text) {
  return FindInputFormat(text) ? "" : "no input format is named " + text;
}

std::string CheckZone(const std::string& text) {
  return FindTimeZone(text)
             ? ""
             : "no time zone such as Europe/London or +02:00: " + text;
}

// "auto (default, by content), amqsevt, ndjson"
std::string Formats() {
  std::string text = "auto (default, by content)";
  for (int i = 0; i <= static_cast<int>(InputFormat::kNdjson); ++i) {
    const auto format = static_cast<InputFormat>(i);
    if (format == InputFormat::kAuto) continue;
    text.append(", ").append(InputFormatName(format));
  }
  return text;
}

std::string CheckPattern(const std::string& text) {
  const absl::Status status = CheckQsysoprPattern(text);
  return status.ok() ? "" : std::string(FromAbsl(status.message()));
}

struct MaxBad {
  Decimal number;
  bool percent = false;
};

std::optional<MaxBad> ParseMaxBad(std::string_view text) {
  MaxBad max_bad;
  if (text.ends_with('%')) {
    max_bad.percent = true;
    text.remove_suffix(1);
  }
  const std::optional<Decimal> number = Decimal::Parse(text);
  if (!number || *number < Decimal()) return std::nullopt;
  if (max_bad.percent && *number > Decimal::FromInt(100)) return std::nullopt;
  // A part of a record is no number of records.
  if (!max_bad.percent && !number->ToInt()) return std::nullopt;
  max_bad.number = *number;
  return max_bad;
}

std::string CheckMaxBad(const std::string& text) {
  return ParseMaxBad(text) ? "" : "not a number or a percentage: " + text;
}

}  // namespace

InputFormat InputFlags::format() const {
  return FindInputFormat(input_format).value_or(InputFormat::kAuto);
}
std::optional<Time> InputFlags::from_time() const { return ParseTime(from); }
std::optional<Time> InputFlags::to_time() const { return ParseTime(to); }

TextOptions InputFlags::text() const {
  TextOptions text;
  text.zone = FindTimeZone(tz);
  text.date_order = FindDateOrder(date_order);
  text.from = from_time();
  text.qsysopr_pattern = qsysopr_pattern;
  text.ebcdic_ccsid = ebcdic_ccsid;
  return text;
}

EventJoinsOptions InputFlags::joins() const {
  EventJoinsOptions joins;
  joins.same_facts.within = ParseDuration(dedupe).value_or(Duration::zero());
  joins.connections.enabled = !no_connections;
  return joins;
}

CLI::Validator WholeNumberFrom(int64_t least) {
  return CLI::Validator(
      [least](const std::string& text) -> std::string {
        int64_t number = 0;
        const char* const end = text.data() + text.size();
        const auto [rest, error] = std::from_chars(text.data(), end, number);
        if (error == std::errc() && rest == end && number >= least) return "";
        return "not a whole number of " + std::to_string(least) +
               " or more: " + text;
      },
      "");
}

void AddInputFlags(CLI::App* command, InputFlags* flags) {
  command
      ->add_option("INPUT", flags->inputs,
                   "Files, folders, or - for standard input; .gz and .zst too")
      ->required()
      ->type_name("");
  command
      ->add_option("--input-format", flags->input_format,
                   Formats())
      ->type_name("FORMAT")
      ->check(CheckFormat);
  command
      ->add_option("--from", flags->from,
                   "Leave out events before INSTANT; also supplies the year "
                   "where a source has none")
      ->type_name("INSTANT")
      ->check(CheckInstant);
  command->add_option("--to", flags->to, "Leave out events after INSTANT")
      ->type_name("INSTANT")
      ->check(CheckInstant);
  command
      ->add_option("--max-bad", flags->max_bad,
                   "Exit 4 when more than N or P% of the records are rejected "
                   "(default 0.1%)")
      ->type_name("N|P%")
      ->check(CheckMaxBad);
  command->add_flag("--no-progress", flags->no_progress,
                    "Never draw a progress bar");
  command
      ->add_option("-j", flags->threads,
                   "Threads that read and decode (default 1); results are the "
                   "same")
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  command
      ->add_option("--lateness", flags->lateness,
                   "For live input; a replay sorts")
      ->type_name("D")
      ->check(CheckDuration)
      ->group("Without effect so far");
  command
      ->add_option("--tz", flags->tz,
                   "Of records that carry no zone: Europe/London, +02:00 "
                   "(default UTC)")
      ->type_name("ZONE")
      ->check(CheckZone);
  command
      ->add_option("--date-order", flags->date_order,
                   "mdy, dmy or ymd, of error logs without a Time() line")
      ->type_name("ORDER")
      ->check(CLI::IsMember({"mdy", "dmy", "ymd"}));
  command
      ->add_option("--ebcdic-ccsid", flags->ebcdic_ccsid,
                   "Of text in EBCDIC: 37, 500, 1047, 1140, ... (default: by "
                   "its brackets, else 37)")
      ->type_name("N")
      ->check(CLI::Range(1, 65535));
  command
      ->add_option("--qsysopr-pattern", flags->qsysopr_pattern,
                   "How messages of IBM i's operator queue look; groups named "
                   "id, sev and text say which is which")
      ->type_name("REGEX")
      ->check(CheckPattern);
  command
      ->add_option("--dedupe", flags->dedupe,
                   "Make one event of a fact that two sources report within D "
                   "(default 2s; 0: never). Events that come as ndjson are "
                   "left alone")
      ->type_name("D")
      ->check(CheckDuration);
  command->add_flag("--no-connections", flags->no_connections,
                    "Leave records without what the record that opened their "
                    "connection says");
}

bool ExceedsMaxBad(const std::string& text, int64_t rejected, int64_t read) {
  const std::optional<MaxBad> max_bad = ParseMaxBad(text);
  if (!max_bad) return rejected > 0;
  const absl::int128 bad = Decimal::FromInt(rejected).billionths();
  const absl::int128 limit = max_bad->number.billionths();
  return max_bad->percent ? bad * 100 > limit * read : bad > limit;
}

}  // namespace mqwarden
