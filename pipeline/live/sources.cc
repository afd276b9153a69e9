#include "mqwarden/pipeline/live/sources.h"

#include <algorithm>
#include <set>
#include <utility>

#include "mqwarden/base/status_macros.h"
#include "mqwarden/base/text.h"
#include "mqwarden/ingest/byte_source.h"
#include "mqwarden/ingest/input_format.h"
#include "mqwarden/ingest/text_options.h"
#include "mqwarden/pipeline/live/followed_file.h"
#include "mqwarden/pipeline/live/pipe_source.h"
#include "mqwarden/pipeline/live/socket_address.h"
#include "mqwarden/pipeline/live/socket_source.h"

namespace mqwarden {
namespace {

absl::Status Bad(std::string_view text, std::string_view why) {
  return absl::InvalidArgumentError(
      ToAbsl("source " + std::string(text) + ": " + std::string(why)));
}

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

absl::Status Set(std::string_view text, std::string_view name,
                 std::string_view value, IngestOptions* options) {
  if (name == "format") {
    const auto format = FindInputFormat(value);
    if (!format) return Bad(text, "there is no format " + std::string(value));
    options->format = *format;
  } else if (name == "tz") {
    options->text.zone = FindTimeZone(value);
    if (!options->text.zone) {
      return Bad(text, "there is no time zone " + std::string(value));
    }
  } else if (name == "date-order") {
    options->text.date_order = FindDateOrder(value);
    if (!options->text.date_order) {
      return Bad(text, "date-order is not mdy, dmy or ymd");
    }
  } else {
    return Bad(text, "there is no option " + std::string(name));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Source>> MakeSource(std::string_view text,
                                                   const IngestOptions& defaults,
                                                   FileSystem* disk) {
  const size_t equals = text.find('=');
  if (equals == text.npos || equals == 0 ||
      !std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(equals),
                   IsNameByte)) {
    return Bad(text, "is not NAME=KIND:WHERE");
  }
  const std::string name(text.substr(0, equals));
  std::string_view rest = text.substr(equals + 1);
  const size_t comma = std::min(rest.find(','), rest.size());
  const std::string_view spec = rest.substr(0, comma);
  rest.remove_prefix(std::min(comma + 1, rest.size()));
  IngestOptions options = defaults;
  options.collector = name;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find(','), rest.size());
    const std::string_view setting = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const size_t is = setting.find('=');
    if (is == setting.npos) {
      return Bad(text, "option " + std::string(setting) + " is not NAME=VALUE");
    }
    MQWARDEN_RETURN_IF_ERROR(
        Set(text, setting.substr(0, is), setting.substr(is + 1), &options));
  }
  const size_t colon = spec.find(':');
  if (colon == spec.npos) return Bad(text, "is not NAME=KIND:WHERE");
  const std::string_view kind = spec.substr(0, colon);
  const std::string where(spec.substr(colon + 1));
  if (kind == "stdin") {
    if (!where.empty()) return Bad(text, "nothing stands behind stdin:");
    return std::make_unique<PipeSource>(name, "-", std::move(options));
  }
  if (where.empty()) return Bad(text, "does not say where");
  if (kind == "fifo") {
    return std::make_unique<PipeSource>(name, where, std::move(options));
  }
  if (kind == "file") {
    return std::make_unique<FollowedFile>(name, where, std::move(options), disk);
  }
  for (const std::string_view socket : {"unix", "unix-stream", "udp", "tcp"}) {
    if (kind != socket) continue;
    MQWARDEN_ASSIGN_OR_RETURN(SocketAddress address, ParseSocketAddress(spec));
    return std::make_unique<SocketSource>(name, std::move(address),
                                          std::move(options));
  }
  return Bad(text,
             "its kind is none of file, fifo, stdin, unix, unix-stream, udp, tcp");
}

absl::StatusOr<std::vector<std::unique_ptr<Source>>> MakeInputs(
    const std::vector<std::string>& inputs, const IngestOptions& options,
    FileSystem* disk) {
  std::vector<std::unique_ptr<Source>> sources;
  std::set<std::string> names;
  for (const std::string& input : inputs) {
    std::vector<std::string> paths = {input};
    if (input != "-") {
      MQWARDEN_ASSIGN_OR_RETURN(paths, ListInputFiles(input));
    }
    for (const std::string& path : paths) {
      if (!names.insert(path).second) return Bad(path, "is named twice");
      if (path == "-") {
        sources.push_back(std::make_unique<PipeSource>(path, path, options));
        continue;
      }
      MQWARDEN_ASSIGN_OR_RETURN(const FileStat stat, disk->Stat(path));
      if (stat.type == FileStat::Type::kPipe) {
        sources.push_back(std::make_unique<PipeSource>(path, path, options));
      } else if (stat.type != FileStat::Type::kRegular) {
        return Bad(path, "is no file and no pipe");
      } else {
        sources.push_back(
            std::make_unique<FollowedFile>(path, path, options, disk));
      }
    }
    if (paths.empty()) return Bad(input, "no file in this folder");
  }
  return sources;
}

}  // namespace mqwarden
