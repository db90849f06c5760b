#include "process/roles.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "codec/json_names.h"

namespace oms::process {
namespace {

constexpr std::string_view gateway = "gateway";
constexpr std::string_view any_service = "{service}";
constexpr int admin_above_grpc = 1000;
constexpr int gateway_admin_port = 9080;

using enum ServiceName;
// By the service that names the home.
constexpr std::array<std::pair<ServiceName, int>, 6> ports{{{orders, 2000},
                                                            {payments, 2001},
                                                            {stock, 2002},
                                                            {kitchen, 2003},
                                                            {delivery, 2005},
                                                            {notifications, 2006}}};

std::string named(const ServiceGroup& home) {
  return std::string{json::name_of(home.front())};
}

// True where it stood there.
bool replace(std::string& text, std::string_view service) {
  bool is_there = false;
  for (auto at = text.find(any_service); at != std::string::npos; at = text.find(any_service)) {
    text.replace(at, any_service.size(), service);
    is_there = true;
  }
  return is_there;
}

// `remedy`: what else would do than a process for each.
std::unexpected<Error> must_differ(std::string_view setting, std::string_view remedy) {
  return fail(ErrorKind::invalid,
              fmt::format("--{} names one place, and each home in the process needs its own: {}, "
                          "or give each home a process",
                          setting, remedy));
}

}  // namespace

bool Roles::have(ServiceName service) const {
  return std::ranges::any_of(homes, [&](const ServiceGroup& home) {
    return std::ranges::find(home, service) != home.end();
  });
}

std::string Roles::name() const {
  if (is_gateway) return std::string{gateway};
  std::vector<std::string> names;
  for (const auto& home : homes) names.push_back(named(home));
  return fmt::format("{}", fmt::join(names, "+"));
}

std::vector<std::string> all_roles() {
  std::vector<std::string> all{std::string{gateway}};
  for (const auto name : shop_services) all.emplace_back(json::name_of(name));
  return all;
}

Result<Roles> read_roles(std::span<const std::string> words) {
  Roles roles;
  const auto groups = groups_apart();
  for (const auto& word : words) {
    if (word == gateway) {
      roles.is_gateway = true;
      continue;
    }
    const auto* service = std::ranges::find(shop_services, word, json::name_of<ServiceName>);
    if (service == shop_services.end()) {
      return fail(ErrorKind::invalid, fmt::format("there is no role '{}'; there are: {}", word,
                                                  fmt::join(all_roles(), ", ")));
    }
    const auto home = std::ranges::find(groups, home_of(*service, groups),
                                        [](const auto& group) { return group.front(); });
    if (!roles.have(*service)) roles.homes.push_back(*home);
  }
  if (!roles.is_gateway && roles.homes.empty()) {
    return fail(ErrorKind::invalid,
                fmt::format("name what to serve: {}", fmt::join(all_roles(), ", ")));
  }
  if (roles.is_gateway && !roles.homes.empty()) {
    return fail(ErrorKind::invalid,
                "the gateway has a process of its own: start the services in others, or all of it "
                "in one by `oms up`");
  }
  return roles;
}

int grpc_port(const ServiceGroup& home) {
  return std::ranges::find(ports, home.front(), &std::pair<ServiceName, int>::first)->second;
}

int admin_port(const Roles& roles) {
  return roles.is_gateway ? gateway_admin_port : grpc_port(roles.homes.front()) + admin_above_grpc;
}

std::string default_registry() {
  std::string text = "static:";
  for (const auto& [home, port] : ports) {
    text +=
        fmt::format("{}{}=127.0.0.1:{}", text.ends_with(':') ? "" : ",", json::name_of(home), port);
  }
  return text;
}

Result<Settings> settings_of(const ServiceGroup& home, std::size_t homes, Settings settings) {
  const auto service = named(home);
  auto data = settings.data.string();
  if (!replace(data, service) && homes > 1) return must_differ("data", "write {service} in it");
  settings.data = data;
  if (!replace(settings.store, service) && homes > 1 && !settings.store.empty()) {
    return must_differ("store", "write {service} in it");
  }
  if (homes > 1 && !settings.grpc_listen.empty()) {
    return must_differ("grpc-listen", "leave it out");
  }
  if (homes > 1 && !settings.advertise.empty()) return must_differ("advertise", "leave it out");
  if (settings.grpc_listen.empty()) {
    settings.grpc_listen = fmt::format("127.0.0.1:{}", grpc_port(home));
  }
  return settings;
}

Settings gateway_settings(Settings settings) {
  auto data = settings.data.string();
  replace(data, gateway);
  settings.data = data;
  return settings;
}

}  // namespace oms::process
