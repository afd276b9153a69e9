#include "mqwarden/tests/fault/simulation.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <utility>

#include <zlib.h>

#include "absl/status/status.h"
#include "mqwarden/base/check.h"
#include "mqwarden/pipeline/live/followed_file.h"
#include "mqwarden/pipeline/live/live_run.h"
#include "mqwarden/pipeline/live/outbox.h"
#include "mqwarden/pipeline/live/outbox_destination.h"
#include "mqwarden/pipeline/live/rotating_file_destination.h"
#include "mqwarden/pipeline/live/transport.h"
#include "mqwarden/rules/compile.h"
#include "mqwarden/schema/alert_json.h"
#include "mqwarden/schema/report.h"
#include "mqwarden/schema/report_json.h"
#include "mqwarden/tests/fault/fault_stream.h"
#include "mqwarden/tests/fault/sim_machine.h"

namespace mqwarden {
namespace {

constexpr std::string_view kEnd = "\"rule\":\"the_end\"";
constexpr int kMaxLives = 60;
constexpr int64_t kMaxSteps = 20'000;

class NoFiles final : public FileReader {
 public:
  absl::StatusOr<std::string> Read(std::string_view, std::string_view) override {
    return absl::NotFoundError("no files");
  }
};

std::shared_ptr<const Plan> FaultPlan() {
  static const std::shared_ptr<const Plan> plan = [] {
    NoFiles files;
    const std::vector<RuleSource> sources = {{"fault.mqw", std::string(FaultRules())}};
    CompileResult result = CompileRules(sources, &files, {});
    MQWARDEN_CHECK(result.plan != nullptr, "the rules compile");
    return result.plan;
  }();
  return plan;
}

std::string Gzip(std::string_view bytes) {
  z_stream stream = {};
  constexpr int kGzip = 16 + MAX_WBITS;
  MQWARDEN_CHECK(deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kGzip, 8,
                              Z_DEFAULT_STRATEGY) == Z_OK,
                 "zlib begins");
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  MQWARDEN_CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END, "it has room");
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// Somebody at the other end, who outlives the process.
struct Peer {
  std::vector<std::string> received;  // first times, in order
  std::set<std::string> known;
  int64_t repeats = 0;
  bool has_end = false;

  void Take(std::string_view record) {
    if (!known.emplace(record).second) {
      ++repeats;
      return;
    }
    received.emplace_back(record);
    has_end = has_end || record.find(kEnd) != std::string_view::npos;
  }
};

// A wire to the peer: records arrive some steps after they were taken, or are lost with
// the connection.
class SimTransport final : public Transport {
 public:
  SimTransport(uint64_t seed, bool breaks, Peer* peer)
      : random_(seed), breaks_(breaks), peer_(*peer) {}

  void Step(Duration now) override {
    if (is_down_) {
      if (!backoff_.waits(now)) is_down_ = false;
      return;
    }
    while (!way_.empty() && random_() % 4 != 0) {
      peer_.Take(way_.front().first);
      // It came, and the answer did not.
      if (breaks_ && random_() % 50 == 0) break;
      acknowledged_ = way_.front().second;
      way_.erase(way_.begin());
      backoff_.Succeed();
    }
    if (!breaks_ || random_() % 40 != 0) return;
    way_.clear();
    is_down_ = true;
    ++resets_;
    ++failures_;
    backoff_.Fail(now);
  }
  bool can_take() const override { return !is_down_ && way_.size() < 8; }
  void Take(std::string_view record, int64_t next, Duration) override {
    way_.emplace_back(record, next);
  }
  int64_t acknowledged() const override { return acknowledged_; }
  int64_t resets() const override { return resets_; }
  int64_t failures() const override { return failures_; }
  bool is_down() const override { return is_down_; }
  std::optional<Duration> next_step() const override {
    if (is_down_) return backoff_.until();
    if (!way_.empty()) return Duration::zero();
    return std::nullopt;
  }
  void AddInterests(std::vector<Interest>*) const override {}

