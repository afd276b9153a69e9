#include "mqwarden/pipeline/live/run_log.h"

#include "absl/status/status.h"
#include "mqwarden/base/terminal_text.h"

namespace mqwarden {
namespace {

std::string_view LevelName(RunLog::Level level) {
  switch (level) {
    case RunLog::Level::kInfo:
      return "info";
    case RunLog::Level::kWarning:
      return "warning";
    case RunLog::Level::kError:
      return "error";
  }
  return "error";
}

}  // namespace

RunLog::Entry::Entry(RunLog* log, Level level, std::string_view event,
                     int64_t untold)
    : log_(log), writer_(&line_) {
  if (log_ == nullptr) return;
  writer_.BeginObject();
  writer_.Key("time");
  writer_.String(FormatTime(log_->machine_->Wall()));
  Text("level", LevelName(level));
  Text("event", event);
  if (untold > 0) Int("untold", untold);
}

RunLog::Entry::~Entry() {
  if (log_ == nullptr) return;
  writer_.EndObject();
  line_ += '\n';
  log_->Write(std::move(line_));
}

RunLog::Entry& RunLog::Entry::Text(std::string_view key, std::string_view value) {
  if (log_ == nullptr) return *this;
  writer_.Key(key);
  writer_.String(EscapeForTerminal(value));
  return *this;
}

RunLog::Entry& RunLog::Entry::Int(std::string_view key, int64_t value) {
  if (log_ == nullptr) return *this;
  writer_.Key(key);
  writer_.Int(value);
  return *this;
}

RunLog::Entry& RunLog::Entry::Bool(std::string_view key, bool value) {
  if (log_ == nullptr) return *this;
  writer_.Key(key);
  writer_.Bool(value);
  return *this;
}

RunLog::Entry RunLog::Line(Level level, std::string_view event) {
  return Entry(this, level, event, 0);
}

RunLog::Entry RunLog::StreamLine(Level level, std::string_view event) {
  const Duration now = machine_->Steady();
  auto found = sorts_.find(event);
  if (found == sorts_.end()) {
    found = sorts_.emplace(std::string(event), Sort{.minute = now}).first;
  }
  Sort& sort = found->second;
  if (SaturatingSub(now, sort.minute) >= std::chrono::minutes(1)) {
    sort.minute = now;
    sort.told = 0;
  }
  if (sort.told == kPerMinute) {
    ++sort.untold;
    return Entry(nullptr, level, event, 0);
  }
  ++sort.told;
  return Entry(this, level, event, std::exchange(sort.untold, 0));
}

void RunLog::Finish() {
  for (auto& [event, sort] : sorts_) {
    if (sort.untold == 0) continue;
    Line(Level::kInfo, "untold").Text("of", event).Int("untold", sort.untold);
    sort.untold = 0;
  }
}

void RunLog::Write(std::string line) {
  if (!output_(line).ok()) ++lost_;
}

}  // namespace mqwarden
