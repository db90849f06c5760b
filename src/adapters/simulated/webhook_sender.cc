#include "adapters/simulated/webhook_sender.h"

#include <algorithm>

#include "adapters/simulated/events.h"

namespace oms::simulated {
namespace {

// Answers are written down with the next transaction, or after this time if there is none.
constexpr Duration settle_within{20};
constexpr std::chrono::hours give_up_after{72};
constexpr std::int64_t doublings_max = 20;

// Says that there was no answer, if it is dropped before it was called.
class Done {
 public:
  Done(std::shared_ptr<Inbox> inbox, const Event& event)
      : inbox_(std::move(inbox)), session_id_(event.session.id), number_(event.entry.number) {}
  Done(Done&&) noexcept = default;
  Done& operator=(Done&&) = delete;
  ~Done() { (*this)(0); }

  void operator()(int status) {
    if (inbox_) std::exchange(inbox_, nullptr)->add(Delivery{session_id_, number_, status});
  }

 private:
  std::shared_ptr<Inbox> inbox_;
  Id session_id_;
  std::int64_t number_;
};

}  // namespace

WebhookSender::WebhookSender(const Settings& settings, Sign sign, Deliver deliver,
                             std::shared_ptr<Inbox> inbox)
    : settings_(settings),
      faults_(settings),
      sign_(std::move(sign)),
      deliver_(std::move(deliver)),
      inbox_(std::move(inbox)) {}

void WebhookSender::take(std::vector<Delivery> deliveries) {
  if (ended_.empty()) {
    ended_ = std::move(deliveries);
  } else {
    ended_.insert(ended_.end(), deliveries.begin(), deliveries.end());
  }
}

bool WebhookSender::is_to_look(Time now) const {
  const bool has_room = in_flight_.size() <= settings_.max_in_flight / 2;
  return has_room && (has_backlog_ || must_hurry_ || (next_due_ && *next_due_ <= now));
}

std::optional<Time> WebhookSender::due(Time now) const {
  if (has_work(now)) return now;
  if (!in_flight_.empty()) return now + settle_within;
  return next_due_;
}

void WebhookSender::record(Ledger& ledger, Time now) {
  for (const auto& delivery : ended_) record(ledger, delivery, now);
  if (!is_to_look(now)) return;
  if (std::exchange(must_hurry_, false)) {
    ledger.hurry(now, now + settings_.longest_retry + settings_.delay + settings_.late);
  }
  // Among those that are due are the ones on their way.
  const auto limit = settings_.max_in_flight + 1;
  found_ = ledger.untold(now, static_cast<std::int64_t>(limit));
  has_looked_ = true;
  has_backlog_ = found_.size() == limit;
  next_due_ = ledger.next_untold(now);
}

void WebhookSender::record(Ledger& ledger, const Delivery& delivery, Time now) {
  const auto found = in_flight_.find({delivery.session_id, delivery.number});
  if (found == in_flight_.end()) return;
  ledger.told(found->second);
  if (delivery.status < 200 || delivery.status > 299) retry(ledger, found->second, now);
}

void WebhookSender::retry(Ledger& ledger, const Event& event, Time now) {
  if (event.entry.at + give_up_after < now) return;
  const auto doublings = std::min(event.attempt, doublings_max);
  auto next = event;
  ++next.attempt;
  next.due = now + std::min(settings_.first_retry * (std::int64_t{1} << doublings),
                            settings_.longest_retry);
  ledger.tell(next);
  remember_due(next.due);
}

void WebhookSender::committed(const std::vector<Event>& fresh, Time now) {
  for (const auto& delivery : ended_) in_flight_.erase({delivery.session_id, delivery.number});
  ended_.clear();
  for (const auto& event : fresh) offer(event, now);
  for (const auto& event : found_) offer(event, now);
  found_.clear();
}

void WebhookSender::rolled_back() {
  found_.clear();
  has_backlog_ = true;
}

void WebhookSender::offer(const Event& event, Time now) {
  if (event.due > now) return remember_due(event.due);
  if (in_flight_.size() >= settings_.max_in_flight) {
    has_backlog_ = true;
    return;
  }
  const auto [place, is_new] =
      in_flight_.try_emplace({event.session.id, event.entry.number}, event);
  if (is_new) send(place->second, now);
}

void WebhookSender::send(const Event& event, Time now) {
  HttpRequest request{.method = "POST", .path = "/webhook", .body = write_event(event)};
  request.headers.reserve(2);
  request.headers.emplace_back("content-type", "application/json; charset=utf-8");
  request.headers.emplace_back("stripe-signature", sign_(request.body, now));
  if (faults_.is_doubled(event.session.id, event.entry.number)) deliver_(request, [](int) {});
  deliver_(std::move(request), Done{inbox_, event});
}

void WebhookSender::remember_due(Time due) {
  if (!next_due_ || due < *next_due_) next_due_ = due;
}

}  // namespace oms::simulated
