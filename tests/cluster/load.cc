#include "tests/cluster/load.h"

#include <algorithm>

#include "tests/support/json_field.h"
#include "tests/support/outside.h"

namespace oms::cluster {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using testing::field;
using Stage = Purchase::Stage;
using Course = Purchase::Course;

constexpr int workers = 32;  // requests at the same time
constexpr auto soon = 100ms;
constexpr auto later = 300ms;

// Nobody is there, or asks to come again.
bool is_away(int status) {
  return status == 0 || status == 502 || status == 503 || status == 504;
}

}  // namespace

std::string Purchase::status() const {
  return field(shown, "status");
}

Load::Load(const Shop& shop, double per_second)
    : shop_(shop), pause_(static_cast<std::int64_t>(1000 / per_second)) {
  doors_ = std::jthread{[this](std::stop_token stop) { open_the_doors(std::move(stop)); }};
  for (int i = 0; i < workers; ++i) {
    workers_.emplace_back([this](std::stop_token stop) { work(std::move(stop)); });
  }
  workers_.emplace_back([this](std::stop_token stop) { watch_the_shelf(std::move(stop)); });
}

Load::~Load() {
  doors_.request_stop();
  for (auto& worker : workers_) worker.request_stop();
}

std::vector<std::shared_ptr<Purchase>> Load::finish(std::chrono::seconds timeout) {
  doors_ = {};
  testing::wait_until([this] { return ended_ == all_.size(); }, timeout);
  for (auto& worker : workers_) worker.request_stop();
  workers_.clear();
  if (!oversold_.empty()) all_.front()->wrong.push_back("oversold: " + oversold_.front());
  return all_;
}

std::map<int, int> Load::tried_again() {
  const std::scoped_lock lock{mutex_};
  return tried_again_;
}

std::shared_ptr<Purchase> Load::next_customer() {
  const auto n = all_.size();
  auto purchase = std::make_shared<Purchase>();
  purchase->course = n % 10 == 3    ? Course::is_declined_first
                     : n % 20 == 7  ? Course::cancels_unpaid
                     : n % 20 == 17 ? Course::cancels_paid
                                    : Course::pays;
  purchase->customer = "load-" + std::to_string(n);
  purchase->product = n % 2 == 0 ? "1" : "2";
  purchase->quantity = static_cast<int>(n % 3) + 1;
  return purchase;
}

void Load::open_the_doors(std::stop_token stop) {
  for (auto due = Purchase::Clock::now(); !stop.stop_requested(); due += pause_) {
    std::this_thread::sleep_until(due);
    {
      const std::scoped_lock lock{mutex_};
      all_.push_back(next_customer());
      jobs_.push({.due = due, .purchase = all_.back()});
    }
    wake_.notify_one();
  }
}

void Load::work(std::stop_token stop) {
  std::unique_lock lock{mutex_};
  while (!stop.stop_requested()) {
    if (jobs_.empty()) {
      wake_.wait(lock, stop, [this] { return !jobs_.empty(); });
      continue;
    }
    const auto job = jobs_.top();
    if (job.due > Purchase::Clock::now()) {
      wake_.wait_until(lock, stop, job.due,
                       [&] { return !jobs_.empty() && jobs_.top().due < job.due; });
      continue;
    }
    jobs_.pop();
    lock.unlock();
    const auto delay = advance(*job.purchase);
    lock.lock();
    if (job.purchase->stage == Stage::over) {
      job.purchase->ended_at = Purchase::Clock::now();
      ++ended_;
    } else {
      jobs_.push({.due = Purchase::Clock::now() + delay, .purchase = job.purchase});
    }
  }
}

void Load::watch_the_shelf(std::stop_token stop) {
  while (!stop.stop_requested()) {
    const auto shelf = shop_.send_as_operator("GET", "/api/admin/stock").body;
    if (shelf.contains(R"("onHand":-)") || shelf.contains(R"("available":-)")) {
      const std::scoped_lock lock{mutex_};
      oversold_.push_back(shelf);
    }
    std::this_thread::sleep_for(500ms);
  }
}

