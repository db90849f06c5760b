#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace oms {

// An HTTP request as the rules see it: no socket, no parser. `adapters/http` fills it in and has
// already enforced sizes, framing and time limits.
struct HttpRequest {
  std::string method;                                        // "GET"
  std::string path;                                          // decoded, slashes collapsed
  std::string query;                                         // raw, without '?'
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;
  std::string host = {};  // that the client called, in lower case without the port; empty: none

  bool is_local = false;    // the client is on this machine
  std::string client = {};  // its address, as text

  // The first header of that (lower-case) name, or an empty text.
  std::string_view header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
      if (key == name) return value;
    }
    return {};
  }
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};

  // The failure of ours that this answer hides from its caller: for the log, never sent.
  std::shared_ptr<const Error> failure = {};
};

}  // namespace oms
