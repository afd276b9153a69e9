// The requests about texts, each a function from parameters to a result.
#ifndef MQWARDEN_PIPELINE_LANGUAGE_SERVER_REQUESTS_H_
#define MQWARDEN_PIPELINE_LANGUAGE_SERVER_REQUESTS_H_

#include <optional>
#include <string>
#include <string_view>

#include "mqwarden/base/json_writer.h"
#include "mqwarden/pipeline/language_server/capabilities.h"
#include "mqwarden/pipeline/language_server/json_value.h"
#include "mqwarden/pipeline/language_server/workspace.h"

namespace mqwarden {

inline constexpr int kInvalidParams = -32602;
inline constexpr int kRequestFailed = -32803;

struct RequestError {
  int code = 0;
  std::string message;
};

struct RequestContext {
  Workspace* workspace;
  const Client* client;
  JsonValue params;
};

// Writes one value to `out`, or returns an error, and then what was written
// counts for nothing.
using RequestHandler = std::optional<RequestError>(const RequestContext&,
                                                   JsonWriter* out);

// Null for an unknown method.
RequestHandler* FindRequest(std::string_view method);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LANGUAGE_SERVER_REQUESTS_H_
