#include "tests/support/json_field.h"

namespace oms::testing {

std::string field(std::string_view json, std::string_view name) {
  const auto key = "\"" + std::string{name} + "\":";
  const auto at = json.find(key);
  if (at == std::string_view::npos) return {};
  auto rest = json.substr(at + key.size());
  if (rest.starts_with('"')) {
    rest.remove_prefix(1);
    return std::string{rest.substr(0, rest.find('"'))};
  }
  return std::string{rest.substr(0, rest.find_first_of(",}]"))};
}

}  // namespace oms::testing
