#include "cli/terminal.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>

namespace oms::cli {
namespace {

std::string_view code_of(Colour colour) {
  switch (colour) {
    case Colour::plain:
      return "";
    case Colour::bold:
      return "\x1b[1m";
    case Colour::dim:
      return "\x1b[2m";
    case Colour::red:
      return "\x1b[31m";
    case Colour::green:
      return "\x1b[32m";
    case Colour::yellow:
      return "\x1b[33m";
  }
  return "";
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

std::atomic<int> lost_output = 0;

bool write_line(std::FILE* stream, std::string_view text) {
  const bool is_taken = std::fwrite(text.data(), 1, text.size(), stream) == text.size() &&
                        (text.ends_with('\n') || std::fputc('\n', stream) == '\n');
  return is_taken && std::fflush(stream) == 0;
}

}  // namespace

bool is_terminal(std::FILE* stream) {
  return ::isatty(::fileno(stream)) == 1;
}

bool has_colours(std::FILE* stream) {
  const char* refused = std::getenv("NO_COLOR");
  if (refused != nullptr && *refused != '\0') return false;
  const char* kind = std::getenv("TERM");
  return is_terminal(stream) && kind != nullptr && std::string_view{kind} != "dumb";
}

std::string painted(Colour colour, std::string_view text) {
  static const bool shown = has_colours(stdout);
  if (!shown || colour == Colour::plain) return std::string{text};
  return fmt::format("{}{}\x1b[0m", code_of(colour), text);
}

void say(std::string_view text) {
  if (!write_line(stdout, text) && errno != EPIPE) lost_output = errno;
}
void warn(std::string_view text) {
  write_line(stderr, text);
}

int output_error() {
  return lost_output;
}

std::string printable(std::string_view text) {
  std::string out{text};
  std::ranges::replace_if(out, is_control, ' ');
  return out;
}

std::string printable_lines(std::string_view text) {
  std::string out{text};
  std::ranges::replace_if(out, [](char c) { return c != '\n' && is_control(c); }, ' ');
  return out;
}

}  // namespace oms::cli
