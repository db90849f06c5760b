#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "process/service_set.h"
#include "process/settings.h"

namespace oms::process {

// What a process of `oms serve` is: the gateway, or the home of some services, or several homes.
struct Roles {
  bool is_gateway = false;
  std::vector<ServiceGroup> homes;  // none of a gateway

  bool have(ServiceName service) const;
  // "gateway", or the names of the homes: "orders", "stock+kitchen".
  std::string name() const;
};

// All words that name a role, in the order of the ports: the gateway and the services.
std::vector<std::string> all_roles();

// A service brings all that share its home with it. Errors: invalid.
Result<Roles> read_roles(std::span<const std::string> words);

// Where each is found unless the settings say otherwise, on this machine.
int grpc_port(const ServiceGroup& home);
int admin_port(const Roles& roles);
inline constexpr const char* webhook_address = "127.0.0.1:8081";        // of payments
inline constexpr const char* notice_report_address = "127.0.0.1:8082";  // of notifications
std::string default_registry();  // "static:orders=127.0.0.1:2000,…"

// The settings of one home: {service} in what is kept where becomes its name, and what is not said
// is what stands above. `homes`: how many the process has, for they cannot share a folder, a store
// or an address. Errors: invalid.
Result<Settings> settings_of(const ServiceGroup& home, std::size_t homes, Settings settings);
// The same for the gateway.
Settings gateway_settings(Settings settings);

}  // namespace oms::process
