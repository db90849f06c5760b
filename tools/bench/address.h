#pragma once

#include <netinet/in.h>

#include <optional>
#include <string>
#include <string_view>

namespace oms::bench {

// A server on this machine. Others are never loaded.
struct Address {
  sockaddr_in socket{};
  std::string host;  // "127.0.0.1:8080", for the header

  // Of "http://127.0.0.1:8080" or "http://localhost:8080"; none if it is elsewhere.
  static std::optional<Address> of(std::string_view url);

  // A connected socket that does not block; negative if nobody listens.
  int connect() const;
};

}  // namespace oms::bench
