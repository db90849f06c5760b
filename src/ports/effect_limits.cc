#include "ports/effect_limits.h"

#include <utility>

#include "base/url.h"

namespace oms {

EffectLimits limits_at(std::string_view url, EffectLimits limits) {
  constexpr int http = 80;
  constexpr int https = 443;
  if (const auto read = Url::parse(url, url.starts_with("https:") ? https : http)) {
    limits.server_address = read->hosts.front().name;
    limits.server_port = read->hosts.front().port;
  }
  return limits;
}

}  // namespace oms
