#include "process/allowed_hosts.h"

#include <algorithm>

#include "adapters/http/authority.h"
#include "adapters/http/http1.h"

namespace oms::process {

AllowedHosts::AllowedHosts(const Settings& settings) {
  add(settings.listen);
  const std::string_view url = settings.base_url;
  if (const auto slashes = url.find("//"); slashes != std::string_view::npos) {
    add(url.substr(slashes + 2));
  }
  if (const auto names = read_host_names(settings.allow_host)) {
    for (const auto& name : *names) add(name);
  }
}

void AllowedHosts::add(std::string_view authority) {
  auto parsed = http1::parse_authority(authority);
  if (!parsed || http1::is_loopback(parsed->host)) return;
  if (http1::is_wildcard(parsed->host)) {
    all_addresses_ = true;
  } else if (std::ranges::find(names_, parsed->host) == names_.end()) {
    names_.push_back(std::move(parsed->host));
  }
}

bool AllowedHosts::allows(const std::string& host) const {
  return host.empty() || http1::is_loopback(host) || (all_addresses_ && http1::is_address(host)) ||
         std::ranges::find(names_, host) != names_.end();
}

bool AllowedHosts::allows_origin(std::string_view origin, const std::string& host) const {
  constexpr std::string_view separator = "://";
  const auto at = origin.find(separator);
  if (at == std::string_view::npos) return false;  // "null": a page that hides whose it is
  const auto parsed = http1::parse_authority(origin.substr(at + separator.size()));
  // By its address anybody may serve pages: what is allowed to be called is not whose page it is.
  return parsed && (parsed->host == host || http1::is_loopback(parsed->host) ||
                    std::ranges::find(names_, parsed->host) != names_.end());
}

std::string AllowedHosts::text() const {
  std::string text = "localhost, *.localhost, 127.0.0.0/8, [::1]";
  if (all_addresses_) text += ", any IP address";
  for (const auto& name : names_) text.append(", ").append(name);
  return text;
}

Result<std::vector<std::string>> read_host_names(std::string_view text) {
  std::vector<std::string> names;
  while (!text.empty()) {
    const auto name = http1::take_element(text);
    const auto parsed = http1::parse_authority(name);
    if (!parsed || parsed->port || name.ends_with(':') || name.contains('*')) {
      return fail(ErrorKind::invalid, "'" + std::string{name} +
                                          "' is no host: write whole names or addresses, without "
                                          "scheme and port, such as shop.example,10.0.0.7");
    }
    names.push_back(parsed->host);
  }
  return names;
}

}  // namespace oms::process
