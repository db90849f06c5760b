#include "tools/bench/address.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <cstdint>

namespace oms::bench {

std::optional<Address> Address::of(std::string_view url) {
  constexpr std::string_view scheme = "http://";
  if (!url.starts_with(scheme)) return std::nullopt;
  url.remove_prefix(scheme.size());
  url = url.substr(0, url.find('/'));
  Address address;
  address.host = url;
  const auto colon = url.rfind(':');
  std::uint16_t port = 80;
  if (colon != std::string_view::npos) {
    const auto digits = url.substr(colon + 1);
    const auto read = std::from_chars(digits.begin(), digits.end(), port);
    if (read.ec != std::errc{} || read.ptr != digits.end()) return std::nullopt;
    url = url.substr(0, colon);
  }
  const std::string name{url == "localhost" ? "127.0.0.1" : url};
  address.socket.sin_family = AF_INET;
  address.socket.sin_port = htons(port);
  if (::inet_pton(AF_INET, name.c_str(), &address.socket.sin_addr) != 1) return std::nullopt;
  constexpr std::uint32_t loopback = 127;
  if (ntohl(address.socket.sin_addr.s_addr) >> 24U != loopback) return std::nullopt;
  return address;
}

int Address::connect() const {
  const int file = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (file < 0) return -1;
  const auto* target = static_cast<const void*>(&socket);
  if (::connect(file, static_cast<const sockaddr*>(target), sizeof socket) != 0) {
    ::close(file);
    return -1;
  }
  const int on = 1;
  ::setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::fcntl(file, F_SETFL, O_NONBLOCK);  // NOLINT(cppcoreguidelines-pro-type-vararg): so it is
  return file;
}

}  // namespace oms::bench
