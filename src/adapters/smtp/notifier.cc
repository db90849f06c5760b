#include "adapters/smtp/notifier.h"

#include <utility>

namespace oms {
namespace {

using Kind = curl::SmtpOutcome::Kind;

std::string trouble_of(const curl::SmtpOutcome& outcome, const std::string& key) {
  switch (outcome.kind) {
    case Kind::accepted:
      return {};
    case Kind::temporary:
      return "the mail server cannot take mails now (" + outcome.reason + "); they are tried again";
    case Kind::permanent:
      return "the mail server refuses " + key + " for good (" + outcome.reason +
             "): look up the code at the server, and the address in the order";
    case Kind::login:
      return "the mail server does not take our login (" + outcome.reason +
             "): check the user of --notices and OMS_SMTP_PASSWORD; mails are tried again";
    case Kind::trust:
      return "the mail server cannot be trusted (" + outcome.reason +
             "): check the host of --notices, its certificate, and cacert= where its CA is your "
             "own; mails are tried again";
    case Kind::no_utf8:
      return key +
             " goes to an address beyond ASCII, and the mail server does not offer SMTPUTF8: "
             "it cannot be sent by this server";
  }
  return {};
}

NoticeResult result_of(Kind kind) {
  if (kind == Kind::accepted) return NoticeResult::sent;
  const bool is_for_good = kind == Kind::permanent || kind == Kind::no_utf8;
  return is_for_good ? NoticeResult::refused : NoticeResult::failed;
}

}  // namespace

SmtpNotifier::SmtpNotifier(smtp::Settings settings, Clock& clock, ReportTry report)
    : settings_(std::move(settings)),
      clock_(clock),
      report_(std::move(report)),
      client_(settings_.server, settings_.options) {}

EffectLimits SmtpNotifier::limits() const {
  // The client gives up first, so that no mail is under way twice.
  return {.in_flight_max = settings_.options.connections,
          .deadline = settings_.options.timeout + std::chrono::seconds{5},
          .server_address = settings_.server.host,
          .server_port = settings_.server.port};
}

void SmtpNotifier::start(NoticeToSend notice, Done done) {
  const auto& sender = settings_.sender;
  auto text = notice.channel != Channel::email ? std::nullopt
                                               : mail::write_mail({.from = sender.header,
                                                                   .name = notice.name,
                                                                   .address = notice.address,
                                                                   .subject = notice.subject,
                                                                   .text = notice.text,
                                                                   .html = notice.html,
                                                                   .id = notice.key,
                                                                   .domain = sender.domain,
                                                                   .date = clock_.wall()});
  if (!text) {
    report_(NoticeResult::refused, notice.key + " has no address that an email can be sent to");
    return done(NoticeResult::refused);
  }
  const bool is_international =
      mail::is_international(notice.address) || mail::is_international(sender.address);
  client_.send({.from = sender.address,
                .to = std::move(notice.address),
                .text = *std::move(text),
                .is_international = is_international},
               [this, key = std::move(notice.key),
                done = std::move(done)](const curl::SmtpOutcome& outcome) mutable {
                 const auto result = result_of(outcome.kind);
                 report_(result, trouble_of(outcome, key));
                 done(result);
               });
}

void SmtpNotifier::erase(std::vector<Id>, Erased done) {
  done({});
}

}  // namespace oms
