#include "tools/bench/sources.h"

#include <algorithm>

namespace oms::bench {
namespace {

constexpr std::string_view order_id_field = R"("orderID":")";

}  // namespace

SameRequest::SameRequest(std::string name, std::string request, double rate)
    : request_(std::move(request)), schedule_(rate) {
  tallies.emplace_back(std::move(name), std::initializer_list<std::size_t>{200});
}

bool SameRequest::next(Nanos now, std::string& request, Job& job) {
  if (schedule_.is_open() && !schedule_.take(now, job.due)) return false;
  request = request_;
  return true;
}

Placing::Placing(const Basket& basket, const Plan& plan)
    : basket_(basket), plan_(plan), schedule_(plan.rate) {
  tallies.emplace_back("place an order", std::initializer_list<std::size_t>{201});
  if (plan_.remembers) placed_.reserve(std::min<std::size_t>(plan_.most, 10'000'000));
}

bool Placing::next(Nanos now, std::string& request, Job& job) {
  if (sent_ >= plan_.most) return false;
  if (schedule_.is_open() && !schedule_.take(now, job.due)) return false;
  job.tag = sent_++;
  request = basket_.request(job.tag % basket_.size());
  return true;
}

void Placing::answered(const Job& job, const Answer& answer, Nanos) {
  if (answer.status != 201) return;
  if (answer.body.find(R"(,"status":"cancelled")") != std::string_view::npos) ++refused_;
  if (!plan_.remembers) return;
  const auto id = quoted_after(answer.body, order_id_field);
  Placed placed{.customer = basket_.customer_number(job.tag % basket_.size())};
  if (id.size() != placed.id.size()) return;
  std::ranges::copy(id, placed.id.begin());
  placed_.push_back(placed);
}

Reading::Reading(const Target& target, const std::vector<Placed>& placed, double rate,
                 std::uint64_t seed)
    : rest_(" HTTP/1.1\r\nHost: " + target.address.host + "\r\n\r\n"),
      placed_(placed),
      schedule_(rate),
      random_(seed) {
  tallies.emplace_back("read an order", std::initializer_list<std::size_t>{200});
  tallies.emplace_back("read a customer's list", std::initializer_list<std::size_t>{200});
}

bool Reading::next(Nanos now, std::string& request, Job& job) {
  constexpr std::uint64_t pages_one_in = 8;
  if (schedule_.is_open() && !schedule_.take(now, job.due)) return false;
  const auto number = random_();
  const auto& placed = placed_[number % placed_.size()];
  job.kind = (number >> 40U) % pages_one_in == 0 ? page : one;
  request.append("GET /api/customers/");
  Basket::append_name(placed.customer, request);
  request.append("/orders");
  if (job.kind == one) request.append("/").append(placed.id.data(), placed.id.size());
  request.append(rest_);
  return true;
}

}  // namespace oms::bench
