// `file:` URIs and paths.
#ifndef MQWARDEN_PIPELINE_LANGUAGE_SERVER_URI_H_
#define MQWARDEN_PIPELINE_LANGUAGE_SERVER_URI_H_

#include <string>
#include <string_view>

namespace mqwarden {

// The path that a URI names, percent escapes undone and `.` and `..` resolved;
// "" for a URI of another scheme, or of another host.
std::string PathOfUri(std::string_view uri);

std::string UriOfPath(std::string_view path);

// `path` in `folder`, or from the root, made plain.
std::string JoinedPath(std::string_view folder, std::string_view path);
bool IsBelow(std::string_view path, std::string_view folder);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LANGUAGE_SERVER_URI_H_
