#include "adapters/http/authority.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace oms::http1 {
namespace {

constexpr bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// A character of a reg-name (RFC 3986, 3.2.2), but for '%'.
constexpr bool is_name_character(char c) {
  const bool is_alphanumeric =
      (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return is_alphanumeric || std::string_view{"-._~!$&'()*+,;="}.contains(c);
}

std::optional<std::string> parse_name(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty() || text.ends_with('.')) return std::nullopt;
  std::string name{text};
  for (std::size_t i = 0; i < name.size(); ++i) {
    auto& c = name[i];
    const bool is_encoded =
        c == '%' && i + 2 < name.size() && is_hex(name[i + 1]) && is_hex(name[i + 2]);
    if (!is_encoded && !is_name_character(c)) return std::nullopt;
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return name;
}

// What stands between the brackets.
std::optional<std::string> parse_ipv6(std::string_view text) {
  in6_addr address{};
  if (::inet_pton(AF_INET6, std::string{text}.c_str(), &address) != 1) return std::nullopt;
  std::array<char, INET6_ADDRSTRLEN> shortest{};
  if (IN6_IS_ADDR_V4MAPPED(&address)) {
    ::inet_ntop(AF_INET, &address.s6_addr[12], shortest.data(), shortest.size());
    return std::string{shortest.data()};
  }
  ::inet_ntop(AF_INET6, &address, shortest.data(), shortest.size());
  return '[' + std::string{shortest.data()} + ']';
}

// ":8080", ":" or nothing.
bool parse_port(std::string_view text, std::optional<std::uint16_t>& port) {
  if (text.empty()) return true;
  if (text.front() != ':') return false;
  text.remove_prefix(1);
  if (text.empty()) return true;
  std::uint16_t number = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc{} || read.ptr != end) return false;
  port = number;
  return true;
}

}  // namespace

std::optional<Authority> parse_authority(std::string_view text) {
  std::optional<std::string> host;
  std::size_t end = 0;
  if (text.starts_with('[')) {
    const auto bracket = text.find(']');
    if (bracket == std::string_view::npos) return std::nullopt;
    host = parse_ipv6(text.substr(1, bracket - 1));
    end = bracket + 1;
  } else {
    end = std::min(text.find(':'), text.size());
    host = parse_name(text.substr(0, end));
  }
  std::optional<std::uint16_t> port;
  if (!host || !parse_port(text.substr(end), port)) return std::nullopt;
  return Authority{std::move(*host), port};
}

bool is_address(const std::string& host) {
  if (host.starts_with('[')) return true;
  in_addr address{};
  return ::inet_pton(AF_INET, host.c_str(), &address) == 1;
}

bool is_loopback(const std::string& host) {
  if (host.starts_with("127.")) return is_address(host);
  return host == "localhost" || host.ends_with(".localhost") || host == "[::1]";
}

bool is_wildcard(std::string_view host) {
  return host == "0.0.0.0" || host == "[::]";
}

}  // namespace oms::http1
