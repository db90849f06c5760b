#include "tools/bench/lifecycle.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace oms::bench {
namespace {

constexpr Nanos silence_max = 10 * second;  // then an order is looked at
constexpr Nanos pause = second / 50;
constexpr std::size_t early_max = 8192;

constexpr std::string_view id_field = R"("orderID":")";
constexpr std::string_view status_field = R"(,"status":")";
constexpr std::string_view reason_field = R"(,"reason":")";
constexpr std::string_view link_field = R"("PaymentLink":")";

constexpr std::string_view pay_body = R"({"token":"tok_visa"})";
constexpr std::string_view decline_body = R"({"token":"tok_chargeDeclined"})";

void append_number(std::string& out, std::size_t number) {
  std::array<char, 20> digits;
  out.append(digits.data(), std::to_chars(digits.begin(), digits.end(), number).ptr);
}

void append_id(std::string& out, const Id& id) {
  const auto at = out.size();
  out.resize(at + Id::text_size);
  id.write(out.data() + at);
}

// "cs_test_…" of "http://…/checkout/cs_test_…".
std::string_view session_of(std::string_view order) {
  constexpr std::string_view checkout = "/checkout/";
  const auto link = quoted_after(order, link_field);
  const auto at = link.rfind(checkout);
  return at == std::string_view::npos ? std::string_view{} : link.substr(at + checkout.size());
}

}  // namespace

Lifecycles::Lifecycles(const Target& target, const Basket& basket, const Plan& plan)
    : plan_(plan),
      basket_(basket),
      schedule_(plan.rate),
      random_(plan.seed),
      host_(target.address.host),
      token_(target.token),
      flights_(plan.in_flight) {
  tallies.emplace_back("place an order", std::initializer_list<std::size_t>{201});
  tallies.emplace_back("pay", std::initializer_list<std::size_t>{200});
  tallies.emplace_back("pay with a bad card", std::initializer_list<std::size_t>{402});
  tallies.emplace_back("cancel", std::initializer_list<std::size_t>{202});
  tallies.emplace_back("look at a silent order", std::initializer_list<std::size_t>{200});
  tallies.emplace_back("from click to the end");
  for (std::size_t i = 0; i < plan.in_flight; ++i) free_.push_back(plan.in_flight - 1 - i);
  by_id_.reserve(2 * plan.in_flight);
}

// What is under way goes before what is new, as with a customer who waits.
bool Lifecycles::next(Nanos now, std::string& request, Job& job) {
  const bool pays_here = plan_.pay_host.empty();
  return (pays_here && write_payment(request, job)) || write_cancel(request, job) ||
         write_look(request, job) || write_place(now, request, job);
}

// The next of those that still concern the order that they were meant for.
bool Lifecycles::take(std::deque<Tag>& queue, Tag& tag) {
  while (!queue.empty()) {
    tag = queue.front();
    queue.pop_front();
    if (tag == tag_of(slot_of(tag))) return true;
  }
  return false;
}

Nanos Lifecycles::next_at() const {
  if (free_.empty() || placed_ >= plan_.most) return never;
  if (schedule_.is_open()) return std::max(schedule_.next_at(), pause_until_);
  return pause_until_ > 0 ? pause_until_ : never;
}

bool Lifecycles::write_place(Nanos now, std::string& request, Job& job) {
  if (free_.empty() || placed_ >= plan_.most || now < pause_until_) return false;
  if (schedule_.is_open() && !schedule_.take(now, job.due)) return false;
  pause_until_ = 0;
  const auto n = placed_++ % basket_.size();
  const auto slot = free_.back();
  free_.pop_back();
  auto& flight = flights_[slot];
  flight.phase = Phase::placing;
  flight.course = choose();
  flight.customer = basket_.customer_number(n);
  flight.due = job.due;
  flight.news = now;
  flight.session.clear();
  job.kind = place;
  job.tag = tag_of(slot);
  request = basket_.request(n);
  return true;
}

Lifecycles::Course Lifecycles::choose() {
  const auto dice = random_() % 100;
  if (dice < plan_.decline) return Course::decline;
  return dice < plan_.decline + plan_.cancel ? Course::cancel : Course::pay;
}

bool Lifecycles::write_cancel(std::string& request, Job& job) {
  if (!take(to_cancel_, job.tag)) return false;
  const auto& flight = flights_[slot_of(job.tag)];
  job.kind = cancel;
  request.append("POST /api/customers/");
  Basket::append_name(flight.customer, request);
  request.append("/orders/");
  append_id(request, flight.id);
  request.append("/cancel HTTP/1.1\r\nHost: ").append(host_);
  request.append("\r\nContent-Length: 0\r\n\r\n");
  return true;
}

