#pragma once

#include <string>

#include "adapters/curl/client.h"
#include "adapters/twilio/settings.h"
#include "ports/notifier.h"

namespace oms {

// Sends SMS by Twilio's REST API, or a server that speaks it. Twilio has no idempotency key: a
// notice that was tried before is looked for among the messages to its number first, and is sent
// only if it is not there.
//
// Sent: Twilio has taken it. Refused: it says that this number or text cannot be sent, or the
// number is not in E.164. All else has failed and is tried again: no answer, 429, 5xx, and what is
// the operator's to put right, such as a wrong token.
class TwilioNotifier final : public Notifier {
 public:
  TwilioNotifier(twilio::Settings settings, ReportTry report);

  EffectLimits limits() const override;
  // Of the channel `sms` alone: others are refused.
  void start(NoticeToSend notice, Done done) override;
  // It keeps nothing. What Twilio keeps is erased there, by its rules for the account.
  void erase(std::vector<Id> order_ids, Erased done) override;

 private:
  curl::Call call(std::string method, const std::string& query) const;
  void look_up(NoticeToSend notice, Done done);
  void send(const NoticeToSend& notice, Done done);

  const twilio::Settings settings_;
  const ReportTry report_;
  curl::Client client_;
};

// Asks Twilio for the account, and waits for the answer. Errors: `unavailable`, `unauthorized`.
Result<void> try_twilio(const twilio::Settings& settings);

}  // namespace oms
