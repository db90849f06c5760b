#pragma once

#include <string>
#include <vector>

#include "adapters/stripe/settings.h"
#include "base/result.h"
#include "process/settings.h"

namespace oms::process {

// The variables that hold Stripe's secrets: they are no settings, so that no flag, file of settings
// or listing of them shows one.
inline constexpr const char* stripe_key_variable = "OMS_STRIPE_KEY";
inline constexpr const char* stripe_secret_variable = "OMS_STRIPE_WEBHOOK_SECRET";
inline constexpr const char* stripe_secrets_variable = "OMS_STRIPE_WEBHOOK_SECRETS";

// The key is in OMS_STRIPE_KEY or the file <data>/stripe.key; the webhook secrets are in
// OMS_STRIPE_WEBHOOK_SECRET, in OMS_STRIPE_WEBHOOK_SECRETS with commas in between, or line by line
// in <data>/stripe.secrets. A file that others can read is refused. `environment` is as `environ`.
Result<stripe::Settings> stripe_settings(const Settings& settings,
                                         const std::vector<std::string>& environment,
                                         const std::string& shop_url);

}  // namespace oms::process
