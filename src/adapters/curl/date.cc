#include "adapters/curl/date.h"

#include <curl/curl.h>

namespace oms::curl {

std::optional<Time> parse_date(const std::string& text) {
  const auto seconds = curl_getdate(text.c_str(), nullptr);
  if (seconds == -1) return std::nullopt;
  return Time{static_cast<std::int64_t>(seconds) * 1000};
}

}  // namespace oms::curl
