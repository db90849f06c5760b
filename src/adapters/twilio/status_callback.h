#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "adapters/twilio/settings.h"
#include "base/result.h"
#include "messages/message.h"

namespace oms::twilio {

// The base64 of HMAC-SHA-1, with the account's token, over the URL and then each parameter of the
// form, name and value, sorted by name: X-Twilio-Signature
// (https://www.twilio.com/docs/usage/webhooks/webhooks-security). `form` is percent-encoded.
std::string sign(std::string_view token, std::string_view url, std::string_view form);

// Reads a status callback: that it was called with `query`, as Twilio knows its URL, and the body.
// None: what it tells changes nothing, as that the message is on its way. Errors: unauthorized (its
// signature is not by our token), invalid (it cannot be read).
Result<std::optional<Message>> read_status_callback(const Settings& settings,
                                                    std::string_view signature,
                                                    std::string_view query, std::string_view form);

}  // namespace oms::twilio
