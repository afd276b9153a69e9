#include "mqwarden/pipeline/live/floor_log.h"

#include <charconv>
#include <cstddef>

#include "mqwarden/base/status_macros.h"

namespace mqwarden {
namespace {

constexpr int64_t kReadLimit = int64_t{1} << 30;

bool ParseNumber(std::string_view text, int64_t* number) {
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), *number);
  return error == std::errc() && end == text.data() + text.size();
}

bool ParseLine(std::string_view line, FloorLog::Entry* entry) {
  const size_t first = line.find('\t');
  if (first == line.npos) return false;
  const size_t second = line.find('\t', first + 1);
  if (second == line.npos) return false;
  int64_t floor = 0;
  if (!ParseNumber(line.substr(0, first), &entry->event) ||
      !ParseNumber(line.substr(first + 1, second - first - 1), &floor)) {
    return false;
  }
  entry->floor = Time(Duration(floor));
  entry->source = line.substr(second + 1);
  return true;
}

}  // namespace

absl::Status FloorLog::Open(std::vector<Entry>* entries) {
  const auto bytes = ReadWholeFile(disk_, path_, kReadLimit);
  std::string text;
  if (bytes.ok()) {
    text = *bytes;
  } else if (bytes.status().code() != absl::StatusCode::kNotFound) {
    return bytes.status();
  }
  const size_t end = text.rfind('\n');
  text.resize(end == text.npos ? 0 : end + 1);
  bool is_damaged = false;
  for (size_t at = 0; at < text.size() && !is_damaged;) {
    const size_t line_end = text.find('\n', at);
    Entry entry;
    is_damaged = !ParseLine(
        std::string_view(text).substr(at, line_end - at), &entry);
    if (!is_damaged) entries->push_back(std::move(entry));
    at = line_end + 1;
  }
  if (text.size() > kMaxBytes) {
    text.erase(0, text.find('\n', text.size() - kMaxBytes / 2) + 1);
    MQWARDEN_RETURN_IF_ERROR(ReplaceFile(disk_, path_, text));
  }
  MQWARDEN_ASSIGN_OR_RETURN(file_, disk_->Open(path_, OpenMode::kAppend));
  return file_->Truncate(static_cast<int64_t>(text.size()));
}

absl::Status FloorLog::Add(const Entry& entry) {
  std::string line = std::to_string(entry.event);
  line += '\t';
  line += std::to_string(entry.floor.time_since_epoch().count());
  line += '\t';
  for (const char c : entry.source) line += c == '\n' ? ' ' : c;
  line += '\n';
  return file_->Append(line);
}

}  // namespace mqwarden
