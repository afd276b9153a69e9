// Standard output and standard error: products go to the first through
// OutputFile, which notices every failed write; everything else goes to the
// second, a line at a time.
#ifndef MQWARDEN_CLI_CONSOLE_H_
#define MQWARDEN_CLI_CONSOLE_H_

#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"

namespace mqwarden {

// A file that is written from its beginning, or standard output for "-".
// Buffered; Close() tells whether everything arrived.
class OutputFile final {
 public:
  explicit OutputFile(std::string path) : path_(std::move(path)) {}
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  // Makes the file, or cuts it to nothing.
  absl::Status Open();
  absl::Status Write(std::string_view bytes);
  absl::Status Close();
  bool is_stdout() const { return path_ == "-"; }

 private:
  absl::Status Flush();
  absl::Status Fail(std::string_view what);

  const std::string path_;
  int fd_ = -1;
  std::string buffer_;
  absl::Status status_;
};

// Writes a whole file, or to standard output for "-".
absl::Status WriteFile(const std::string& path, std::string_view text);

// Writes a whole product. Returns `exit_code`, or kExitUsage after a line on
// standard error when not all of it could be written.
int PrintProduct(std::string_view text, int exit_code);

// "mqwarden: MESSAGE" and a newline, on standard error. The message must be
// escaped where it holds text of others.
void PrintMessage(std::string_view message);
void PrintStatus(const absl::Status& status);
// As it stands, on standard error.
void PrintToStderr(std::string_view text);

bool StdoutIsTerminal();
bool StderrIsTerminal();
// A terminal that may show colour: NO_COLOR is not set and TERM is not "dumb".
bool StdoutHasColor();
bool StderrHasColor();

// "1 rule", "2 rules".
std::string CountOf(long long count, std::string_view noun);

}  // namespace mqwarden

#endif  // MQWARDEN_CLI_CONSOLE_H_
