#include "mqwarden/pipeline/live/destinations.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "mqwarden/base/hash128.h"
#include "mqwarden/base/status_macros.h"
#include "mqwarden/base/text.h"
#include "mqwarden/pipeline/live/outbox_destination.h"
#include "mqwarden/pipeline/live/program_transport.h"
#include "mqwarden/pipeline/live/rotating_file_destination.h"
#include "mqwarden/pipeline/live/socket_address.h"
#include "mqwarden/pipeline/live/socket_transport.h"
#include "mqwarden/schema/alert_json.h"
#include "mqwarden/schema/report.h"
#include "mqwarden/schema/report_json.h"
#include "mqwarden/sinks/syslog_message.h"

namespace mqwarden {
namespace {

absl::Status Bad(std::string_view text, std::string_view why) {
  return absl::InvalidArgumentError(
      ToAbsl("destination " + std::string(text) + ": " + std::string(why)));
}

// The options behind the first comma of a destination.
class Settings {
 public:
  static absl::StatusOr<Settings> Parse(std::string_view text,
                                        std::string_view settings) {
    Settings result;
    result.text_ = text;
    while (!settings.empty()) {
      const size_t end = std::min(settings.find(','), settings.size());
      const std::string_view setting = settings.substr(0, end);
      settings.remove_prefix(std::min(end + 1, settings.size()));
      const size_t equals = setting.find('=');
      if (equals == std::string_view::npos || equals == 0) {
        return Bad(text, "option " + std::string(setting) + " is not NAME=VALUE");
      }
      if (!result.values_
               .emplace(setting.substr(0, equals), setting.substr(equals + 1))
               .second) {
        return Bad(text, "option " + std::string(setting.substr(0, equals)) +
                             " stands twice");
      }
    }
    return result;
  }

  // Each is asked for once; what nobody asked for is unknown.
  bool Take(const std::string& name, std::string* value) {
    const auto found = values_.find(name);
    if (found == values_.end()) return false;
    *value = found->second;
    values_.erase(found);
    return true;
  }
  absl::Status TakeNumber(const std::string& name, int64_t most, int64_t* value) {
    std::string digits;
    if (!Take(name, &digits)) return absl::OkStatus();
    if (digits.empty() || digits.size() > 9 ||
        digits.find_first_not_of("0123456789") != std::string::npos ||
        std::stoll(digits) > most) {
      return Bad(text_, name + " is not a number of 0 to " + std::to_string(most));
    }
    *value = std::stoll(digits);
    return absl::OkStatus();
  }
  absl::Status TakeChoice(const std::string& name,
                          const std::vector<std::string>& choices, size_t* value) {
    std::string chosen;
    if (!Take(name, &chosen)) return absl::OkStatus();
    for (size_t i = 0; i < choices.size(); ++i) {
      if (choices[i] != chosen) continue;
      *value = i;
      return absl::OkStatus();
    }
    return Bad(text_, name + " is not " + choices[0] + " or " + choices[1]);
  }
  absl::Status Done() const {
    if (values_.empty()) return absl::OkStatus();
    return Bad(text_, "there is no option " + values_.begin()->first);
  }