bool Lifecycles::write_payment(std::string& request, Job& job) {
  if (!take(to_pay_, job.tag)) return false;
  const auto& flight = flights_[slot_of(job.tag)];
  const bool is_good = flight.course == Course::pay;
  const auto body = is_good ? pay_body : decline_body;
  job.kind = is_good ? pay : decline;
  request.append("POST /checkout/").append(flight.session).append("/pay HTTP/1.1\r\nHost: ");
  request.append(plan_.pay_host.empty() ? host_ : plan_.pay_host);
  request.append("\r\nContent-Type: application/json\r\nContent-Length: ");
  append_number(request, body.size());
  request.append("\r\n\r\n").append(body);
  return true;
}

bool Lifecycles::write_look(std::string& request, Job& job) {
  if (!take(to_look_, job.tag)) return false;
  const auto& flight = flights_[slot_of(job.tag)];
  job.kind = look;
  request.append("GET /api/customers/");
  Basket::append_name(flight.customer, request);
  request.append("/orders/");
  append_id(request, flight.id);
  request.append(" HTTP/1.1\r\nHost: ").append(host_).append("\r\n\r\n");
  return true;
}

void Lifecycles::answered(const Job& job, const Answer& answer, Nanos now) {
  const auto slot = slot_of(job.tag);
  if (job.tag != tag_of(slot)) return;  // its order has ended meanwhile
  auto& flight = flights_[slot];
  if (job.kind == place) return on_placed(slot, answer, now);
  if (job.kind == look) {
    if (answer.status == 200) hear(slot, answer.body, now);
    return;
  }
  // The stream tells what has come of it; if nothing has, it is looked at and asked again.
  if (answer.status >= 429) flight.phase = Phase::placed;
}

void Lifecycles::lost(const Job& job) {
  const auto slot = slot_of(job.tag);
  if (job.tag != tag_of(slot)) return;
  if (job.kind == place) {
    ++ends_["not answered"];
    release(slot);
  } else if (job.kind != look) {
    flights_[slot].phase = Phase::placed;
  }
}

void Lifecycles::on_placed(std::size_t slot, const Answer& answer, Nanos now) {
  const auto id = Id::parse(quoted_after(answer.body, id_field));
  if (answer.status != 201 || !id) {
    ++ends_["refused with " + std::to_string(answer.status)];
    pause_until_ = now + pause;
    return release(slot);
  }
  auto& flight = flights_[slot];
  flight.phase = Phase::placed;
  flight.id = *id;
  by_id_.emplace(*id, slot);
  hear(slot, answer.body, now);
  const auto known = early_.find(*id);
  if (known == early_.end()) return;
  const auto order = std::move(known->second);
  early_.erase(known);
  if (flight.phase == Phase::placed && flight.id == *id) hear(slot, order, now);
}

void Lifecycles::told(std::string_view order) {
  const auto id = Id::parse(quoted_after(order, id_field));
  if (!id) return;
  const auto known = by_id_.find(*id);
  if (known != by_id_.end()) return hear(known->second, order, clock_now());
  // The stream was quicker than the answer, or it is about somebody else's order.
  if (order.find(R"(,"status":"completed")") != std::string_view::npos) return;
  if (early_.size() >= early_max) early_.clear();
  early_.insert_or_assign(*id, std::string{order});
}

void Lifecycles::hear(std::size_t slot, std::string_view order, Nanos now) {
  auto& flight = flights_[slot];
  flight.news = now;
  const auto status = quoted_after(order, status_field);
  if (status == "completed") return finish(slot, "completed", now);
  if (status == "cancelled") {
    const auto reason = quoted_after(order, reason_field);
    return finish(slot, "cancelled (" + std::string{reason} + ")", now);
  }
  if (status != "waiting_payment" || flight.phase != Phase::placed) return;
  flight.session = session_of(order);
  flight.phase = Phase::answering;
  (flight.course == Course::cancel ? to_cancel_ : to_pay_).push_back(tag_of(slot));
}

void Lifecycles::finish(std::size_t slot, std::string end, Nanos now) {
  tallies[whole].add(0, now - flights_[slot].due, now);
  ++ends_[end];
  release(slot);
}

void Lifecycles::release(std::size_t slot) {
  auto& flight = flights_[slot];
  by_id_.erase(flight.id);
  ++flight.uses;
  flight.phase = Phase::free;
  flight.id = Id{};
  free_.push_back(slot);
}

// An order of which nothing was heard for long is looked at: its event may have been missed.
void Lifecycles::look_around(Nanos now) {
  if (feed_ != nullptr) feed_->keep_open();
  if (now - checked_ < second || !to_look_.empty()) return;
  checked_ = now;
  for (std::size_t slot = 0; slot < flights_.size(); ++slot) {
    auto& flight = flights_[slot];
    const bool has_id = flight.phase == Phase::placed || flight.phase == Phase::answering;
    if (!has_id || now - flight.news < silence_max) continue;
    flight.news = now;
    to_look_.push_back(tag_of(slot));
  }
}

void Lifecycles::missed() {
  for (auto& flight : flights_) flight.news = 0;
  checked_ = 0;
}

}  // namespace oms::bench
