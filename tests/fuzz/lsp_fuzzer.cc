// Any bytes as what a client sends: as a stream, as messages, and as the text of a
// rule file of which everything is asked at many places. No crash, and every
// answer is one JSON object in UTF-8.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mqwarden/base/check.h"
#include "mqwarden/base/json_writer.h"
#include "mqwarden/base/utf8.h"
#include "mqwarden/pipeline/language_server/json_value.h"
#include "mqwarden/pipeline/language_server/message_framing.h"
#include "mqwarden/pipeline/language_server/rule_folders.h"
#include "mqwarden/pipeline/language_server/server.h"

namespace mqwarden {
namespace {

// Few, so that an input stays fast.
constexpr size_t kPlaces = 12;

class Client {
 public:
  Client() {
    folders_.files["/site/names.mqw"] =
        "list admins = [\"a\"]\nmacro refused = outcome == failure\n"
        "rule other { title \"T\" severity low on any }\n";
    Send(R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{)"
         R"("rootUri":"file:///site"}})");
  }

  void Send(std::string_view message) {
    std::vector<std::string> out;
    server_.Handle(message, &out);
    Check(out);
  }
  void Settle() {
    std::vector<std::string> out;
    server_.Settle(&out);
    Check(out);
  }

 private:
  static void Check(const std::vector<std::string>& messages) {
    for (const std::string& bytes : messages) {
      JsonMessage message;
      MQWARDEN_CHECK(IsValidUtf8(bytes), "what is sent is UTF-8");
      // The nodes that a message may have are bounded for reading, not writing.
      MQWARDEN_CHECK(message.Parse(bytes) || bytes.size() > 100'000,
                     "what is sent is JSON");
    }
  }

  RuleFoldersInMemory folders_;
  LanguageServer server_{&folders_};
};

void FuzzStream(std::string_view bytes) {
  MessageReader reader;
  Client client;
  for (size_t at = 0; at < bytes.size(); at += 7) {
    reader.Append(bytes.substr(at, 7));
    while (const auto message = reader.Next()) client.Send(*message);
  }
}

// One message a line.
void FuzzMessages(std::string_view bytes) {
  Client client;
  while (!bytes.empty()) {
    const size_t end = bytes.find('\n');
    client.Send(bytes.substr(0, end));
    bytes = end == std::string_view::npos ? "" : bytes.substr(end + 1);
  }
  client.Settle();
}

void FuzzText(std::string_view bytes) {
  Client client;
  std::string text;
  AppendJsonString(bytes, &text);
  client.Send(
      R"({"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":)"
      R"({"uri":"file:///site/a.mqw","version":1,"text":)" +
      text + "}}}");
  client.Settle();
  const std::string document =
      R"("params":{"textDocument":{"uri":"file:///site/a.mqw"})";
  const auto ask = [&](std::string_view method, const std::string& more) {
    client.Send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"textDocument/" +
                std::string(method) + "\"," + document + more + "}}");
  };
  const auto lines =
      static_cast<size_t>(std::count(bytes.begin(), bytes.end(), '\n')) + 1;
  for (size_t i = 0; i < kPlaces; ++i) {
    const std::string position =
        ",\"position\":{\"line\":" + std::to_string(i * lines / kPlaces) +
        ",\"character\":" + std::to_string(i * 7 % 80) + "}";
    for (const char* const method :
         {"completion", "hover", "definition", "references",
          "documentHighlight", "prepareRename"}) {
      ask(method, position);
    }
    ask("rename", position + ",\"newName\":\"renamed\"");
  }
  for (const char* const method :
       {"documentSymbol", "foldingRange", "codeLens", "semanticTokens/full",
        "formatting"}) {
    ask(method, "");
  }
  ask("codeAction",
      R"(,"range":{"start":{"line":0,"character":0},"end":{"line":9999,"character":0}})");
}

}  // namespace
}  // namespace mqwarden

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (bytes.starts_with("Content-")) {
    mqwarden::FuzzStream(bytes);
  } else if (bytes.starts_with('{')) {
    mqwarden::FuzzMessages(bytes);
  } else {
    mqwarden::FuzzText(bytes);
  }
  return 0;
}
