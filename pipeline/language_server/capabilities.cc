#include "mqwarden/pipeline/language_server/capabilities.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "mqwarden/base/json_writer.h"
#include "mqwarden/pipeline/language_server/outline.h"
#include "mqwarden/pipeline/language_server/uri.h"

namespace mqwarden {
namespace {

constexpr int kSyncIncremental = 2;

std::string_view NameOf(PositionEncoding encoding) {
  switch (encoding) {
    case PositionEncoding::kUtf8: return "utf-8";
    case PositionEncoding::kUtf16: return "utf-16";
    case PositionEncoding::kUtf32: return "utf-32";
  }
  return "utf-16";
}

// The first that the client names and we know; all of them are known.
PositionEncoding ReadEncoding(JsonValue encodings) {
  std::optional<PositionEncoding> chosen;
  encodings.ForEach([&](JsonValue name) {
    for (const PositionEncoding encoding :
         {PositionEncoding::kUtf8, PositionEncoding::kUtf16,
          PositionEncoding::kUtf32}) {
      if (!chosen.has_value() && name.text() == NameOf(encoding)) {
        chosen = encoding;
      }
    }
  });
  return chosen.value_or(PositionEncoding::kUtf16);
}

void AddFolder(JsonValue uri, std::vector<std::string>* folders) {
  std::string path = PathOfUri(uri.text());
  if (path.empty() ||
      std::find(folders->begin(), folders->end(), path) != folders->end()) {
    return;
  }
  folders->push_back(std::move(path));
}

}  // namespace

Client ReadClient(JsonValue params) {
  Client client;
  const JsonValue capabilities = params["capabilities"];
  client.encoding = ReadEncoding(capabilities["general"]["positionEncodings"]);
  client.takes_snippets =
      capabilities["textDocument"]["completion"]["completionItem"]
                  ["snippetSupport"]
                      .is_true();
  client.can_watch_files =
      capabilities["workspace"]["didChangeWatchedFiles"]["dynamicRegistration"]
          .is_true();
  if (params["workspaceFolders"].is_array()) {
    params["workspaceFolders"].ForEach(
        [&](JsonValue folder) { AddFolder(folder["uri"], &client.folders); });
  } else {
    AddFolder(params["rootUri"], &client.folders);
  }
  ReadRules(params["initializationOptions"], &client);
  return client;
}

bool ReadRules(JsonValue settings, Client* client) {
  if (!settings["rules"].is_array()) return false;
  std::vector<std::string> rules;
  settings["rules"].ForEach([&](JsonValue path) {
    if (!path.text().empty()) rules.emplace_back(path.text());
  });
  if (rules == client->rules) return false;
  client->rules = std::move(rules);
  return true;
}

void ChangeFolders(Client* client, JsonValue event) {
  event["removed"].ForEach([&](JsonValue folder) {
    std::erase(client->folders, PathOfUri(folder["uri"].text()));
  });
  event["added"].ForEach(
      [&](JsonValue folder) { AddFolder(folder["uri"], &client->folders); });
}

std::string InitializeResult(const Client& client) {
  std::string result;
  JsonWriter out(&result);
  const auto provider = [&](std::string_view name) {
    out.Key(name);
    out.Bool(true);
  };
  out.BeginObject();
  out.Key("capabilities");
  out.BeginObject();
  out.Key("positionEncoding");
  out.String(NameOf(client.encoding));
  out.Key("textDocumentSync");
  out.BeginObject();
  out.Key("openClose");
  out.Bool(true);
  out.Key("change");
  out.Int(kSyncIncremental);
  out.Key("save");
  out.Bool(true);
  out.EndObject();
  out.Key("completionProvider");
  out.Raw(R"({"triggerCharacters":[".","{",":"]})");
  provider("hoverProvider");
  provider("definitionProvider");
  provider("referencesProvider");
  provider("documentHighlightProvider");
  provider("documentSymbolProvider");
  provider("workspaceSymbolProvider");
  provider("documentFormattingProvider");
  provider("foldingRangeProvider");
  out.Key("renameProvider");
  out.Raw(R"({"prepareProvider":true})");
  out.Key("codeActionProvider");
  out.Raw(R"({"codeActionKinds":["quickfix"]})");
  out.Key("codeLensProvider");
  out.Raw(R"({"resolveProvider":false})");
  out.Key("executeCommandProvider");
  out.BeginObject();
  out.Key("commands");
  out.BeginArray();
  out.String(kRunTestCommand);
  out.EndArray();
  out.EndObject();
  out.Key("semanticTokensProvider");
  out.BeginObject();
  out.Key("legend");
  WriteSemanticTokenLegend(&out);
  out.Key("full");
  out.Bool(true);
  out.EndObject();
  out.Key("workspace");
  out.Raw(R"({"workspaceFolders":{"supported":true,"changeNotifications":true}})");
  out.EndObject();
  out.Key("serverInfo");
  out.Raw(R"({"name":"mqwarden"})");
  out.EndObject();
  return result;
}

}  // namespace mqwarden
