#include "process/stripe_settings.h"

#include <algorithm>
#include <string_view>

#include "process/private_file.h"
#include "process/settings_load.h"

namespace oms::process {
namespace {

// Parts that are not empty, without the space around them.
std::vector<std::string> split(std::string_view text, char separator) {
  constexpr std::string_view space = " \t\r\n";
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto end = std::min(text.find(separator), text.size());
    auto part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    part.remove_prefix(std::min(part.find_first_not_of(space), part.size()));
    part = part.substr(0, part.find_last_not_of(space) + 1);
    if (!part.empty()) parts.emplace_back(part);
  }
  return parts;
}

// The lines of such a file; none if there is none.
Result<std::vector<std::string>> secrets_in_file(const std::filesystem::path& path) {
  OMS_TRY(const auto text, read_private_file(path));
  return split(text, '\n');
}

}  // namespace

Result<stripe::Settings> stripe_settings(const Settings& settings,
                                         const std::vector<std::string>& environment,
                                         const std::string& shop_url) {
  stripe::Settings stripe{.url = settings.stripe_url, .shop_url = shop_url};
  if (stripe.url.ends_with('/')) stripe.url.pop_back();
  auto keys = split(value_of(environment, stripe_key_variable), '\n');
  if (keys.empty()) {
    OMS_TRY(keys, secrets_in_file(settings.data / "stripe.key"));
  }
  if (keys.size() != 1) {
    return fail(ErrorKind::invalid,
                "payments by Stripe need its secret key: set OMS_STRIPE_KEY, or write it to " +
                    (settings.data / "stripe.key").string());
  }
  stripe.key = std::move(keys.front());
  stripe.webhook_secrets = split(value_of(environment, stripe_secrets_variable) + "," +
                                     value_of(environment, stripe_secret_variable),
                                 ',');
  if (stripe.webhook_secrets.empty()) {
    OMS_TRY(stripe.webhook_secrets, secrets_in_file(settings.data / "stripe.secrets"));
  }
  if (stripe.webhook_secrets.empty()) {
    return fail(ErrorKind::invalid,
                "payments by Stripe need the secret of the webhook endpoint: set "
                "OMS_STRIPE_WEBHOOK_SECRET, or write it to " +
                    (settings.data / "stripe.secrets").string());
  }
  return stripe;
}

}  // namespace oms::process
