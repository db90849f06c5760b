#include "process/notice_settings.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "process/private_file.h"
#include "process/settings_checks.h"
#include "process/settings_load.h"

namespace oms::process {
namespace {

// Of the variable, or else the file; empty: neither is there.
Result<std::string> secret_of(const char* variable, const std::filesystem::path& file,
                              const std::vector<std::string>& environment) {
  auto secret = value_of(environment, variable);
  if (secret.empty()) {
    OMS_TRY(secret, read_private_file(file));
  }
  while (secret.ends_with('\n') || secret.ends_with('\r')) secret.pop_back();
  return secret;
}

Result<notifications::Wordings> wordings_of(const Settings& settings) {
  const std::filesystem::path folder = settings.templates;
  if (folder.empty()) return notifications::Wordings::read(settings.language);
  std::error_code error;
  if (!std::filesystem::is_directory(folder / settings.language, error)) {
    return fail(ErrorKind::invalid,
                fmt::format("--templates: there is no folder {} for the language of --language",
                            (folder / settings.language).string()));
  }
  return notifications::Wordings::read(
      settings.language, [&folder](std::string_view path) -> std::optional<std::string> {
        std::ifstream file{folder / path, std::ios::binary};
        if (!file) return std::nullopt;
        return std::string{std::istreambuf_iterator<char>{file}, {}};
      });
}

}  // namespace

Result<smtp::Settings> smtp_settings(const Settings& settings,
                                     const std::vector<std::string>& environment) {
  OMS_TRY(auto smtp, smtp::read_settings(settings.notices, settings.mail_from));
  const auto file = settings.data / "smtp.password";
  if (smtp.server.user.empty()) return smtp;
  OMS_TRY(smtp.server.password, secret_of(smtp_password_variable, file, environment));
  if (!smtp.server.password.empty()) return smtp;
  return fail(ErrorKind::invalid,
              fmt::format("the mail server's login needs its password: set {}, or write it to {}",
                          smtp_password_variable, file.string()));
}

Result<twilio::Settings> twilio_settings(const Settings& settings,
                                         const std::vector<std::string>& environment) {
  OMS_TRY(auto twilio, twilio::read_settings(settings.sms));
  twilio.url = settings.twilio_url;
  if (twilio.url.ends_with('/')) twilio.url.pop_back();
  const auto file = settings.data / "twilio.token";
  OMS_TRY(twilio.token, secret_of(twilio_token_variable, file, environment));
  if (!twilio.token.empty()) return twilio;
  return fail(ErrorKind::invalid,
              fmt::format("SMS by Twilio need the account's auth token: set {}, or write it to {}",
                          twilio_token_variable, file.string()));
}

Result<std::array<bool, json::enumerators<NoticeKind>.size()>> read_kinds(std::string_view text) {
  std::array<bool, json::enumerators<NoticeKind>.size()> kinds{};
  if (text == "none") return kinds;
  if (text == "all") return notifications::NotificationsSettings::all_kinds;
  while (true) {
    const auto end = text.find(',');
    const auto& known = json::enumerators<NoticeKind>;
    const auto kind =
        std::ranges::find(known, text.substr(0, end), &json::Enumerator<NoticeKind>::name);
    if (kind == known.end()) {
      return fail(
          ErrorKind::invalid,
          fmt::format("'{}' is no kind of notice: write all, none, or some of these with "
                      "commas in between: {}",
                      text.substr(0, end), fmt::join(json::enumerator_names<NoticeKind>, ", ")));
    }
    kinds.at(static_cast<std::size_t>(kind->value)) = true;
    if (end == std::string_view::npos) return kinds;
    text.remove_prefix(end + 1);
  }
}

Result<notifications::NotificationsSettings> notification_settings(const Settings& settings) {
  notifications::NotificationsSettings own;
  OMS_TRY(own.by_email, read_kinds(settings.email_kinds));
  OMS_TRY(own.by_sms, read_kinds(settings.sms_kinds));
  OMS_TRY(auto wordings, wordings_of(settings));
  own.wordings = std::make_shared<const notifications::Wordings>(std::move(wordings));
  own.with_html = settings.notices != kept_in_files;
  return own;
}

// --- what is wrong with each ------------------------------------------------------------------

std::string check_notices(const Settings& settings) {
  if (settings.notices == kept_in_files) return {};
  const bool is_smtp =
      settings.notices.starts_with("smtp://") || settings.notices.starts_with("smtps://");
  if (!is_smtp) return "write files, or a mail server such as smtp://USER@HOST:587";
  const auto read = smtp::read_settings(settings.notices, settings.mail_from);
  return read ? std::string{} : read.error().detail;
}

std::string check_sms(const Settings& settings) {
  if (settings.sms == kept_in_files) return {};
  if (!settings.sms.starts_with("twilio://")) {
    return "write files, or twilio://ACCOUNT?from=+15551234567";
  }
  const auto read = twilio::read_settings(settings.sms);
  return read ? std::string{} : read.error().detail;
}

std::string check_email_kinds(const Settings& settings) {
  const auto read = read_kinds(settings.email_kinds);
  return read ? std::string{} : read.error().detail;
}

std::string check_sms_kinds(const Settings& settings) {
  const auto read = read_kinds(settings.sms_kinds);
  return read ? std::string{} : read.error().detail;
}

}  // namespace oms::process