milliseconds Load::advance(Purchase& purchase) {
  switch (purchase.stage) {
    case Stage::place:
      return place(purchase);
    case Stage::await_link:
      return await_link(purchase);
    case Stage::pay:
      return pay(purchase);
    case Stage::cancel:
      return cancel(purchase);
    case Stage::watch:
      return watch(purchase);
    case Stage::over:
      break;
  }
  return {};
}

milliseconds Load::try_again(Purchase& purchase, const http::Answer& answer,
                             std::string_view what) {
  {
    const std::scoped_lock lock{mutex_};
    ++tried_again_[answer.status];
  }
  if (!is_away(answer.status)) {
    purchase.wrong.push_back(std::string{what} + " was answered " + std::to_string(answer.status) +
                             " " + answer.body);
  }
  return later;
}

milliseconds Load::place(Purchase& purchase) {
  const auto answer =
      shop_.send("POST", "/api/customers/" + purchase.customer + "/orders",
                 R"({"items":[{"productID":")" + purchase.product + R"(","quantity":)" +
                     std::to_string(purchase.quantity) + R"(}],"fulfilment":"delivery"})",
                 {"Idempotency-Key: " + purchase.customer});
  if (answer.status != 201) return try_again(purchase, answer, "placing");
  const auto order = field(answer.body, "orderID");
  if (purchase.order.empty()) {
    purchase.order = order;
    purchase.accepted_at = Purchase::Clock::now();
    ++accepted_;
  }
  if (purchase.order != order) {
    purchase.wrong.push_back("one key gave two orders: " + purchase.order + ", " + order);
  }
  // Some have not seen the answer and ask again.
  const bool repeats = order.back() % 4 == 0 && !purchase.was_repeated;
  if (repeats) {
    purchase.was_repeated = true;
  } else {
    purchase.stage = Stage::await_link;
  }
  return soon;
}

bool Load::look(Purchase& purchase) {
  const auto answer = shop_.send("GET", order_path(purchase.customer, purchase.order));
  if (answer.status != 200) {
    try_again(purchase, answer, "looking at an accepted order");
    return false;
  }
  purchase.shown = answer.body;
  return true;
}

milliseconds Load::await_link(Purchase& purchase) {
  if (!look(purchase)) return later;
  if (purchase.status() == "cancelled") {
    purchase.done_at = Purchase::Clock::now();
    purchase.stage = Stage::watch;
  } else if (!link_in(purchase.shown).empty()) {
    purchase.stage = purchase.course == Course::cancels_unpaid ? Stage::cancel : Stage::pay;
    return {};
  }
  return soon;
}

milliseconds Load::pay(Purchase& purchase) {
  const bool is_declined = purchase.course == Course::is_declined_first && !purchase.was_declined;
  const int status =
      cluster::pay(link_in(purchase.shown), is_declined ? "4000000000009995" : "4242424242424242");
  purchase.done_at = Purchase::Clock::now();
  if (status == 402 && is_declined) {
    purchase.was_declined = true;
    return soon;
  }
  // 409: it is paid by an answer that was lost, or has expired. The order says.
  if (status != 200 && status != 409) return try_again(purchase, {.status = status}, "paying");
  if (purchase.course == Course::cancels_paid) {
    purchase.stage = Stage::cancel;
    return {};
  }
  purchase.stage = Stage::watch;
  return soon;
}

milliseconds Load::cancel(Purchase& purchase) {
  const auto answer = shop_.send("POST", order_path(purchase.customer, purchase.order) + "/cancel");
  // 409: the kitchen was faster, or it is cancelled.
  if (answer.status != 202 && answer.status != 200 && answer.status != 409) {
    return try_again(purchase, answer, "cancelling");
  }
  purchase.done_at = Purchase::Clock::now();
  purchase.stage = Stage::watch;
  return soon;
}

// A cancelled order is over once no money is held.
milliseconds Load::watch(Purchase& purchase) {
  if (!look(purchase)) return later;
  const auto status = purchase.status();
  const auto payment = field(purchase.shown, "paymentStatus");
  const bool holds_money = payment == "captured" || payment == "refund_pending";
  if (status == "completed" || (status == "cancelled" && !holds_money)) {
    purchase.stage = Stage::over;
  }
  return later;
}

}  // namespace oms::cluster
