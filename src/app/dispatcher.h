#pragma once

#include <atomic>
#include <functional>

#include "adapters/http/exchange.h"
#include "adapters/http/static_pages.h"
#include "app/stream_hub.h"
#include "ports/clock.h"
#include "ports/payment_provider.h"
#include "ports/store.h"
#include "runtime/runtime.h"
#include "services/gateway/gateway.h"

namespace oms::app {

// Carries out what the gateway plans for each request: submits, reads, streams, answers. Called on
// the I/O thread; nothing here waits.
class Dispatcher {
 public:
  using Answer = std::move_only_function<void(HttpResponse)>;

  struct Parts {
    const gateway::Gateway& gateway;
    runtime::Runtime& runtime;
    runtime::IdSource& ids;
    Clock& clock;
    Reader& reader;
    const PaymentProvider& payments;
    StreamHub& streams;
    std::function<void(HttpRequest, Answer)> checkout;      // the simulated provider's own pages
    std::function<std::string()> metrics;                   // the text for /metrics
    std::function<void(std::string path, Answer)> back_up;  // begins a backup
  };
  explicit Dispatcher(Parts parts) : parts_(std::move(parts)) {}

  void handle(HttpRequest request, HttpExchange exchange);

  // The payment provider's webhooks, from outside or from the simulated one. Answered when durable.
  void receive(const gateway::Webhook& webhook, Answer answer);

  void set_ready(bool is_ready) { is_ready_.store(is_ready); }

 private:
  bool answer_probe(const HttpRequest& request, HttpExchange& exchange) const;
  bool answer_page(HttpRequest& request, HttpExchange& exchange) const;
  void carry_out(gateway::Plan plan, HttpExchange exchange);
  void submit(gateway::Submit submit, HttpExchange exchange);
  HttpResponse read(const gateway::Get& get) const;
  HttpResponse read(const gateway::List& list) const;
  void follow(const gateway::Follow& follow, HttpExchange exchange);

  Parts parts_;
  StaticPages pages_;
  std::atomic<bool> is_ready_{false};
};

}  // namespace oms::app
