#pragma once

#include <map>
#include <string>

#include "base/result.h"

namespace oms::postgres {

// Where to connect to and how: the parameters of a URL as libpq names them, such as
// postgres://user:password@host:port/database?sslmode=verify-full&sslrootcert=FILE, and defaults.
class Target {
 public:
  static Result<Target> parse(const std::string& url);

  // For messages, as "host:port/database": it names neither user nor password.
  const std::string& name() const { return name_; }
  const std::map<std::string, std::string>& parameters() const { return parameters_; }

 private:
  std::string name_;
  std::map<std::string, std::string> parameters_;
};

}  // namespace oms::postgres
