// The options of the commands that read events, and what they mean.
#ifndef MQWARDEN_CLI_INPUT_FLAGS_H_
#define MQWARDEN_CLI_INPUT_FLAGS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "mqwarden/base/time.h"
#include "mqwarden/ingest/event_joins.h"
#include "mqwarden/ingest/input_format.h"
#include "mqwarden/ingest/text_options.h"

namespace mqwarden {

struct InputFlags {
  std::vector<std::string> inputs;
  std::string input_format = "auto";
  std::string from;
  std::string to;
  std::string max_bad = "0.1%";
  bool no_progress = false;
  // Of records of text.
  std::string tz;
  std::string date_order;
  std::string qsysopr_pattern;
  int ebcdic_ccsid = 0;
  // Of what several records say of one thing.
  std::string dedupe = "2s";
  bool no_connections = false;
  // For live input: checked, and without effect.
  std::string lateness;
  // Results never depend on it.
  int threads = 1;

  // Good after the parse, which checks every value.
  InputFormat format() const;
  std::optional<Time> from_time() const;
  std::optional<Time> to_time() const;
  TextOptions text() const;
  EventJoinsOptions joins() const;
};

// The validators make a bad value a parse error of one line.
void AddInputFlags(CLI::App* command, InputFlags* flags);

// A whole number of `least` and more, in one line that names no bound of a type.
CLI::Validator WholeNumberFrom(int64_t least);

// `--max-bad N` or `P%` with up to nine places: true when `rejected` of `read`
// records are more than that.
bool ExceedsMaxBad(const std::string& max_bad, int64_t rejected, int64_t read);

}  // namespace mqwarden

#endif  // MQWARDEN_CLI_INPUT_FLAGS_H_
