#include "mqwarden/pipeline/language_server/server.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

#include "mqwarden/pipeline/language_server/capabilities.h"
#include "mqwarden/pipeline/language_server/json_value.h"
#include "mqwarden/pipeline/language_server/problems.h"
#include "mqwarden/pipeline/language_server/protocol_json.h"
#include "mqwarden/pipeline/language_server/requests.h"
#include "mqwarden/pipeline/language_server/run_test.h"
#include "mqwarden/pipeline/language_server/uri.h"
#include "mqwarden/pipeline/language_server/workspace.h"

namespace mqwarden {
namespace {

// Of JSON-RPC and of the protocol.
constexpr int kParseError = -32700;
constexpr int kInvalidRequest = -32600;
constexpr int kMethodNotFound = -32601;
constexpr int kServerNotInitialized = -32002;

// Numbers of window/showMessage.
constexpr int kMessageError = 1;
constexpr int kMessageWarning = 2;
constexpr int kMessageInfo = 3;

}  // namespace

class LanguageServer::Impl {
 public:
  explicit Impl(RuleFolders* folders) : workspace_(folders) {}

  void Handle(std::string_view bytes, std::vector<std::string>* out) {
    out_ = out;
    JsonMessage message;
    if (!message.Parse(bytes)) {
      Fail(JsonValue(), {kParseError, "not one JSON object"});
      return;
    }
    const JsonValue root = message.root();
    const JsonValue id = root["id"];
    const JsonValue method = root["method"];
    const bool is_request = id.is_string() || id.integer().has_value();
    if (!method.exists()) {
      // The answer to a request of ours, of which nothing depends.
      const bool is_answer =
          id.exists() && (root["result"].exists() || root["error"].exists());
      if (!is_answer) Fail(id, {kInvalidRequest, "no method"});
      return;
    }
    if (!method.is_string() || root["jsonrpc"].text() != "2.0" ||
        (id.exists() && !is_request)) {
      Fail(id, {kInvalidRequest, "not a message of JSON-RPC 2.0"});
      return;
    }
    if (is_request) {
      Request(method.text(), id, root["params"]);
    } else {
      Notification(method.text(), root["params"]);
    }
  }

  bool is_unsettled() const {
    return state_ == State::kRunning && workspace_.is_unsettled();
  }

  void Settle(std::vector<std::string>* out) {
    if (!is_unsettled()) return;
    out_ = out;
    workspace_.Check();
    Publish();
    if (workspace_.was_cut() && !told_cut_) {
      told_cut_ = true;
      Show(kMessageWarning,
           "too many files to look at in the folders of this workspace: name "
           "the folders of the rules in the setting `mqwarden.rules`");
    }
  }

  std::optional<int> exit_code() const {
    if (state_ != State::kExited) return std::nullopt;
    return exit_code_;
  }

 private:
  enum class State : uint8_t { kNew, kRunning, kShutDown, kExited };

  // --- messages
  void Fail(JsonValue id, const RequestError& error) {
    std::string& message = out_->emplace_back();
    JsonWriter writer(&message);
    writer.BeginObject();
    writer.Key("jsonrpc");
    writer.String("2.0");
    writer.Key("id");
    id.CopyScalar(&writer);
    writer.Key("error");
    writer.BeginObject();
    writer.Key("code");
    writer.Int(error.code);
    writer.Key("message");
    writer.String(error.message);
    writer.EndObject();
    writer.EndObject();
  }
  void Reply(JsonValue id, std::string_view result) {
    std::string& message = out_->emplace_back();
    JsonWriter writer(&message);
    writer.BeginObject();
    writer.Key("jsonrpc");
    writer.String("2.0");
    writer.Key("id");
    id.CopyScalar(&writer);
    writer.Key("result");
    writer.Raw(result);
    writer.EndObject();
  }
  void Notify(std::string_view method, std::string_view params) {
    std::string& message = out_->emplace_back();
    JsonWriter writer(&message);
    writer.BeginObject();
    writer.Key("jsonrpc");
    writer.String("2.0");
    writer.Key("method");
    writer.String(method);
    writer.Key("params");
    writer.Raw(params);
    writer.EndObject();
  }
  void Show(int type, std::string_view text) {
    std::string params;
    JsonWriter writer(&params);
    writer.BeginObject();
    writer.Key("type");
    writer.Int(type);
    writer.Key("message");
    writer.String(text);
    writer.EndObject();
    Notify("window/showMessage", params);
  }

