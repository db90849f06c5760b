#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/twilio/settings.h"
#include "base/result.h"
#include "messages/http.h"
#include "messages/notifications.h"

namespace oms::twilio {

// "+" and 7 to 15 digits, of which the first is not 0 (ITU-T E.164).
bool is_e164(std::string_view number);

// The subject and the text in one, cut off at the 1600 characters that Twilio takes.
std::string body_of(const NoticeToSend& notice);

// The form of a new message: POST /2010-04-01/Accounts/ACCOUNT/Messages.json.
std::string form_of(const NoticeToSend& notice, const Settings& settings);

// Where Twilio tells what became of the notice: the status URL, with the order and the kind.
std::string callback_of(const NoticeToSend& notice, const Settings& settings);

struct Outcome {
  NoticeResult result = NoticeResult::failed;
  std::string trouble;  // for a log; empty: there is none. Never a number
};

// What an answer to that form says. Refused: this number or this text cannot be sent (400). Failed:
// it may go well the next time, and what the operator has to put right (the token, the sender) is
// named.
Outcome outcome_of(const HttpResponse& answer, const std::string& key);

// Whether a list of messages (GET …/Messages.json?To=…) has this notice among those that were made
// since the order was: then an earlier try has gone well, though its answer was lost.
Result<bool> has_sent(std::string_view list, const NoticeToSend& notice);

}  // namespace oms::twilio
