#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace oms::http1 {

// The host and the port that a request or a setting names (RFC 3986, 3.2), without user
// information.
struct Authority {
  // In lower case, without the dot of the root; an IPv6 address in brackets in its shortest form,
  // and as the IPv4 address that it maps, if it does. So two texts for one host are equal.
  std::string host;
  std::optional<std::uint16_t> port;
};

// "Shop.Example.:8080" is shop.example with port 8080. None if it is malformed or has no host.
std::optional<Authority> parse_authority(std::string_view text);

// What follows is for hosts as `parse_authority` gives them.

// An IP address, not a name.
bool is_address(const std::string& host);

// localhost and what is below it, 127.0.0.0/8, [::1]. "127.evil.example" is a name like any other.
bool is_loopback(const std::string& host);

// 0.0.0.0 and [::]: every address of the machine.
bool is_wildcard(std::string_view host);

}  // namespace oms::http1
