#include "adapters/twilio/status_callback.h"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "adapters/crypto/crypto.h"
#include "codec/json_names.h"

namespace oms::twilio {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned byte = 0;
    const auto digits = text.substr(std::min(i + 1, text.size()), 2);
    const auto* const end = digits.data() + digits.size();
    if (text[i] == '%' && digits.size() == 2 &&
        std::from_chars(digits.data(), end, byte, 16).ptr == end) {
      out += static_cast<char>(byte);
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

Fields read_form(std::string_view form) {
  Fields fields;
  while (!form.empty()) {
    const auto end = std::min(form.find('&'), form.size());
    const auto field = form.substr(0, end);
    form.remove_prefix(std::min(end + 1, form.size()));
    const auto mark = std::min(field.find('='), field.size());
    fields.emplace_back(decoded(field.substr(0, mark)),
                        decoded(field.substr(std::min(mark + 1, field.size()))));
  }
  return fields;
}

std::string_view field(const Fields& fields, std::string_view name) {
  const auto found = std::ranges::find(fields, name, &Fields::value_type::first);
  return found == fields.end() ? std::string_view{} : found->second;
}

std::optional<NoticeResult> result_of(std::string_view status) {
  if (status == "delivered" || status == "read") return NoticeResult::delivered;
  if (status == "undelivered" || status == "failed") return NoticeResult::undelivered;
  return std::nullopt;
}

}  // namespace

std::string sign(std::string_view token, std::string_view url, std::string_view form) {
  auto fields = read_form(form);
  std::ranges::sort(fields);
  std::string text{url};
  for (const auto& [name, value] : fields) text.append(name).append(value);
  return to_base64(hmac_sha1(token, text));
}

Result<std::optional<Message>> read_status_callback(const Settings& settings,
                                                    std::string_view signature,
                                                    std::string_view query, std::string_view form) {
  auto url = settings.status_url;
  if (!query.empty()) url.append("?").append(query);
  if (!equal_in_constant_time(signature, sign(settings.token, url, form))) {
    return fail(ErrorKind::unauthorized,
                "the X-Twilio-Signature is not by the token of our account for this URL: check "
                "OMS_TWILIO_AUTH_TOKEN, and that status= of --sms is how Twilio calls it");
  }
  const auto asked = read_form(query);
  const auto order = Id::parse(field(asked, "order"));
  const auto& kinds = json::enumerators<NoticeKind>;
  const auto kind =
      std::ranges::find(kinds, field(asked, "kind"), &json::Enumerator<NoticeKind>::name);
  if (!order || kind == kinds.end()) {
    return fail(ErrorKind::invalid, "the callback's URL names no order and kind of notice");
  }
  const auto result = result_of(field(read_form(form), "MessageStatus"));
  if (!result) return std::optional<Message>{};
  return Message{
      .id = {},
      .order_id = *order,
      .payload = NoticeOutcome{.kind = kind->value, .channel = Channel::sms, .result = *result}};
}

}  // namespace oms::twilio