 private:
  std::mt19937_64 random_;
  const bool breaks_;
  Peer& peer_;
  Backoff backoff_;
  bool is_down_ = false;
  std::vector<std::pair<std::string, int64_t>> way_;
  int64_t acknowledged_ = 0;
  int64_t resets_ = 0;
  int64_t failures_ = 0;
};

RecordFormat Json() {
  return {.alert = [](const Alert& alert,
                      std::string* out) { AppendAlertJson(alert, out); },
          .report = [](const ReportRecord& report, std::string* out) {
            AppendReportJson(report, out);
          }};
}

class Simulation {
 public:
  explicit Simulation(const SimulationOptions& options)
      : options_(options),
        random_(options.seed),
        disk_(options.seed * 31 + 1),
        machine_(options.seed * 17 + 2, *ParseTime("2026-02-05T09:10:00Z")) {
    for (const std::string& line : options.events) input_ += line;
    disk_.SetContents("events.ndjson", "");
    MQWARDEN_CHECK(disk_.MakeFolder("state").ok(), "there is a folder");
    disk_.set_pretended(options.pretended);
    machine_.set_on_wait([this] { Happen(); });
    disk_.set_plan([this](int64_t number, DiskOperation operation) {
      if (options_.faults) return options_.faults(number, operation);
      if (number != fault_at_) return DiskFault::kNone;
      return fault_;
    });
  }

  SimulationResult Run() {
    while (result_.failure.empty() && !Live()) {
      if (result_.lives == kMaxLives) Fail("it never ended");
      BetweenLives();
    }
    result_.alerts = AllAlerts();
    result_.received = peer_.received;
    result_.repeats = peer_.repeats;
    result_.operations = disk_.operations();
    return std::move(result_);
  }

 private:
  void Fail(std::string why) {
    if (result_.failure.empty()) result_.failure = std::move(why);
  }

  std::string AllAlerts() const {
    std::string alerts;
    for (const std::string& path : disk_.Paths()) {
      if (path.starts_with("alerts.jsonl.")) alerts += *disk_.Contents(path);
    }
    return alerts + disk_.Contents("alerts.jsonl").value_or("");
  }

  // The file is renamed by whoever writes it, or copied and cut, between two lines; and
  // those of before are compressed at times.
  void Rotate() {
    const std::string name = "events.ndjson.";
    if (rotations_ > 0 && random_() % 3 == 0) {
      const std::string last = name + std::to_string(rotations_);
      if (const auto bytes = disk_.Contents(last)) {
        disk_.ReplaceContents(last, last + ".gz", Gzip(*bytes));
      }
    }
    const std::string to = name + std::to_string(++rotations_);
    if (random_() % 3 == 0) {
      disk_.SetContents(to, *disk_.Contents("events.ndjson"));
    } else {
      disk_.RenameContents("events.ndjson", to);
    }
    disk_.SetContents("events.ndjson", "");
  }

  // While the run waits: input comes, in pieces that end anywhere.
  void Happen() {
    if (disk_.is_off()) return;
    if (pause_ > 0) {
      --pause_;
      return;
    }
    // A new file begins with more than a fingerprint would confuse with another's.
    const bool is_new = disk_.Contents("events.ndjson")->empty();
    const size_t size = std::min<size_t>((is_new ? 400 : 1) + random_() % 6000,
                                         input_.size() - written_);
    disk_.AppendContents("events.ndjson",
                         std::string_view(input_).substr(written_, size));
    written_ += size;
    if (!options_.games) return;
    if (random_() % 30 == 0) pause_ = static_cast<int64_t>(random_() % 120);
    if (random_() % 40 == 0 && written_ > 0 && input_[written_ - 1] == '\n' &&
        !disk_.Contents("events.ndjson")->empty()) {
      Rotate();
    }
    if (random_() % 60 == 0) {
      const auto years = static_cast<int64_t>(random_() % 21) - 10;
      machine_.SetWall(*ParseTime("2026-02-05T09:10:00Z") +
                       std::chrono::hours(24 * 365) * years);
    }
    if (random_() % 80 == 0) wants_reload_ = true;
  }

