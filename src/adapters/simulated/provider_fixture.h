#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <future>
#include <map>
#include <mutex>

#include "adapters/simulated/audit.h"
#include "adapters/simulated/provider.h"

namespace oms::simulated {

// A clock that stands still until it is told to go on.
class StoppedClock : public Clock {
 public:
  Time now() override { return {now_.load()}; }
  Time wall() override { return now(); }
  void advance(Duration span) { now_ += span.count(); }

 private:
  std::atomic<std::int64_t> now_{1'700'000'000'000};
};

// The merchant: takes webhooks, and answers them as it is told to.
class Merchant {
 public:
  Deliver deliver() {
    return [this](HttpRequest request, std::move_only_function<void(int)> done) {
      const std::scoped_lock lock{mutex_};
      heard_.push_back(std::move(request));
      if (is_silent_) {
        waiting_.push_back(std::move(done));
      } else {
        done(status_);
      }
      changed_.notify_all();
    };
  }

  // Waits until so many webhooks have come in all, and gives them.
  std::vector<HttpRequest> heard(std::size_t count) {
    std::unique_lock lock{mutex_};
    const bool came =
        changed_.wait_for(lock, std::chrono::seconds{5}, [&] { return heard_.size() >= count; });
    EXPECT_TRUE(came) << "only " << heard_.size() << " of " << count << " webhooks came";
    return heard_;
  }
  std::size_t heard_so_far() {
    const std::scoped_lock lock{mutex_};
    return heard_.size();
  }
  void answer_with(int status) {
    const std::scoped_lock lock{mutex_};
    status_ = status;
  }
  void be_silent() {
    const std::scoped_lock lock{mutex_};
    is_silent_ = true;
  }
  void answer_all(int status) {
    std::vector<std::move_only_function<void(int)>> waiting;
    {
      const std::scoped_lock lock{mutex_};
      waiting = std::move(waiting_);
      is_silent_ = false;
    }
    for (auto& done : waiting) done(status);
  }
  void hang_up() {
    const std::scoped_lock lock{mutex_};
    waiting_.clear();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<HttpRequest> heard_;
  std::vector<std::move_only_function<void(int)>> waiting_;
  int status_ = 200;
  bool is_silent_ = false;
};

inline Id order(int n) {
  Id::Bytes bytes{0x65, 0xA0, 0, 0, 1, 2, 3, 4, 5};
  bytes[10] = static_cast<std::uint8_t>(n >> 8);
  bytes[11] = static_cast<std::uint8_t>(n);
  return Id{bytes};
}

class ProviderTest : public testing::Test {
 protected:
  using Kind = PaymentOperation::Kind;
  using Outcome = PaymentOutcome::Result;

  ProviderTest() {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    settings_.path = (folder_ / "provider.db").string();
    settings_.base_url = "http://shop.example";
    settings_.pause = Duration{0};
  }
  ~ProviderTest() override {
    provider_.reset();
    std::filesystem::remove_all(folder_);
  }

  SimulatedProvider& provider() {
    if (!provider_) start();
    return *provider_;
  }
  void start() {
    provider_.reset();
    provider_ = std::make_unique<SimulatedProvider>(
        settings_, clock_,
        SimulatedProvider::Webhooks{
            .sign = [](std::string_view body,
                       Time) { return "signed " + std::to_string(body.size()); },
            .read = [](std::string_view, std::string_view, Time) -> Result<Message> {
              return fail(ErrorKind::invalid, "read");
            },
            .deliver = merchant_.deliver()});
  }
  void advance(Duration span) {
    clock_.advance(span);
    provider().wake();
  }

  PaymentOperation creation(int n) {
    return {.kind = Kind::create_link,
            .order_id = order(n),
            .idempotency_key = order(n).text() + "-link",
            .amount = 900,
            .currency = "usd",
            .customer_id = "c1",
            .lines = {{.product_name = "Cheese", .quantity = 2},
                      {.product_name = "Chocolate", .quantity = 1}},
            .expires_at = clock_.now() + std::chrono::minutes{30}};
  }
  PaymentOperation asking(Kind kind, int n, MinorUnits amount = 0, std::string key = "key") {
    return {.kind = kind,
            .order_id = order(n),
            .idempotency_key = std::move(key),
            .session_id = session(n),
            .amount = amount,
            .currency = "usd"};
  }
  PaymentOutcome perform(const PaymentOperation& operation) {
    return perform(std::vector{operation}).at(0);
  }
  std::vector<PaymentOutcome> perform(const std::vector<PaymentOperation>& operations) {
    std::vector<std::future<PaymentOutcome>> answers;
    for (const auto& operation : operations) {
      std::promise<PaymentOutcome> answered;
      answers.push_back(answered.get_future());
      provider().start(operation, [answered = std::move(answered)](PaymentOutcome o) mutable {
        answered.set_value(std::move(o));
      });
    }
    std::vector<PaymentOutcome> outcomes;
    for (auto& answer : answers) outcomes.push_back(answer.get());
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      if (!outcomes[i].session_id.empty()) {
        sessions_[operations[i].order_id] = outcomes[i].session_id;
      }
    }
    return outcomes;
  }
  // As the provider has called it; or some name, where it has not.
  std::string session(int n) const {
    const auto found = sessions_.find(order(n));
    return found == sessions_.end() ? SessionName{order(n), 7}.text() : found->second;
  }
  // With the session's name, which is new in each run, replaced.
  std::string plain(std::string text, int n) const {
    for (auto at = text.find(session(n)); at != std::string::npos; at = text.find(session(n))) {
      text.replace(at, session(n).size(), "cs_test_1");
    }
    return text;
  }
  PaymentOutcome create(int n) { return perform(creation(n)); }
  PaymentOutcome look_up(int n) { return perform(asking(Kind::look_up, n)); }
  PaymentOutcome expire(int n) { return perform(asking(Kind::expire_link, n)); }
  PaymentOutcome refund(int n, MinorUnits amount, std::string key = "key") {
    return perform(asking(Kind::refund, n, amount, std::move(key)));
  }

  HttpResponse ask(std::string method, std::string path, std::string body = {}) {
    std::promise<HttpResponse> answered;
    auto answer = answered.get_future();
    provider().handle(
        {.method = std::move(method), .path = std::move(path), .body = std::move(body)},
        [answered = std::move(answered)](HttpResponse response) mutable {
          answered.set_value(std::move(response));
        });
    return answer.get();
  }
  HttpResponse on_page(int n, const std::string& action, std::string body = {}) {
    return ask(action == "session" ? "GET" : "POST", "/checkout/" + session(n) + "/" + action,
               std::move(body));
  }
  HttpResponse pay(int n, const std::string& token = "tok_visa") {
    return on_page(n, "pay", R"({"token":")" + token + R"("})");
  }

  SessionAudit audit(int n) {
    SessionAudit found;
    const auto done = for_each_session(settings_.path, [&](const SessionAudit& session) {
      if (session.order_id == order(n)) found = session;
    });
    EXPECT_TRUE(done);
    return found;
  }

  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("oms_provider_" + std::to_string(::getpid()));
  Settings settings_;
  StoppedClock clock_;
  Merchant merchant_;
  std::unique_ptr<SimulatedProvider> provider_;
  std::map<Id, std::string> sessions_;
};

}  // namespace oms::simulated
