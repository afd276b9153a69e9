#include "mqwarden/tests/language_server/editor.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "mqwarden/base/json_writer.h"
#include "mqwarden/pipeline/language_server/json_value.h"
#include "mqwarden/pipeline/language_server/protocol_json.h"
#include "mqwarden/pipeline/language_server/uri.h"

namespace mqwarden {
namespace {

std::string JsonText(std::string_view text) {
  std::string quoted;
  AppendJsonString(text, &quoted);
  return quoted;
}

std::string PositionJson(TextPosition position) {
  return "{\"line\":" + std::to_string(position.line) +
         ",\"character\":" + std::to_string(position.column) + "}";
}

// The JSON text of a member, cut out of the message.
std::string MemberText(std::string_view message, std::string_view key) {
  const std::string mark = "\"" + std::string(key) + "\":";
  const size_t at = message.find(mark);
  if (at == std::string_view::npos) return "";
  // It is the last member of ours.
  return std::string(
      message.substr(at + mark.size(), message.size() - at - mark.size() - 1));
}

}  // namespace

Editor::Editor(Files files) {
  folders.files = std::move(files);
}

std::string Editor::Initialize(std::string_view more) {
  std::string params = "{\"processId\":null,\"rootUri\":\"file:///site\"";
  if (!more.empty()) params.append(",").append(more);
  return Request("initialize", params + "}");
}

std::vector<std::string> Editor::Send(std::string_view message) {
  std::vector<std::string> out;
  server.Handle(message, &out);
  Take(out);
  return out;
}

void Editor::Settle() {
  std::vector<std::string> out;
  server.Settle(&out);
  Take(out);
}

void Editor::Take(const std::vector<std::string>& messages) {
  for (const std::string& bytes : messages) {
    JsonMessage message;
    if (!message.Parse(bytes)) {
      result_ = "not JSON: " + bytes;
      continue;
    }
    const JsonValue root = message.root();
    const JsonValue params = root["params"];
    if (root["method"].text() == "textDocument/publishDiagnostics") {
      problems_[std::string(params["uri"].text())] =
          "[" + bytes.substr(bytes.find("\"diagnostics\":[") + 15);
      // Without the braces that close params and message.
      std::string& kept = problems_[std::string(params["uri"].text())];
      kept.resize(kept.size() - 2);
    } else if (root["method"].text() == "window/showMessage") {
      shown_ = params["message"].text();
    } else if (root["error"].exists()) {
      result_ = "error " +
                std::to_string(root["error"]["code"].integer().value_or(0)) +
                " " + std::string(root["error"]["message"].text());
    } else if (root["result"].exists()) {
      result_ = MemberText(bytes, "result");
    }
  }
}

std::string Editor::Request(std::string_view method, std::string_view params) {
  result_ = "no answer";
  std::string message = "{\"jsonrpc\":\"2.0\",\"id\":" +
                        std::to_string(next_id_++) + ",\"method\":" +
                        JsonText(method) + ",\"params\":" + std::string(params) +
                        "}";
  Send(message);
  return result_;
}

void Editor::Notify(std::string_view method, std::string_view params) {
  Send("{\"jsonrpc\":\"2.0\",\"method\":" + JsonText(method) +
       ",\"params\":" + std::string(params) + "}");
}

void Editor::Open(std::string_view path, std::string_view marked_text) {
  uri_ = UriOfPath(path);
  text_ = marked_text;
  cursor_ = text_.find('|');
  if (cursor_ == std::string::npos) {
    cursor_ = 0;
  } else {
    text_.erase(cursor_, 1);
  }
  Notify("textDocument/didOpen",
         "{\"textDocument\":{\"uri\":" + JsonText(uri_) +
             ",\"languageId\":\"mqwarden\",\"version\":1,\"text\":" +
             JsonText(text_) + "}}");
}

void Editor::Change(std::string_view path, std::string_view text) {
  if (UriOfPath(path) == uri_) text_ = text;
  Notify("textDocument/didChange",
         "{\"textDocument\":{\"uri\":" + JsonText(UriOfPath(path)) +
             ",\"version\":" + std::to_string(++version_) +
             "},\"contentChanges\":[{\"text\":" + JsonText(text) + "}]}");
}

std::string Editor::Document(std::string_view more) const {
  std::string params = "{\"textDocument\":{\"uri\":" + JsonText(uri_) + "}";
  if (!more.empty()) params.append(",").append(more);
  return params + "}";
}

std::string Editor::At(std::string_view more) const {
  std::string position =
      "\"position\":" +
      PositionJson(LineIndex(text_).PositionOf(cursor_, encoding));
  if (!more.empty()) position.append(",").append(more);
  return Document(position);
}

std::string Editor::Problems(std::string_view path) const {
  const auto found = problems_.find(UriOfPath(path));
  return found == problems_.end() ? "none" : found->second;
}

std::vector<std::string> Editor::Lines(std::string_view path) const {
  const std::string json = "{\"d\":" + Problems(path) + "}";
  JsonMessage message;
  std::vector<std::string> lines;
  if (!message.Parse(json)) return {"not JSON: " + json};
  message.root()["d"].ForEach([&](JsonValue problem) {
    const auto start = ReadPosition(problem["range"]["start"]);
    lines.push_back(
        std::to_string(problem["severity"].integer().value_or(0)) + " " +
        std::to_string(start ? start->line : -1) + ":" +
        std::to_string(start ? start->column : -1) + " " +
        std::string(problem["code"].text()) + " " +
        std::string(problem["message"].text()));
  });
  return lines;
}

static void Collect(JsonValue value, std::string_view key,
                    std::vector<std::string>* found) {
  if (value.is_array()) {
    value.ForEach([&](JsonValue element) { Collect(element, key, found); });
  }
  value.ForEachMember([&](std::string_view name, JsonValue member) {
    if (name == key && member.is_string()) found->emplace_back(member.text());
    Collect(member, key, found);
  });
}

std::vector<std::string> StringsOf(std::string_view json,
                                   std::string_view key) {
  const std::string wrapped = "{\"v\":" + std::string(json) + "}";
  JsonMessage message;
  std::vector<std::string> found;
  if (message.Parse(wrapped)) Collect(message.root(), key, &found);
  return found;
}

std::string Edited(std::string_view text, std::string_view edits_json,
                   PositionEncoding encoding) {
  const std::string wrapped = "{\"v\":" + std::string(edits_json) + "}";
  JsonMessage message;
  if (!message.Parse(wrapped)) return "not JSON: " + wrapped;
  struct Edit {
    size_t begin;
    size_t end;
    std::string text;
  };
  std::vector<Edit> edits;
  const LineIndex lines(text);
  message.root()["v"].ForEach([&](JsonValue edit) {
    const auto begin = ReadPosition(edit["range"]["start"]);
    const auto end = ReadPosition(edit["range"]["end"]);
    if (!begin || !end) return;
    edits.push_back({lines.OffsetOf(*begin, encoding),
                     lines.OffsetOf(*end, encoding),
                     std::string(edit["newText"].text())});
  });
  std::sort(edits.begin(), edits.end(), [](const Edit& a, const Edit& b) {
    return a.begin > b.begin;
  });
  std::string edited(text);
  for (const Edit& edit : edits) {
    edited.replace(edit.begin, edit.end - edit.begin, edit.text);
  }
  return edited;
}

}  // namespace mqwarden
