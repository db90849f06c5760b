#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "messages/http.h"

// The syntax of HTTP/1.1 (RFC 9112) as pure functions, so that it can be tested and fuzzed without
// a socket. It is stricter than Beast's parser, which lets pass what request smuggling is made of:
// equal duplicate lengths, folded lines, and transfer codings that it does not know.
namespace oms::http1 {

struct Limits {
  std::size_t head_bytes = 16UL * 1024;
  std::size_t body_bytes = 64UL * 1024;
  std::size_t headers = 100;
};

// Why a request was not understood: what the peer is told before the connection closes.
struct Refusal {
  int status = 400;
  std::string_view detail;
};

template <class T>
using Parsed = std::expected<T, Refusal>;

// A parsed head: the request without its body, and how the body is framed.
struct Head {
  HttpRequest request;
  std::size_t content_length = 0;
  bool chunked = false;
  bool keep_alive = true;
  bool http_1_0 = false;
  bool head_only = false;     // was HEAD; `request.method` says GET
  bool asks_methods = false;  // OPTIONS
  bool expects_continue = false;
};

// Finds the end of a head that arrives in pieces, looking at each byte once.
class HeadScanner {
 public:
  // `bytes` is all that has arrived since the head began. Answers the head's size with its empty
  // line, or 0 while that has not come. Refuses a bare LF and a head over the bound at once.
  Parsed<std::size_t> find_end(std::string_view bytes, const Limits& limits);
  void reset() { *this = {}; }
  bool is_fresh() const { return seen_ == 0; }

 private:
  std::size_t seen_ = 0;
  std::size_t line_start_ = 0;
};

// Parses a complete head, up to and with its empty line.
Parsed<Head> parse_head(std::string_view head, const Limits& limits);

// A request target as path and query, and the host that its absolute form names. The path is
// percent-decoded with repeated slashes collapsed. Broken encoding, encoded slashes, controls and
// invalid UTF-8 are 400; dot segments and backslashes are 404, for no path here has any.
struct Target {
  std::string path;
  std::string query;
  std::string host = {};  // as `parse_authority` gives it; empty in the other forms
};
Parsed<Target> parse_target(std::string_view target);

// Removes the chunked coding from a body that arrives in pieces. Extensions and trailers are
// skipped, within bounds.
class ChunkDecoder {
 public:
  // Consumes from the front of `bytes`, appends to `body`, and answers how much it took. Stops
  // early only when `done()`. A body that grows past `limit` is 413.
  Parsed<std::size_t> feed(std::string_view bytes, std::string& body, std::size_t limit);
  bool done() const { return state_ == State::done; }

 private:
  enum class State { size_line, data, data_end, trailers, done };

  Parsed<void> end_line();
  Parsed<void> read_size();

  State state_ = State::size_line;
  std::string line_;
  std::uint64_t left_ = 0;  // of the current chunk
  std::size_t trailer_bytes_ = 0;
};

bool is_token(std::string_view text);
bool is_utf8(std::string_view text);
bool equals_ignoring_case(std::string_view a, std::string_view b);
std::string_view trim(std::string_view text);

// The next element of a comma-separated list, removed from the front of `list`.
std::string_view take_element(std::string_view& list);

}  // namespace oms::http1
