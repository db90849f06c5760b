#include "adapters/simulated/desk.h"

#include <algorithm>
#include <cstring>
#include <exception>

#include "adapters/crypto/crypto.h"

namespace oms::simulated {
namespace {

using Action = CheckoutRequest::Action;

constexpr std::int64_t expiries_max = 256;  // in one transaction
constexpr Duration rest_after_failure{1'000};
// The wall clock may be set while we wait for it.
constexpr Duration wait_max{1'000};

bool is_read(const CheckoutJob& job) {
  return job.request.action == Action::show || job.request.action == Action::leave;
}

PaymentOutcome unknown(const PaymentOperation& operation, std::string_view why) {
  return {.kind = operation.kind,
          .result = PaymentOutcome::Result::unknown,
          .session_id = operation.session_id,
          .detail = std::string{why}};
}

}  // namespace

void give_up(OperationJob& job, std::string_view why) {
  job.done(unknown(job.operation, why));
}

void give_up(ListJob& job, std::string_view why) {
  job.on_charges(fail(ErrorKind::unavailable, std::string{why}));
}

Desk::Desk(Settings settings, Clock& clock, Sign sign, Deliver deliver,
           std::shared_ptr<Inbox> inbox)
    : settings_(std::move(settings)),
      clock_(clock),
      inbox_(inbox),
      ledger_(settings_.path),
      core_(ledger_,
            {.base_url = settings_.base_url, .delay = settings_.delay, .late = settings_.late},
            [this] { return random_bits(); }),
      faults_(settings_),
      webhooks_(settings_, std::move(sign), std::move(deliver), std::move(inbox)),
      next_expiry_(ledger_.next_expiry()) {
  if (settings_.has_api) api_.emplace(core_, ledger_, settings_.base_url);
}

void Desk::run() {
  auto next_start = Inbox::Steady::now();
  while (true) {
    auto work = inbox_->take(next_look());
    // Under load the rest of the batch comes while we wait.
    if (!work.is_last && Inbox::Steady::now() < next_start) {
      inbox_->gather(next_start);
      work.append(inbox_->take(Inbox::Steady::now()));
    }
    next_start = Inbox::Steady::now() + settings_.pause;
    if (work.is_last) return refuse(work, "the provider is being closed");
    serve(work);
  }
}

std::optional<Inbox::Steady::time_point> Desk::next_look() const {
  if (!broken_.empty()) return std::nullopt;
  const auto now = clock_.wall();
  auto next = webhooks_.due(now);
  if (next_expiry_ && (!next || *next_expiry_ < *next)) next = next_expiry_;
  if (next && resume_at_ && *next < *resume_at_) next = resume_at_;
  if (!next) return std::nullopt;
  return Inbox::Steady::now() + std::clamp(*next - now, Duration{0}, wait_max);
}

void Desk::serve(Work& work) {
  if (!broken_.empty()) return refuse(work, broken_);
  const auto now = clock_.wall();
  if (now < last_) webhooks_.clock_went_back();
  last_ = now;
  webhooks_.take(std::move(work.deliveries));
  try {
    transact(work, now);
    resume_at_.reset();
  } catch (const std::exception& failure) {
    ledger_.roll_back();
    next_expiry_ = now;  // what was closed is open again
    webhooks_.rolled_back();
    core_.take_events();
    const auto* sql = dynamic_cast<const SqlError*>(&failure);
    if (sql != nullptr && sql->disk_failed()) broken_ = failure.what();
    resume_at_ = now + rest_after_failure;
    refuse(work, failure.what());
  }
}

void Desk::transact(Work& work, Time now) {
  const bool is_expiry_due = next_expiry_ && *next_expiry_ <= now;
  if (work.is_empty() && !is_expiry_due && !webhooks_.has_work(now)) return;

  ledger_.begin();
  answer_reads(work.checkouts, now);
  answer_lists(work.lists, now);
  std::vector<PaymentOutcome> outcomes;
  outcomes.reserve(work.operations.size());
  for (const auto& job : work.operations) outcomes.push_back(perform(job.operation, now));
  std::vector<HttpResponse> responses;
  responses.reserve(work.checkouts.size());
  for (const auto& job : work.checkouts) {
    const auto attempt = core_.pay(job.request.session, job.request.card, now);
    responses.push_back(tell(attempt, job.request, settings_));
  }
  std::vector<HttpResponse> answers;
  answers.reserve(work.requests.size());
  for (auto& job : work.requests) answers.push_back(perform(job.request, now));
  if (is_expiry_due) {
    for (const auto& session : ledger_.overdue(now, expiries_max)) core_.expire(session, now);
    next_expiry_ = ledger_.next_expiry();
  }
  note_earliest_expiry();
  const auto events = core_.take_events();
  for (const auto& event : events) ledger_.tell(event);
  webhooks_.record(ledger_, now);
  ledger_.commit();

  // Whatever fails from here on, these are done.
  auto done = std::exchange(work, {});
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    done.operations[i].done(std::move(outcomes[i]));
  }
  for (std::size_t i = 0; i < responses.size(); ++i) {
    done.checkouts[i].answer(std::move(responses[i]));
  }
  for (std::size_t i = 0; i < answers.size(); ++i) {
    done.requests[i].answer(std::move(answers[i]));
  }
  webhooks_.committed(events, now);
  ledger_.tidy();
}

// These see the state before this transaction and need not wait for it.
void Desk::answer_reads(std::vector<CheckoutJob>& jobs, Time now) {
  const auto reads =
      std::ranges::stable_partition(jobs, [](const auto& job) { return !is_read(job); });
  for (auto& job : reads) job.answer(read(job.request, now));
  jobs.erase(reads.begin(), reads.end());
}

void Desk::answer_lists(std::vector<ListJob>& jobs, Time now) {
  while (!jobs.empty()) {
    auto page = list(jobs.back().wanted, now);
    jobs.back().on_charges(std::move(page));
    jobs.pop_back();
  }
}

// A session has its place by its id, which begins with a time: its order's, where it is the order's
// first.
ChargePage Desk::list(const ChargesWanted& wanted, Time now) {
  const auto below = Id::parse(wanted.cursor).value_or(first_id_from(wanted.until));
  const auto sessions = ledger_.sessions_between(first_id_from(wanted.since), below,
                                                 static_cast<std::int64_t>(wanted.limit));
  ChargePage page;
  for (const auto& session : sessions) {
    if (session.order_id.is_nil()) continue;
    page.charges.push_back(charge_of(core_.view(session.id, now).value()));
  }
  if (sessions.size() == wanted.limit) page.next = sessions.back().id.text();
  return page;
}

HttpResponse Desk::read(const CheckoutRequest& request, Time now) {
  const auto view = core_.view(request.session, now);
  if (!view) return not_found();
  if (request.action == Action::leave) return leave(view->session, settings_);
  return show(*view, ledger_.description(view->session.id), settings_);
}

PaymentOutcome Desk::perform(const PaymentOperation& operation, Time now) {
  const auto fate = faults_.next_operation();
  if (fate == Faults::Fate::lost_request) return unknown(operation, "timed out");
  auto outcome = core_.perform(operation, now);
  if (fate == Faults::Fate::lost_answer) return unknown(operation, "timed out");
  return outcome;
}

HttpResponse Desk::perform(ApiRequest& request, Time now) {
  const bool may_get_lost = request.method == "POST";
  const auto fate = may_get_lost ? faults_.next_operation() : Faults::Fate::answered;
  const auto lost = [] {
    return write_error({.status = 504, .type = "api_error", .message = "The answer was lost."});
  };
  if (fate == Faults::Fate::lost_request) return lost();
  auto response = api_.value().perform(request, now);
  return fate == Faults::Fate::lost_answer ? lost() : response;
}

void Desk::note_earliest_expiry() {
  const auto made = core_.take_earliest_expiry();
  if (made && (!next_expiry_ || *made < *next_expiry_)) next_expiry_ = made;
}

// OpenSSL's random bytes are cheaper by the hundred.
std::uint64_t Desk::random_bits() {
  std::uint64_t bits = 0;
  if (random_used_ == random_.size()) {
    fill_random(random_);
    random_used_ = 0;
  }
  std::memcpy(&bits, random_.data() + random_used_, sizeof bits);
  random_used_ += sizeof bits;
  return bits;
}

void Desk::refuse(Work& work, std::string_view why) {
  for (auto& job : work.operations) give_up(job, why);
  for (auto& job : work.lists) give_up(job, why);
  for (auto& job : work.checkouts) {
    job.answer(unavailable("it is not known what was done: look again", why));
  }
  for (auto& job : work.requests) {
    job.answer(write_error({.status = 503, .type = "api_error", .message = std::string{why}}));
  }
  work = {};
}

}  // namespace oms::simulated
