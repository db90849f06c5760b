#pragma once

#include <memory>
#include <optional>
#include <string>

#include "adapters/curl/form_writer.h"
#include "adapters/stripe/calls.h"
#include "adapters/stripe/objects.h"
#include "adapters/stripe/settings.h"
#include "ports/clock.h"
#include "ports/payment_provider.h"

namespace oms::stripe {

// One operation on its way.
struct Errand {
  using Ended = PaymentOutcome::Result;

  PaymentOperation operation;
  PaymentProvider::Done done;
  Calls::Steady::time_point deadline;

  PaymentOutcome outcome(Ended result) const {
    return {.kind = operation.kind,
            .result = result,
            .session_id = operation.session_id,
            .number = operation.number};
  }
  void end(PaymentOutcome outcome) { done(std::move(outcome)); }
  void end_unknown(std::string why) {
    auto ended = outcome(Ended::unknown);
    ended.detail = std::move(why);
    done(std::move(ended));
  }
  void end_refused(std::string why) {
    auto ended = outcome(Ended::refused);
    ended.detail = std::move(why);
    done(std::move(ended));
  }
  void end_with(const SessionFacts& session) {
    auto ended = outcome(Ended::done);
    ended.word = session.word();
    ended.session_id = session.id;
    ended.link = session.url;
    ended.amount = session.amount;
    ended.currency = session.currency;
    ended.refunded = session.refunded;
    done(std::move(ended));
  }
};
using ErrandPtr = std::shared_ptr<Errand>;

// Runs operations as errands, each of one or a few calls. desk.cc: links and refunds. cards.cc:
// cards. list.cc: what is on Stripe's books, and what it has told.
class Desk {
 public:
  Desk(const Settings& settings, Clock& clock)
      : settings_(settings), clock_(clock), calls_(settings) {}

  void start(PaymentOperation operation, PaymentProvider::Done done);
  void list(const ChargesWanted& wanted, PaymentProvider::OnCharges on_charges);
  void list_events(const EventsWanted& wanted, PaymentProvider::OnEvents on_events);
  void find_order(Message event, PaymentProvider::OnEvent on_event);

 private:
  using WithSession = std::move_only_function<void(const SessionFacts&)>;
  using WithFound = std::move_only_function<void(std::optional<SessionFacts>)>;
  // Stripe's answer with a status of 2xx, or why it has said no.
  using Answered = std::move_only_function<void(const HttpResponse&)>;
  using Refused = std::move_only_function<void(int status, const Refusal&)>;

  void call(const ErrandPtr& errand, Calls::Wanted wanted, Answered answered, Refused refused);
  void get(const ErrandPtr& errand, std::string path, Answered answered, Refused refused);
  void post(const ErrandPtr& errand, std::string path, curl::FormWriter form, Answered answered,
            Refused refused);

  // The session or intent that the operation names, or the order's latest where the answer that
  // named it was lost. If there is none, that is the outcome.
  void with_session(const ErrandPtr& errand, WithSession then);
  void read(const ErrandPtr& errand, const std::string& id, WithSession then);
  // Stripe does not find sessions or intents by what they are for. It lists them by time, newest
  // first: most are made soon after their order.
  void find(const ErrandPtr& errand, std::size_t span, std::string after, int pages,
            WithFound then);

  void create(const ErrandPtr& errand);
  curl::FormWriter form_of(const PaymentOperation& operation) const;
  // The same for a repetition soon after, or its key would be refused.
  Time expiry_of(const PaymentOperation& operation) const;
  void add_lines(const PaymentOperation& operation, curl::FormWriter& form) const;
  // A session over another sum than the order's takes no money.
  void end_with_new(const ErrandPtr& errand, const SessionFacts& session);
  void end_unmade(Errand& errand, std::string why);
  void expire(const ErrandPtr& errand, const SessionFacts& session);
  void refund(const ErrandPtr& errand, const SessionFacts& session);
  void find_refund(const ErrandPtr& errand, const SessionFacts& session, std::string why);
  static void end_with(Errand& errand, const SessionFacts& session, const RefundFacts& refund);

  void take_card(const ErrandPtr& errand);
  void take_method(const ErrandPtr& errand);
  void end_untaken(const ErrandPtr& errand, const Refusal& refusal);
  void end_with_intent(const ErrandPtr& errand, const HttpResponse& response);
  void capture(const ErrandPtr& errand);
  void release(const ErrandPtr& errand, const SessionFacts& intent);

  const Settings& settings_;
  Clock& clock_;
  Calls calls_;
};

}  // namespace oms::stripe
