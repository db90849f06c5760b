#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "adapters/curl/http_client.h"
#include "adapters/stripe/provider.h"
#include "process/provider_server.h"
#include "process/system_clock.h"

namespace oms::testing {

// What an operation comes to.
inline PaymentOutcome perform(StripeProvider& provider, PaymentOperation operation) {
  std::promise<PaymentOutcome> told;
  auto outcome = told.get_future();
  provider.start(std::move(operation), [told = std::move(told)](PaymentOutcome o) mutable {
    told.set_value(std::move(o));
  });
  return outcome.get();
}

// An order of now: the adapter looks for sessions around the time that the id says.
inline Id order_of_now(int n) {
  const auto seconds =
      static_cast<std::uint32_t>(process::SystemClock::sources().wall().unix_ms / 1000);
  Id::Bytes bytes{};
  for (std::size_t i = 0; i < 4; ++i) bytes[i] = static_cast<std::uint8_t>(seconds >> (24 - 8 * i));
  bytes[11] = static_cast<std::uint8_t>(n);
  return Id{bytes};
}

// The simulated provider as a server in this process.
class ServedProvider {
 public:
  explicit ServedProvider(simulated::Settings faults = {}, Duration latency = Duration{0}) {
    std::filesystem::remove_all(folder_);
    options_.listen = "127.0.0.1:0";
    options_.data = folder_;
    options_.provider = std::move(faults);
    options_.provider.pause = Duration{0};
    options_.latency = latency;
    start();
  }
  ~ServedProvider() {
    if (server_) stop();
    std::filesystem::remove_all(folder_);
  }
  ServedProvider(const ServedProvider&) = delete;
  ServedProvider& operator=(const ServedProvider&) = delete;

  // Again with other faults, at the same place.
  void restart(simulated::Settings faults) {
    options_.provider = std::move(faults);
    options_.listen = url().substr(std::string_view{"http://"}.size());
    stop();
    start();
  }
  // Away, until it is there again with what it knew, at the same place.
  void leave() {
    options_.listen = url().substr(std::string_view{"http://"}.size());
    stop();
  }
  void come_back() { start(); }
  process::ProviderServer& operator*() { return *server_; }
  const std::string& url() const { return url_; }
  const std::string& secret() const { return server_->webhook_secret(); }

  // The customer at the payment page.
  int pay(const std::string& session, const std::string& token = "tok_visa") const {
    const auto client = HttpClient::to(url());
    const auto answer = client->send("POST", "/checkout/" + session + "/pay", {},
                                     R"({"token":")" + token + R"("})");
    return answer ? answer->status : 0;
  }
  std::string get(const std::string& path) const {
    const auto client = HttpClient::to(url());
    const auto answer = client->send("GET", path, {{"Authorization", "Bearer sk_test_1"}});
    return answer ? answer->body : answer.error().detail;
  }

 private:
  void start() {
    auto server = process::ProviderServer::open(options_, clock_);
    if (!server) throw std::runtime_error(server.error().detail);
    server_ = std::move(*server);
    url_ = server_->url();
    thread_ = std::thread{[this] { server_->run(); }};
  }
  void stop() {
    server_->stop();
    thread_.join();
    server_.reset();
  }

  static inline int count_ = 0;
  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() /
      ("oms_served_" + std::to_string(::getpid()) + "_" + std::to_string(++count_));
  process::ProviderOptions options_;
  process::SystemClock clock_;
  std::unique_ptr<process::ProviderServer> server_;
  std::string url_;
  std::thread thread_;
};

}  // namespace oms::testing