 private:
  std::string text_;
  std::map<std::string, std::string> values_;
};

RecordFormat JsonFormat() {
  return {.alert = [](const Alert& alert,
                      std::string* out) { AppendAlertJson(alert, out); },
          .report = [](const ReportRecord& report, std::string* out) {
            AppendReportJson(report, out);
          }};
}

std::unique_ptr<Destination> BehindOutbox(std::string_view text, RecordFormat format,
                                          std::unique_ptr<Transport> transport,
                                          const DestinationOptions& options,
                                          FileSystem* disk) {
  const std::string folder = options.outbox_folder + "/outbox-" +
                             ToHex(HashBytes128(text)).substr(0, 16);
  return std::make_unique<OutboxDestination>(
      std::string(text), std::move(format),
      std::make_unique<Outbox>(disk, folder, options.outbox), std::move(transport));
}

absl::StatusOr<std::unique_ptr<Destination>> MakeFile(std::string_view text,
                                                      std::string_view rest,
                                                      FileSystem* disk) {
  const size_t comma = std::min(rest.find(','), rest.size());
  const std::string path(rest.substr(0, comma));
  if (path.empty()) return Bad(text, "has no path");
  MQWARDEN_ASSIGN_OR_RETURN(
      auto settings,
      Settings::Parse(text, rest.substr(std::min(comma + 1, rest.size()))));
  RotatingFileOptions file;
  std::string size;
  if (settings.Take("rotate", &size)) {
    const auto bytes = ParseByteSize(size);
    if (!bytes.ok() || *bytes < 4096) {
      return Bad(text, "rotate is no size of at least 4096 bytes, such as 100MB");
    }
    file.max_bytes = *bytes;
  }
  MQWARDEN_RETURN_IF_ERROR(settings.TakeNumber("keep", 999'999, &file.keep));
  MQWARDEN_RETURN_IF_ERROR(settings.Done());
  if (file.keep > 0 && file.max_bytes == 0) {
    return Bad(text, "keep is of no use without rotate");
  }
  return std::make_unique<RotatingFileDestination>(std::string(text), disk, path,
                                                   file);
}

absl::StatusOr<std::unique_ptr<Destination>> MakeSyslog(
    std::string_view text, std::string_view rest, const DestinationOptions& options,
    FileSystem* disk) {
  const size_t comma = std::min(rest.find(','), rest.size());
  MQWARDEN_ASSIGN_OR_RETURN(
      auto settings,
      Settings::Parse(text, rest.substr(std::min(comma + 1, rest.size()))));
  SyslogMessageOptions message;
  int64_t facility = message.facility;
  int64_t bytes = static_cast<int64_t>(message.max_bytes);
  size_t body = 0;
  size_t framing = 0;
  MQWARDEN_RETURN_IF_ERROR(settings.TakeNumber("facility", 23, &facility));
  MQWARDEN_RETURN_IF_ERROR(settings.TakeNumber("bytes", 1 << 20, &bytes));
  MQWARDEN_RETURN_IF_ERROR(settings.TakeChoice("body", {"summary", "json"}, &body));
  MQWARDEN_RETURN_IF_ERROR(
      settings.TakeChoice("framing", {"counted", "newline"}, &framing));
  settings.Take("hostname", &message.hostname);
  settings.Take("app", &message.app_name);
  settings.Take("enterprise", &message.enterprise);
  MQWARDEN_RETURN_IF_ERROR(settings.Done());
  message.facility = static_cast<int>(facility);
  message.max_bytes = static_cast<size_t>(bytes);
  if (body == 1) message.body = SyslogMessageOptions::Body::kJson;
  if (const absl::Status status = CheckSyslogMessageOptions(message); !status.ok()) {
    return Bad(text, FromAbsl(status.message()));
  }
  MQWARDEN_ASSIGN_OR_RETURN(auto address, ParseSocketAddress(rest.substr(0, comma)));
  // A longer datagram would be refused each time it is tried.
  if (!address.is_stream() && bytes > 65'000) {
    return Bad(text, "bytes is above 65000, which no datagram holds");
  }
  RecordFormat format = {
      .alert = [message](const Alert& alert,
                         std::string* out) { AppendSyslogMessage(alert, message, out); },
      .report =
          [message](const ReportRecord& report, std::string* out) {
            AppendSyslogMessage(report, message, out);
          }};
  return BehindOutbox(text, std::move(format),
                      std::make_unique<SocketTransport>(
                          std::move(address), framing == 1
                                                  ? SyslogFraming::kNewline
                                                  : SyslogFraming::kOctetCounted),
                      options, disk);
}

}  // namespace

absl::StatusOr<int64_t> ParseByteSize(std::string_view text) {
  static constexpr std::pair<std::string_view, int64_t> kUnits[] = {
      {"", 1},          {"B", 1},           {"kB", 1000},
      {"MB", 1000'000}, {"GB", 1000'000'000}, {"KiB", 1 << 10},
      {"MiB", 1 << 20}, {"GiB", 1 << 30}};
  const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  if (digits > 0 && digits <= 9) {
    for (const auto& [unit, factor] : kUnits) {
      if (text.substr(digits) == unit) {
        return std::stoll(std::string(text.substr(0, digits))) * factor;
      }
    }
  }
  return absl::InvalidArgumentError(
      ToAbsl(std::string(text) + " is not a size such as 512, 100kB or 64MiB"));
}

absl::StatusOr<std::unique_ptr<Destination>> MakeDestination(
    std::string_view text, const DestinationOptions& options, FileSystem* disk) {
  const size_t colon = std::min(text.find(':'), text.size());
  const std::string_view kind = text.substr(0, colon);
  const std::string_view rest = text.substr(std::min(colon + 1, text.size()));
  if (kind == "jsonl") return MakeFile(text, rest, disk);
  if (kind == "syslog") return MakeSyslog(text, rest, options, disk);
  if (kind == "program") {
    MQWARDEN_ASSIGN_OR_RETURN(auto command, ParseCommandLine(rest));
    return BehindOutbox(
        text, JsonFormat(),
        std::make_unique<ProgramTransport>(std::move(command), ProgramOptions()),
        options, disk);
  }
  return Bad(text, "begins with none of jsonl: syslog: program:");
}

}  // namespace mqwarden
