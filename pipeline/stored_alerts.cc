#include "mqwarden/pipeline/stored_alerts.h"

#include <algorithm>
#include <optional>

#include "mqwarden/base/status_macros.h"
#include "mqwarden/ingest/byte_source.h"
#include "mqwarden/ingest/json_scanner.h"
#include "mqwarden/pipeline/input_files.h"

namespace mqwarden {
namespace {

using Nodes = std::span<const JsonNode>;

std::string TextOf(Nodes nodes, size_t at) {
  const JsonNode& node = nodes[at];
  switch (node.type) {
    case JsonType::kTrue: return "true";
    case JsonType::kFalse: return "false";
    case JsonType::kNull: return "null";
    case JsonType::kString:
    case JsonType::kNumber: return std::string(node.text);
    case JsonType::kObject:
    case JsonType::kArray: break;
  }
  // The scanner bounds the levels.
  std::string text;
  for (size_t i = at + 1; i < node.end; i = nodes[i].end) {
    if (!text.empty()) text += ", ";
    if (node.type == JsonType::kObject) {
      text.append(nodes[i].key).append(" ");
    }
    text += TextOf(nodes, i);
  }
  return text;
}

StoredAlert AlertOf(Nodes nodes) {
  StoredAlert alert;
  for (size_t i = 1; i < nodes[0].end; i = nodes[i].end) {
    if (nodes[i].key != "evidence") {
      alert.facts.emplace_back(nodes[i].key, TextOf(nodes, i));
      continue;
    }
    if (!nodes[i].is_container()) continue;
    for (size_t j = i + 1; j < nodes[i].end; j = nodes[j].end) {
      alert.evidence.push_back(TextOf(nodes, j));
    }
  }
  return alert;
}

// Takes the lines of one file after the other.
class Finder {
 public:
  explicit Finder(std::string_view id) : id_(id) {}

  void Feed(std::string_view bytes) {
    while (true) {
      const size_t end = bytes.find('\n');
      const std::string_view part = bytes.substr(0, end);
      if (line_.size() + part.size() > kMaxStoredAlertBytes) too_long_ = true;
      if (!too_long_) line_.append(part);
      if (end == std::string_view::npos) return;
      EndLine();
      bytes.remove_prefix(end + 1);
    }
  }

  void EndLine() {
    // Most lines hold another id: that is seen without reading them as JSON.
    if (!too_long_ && line_.starts_with('{') &&
        line_.find(id_) != std::string::npos) {
      scanner_.Start();
      if (scanner_.Scan(line_) == JsonScanner::Result::kComplete) {
        StoredAlert alert = AlertOf(scanner_.nodes());
        if (alert.Get("id") == id_) found_.push_back(std::move(alert));
      }
    }
    line_.clear();
    too_long_ = false;
  }

  std::vector<StoredAlert> Take() { return std::move(found_); }

 private:
  const std::string_view id_;
  JsonScanner scanner_;
  std::string line_;
  bool too_long_ = false;
  std::vector<StoredAlert> found_;
};

}  // namespace

std::string_view StoredAlert::Get(std::string_view key) const {
  const auto found =
      std::find_if(facts.begin(), facts.end(),
                   [key](const auto& fact) { return fact.first == key; });
  return found == facts.end() ? std::string_view() : found->second;
}

absl::StatusOr<std::vector<StoredAlert>> FindStoredAlerts(
    std::span<const std::string> inputs, std::string_view id) {
  MQWARDEN_ASSIGN_OR_RETURN(const std::vector<InputFile> files,
                            ListInputs(inputs));
  Finder finder(id);
  for (const InputFile& file : files) {
    std::optional<InputDamage> damage;
    MQWARDEN_RETURN_IF_ERROR(ReadBytes(
        file.path, [&finder](std::string_view bytes) { finder.Feed(bytes); },
        &damage));
    finder.EndLine();
  }
  return finder.Take();
}

}  // namespace mqwarden
