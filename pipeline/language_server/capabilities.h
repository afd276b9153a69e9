// What client and server tell one another at the beginning.
#ifndef MQWARDEN_PIPELINE_LANGUAGE_SERVER_CAPABILITIES_H_
#define MQWARDEN_PIPELINE_LANGUAGE_SERVER_CAPABILITIES_H_

#include <string>
#include <vector>

#include "mqwarden/pipeline/language_server/json_value.h"
#include "mqwarden/pipeline/language_server/text_positions.h"

namespace mqwarden {

struct Client {
  PositionEncoding encoding = PositionEncoding::kUtf16;
  std::vector<std::string> folders;  // paths
  // Where in each folder the rules are; none: everywhere.
  std::vector<std::string> rules;
  bool takes_snippets = false;
  bool can_watch_files = false;
};

// `params` of `initialize`.
Client ReadClient(JsonValue params);
// `rules` of the settings. False where they say nothing new.
bool ReadRules(JsonValue settings, Client* client);
// `event` of workspace/didChangeWorkspaceFolders.
void ChangeFolders(Client* client, JsonValue event);

// The result of `initialize`.
std::string InitializeResult(const Client& client);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LANGUAGE_SERVER_CAPABILITIES_H_
