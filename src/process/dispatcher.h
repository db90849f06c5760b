#pragma once

#include <atomic>
#include <functional>

#include <boost/asio/thread_pool.hpp>

#include "adapters/http/exchange.h"
#include "adapters/http/static_pages.h"
#include "edge/gateway.h"
#include "ports/clock.h"
#include "ports/payment_provider.h"
#include "ports/store.h"
#include "process/allowed_hosts.h"
#include "process/stream_hub.h"
#include "runtime/runtime.h"

namespace oms::process {

// Carries out what the gateway plans for each request: submits, reads, streams, answers. Called on
// the I/O thread, which never waits for the disk: reads have threads of their own.
class Dispatcher {
 public:
  using Answer = std::move_only_function<void(HttpResponse)>;

  struct Parts {
    const edge::Gateway& gateway;
    runtime::Runtime& runtime;
    runtime::IdSource& ids;
    Clock& clock;
    Reader& reader;
    const PaymentProvider& payments;
    StreamHub& streams;
    const AllowedHosts& hosts;
    std::function<void(HttpRequest, Answer)> checkout;      // the simulated provider's own pages
    std::function<std::string()> metrics;                   // the text for /metrics
    std::function<void(std::string path, Answer)> back_up;  // begins a backup
  };
  explicit Dispatcher(Parts parts) : parts_(std::move(parts)) {}

  void handle(HttpRequest request, HttpExchange exchange);

  // Whether this asks how the process is, and is answered even when all connections are taken.
  static bool is_probe(const HttpRequest& request);

  // The payment provider's webhooks, from outside or from the simulated one. Answered when durable.
  void receive(const edge::Webhook& webhook, Answer answer);

  void set_ready(bool is_ready) { is_ready_.store(is_ready); }

  // Ends the reads that are under way; what still waits for its turn is not answered.
  void stop() {
    reads_.stop();
    reads_.join();
  }

 private:
  bool answer_probe(const HttpRequest& request, HttpExchange& exchange) const;
  bool answer_page(HttpRequest& request, HttpExchange& exchange) const;
  void carry_out(edge::Plan plan, HttpExchange exchange);
  void submit(edge::Submit submit, HttpExchange exchange);
  void answer(const edge::Get& get, HttpExchange& exchange);
  void answer(const edge::List& list, HttpExchange& exchange);
  void answer(edge::Follow& follow, HttpExchange& exchange);
  void start_stream(const edge::Follow& follow, const Key& order, HttpExchange& exchange);
  HttpResponse nothing_to_follow(const edge::Follow& follow) const;
  template <class Wanted>
  void read_aside(Wanted wanted, HttpExchange exchange);

  static constexpr int read_threads = 2;

  Parts parts_;
  StaticPages pages_;
  std::atomic<bool> is_ready_{false};
  boost::asio::thread_pool reads_{read_threads};
};

}  // namespace oms::process