  // True when the run has come to its end.
  bool Live() {
    ++result_.lives;
    fault_at_ = -1;
    int64_t kill_at = -1;
    // Faults end with the twentieth life, so that the run does.
    if (options_.games && result_.lives < 20) {
      const auto soon = static_cast<int64_t>(1 + random_() % 300);
      switch (random_() % 4) {
        case 0:
          fault_ = DiskFault::kPowerOff;
          fault_at_ = disk_.operations() + soon;
          break;
        case 1:
          fault_ = static_cast<DiskFault>(1 + random_() % 3);
          fault_at_ = disk_.operations() + soon;
          break;
        default:
          kill_at = soon;
          break;
      }
    }
    LiveOptions options;
    options.state_path = "state/run";
    options.checkpoint_every = options_.checkpoint_every;
    // What a silence of the whole input decides is of the clock, and differs by how
    // long the peer keeps the run waiting.
    options.max_delay = std::chrono::hours(24 * 365);
    options.engine.hash_seed = 5;
    std::vector<std::unique_ptr<Source>> sources;
    sources.push_back(std::make_unique<FollowedFile>("events.ndjson", "events.ndjson",
                                                     IngestOptions(), &disk_));
    std::vector<std::unique_ptr<Destination>> destinations;
    destinations.push_back(std::make_unique<RotatingFileDestination>(
        "file", &disk_, "alerts.jsonl",
        RotatingFileOptions{.max_bytes = options_.max_file_bytes, .keep = 0}));
    destinations.push_back(std::make_unique<OutboxDestination>(
        "wire", Json(),
        std::make_unique<Outbox>(
            &disk_, "state/outbox",
            OutboxOptions{.max_bytes = 64 << 10, .segment_bytes = 8 << 10}),
        std::make_unique<SimTransport>(random_(), options_.games, &peer_)));
    LiveRun::Restored restored;
    auto run = LiveRun::Start(FaultPlan(), options, &machine_, &disk_,
                              std::move(sources), std::move(destinations), &restored);
    if (!run.ok()) return Ended(run.status());
    result_.damaged += static_cast<int64_t>(restored.damaged.size());
    for (int64_t step = 0; step < kMaxSteps; ++step) {
      if (step == kill_at) {
        // A process that dies, or one that is asked to end.
        if (random_() % 3 != 0) return false;
        return Ended((*run)->Finish());
      }
      if (std::exchange(wants_reload_, false)) (*run)->Reload(FaultPlan());
      const auto worked = (*run)->Step();
      if (!worked.ok()) return Ended(worked.status());
      if (!*worked) (*run)->Wait(std::chrono::seconds(1));
      const auto lines = static_cast<int64_t>(options_.events.size());
      if ((*run)->stats().events == lines && !*worked && peer_.has_end &&
          (*run)->destinations()[1]->stats().waiting == 0 &&
          (*run)->stats().waiting == 0 &&
          AllAlerts().find(kEnd) != std::string::npos) {
        const absl::Status status = (*run)->Finish();
        return status.ok() ? true : Ended(status);
      }
    }
    std::string why = "a life without an end: input written " +
                      std::to_string(written_) + " of " +
                      std::to_string(input_.size()) + ", peer has " +
                      std::to_string(peer_.received.size()) + " records";
    for (const std::string& path : disk_.Paths()) {
      why += "\n  " + path + " " + std::to_string(disk_.Contents(path)->size());
    }
    const LiveStats stats = (*run)->stats();
    why += "\n  events " + std::to_string(stats.events) + " late " +
           std::to_string(stats.late) + " future " + std::to_string(stats.future) +
           " waiting " + std::to_string(stats.waiting);
    Fail(why);
    return true;
  }

  // A life ended with `status`: that takes a fault.
  bool Ended(const absl::Status& status) {
    if (status.ok()) return false;
    result_.errors.emplace_back(status.ToString());
    if (absl::IsDataLoss(status) || absl::IsInternal(status) ||
        (!options_.faults && fault_at_ < 0)) {
      Fail(result_.errors.back());
    }
    return false;
  }

  void BetweenLives() {
    if (disk_.is_off()) disk_.PowerOn();
    if (!options_.games || random_() % 6 != 0) return;
    // The newest checkpoint is damaged; the one before it is whole.
    auto bytes = disk_.Contents("state/run");
    if (!bytes || bytes->empty() || !disk_.Contents("state/run.1")) return;
    if (damaged_lately_) return;
    damaged_lately_ = true;
    (*bytes)[random_() % bytes->size()] ^= 4;
    disk_.SetContents("state/run", *bytes);
  }

  const SimulationOptions& options_;
  std::mt19937_64 random_;
  SimDisk disk_;
  SimMachine machine_;
  Peer peer_;
  SimulationResult result_;

  std::string input_;
  size_t written_ = 0;
  int64_t pause_ = 0;
  int64_t rotations_ = 0;
  bool wants_reload_ = false;
  bool damaged_lately_ = false;
  DiskFault fault_ = DiskFault::kNone;
  int64_t fault_at_ = -1;
};

}  // namespace

SimulationResult Simulate(const SimulationOptions& options) {
  return Simulation(options).Run();
}

}  // namespace mqwarden
