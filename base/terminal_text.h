// Text from events and rule files, made safe and honest to show: what could
// move the cursor, colour the screen, reorder the line or hide is made visible.
#ifndef MQWARDEN_BASE_TERMINAL_TEXT_H_
#define MQWARDEN_BASE_TERMINAL_TEXT_H_

#include <string>
#include <string_view>

namespace mqwarden {

// Bytes below 0x20, DEL and bytes that are no UTF-8 become `\xNN`; C1 controls,
// bidirectional controls and the Unicode line separators become `\u{NNNN}`.
// All else, a backslash too, stands as it is. The result is valid UTF-8 of one
// line.
std::string EscapeForTerminal(std::string_view text);
void AppendEscapedForTerminal(std::string_view text, std::string* out);

}  // namespace mqwarden

#endif  // MQWARDEN_BASE_TERMINAL_TEXT_H_
