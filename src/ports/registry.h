#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "messages/common.h"

namespace oms {

// Knows at which addresses the processes of each service answer. Any thread.
class Registry {
 public:
  // Addresses are "host:port", sorted, each once. Called from any thread, one call after another.
  using OnAddresses = std::function<void(std::vector<std::string>)>;

  virtual ~Registry() = default;

  // This process answers for these services at that address, from now on until `withdraw`, which
  // returns when others can know.
  virtual void announce(std::span<const ServiceName> services, std::string_view address) = 0;
  virtual void withdraw() = 0;

  // Tells at once what is known of that service, and then whenever it changes, for as long as the
  // registry lives. Where the registry cannot be reached, what was known last holds.
  virtual void watch(ServiceName service, OnAddresses on_addresses) = 0;
};

}  // namespace oms
