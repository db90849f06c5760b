#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace oms {

// Without its %XX; none where they are no digits, or a control character.
std::optional<std::string> percent_decoded(std::string_view text);

// Where an outside thing is found: scheme://user:password@host:port,host:port/path?name=value&…
// User, password, path and values are percent-decoded.
class Url {
 public:
  struct Host {
    std::string name;
    int port = 0;
  };

  // Where a host says no port it has `default_port`. An error names what is wrong, never the
  // password.
  static Result<Url> parse(std::string_view text, int default_port);

  // As it may be logged and shown.
  std::string without_password() const;

  // An error names the parameter that is not among `known`.
  Result<void> allow_only(std::initializer_list<std::string_view> known) const;
  std::string text(std::string_view name, std::string_view otherwise) const;
  Result<std::int64_t> number(std::string_view name, std::int64_t otherwise, std::int64_t least,
                              std::int64_t most) const;

  std::string scheme;
  std::string user;
  std::string password;
  std::vector<Host> hosts;  // one at least
  std::string path;         // without its first slash

 private:
  std::vector<std::pair<std::string, std::string>> parameters_;
};

}  // namespace oms
