// A language server for rule texts: messages of the Language Server Protocol in,
// messages out. It does no I/O of its own but reads rule files, so a test drives
// it like an editor does.
//
//   LanguageServer server(&folders);
//   for each message: server.Handle(message, &out);
//   when none waits:  server.Settle(&out);
//
// Handle() answers a request at once, from the trees of the texts as they are and
// from what the compiler last said. A change of a text only parses that text;
// Settle() compiles and publishes what is wrong, so that a burst of changes costs
// one compilation, and a request waits for one at most.
//
// Errors. No message, however wrong, is fatal: a request gets the error that
// JSON-RPC has for it, a notification is ignored. Not thread-safe.
#ifndef MQWARDEN_PIPELINE_LANGUAGE_SERVER_SERVER_H_
#define MQWARDEN_PIPELINE_LANGUAGE_SERVER_SERVER_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/pipeline/language_server/rule_folders.h"

namespace mqwarden {

class LanguageServer final {
 public:
  // `folders` is not owned.
  explicit LanguageServer(RuleFolders* folders);
  ~LanguageServer();
  LanguageServer(const LanguageServer&) = delete;
  LanguageServer& operator=(const LanguageServer&) = delete;

  // Appends the messages that answer, each without its frame.
  void Handle(std::string_view message, std::vector<std::string>* out);

  // Whether Settle() has something to do.
  bool is_unsettled() const;
  void Settle(std::vector<std::string>* out);

  // After `exit`: 0 where `shutdown` came before it, else 1.
  std::optional<int> exit_code() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LANGUAGE_SERVER_SERVER_H_
