#pragma once

#include <string>

#include "adapters/curl/smtp_client.h"
#include "adapters/smtp/settings.h"
#include "ports/clock.h"
#include "ports/notifier.h"

namespace oms {

// Sends emails by a server for mail submission. The Message-ID follows from the notice's key, so
// that a mail which is sent again, as its answer was lost, is known to be the same.
//
// Sent: the server has accepted it. Refused: the server says 5xx to the mail, its sender or its
// recipient, or the address is none that it can write to. All else has failed and is tried again:
// 4xx, no connection, no answer in time; and a login that is not taken (535) or a certificate that
// is not good, for that is the operator's to put right, and no fault of the mail.
class SmtpNotifier final : public Notifier {
 public:
  SmtpNotifier(smtp::Settings settings, Clock& clock, ReportTry report);

  EffectLimits limits() const override;
  // Of the channel `email` alone: others are refused.
  void start(NoticeToSend notice, Done done) override;
  // It keeps nothing.
  void erase(std::vector<Id> order_ids, Erased done) override;

  std::uint64_t connections_made() const { return client_.connections_made(); }

 private:
  const smtp::Settings settings_;
  Clock& clock_;
  const ReportTry report_;
  curl::SmtpClient client_;
};

}  // namespace oms
