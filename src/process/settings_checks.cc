#include <algorithm>
#include <optional>

#include "adapters/http/authority.h"
#include "process/allowed_hosts.h"
#include "process/settings_draft.h"

namespace oms::process {
namespace {

// "host:port", or "[::1]:port".
std::optional<http1::Authority> parse_address(std::string_view text) {
  auto address = http1::parse_authority(text);
  if (!address || !address->port) return std::nullopt;
  return address;
}

// A name below localhost is loopback to a browser, but this machine may look it up elsewhere.
bool is_own(const std::string& host) {
  return http1::is_loopback(host) && !host.ends_with(".localhost");
}

void check_listen(const Settings& settings, SettingsDraft& draft) {
  const auto address = parse_address(settings.listen);
  if (!address) {
    return draft.complain_about(
        "listen", "'" + settings.listen + "' will not do: write HOST:PORT, such as 127.0.0.1:8080");
  }
  if (!is_own(address->host) && !settings.allow_remote) {
    draft.complain_about(
        "listen", "'" + settings.listen +
                      "' would let other machines in, and customers need no password: all "
                      "who reach the port can act as any customer. Either listen on 127.0.0.1 and "
                      "put a reverse proxy in front that knows who is who, or say that the "
                      "network is trusted: --allow-remote (OMS_ALLOW_REMOTE=true)");
  }
  if (http1::is_wildcard(address->host) && settings.base_url.empty()) {
    draft.complain_about("base-url", "customers cannot follow links to " + settings.listen +
                                         ": say how they reach the server, such as "
                                         "--base-url http://shop.example:8080");
  }
}

// Its callers prove nothing, so it answers those on this machine only.
void check_listen_order(const Settings& settings, SettingsDraft& draft) {
  if (settings.listen_order.empty()) return;
  const auto address = parse_address(settings.listen_order);
  if (address && is_own(address->host)) return;
  draft.complain_about("listen-order",
                       "'" + settings.listen_order +
                           "' will not do: write HOST:PORT of this machine, such as "
                           "127.0.0.1:9090; /order answers no others");
}

void check_coordinator_prefix(const Settings& settings, SettingsDraft& draft) {
  const std::string_view prefix = settings.coordinator_prefix;
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
           c == '-' || c == '_';
  };
  const bool is_path = prefix.starts_with('/') && !prefix.ends_with('/') &&
                       !prefix.contains("//") && std::ranges::all_of(prefix, is_plain);
  if (prefix.empty() || is_path) return;
  draft.complain_about(
      "coordinator-prefix",
      "'" + settings.coordinator_prefix +
          "' will not do: write a path such as /shop, of letters, digits, - and _, "
          "without a slash at the end");
}

void check_phone_country(const Settings& settings, SettingsDraft& draft) {
  const std::string_view country = settings.phone_country;
  constexpr std::size_t size_max = 4;  // with the +
  const bool is_code = country.size() >= 2 && country.size() <= size_max &&
                       country.starts_with('+') && country[1] != '0' &&
                       country.substr(1).find_first_not_of("0123456789") == country.npos;
  if (country.empty() || is_code) return;
  draft.complain_about("phone-country", "'" + settings.phone_country +
                                            "' will not do: write a country code such as +49");
}

void check_base_url(const Settings& settings, SettingsDraft& draft) {
  const std::string_view url = settings.base_url;
  if (url.empty()) return;
  const auto slashes = url.starts_with("http://") ? 7U : url.starts_with("https://") ? 8U : 0U;
  if (slashes > 0 && http1::parse_authority(url.substr(slashes))) return;
  draft.complain_about("base-url",
                       "'" + settings.base_url +
                           "' will not do: write http://HOST or https://HOST, with a port "
                           "if need be, and no path or slash at the end");
}

// The key goes there: nobody between may read it.
void check_stripe_url(const Settings& settings, SettingsDraft& draft) {
  constexpr std::string_view plain = "http://";
  constexpr std::string_view secure = "https://";
  const std::string_view url = settings.stripe_url;
  if (url.starts_with(secure) && http1::parse_authority(url.substr(secure.size()))) return;
  const auto authority =
      url.starts_with(plain) ? http1::parse_authority(url.substr(plain.size())) : std::nullopt;
  if (authority && (http1::is_loopback(authority->host) || settings.allow_remote)) return;
  draft.complain_about("stripe-url",
                       "'" + settings.stripe_url +
                           "' will not do: write https://HOST; plain http:// is for this machine, "
                           "or where --allow-remote says that the network is trusted");
}

void check_allow_host(const Settings& settings, SettingsDraft& draft) {
  const auto names = read_host_names(settings.allow_host);
  if (!names) draft.complain_about("allow-host", names.error().detail);
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
  check_listen_order(settings, draft);
  check_coordinator_prefix(settings, draft);
  check_phone_country(settings, draft);
  check_base_url(settings, draft);
  check_stripe_url(settings, draft);
  check_allow_host(settings, draft);
  check_store(settings, draft);
}

}  // namespace oms::process
