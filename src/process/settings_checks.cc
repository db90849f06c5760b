#include "process/settings_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "adapters/http/authority.h"
#include "adapters/kafka/settings.h"
#include "adapters/postgres/target.h"
#include "adapters/rabbitmq/settings.h"
#include "adapters/static/registry.h"
#include "process/allowed_hosts.h"
#include "process/log.h"
#include "process/settings_table.h"

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

std::string refused(const std::string& value, std::string_view why) {
  return fmt::format("'{}' {}", value, why);
}

// Its callers prove nothing.
std::string check_inner_listen(const Settings& settings, const std::string& address,
                               std::string_view example) {
  if (address.empty()) return {};
  const auto parsed = parse_address(address);
  if (!parsed) {
    return refused(address, fmt::format("will not do: write HOST:PORT, such as {}", example));
  }
  if (is_own(parsed->host) || settings.allow_remote) return {};
  return refused(address,
                 "would answer other machines in plain HTTP: listen on 127.0.0.1, or say that the "
                 "network is trusted: --allow-remote (OMS_ALLOW_REMOTE=true)");
}

}  // namespace

std::string check_listen(const Settings& settings) {
  const auto address = parse_address(settings.listen);
  if (!address) {
    return refused(settings.listen, "will not do: write HOST:PORT, such as 127.0.0.1:8080");
  }
  if (is_own(address->host) || settings.allow_remote) return {};
  return refused(settings.listen,
                 "would let other machines in, and customers need no password: all who reach the "
                 "port can act as any customer. Either listen on 127.0.0.1 and put a reverse proxy "
                 "in front that knows who is who, or say that the network is trusted: "
                 "--allow-remote (OMS_ALLOW_REMOTE=true)");
}

// Its callers prove nothing, so it answers those on this machine only.
std::string check_listen_order(const Settings& settings) {
  if (settings.listen_order.empty()) return {};
  const auto address = parse_address(settings.listen_order);
  if (address && is_own(address->host)) return {};
  return refused(settings.listen_order,
                 "will not do: write HOST:PORT of this machine, such as 127.0.0.1:9090; /order "
                 "answers no others");
}

std::string check_coordinator_prefix(const Settings& settings) {
  const std::string_view prefix = settings.coordinator_prefix;
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
           c == '-' || c == '_';
  };
  const bool is_path = prefix.starts_with('/') && !prefix.ends_with('/') &&
                       !prefix.contains("//") && std::ranges::all_of(prefix, is_plain);
  if (prefix.empty() || is_path) return {};
  return refused(settings.coordinator_prefix,
                 "will not do: write a path such as /shop, of letters, digits, - and _, without a "
                 "slash at the end");
}

std::string check_phone_country(const Settings& settings) {
  const std::string_view country = settings.phone_country;
  constexpr std::size_t size_max = 4;  // with the +
  const bool is_code = country.size() >= 2 && country.size() <= size_max &&
                       country.starts_with('+') && country[1] != '0' &&
                       country.find_first_not_of("0123456789", 1) == country.npos;
  if (country.empty() || is_code) return {};
  return refused(settings.phone_country, "will not do: write a country code such as +49");
}

std::string check_log_level(const Settings& settings) {
  const auto levels = read_log_levels(settings.log_level);
  return levels ? std::string{} : levels.error().detail;
}

std::string check_base_url(const Settings& settings) {
  const std::string_view url = settings.base_url;
  if (url.empty()) {
    const auto address = parse_address(settings.listen);
    if (!address || !http1::is_wildcard(address->host)) return {};
    return fmt::format(
        "customers cannot follow links to {}: say how they reach the server, such "
        "as --base-url http://shop.example:8080",
        settings.listen);
  }
  const auto slashes = url.starts_with("http://") ? 7U : url.starts_with("https://") ? 8U : 0U;
  if (slashes > 0 && http1::parse_authority(url.substr(slashes))) return {};
  return refused(settings.base_url,
                 "will not do: write http://HOST or https://HOST, with a port if need be, and no "
                 "path or slash at the end");
}

namespace {

// Secrets go there: nobody between may read them.
std::string check_api_url(const Settings& settings, const std::string& given) {
  constexpr std::string_view plain = "http://";
  constexpr std::string_view secure = "https://";
  const std::string_view url = given;
  if (url.starts_with(secure) && http1::parse_authority(url.substr(secure.size()))) return {};
  const auto authority =
      url.starts_with(plain) ? http1::parse_authority(url.substr(plain.size())) : std::nullopt;
  if (authority && (http1::is_loopback(authority->host) || settings.allow_remote)) return {};
  return refused(given,
                 "will not do: write https://HOST; plain http:// is for this machine, or where "
                 "--allow-remote says that the network is trusted");
}

}  // namespace

std::string check_stripe_url(const Settings& settings) {
  return check_api_url(settings, settings.stripe_url);
}

std::string check_twilio_url(const Settings& settings) {
  return check_api_url(settings, settings.twilio_url);
}

// Stripe keeps no session open for more than 24 hours, by its own clock.
std::string check_payment_window(const Settings& settings) {
  constexpr Duration longest = std::chrono::hours{23};
  if (settings.payments != "stripe" || settings.limits.payment_window <= longest) return {};
  return "Stripe's links live for 24 hours at most: make it 23h or less, or use another provider";
}

