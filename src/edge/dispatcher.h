#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>

#include "edge/gateway.h"
#include "edge/rate_limiter.h"
#include "edge/request_meter.h"
#include "edge/stream_hub.h"
#include "ports/clock.h"
#include "ports/commands.h"
#include "ports/exchange.h"
#include "ports/logs.h"
#include "ports/metrics.h"
#include "ports/reconciler.h"
#include "ports/tracer.h"
#include "ports/views.h"
#include "ports/webhooks.h"

namespace oms::edge {

// Carries out what the gateway plans for each request: submits, reads, streams, answers. Called
// where connections are served, which never waits for a disk: reads are done aside.
class Dispatcher {
 public:
  using Answer = std::move_only_function<void(HttpResponse)>;
  using Page = std::function<std::optional<HttpResponse>(const HttpRequest&)>;

  struct Parts {
    const Gateway& gateway;
    Commands& commands;
    Views& views;
    StreamHub& streams;
    Clock& clock;
    std::function<Id()> make_id;       // by that clock, for each request
    RateLimiter* limiter = nullptr;    // null: clients may send as much as they like
    Webhooks* webhooks = nullptr;      // null: no provider tells anything here
    Reconciler* reconciler = nullptr;  // null: nobody compares books here
    Metrics* metrics = nullptr;        // null: nobody counts here
    Logs* logs = nullptr;              // null: there are none
    Tracer* tracer = nullptr;          // null: no spans
    RequestMeter* meter = nullptr;     // null: nothing is measured
    Page page = {};  // a page of the shop, if there is one at that path; empty: there is none
    Page missing_page = {};                                  // what a browser sees where nothing is
    std::function<void(HttpRequest, Answer)> checkout = {};  // the payment page's own questions
    std::function<void(std::string path, Answer)> back_up = {};  // begins a backup
  };
  explicit Dispatcher(Parts parts) : parts_(std::move(parts)) {}

  void handle(HttpRequest request, std::unique_ptr<Exchange> exchange);

  // The payment provider's webhooks, from outside or from the simulated one. Answered when durable.
  void receive(Webhook webhook, Answer answer);

 private:
  using Asker = std::unique_ptr<Exchange>;

  bool answer_page(HttpRequest& request, Exchange& exchange) const;
  void carry_out(Plan plan, Asker exchange);
  using Render = std::function<HttpResponse(const Result<Record>&)>;
  void submit(Submit submit, Asker exchange);
  void settle(bool (*is_settled)(const Record&), Record record, Render render, Asker exchange);
  void back_up(BackUp wanted, Asker exchange);
  void reconcile(Reconcile wanted, Asker exchange);
  void answer(const Reconcile& wanted, Exchange& exchange) const;
  void answer(ShowReconciliation wanted, Exchange& exchange) const;
  void answer(ShowMetrics wanted, Exchange& exchange) const;
  void handle(HandleLogLevels wanted, Asker exchange);
  void answer(const HandleLogLevels& wanted, Exchange& exchange) const;
  void answer(const Get& get, Exchange& exchange);
  Result<oms::Page> read_page(const List& list) const;
  void answer(const List& list, Exchange& exchange);
  void submit_aside(SubmitUnless wanted, Asker exchange);
  std::optional<HttpResponse> objection_to(const SubmitUnless& wanted);
  void answer(Follow& follow, Exchange& exchange);
  void start_stream(const Follow& follow, const Key& order, Exchange& exchange);
  HttpResponse nothing_to_follow(const Follow& follow) const;
  template <class Wanted>
  void read_aside(Wanted wanted, Asker exchange);

  Parts parts_;
  std::atomic<int> settling_{0};
};

}  // namespace oms::edge
