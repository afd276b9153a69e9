#include "mqwarden/cli/replay_options.h"

#include <filesystem>
#include <system_error>

#include "mqwarden/cli/interrupt.h"

namespace mqwarden {

ReplayOptions ReplayOptionsOf(const InputFlags& flags, ProgressBar* bar) {
  ReplayOptions options;
  options.input.inputs = flags.inputs;
  options.input.format = flags.format();
  options.input.text = flags.text();
  options.input.from = flags.from_time();
  options.input.to = flags.to_time();
  options.input.stop = StopOnInterrupt();
  options.input.threads = flags.threads;
  options.joins = flags.joins();
  std::error_code error;
  const std::filesystem::path temp =
      std::filesystem::temp_directory_path(error);
  if (!error) options.merge.temp_folder = temp.string();
  options.on_progress = [bar](const ReplayProgress& progress) {
    bar->Update(progress);
  };
  return options;
}

}  // namespace mqwarden
