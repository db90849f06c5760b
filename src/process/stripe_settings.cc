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

// Where secrets of one kind may be, and where they were.
struct Place {
  std::vector<std::string_view> variables;
  const char* file_variable;
  const char* usual_file;
};
struct FoundSecrets {
  std::vector<std::string> values;
  std::string where;
};

Result<FoundSecrets> find(const Place& place, const Settings& settings,
                          const std::vector<std::string>& environment) {
  for (const auto variable : place.variables) {
    auto values = split(value_of(environment, variable), ',');
    if (!values.empty()) return FoundSecrets{std::move(values), std::string{variable}};
  }
  const auto named = value_of(environment, place.file_variable);
  const auto path = named.empty() ? settings.data / place.usual_file : std::filesystem::path{named};
  OMS_TRY(auto values, secrets_in_file(path));
  if (values.empty() && !named.empty()) {
    return fail(ErrorKind::invalid, std::string{place.file_variable} + " names " + named +
                                        ", which is not there or empty: correct it");
  }
  return FoundSecrets{std::move(values), path.string()};
}

// Letters, digits and underscores behind one of these: nothing else may get into a header.
bool has_form(std::string_view secret, std::initializer_list<std::string_view> prefixes) {
  const auto is_plain = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
  };
  const auto begins = [&](std::string_view prefix) {
    return secret.size() > prefix.size() && secret.starts_with(prefix);
  };
  return std::ranges::any_of(prefixes, begins) && std::ranges::all_of(secret, is_plain);
}

Result<std::string> find_key(const Settings& settings,
                             const std::vector<std::string>& environment) {
  const Place place{
      {stripe_key_variable, "STRIPE_API_KEY"}, stripe_key_file_variable, "stripe.key"};
  OMS_TRY(auto found, find(place, settings, environment));
  if (found.values.empty()) {
    return fail(ErrorKind::invalid,
                "payments by Stripe need its secret key: set OMS_STRIPE_KEY or STRIPE_API_KEY, or "
                "write it to " +
                    found.where + " (chmod 600)");
  }
  if (found.values.size() > 1 || !has_form(found.values.front(), {"sk_", "rk_"})) {
    return fail(ErrorKind::invalid,
                found.where +
                    " does not hold a secret key of Stripe's: one alone, which begins with sk_ or "
                    "rk_ (a key that begins with pk_ is for web pages); copy it from Stripe's "
                    "dashboard, Developers, API keys");
  }
  return std::move(found.values.front());
}

Result<std::vector<std::string>> find_webhook_secrets(const Settings& settings,
                                                      const std::vector<std::string>& environment) {
  const Place place{{"STRIPE_WEBHOOK_SECRET"}, stripe_secrets_file_variable, "stripe.secrets"};
  auto values = split(value_of(environment, stripe_secrets_variable) + "," +
                          value_of(environment, stripe_secret_variable),
                      ',');
  FoundSecrets found{std::move(values), stripe_secret_variable};
  if (found.values.empty()) {
    OMS_TRY(found, find(place, settings, environment));
  }
  if (found.values.empty()) {
    return fail(ErrorKind::invalid,
                "payments by Stripe need the secret of the webhook endpoint: set "
                "OMS_STRIPE_WEBHOOK_SECRET or STRIPE_WEBHOOK_SECRET, or write it to " +
                    found.where + " (chmod 600)");
  }
  for (const auto& secret : found.values) {
    if (has_form(secret, {"whsec_"})) continue;
    return fail(ErrorKind::invalid,
                found.where +
                    " holds what is no secret of a webhook endpoint: one begins with whsec_; copy "
                    "it from Stripe's dashboard, Developers, Webhooks");
  }
  return std::move(found.values);
}

}  // namespace

Result<stripe::Settings> stripe_settings(const Settings& settings,
                                         const std::vector<std::string>& environment,
                                         const std::string& shop_url) {
  stripe::Settings stripe{.url = settings.stripe_url,
                          .shop_url = shop_url,
                          .has_prices = settings.stripe_prices == "catalogue"};
  if (stripe.url.ends_with('/')) stripe.url.pop_back();
  OMS_TRY(stripe.key, find_key(settings, environment));
  OMS_TRY(stripe.webhook_secrets, find_webhook_secrets(settings, environment));
  return stripe;
}

}  // namespace oms::process
