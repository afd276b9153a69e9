#include "mqwarden/tests/ingest/ingest_testing.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "mqwarden/schema/event_json.h"

namespace mqwarden {
namespace {

constexpr char kFolder[] = "tests/ingest/";

class Reader {
 public:
  explicit Reader(const IngestOptions& options)
      : stream_(options, [this](Event& event) {
          AppendEventJson(event, &reading_.events.emplace_back());
          reading_.sequences.push_back(event.sequence());
        }) {}

  void Feed(std::string_view bytes) {
    // The chunk's memory goes away after each call, as an embedder's does.
    const std::string chunk(bytes);
    stream_.Feed(chunk);
  }

  Reading Finish() {
    stream_.Finish();
    reading_.stats = stream_.stats();
    return std::move(reading_);
  }

 private:
  Reading reading_;
  EventStream stream_;
};

}  // namespace

std::string Reading::Dump() const {
  std::ostringstream out;
  for (size_t i = 0; i < events.size(); ++i) {
    out << sequences[i] << ' ' << events[i] << '\n';
  }
  out << "bytes " << stats.bytes << " records " << stats.records << " events "
      << stats.events << '\n';
  for (const auto& [reason, count] : stats.rejected) {
    const RejectSample& sample = stats.samples.at(reason);
    out << reason << ' ' << count << " at " << sample.offset << " ("
        << sample.detail << ") " << sample.excerpt << '\n';
  }
  return out.str();
}

int64_t Reading::Rejected(std::string_view reason) const {
  const auto found = stats.rejected.find(reason);
  return found == stats.rejected.end() ? 0 : found->second;
}

Reading ReadAll(std::string_view bytes, const IngestOptions& options,
                size_t chunk) {
  Reader reader(options);
  if (chunk == 0) chunk = std::max<size_t>(bytes.size(), 1);
  for (; !bytes.empty(); bytes.remove_prefix(std::min(chunk, bytes.size()))) {
    reader.Feed(bytes.substr(0, chunk));
  }
  return reader.Finish();
}

Reading ReadSplit(std::string_view bytes, size_t split,
                  const IngestOptions& options) {
  Reader reader(options);
  reader.Feed(bytes.substr(0, split));
  reader.Feed(bytes.substr(split));
  return reader.Finish();
}

std::string ReadTestFile(const std::string& name) {
  std::ifstream in(kFolder + name, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::vector<std::string> ListTestFiles(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry :
       std::filesystem::directory_iterator(kFolder + folder)) {
    names.push_back(folder + "/" + entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace mqwarden
