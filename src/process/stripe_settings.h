#pragma once

#include <string>
#include <vector>

#include "adapters/stripe/settings.h"
#include "base/result.h"
#include "process/settings.h"

namespace oms::process {

// The variables that hold Stripe's secrets, or name the files that do: they are no settings, so
// that no flag, file of settings or listing of them shows one.
inline constexpr const char* stripe_key_variable = "OMS_STRIPE_KEY";
inline constexpr const char* stripe_key_file_variable = "OMS_STRIPE_KEY_FILE";
inline constexpr const char* stripe_secret_variable = "OMS_STRIPE_WEBHOOK_SECRET";
inline constexpr const char* stripe_secrets_variable = "OMS_STRIPE_WEBHOOK_SECRETS";
inline constexpr const char* stripe_secrets_file_variable = "OMS_STRIPE_WEBHOOK_SECRETS_FILE";

// What Stripe's adapter needs. The key is in OMS_STRIPE_KEY, in STRIPE_API_KEY (as Stripe's own
// tools call it), in the file that OMS_STRIPE_KEY_FILE names, or in <data>/stripe.key: the first of
// these that is there. The webhook secrets are in OMS_STRIPE_WEBHOOK_SECRET and
// OMS_STRIPE_WEBHOOK_SECRETS, in STRIPE_WEBHOOK_SECRET, each with commas in between, or line by
// line in the file that OMS_STRIPE_WEBHOOK_SECRETS_FILE names, or in <data>/stripe.secrets.
//
// `environment` is as `environ`. Errors: invalid, where one is missing, is not of Stripe's form, or
// is in a file that others can read; the text names the place and never the value.
Result<stripe::Settings> stripe_settings(const Settings& settings,
                                         const std::vector<std::string>& environment,
                                         const std::string& shop_url);

}  // namespace oms::process
