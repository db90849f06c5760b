#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/smtp/settings.h"
#include "adapters/twilio/settings.h"
#include "base/result.h"
#include "process/settings.h"
#include "services/notifications/service.h"

namespace oms::process {

inline constexpr std::string_view kept_in_files = "files";

// The variables that hold secrets: they are no settings, so that no flag, file of settings or
// listing of them shows one.
inline constexpr const char* smtp_password_variable = "OMS_SMTP_PASSWORD";
inline constexpr const char* twilio_token_variable = "OMS_TWILIO_AUTH_TOKEN";

// With the password in OMS_SMTP_PASSWORD, or in the file <data>/smtp.password, which only its owner
// may read. A login needs one. `environment` is as `environ`.
Result<smtp::Settings> smtp_settings(const Settings& settings,
                                     const std::vector<std::string>& environment);

// The same with OMS_TWILIO_AUTH_TOKEN and <data>/twilio.token.
Result<twilio::Settings> twilio_settings(const Settings& settings,
                                         const std::vector<std::string>& environment);

// "all", "none", or kinds with commas in between: "paid,ready". By NoticeKind.
Result<std::array<bool, json::enumerators<NoticeKind>.size()>> read_kinds(std::string_view text);

// What customers are told, with the templates of the settings read.
Result<notifications::NotificationsSettings> notification_settings(const Settings& settings);

}  // namespace oms::process
