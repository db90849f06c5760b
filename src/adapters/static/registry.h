#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ports/registry.h"

// Registries that need no server: the addresses are known beforehand, or the names under which they
// are looked up.
namespace oms::fixed {

// How a setting that names one begins.
inline constexpr std::string_view static_prefix = "static:";
inline constexpr std::string_view dns_prefix = "dns:";

using Addresses = std::map<ServiceName, std::vector<std::string>>;

// "orders=127.0.0.1:2000,stock=10.0.0.2:2002+10.0.0.3:2002": whatever is not named is nowhere. Or
// one for all services, "oms-{service}:2000". An error names the part that is wrong.
Result<Addresses> read_addresses(std::string_view text);

// The addresses of a host's name; none where they cannot be found out now. It may wait.
using Resolve = std::function<std::vector<std::string>(const std::string& host)>;

struct DnsSettings {
  Resolve resolve;  // empty: as this machine looks names up
  std::chrono::milliseconds every{5'000};
};

// They stay as they are.
std::unique_ptr<Registry> registry(Addresses addresses);

// The names among them are looked up again and again, on a thread of its own. Where that fails,
// what was found last holds.
std::unique_ptr<Registry> dns_registry(const Addresses& addresses, DnsSettings settings = {});

}  // namespace oms::fixed
