#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "adapters/static/registry.h"
#include "codec/json_names.h"

namespace oms::fixed {
namespace {

constexpr std::string_view any_service = "{service}";

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

bool is_address(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const auto host = text.substr(0, colon);
  const auto port = text.substr(colon + 1);
  const bool is_bracketed = host.starts_with('[') && host.ends_with(']');
  if (!is_bracketed && host.find_first_of(":[]/@ ") != std::string_view::npos) return false;
  int number = 0;
  const auto read = std::from_chars(port.data(), port.data() + port.size(), number);
  return read.ec == std::errc{} && read.ptr == port.data() + port.size() && number >= 1 &&
         number <= 65535;
}

std::string for_service(std::string_view pattern, std::string_view service) {
  std::string out{pattern};
  for (auto at = out.find(any_service); at != std::string::npos; at = out.find(any_service)) {
    out.replace(at, any_service.size(), service);
  }
  return out;
}

Result<std::vector<std::string>> read_list(std::string_view text) {
  std::vector<std::string> addresses;
  for (const auto address : split(text, '+')) {
    if (!is_address(address)) {
      return fail(ErrorKind::invalid,
                  fmt::format("'{}' is no address: write HOST:PORT, and + between two", address));
    }
    addresses.emplace_back(address);
  }
  std::ranges::sort(addresses);
  const auto twice = std::ranges::unique(addresses);
  addresses.erase(twice.begin(), twice.end());
  return addresses;
}

}  // namespace

Result<Addresses> read_addresses(std::string_view text) {
  Addresses all;
  if (!text.contains('=') && text.contains(any_service)) {
    for (const auto service : shop_services) {
      OMS_TRY(all[service], read_list(for_service(text, json::name_of(service))));
    }
    return all;
  }
  for (const auto part : split(text, ',')) {
    const auto equals = std::min(part.find('='), part.size());
    const auto name = part.substr(0, equals);
    const auto* service = std::ranges::find(shop_services, name, json::name_of<ServiceName>);
    if (service == shop_services.end() || equals == part.size()) {
      return fail(
          ErrorKind::invalid,
          fmt::format("'{}' names no service: write orders=HOST:PORT,stock=HOST:PORT", part));
    }
    if (all.contains(*service)) {
      return fail(ErrorKind::invalid,
                  fmt::format("{} stands there twice: write + between two addresses", name));
    }
    OMS_TRY(all[*service], read_list(part.substr(equals + 1)));
  }
  return all;
}

}  // namespace oms::fixed
