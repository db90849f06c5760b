#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "process/settings.h"

namespace oms::process {

// The hosts that requests may name. Customers need no password, so a page of another site whose
// name an attacker has led to this machine (DNS rebinding) could order in a customer's name: a
// browser shows it by the name that it calls. These are never such names: loopback, the address
// listened on, the base URL's host, and those of the setting `allow-host`.
class AllowedHosts {
 public:
  // Of settings that have been checked.
  explicit AllowedHosts(const Settings& settings);

  // `host` as `http1::parse_authority` gives it. A request that names none is from no browser.
  bool allows(const std::string& host) const;

  // Whether a page of this origin ("https://shop.example:8443") may write by the name `host`: its
  // own pages, and those of the hosts above. Ports do not matter.
  bool allows_origin(std::string_view origin, const std::string& host) const;

  // "localhost, *.localhost, 127.0.0.0/8, [::1], shop.example"
  std::string text() const;

 private:
  void add(std::string_view authority);

  std::vector<std::string> names_;
  bool all_addresses_ = false;  // a name can be led elsewhere, an address cannot
};

// The names of the setting `allow-host`: none, or hosts with commas in between.
Result<std::vector<std::string>> read_host_names(std::string_view text);

}  // namespace oms::process
