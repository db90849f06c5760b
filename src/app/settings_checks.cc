#include <algorithm>
#include <charconv>
#include <optional>

#include "app/settings_draft.h"

namespace oms::app {
namespace {

struct Address {
  std::string host;
  int port = 0;
};

// "host:port", or "[::1]:port".
std::optional<Address> parse_address(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  Address address{.host = std::string{text.substr(0, colon)}};
  const auto digits = text.substr(colon + 1);
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
  if (read.ec != std::errc{} || read.ptr != digits.data() + digits.size()) return std::nullopt;
  if (address.port < 0 || address.port > 65'535) return std::nullopt;
  if (address.host.starts_with('[') != address.host.ends_with(']')) return std::nullopt;
  const bool has_colon = address.host.find(':') != std::string::npos;
  if (has_colon && !address.host.starts_with('[')) return std::nullopt;
  return address;
}

// 127.0.0.0/8 in full; "127.evil.example" is a name like any other.
bool is_loopback(std::string_view host) {
  if (host == "localhost" || host == "[::1]") return true;
  return host.starts_with("127.") && std::ranges::count(host, '.') == 3 &&
         host.find_first_not_of("0123456789.") == std::string_view::npos;
}

bool is_every_address(std::string_view host) {
  return host == "0.0.0.0" || host == "[::]";
}

void check_listen(const Settings& settings, SettingsDraft& draft) {
  const auto address = parse_address(settings.listen);
  if (!address) {
    return draft.complain_about(
        "listen", "'" + settings.listen + "' will not do: write HOST:PORT, such as 127.0.0.1:8080");
  }
  if (!is_loopback(address->host) && !settings.allow_remote) {
    draft.complain_about(
        "listen", "'" + settings.listen +
                      "' would let other machines in, and customers need no password: whoever "
                      "reaches the port can act as any customer. Either listen on 127.0.0.1 and "
                      "put a reverse proxy in front that knows who is who, or say that the "
                      "network is trusted: --allow-remote (OMS_ALLOW_REMOTE=true)");
  }
  if (is_every_address(address->host) && settings.base_url.empty()) {
    draft.complain_about("base-url", "customers cannot follow links to " + settings.listen +
                                         ": say how they reach the server, such as "
                                         "--base-url http://shop.example:8080");
  }
}

void check_base_url(const Settings& settings, SettingsDraft& draft) {
  const std::string_view url = settings.base_url;
  if (url.empty()) return;
  const auto slashes = url.starts_with("http://") ? 7U : url.starts_with("https://") ? 8U : 0U;
  const bool is_host_only = slashes > 0 && url.size() > slashes &&
                            url.find_first_of("/?# ", slashes) == std::string_view::npos;
  if (is_host_only) return;
  draft.complain_about("base-url",
                       "'" + settings.base_url +
                           "' will not do: write http://HOST or https://HOST, with a port "
                           "if need be, and no path or slash at the end");
}

void check_store(const Settings& settings, SettingsDraft& draft) {
  constexpr std::string_view scheme = "sqlite:";
  if (settings.store.empty()) return;
  if (settings.store.starts_with(scheme) && settings.store.size() > scheme.size()) return;
  draft.complain_about(
      "store",
      "'" + settings.store + "' will not do: write sqlite:PATH, such as sqlite:./data/oms.db");
}

}  // namespace

void check_together(const Settings& settings, SettingsDraft& draft) {
  check_listen(settings, draft);
  check_base_url(settings, draft);
  check_store(settings, draft);
}

}  // namespace oms::app