  // --- requests
  void Request(std::string_view method, JsonValue id, JsonValue params) {
    if (method == "initialize") {
      if (state_ != State::kNew) {
        Fail(id, {kInvalidRequest, "initialized already"});
        return;
      }
      client_ = ReadClient(params);
      state_ = State::kRunning;
      workspace_.SetFolders(client_.folders, client_.rules);
      Reply(id, InitializeResult(client_));
      return;
    }
    if (state_ == State::kNew) {
      Fail(id, {kServerNotInitialized, "not initialized"});
      return;
    }
    if (state_ != State::kRunning) {
      Fail(id, {kInvalidRequest, "shut down"});
      return;
    }
    if (method == "shutdown") {
      state_ = State::kShutDown;
      Reply(id, "null");
      return;
    }
    if (method == "workspace/executeCommand") {
      Execute(id, params);
      return;
    }
    RequestHandler* const handler = FindRequest(method);
    if (handler == nullptr) {
      Fail(id, {kMethodNotFound, "no method " + std::string(method)});
      return;
    }
    std::string result;
    JsonWriter writer(&result);
    const std::optional<RequestError> error =
        handler({&workspace_, &client_, params}, &writer);
    if (error.has_value()) {
      Fail(id, *error);
    } else {
      Reply(id, result);
    }
  }

  void Execute(JsonValue id, JsonValue params) {
    std::string result;
    TestRun run;
    JsonWriter writer(&result);
    const std::optional<RequestError> error =
        RunTestCommand(&workspace_, params, &run, &writer);
    if (error.has_value()) {
      Fail(id, *error);
      return;
    }
    Publish();
    Show(run.passed ? kMessageInfo : kMessageError, run.message);
    Reply(id, result);
  }

  // --- notifications
  void Notification(std::string_view method, JsonValue params) {
    if (method == "exit") {
      exit_code_ = state_ == State::kShutDown ? 0 : 1;
      state_ = State::kExited;
      return;
    }
    if (state_ != State::kRunning) return;
    const JsonValue document = params["textDocument"];
    const std::string uri(document["uri"].text());
    const int64_t version = document["version"].integer().value_or(0);
    if (method == "initialized") {
      if (client_.can_watch_files) RegisterWatching();
    } else if (method == "textDocument/didOpen") {
      if (!uri.empty() && document["text"].is_string()) {
        workspace_.Open(uri, std::string(document["text"].text()), version);
      }
    } else if (method == "textDocument/didChange") {
      Change(uri, version, params["contentChanges"]);
    } else if (method == "textDocument/didClose") {
      workspace_.Close(uri);
    } else if (method == "textDocument/didSave" ||
               method == "workspace/didChangeWatchedFiles") {
      workspace_.Reload();
    } else if (method == "workspace/didChangeWorkspaceFolders") {
      ChangeFolders(&client_, params["event"]);
      workspace_.SetFolders(client_.folders, client_.rules);
    } else if (method == "workspace/didChangeConfiguration") {
      if (ReadRules(params["settings"]["mqwarden"], &client_)) {
        workspace_.SetFolders(client_.folders, client_.rules);
      }
    }
    Retract();
  }

