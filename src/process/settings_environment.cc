#include <algorithm>
#include <array>

#include "process/settings_draft.h"
#include "process/stripe_settings.h"

namespace oms::process {
namespace {

// Read elsewhere: which file to read, whom the client commands talk to, and secrets.
constexpr std::array<std::string_view, 6> others{
    "OMS_CONFIG",           "OMS_URL", "OMS_TOKEN", stripe_key_variable, stripe_secret_variable,
    stripe_secrets_variable};

// Kubernetes tells every container of a service called `oms` by variables that look like ours.
bool is_from_kubernetes(std::string_view name, std::string_view value) {
  return name == "OMS_SERVICE_HOST" || name.starts_with("OMS_SERVICE_PORT") ||
         (name.starts_with("OMS_PORT") && (name != "OMS_PORT" || value.starts_with("tcp://")));
}

const Setting* setting_of_variable(std::string_view name) {
  for (const auto& setting : all_settings()) {
    if (variable_of(setting) == name) return &setting;
  }
  return nullptr;
}

}  // namespace

void read_environment(const std::vector<std::string>& environment, SettingsDraft& draft) {
  for (const std::string_view variable : environment) {
    if (!variable.starts_with("OMS_")) continue;
    const auto equals = std::min(variable.find('='), variable.size());
    const auto name = variable.substr(0, equals);
    const auto value = variable.substr(std::min(equals + 1, variable.size()));
    if (std::ranges::count(others, name) > 0 || is_from_kubernetes(name, value)) continue;
    if (const auto* setting = setting_of_variable(name)) {
      // One that is empty is as good as not there: compose files leave such behind.
      if (!value.empty()) draft.put(*setting, value, std::string{name});
    } else {
      draft.complain(std::string{name},
                     "there is no such setting" + did_you_mean(name, &variable_of) +
                         " Unset it, or see `oms config` for those that there are.");
    }
  }
}

}  // namespace oms::process