// Who can change the keys on their way can be anybody.
std::string check_auth_keys(const Settings& settings) {
  constexpr std::string_view plain = "http://";
  const std::string_view keys = settings.auth_keys;
  if (settings.auth == "off") return {};
  if (keys.empty()) return "--auth jwt needs --auth-keys: the file or URL of a JSON Web Key Set";
  if (!keys.starts_with(plain)) return {};
  const auto host = http1::parse_authority(
      keys.substr(plain.size(), keys.find('/', plain.size()) - plain.size()));
  if (host && http1::is_loopback(host->host)) return {};
  return refused(settings.auth_keys, "will not do: keys come by https://, or from this machine");
}

// A key set signs the tokens of many services: one that was made for another must not do here.
std::string check_auth_audience(const Settings& settings) {
  if (settings.auth == "off" || !settings.auth_audience.empty()) return {};
  return "--auth jwt needs --auth-audience: the name by which tokens are made for this shop (their "
         "aud), for the same keys sign those of other services";
}

std::string check_allow_host(const Settings& settings) {
  const auto names = read_host_names(settings.allow_host);
  return names ? std::string{} : names.error().detail;
}

std::string check_store(const Settings& settings) {
  constexpr std::string_view sqlite = "sqlite:";
  const std::string_view store = settings.store;
  if (store.empty() || (store.starts_with(sqlite) && store.size() > sqlite.size())) return {};
  if (store.starts_with("postgres://") || store.starts_with("postgresql://")) {
    const auto target = postgres::Target::parse(settings.store);
    return target ? std::string{} : target.error().detail;
  }
  return refused(without_password(store),
                 "will not do: write sqlite:PATH, such as sqlite:./data/oms.db, or "
                 "postgres://USER:PASSWORD@HOST/DATABASE");
}

// --- processes apart --------------------------------------------------------------------------

bool is_loopback_address(const std::string& address) {
  const auto parsed = parse_address(address);
  return parsed && is_own(parsed->host);
}

std::string check_event_topics(const Settings& settings) {
  const auto names = read_event_names(settings.event_topics);
  return names ? "" : refused(settings.event_topics, "will not do: " + names.error().detail);
}

std::string check_broker(const Settings& settings) {
  const std::string_view broker = settings.broker;
  if (broker.empty()) return {};
  if (broker.starts_with("kafka://")) {
    const auto read = kafka::read_settings(broker);
    return read ? std::string{} : read.error().detail;
  }
  if (broker.starts_with("amqp://") || broker.starts_with("amqps://")) {
    const auto read = rabbitmq::read_settings(broker);
    return read ? std::string{} : read.error().detail;
  }
  return refused(without_password(broker),
                 "will not do: write amqp://USER:PASSWORD@HOST, amqps://... or kafka://HOST:PORT");
}

std::string check_registry(const Settings& settings) {
  if (settings.registry.empty()) return {};
  for (const auto kind : {fixed::static_prefix, fixed::dns_prefix}) {
    if (!settings.registry.starts_with(kind)) continue;
    const auto read = fixed::read_addresses(settings.registry.substr(kind.size()));
    return read ? std::string{} : read.error().detail;
  }
  return refused(settings.registry,
                 "will not do: write static:orders=HOST:PORT,stock=HOST:PORT or "
                 "dns:oms-{service}:PORT");
}

std::string check_grpc_listen(const Settings& settings) {
  if (settings.grpc_listen.empty()) return {};
  if (!parse_address(settings.grpc_listen)) {
    return refused(settings.grpc_listen, "will not do: write HOST:PORT, such as 127.0.0.1:2000");
  }
  const bool is_safe = is_loopback_address(settings.grpc_listen) || !settings.tls_cert.empty();
  if (is_safe || settings.allow_remote) return {};
  return refused(settings.grpc_listen,
                 "would tell other machines everything unencrypted: give --tls-cert and --tls-key, "
                 "or say that the network is trusted: --allow-remote (OMS_ALLOW_REMOTE=true)");
}

std::string check_admin_listen(const Settings& settings) {
  return check_inner_listen(settings, settings.admin_listen, "127.0.0.1:9080");
}

std::string check_webhook_listen(const Settings& settings) {
  return check_inner_listen(settings, settings.webhook_listen, "127.0.0.1:8081");
}

std::string check_advertise(const Settings& settings) {
  const auto& address = settings.advertise;
  if (address.empty()) return {};
  const auto parsed = parse_address(address);
  if (parsed && !http1::is_wildcard(parsed->host)) return {};
  return refused(address, "will not do: write the HOST:PORT by which others reach this process");
}

std::string check_tls_cert(const Settings& settings) {
  if (settings.tls_cert.empty() == settings.tls_key.empty()) return {};
  return "--tls-cert and --tls-key go together: a certificate and its key";
}

std::string check_tls_ca(const Settings& settings) {
  if (settings.tls_ca.empty() || !settings.tls_cert.empty()) return {};
  return "--tls-ca needs --tls-cert: processes show each other their certificates";
}

std::string check_grpc_peers(const Settings& settings) {
  if (settings.grpc_peers.empty() || !settings.tls_ca.empty()) return {};
  return "--grpc-peers needs --tls-ca: a name proves nothing unless somebody vouches for it";
}

}  // namespace oms::process