  void Change(const std::string& uri, int64_t version, JsonValue changes) {
    const SourceFilePtr file = workspace_.OpenFile(uri);
    if (file == nullptr || !changes.is_array()) return;
    std::string text(file->text());
    changes.ForEach([&](JsonValue change) {
      if (!change["text"].is_string()) return;
      const std::string_view inserted = change["text"].text();
      if (!change["range"].exists()) {
        text = inserted;
        return;
      }
      const auto begin = ReadPosition(change["range"]["start"]);
      const auto end = ReadPosition(change["range"]["end"]);
      if (!begin.has_value() || !end.has_value()) return;
      const LineIndex lines(text);
      const size_t from = lines.OffsetOf(*begin, client_.encoding);
      const size_t to =
          std::max(from, lines.OffsetOf(*end, client_.encoding));
      text.replace(from, to - from, inserted);
    });
    workspace_.Change(uri, std::move(text), version);
  }

  void RegisterWatching() {
    std::string& message = out_->emplace_back();
    JsonWriter writer(&message);
    writer.BeginObject();
    writer.Key("jsonrpc");
    writer.String("2.0");
    writer.Key("id");
    writer.String("mqwarden-watch");
    writer.Key("method");
    writer.String("client/registerCapability");
    writer.Key("params");
    // All files: lists, tables and inventories may have any name.
    writer.Raw(
        R"({"registrations":[{"id":"watch","method":"workspace/didChangeWatchedFiles",)"
        R"("registerOptions":{"watchers":[{"globPattern":"**/*.{mqw,csv,txt,list}"}]}}]})");
    writer.EndObject();
  }

  // --- diagnostics
  // Tells what is other than told before.
  void Publish() {
    // A file may belong to several sets: the first that has it speaks.
    std::map<std::string, std::string, std::less<>> now;
    for (RuleSet* const set : workspace_.Sets()) {
      set->told = !set->dirty;
      for (auto& [path, problems] : ProblemsOf(*set, client_.encoding)) {
        now.emplace(std::move(problems.uri), std::move(problems.json));
      }
    }
    for (auto& [uri, json] : now) {
      const auto before = published_.find(uri);
      const bool is_new = before == published_.end();
      if (is_new ? json == "[]" && !workspace_.VersionOf(uri).has_value()
                 : before->second == json) {
        continue;
      }
      PublishOne(uri, json);
      published_[uri] = std::move(json);
    }
    Forget([&](const std::string& uri) { return now.contains(uri); });
  }

  // Takes back what was told of files that belong to no set any more.
  void Retract() {
    if (published_.empty() || workspace_.is_unsettled()) return;
    Publish();
  }

  template <typename Keep>
  void Forget(Keep keep) {
    for (auto it = published_.begin(); it != published_.end();) {
      if (keep(it->first)) {
        ++it;
        continue;
      }
      if (it->second != "[]") PublishOne(it->first, "[]");
      it = published_.erase(it);
    }
  }

  void PublishOne(const std::string& uri, std::string_view json) {
    std::string params;
    JsonWriter writer(&params);
    writer.BeginObject();
    writer.Key("uri");
    writer.String(uri);
    if (const auto version = workspace_.VersionOf(uri)) {
      writer.Key("version");
      writer.Int(*version);
    }
    writer.Key("diagnostics");
    writer.Raw(json);
    writer.EndObject();
    Notify("textDocument/publishDiagnostics", params);
  }

  Workspace workspace_;
  Client client_;
  State state_ = State::kNew;
  int exit_code_ = 1;
  bool told_cut_ = false;
  // What the client shows, by URI.
  std::map<std::string, std::string, std::less<>> published_;
  std::vector<std::string>* out_ = nullptr;  // of the call that is running
};

LanguageServer::LanguageServer(RuleFolders* folders)
    : impl_(std::make_unique<Impl>(folders)) {}
LanguageServer::~LanguageServer() = default;

void LanguageServer::Handle(std::string_view message,
                            std::vector<std::string>* out) {
  impl_->Handle(message, out);
}
bool LanguageServer::is_unsettled() const { return impl_->is_unsettled(); }
void LanguageServer::Settle(std::vector<std::string>* out) {
  impl_->Settle(out);
}
std::optional<int> LanguageServer::exit_code() const {
  return impl_->exit_code();
}

}  // namespace mqwarden
