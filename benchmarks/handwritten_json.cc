// The hand-written replay: simdjson on demand, then the three rules.
//
// Compiled for AVX2 on x86-64, since the on-demand front end takes the kernel of
// the instruction set it is compiled for; ReplayByHand() asks the processor first.

#include <chrono>
#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "mqwarden/benchmarks/handwritten.h"
#include "simdjson.h"

namespace mqwarden::benchmarks {
namespace {

namespace ondemand = simdjson::ondemand;

// 0 for a text that is no dotted IPv4.
uint32_t ParseAddress(std::string_view text) {
  uint32_t address = 0;
  uint32_t octet = 0;
  int dots = 0;
  for (const char c : text) {
    if (c == '.') {
      address = address << 8 | octet;
      octet = 0;
      ++dots;
    } else {
      octet = octet * 10 + static_cast<uint32_t>(c - '0');
    }
  }
  return dots == 3 ? address << 8 | octet : 0;
}

// `2026-03-10T09:00:00.120Z`, or without a fraction; the day is computed once for
// all of its events.
class TimeReader {
 public:
  int64_t Read(std::string_view text) {
    if (text.size() != 24 && text.size() != 20) return 0;
    if (text.substr(0, 10) != day_) {
      day_ = text.substr(0, 10);
      const std::chrono::year_month_day day{
          std::chrono::year(Number(text, 0, 4)),
          std::chrono::month(static_cast<unsigned>(Number(text, 5, 2))),
          std::chrono::day(static_cast<unsigned>(Number(text, 8, 2)))};
      day_start_ = std::chrono::sys_days(day).time_since_epoch().count() * 86400;
    }
    const int64_t second = day_start_ + Number(text, 11, 2) * 3600 +
                           Number(text, 14, 2) * 60 + Number(text, 17, 2);
    const int millisecond = text.size() == 24 ? Number(text, 20, 3) : 0;
    return (second * 1000 + millisecond) * 1'000'000;
  }

 private:
  static int Number(std::string_view text, size_t at, size_t digits) {
    int number = 0;
    for (size_t i = at; i < at + digits; ++i) number = number * 10 + (text[i] - '0');
    return number;
  }

  std::string day_;
  int64_t day_start_ = 0;
};

struct Line {
  std::string_view time, kind, action, outcome, channel, channel_type, address, user;
  int64_t reason = 0;
  bool lab = false;
};

// False when a field is missing: every line of the workload has all ten.
bool ReadLine(ondemand::document_reference document, Line* line) {
  ondemand::object object;
  if (document.get_object().get(object)) return false;
  line->lab = false;
  ondemand::array tags;
  if (object.find_field_unordered("time").get(line->time)) return false;
  if (object.find_field_unordered("tags").get(tags)) return false;
  for (auto element : tags) {
    std::string_view tag;
    if (element.get(tag)) return false;
    if (tag == "lab") line->lab = true;
  }
  return !object.find_field_unordered("kind").get(line->kind) &&
         !object.find_field_unordered("action").get(line->action) &&
         !object.find_field_unordered("outcome").get(line->outcome) &&
         !object.find_field_unordered("reason").get(line->reason) &&
         !object.find_field_unordered("user").get(line->user) &&
         !object.find_field_unordered("source_ip").get(line->address) &&
         !object.find_field_unordered("channel").get(line->channel) &&
         !object.find_field_unordered("channel_type").get(line->channel_type);
}

class Rules {
 public:
  void Process(const Line& line, W1Answer* answer) {
    if (line.lab) return;
    const bool access = line.kind == "authz" || line.kind == "authn";
    if (access && line.reason == 2035) {
      if (line.channel_type != "svrconn") return;
      const int64_t time = time_.Read(line.time);
      if (brute_force_.Add(ParseAddress(line.address), time)) {
        Send(0, line.user, time, answer);
      }
    } else if (line.kind == "channel") {
      if (line.action == "block" && line.channel.starts_with("PROD.") &&
          line.channel.ends_with(".SDR")) {
        Send(1, line.user, time_.Read(line.time), answer);
      }
    } else if ((access || line.kind == "session") && line.action == "connect" &&
               line.outcome == "success" && breakglass_.contains(std::string(line.user))) {
      Send(2, line.user, time_.Read(line.time), answer);
    }
  }

 private:
  void Send(int rule, std::string_view user, int64_t time, W1Answer* answer) {
    if (limits_[static_cast<size_t>(rule)].Pass(std::string(user), time)) {
      answer->Add(rule, time);
    }
  }

  const absl::flat_hash_set<std::string> breakglass_ = {
      "bgadmin1", "bgadmin2", "bgadmin3", "bgadmin4", "bgadmin5"};
  TimeReader time_;
  TenInFiveMinutes brute_force_;
  std::array<OneAnHour<std::string>, 3> limits_;
};

bool ProcessorFits() {
#if defined(__x86_64__) && defined(__AVX2__)
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
         __builtin_cpu_supports("pclmul");
#else
  return true;
#endif
}

}  // namespace

size_t PaddingBytes() { return simdjson::SIMDJSON_PADDING; }

bool ReplayByHand(std::string_view ndjson, W1Answer* answer) {
  if (!ProcessorFits()) return false;
  ondemand::parser parser;
#ifdef SIMDJSON_THREADS_ENABLED
  parser.threaded = false;  // one thread, as what it is compared with
#endif
  ondemand::document_stream stream;
  constexpr size_t kBatchBytes = size_t{1} << 20;
  if (parser.iterate_many(ndjson.data(), ndjson.size(), kBatchBytes).get(stream)) {
    return false;
  }
  Rules rules;
  Line line;
  for (auto document : stream) {
    ondemand::document_reference reference;
    if (std::move(document).get(reference) || !ReadLine(reference, &line)) return false;
    rules.Process(line, answer);
  }
  return stream.truncated_bytes() == 0;
}

}  // namespace mqwarden::benchmarks
