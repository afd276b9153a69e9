// An editor for tests: drives a language server over its protocol, message by
// message, and remembers what it was told.
#ifndef MQWARDEN_TESTS_LANGUAGE_SERVER_EDITOR_H_
#define MQWARDEN_TESTS_LANGUAGE_SERVER_EDITOR_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/pipeline/language_server/rule_folders.h"
#include "mqwarden/pipeline/language_server/server.h"
#include "mqwarden/pipeline/language_server/text_positions.h"

namespace mqwarden {

// Texts by path.
using Files = std::map<std::string, std::string>;

class Editor final {
 public:
  // `files` are on the disk of the server, below /site, by path.
  explicit Editor(Files files = {});

  // Sends `initialize` with the folder /site and further members of its
  // parameters, as `"rootUri":…` written in JSON.
  std::string Initialize(std::string_view more = "");
  // The result, or `error CODE MESSAGE`.
  std::string Request(std::string_view method, std::string_view params);
  void Notify(std::string_view method, std::string_view params);
  // Raw bytes of one message; the messages that come back.
  std::vector<std::string> Send(std::string_view message);
  // Lets the server compile.
  void Settle();

  // Opens a text, without the `|` that marks the cursor; later requests are about
  // that text and cursor.
  void Open(std::string_view path, std::string_view marked_text);
  void Change(std::string_view path, std::string_view text);
  // {"textDocument":…,"position":…} of the cursor, and more members.
  std::string At(std::string_view more = "") const;
  // {"textDocument":…} and more.
  std::string Document(std::string_view more = "") const;
  // Request() at the cursor.
  std::string Ask(std::string_view method) { return Request(method, At()); }

  const std::string& text() const { return text_; }
  // The last diagnostics of a path; "none" where there were none ever.
  std::string Problems(std::string_view path) const;
  // "severity line:column code message" a line.
  std::vector<std::string> Lines(std::string_view path) const;
  // What window/showMessage said last.
  const std::string& shown() const { return shown_; }

  RuleFoldersInMemory folders;
  LanguageServer server{&folders};
  PositionEncoding encoding = PositionEncoding::kUtf16;

 private:
  void Take(const std::vector<std::string>& messages);

  int64_t next_id_ = 1;
  int64_t version_ = 1;
  std::string uri_;
  std::string text_;
  size_t cursor_ = 0;
  std::string result_;
  std::string shown_;
  std::map<std::string, std::string, std::less<>> problems_;  // by URI
};

// The strings of all members `key` of the JSON, in order.
std::vector<std::string> StringsOf(std::string_view json, std::string_view key);

// `text` after the edits of an array of TextEdit, as an editor applies them.
std::string Edited(std::string_view text, std::string_view edits_json,
                   PositionEncoding encoding = PositionEncoding::kUtf16);

}  // namespace mqwarden

#endif  // MQWARDEN_TESTS_LANGUAGE_SERVER_EDITOR_H_
