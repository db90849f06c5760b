#pragma once

#include <cstddef>
#include <string_view>

namespace oms::bench {

// An answer of HTTP/1.1, as far as a load generator cares. The body lives as long as the bytes.
struct Answer {
  int status = 0;
  std::string_view body;
};

enum class Parsed { incomplete, complete, broken };

// Reads one answer from the start of `bytes`, and how many of them it took. Understands only what
// the server sends: a status line, and a body that Content-Length measures.
Parsed parse_answer(std::string_view bytes, Answer& answer, std::size_t& size);

// The text between `before` and the next quote; empty if `before` is not there. Enough to take a
// field from JSON whose writer is known: a quote within a text is escaped, so `before` (which has
// quotes) can only be a member's name.
std::string_view quoted_after(std::string_view text, std::string_view before);

}  // namespace oms::bench
