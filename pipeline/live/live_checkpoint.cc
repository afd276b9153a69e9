// When checkpoints of a live run are written, and by whom.
//
// Serializing a million keys and syncing them takes longer than events may wait. So a
// forked process does it, over the memory of the instant of the fork, while the run
// goes on; the run waits for the fork alone. The parent learns by the child's end
// whether the checkpoint is durable. A child dies with its parent.
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <system_error>

#include "mqwarden/base/status_macros.h"
#include "mqwarden/base/text.h"
#include "mqwarden/pipeline/live/live_run.h"

namespace mqwarden {
namespace {

// A process that has just been killed may still have a child that ends.
constexpr Duration kLockPatience = std::chrono::seconds(5);
constexpr Duration kLockPause = std::chrono::milliseconds(50);

absl::Status LockPatiently(CheckpointStore* store, Machine* machine) {
  const Duration start = machine->Steady();
  for (;;) {
    const absl::Status status = store->Lock();
    if (status.code() != absl::StatusCode::kFailedPrecondition ||
        SaturatingSub(machine->Steady(), start) >= kLockPatience) {
      return status;
    }
    machine->Wait({}, kLockPause);
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<LiveRun>> LiveRun::Start(
    std::shared_ptr<const Plan> plan, const LiveOptions& options,
    Machine* machine, FileSystem* disk,
    std::vector<std::unique_ptr<Source>> sources,
    std::vector<std::unique_ptr<Destination>> destinations,
    Restored* restored) {
  std::unique_ptr<LiveRun> run(new LiveRun(options, machine, disk));
  run->plan_ = std::move(plan);
  run->destinations_ = std::move(destinations);
  run->destination_states_.resize(run->destinations_.size());
  std::vector<AlertSink*> sinks;
  for (const auto& destination : run->destinations_) {
    sinks.push_back(destination.get());
  }
  run->sinks_ = std::make_unique<FanOut>(std::move(sinks));
  for (std::unique_ptr<Source>& source : sources) {
    run->feeds_.push_back(std::make_unique<Feed>(options.lateness));
    run->feeds_.back()->source = std::move(source);
  }
  if (!options.late_path.empty()) {
    run->late_events_ = std::make_unique<EventLog>(disk, options.late_path);
  }
  std::optional<Checkpoint> checkpoint;
  if (!options.state_path.empty()) {
    run->store_ = std::make_unique<CheckpointStore>(disk, options.state_path);
    run->floor_log_ =
        std::make_unique<FloorLog>(disk, options.state_path + ".decisions");
    MQWARDEN_RETURN_IF_ERROR(LockPatiently(run->store_.get(), machine));
    MQWARDEN_ASSIGN_OR_RETURN(CheckpointStore::Loaded loaded,
                              run->store_->Load());
    restored->has_state = loaded.checkpoint.has_value();
    restored->path = std::move(loaded.path);
    restored->damaged = std::move(loaded.damaged);
    checkpoint = std::move(loaded.checkpoint);
  }
  if (checkpoint) {
    run->engine_options_.hash_seed = checkpoint->header.hash_seed;
    run->engine_options_.key_groups =
        static_cast<int32_t>(checkpoint->header.key_groups);
  }
  MQWARDEN_ASSIGN_OR_RETURN(
      run->engine_,
      Engine::Create(run->plan_, run->engine_options_, run->sinks_.get()));
  if (checkpoint) MQWARDEN_RETURN_IF_ERROR(run->Restore(*checkpoint, restored));
  MQWARDEN_RETURN_IF_ERROR(run->OpenAll(checkpoint ? &*checkpoint : nullptr));
  // Events that had waited for rules which were about to take effect.
  std::deque<std::string> events = std::exchange(run->not_arrived_, {});
  if (!events.empty()) {
    run->next_plan_ = run->plan_;
    run->not_arrived_ = std::move(events);
    run->switch_at_ = run->released_.value_or(Time::min());
  }
  run->last_checkpoint_ = machine->Steady();
  // Whatever happens next, there is a state to come back to.
  run->is_dirty_ = true;
  MQWARDEN_RETURN_IF_ERROR(run->CheckpointNow());
  return run;
}

LiveRun::~LiveRun() {
  if (writer_ < 0) return;
  ::kill(writer_, SIGKILL);
  ::waitpid(writer_, nullptr, 0);
  ::close(writer_says_);
}

// What the destinations have taken is on its way to the disk, and it is known how far
// that is.
absl::Status LiveRun::PrepareCheckpoint() {
  for (size_t i = 0; i < destinations_.size(); ++i) {
    destination_states_[i].clear();
    MQWARDEN_RETURN_IF_ERROR(
        destinations_[i]->Checkpoint(&destination_states_[i]));
  }
  late_state_.clear();
  if (late_events_ == nullptr) return absl::OkStatus();
  return late_events_->Checkpoint(&late_state_);
}

// First what the state speaks of, then the state.
absl::Status LiveRun::WriteCheckpoint() {
  for (const auto& destination : destinations_) {
    MQWARDEN_RETURN_IF_ERROR(destination->Sync());
  }
  if (late_events_ != nullptr) MQWARDEN_RETURN_IF_ERROR(late_events_->Sync());
  MQWARDEN_RETURN_IF_ERROR(floor_log_->Sync());
  const std::string bytes = EncodeCheckpoint(MakeCheckpoint());
  MQWARDEN_RETURN_IF_ERROR(store_->Write(bytes));
  return store_->Install();
}

void LiveRun::Committed() {
  ++generation_;
  ++stats_.checkpoints;
  for (const auto& destination : destinations_) destination->Committed();
}

absl::Status LiveRun::CheckpointNow() {
  if (store_ == nullptr) return absl::OkStatus();
  MQWARDEN_RETURN_IF_ERROR(CollectFork(/*wait=*/true).status());
  absl::Status status = PrepareCheckpoint();
  if (status.ok()) status = WriteCheckpoint();
  if (!status.ok()) return status_ = status;
  Committed();
  is_dirty_ = false;
  last_checkpoint_ = machine_->Steady();
  return DestinationStatus();
}

absl::Status LiveRun::StepCheckpoint() {
  if (store_ == nullptr) return absl::OkStatus();
  MQWARDEN_ASSIGN_OR_RETURN(const bool is_writing, CollectFork(/*wait=*/false));
  if (is_writing || !is_dirty_ ||
      SaturatingSub(machine_->Steady(), last_checkpoint_) <
          options_.checkpoint_every) {
    return absl::OkStatus();
  }
  return options_.fork_checkpoints ? ForkCheckpoint() : CheckpointNow();
}

absl::Status LiveRun::ForkCheckpoint() {
  MQWARDEN_RETURN_IF_ERROR(PrepareCheckpoint());
  int ends[2];
  if (::pipe(ends) < 0) return CheckpointNow();
  const ::pid_t parent = ::getpid();
  const ::pid_t child = ::fork();
  if (child < 0) {
    // No room for another process: the events wait this once.
    ::close(ends[0]);
    ::close(ends[1]);
    return CheckpointNow();
  }
  if (child == 0) {
    ::signal(SIGTERM, SIG_IGN);
    ::signal(SIGINT, SIG_IGN);
    ::signal(SIGHUP, SIG_IGN);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(1);
    ::close(ends[0]);
    const absl::Status status = WriteCheckpoint();
    if (!status.ok()) {
      const std::string_view message = FromAbsl(status.message());
      ssize_t written = ::write(ends[1], message.data(), message.size());
      ::_exit(written < 0 ? 2 : 1);
    }
    ::_exit(0);
  }
  ::close(ends[1]);
  writer_ = child;
  writer_says_ = ends[0];
  is_dirty_ = false;
  last_checkpoint_ = machine_->Steady();
  return absl::OkStatus();
}

// True: it is still at work.
absl::StatusOr<bool> LiveRun::CollectFork(bool wait) {
  if (writer_ < 0) return false;
  int ended = 0;
  ::pid_t child;
  do {
    child = ::waitpid(writer_, &ended, wait ? 0 : WNOHANG);
  } while (child < 0 && errno == EINTR);
  if (child == 0) return true;
  std::string message(1024, '\0');
  const ssize_t size = ::read(writer_says_, message.data(), message.size());
  message.resize(size > 0 ? static_cast<size_t>(size) : 0);
  ::close(writer_says_);
  writer_ = -1;
  if (child > 0 && WIFEXITED(ended) && WEXITSTATUS(ended) == 0) {
    store_->Installed();
    Committed();
    return false;
  }
  if (message.empty()) message = "the process that writes it was ended";
  status_ = absl::UnavailableError(
      ToAbsl("no checkpoint in " + store_->path() + ": " + message));
  return status_;
}

}  // namespace mqwarden
