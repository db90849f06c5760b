#pragma once

#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

namespace oms::cli {

enum class Colour { plain, bold, dim, red, green, yellow };

// Whether the stream shows colours: it is a terminal that can, and nobody has set NO_COLOR.
bool has_colours(std::FILE* stream);
bool is_terminal(std::FILE* stream);

// The text in that colour, where standard output shows colours.
std::string painted(Colour colour, std::string_view text);

// Writes to standard output or standard error. Text that came from elsewhere must have gone
// through `printable`.
void say(std::string_view text);
void warn(std::string_view text);

// Why something could not be written to standard output, as an errno; 0 when all was. A reader that
// has seen enough and left is no such reason.
int output_error();

// What went wrong, on standard error: "oms: ...".
template <class... Args>
void complain(fmt::format_string<Args...> format, Args&&... args) {
  warn("oms: " + fmt::format(format, std::forward<Args>(args)...));
}

// The text without control characters, so that what a server or a file says cannot move the
// cursor or forge a line.
std::string printable(std::string_view text);
std::string printable_lines(std::string_view text);  // the same, but lines stay lines

}  // namespace oms::cli
