#include "adapters/twilio/notifier.h"

#include <cstdint>
#include <future>
#include <utility>

#include "adapters/crypto/crypto.h"
#include "adapters/curl/form_writer.h"
#include "adapters/twilio/message.h"

namespace oms {

using namespace twilio;

namespace {

// Of the account: "" or "/Messages.json".
curl::Call call_of(const Settings& settings, std::string method, const std::string& what) {
  const auto login = settings.account + ":" + settings.token;
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(login.data());
  return {.method = std::move(method),
          .url = settings.url + "/2010-04-01/Accounts/" + settings.account + what,
          .headers = {{"Authorization", "Basic " + to_base64({bytes, login.size()})},
                      {"Accept", "application/json"}},
          .timeout = settings.call_timeout};
}

std::string no_answer(const Error& error) {
  return "Twilio cannot be asked: " + error.detail + "; SMS are tried again";
}

}  // namespace

TwilioNotifier::TwilioNotifier(Settings settings, ReportTry report)
    : settings_(std::move(settings)),
      report_(std::move(report)),
      client_({.in_flight_max = settings_.in_flight_max,
               .connect_timeout = settings_.connect_timeout}) {}

EffectLimits TwilioNotifier::limits() const {
  // The calls give up first, so that no notice is under way twice.
  return limits_at(settings_.url,
                   {.in_flight_max = settings_.in_flight_max,
                    .deadline = 2 * settings_.call_timeout + std::chrono::seconds{5}});
}

void TwilioNotifier::start(NoticeToSend notice, Done done) {
  if (notice.channel != Channel::sms || !is_e164(notice.address)) {
    report_(NoticeResult::refused,
            notice.key +
                " has no number with its country (E.164): give --phone-country if numbers "
                "without one are of one country");
    return done(NoticeResult::refused);
  }
  if (notice.attempt > 1) return look_up(std::move(notice), std::move(done));
  send(notice, std::move(done));
}

curl::Call TwilioNotifier::call(std::string method, const std::string& query) const {
  return call_of(settings_, std::move(method), "/Messages.json" + query);
}

void TwilioNotifier::look_up(NoticeToSend notice, Done done) {
  curl::FormWriter query;
  query.add("To", notice.address).add("PageSize", 100);
  client_.send(
      call("GET", "?" + query.take()), [this, notice = std::move(notice), done = std::move(done)](
                                           const Result<HttpResponse>& answer) mutable {
        constexpr int found = 200;
        // Until it is known whether it was sent, it is not sent again.
        const auto fail_with = [&](const std::string& trouble) {
          report_(NoticeResult::failed, trouble);
          done(NoticeResult::failed);
        };
        if (!answer) return fail_with(no_answer(answer.error()));
        if (answer->status != found) return fail_with(outcome_of(*answer, notice.key).trouble);
        const auto is_sent = has_sent(answer->body, notice);
        if (!is_sent) {
          return fail_with("Twilio's list of messages cannot be read: " + is_sent.error().detail);
        }
        if (!*is_sent) return send(notice, std::move(done));
        report_(NoticeResult::sent, {});
        done(NoticeResult::sent);
      });
}

void TwilioNotifier::send(const NoticeToSend& notice, Done done) {
  auto post = call("POST", "");
  post.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  post.body = form_of(notice, settings_);
  client_.send(std::move(post), [this, key = notice.key, done = std::move(done)](
                                    const Result<HttpResponse>& answer) mutable {
    const auto outcome =
        answer ? outcome_of(*answer, key) : Outcome{.trouble = no_answer(answer.error())};
    report_(outcome.result, outcome.trouble);
    done(outcome.result);
  });
}

void TwilioNotifier::erase(std::vector<Id>, Erased done) {
  done({});
}

Result<void> try_twilio(const Settings& settings) {
  constexpr int found = 200;
  constexpr int unauthorized = 401;
  curl::Client client{{.connect_timeout = settings.connect_timeout}};
  std::promise<Result<HttpResponse>> answered;
  client.send(call_of(settings, "GET", ".json"),
              [&](Result<HttpResponse> answer) { answered.set_value(std::move(answer)); });
  OMS_TRY(const auto answer, answered.get_future().get());
  if (answer.status == found) return {};
  return fail(answer.status == unauthorized ? ErrorKind::unauthorized : ErrorKind::unavailable,
              "Twilio answers " + std::to_string(answer.status));
}

}  // namespace oms
