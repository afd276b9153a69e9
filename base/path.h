// Paths of a POSIX system as text. Nothing here looks at a disk.
#ifndef MQWARDEN_BASE_PATH_H_
#define MQWARDEN_BASE_PATH_H_

#include <string>
#include <string_view>

namespace mqwarden {

// The folder that `path` is in: "/var/log" of "/var/log/a", "." of "a", "/" of
// "/a"; and its last part.
std::string FolderOf(std::string_view path);
std::string_view NameOf(std::string_view path);

}  // namespace mqwarden

#endif  // MQWARDEN_BASE_PATH_H_
