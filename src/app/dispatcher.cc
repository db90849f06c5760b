#include "app/dispatcher.h"

#include <memory>
#include <utility>
#include <variant>

#include "services/orders/records.h"

namespace oms::app {
namespace {

template <class... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};

HttpResponse plain(int status, std::string body) {
  return {.status = status, .content_type = "text/plain; charset=utf-8", .body = std::move(body)};
}

bool is_page_request(const HttpRequest& request) {
  return (request.method == "GET" || request.method == "HEAD") &&
         !request.path.starts_with("/api/");
}

}  // namespace

void Dispatcher::handle(HttpRequest request, HttpExchange exchange) {
  if (is_page_request(request) &&
      (answer_probe(request, exchange) || answer_page(request, exchange))) {
    return;
  }
  if (request.path.starts_with("/checkout/") && parts_.checkout) {
    auto shared = std::make_shared<HttpExchange>(std::move(exchange));
    parts_.checkout(std::move(request),
                    [shared](HttpResponse response) { shared->answer(std::move(response)); });
    return;
  }
  const auto now = parts_.clock.now();
  carry_out(parts_.gateway.plan(request, parts_.ids.make(now), now), std::move(exchange));
}

bool Dispatcher::answer_probe(const HttpRequest& request, HttpExchange& exchange) const {
  if (request.path == "/livez") {
    exchange.answer(plain(200, "ok\n"));
  } else if (request.path == "/readyz") {
    const bool is_ready = is_ready_.load();
    exchange.answer(is_ready ? plain(200, "ok\n") : plain(503, "not ready\n"));
  } else if (request.path == "/metrics") {
    exchange.answer({.content_type = "text/plain; version=0.0.4", .body = parts_.metrics()});
  } else {
    return false;
  }
  return true;
}

bool Dispatcher::answer_page(HttpRequest& request, HttpExchange& exchange) const {
  constexpr std::string_view checkout = "/checkout/";
  if (request.path.starts_with(checkout)) {
    if (request.path.find('/', checkout.size()) != std::string::npos) return false;
    request.path = "/checkout.html";
  }
  auto page = pages_.answer(request);
  if (!page) return false;
  exchange.answer(*std::move(page));
  return true;
}

void Dispatcher::carry_out(gateway::Plan plan, HttpExchange exchange) {
  std::visit(Overloaded{
                 [&](HttpResponse response) { exchange.answer(std::move(response)); },
                 [&](gateway::Submit s) { submit(std::move(s), std::move(exchange)); },
                 [&](const gateway::Get& get) { exchange.answer(read(get)); },
                 [&](const gateway::List& list) { exchange.answer(read(list)); },
                 [&](const gateway::Follow& f) { follow(f, std::move(exchange)); },
                 [&](const gateway::Webhook& webhook) {
                   auto shared = std::make_shared<HttpExchange>(std::move(exchange));
                   receive(webhook, [shared](HttpResponse r) { shared->answer(std::move(r)); });
                 },
                 [&](gateway::BackUp back_up) {
                   auto shared = std::make_shared<HttpExchange>(std::move(exchange));
                   parts_.back_up(std::move(back_up.path),
                                  [shared](HttpResponse r) { shared->answer(std::move(r)); });
                 },
             },
             std::move(plan));
}

void Dispatcher::submit(gateway::Submit submit, HttpExchange exchange) {
  const auto lane = submit.is_urgent ? runtime::Lane::urgent : runtime::Lane::normal;
  parts_.runtime.offer(
      std::move(submit.message), lane,
      [exchange = std::move(exchange),
       render = std::move(submit.render)](Result<Record> result) mutable {
        exchange.answer([render = std::move(render), result = std::move(result)]() mutable {
          return render(result);
        });
      });
}

HttpResponse Dispatcher::read(const gateway::Get& get) const {
  std::vector<Found> found;
  for (const auto& key : get.keys) {
    auto record = parts_.reader.get(key);
    if (!record) return gateway::problem(record.error());
    found.push_back(*std::move(record));
  }
  return get.render(found);
}

HttpResponse Dispatcher::read(const gateway::List& list) const {
  const auto page = parts_.reader.find(list.query);
  return page ? list.render(*page) : gateway::problem(page.error());
}

void Dispatcher::follow(const gateway::Follow& follow, HttpExchange exchange) {
  if (!follow.order_id) {
    parts_.streams.follow(follow, exchange.start_stream());
    return;
  }
  const auto key = key_of<orders::Order>(follow.order_id->text());
  const auto is_theirs = [&](const Result<Found>& found) {
    const auto* order = found && found->record ? found->record.as<orders::Order>() : nullptr;
    return order != nullptr && order->customer_id == follow.customer_id;
  };
  if (!is_theirs(parts_.reader.get(key))) {
    exchange.answer(gateway::no_such_order());
    return;
  }
  // First watch, then read: what is committed in between is sent by one of the two.
  parts_.streams.follow(follow, exchange.start_stream());
  const auto found = parts_.reader.get(key);
  if (found && found->record) parts_.streams.show(*found->record.as<orders::Order>());
}

void Dispatcher::receive(const gateway::Webhook& webhook, Answer answer) {
  auto message = parts_.payments.read_webhook(webhook.signature, webhook.body, parts_.clock.now());
  if (!message) {
    answer(gateway::problem(message.error()));
    return;
  }
  if (message->order_id.is_nil()) {  // an event that concerns no order of ours
    answer({.body = "{}"});
    return;
  }
  parts_.runtime.offer(
      *std::move(message), runtime::Lane::urgent,
      [answer = std::move(answer)](Result<Record> result) mutable {
        answer(result ? HttpResponse{.body = "{}"} : gateway::problem(result.error()));
      });
}

}  // namespace oms::app
